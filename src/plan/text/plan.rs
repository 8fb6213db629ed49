//! Reads one plan of a book.

use chrono::{DateTime, Utc};

use super::allowance::allowance;
use super::extra::{at_end, facts, notices, refund, terms};
use super::opened::Opened;
use super::reward::reward;
use super::scalar::{few, name, promised};
use super::top_up::{auto_top_up, top_up};
use crate::diagnostic::{nearest, quoted};
use crate::ids::{KindName, Unit};
use crate::plan::places::Places;
use crate::plan::{Allowance, EditionName, Plan, PlanError, PlanName, Proration, Reward, TopUp, Upgrade};
use crate::text::{Entry, Faults, Span, items};

const PLAN: [&str; 25] = [
    "name",
    "edition",
    "unit",
    "from",
    "until",
    "title",
    "note",
    "allowances",
    "allowance",
    "entitlements",
    "limits",
    "studio",
    "facts",
    "top_ups",
    "top_up",
    "rewards",
    "reward",
    "terms",
    "refund",
    "at_end",
    "upgrade",
    "proration",
    "grace_days",
    "auto_top_up",
    "notices",
];

/// What the head of a book says for all of its plans.
pub(super) struct Head {
    pub(super) edition: Option<EditionName>,
    pub(super) unit: Option<Unit>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
    /// The plan that holds without a subscription, and where it is named.
    pub(super) base: Option<(PlanName, Span)>,
    pub(super) kinds: Vec<KindName>,
    /// What was said, whether it could be read or not.
    pub(super) said: Vec<&'static str>,
    pub(super) allowances: Declared<Allowance>,
    pub(super) top_ups: Declared<TopUp>,
    pub(super) rewards: Declared<Reward>,
    pub(super) places: Places,
}

/// What a book declares once for the plans that name it; `None` for what could not be read.
pub(super) struct Declared<T> {
    what: &'static str,
    key: &'static str,
    parts: Vec<(Box<str>, Option<T>)>,
    named: Vec<Box<str>>,
}

/// What could be made of a plan, and its name if that much is known.
pub(super) struct Draft {
    pub(super) plan: Option<Plan>,
    pub(super) name: Option<PlanName>,
    pub(super) places: Places,
}

impl<T: Clone> Declared<T> {
    pub(super) fn of(what: &'static str, key: &'static str) -> Self {
        Self { what, key, parts: Vec::new(), named: Vec::new() }
    }

    pub(super) fn declare(&mut self, name: &str, part: Option<T>) {
        self.parts.push((name.into(), part));
    }

    /// What no plan names.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = String> {
        let unnamed = self.parts.iter().filter(|(name, _)| !self.named.contains(name));
        unnamed.map(|(name, _)| format!("{} {name}", self.what))
    }

    /// What a plan names, in its order.
    fn named(&mut self, faults: &mut Faults, places: &mut Places, head: &Places, entry: &Entry<'_>) -> Vec<(T, Span)> {
        let mut named = Vec::new();
        for item in few(faults, entry, items(entry)) {
            let Some(text) = faults.text(&item) else { continue };
            let Some((name, part)) = self.parts.iter().find(|(name, _)| **name == *text) else {
                let hint = match nearest(text, self.parts.iter().map(|(name, _)| &**name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare it for several plans under [{}.{text}]", self.key),
                };
                faults.add(item.span(), format!("the book declares no {} {}", self.what, quoted(text)), Some(hint));
                continue;
            };
            places.take_over(head, &format!("{} {name}", self.what));
            self.named.push(name.clone());
            named.extend(part.clone().map(|part| (part, item.span())));
        }
        named
    }
}

pub(super) fn plan(faults: &mut Faults, head: &mut Head, entry: &Entry<'_>) -> Draft {
    let mut places = Places::of(entry.span());
    let entries = faults.entries(entry, "what the plan promises");
    let find = |key: &str| entries.iter().find(|entry| entry.key == key);
    let own_name: Option<PlanName> = find("name").and_then(|entry| name(faults, entry));
    let edition = find("edition").map_or_else(|| head.edition.clone(), |entry| name(faults, entry));
    let unit = find("unit").map_or_else(|| head.unit.clone(), |entry| name(faults, entry));
    let of = own_name.as_ref().map_or_else(|| "the plan".to_owned(), |name| format!("plan {}", quoted(name.as_str())));
    for (key, hint) in [
        ("name", "say what it is called, such as name = \"free\""),
        ("edition", "say it at the head of the book, for all plans, or in the plan: edition = \"2026-11\""),
        ("unit", "say it at the head of the book, for all plans, or in the plan: unit = \"credits\""),
    ] {
        if find(key).is_none() && !head.said.contains(&key) {
            faults.add(entry.span(), format!("{of} has no `{key}`"), Some(hint));
        }
    }
    // The rest is read all the same, so that all its faults are found.
    let complete = own_name.is_some() && edition.is_some() && unit.is_some();
    let blank = || Some((PlanName::new("plan").ok()?, EditionName::new("1").ok()?, Unit::new("credits").ok()?));
    let Some((any_name, any_edition, any_unit)) = blank() else {
        return Draft { plan: None, name: own_name, places };
    };
    let name = own_name.clone().unwrap_or(any_name);
    let mut builder =
        Builder { plan: Plan::new(name, edition.unwrap_or(any_edition), unit.unwrap_or(any_unit)), whole: complete };
    let mut opened = Opened::default();
    for (key, instant) in [("from", head.from), ("until", head.until)] {
        let own = find(key).map(|entry| (faults.instant(entry), entry.span()));
        let (instant, span) = own.unwrap_or((instant, entry.span()));
        if let Some(instant) = instant {
            let set = if key == "from" { Plan::in_force_from } else { Plan::in_force_until };
            builder.add(faults, span, |plan| set(plan, instant));
        }
    }
    for entry in &entries {
        places.note(entry.key, entry.span());
        match entry.key {
            "name" | "edition" | "unit" | "from" | "until" => {}
            "entitlements" => opened.entitlements(faults, &mut places, entry),
            "limits" => opened.limits(faults, entry),
            "studio" => opened.studios(faults, &mut places, entry),
            _ => builder.entry(faults, &mut places, head, entry),
        }
    }
    let plan = builder.plan.with_entitlements(opened.entitlements).with_limits(opened.limits);
    Draft { plan: builder.whole.then_some(plan), name: own_name, places }
}

