//! Holds the plans of a book against each other, and the parts of a plan.

use super::base;
use super::book::PlanBook;
use super::places::Places;
use super::{Every, Plan, PlanName};
use crate::diagnostic::{listed, quoted};
use crate::ids::{Model, Studio, Tool};
use crate::text::{Faults, Span};
use crate::work::Restriction;

/// What is wrong with a book that promises nothing.
pub(super) const NO_PLAN: &str = "the book has no plan";

/// What is wrong with the plans together. Plans that could not be read are known by name alone.
pub(super) fn faults(book: &PlanBook, unread: &[PlanName], faults: &mut Faults) {
    for (at, (plan, places)) in book.plans.iter().zip(&book.places).enumerate() {
        for earlier in book.plans.iter().take(at).filter(|earlier| earlier.name() == plan.name()) {
            editions(earlier, plan, places, faults);
        }
    }
    let word = |every: Every| if every.is_daily() { "daily" } else { "monthly" };
    let allowances = allowances(
        book,
        |_, _| true,
        |one, other| {
            (one.is_daily() != other.is_daily()).then(|| [format!("is {}", word(one)), word(other).to_owned()])
        },
    );
    for (place, message) in allowances {
        let hint = "an allowance of the same name is the same promise: give one of them another name";
        faults.add(place, message, Some(hint));
    }
    base::faults(book, unread, faults);
}

/// Tells of each allowance that comes anew otherwise than the first one of its name, among the plans to be compared.
fn allowances(
    book: &PlanBook,
    compared: impl Fn(&Plan, &Plan) -> bool,
    differ: impl Fn(Every, Every) -> Option<[String; 2]>,
) -> Vec<(Span, String)> {
    let mut told = Vec::new();
    for (at, (plan, places)) in book.plans.iter().zip(&book.places).enumerate() {
        for allowance in plan.allowances() {
            let name = allowance.name().as_str();
            let mut earlier = book.plans.iter().take(at).filter(|earlier| compared(earlier, plan));
            let first = earlier.find_map(|earlier| Some((earlier, earlier.allowance(name)?.every())));
            let Some((first, every)) = first else { continue };
            let Some([one, other]) = differ(every, allowance.every()) else { continue };
            let whose = |one: &Plan| {
                let edition = Some(quoted(one.edition().as_str())).filter(|_| first.name() == plan.name());
                let edition = edition.map_or_else(String::new, |edition| format!("edition {edition} of "));
                format!("{edition}plan {}", quoted(one.name().as_str()))
            };
            let message =
                format!("allowance {} {one} in {}, and {other} in {}", quoted(name), whose(first), whose(plan));
            told.push((places.at(&format!("allowance {name}")), message));
        }
    }
    told
}

/// Two editions of one plan.
fn editions(earlier: &Plan, plan: &Plan, places: &Places, faults: &mut Faults) {
    let (name, edition) = (quoted(plan.name().as_str()), quoted(plan.edition().as_str()));
    if earlier.edition() == plan.edition() {
        let hint = "another edition has another name, and begins when the one before it ends";
        faults.add(places.at("name"), format!("edition {edition} of plan {name} is there twice"), Some(hint));
        return;
    }
    if overlap(earlier, plan) {
        let other = quoted(earlier.edition().as_str());
        let message = format!("editions {other} and {edition} of plan {name} overlap");
        let hint = "end the earlier one where the later one begins, such as until = 2027-01-01 and from = 2027-01-01";
        faults.add(places.at("from"), message, Some(hint));
    }
}

/// Whether both are in force at some instant.
fn overlap(one: &Plan, other: &Plan) -> bool {
    let begins_after =
        |one: &Plan, other: &Plan| one.from().zip(other.until()).is_some_and(|(from, until)| until <= from);
    !begins_after(one, other) && !begins_after(other, one)
}

/// What the plans can be used in spite of.
pub(super) fn doubts(book: &PlanBook, faults: &mut Faults) {
    // What could not be read may be all that is missing.
    if faults.is_empty() {
        base::doubts(book, faults);
    }
    // An edition may well begin the day at another time than the one before it.
    let allowances = allowances(book, overlap, |one, other| {
        let time = |every: Every| match every {
            Every::Day { at, zone } => Some(format!("at `{at} {zone}`")),
            Every::Month => None,
        };
        let times = time(one).zip(time(other)).filter(|(one, other)| one != other);
        times.map(|(one, other)| [format!("comes anew {one}"), other])
    });
    for (place, message) in allowances {
        faults.doubt(place, message, Some("the day of whoever changes the plan moves with it"));
    }
    for (plan, places) in book.plans.iter().zip(&book.places) {
        let allowances = plan.allowances().iter().map(|it| ("allowance", it.name().as_str(), it.restriction()));
        let top_ups = plan.top_ups().iter().map(|it| ("top-up", it.name().as_str(), it.restriction()));
        let rewards = plan.rewards().iter().map(|it| ("reward", it.name().as_str(), it.restriction()));
        for (what, name, restriction) in allowances.chain(top_ups).chain(rewards) {
            usable(plan, places, what, name, restriction, faults);
        }
        unopened(plan, places, faults);
    }
}

