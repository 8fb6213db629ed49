//! What changes between two price books, as requests see it.

mod combine;
mod compare;
mod find;
mod points;
mod reach;
mod sample;
mod setting;
mod tally;
mod tell;
mod unchanged;
mod value;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::find::Books;
use super::{
    book::{Charged, Exactness, PriceBook},
    line::Quantity,
};
use crate::{credits::Credits, outcome::Outcome, request::GenerationRequest, text::BookError, value::Value};

/// What changes between two price books: which requests cost something else, and by how much.
///
/// It is found by asking, not by comparing texts: a rule that is written in another way and costs the same is no
/// change. `Display` tells it for people, one line a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The book before.
    pub old: BookName,
    /// The book after.
    pub new: BookName,
    /// What the book says of itself, such as from when it is in force.
    pub terms: Vec<TermsChange>,
    /// What is no longer sold.
    pub removed: Vec<OfferName>,
    /// What was not sold before.
    pub added: Vec<OfferName>,
    /// What may be set, and what holds when it is left out.
    pub settings: Vec<SettingChange>,
    /// What amounts are counted in.
    pub units: Vec<UnitChange>,
    /// What is charged for work that does not end well.
    pub charges: Vec<ChargeChange>,
    /// How exact a quote is.
    pub exactness: Vec<ExactnessChange>,
    /// What costs something else.
    pub prices: Vec<PriceChange>,
}

/// A book and its edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BookName {
    /// The name of the book.
    pub book: String,
    /// The name of the edition.
    pub edition: String,
}

/// Something that is sold: a model of a studio, with the tools for which the change is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OfferName {
    /// The studio.
    pub studio: String,
    /// The model; `*` stands for every model that is not listed.
    pub model: String,
    /// The tools, none for requests without one.
    pub tools: Vec<String>,
}

/// A change of what the book says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TermsChange {
    /// `from`, `until` or `quote_minutes`.
    pub term: &'static str,
    /// What it was, as text; `None` where nothing was said.
    pub old: Option<String>,
    /// What it is.
    pub new: Option<String>,
}

/// A change of what may be set, the same for all the offers named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingChange {
    /// The name of the setting, or of the fact.
    pub name: String,
    /// Whether it is a fact: what only the caller knows. It is then the same for all that is sold.
    pub fact: bool,
    /// What changes.
    pub change: SettingEdit,
    /// What it changes for.
    pub offers: Vec<OfferName>,
}

/// How a setting changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SettingEdit {
    /// It may be set now.
    Added,
    /// It may no longer be set.
    Removed,
    /// Values that it may have now.
    Allowed(Vec<Value>),
    /// Values that it may no longer have.
    NotAllowed(Vec<Value>),
    /// What it may be, in words.
    Range {
        /// Before.
        old: String,
        /// After.
        new: String,
    },
    /// What it is when it is left out.
    Default {
        /// Before.
        old: Option<Value>,
        /// After.
        new: Option<Value>,
    },
}

/// A change of what amounts are counted in, the same for all the offers named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnitChange {
    /// The unit before.
    pub old: String,
    /// The unit after.
    pub new: String,
    /// What it changes for.
    pub offers: Vec<OfferName>,
}

/// A change of what is charged for an outcome, the same for all the offers named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChargeChange {
    /// How the work ended; delivered stands for delivered in part.
    pub outcome: Outcome,
    /// What was charged.
    pub old: Charged,
    /// What is charged.
    pub new: Charged,
    /// What it changes for.
    pub offers: Vec<OfferName>,
}

/// A change of how exact the quotes of some requests are, of all the offers named. What is quoted as at least so much
/// has no maximum, so that to hold it takes a cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExactnessChange {
    /// How exact they were.
    pub old: Exactness,
    /// How exact they are.
    pub new: Exactness,
    /// What it changes for.
    pub offers: Vec<OfferName>,
}

