//! What is told of books that are made by chance is true: whoever is refused was warned of, and what is said to be
//! always or never so can be written out.
//!
//! The same books are tried each time. `CHECK_SEED` tries others, and `CHECK_BOOKS` so many of them; a warning that is
//! missing or wrong says how to see it again.

use std::env;

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest,
    diagnostic::Diagnostic,
    pricing::{CostEngine, NoResultBecause, PriceBook, PriceError},
};

use crate::oracle::sample;

type Asks = [(GenerationRequest, DateTime<Utc>)];

/// How many requests each book is tried with.
const REQUESTS: u64 = 60;
const ALWAYS: &str = "this condition is always true";
const NEVER: &str = "this condition is never true";

#[test]
fn whoever_is_refused_was_warned_of() {
    let mut refused = 0;
    for_each_book(|text, asks| {
        // Without cells that are not offered on purpose, each refusal for want of a cell is one to be warned of.
        let text = text.replace("\"not offered\"", "\"free\"").replace("'not offered'", "'free'");
        let Some(engine) = engine(&text) else { return Ok(()) };
        let found = PriceBook::check_file("", &text);
        for (request, at) in asks {
            let Err(error) = engine.price(request, *at) else { continue };
            let Some(warned) = warnings_of(&error, request.count()) else { continue };
            refused += 1;
            if !found.iter().any(|found| warned.iter().any(|warned| found.message.contains(warned))) {
                return Err(format!("{error}\n{request:?}\nwithout a warning\n{text}"));
            }
        }
        Ok(())
    });
    assert!(refused > 50, "only {refused} requests were refused");
}

#[test]
fn a_condition_that_is_always_or_never_true_may_be_written_so() {
    let mut written = 0;
    for_each_book(|text, asks| {
        let Some(engine) = engine(text) else { return Ok(()) };
        for found in PriceBook::check_file("", text) {
            let Some(constant) = constant(text, &found) else { continue };
            let Some(other) = self::engine(&constant) else { continue };
            written += 1;
            for (request, at) in asks {
                // A condition also takes settings, and refuses requests that leave out what it asks for.
                let (price, other) = (engine.price(request, *at), other.price(request, *at));
                if price.is_ok() && price != other && !matches!(other, Err(PriceError::Unknown(_))) {
                    return Err(format!("{found}\nwhich is not so\n{request:?}\n{text}"));
                }
            }
        }
        Ok(())
    });
    assert!(written > 20, "only {written} conditions were written out");
}

/// What a warning of such a refusal says; none for those that a good book makes.
fn warnings_of(error: &PriceError, count: u64) -> Option<&'static [&'static str]> {
    Some(match error {
        PriceError::NoResult(because) => match because.because {
            NoResultBecause::DivisionByZero => &["a division by", "a step of"],
            NoResultBecause::Negative => &["below 0"],
            NoResultBecause::Undefined => &["has no", "no whole number"],
            // A price that only so many outputs make too large is no fault of the book.
            NoResultBecause::TooLarge if count > 1 => return None,
            NoResultBecause::TooLarge => &["more than can be held", "amounts go up to"],
            NoResultBecause::RoundsOver(_) => &["the loop may have more"],
            _ => return None,
        },
        PriceError::NotOffered(not) if not.because.is_some() => {
            &["there is no cell", "there is no tier", "no size covers", "no rule for any model"]
        }
        _ => return None,
    })
}

/// The book with a condition written out as what is told of it.
fn constant(text: &str, found: &Diagnostic) -> Option<String> {
    let value = if found.message.starts_with(ALWAYS) {
        "true"
    } else if found.message.starts_with(NEVER) {
        "false"
    } else {
        return None;
    };
    let place = found.place.as_ref()?;
    let line_at: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let (before, rest) = text.split_at(line_at);
    let line: Vec<char> = rest.lines().next()?.chars().collect();
    let (head, tail) = (&line[..place.column - 1], &line[place.column - 1 + place.width..]);
    let line_length: usize = line.iter().map(|letter| letter.len_utf8()).sum();
    let written = [head.iter().collect::<String>().as_str(), value, &tail.iter().collect::<String>()].concat();
    Some([before, &written, &rest[line_length..]].concat())
}

fn engine(text: &str) -> Option<CostEngine> {
    PriceBook::parse(text).and_then(|book| CostEngine::new(&book)).ok()
}

fn for_each_book(mut law: impl FnMut(&str, &Asks) -> Result<(), String>) {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (seed, books) = (number("CHECK_SEED", 1), number("CHECK_BOOKS", 16));
    for seed in seed..seed + books {
        let (text, asks) = sample(seed, REQUESTS);
        if let Err(broken) = law(&text, &asks) {
            panic!("{broken}\nagain: CHECK_SEED={seed} CHECK_BOOKS=1 cargo test --test it -- check::sound --nocapture");
        }
    }
}
