//! A tiny price book in two editions, of which the second comes while the simulation runs; and what it charges, worked
//! out once more by hand.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::pricing::{CostEngine, PriceBook, PricingRule};
use studio_credits::{Delivery, GenerationRequest, Outcome};

/// What an output costs: studio, model, in the first edition and in the second.
const PRICES: &[(&str, &str, u64, u64)] = &[("image", "flux", 2, 3), ("video", "kling", 4, 3)];

/// When a simulation begins.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap()
}

/// When the second edition is in force.
pub(crate) fn change() -> DateTime<Utc> {
    start() + TimeDelta::hours(6)
}

fn book(edition: &str) -> PriceBook {
    let book = PriceBook::new("sim", edition, "credits").with_quote_minutes(30);
    PRICES.iter().fold(book, |book, (studio, model, first, second)| {
        let price = if edition == "1" { first } else { second };
        book.with_rule(PricingRule::new(studio, model).per("output", &*price.to_string()))
    })
}

/// An engine with one edition, and one with both.
pub(crate) fn engine(both: bool) -> &'static Arc<CostEngine> {
    static ENGINES: LazyLock<[Arc<CostEngine>; 2]> = LazyLock::new(|| {
        let first = || CostEngine::new(&book("1")).unwrap();
        [Arc::new(first()), Arc::new(first().with_edition(&book("2").from(change())).unwrap())]
    });
    &ENGINES[usize::from(both)]
}

/// What is asked for: one of the models, so many outputs.
pub(crate) fn request(place: usize, count: u64) -> GenerationRequest {
    let (studio, model, ..) = PRICES[place % PRICES.len()];
    GenerationRequest::new(studio, model).unwrap().with_count(count).unwrap()
}

/// What is due for a request that was quoted under an edition, in whole credits.
pub(crate) fn due(edition: &str, request: &GenerationRequest, delivery: &Delivery) -> u64 {
    let row = PRICES.iter().find(|row| row.0 == request.studio().as_str() && row.1 == request.model().as_str());
    let (_, _, first, second) = row.unwrap();
    let outputs = match delivery.outcome() {
        Outcome::Delivered | Outcome::Cancelled => delivery.delivered_of(request.count()).min(request.count()),
        _ => 0,
    };
    outputs * if edition == "1" { first } else { second }
}
