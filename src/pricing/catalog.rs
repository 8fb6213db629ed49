//! What an edition sells, for a user interface to draw.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    book::{Exactness, SettingKind},
    edition::{Edition, Slice, Sold},
    engine::CostEngine,
    line::Quantity,
    program::{Input, InputKind},
    refusal::PriceError,
};
use crate::{credits::Credits, number::Number, request::GenerationRequest, value::Value};

/// What an edition sells at an instant: studios, their tools and models, and the settings of each.
///
/// Studios, models and tools are sorted by name; settings and facts stand in the order in which the book takes them,
/// and values in the order written. It serialises with values as requests take them, and with amounts and the ends of
/// ranges as decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Catalog<'a> {
    /// The name of the price book.
    pub book: &'a str,
    /// The edition of the price book.
    pub edition: &'a str,
    /// What only the caller knows, and may state for any request.
    pub facts: Vec<CatalogSetting<'a>>,
    /// The studios that sell something.
    pub studios: Vec<CatalogStudio<'a>>,
}

/// One studio: its tools, and its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogStudio<'a> {
    /// The name that requests use.
    pub name: &'a str,
    /// The tools of all its models.
    pub tools: Vec<&'a str>,
    /// Its models.
    pub models: Vec<CatalogModel<'a>>,
}

/// One model of a studio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogModel<'a> {
    /// The name that requests use; `*` stands for every model that is not listed.
    pub name: &'a str,
    /// What it is sold as, at least one: tools with the same base price and settings share an offer, and the offer for
    /// requests that name no tool comes first.
    pub offers: Vec<CatalogOffer<'a>>,
}

/// What the rules for a model, or for some tools of it, take and ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogOffer<'a> {
    /// The tools that it is for.
    pub tools: Vec<&'a str>,
    /// A request has to name one of the tools; otherwise the offer is for requests without a tool, too.
    pub needs_tool: bool,
    /// What one output costs with every setting and fact at its default; `None` where the price needs a setting, or
    /// where the defaults together are not offered.
    pub base: Option<BasePrice<'a>>,
    /// What may be set.
    pub settings: Vec<CatalogSetting<'a>>,
}

/// What one output costs with every setting and fact at its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BasePrice<'a> {
    /// How much.
    pub amount: Credits,
    /// What the amount is counted in.
    pub unit: &'a str,
    /// How exact it is.
    pub exactness: Exactness,
    /// What the book wants a person to know about the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
}

/// A setting or a fact: the control to draw for it, and what it is when it is left out.
///
/// What does not apply to its type is empty, and left out when it is serialised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogSetting<'a> {
    /// The name that requests use; the items of a list have that of the list.
    pub name: &'a str,
    /// The type; numbers of which only some are allowed are a choice.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// The values of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The least that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Quantity>,
    /// The most that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Quantity>,
    /// What a number is a multiple of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Quantity>,
    /// What a number counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'a str>,
    /// What it is when it is left out; without one, a price that depends on it needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<&'a Value>,
    /// Known only after the work, so a request may leave it out.
    pub measured: bool,
    /// What each item of a list may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<CatalogSetting<'a>>>,
    /// How many items a list may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// The fields of a record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CatalogSetting<'a>>,
    /// What a person should know about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
}

impl CostEngine {
    /// What is sold at an instant, for a user interface to draw.
    ///
    /// # Errors
    ///
    /// [`PriceError::NotInForce`] when no edition is in force.
    ///
    /// ```
    /// use studio_credits::pricing::{CostEngine, Price, PriceBook, PricingRule, Setting};
    ///
    /// let by_resolution = Price::by("resolution", [("1k", "49"), ("2k", "73.5")]);
    /// let book = PriceBook::new("acme", "2026-11", "credits")
    ///     .with_setting("resolution", Setting::choice(["1k", "2k"]).with_default("1k"))
    ///     .with_rule(PricingRule::new("image", "nano-banana-2").with_tool("restyle").per("output", by_resolution));
    /// let engine = CostEngine::new(&book)?;
    ///
    /// let catalog = engine.catalog("2026-11-22T12:00:00Z".parse()?)?;
    /// let model = &catalog.studios[0].models[0];
    /// let offer = &model.offers[0];
    /// assert_eq!((model.name, offer.tools.as_slice()), ("nano-banana-2", ["restyle"].as_slice()));
    /// assert_eq!(offer.base.as_ref().map(|base| base.amount.to_string()), Some("49".into()));
    /// assert_eq!(offer.settings[0].values, ["1k".into(), "2k".into()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn catalog(&self, at: DateTime<Utc>) -> Result<Catalog<'_>, PriceError> {
        let edition = self.edition_at(at)?;
        Ok(Catalog {
            book: &edition.book,
            edition: &edition.name,
            facts: edition.facts.iter().map(CatalogSetting::new).collect(),
            studios: edition.studios(at),
        })
    }
}

