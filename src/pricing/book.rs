//! All pricing rules of one edition, as data.

mod charging;
mod exactness;
mod overrides;
mod places;
mod price;
mod round;
mod rule;
mod setting;

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;

pub use self::{
    charging::{Charged, Charging},
    exactness::Exactness,
    overrides::Override,
    price::Price,
    round::Round,
    rule::PricingRule,
    setting::{Setting, SettingKind},
};
pub(crate) use self::{
    places::{key_in, name_before, text_in},
    price::{Cell, FREE, NOT_OFFERED, PriceKind},
    round::DIRECTIONS,
    rule::{Addition, Condition, Each, Factor},
};
pub(crate) use crate::text::{Sources, Span};
use crate::{credits::Credits, request::GenerationRequest};

/// All pricing rules of one edition: what a product manager edits and a [`CostEngine`](super::CostEngine) compiles.
///
/// A book is read from TOML with [`PriceBook::parse`], built in code, and written out with
/// [`PriceBook::to_toml`]. The [language](super) is described with the module.
///
/// ```
/// use studio_credits::pricing::{PriceBook, PricingRule};
///
/// let built = PriceBook::new("acme", "2026-11", "credits")
///     .with_rule(PricingRule::new("image", "flux-dev").per("output", 5));
/// let read = PriceBook::parse(&built.to_toml())?;
/// assert_eq!(read, built);
/// # Ok::<(), studio_credits::pricing::BookError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBook {
    pub(crate) name: Box<str>,
    pub(crate) edition: Box<str>,
    /// Empty in a book that extends another and says none.
    pub(crate) unit: Box<str>,
    /// The name of the book below, and where it is said.
    pub(crate) extends: Option<(Box<str>, Span)>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) quote_minutes: Option<u32>,
    pub(crate) round: Option<Round>,
    pub(crate) charge: Charging,
    /// What one of another unit is in the unit of the book.
    pub(crate) convert: Vec<(Box<str>, Decimal)>,
    pub(crate) note: Option<Box<str>>,
    pub(crate) settings: Vec<(Box<str>, Setting)>,
    pub(crate) facts: Vec<(Box<str>, Setting)>,
    pub(crate) lets: Vec<(Box<str>, Price)>,
    pub(crate) rules: Vec<PricingRule>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) examples: Vec<Example>,
    pub(crate) span: Span,
    /// What the spans point into.
    pub(crate) sources: Sources,
}

/// A request and what it must cost, kept in the book that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    pub(crate) request: GenerationRequest,
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) costs: Credits,
    pub(crate) span: Span,
}

impl PriceBook {
    /// A book without rules: its name, its edition, and the unit that its amounts are counted in.
    pub fn new(name: &str, edition: &str, unit: &str) -> Self {
        Self {
            name: name.into(),
            edition: edition.into(),
            unit: unit.into(),
            extends: None,
            from: None,
            until: None,
            quote_minutes: None,
            round: None,
            charge: Charging::default(),
            convert: Vec::new(),
            note: None,
            settings: Vec::new(),
            facts: Vec::new(),
            lets: Vec::new(),
            rules: Vec::new(),
            overrides: Vec::new(),
            examples: Vec::new(),
            span: Span::default(),
            sources: Sources::default(),
        }
    }

    /// The instant from which the edition is in force, in whole microseconds.
    #[must_use]
    pub fn from(mut self, instant: DateTime<Utc>) -> Self {
        self.from = Some(instant.trunc_subsecs(6));
        self
    }

    /// The instant at which the edition ends: it no longer prices a request of that very instant.
    #[must_use]
    pub fn until(mut self, instant: DateTime<Utc>) -> Self {
        self.until = Some(instant.trunc_subsecs(6));
        self
    }

    /// How long a quote holds, in minutes; a quarter of an hour if nothing is said.
    #[must_use]
    pub fn with_quote_minutes(mut self, minutes: u32) -> Self {
        self.quote_minutes = Some(minutes);
        self
    }

    /// How amounts are rounded at the end; up to the next billionth if nothing is said.
    #[must_use]
    pub fn rounded(mut self, round: Round) -> Self {
        self.round = Some(round);
        self
    }

    /// What is charged for work that did not end well.
    #[must_use]
    pub fn charging(mut self, charging: Charging) -> Self {
        self.charge = charging;
        self
    }

    /// What one of another unit is in the unit of the book: for a price that refers to a rule in that unit.
    #[must_use]
    pub fn converting(mut self, unit: &str, rate: Decimal) -> Self {
        self.convert.push((unit.into(), rate));
        self
    }

    /// What a person should know about the book.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Declares a setting, for the rules that take it.
    #[must_use]
    pub fn with_setting(mut self, name: &str, setting: Setting) -> Self {
        self.settings.push((name.into(), setting));
        self
    }

    /// Declares a fact: what only the caller knows, such as the plan, and any rule may use.
    #[must_use]
    pub fn with_fact(mut self, name: &str, fact: Setting) -> Self {
        self.facts.push((name.into(), fact));
        self
    }

    /// A named value, for use in all formulas and tables of the book.
    #[must_use]
    pub fn with_let(mut self, name: &str, value: impl Into<Price>) -> Self {
        self.lets.push((name.into(), value.into()));
        self
    }

    /// Adds a rule.
    #[must_use]
    pub fn with_rule(mut self, rule: PricingRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The name of the book below: this one holds what differs, and is to be put [over](PriceBook::over) it.
    ///
    /// The unit may then be left empty: it is that of the book below.
    #[must_use]
    pub fn extending(mut self, name: &str) -> Self {
        self.extends = Some((name.into(), Span::default()));
        self
    }

    /// Changes rules of the book below; several that are for the same rule apply in their order.
    #[must_use]
    pub fn with_override(mut self, change: Override) -> Self {
        self.overrides.push(change);
        self
    }

    /// Adds an example: what a request must cost at an instant (the first of the edition, if none is given).
    ///
    /// Examples are priced when the book is compiled; one that costs something else is a fault of the book.
    #[must_use]
    pub fn with_example(mut self, request: GenerationRequest, at: Option<DateTime<Utc>>, costs: Credits) -> Self {
        self.examples.push(Example { request, at, costs, span: Span::default() });
        self
    }

    /// The book's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The edition's name.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// The name of the book below, for a book that was not put over it yet.
    pub fn extends(&self) -> Option<&str> {
        self.extends.as_ref().map(|(name, _)| &**name)
    }

    /// What amounts are counted in, where a rule says nothing else.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// How amounts in a unit are rounded where nothing else is said: the book speaks of its own alone.
    pub(crate) fn round_in(&self, unit: &str) -> Option<Round> {
        self.round.filter(|_| *self.unit == *unit)
    }
}