/// Whether what is given can pay for something that the plan opens, and every name that it is restricted to is opened.
fn usable(plan: &Plan, places: &Places, what: &str, name: &str, restriction: &Restriction, faults: &mut Faults) {
    let opened = plan.entitlements().work();
    let owner = quoted(plan.name().as_str());
    let part = format!("{what} {name}");
    let studios = unreached(restriction.studios(), opened.studios(), &[]);
    let tools = unreached(restriction.tools(), opened.tools(), &[]);
    let models = unreached(restriction.models(), opened.models(), opened.except_models());
    let all = |unreached: usize, of: usize| of > 0 && unreached == of;
    // Of models that the plan lists, those that the restriction leaves.
    let left = |model: &&Model| !restriction.except_models().contains(model) && !opened.except_models().contains(model);
    let listed_models = if restriction.models().is_empty() { opened.models() } else { restriction.models() };
    let none_left = !listed_models.is_empty() && listed_models.iter().filter(left).count() == 0;
    if all(studios.len(), restriction.studios().len())
        || all(tools.len(), restriction.tools().len())
        || all(models.len(), restriction.models().len())
        || none_left
    {
        let message = format!("no work that plan {owner} opens can be paid for by {what} {}", quoted(name));
        let hint = told(opened).map(|opened| format!("the plan opens {opened}"));
        faults.doubt(places.at(&part), message, hint);
        return;
    }
    let studios = studios.into_iter().map(|studio| ("studio", studio.as_str()));
    let tools = tools.into_iter().map(|tool: &Tool| ("tool", tool.as_str()));
    let models = models.into_iter().map(|model| ("model", model.as_str()));
    for (kind, unreached) in studios.chain(tools).chain(models) {
        let message = format!(
            "{what} {} is for the {kind} {}, which plan {owner} does not open",
            quoted(name),
            quoted(unreached)
        );
        faults.doubt(places.at(&format!("{part}/{kind} {unreached}")), message, None::<String>);
    }
}

/// The names that a restriction has and the entitlements do not.
fn unreached<'p, T: PartialEq>(named: &'p [T], opened: &[T], except: &[T]) -> Vec<&'p T> {
    let is_opened = |name: &T| (opened.is_empty() || opened.contains(name)) && !except.contains(name);
    named.iter().filter(|name| !is_opened(name)).collect()
}

fn told(opened: &Restriction) -> Option<String> {
    let studios: Vec<&str> = opened.studios().iter().map(Studio::as_str).collect();
    let models: Vec<&str> = opened.models().iter().map(Model::as_str).collect();
    let tools: Vec<&str> = opened.tools().iter().map(Tool::as_str).collect();
    let kinds = [("the studios", studios), ("the tools", tools), ("the models", models)];
    let told = kinds.into_iter().filter(|(_, names)| !names.is_empty());
    let told: Vec<_> = told.map(|(kind, names)| format!("{kind} {}", listed(names))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// Limits and settings of studios that the plan does not open, and limits that another one makes idle.
fn unopened(plan: &Plan, places: &Places, faults: &mut Faults) {
    let owner = quoted(plan.name().as_str());
    let opened = plan.entitlements().work().studios();
    let is_opened = |studio: &Studio| opened.is_empty() || opened.contains(studio);
    let of_settings = plan.entitlements().settings().iter().filter_map(|setting| setting.studio());
    let mut studios: Vec<&Studio> = plan.limits().studios().map(|(studio, _)| studio).chain(of_settings).collect();
    studios.sort();
    studios.dedup();
    for studio in studios.into_iter().filter(|studio| !is_opened(studio)) {
        let message =
            format!("plan {owner} says what holds in the studio {}, and does not open it", quoted(studio.as_str()));
        faults.doubt(
            places.at(&format!("studio {studio}")),
            message,
            told(plan.entitlements().work()).map(|opened| format!("the plan opens {opened}")),
        );
    }
    let all = plan.limits().work();
    for (studio, work) in plan.limits().studios() {
        let numbers = [
            ("holds", work.holds_max().map(u64::from), all.holds_max().map(u64::from)),
            ("outputs", work.outputs_max(), all.outputs_max()),
        ];
        let numbers = numbers.map(|(what, own, all)| (what, own.zip(all).filter(|(own, all)| own > all)));
        let numbers = numbers
            .into_iter()
            .filter_map(|(what, both)| both.map(|(own, all)| (what, own.to_string(), all.to_string())));
        let amounts =
            [("credits a day", work.day_max(), all.day_max()), ("credits a month", work.month_max(), all.month_max())];
        let amounts = amounts.map(|(what, own, all)| (what, own.zip(all).filter(|(own, all)| own > all)));
        let amounts = amounts
            .into_iter()
            .filter_map(|(what, both)| both.map(|(own, all)| (what, own.to_string(), all.to_string())));
        for (what, own, all) in numbers.chain(amounts) {
            let message =
                format!("plan {owner} allows {own} {what} in the studio {}, and {all} in all", quoted(studio.as_str()));
            faults.doubt(places.at(&format!("studio {studio}")), message, None::<String>);
        }
    }
}
