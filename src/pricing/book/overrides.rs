//! What a book changes of the rules of the book that it extends.

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    Span,
    charging::Charging,
    exactness::Exactness,
    price::Price,
    round::Round,
    rule::{Addition, Condition, Factor},
    setting::Setting,
};

/// A change to the rules of the book below, which need not say their prices again.
///
/// It selects rules by studio, tool and model; what is not named selects all. Its factors, additions and bounds follow
/// those of the rule, before the rounding. With a condition or dates, it holds for the requests that fulfil them, and
/// the price of the book below for all others.
///
/// ```
/// use studio_credits::pricing::Override;
///
/// // studio = "video", times = [{ what = "contract discount", by = 0.8 }]
/// let discount = Override::new().for_studio("video").times("contract discount", "", "0.8");
///
/// // studio = "image", model = ["flux-dev", "flux-pro"], offered = false
/// let withdrawn = Override::new().for_studio("image").for_model("flux-dev").for_model("flux-pro").withdrawn();
/// # let _ = (discount, withdrawn);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    pub(crate) studio: Option<Box<str>>,
    pub(crate) tools: Vec<Box<str>>,
    pub(crate) models: Vec<Box<str>>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) when: Option<Condition>,
    pub(crate) withdrawn: bool,
    pub(crate) unit: Option<Box<str>>,
    pub(crate) unit_round: Option<Round>,
    pub(crate) settings: Vec<(Box<str>, Setting)>,
    pub(crate) times: Vec<Factor>,
    pub(crate) plus: Vec<Addition>,
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
    pub(crate) exactness: Option<Exactness>,
    pub(crate) charge: Charging,
    pub(crate) note: Option<Box<str>>,
    pub(crate) span: Span,
}

impl Override {
    /// A change to every rule, until it is told which and how.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only for rules of this studio.
    #[must_use]
    pub fn for_studio(mut self, studio: &str) -> Self {
        self.studio = Some(studio.into());
        self
    }

    /// Only for this tool, and others that are named in the same way.
    #[must_use]
    pub fn for_tool(mut self, tool: &str) -> Self {
        self.tools.push(tool.into());
        self
    }

    /// Only for this model, and others that are named in the same way; the model `*` is the rule for any model.
    #[must_use]
    pub fn for_model(mut self, model: &str) -> Self {
        self.models.push(model.into());
        self
    }

    /// The instant from which it is in force, in whole microseconds.
    #[must_use]
    pub fn from(mut self, instant: DateTime<Utc>) -> Self {
        self.from = Some(instant.trunc_subsecs(6));
        self
    }

    /// The instant at which it ends: it no longer changes a request of that very instant.
    #[must_use]
    pub fn until(mut self, instant: DateTime<Utc>) -> Self {
        self.until = Some(instant.trunc_subsecs(6));
        self
    }

    /// A condition: a request that does not fulfil it costs what it does in the book below.
    #[must_use]
    pub fn when(mut self, formula: &str) -> Self {
        self.when = Some(Condition::new(formula));
        self
    }

    /// No longer offered.
    #[must_use]
    pub fn withdrawn(mut self) -> Self {
        self.withdrawn = true;
        self
    }

    /// In another unit, by what the book says that the units [are worth](crate::pricing::PriceBook::converting); its
    /// factors, additions and bounds are in that unit.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// How amounts are rounded that it [turns](Self::in_unit) into its unit, where the book counts in another one.
    #[must_use]
    pub fn rounded_in_unit(mut self, round: Round) -> Self {
        self.unit_round = Some(round);
        self
    }

    /// Less of a setting, for the models that take it.
    #[must_use]
    pub fn with_setting(mut self, name: &str, setting: Setting) -> Self {
        self.settings.push((name.into(), setting));
        self
    }

    /// A factor on the price of the book below; `when` is a condition, empty for always.
    #[must_use]
    pub fn times(mut self, what: &str, when: &str, by: impl Into<Price>) -> Self {
        self.times.push(Factor::new(what, when, by.into()));
        self
    }

    /// An addition after the factors, for each `unit`; `when` is a condition, empty for always.
    #[must_use]
    pub fn plus(mut self, what: &str, when: &str, unit: &str, price: impl Into<Price>) -> Self {
        self.plus.push(Addition::new(what, when, unit, price.into()));
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

    /// How the amount is rounded at the end.
    #[must_use]
    pub fn rounded(mut self, round: Round) -> Self {
        self.round = Some(round);
        self
    }

    /// How exact the price is.
    #[must_use]
    pub fn with_exactness(mut self, exactness: Exactness) -> Self {
        self.exactness = Some(exactness);
        self
    }

    /// What is charged for work that did not end well, where it differs.
    #[must_use]
    pub fn charging(mut self, charging: Charging) -> Self {
        self.charge = charging;
        self
    }

    /// What a person should know about the price.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Whether it is for what is sold under these names; an empty tool stands for none.
    pub(crate) fn selects(&self, studio: &str, tool: &str, model: &str) -> bool {
        let among = |names: &[Box<str>], name: &str| names.is_empty() || names.iter().any(|known| **known == *name);
        self.studio.as_deref().is_none_or(|known| known == studio)
            && among(&self.tools, tool)
            && among(&self.models, model)
    }

    /// Whether it changes nothing at all.
    pub(crate) fn says_nothing(&self) -> bool {
        let Self { studio, tools, models, from, until, when, span, .. } = self.clone();
        *self == Self { studio, tools, models, from, until, when, span, ..Self::default() }
    }
}