/// How the prices of an offer change, over the requests that were tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PriceChange {
    /// What is sold.
    pub offer: OfferName,
    /// How many requests were tried by both books.
    pub tried: u64,
    /// How many there are with the values that were tried; where it is more, they were sampled.
    pub combinations: u64,
    /// How many of the requests tried change: those that cost something else, and those that only one of the books
    /// prices.
    pub changed: u64,
    /// How many of them are no longer priced.
    pub no_longer_offered: u64,
    /// How many of them were not priced before.
    pub newly_offered: u64,
    /// From the greatest fall to the greatest rise, for requests that both books price in the same unit.
    pub amounts: Option<Extent<Credits>>,
    /// The same in percent of the old price, of those that were not free, to a hundredth of a percent.
    pub percents: Option<Extent<Quantity>>,
    /// Some of the requests that change.
    pub examples: Vec<PriceExample>,
}

/// The least and the greatest of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Extent<T> {
    /// The least; below 0 for a fall.
    pub least: T,
    /// The greatest.
    pub greatest: T,
}

/// A request that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PriceExample {
    /// What it is an example of.
    pub of: ExampleOf,
    /// The request.
    pub request: GenerationRequest,
    /// When it is made, where that makes a difference.
    pub at: Option<DateTime<Utc>>,
    /// What the old book says to it.
    pub old: PriceAnswer,
    /// What the new book says to it.
    pub new: PriceAnswer,
}

/// What an example shows.
///
/// Complete on purpose: whoever tells a change has words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExampleOf {
    /// One output with nothing set.
    Defaults,
    /// The greatest rise.
    Rise,
    /// The greatest fall.
    Fall,
    /// What is no longer priced.
    NoLongerOffered,
    /// What was not priced before.
    NewlyOffered,
    /// What costs as much, in another unit.
    Unit,
}

/// What a book says to a request.
///
/// Complete on purpose: there is a price, or there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceAnswer {
    /// What it costs.
    Price {
        /// How much.
        amount: Credits,
        /// What the amount is counted in.
        unit: String,
    },
    /// Why it has no price.
    Refused(String),
}

impl PriceBook {
    /// What changes when another book takes the place of this one, as requests see it.
    ///
    /// For everything that either book sells, requests are tried by both: every value of what a price depends on, the
    /// ends of its ranges, the bounds of its tables and what lies between them, at counts of 1, 2, 10 and those that
    /// tables name, in each period of the new book, and what the books' own examples ask for. All combinations are
    /// tried, up to 4,096 of them for one offer; beyond that each value by itself, every pair, and some of the rest,
    /// and [`PriceChange::combinations`] says how many there are.
    ///
    /// When the books are in force is compared too ([`Diff::terms`]), but prices are compared as if both were.
    ///
    /// # Errors
    ///
    /// The faults of both books, as [`CostEngine::new`](super::CostEngine::new) tells them.
    ///
    /// ```
    /// use studio_credits::pricing::{Price, PriceBook, PricingRule, Setting};
    ///
    /// let book = |edition: &str, four_k: u32| {
    ///     PriceBook::new("acme", edition, "credits")
    ///         .with_setting("resolution", Setting::choice(["1k", "4k"]).with_default("1k"))
    ///         .with_rule(
    ///             PricingRule::new("image", "flux")
    ///                 .per("output", Price::by("resolution", [("1k", 10), ("4k", four_k)])),
    ///         )
    /// };
    /// let diff = book("2026-11", 40).diff(&book("2026-12", 50))?;
    ///
    /// assert_eq!(diff.prices[0].changed, 3);
    /// assert_eq!(
    ///     diff.to_string(),
    ///     "acme 2026-11 → acme 2026-12\n\
    ///      image/flux: 3 of 6 prices change, by +10 to +100 credits (+25 %)\n  \
    ///        greatest rise: resolution = 4k, count 10: 400 → 500 credits (+25 %)\n"
    /// );
    /// assert!(book("2026-11", 40).diff(&book("2026-12", 40))?.is_empty());
    /// # Ok::<(), studio_credits::pricing::BookError>(())
    /// ```
    pub fn diff(&self, new: &PriceBook) -> Result<Diff, BookError> {
        Ok(Books::compiled(self, new)?.diff())
    }
}

impl Diff {
    /// Whether nothing changes: every request that was tried costs what it did, as exactly, and may be made as before.
    pub fn is_empty(&self) -> bool {
        let Self { old: _, new: _, terms, removed, added, settings, units, charges, exactness, prices } = self;
        let names = removed.is_empty() && added.is_empty();
        let terms = terms.is_empty() && charges.is_empty() && exactness.is_empty();
        names && terms && settings.is_empty() && units.is_empty() && prices.is_empty()
    }
}
