//! A large book, from text to engine, and checked.

use std::hint::black_box;

use studio_credits::pricing::{CostEngine, PriceBook};

use crate::{Scale, market::Market, race::Race};

pub(crate) fn time(scale: &Scale) {
    let text = Market::new(scale.loaded).text();
    let book = PriceBook::parse(&text).expect("the text is a book");
    assert!(book.check().is_empty(), "{:?}", book.check());
    let mut race = Race::of_rounds(scale.rounds.min(10));
    race.enter_whole("read", scale.loaded, || drop(black_box(PriceBook::parse(&text))));
    race.enter_whole("compile", scale.loaded, || drop(black_box(CostEngine::new(&book))));
    race.enter_whole("check", scale.loaded, || drop(black_box(book.check())));
    let race = race.run();
    println!("\nloading: {} models in {} bytes of text; for each model", scale.loaded, text.len());
    race.show();
    let models = f64::from(u32::try_from(scale.loaded).expect("not that many"));
    let seconds = ["read", "compile", "check"].map(|step| race.nanos(step) * models / 1e9);
    let [read, compile, check] = seconds;
    println!("  all {} models: read and compiled {:.3} s, checked {check:.3} s", scale.loaded, read + compile);
}