impl Edition {
    fn studios(&self, at: DateTime<Utc>) -> Vec<CatalogStudio<'_>> {
        let mut studios = BTreeMap::<&str, BTreeMap<&str, Vec<(&Sold, &Slice)>>>::new();
        for sold in &self.sold {
            if let Some(slice) = self.slices_of(sold.offer).iter().find(|slice| slice.period.holds(at)) {
                studios.entry(&sold.studio).or_default().entry(&sold.model).or_default().push((sold, slice));
            }
        }
        let studio = |(name, models): (_, BTreeMap<_, Vec<_>>)| {
            let tools = models.values().flatten().map(|(sold, _): &(&Sold, _)| &*sold.tool);
            let tools: BTreeSet<_> = tools.filter(|tool| !tool.is_empty()).collect();
            let model = |(name, sold): (_, Vec<_>)| CatalogModel { name, offers: self.offers_of(&sold, at) };
            CatalogStudio { name, tools: tools.into_iter().collect(), models: models.into_iter().map(model).collect() }
        };
        studios.into_iter().map(studio).collect()
    }

    /// The offers of one model, which is given sorted by tool.
    fn offers_of<'a>(&'a self, all: &[(&'a Sold, &'a Slice)], at: DateTime<Utc>) -> Vec<CatalogOffer<'a>> {
        let mut offers = Vec::<CatalogOffer<'a>>::new();
        for (sold, slice) in all {
            let offer = CatalogOffer {
                tools: Some(&*sold.tool).filter(|tool| !tool.is_empty()).into_iter().collect(),
                needs_tool: !sold.tool.is_empty(),
                base: self.base(sold, slice, at),
                settings: slice.inputs.iter().filter(|input| !input.fact).map(CatalogSetting::new).collect(),
            };
            match offers.iter_mut().find(|known| known.base == offer.base && known.settings == offer.settings) {
                Some(known) => known.tools.extend(offer.tools),
                None => offers.push(offer),
            }
        }
        offers
    }

    fn base<'a>(&'a self, sold: &Sold, slice: &'a Slice, at: DateTime<Utc>) -> Option<BasePrice<'a>> {
        let mut request = GenerationRequest::new(&sold.studio, &sold.model).ok()?;
        if !sold.tool.is_empty() {
            request = request.with_tool(&sold.tool).ok()?;
        }
        let base = self.seat(&request, at, |seat| {
            let quote = seat.quote()?;
            // The quote lives no longer than its request; the rule that it names lives as long as the edition.
            let rule = slice.rules.iter().find(|rule| *rule.name == *quote.rule());
            Ok(rule.map(|rule| BasePrice {
                amount: quote.total,
                unit: &rule.unit,
                exactness: quote.exactness,
                note: rule.note.as_deref(),
            }))
        });
        base.ok().flatten()
    }
}

impl<'a> CatalogSetting<'a> {
    fn new(input: &'a Input) -> Self {
        let bare = Self {
            name: &input.name,
            kind: SettingKind::Flag,
            values: Vec::new(),
            min: None,
            max: None,
            step: None,
            unit: input.unit.as_deref(),
            default: input.default.as_ref(),
            measured: input.measured,
            items: None,
            max_items: None,
            fields: Vec::new(),
            note: input.note.as_deref(),
        };
        match &input.kind {
            InputKind::Flag => bare,
            InputKind::Choice(values) => {
                let values = values.iter().map(|(value, _)| value.clone()).collect();
                Self { kind: SettingKind::Choice, values, ..bare }
            }
            InputKind::Text => Self { kind: SettingKind::Text, ..bare },
            InputKind::Number { only, .. } if !only.is_empty() => {
                let values = only.iter().filter_map(|number| number.to_decimal()).map(Value::from);
                // A range or a step may rule out some of them.
                let values = values.filter(|value| input.kind.accepts(value).is_ok()).collect();
                Self { kind: SettingKind::Choice, values, ..bare }
            }
            InputKind::Number { min, max, step, .. } => {
                let shown = |number: &Number| Some(Quantity(*number));
                let step = step.as_ref().and_then(shown);
                Self { kind: SettingKind::Number, min: shown(min), max: shown(max), step, ..bare }
            }
            InputKind::List { item, max } => {
                let items = Some(Box::new(Self::new(item)));
                Self { kind: SettingKind::List, items, max_items: Some(*max), ..bare }
            }
            InputKind::Record(fields) => {
                let fields = fields.iter().map(Self::new).collect();
                Self { kind: SettingKind::Record, fields, ..bare }
            }
        }
    }
}
