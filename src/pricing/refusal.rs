//! Why a request has no price, in words that say what would have one.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    diagnostic::{listed, quoted},
    request::RequestError,
    value::Value,
};

/// Why a request has no price.
///
/// There is no default price: whatever a book does not price is one of these, and each names what is allowed. The
/// variants will grow with the language, hence `non_exhaustive`; all of them mean that the request, or the book, must
/// change before it can be priced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PriceError {
    /// The studio, model or count is none that a request can have.
    #[error(transparent)]
    Request(Box<RequestError>),
    /// The book has nothing by this name.
    #[error("{0}")]
    Unknown(Box<UnknownName>),
    /// The model costs something else under each of its tools, and the request names none.
    #[error("{}", .0.shown())]
    ToolNeeded(Box<ToolNeeded>),
    /// A setting or fact that the price depends on is left out, and has no default.
    #[error("{} is missing, and the price depends on it; it may be {}", quoted(&.0.name), .0.allowed)]
    Missing(Box<MissingSetting>),
    /// A setting or fact is set to what it cannot be.
    #[error("{} is {}; it may be {}", quoted(&.0.name), quoted(&.0.value.to_string()), .0.allowed)]
    NotAllowed(Box<NotAllowed>),
    /// The book does not sell this combination of settings.
    #[error("{} is not offered{}", quoted(&.0.rule), .0.shown_because())]
    NotOffered(Box<NotOffered>),
    /// No edition or rule is in force at the instant of the request.
    #[error("{}", .0.shown())]
    NotInForce(Box<NotInForce>),
    /// The rule's formulas have no result for this request.
    #[error("{} has no price for this request: {}", quoted(&.0.rule), .0.because)]
    NoResult(Box<NoResult>),
    /// What a quote was based on is not in this engine.
    #[error("{} of the quote is {}, and the engine has {}", .0.what, quoted(&.0.wanted), .0.known)]
    OtherBasis(Box<OtherBasis>),
    /// How the work ended is not known yet, so there is nothing to charge yet.
    #[error("the outcome is unknown, so there is nothing to charge yet")]
    OutcomeUnknown,
}

/// A name that the book does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownName {
    /// What it should name: `studio`, `tool`, `model`, `setting` or `fact`.
    pub kind: &'static str,
    /// The name.
    pub name: String,
    /// What does not have it: `the book`, or a studio or model.
    pub within: String,
    /// The nearest names there are, the nearest first.
    pub nearest: Vec<String>,
    /// All names there are.
    pub known: Vec<String>,
}

/// A model that is priced by tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolNeeded {
    /// The studio.
    pub studio: String,
    /// The model.
    pub model: String,
    /// The tools that price it.
    pub tools: Vec<String>,
}

/// A setting or fact that is needed and left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingSetting {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub allowed: String,
}

/// A setting or fact that is set to what it cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAllowed {
    /// Its name.
    pub name: String,
    /// What the request sets it to.
    pub value: Value,
    /// What it may be.
    pub allowed: String,
}

/// A combination of settings that is not sold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotOffered {
    /// The rule.
    pub rule: String,
    /// The name by which the rule's table has no price, and what the request sets it to.
    pub because: Option<(String, Option<Value>)>,
    /// The values of that name for which the table has a price.
    pub offered: Vec<String>,
    /// The conditions under which it is sold, where none of them holds.
    pub conditions: Vec<String>,
}

/// An instant for which there is no price.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotInForce {
    /// What is not in force: a book, or a model.
    pub what: String,
    /// The instant of the request.
    pub at: DateTime<Utc>,
    /// The first instant with a price.
    pub first: Option<DateTime<Utc>>,
    /// The first instant without a price again.
    pub last: Option<DateTime<Utc>>,
}

/// Formulas that have no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoResult {
    /// The rule.
    pub rule: String,
    /// Why it has none.
    pub because: NoResultBecause,
}

/// Why formulas have no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoResultBecause {
    /// A number on the way is too large.
    #[error("a number on the way is too large, or has too many digits, to be held exactly")]
    TooLarge,
    /// A division by 0.
    #[error("it divides by 0")]
    DivisionByZero,
    /// A power, root or logarithm that has no value.
    #[error("it takes a power, root or logarithm that has no value")]
    Undefined,
    /// A loop goes on for too long.
    #[error("a loop has more than {0} rounds")]
    RoundsOver(u64),
    /// The price would be below 0.
    #[error("the price would be below 0")]
    Negative,
}

/// A quote whose book, edition or rule this engine does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherBasis {
    /// What differs: `the book`, `the edition`, `the checksum` or `the rule`.
    pub what: &'static str,
    /// What the quote was made with.
    pub wanted: String,
    /// What the engine has.
    pub known: String,
}

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, name, within, nearest, known } = self;
        write!(f, "{within} has no {kind} {}", quoted(name))?;
        match nearest.as_slice() {
            [] if known.is_empty() => write!(f, "; it has no {kind}s"),
            [] => write!(f, "; its {kind}s are {}", list(known)),
            [near] => write!(f, "; did you mean {}?", quoted(near)),
            nearest => write!(f, "; did you mean one of {}?", list(nearest)),
        }
    }
}

impl ToolNeeded {
    fn shown(&self) -> String {
        let Self { studio, model, tools } = self;
        let tools = list(tools);
        format!("model {} of studio {} is priced by tool; name one of {tools}", quoted(model), quoted(studio))
    }
}

impl NotOffered {
    fn shown_because(&self) -> String {
        let offered =
            if self.offered.is_empty() { String::new() } else { format!("; offered are {}", list(&self.offered)) };
        match &self.because {
            Some((name, Some(value))) => format!(" with {} = {}{offered}", quoted(name), quoted(&value.to_string())),
            Some((name, None)) => format!(" for this {}{offered}", quoted(name)),
            None if self.conditions.is_empty() => ": the book says so for these settings".to_owned(),
            None => {
                let conditions: Vec<_> = self.conditions.iter().map(|condition| quoted(condition)).collect();
                format!(" here: it is when {}", conditions.join(" or "))
            }
        }
    }
}

impl NotInForce {
    fn shown(&self) -> String {
        let Self { what, at, first, last } = self;
        match (first, last) {
            (Some(first), _) if at < first => format!("{what} has no price at {at:?}: its first is from {first:?}"),
            (_, Some(last)) if last <= at => format!("{what} has no price at {at:?}: its last ended at {last:?}"),
            _ => format!("{what} has no price at {at:?}"),
        }
    }
}

fn list(names: &[String]) -> String {
    listed(names.iter().map(String::as_str))
}