/// A plan that grows, as far as its parts are good.
struct Builder {
    plan: Plan,
    whole: bool,
}

impl Builder {
    fn add(&mut self, faults: &mut Faults, span: Span, add: impl FnOnce(Plan) -> Result<Plan, PlanError>) {
        match promised(faults, span, add(self.plan.clone())) {
            Some(plan) => self.plan = plan,
            None => self.whole = false,
        }
    }

    fn entry(&mut self, faults: &mut Faults, places: &mut Places, head: &mut Head, entry: &Entry<'_>) {
        let span = entry.span();
        match entry.key {
            "title" => self.text(faults, entry, Plan::with_title),
            "note" => self.text(faults, entry, Plan::with_note),
            "allowances" => {
                for (allowance, span) in head.allowances.named(faults, places, &head.places, entry) {
                    self.add(faults, span, |plan| plan.with_allowance(allowance));
                }
            }
            "allowance" => {
                let allowances = faults.entries(entry, "allowances");
                for entry in few(faults, entry, allowances) {
                    if let Some(allowance) = allowance(faults, places, &entry, &head.kinds) {
                        self.add(faults, entry.key_span, |plan| plan.with_allowance(allowance));
                    }
                }
            }
            "top_ups" => {
                for (top_up, span) in head.top_ups.named(faults, places, &head.places, entry) {
                    self.add(faults, span, |plan| plan.with_top_up(top_up));
                }
            }
            "top_up" => {
                let top_ups = faults.entries(entry, "top-ups");
                for entry in few(faults, entry, top_ups) {
                    if let Some(top_up) = top_up(faults, places, &entry) {
                        self.add(faults, entry.key_span, |plan| plan.with_top_up(top_up));
                    }
                }
            }
            "rewards" => {
                for (reward, span) in head.rewards.named(faults, places, &head.places, entry) {
                    self.add(faults, span, |plan| plan.with_reward(reward));
                }
            }
            "reward" => {
                let rewards = faults.entries(entry, "rewards");
                for entry in few(faults, entry, rewards) {
                    if let Some(reward) = reward(faults, places, &entry) {
                        self.add(faults, entry.key_span, |plan| plan.with_reward(reward));
                    }
                }
            }
            "facts" => {
                for fact in facts(faults, places, entry) {
                    self.add(faults, span, |plan| plan.with_fact(fact));
                }
            }
            "grace_days" => {
                if let Some(days) = faults.whole(entry) {
                    self.add(faults, span, |plan| plan.with_grace_days(days));
                }
            }
            _ => self.plan = ends(faults, head, entry, self.plan.clone()),
        }
    }

    fn text(&mut self, faults: &mut Faults, entry: &Entry<'_>, set: fn(Plan, &str) -> Result<Plan, PlanError>) {
        if let Some(text) = faults.text(entry) {
            self.add(faults, entry.span(), |plan| set(plan, text));
        }
    }
}

/// What holds of spends, refunds, changes and notices.
fn ends(faults: &mut Faults, head: &Head, entry: &Entry<'_>, plan: Plan) -> Plan {
    match entry.key {
        "terms" => plan.with_terms(terms(faults, entry)),
        "refund" => refund(faults, entry).into_iter().fold(plan, Plan::with_refund),
        "at_end" => at_end(faults, entry, &head.kinds, plan),
        "upgrade" => faults.one_of(entry, &Upgrade::TEXTS).into_iter().fold(plan, Plan::with_upgrade),
        "proration" => faults.one_of(entry, &Proration::TEXTS).into_iter().fold(plan, Plan::with_proration),
        "auto_top_up" => auto_top_up(faults, entry).into_iter().fold(plan, Plan::with_auto_top_up),
        "notices" => plan.with_notices(notices(faults, entry)),
        _ => {
            faults.unknown(entry, &PLAN);
            plan
        }
    }
}
