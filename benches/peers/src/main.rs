//! What the price of one table costs here, beside general engines and what one would write by hand.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`; with `-- --test` each case runs once.

#[path = "../../quote/by_hand.rs"]
mod by_hand;
mod contestant;
mod field;
#[expect(dead_code, reason = "the bench whose file it is uses the rest")]
#[path = "../../scale/race.rs"]
mod race;
#[path = "../../quote/table.rs"]
mod table;
mod task;

use std::env;

use contestant::{by_hand as written, cel, evalexpr, ours, rhai, zen};
use field::Field;
use studio_credits::pricing::CostEngine;

const SIZES: [usize; 2] = [1_024, 16_384];

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let rounds = if test { 1 } else { 30 };
    let (engine, script) = (CostEngine::new(&table::book()).expect("the book is sound"), rhai::engine());
    for size in SIZES {
        let asked: Vec<_> = table::asked(size).collect();
        let requests: Vec<_> = asked.iter().map(|asked| asked.request().expect("a request")).collect();
        let passes = if test { 1 } else { SIZES[1] / size };
        let mut field = Field::new(rounds, passes, asked.iter().map(table::Asked::total).collect());
        ours::enter(&mut field, &requests, &asked, &engine);
        written::enter(&mut field, &requests);
        zen::enter(&mut field, &requests);
        cel::enter(&mut field, &requests);
        rhai::enter(&mut field, &requests, &script);
        evalexpr::enter(&mut field, &requests);
        field.run();
    }
}
