//! What the price of one table costs here, beside general engines and what one would write by hand.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`; with `-- --test` each case runs once.

mod contestant;
mod field;
#[expect(dead_code, reason = "the bench whose file it is uses the rest")]
#[path = "../../scale/race.rs"]
mod race;
mod table;

use std::env;

use contestant::{by_hand, cel, evalexpr, ours, rhai, zen};
use field::Field;

const SIZES: [usize; 2] = [1_024, 16_384];

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let rounds = if test { 1 } else { 30 };
    for size in SIZES {
        let requests = table::requests(size);
        let (engine, script) = (ours::engine(), rhai::engine());
        let ready: Vec<_> = requests.iter().map(|plain| ours::request(plain).expect("a request")).collect();
        let passes = if test { 1 } else { SIZES[1] / size };
        let mut field = Field::new(rounds, passes, requests.iter().map(table::Plain::total).collect());
        ours::enter(&mut field, &requests, &engine, &ready);
        by_hand::enter(&mut field, &requests);
        zen::enter(&mut field, &requests);
        cel::enter(&mut field, &requests);
        rhai::enter(&mut field, &requests, &script);
        evalexpr::enter(&mut field, &requests);
        field.run();
    }
}
