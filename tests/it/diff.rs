//! What changes between two books, as it is told, and that nothing is missed.

mod law;
mod tell;

use studio_credits::pricing::{Diff, PriceBook};

/// What changes from one book to another, each given without its first lines.
#[track_caller]
fn diff(old: &str, new: &str) -> Diff {
    let book = |edition: u32, rest: &str| {
        let text = format!("name = 'acme'\nedition = '{edition}'\n{rest}");
        PriceBook::parse(&text).unwrap_or_else(|error| panic!("{error}"))
    };
    book(1, old).diff(&book(2, new)).unwrap_or_else(|error| panic!("{error}"))
}
