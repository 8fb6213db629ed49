//! Prices from books of several sizes, beside hash maps of those sizes.

use std::collections::hash_map::RandomState;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use studio_credits::{GenerationRequest, pricing::CostEngine};

use crate::{
    Scale,
    by_hand::ByHand,
    market::{Market, names},
    race::Race,
};

/// A book of one size, the hash maps of that size, and requests for models drawn from all over it.
struct Field<'a> {
    size: usize,
    engine: CostEngine,
    standard: ByHand<'a, RandomState>,
    fast: ByHand<'a, FxBuildHasher>,
    requests: Vec<GenerationRequest>,
}

pub(crate) fn compare(scale: &Scale, now: DateTime<Utc>) {
    let [small, _, large] = scale.books;
    // Made first, so that they lie side by side: strewn over what the books leave free, they cost more than the prices.
    let few = Market::new(small).requests(scale.few);
    let names = names(large);
    let fields = scale.books.map(|size| {
        let (market, names) = (Market::new(size), &names[..size]);
        let (standard, fast) = (ByHand::new(market, names), ByHand::new(market, names));
        Field { size, engine: market.engine(), standard, fast, requests: market.requests(scale.many) }
    });
    let mut race = Race::of_rounds(scale.rounds);
    for Field { size, engine, standard, fast, requests } in &fields {
        for (kind, requests) in [("hot", &few), ("random", requests)] {
            let price = move |at: usize| engine.price(&requests[at], now).ok();
            let by_standard = move |at: usize| standard.price(&requests[at]);
            let by_fast = move |at: usize| fast.price(&requests[at]);
            for (at, request) in requests.iter().enumerate() {
                let price = price(at).map(Decimal::from);
                assert!(price.is_some(), "no price for {request:?}");
                assert_eq!(price, by_standard(at), "{request:?}");
                assert_eq!(price, by_fast(at), "{request:?}");
            }
            let passes = scale.many / requests.len();
            race.enter(lane("price", kind, *size), requests.len(), passes, price);
            race.enter(lane("std map", kind, *size), requests.len(), passes, by_standard);
            race.enter(lane("fx map", kind, *size), requests.len(), passes, by_fast);
        }
    }
    let race = race.run();
    println!("\ngrowth: {} requests for ten models (hot), {} over the whole book (random)", scale.few, scale.many);
    race.show();
    for (what, kind) in ["price", "std map", "fx map"].into_iter().flat_map(|what| [(what, "hot"), (what, "random")]) {
        for size in &scale.books[1..] {
            race.show_ratio(&lane(what, kind, *size), &lane(what, kind, small));
        }
    }
    for kind in ["hot", "random"] {
        for (size, map) in scale.books.into_iter().flat_map(|size| [(size, "std map"), (size, "fx map")]) {
            race.show_ratio(&lane("price", kind, size), &lane(map, kind, size));
        }
    }
}

fn lane(what: &str, kind: &str, size: usize) -> String {
    format!("{what}, {kind}, {size} models")
}
