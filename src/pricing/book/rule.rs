//! What one kind of generation costs.

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    Span, charging::Charging, exactness::Exactness, overrides::Override, price::Price, round::Round, setting::Setting,
};

/// What one kind of generation costs, or a family of rules that share what they have in common.
///
/// The commonest rule is one line of a book, and one line of code:
///
/// ```
/// use studio_credits::pricing::{Price, PricingRule};
///
/// // { model = "kling-3.0-pro", per.output = 300 }
/// let flat = PricingRule::new("video", "kling-3.0-pro").per("output", 300);
///
/// // { model = "flux-3", per.second.resolution = { 720p = "51.29", 1080p = "159.92" } }
/// let table = PricingRule::new("video", "flux-3")
///     .per("second", Price::by("resolution", [("720p", "51.29"), ("1080p", "159.92")]));
/// # let _ = (flat, table);
/// ```
///
/// What a rule says is checked when a [`CostEngine`](crate::pricing::CostEngine) is made of its book, all faults at
/// once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PricingRule {
    pub(crate) name: Option<Box<str>>,
    pub(crate) studio: Option<Box<str>>,
    pub(crate) tools: Vec<Box<str>>,
    pub(crate) models: Vec<Box<str>>,
    /// The models that `*` does not stand for, where the rule builds on another tool.
    pub(crate) except: Vec<Box<str>>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) when: Option<Condition>,
    pub(crate) like: Option<Box<str>>,
    pub(crate) unit: Option<Box<str>>,
    pub(crate) settings: Vec<(Box<str>, Setting)>,
    pub(crate) lets: Vec<(Box<str>, Price)>,
    pub(crate) per: Vec<(Box<str>, Price)>,
    pub(crate) free: bool,
    pub(crate) times: Vec<Factor>,
    pub(crate) plus: Vec<Addition>,
    pub(crate) each: Each,
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
    pub(crate) exactness: Option<Exactness>,
    pub(crate) charge: Charging,
    pub(crate) note: Option<Box<str>>,
    /// What the books above change of it, from the lowest up.
    pub(crate) overrides: Vec<Override>,
    pub(crate) members: Vec<PricingRule>,
    pub(crate) span: Span,
}

/// A formula that is true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) formula: Box<str>,
    pub(crate) span: Span,
}

/// A named factor on what stands before it, and when it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Factor {
    pub(crate) what: Box<str>,
    pub(crate) when: Option<Condition>,
    pub(crate) by: Price,
    pub(crate) span: Span,
}

/// The bounds and the rounding of what one output comes to, before the count multiplies it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Each {
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
}

/// A named addition to what stands before it, and when it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addition {
    pub(crate) what: Box<str>,
    pub(crate) when: Option<Condition>,
    pub(crate) per: Vec<(Box<str>, Price)>,
    pub(crate) span: Span,
}

impl PricingRule {
    /// A rule for one model of a studio; the model `*` stands for every model that no other rule names.
    pub fn new(studio: &str, model: &str) -> Self {
        Self { studio: Some(studio.into()), models: vec![model.into()], ..Self::default() }
    }

    /// What the rules of a family have in common; each member says the rest.
    ///
    /// ```
    /// use studio_credits::pricing::{PriceBook, PricingRule};
    ///
    /// let family = PricingRule::family("image")
    ///     .with_tool("text-to-image")
    ///     .with_member(PricingRule::new("image", "flux-dev").per("output", 5))
    ///     .with_member(PricingRule::new("image", "flux-pro").per("output", 15));
    /// let read = PriceBook::parse(
    ///     r#"
    ///     name = "acme"
    ///     edition = "2026-11"
    ///     unit = "credits"
    ///
    ///     [[rule]]
    ///     studio = "image"
    ///     tool = "text-to-image"
    ///     models = [
    ///       { model = "flux-dev", per.output = 5 },
    ///       { model = "flux-pro", per.output = 15 },
    ///     ]
    ///     "#,
    /// )?;
    /// assert_eq!(PriceBook::new("acme", "2026-11", "credits").with_rule(family), read);
    /// # Ok::<(), studio_credits::pricing::BookError>(())
    /// ```
    pub fn family(studio: &str) -> Self {
        Self { studio: Some(studio.into()), ..Self::default() }
    }

    /// A rule of this family: what it does not say itself, it takes from here.
    #[must_use]
    pub fn with_member(mut self, mut member: PricingRule) -> Self {
        member.studio = member.studio.filter(|own| Some(own) != self.studio.as_ref());
        self.members.push(member);
        self
    }

    /// Another model that the rule prices.
    #[must_use]
    pub fn with_model(mut self, model: &str) -> Self {
        self.models.push(model.into());
        self
    }

    /// What requests, errors and quotes call the rule; without it, its studio, tool and model are its name.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A tool that the rule prices; without any, it prices requests that name no tool.
    #[must_use]
    pub fn with_tool(mut self, tool: &str) -> Self {
        self.tools.push(tool.into());
        self
    }

    /// The instant from which the rule is in force, in whole microseconds.
    #[must_use]
    pub fn from(mut self, instant: DateTime<Utc>) -> Self {
        self.from = Some(instant.trunc_subsecs(6));
        self
    }

