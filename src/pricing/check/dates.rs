//! Dates that reach beyond those of the book.

use chrono::{DateTime, NaiveTime, Utc};

use super::doubts::{DATES, Doubts};
use crate::pricing::{
    book::{PriceBook, PricingRule, key_in},
    period::Period,
};

/// Tells the dates of rules and examples that lie outside of the book's own.
pub(crate) fn dates(book: &PriceBook, doubts: &mut Doubts) {
    for rule in book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members)) {
        of_rule(book, rule, doubts);
    }
    let period = Period { from: book.from, until: book.until };
    for example in &book.examples {
        if let Some(at) = example.at.filter(|at| !period.holds(*at)) {
            let message = format!("the example is for {}, when the book is not in force", day(at));
            doubts.add(key_in(book, example.span, "at"), DATES, message, None);
        }
    }
}

fn of_rule(book: &PriceBook, rule: &PricingRule, doubts: &mut Doubts) {
    let mut tell = |key: &str, message: String| doubts.add(key_in(book, rule.span, key), DATES, message, None);
    let before = |one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>| Some((one?, other?)).filter(|(a, b)| a < b);
    if let Some((until, from)) = book.until.zip(rule.from).filter(|(until, from)| from >= until) {
        tell("from", format!("the rule begins on {}, and the book ends on {}", day(from), day(until)));
    } else if let Some((from, begin)) = before(rule.from, book.from) {
        tell("from", format!("the rule begins on {}, and the book only on {}", day(from), day(begin)));
    }
    if let Some((from, until)) = book.from.zip(rule.until).filter(|(from, until)| until <= from) {
        tell("until", format!("the rule ends on {}, and the book only begins on {}", day(until), day(from)));
    } else if let Some((end, until)) = before(book.until, rule.until) {
        tell("until", format!("the rule ends on {}, and the book already on {}", day(until), day(end)));
    }
}

/// A day, or an instant that does not begin one.
pub(crate) fn day(instant: DateTime<Utc>) -> String {
    if instant.time() == NaiveTime::MIN { instant.format("%F").to_string() } else { format!("{instant:?}") }
}
