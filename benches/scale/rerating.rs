//! What recorded requests would have cost under another edition.

use chrono::{DateTime, Utc};
use cpu_time::ThreadTime;
use studio_credits::{Credits, GenerationRequest, pricing::CostEngine};

use crate::{Scale, market::Market, race::median};

/// How many models the recorded requests are for.
const MODELS: usize = 100;

pub(crate) fn time(scale: &Scale, now: DateTime<Utc>) {
    let market = Market::new(MODELS);
    let (old, new) = (market.engine(), Market { raise: 10, ..market }.engine());
    let recorded = market.requests(scale.recorded);
    assert!(total(&old, &recorded, now) < total(&new, &recorded, now), "every price is raised");
    let seconds = |_| {
        let start = ThreadTime::now();
        total(&new, &recorded, now);
        start.elapsed().as_secs_f64()
    };
    let seconds = median((0..scale.rounds.min(10)).map(seconds).collect());
    let rate = f64::from(u32::try_from(recorded.len()).expect("not that many")) / seconds / 1e6;
    println!("\nre-rating: {} requests for {MODELS} models, on one core", recorded.len());
    println!("  {seconds:.3} s, {rate:.2} million a second");
}

fn total(engine: &CostEngine, recorded: &[GenerationRequest], now: DateTime<Utc>) -> Credits {
    let prices = engine.prices(recorded, now).map(|price| price.expect("a price"));
    Credits::checked_sum(prices).expect("a sum")
}
