//! What is written by hand: the settings by the getters of a request, amounts as checked decimals.

use std::{collections::HashMap, hash::BuildHasher};

use rust_decimal::Decimal;
use studio_credits::GenerationRequest;

use crate::table::{Known, MODELS, match_model, tenths};

pub(crate) struct ByHand<S> {
    pub(crate) known: Known,
    rows: HashMap<&'static str, [Decimal; 3], S>,
}

impl<S: BuildHasher + Default> ByHand<S> {
    pub(crate) fn new() -> Self {
        let rows = MODELS.iter().map(|(model, rates)| (*model, rates.map(tenths))).collect();
        Self { known: Known::new(), rows }
    }

    pub(crate) fn price(&self, request: &GenerationRequest) -> Option<Decimal> {
        price(self.rows.get(request.model().as_str())?, &self.known, request)
    }
}

pub(crate) fn by_match(known: &Known, request: &GenerationRequest) -> Option<Decimal> {
    price(match_model(request.model().as_str())?, known, request)
}

fn price(row: &[Decimal; 3], known: &Known, request: &GenerationRequest) -> Option<Decimal> {
    let total = row[known.resolution(request)?].checked_mul(request.count().into())?;
    if known.priority(request) { total.checked_mul(Decimal::from_parts(1_125, 0, 0, false, 3)) } else { Some(total) }
}
