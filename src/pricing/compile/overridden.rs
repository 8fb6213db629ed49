//! Applies what the books above a rule change of it.
//!
//! The rule itself stays as it is for those that refer to it (`like`, `price`), so that nothing is changed twice. What
//! is sold are its versions: with every override that always holds, and one more for each way in which the conditions
//! and dates of the others can be fulfilled.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    leaf::{Leaf, Step, rounding},
    name::version_name,
};
use crate::{
    diagnostic::{listed, nearest, quoted},
    pricing::book::{Condition, Factor, Override, Price, PriceBook, Span},
    text::Faults,
};

/// The most versions of a rule: six conditions that may hold each by itself.
const VERSIONS_MAX: usize = 64;

/// The rules as they are sold; `None` where nothing changes them.
pub(crate) fn overridden(book: &PriceBook, leaves: &[Leaf], faults: &mut Faults) -> Option<Vec<Leaf>> {
    if leaves.iter().all(|leaf| leaf.overrides.is_empty()) {
        return None;
    }
    let declared = book.settings.iter().chain(leaves.iter().flat_map(|leaf| &leaf.settings));
    let declared: BTreeSet<&str> = declared.map(|(name, _)| &**name).collect();
    let rules = book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members));
    for change in rules.flat_map(|rule| &rule.overrides) {
        sound(change, &declared, faults);
    }
    // A version with a condition of a rule without one comes after the rules with conditions.
    let (conditional, last): (Vec<_>, Vec<_>) = leaves.iter().partition(|leaf| !leaf.conditions.is_empty());
    let parts = conditional.into_iter().chain(last).flat_map(parts);
    Some(parts.flat_map(|part| Changes { book, faults }.versions(part)).collect())
}

/// Whether an override can be one.
fn sound(change: &Override, declared: &BTreeSet<&str>, faults: &mut Faults) {
    let Override { from, until, when, withdrawn, settings, span, .. } = change;
    if from.zip(*until).is_some_and(|(from, until)| from >= until) {
        faults.say(*span, "the override ends before it begins");
    }
    if change.says_nothing() {
        faults.add(
            *span,
            "the override changes nothing",
            Some("write `times`, `plus`, `minimum`, `offered = false`, …"),
        );
    }
    if *withdrawn && !(Override { withdrawn: false, ..change.clone() }).says_nothing() {
        faults.say(*span, "what is not `offered` has nothing else to change");
    }
    if change.unit_round.is_some() && change.unit.is_none() {
        faults.say(*span, "`unit_round` is for what the override turns into its `unit`, and it names none");
    }
    if when.is_some() && !settings.is_empty() {
        let hint = "leave out `when`, or price what it is about as \"not offered\"";
        faults.add(*span, "the settings of a model are the same under every condition", Some(hint));
    }
    for (name, setting) in settings {
        if !declared.contains(&**name) {
            let near = nearest(name, declared.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| format!("its settings are {}", listed(declared.iter().copied())));
            faults.add(setting.span, format!("the book below has no setting {}", quoted(name)), Some(hint));
        }
    }
}

/// Some of the models and tools of a rule, and which of its overrides are for them.
type Part<'l> = (Vec<&'l str>, Vec<&'l str>, Vec<usize>);

/// The rule for those of its models and tools that the same overrides are for, each time.
fn parts(leaf: &Leaf) -> Vec<Leaf> {
    let tools: Vec<&str> = leaf.tools.iter().map(AsRef::as_ref).chain(leaf.tools.is_empty().then_some("")).collect();
    let mut parts: Vec<Part<'_>> = Vec::new();
    for model in &leaf.models {
        let mut of_model: Vec<(Vec<&str>, Vec<usize>)> = Vec::new();
        for tool in &tools {
            let selects = |(at, change): (usize, &Override)| change.selects(&leaf.studio, tool, model).then_some(at);
            let selected: Vec<usize> = leaf.overrides.iter().enumerate().filter_map(selects).collect();
            match of_model.iter_mut().find(|(_, known)| *known == selected) {
                Some((several, _)) => several.push(tool),
                None => of_model.push((vec![tool], selected)),
            }
        }
        for (of_tools, selected) in of_model {
            match parts.iter_mut().find(|(_, known, changes)| (known, changes) == (&of_tools, &selected)) {
                Some((several, ..)) => several.push(model),
                None => parts.push((vec![model], of_tools, selected)),
            }
        }
    }
    let several = parts.len() > 1;
    parts.into_iter().map(|part| leaf.part(part, several)).collect()
}

impl Leaf {
    /// The rule for a part of what it is for; one of several has a name of its own.
    fn part(&self, (models, tools, changes): Part<'_>, of_several: bool) -> Self {
        let mut part = self.clone();
        if of_several && !part.name.is_empty() {
            let named = tools.iter().filter(|tool| !tool.is_empty()).chain(&models).copied();
            part.name = [&*self.name].into_iter().chain(named).collect::<Vec<_>>().join("/").into();
        }
        part.overrides = changes.into_iter().filter_map(|at| self.overrides.get(at).cloned()).collect();
        part.models = models.into_iter().map(Into::into).collect();
        part.tools = tools.into_iter().filter(|tool| !tool.is_empty()).map(Into::into).collect();
        part
    }
}

/// What makes versions of rules.
struct Changes<'b> {
    book: &'b PriceBook,
    faults: &'b mut Faults,
}

