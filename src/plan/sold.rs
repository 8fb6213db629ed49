//! Plans held against what is sold.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use super::text::part_of;
use super::{AllowedSetting, AllowedValues, Plan, PlanBook};
use crate::diagnostic::{Diagnostic, listed, nearest, quoted};
use crate::text::{Faults, Span};
use crate::value::Value;
use crate::work::Restriction;

/// What is sold, by name: studios, tools, models, what settings may be, and the facts that prices know.
///
/// Plans and prices do not know each other, so this is how the names of a price book come to its plans: as plain data,
/// made of a [catalog](crate::pricing::Catalog) of the engine, or name by name.
///
/// ```
/// use studio_credits::{books, plan::Sold, pricing::CostEngine};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let sold = Sold::from(&engine.catalog("2026-11-25T12:00:00Z".parse()?)?);
/// assert_eq!(books::imagineart_plans().check_against(&sold), []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sold {
    studios: BTreeMap<Box<str>, SoldStudio>,
    facts: BTreeMap<Box<str>, Open>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SoldStudio {
    tools: BTreeSet<Box<str>>,
    models: BTreeSet<Box<str>>,
    settings: BTreeMap<Box<str>, Open>,
}

/// The values that something may have; `None` is any.
type Open = Option<Vec<Value>>;

impl Sold {
    /// A studio, whatever its models are.
    #[must_use = "what is sold is returned, not changed in place"]
    pub fn with_studio(mut self, studio: &str) -> Self {
        self.studios.entry(studio.into()).or_default();
        self
    }

    /// A model of a studio.
    #[must_use = "what is sold is returned, not changed in place"]
    pub fn with_model(mut self, studio: &str, model: &str) -> Self {
        self.studios.entry(studio.into()).or_default().models.insert(model.into());
        self
    }

    /// A tool of a studio.
    #[must_use = "what is sold is returned, not changed in place"]
    pub fn with_tool(mut self, studio: &str, tool: &str) -> Self {
        self.studios.entry(studio.into()).or_default().tools.insert(tool.into());
        self
    }

    /// Values that a setting may have in a studio, beside those that are known already; no values are any.
    #[must_use = "what is sold is returned, not changed in place"]
    pub fn with_setting(mut self, studio: &str, name: &str, values: impl IntoIterator<Item = Value>) -> Self {
        open(&mut self.studios.entry(studio.into()).or_default().settings, name, values);
        self
    }

    /// Values that a fact may have, beside those that are known already; no values are any.
    #[must_use = "what is sold is returned, not changed in place"]
    pub fn with_fact(mut self, name: &str, values: impl IntoIterator<Item = Value>) -> Self {
        open(&mut self.facts, name, values);
        self
    }
}

fn open(known: &mut BTreeMap<Box<str>, Open>, name: &str, values: impl IntoIterator<Item = Value>) {
    let known = known.entry(name.into()).or_insert_with(|| Some(Vec::new()));
    let mut values = values.into_iter().peekable();
    if values.peek().is_none() {
        *known = None;
    }
    for value in values {
        known.iter_mut().filter(|listed| !listed.contains(&value)).for_each(|listed| listed.push(value.clone()));
    }
}

impl PlanBook {
    /// Every name in the plans that is not sold, as an error: a studio, tool or model that an entitlement, allowance,
    /// top-up or reward names, a setting or a value, a fact for prices. Nothing if all are.
    ///
    /// ```
    /// use studio_credits::plan::{PlanBook, Sold};
    ///
    /// let book = PlanBook::parse(
    ///     r#"
    ///     edition = "2026-11"
    ///     unit = "credits"
    ///
    ///     [[plan]]
    ///     name = "free"
    ///     entitlements.models = ["flux-dev", "flux-por"]
    ///     "#,
    /// )?;
    /// let sold = Sold::default().with_model("image", "flux-dev").with_model("image", "flux-pro");
    /// let found = book.check_against(&sold);
    /// assert_eq!(found[0].message, "no model `flux-por` is sold");
    /// assert_eq!(found[0].hint.as_deref(), Some("did you mean `flux-pro`?"));
    /// # Ok::<(), studio_credits::plan::BookError>(())
    /// ```
    pub fn check_against(&self, sold: &Sold) -> Vec<Diagnostic> {
        let mut faults = Faults::of(&self.sources);
        for (plan, places) in self.plans.iter().zip(&self.places) {
            sold.plan(plan, places, &mut faults);
        }
        faults.into_found()
    }
}

