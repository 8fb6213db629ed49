//! The floor: what one would write for this one table, with checked decimals.

use std::collections::hash_map::RandomState;

use rustc_hash::FxBuildHasher;
use studio_credits::GenerationRequest;

use crate::{
    by_hand::{ByHand, by_match},
    field::{Field, Form},
    table::Known,
};

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest]) {
    let known = Known::new();
    field.enter("match by hand", "rust_decimal", Form::Request, move |at| {
        by_match(&known, &requests[at]).expect("a price")
    });
    let standard = ByHand::<RandomState>::new();
    field.enter("standard hash map by hand", "rust_decimal", Form::Request, move |at| {
        standard.price(&requests[at]).expect("a price")
    });
    let fast = ByHand::<FxBuildHasher>::new();
    field.enter("fast hash map by hand", "rust_decimal", Form::Request, move |at| {
        fast.price(&requests[at]).expect("a price")
    });
}
