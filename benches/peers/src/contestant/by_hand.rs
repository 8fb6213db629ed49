//! The floor: what one would write for this one table, with checked decimals.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use crate::{
    field::{Field, Form},
    table::{MODELS, Model, Plain, tenths},
};

/// A model's prices, ready to multiply with.
struct Row {
    rates: Vec<(&'static str, Decimal)>,
    audio: Option<Decimal>,
}

impl Row {
    fn new(model: &Model) -> Self {
        let rates = model.rates.iter().map(|&(resolution, rate)| (resolution, tenths(rate))).collect();
        Self { rates, audio: model.audio.map(tenths) }
    }

    fn price(&self, request: &Plain) -> Option<Decimal> {
        let mut rate = match request.resolution {
            None => self.rates.first()?.1,
            Some(asked) => self.rates.iter().find(|(known, _)| *known == asked)?.1,
        };
        if request.audio == Some(true) {
            rate = rate.checked_add(self.audio?)?;
        }
        if let Some(seconds) = request.seconds {
            rate = rate.checked_mul(seconds.into())?;
        }
        rate.checked_mul(request.count.into())
    }
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    let rows = MODELS.iter().map(|model| ((model.studio(), model.name), Row::new(model)));
    let standard: HashMap<_, _> = rows.clone().collect();
    let fast: HashMap<_, _, FxBuildHasher> = rows.collect();
    field.enter("standard hash map by hand", "rust_decimal", Form::Both, move |at| {
        let request = &requests[at];
        standard.get(&(request.studio, request.model)).and_then(|row| row.price(request)).expect("a price")
    });
    field.enter("fast hash map by hand", "rust_decimal", Form::Both, move |at| {
        let request = &requests[at];
        fast.get(&(request.studio, request.model)).and_then(|row| row.price(request)).expect("a price")
    });
}
