//! An itemised price, and where it comes from.

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Serialize, Serializer};

use super::{
    book::Exactness,
    edition::{Edition, Slice},
    line::Line,
    program::Rule,
};
use crate::{basis::Checksum, credits::Credits, request::GenerationRequest, value::Value};

/// An itemised price for one request: its lines, their total, and the rule and edition it comes from.
///
/// Only a [`CostEngine`](super::CostEngine) makes one. It serialises for a user interface, with every amount a decimal
/// string, and cannot be read back, so that no client hands in a price of its own.
///
/// ```
/// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let now = "2026-11-22T12:00:00Z".parse()?;
/// let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?.with_setting("resolution", "2k")?;
///
/// let quote = engine.quote(&request, now)?;
/// let line = &quote.lines()[0];
/// assert_eq!((line.quantity.to_string(), line.rate.to_string()), ("4".into(), "73.5".into()));
/// assert_eq!(quote.total().to_string(), "294");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a quote charges nothing until it is held"]
#[derive(Clone, Debug)]
pub struct Quote<'a> {
    pub(crate) total: Credits,
    pub(crate) maximum: Option<Credits>,
    pub(crate) exactness: Exactness,
    pub(crate) lines: Vec<Line<'a>>,
    pub(crate) why: Why<'a>,
    pub(crate) edition: &'a Edition,
    pub(crate) at: DateTime<Utc>,
}

/// Why a quote is what it is, as a sentence for people.
#[derive(Clone, Copy)]
pub struct Why<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) slice: &'a Slice,
    pub(crate) request: &'a GenerationRequest,
    pub(crate) catch_all: bool,
}

impl<'a> Quote<'a> {
    /// What the request costs.
    pub fn total(&self) -> Credits {
        self.total
    }

    /// What the amounts are counted in.
    pub fn unit(&self) -> &'a str {
        &self.why.rule.unit
    }

    /// The most that the request can cost; `None` where that is not known.
    pub fn maximum(&self) -> Option<Credits> {
        self.maximum
    }

    /// How exact the total is.
    pub fn exactness(&self) -> Exactness {
        self.exactness
    }

    /// What the total is made of, in order; at least one line.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The name of the price book.
    pub fn book(&self) -> &'a str {
        &self.edition.book
    }

    /// The edition of the price book.
    pub fn edition(&self) -> &'a str {
        &self.edition.name
    }

    /// The checksum of that edition.
    pub fn checksum(&self) -> Checksum {
        Checksum(self.edition.checksum)
    }

    /// The name of the rule that fired.
    pub fn rule(&self) -> &'a str {
        &self.why.rule.name
    }

    /// Why that rule fired, and what was taken for settings that the request left out.
    pub fn why(&self) -> Why<'a> {
        self.why
    }

    /// What the book wants a person to know about the price.
    pub fn note(&self) -> Option<&'a str> {
        self.why.rule.note.as_deref()
    }

    /// The instant that the request was priced for, in whole microseconds.
    pub fn quoted_at(&self) -> DateTime<Utc> {
        self.at.trunc_subsecs(6)
    }

    /// Until when the price holds; the instant itself is too late.
    pub fn valid_until(&self) -> DateTime<Utc> {
        let at = self.quoted_at();
        let life = at.checked_add_signed(self.edition.quote_life);
        let ends = [life, self.why.slice.period.until, self.edition.period.until];
        ends.into_iter().flatten().min().unwrap_or(at)
    }

    /// The request that was priced.
    pub fn request(&self) -> &'a GenerationRequest {
        self.why.request
    }

    /// The settings that it was priced with, sorted by name: those given, and the book's defaults for those left out.
    ///
    /// What is left out and has no default is not among them.
    ///
    /// ```
    /// use studio_credits::{GenerationRequest, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let request = GenerationRequest::new("image", "nano-banana-2")?.with_setting("aspect_ratio", "16:9")?;
    /// let quote = engine.quote(&request, "2026-11-22T12:00:00Z".parse()?)?;
    ///
    /// let settings: Vec<_> = quote.settings().map(|(name, value)| format!("{name} = {value}")).collect();
    /// assert_eq!(settings, ["aspect_ratio = 16:9", "resolution = 1k"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settings(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        // Worked out when asked for: most quotes are only shown.
        let mut settings: Vec<_> = self.request().settings().chain(self.defaults()).collect();
        settings.sort_unstable_by_key(|(name, _)| *name);
        settings.into_iter()
    }

    /// What was taken for the settings that the request left out. The price need not depend on it: the work does.
    pub(crate) fn defaults(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let Why { slice, request, .. } = self.why;
        let left_out = slice.inputs.iter().filter(|input| !input.fact && request.setting(&input.name).is_none());
        left_out.filter_map(|input| Some((&*input.name, input.default.as_ref()?)))
    }
}

impl Serialize for Quote<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename = "Quote")]
        struct Told<'q> {
            total: Credits,
            unit: &'q str,
            maximum: Option<Credits>,
            exactness: Exactness,
            lines: &'q [Line<'q>],
            book: &'q str,
            edition: &'q str,
            checksum: Checksum,
            rule: &'q str,
            why: Why<'q>,
            #[serde(skip_serializing_if = "Option::is_none")]
            note: Option<&'q str>,
            quoted_at: DateTime<Utc>,
            valid_until: DateTime<Utc>,
            request: &'q GenerationRequest,
        }
        let told = Told {
            total: self.total,
            unit: self.unit(),
            maximum: self.maximum,
            exactness: self.exactness,
            lines: &self.lines,
            book: self.book(),
            edition: self.edition(),
            checksum: self.checksum(),
            rule: self.rule(),
            why: self.why,
            note: self.note(),
            quoted_at: self.quoted_at(),
            valid_until: self.valid_until(),
            request: self.request(),
        };
        told.serialize(serializer)
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = self.request.model().as_str();
        if self.catch_all {
            write!(f, "no rule names model `{model}`, so the rule for any model applies")?;
        } else {
            write!(f, "the rule for model `{model}`")?;
        }
        if let Some(condition) = &self.rule.condition {
            write!(f, " when {condition}")?;
        }
        for input in &*self.slice.inputs {
            let given = if input.fact { self.request.fact(&input.name) } else { self.request.setting(&input.name) };
            match (given, &input.default) {
                (None, Some(default)) => write!(f, "; `{}` is left out, so it is {default}", input.name)?,
                (None, None) if input.measured => write!(f, "; `{}` is not known yet", input.name)?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Why({self})")
    }
}

impl Serialize for Why<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
