//! Another evaluator of price books, which shares neither code nor design with the crate, and a run of both over the
//! same generated books and requests: not one may differ.
//!
//! The oracle keeps a book as the tree that a person wrote, and looks up every name when it meets it. Its numbers are
//! fractions of integers without a bound. It compiles nothing, rounds nowhere on the way, and never overflows. The book
//! reaches the crate as text, so the reader of books is tried as well.
//!
//! The same books are tried each time. `ORACLE_SEED` tries others, `ORACLE_BOOKS` so many of them, and
//! `ORACLE_REQUESTS` so many requests for each; a difference says how to see it again.

mod answer;
mod ask;
pub(crate) mod chance;
mod compare;
mod counter;
mod make;
mod number;
mod reckon;
mod rung;
mod setting;
mod shop;
mod shrink;
mod tree;
mod uses;
mod write;

use std::{collections::BTreeMap, env, time::Instant};

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, PriceBook},
};

use self::{
    ask::Ask,
    compare::{Comparison, Difference, Said},
    shop::Shop,
    tree::Book,
    write::written,
};

#[test]
fn the_crate_and_the_oracle_agree() {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (seed, books, requests) = (number("ORACLE_SEED", 1), number("ORACLE_BOOKS", 40), number("ORACLE_REQUESTS", 25));
    let start = Instant::now();
    let mut counts = BTreeMap::<(&str, Said), u64>::new();
    let mut over = 0;
    for seed in seed..seed + books {
        let editions = make::editions(seed);
        let Some(all) = tried(&editions, seed, requests) else {
            over += 1;
            continue;
        };
        for said in all {
            for (what, said) in ["price", "due"].into_iter().zip(said) {
                *counts.entry((what, said.unwrap_or(Said::Priced))).or_default() += u64::from(said.is_some());
            }
        }
    }
    assert!(over * 100 <= books, "{over} of {books} books take too many steps to be tried");
    if env::var("ORACLE_BOOKS").is_ok() {
        println!("{books} books with {requests} requests each, from seed {seed}, in {:?}", start.elapsed());
        println!("{over:>10}  books that take too many steps");
        for ((what, said), count) in counts {
            println!("{count:>10}  {what} {said:?}");
        }
    }
}

/// What was said of all requests to a book; none where a price may take more steps than the crate allows.
fn tried(books: &[Book], seed: u64, requests: u64) -> Option<Vec<[Option<Said>; 2]>> {
    let engine = match engine(books, seed) {
        Ok(engine) => engine,
        Err(faults) if faults.contains(" steps; the most is 100000") => return None,
        Err(faults) => panic!("{}\n{faults}\n\n{}", texts(books, seed), again(seed, 0)),
    };
    let editions = Shop::editions(books);
    let mut all = Vec::new();
    let mut worst: Option<(Ask, Difference)> = None;
    for number in 0..requests {
        let ask = make::ask::ask(&editions, seed, number);
        match Comparison::of(&engine, &editions, &ask).made() {
            Ok(said) => all.push(said),
            Err(difference) if worst.as_ref().is_none_or(|(known, _)| ask.size() < known.size()) => {
                worst = Some((ask, difference));
            }
            Err(_) => {}
        }
    }
    if let Some((ask, difference)) = worst {
        let (books, ask, difference) = shrink::shrunk(books, &ask, &difference, seed);
        let Difference { what, oracle, found } = &difference;
        panic!(
            "{what} differs: the oracle says {oracle}, the crate {found}\n\n{ask}\n\n{}\n{}",
            texts(&books, seed),
            again(seed, requests),
        );
    }
    Some(all)
}

/// The texts of all editions, each with the books below it.
fn texts(books: &[Book], seed: u64) -> String {
    let texts = books.iter().flat_map(Book::layers).map(|book| written(book, seed));
    texts.collect::<Vec<_>>().join("\n# ---\n\n")
}

/// A book as text, and requests to it: what others are tried with, too.
pub(crate) fn sample(seed: u64, requests: u64) -> (String, Vec<(GenerationRequest, DateTime<Utc>)>) {
    let editions = make::editions(seed);
    let book = editions[0].layers().pop().expect("a book below all others");
    let shops = Shop::editions(std::slice::from_ref(book));
    let asks = (0..requests).map(|number| make::ask::ask(&shops, seed, number));
    (written(book, seed), asks.map(|ask| (ask.request(), ask.at)).collect())
}

/// The command that shows the same again.
fn again(seed: u64, requests: u64) -> String {
    format!("ORACLE_SEED={seed} ORACLE_BOOKS=1 ORACLE_REQUESTS={requests} cargo test --test it -- oracle --nocapture")
}

/// An engine of all editions, read from their texts.
fn engine(books: &[Book], seed: u64) -> Result<CostEngine, String> {
    let read = |book: &Book| {
        let load = |name: &str| {
            let below = book.layers().into_iter().find(|layer| layer.name == name)?;
            Some((name.to_owned(), written(below, seed)))
        };
        PriceBook::parse_layers("book", &written(book, seed), load).map_err(|error| error.to_string())
    };
    let (first, rest) = books.split_first().expect("an edition");
    let engine = CostEngine::new(&read(first)?).map_err(|error| error.to_string())?;
    rest.iter().try_fold(engine, |engine, book| engine.with_edition(&read(book)?).map_err(|error| error.to_string()))
}