impl Sold {
    fn plan(&self, plan: &Plan, places: &Places, faults: &mut Faults) {
        self.work("entitlements", plan.entitlements().work(), places, faults);
        for allowance in plan.allowances() {
            self.work(&format!("allowance {}", allowance.name()), allowance.restriction(), places, faults);
        }
        for top_up in plan.top_ups() {
            self.work(&format!("top-up {}", top_up.name()), top_up.restriction(), places, faults);
        }
        for reward in plan.rewards() {
            self.work(&format!("reward {}", reward.name()), reward.restriction(), places, faults);
        }
        for (studio, _) in plan.limits().studios() {
            self.known("studio", studio.as_str(), places.at(&format!("studio {studio}")), faults);
        }
        for setting in plan.entitlements().settings() {
            self.setting(setting, places, faults);
        }
        for fact in plan.facts() {
            let span = places.at(&format!("fact {}", fact.name()));
            match self.facts.get(fact.name()) {
                None => not_sold(faults, span, "fact", fact.name(), "known to prices", self.facts.keys()),
                Some(Some(values)) if !values.contains(fact.value()) => {
                    let (name, value) = (quoted(fact.name()), quoted(&fact.value().to_string()));
                    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                    let hint = format!("prices know {}", listed(values.iter().map(String::as_str)));
                    faults.add(span, format!("prices do not know {value} as the fact {name}"), Some(hint));
                }
                Some(_) => {}
            }
        }
    }

    fn work(&self, part: &str, work: &Restriction, places: &Places, faults: &mut Faults) {
        let studios = work.studios().iter().map(|studio| ("studio", "studio", studio.as_str()));
        let tools = work.tools().iter().map(|tool| ("tool", "tool", tool.as_str()));
        let models = work.models().iter().map(|model| ("model", "model", model.as_str()));
        let except = work.except_models().iter().map(|model| ("except model", "model", model.as_str()));
        for (list, kind, name) in studios.chain(tools).chain(models).chain(except) {
            self.known(kind, name, places.at(&format!("{part}/{list} {name}")), faults);
        }
    }

    /// Says what is not sold under a name in any studio.
    fn known(&self, kind: &'static str, name: &str, span: Span, faults: &mut Faults) {
        let studios = self.studios.values();
        let names: Vec<&Box<str>> = match kind {
            "studio" => self.studios.keys().collect(),
            "tool" => studios.flat_map(|studio| &studio.tools).collect(),
            _ => studios.flat_map(|studio| &studio.models).collect(),
        };
        if !names.iter().any(|known| ***known == *name) {
            not_sold(faults, span, kind, name, "sold", names);
        }
    }

    fn setting(&self, setting: &AllowedSetting, places: &Places, faults: &mut Faults) {
        let part = part_of(setting.studio(), setting.setting());
        if let Some(studio) = setting.studio()
            && !self.studios.contains_key(studio.as_str())
        {
            return self.known("studio", studio.as_str(), places.at(&format!("studio {studio}")), faults);
        }
        let of_studio = |name: &str| setting.studio().is_none_or(|studio| studio.as_str() == name);
        let studios = || self.studios.iter().filter(|(name, _)| of_studio(name)).map(|(_, studio)| studio);
        let open: Vec<&Open> = studios().filter_map(|studio| studio.settings.get(setting.setting())).collect();
        if open.is_empty() {
            let names = studios().flat_map(|studio| studio.settings.keys());
            return not_sold(faults, places.at(&part), "setting", setting.setting(), "sold", names);
        }
        let AllowedValues::Values(values) = setting.allowed() else { return };
        let any = open.iter().any(|values| values.is_none());
        let known =
            |value: &Value| open.iter().filter_map(|values| values.as_ref()).any(|values| values.contains(value));
        for value in values.iter().filter(|value| !any && !known(value)) {
            let sold: Vec<String> = open.iter().copied().flatten().flatten().map(ToString::to_string).collect();
            let text = value.to_string();
            let names = || sold.iter().map(String::as_str);
            let hint = match nearest(&text, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is sold as {}", listed(names())),
            };
            let message = format!("no {} of {} is sold", quoted(setting.setting()), quoted(&text));
            faults.add(places.at(&format!("{part}/{value}")), message, Some(hint));
        }
    }
}

fn not_sold<'s>(
    faults: &mut Faults,
    span: Span,
    kind: &str,
    name: &str,
    is: &str,
    known: impl IntoIterator<Item = &'s Box<str>>,
) {
    let near = nearest(name, known.into_iter().map(|known| &**known));
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    faults.add(span, format!("no {kind} {} is {is}", quoted(name)), hint);
}