    /// The instant at which the rule ends: it no longer prices a request of that very instant.
    #[must_use]
    pub fn until(mut self, instant: DateTime<Utc>) -> Self {
        self.until = Some(instant.trunc_subsecs(6));
        self
    }

    /// A condition: of the rules for one model, those with a condition are tried in the order written,
    /// and the one without comes last.
    #[must_use]
    pub fn when(mut self, formula: &str) -> Self {
        self.when = Some(Condition::new(formula));
        self
    }

    /// The price is that of the same model under this tool, before this rule's own factors and additions.
    #[must_use]
    pub fn like(mut self, tool: &str) -> Self {
        self.like = Some(tool.into());
        self
    }

    /// A model that `*` does not stand for, in a rule that builds on another tool.
    #[must_use]
    pub fn except(mut self, model: &str) -> Self {
        self.except.push(model.into());
        self
    }

    /// What the amounts are counted in, if not in the unit of the book.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// A setting that the rule takes: its declaration, or what narrows the declaration in the book.
    #[must_use]
    pub fn with_setting(mut self, name: &str, setting: Setting) -> Self {
        self.settings.push((name.into(), setting));
        self
    }

    /// A named value, for use in the formulas and tables of this rule.
    #[must_use]
    pub fn with_let(mut self, name: &str, value: impl Into<Price>) -> Self {
        self.lets.push((name.into(), value.into()));
        self
    }

    /// A price for each `unit`: `output`, `call`, a named value, or a setting that is counted in that unit.
    #[must_use]
    pub fn per(mut self, unit: &str, price: impl Into<Price>) -> Self {
        self.per.push((unit.into(), price.into()));
        self
    }

    /// Costs nothing, and meant so.
    #[must_use]
    pub fn free(mut self) -> Self {
        self.free = true;
        self
    }

    /// A factor on the price so far; `when` is a condition, empty for always.
    #[must_use]
    pub fn times(mut self, what: &str, when: &str, by: impl Into<Price>) -> Self {
        self.times.push(Factor::new(what, when, by.into()));
        self
    }

    /// An addition to the price so far, for each `unit`; `when` is a condition, empty for always.
    #[must_use]
    pub fn plus(mut self, what: &str, when: &str, unit: &str, price: impl Into<Price>) -> Self {
        self.plus.push(Addition::new(what, when, unit, price.into()));
        self
    }

    /// The least that each output costs, before the count multiplies it.
    #[must_use]
    pub fn with_minimum_each(mut self, price: impl Into<Price>) -> Self {
        self.each.minimum = Some(price.into());
        self
    }

    /// The most that each output costs, before the count multiplies it.
    #[must_use]
    pub fn with_maximum_each(mut self, price: impl Into<Price>) -> Self {
        self.each.maximum = Some(price.into());
        self
    }

    /// How the price of each output is rounded, before the count multiplies it.
    #[must_use]
    pub fn rounded_each(mut self, round: Round) -> Self {
        self.each.round = Some(round);
        self
    }

    /// The least that a request costs.
    #[must_use]
    pub fn with_minimum(mut self, price: impl Into<Price>) -> Self {
        self.minimum = Some(price.into());
        self
    }

    /// The most that a request costs.
    #[must_use]
    pub fn with_maximum(mut self, price: impl Into<Price>) -> Self {
        self.maximum = Some(price.into());
        self
    }

    /// How the amount is rounded at the end, if not as the book says.
    #[must_use]
    pub fn rounded(mut self, round: Round) -> Self {
        self.round = Some(round);
        self
    }

    /// How exact the price is; exact if nothing is said.
    #[must_use]
    pub fn with_exactness(mut self, exactness: Exactness) -> Self {
        self.exactness = Some(exactness);
        self
    }

    /// What is charged for work that did not end well, if not as the book says.
    #[must_use]
    pub fn charging(mut self, charging: Charging) -> Self {
        self.charge = charging;
        self
    }

    /// What a person should know about the price; a quote repeats it.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl Each {
    /// What this says, and where it is silent, what `wider` says.
    pub(crate) fn or(self, wider: Each) -> Each {
        Each {
            minimum: self.minimum.or(wider.minimum),
            maximum: self.maximum.or(wider.maximum),
            round: self.round.or(wider.round),
        }
    }

    pub(crate) fn says_nothing(&self) -> bool {
        *self == Each::default()
    }
}

impl Factor {
    pub(crate) fn new(what: &str, when: &str, by: Price) -> Self {
        Self { what: what.into(), when: Condition::some(when), by, span: Span::default() }
    }
}

impl Addition {
    pub(crate) fn new(what: &str, when: &str, unit: &str, price: Price) -> Self {
        let per = vec![(unit.into(), price)];
        Self { what: what.into(), when: Condition::some(when), per, span: Span::default() }
    }
}

impl Condition {
    pub(crate) fn new(formula: &str) -> Self {
        Self { formula: formula.into(), span: Span::default() }
    }

    fn some(formula: &str) -> Option<Self> {
        (!formula.is_empty()).then(|| Self::new(formula))
    }
}
