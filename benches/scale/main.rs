//! How prices fare as a book grows, as formulas grow, and as records pile up.
//!
//! - Growth: `price` at 10, 1,000 and 100,000 models, of the same ten models and of models all over the book, beside
//!   hash maps of the same size.
//! - Formulas: a ratio, a sum over a list, a power.
//! - Loading: the text of a book of 10,000 models, about 1 MiB, read, compiled and checked.
//! - Re-rating: a million recorded requests under another edition.
//!
//! `cargo bench --bench scale` prints the figures: contestants take turns, medians of the rounds, and ratios, which
//! travel between machines. `-- growth` and so on prints some of them; `-- --test` runs each case once and smaller, and
//! checks that all agree.

mod by_hand;
mod formulas;
mod growth;
mod loading;
mod market;
mod race;
mod rerating;

use std::env;

/// How much is run: all of it for figures, some of it for a test.
struct Scale {
    rounds: usize,
    /// How many models the books have that are compared.
    books: [usize; 3],
    /// How many requests are drawn where all of them shall stay in the caches.
    few: usize,
    /// How many requests are drawn from all over a book.
    many: usize,
    loaded: usize,
    recorded: usize,
}

const FIGURES: Scale =
    Scale { rounds: 30, books: [10, 1_000, 100_000], few: 1_024, many: 131_072, loaded: 10_000, recorded: 1_000_000 };

const TEST: Scale =
    Scale { rounds: 1, books: [10, 100, 1_000], few: 128, many: 1_024, loaded: 1_000, recorded: 10_000 };

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let scale = if args.iter().any(|arg| arg == "--test") { TEST } else { FIGURES };
    let asked = |case: &str| args.iter().any(|arg| arg == case) || args.iter().all(|arg| arg.starts_with("--"));
    let now = "2026-11-22T12:00:00Z".parse().expect("an instant");
    if asked("growth") {
        growth::compare(&scale, now);
    }
    if asked("formulas") {
        formulas::compare(&scale, now);
    }
    if asked("loading") {
        loading::time(&scale);
    }
    if asked("rerating") {
        rerating::time(&scale, now);
    }
}
