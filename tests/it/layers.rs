//! Books over one another: what each says, what holds of the ones below, and what is wrong with them.

mod faults;
mod price;
mod text;
mod tools;

use chrono::{DateTime, NaiveTime, Utc};
use studio_credits::{
    GenerationRequest,
    pricing::{BookError, CostEngine, PriceBook},
};

const NOON: &str = "2026-11-22T12:00:00Z";

/// The books over one another, the lowest first; each is loaded as a file of its name, under two more lines.
fn layered(books: &[(&str, &str)]) -> Result<PriceBook, BookError> {
    let texts: Vec<_> =
        books.iter().map(|(name, rest)| (*name, format!("name = '{name}'\nedition = '1'\n{rest}"))).collect();
    let load = |wanted: &str| {
        let (name, text) = texts.iter().find(|(name, _)| *name == wanted)?;
        Some((format!("{name}.toml"), text.clone()))
    };
    let (top, text) = texts.last().unwrap();
    PriceBook::parse_layers(&format!("{top}.toml"), text, load)
}

/// What a request costs, or why it has no price. It is written `studio/tool/model x2 setting=1 fact:plan=pro @2027-01-01`.
fn price(engine: &CostEngine, ask: &str) -> String {
    let mut words = ask.split_whitespace();
    let names: Vec<_> = words.next().unwrap().split('/').collect();
    let mut request = GenerationRequest::new(names[0], names[names.len() - 1]).unwrap();
    if let [_, tool, _] = names[..] {
        request = request.with_tool(tool).unwrap();
    }
    let mut at: DateTime<Utc> = NOON.parse().unwrap();
    for word in words {
        request = if let Some(day) = word.strip_prefix('@') {
            at = day.parse::<chrono::NaiveDate>().unwrap().and_time(NaiveTime::MIN).and_utc();
            request
        } else if let Some(count) = word.strip_prefix('x') {
            request.with_count(count.parse().unwrap()).unwrap()
        } else {
            let (name, value) = word.split_once('=').unwrap();
            match name.strip_prefix("fact:") {
                Some(fact) => request.with_fact(fact, value).unwrap(),
                None => request.with_setting(name, value).unwrap(),
            }
        };
    }
    match engine.price(&request, at) {
        Ok(price) => price.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Holds books, the lowest first, to what requests cost by them.
#[track_caller]
fn costs(books: &[(&str, &str)], expected: &[(&str, &str)]) {
    let book = layered(books).unwrap_or_else(|error| panic!("{error}"));
    let engine = CostEngine::new(&book).unwrap_or_else(|error| panic!("{error}\n{}", book.to_toml()));
    for (ask, costs) in expected {
        assert_eq!(price(&engine, ask), *costs, "{ask}\n{}", book.to_toml());
    }
    let read = PriceBook::parse(&book.to_toml()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read, book, "\n{}\n{}", read.to_toml(), book.to_toml());
}
