//! The same prices as one would keep them by hand.

use std::{collections::HashMap, hash::BuildHasher};

use rust_decimal::Decimal;
use studio_credits::{GenerationRequest, Value};

use crate::market::{Kind, Market, RESOLUTIONS, SECONDS, SIZES, tenths};

/// What is written by hand: a hash map from studio and model to a row of checked decimals.
///
/// It knows less than the engine: a setting that a model does not take is not refused.
pub(crate) struct ByHand<'a, S> {
    rows: HashMap<(&'a str, &'a str), Row, S>,
    sizes: [Value; 3],
    resolutions: [Value; 3],
    seconds: [(Value, Decimal); 2],
}

enum Row {
    Flat(Decimal),
    BySize([Decimal; 3]),
    PerSecond([Decimal; 3]),
}

impl<'a, S: BuildHasher + Default> ByHand<'a, S> {
    /// `names` are those of all models, in their order.
    pub(crate) fn new(market: Market, names: &'a [(&'static str, String)]) -> Self {
        let row = |at| match market.kind(at) {
            Kind::Flat(rate) => Row::Flat(tenths(rate)),
            Kind::BySize(rates) => Row::BySize(rates.map(tenths)),
            Kind::PerSecond(rates) => Row::PerSecond(rates.map(tenths)),
        };
        Self {
            rows: names.iter().zip(0..).map(|((studio, model), at)| ((*studio, &**model), row(at))).collect(),
            sizes: SIZES.map(Value::from),
            resolutions: RESOLUTIONS.map(Value::from),
            seconds: SECONDS.map(|seconds| (Value::from(seconds), seconds.into())),
        }
    }

    pub(crate) fn price(&self, request: &GenerationRequest) -> Option<Decimal> {
        let count = Decimal::from(request.count());
        match self.rows.get(&(request.studio().as_str(), request.model().as_str()))? {
            Row::Flat(rate) => rate.checked_mul(count),
            Row::BySize(rates) => cell(rates, &self.sizes, request.setting("size"))?.checked_mul(count),
            Row::PerSecond(rates) => {
                let rate = cell(rates, &self.resolutions, request.setting("resolution"))?;
                let seconds = match request.setting("seconds") {
                    None => self.seconds[0].1,
                    Some(given) => self.seconds.iter().find(|(known, _)| known == given)?.1,
                };
                rate.checked_mul(seconds)?.checked_mul(count)
            }
        }
    }
}

fn cell(rates: &[Decimal; 3], keys: &[Value; 3], given: Option<&Value>) -> Option<Decimal> {
    let at = given.map_or(Some(0), |given| keys.iter().position(|known| known == given))?;
    Some(rates[at])
}