impl Changes<'_> {
    /// What the overrides of a rule make of it; the first whose condition holds is the one that prices.
    fn versions(&mut self, mut leaf: Leaf) -> Vec<Leaf> {
        let changes = std::mem::take(&mut leaf.overrides);
        let mut versions = vec![leaf.clone()];
        for change in &changes {
            let next = versions.into_iter().flat_map(|version| match &change.when {
                None => self.dated(version, change),
                Some(condition) => self.branched(version, change, condition),
            });
            versions = reached(next);
            if versions.len() > VERSIONS_MAX {
                let models = quoted(&leaf.models.join(","));
                let message = format!("the overrides of {models} make more than {VERSIONS_MAX} prices");
                self.faults.add(change.span, message, Some("give fewer of them conditions or dates"));
                break;
            }
        }
        versions.retain(|version| version.offered);
        if versions.is_empty() {
            return vec![Leaf { offered: false, ..leaf }];
        }
        if versions.len() > 1 && !leaf.name.is_empty() {
            for version in &mut versions {
                version.name = version_name(version, &leaf).into();
            }
        }
        versions
    }

    /// A rule before, while and after an override without a condition is in force.
    fn dated(&mut self, version: Leaf, change: &Override) -> Vec<Leaf> {
        let Some(during) = within(&version, change) else { return vec![version] };
        let before = Leaf { until: during.from, ..version.clone() };
        let before = (during.from > version.from).then_some(before);
        let after = Leaf { from: during.until, ..version.clone() };
        let after = (during.until != version.until).then_some(after);
        before.into_iter().chain([self.changed(during, change)]).chain(after).collect()
    }

    /// A rule for requests that fulfil the condition of an override, and for all others.
    fn branched(&mut self, version: Leaf, change: &Override, condition: &Condition) -> Vec<Leaf> {
        let Some(mut during) = within(&version, change) else { return vec![version] };
        if !version.conditions.contains(condition) {
            during.conditions.push(condition.clone());
        }
        vec![self.changed(during, change), version]
    }

    /// The rule with the override.
    fn changed(&mut self, mut leaf: Leaf, change: &Override) -> Leaf {
        let Override { mut times, plus, minimum, maximum, settings, span, .. } = change.clone();
        if change.withdrawn {
            // Where only some requests are refused, they must not come to the next rule.
            leaf.offered &= change.when.is_some();
            let per = vec![("output".into(), Price::not_offered())];
            // The steps after it have no say in the price, and yet in what the model takes.
            leaf.steps.insert(0, Step { unit: leaf.own_unit(), per, ..Step::default() });
        }
        if let Some(unit) = change.unit.as_ref().filter(|unit| **unit != leaf.unit) {
            times.splice(..0, self.conversion(&leaf.unit, unit, span));
            leaf.unit.clone_from(unit);
            // Its steps were of the unit before: a whole credit is no step for dollars.
            leaf.round = rounding(span, change.unit_round.or(self.book.round_in(unit)), self.faults);
        }
        let step = Step { times, plus, minimum, maximum, ..Step::default() };
        if step != Step::default() {
            leaf.steps.push(Step { unit: leaf.unit.clone(), ..step });
        }
        if change.round.is_some() {
            leaf.round = rounding(span, change.round, self.faults);
        }
        leaf.exactness = change.exactness.unwrap_or(leaf.exactness);
        leaf.charge = change.charge.or(leaf.charge);
        leaf.note = change.note.clone().or(leaf.note);
        leaf.narrowed.extend(settings);
        leaf
    }

    /// The factor that turns one unit into another, by what the book says that they are in its own.
    fn conversion(&mut self, from: &str, to: &str, span: Span) -> Option<Factor> {
        let rate = |unit: &str| match self.book.convert.iter().find(|(known, _)| **known == *unit) {
            Some((_, rate)) => Some(rate.to_string()),
            None => (*unit == *self.book.unit).then(|| "1".to_owned()),
        };
        if let (Some(from_rate), Some(to_rate)) = (rate(from), rate(to)) {
            let by = Price { span, ..Price::from(format!("{from_rate} / {to_rate}").as_str()) };
            return Some(Factor { span, ..Factor::new(&format!("{from} to {to}"), "", by) });
        }
        let missing = if rate(from).is_none() { from } else { to };
        let hint = format!("state what one is in {}: [convert] {missing} = …", quoted(&self.book.unit));
        let message = format!("the book does not say what one {} is in {}", quoted(from), quoted(to));
        self.faults.add(span, message, Some(hint));
        None
    }
}

/// The rule for as long as an override is in force too; `None` where it never is.
fn within(version: &Leaf, change: &Override) -> Option<Leaf> {
    let from = version.from.max(change.from);
    let until = earlier(version.until, change.until);
    let some = until.is_none_or(|until| from.is_none_or(|from| from < until));
    some.then(|| Leaf { from, until, ..version.clone() })
}

fn earlier(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.zip(other).map(|(one, other)| one.min(other)).or(one).or(other)
}

/// Leaves out the versions that an earlier one takes all requests from.
fn reached(versions: impl Iterator<Item = Leaf>) -> Vec<Leaf> {
    let takes_all_of = |first: &Leaf, second: &Leaf| {
        first.conditions.iter().all(|condition| second.conditions.contains(condition))
            && first.from <= second.from
            && earlier(first.until, second.until) == second.until
    };
    let mut reached: Vec<Leaf> = Vec::new();
    for version in versions {
        if !reached.iter().any(|first| takes_all_of(first, &version)) {
            reached.push(version);
        }
    }
    reached
}
