//! Which rule requests come to, and for which there is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    doubts::{Doubts, Told, Way},
    known::Known,
    mentions::names_of,
    places::key_in,
    study::{Formulas, Input, Inputs, Study, Text, read},
};
use crate::{
    diagnostic::quoted,
    pricing::{
        book::{Condition, PriceBook, Setting},
        compile::Leaf,
        edition::{grouped, in_force},
        period::Period,
    },
};

/// The most cases of requests that are told apart; beyond, they are taken together.
const CASES_MAX: usize = 64;

/// Studies all rules of a book, those for each model in the order in which they are tried.
pub(crate) fn offers(book: &PriceBook, leaves: &[Leaf], formulas: &mut Formulas, doubts: &mut Doubts) {
    let settings = book.settings.iter().map(|(name, setting)| (&**name, Input::new(setting, false)));
    let facts = book.facts.iter().map(|(name, fact)| (&**name, Input::new(fact, true)));
    let wide: BTreeMap<&str, Input> = settings.chain(facts).collect();
    let mut seen = BTreeSet::new();
    for (names, places) in grouped(leaves) {
        if places.is_empty() || !seen.insert(places.clone()) {
            continue;
        }
        let rules: Vec<&Leaf> = places.iter().filter_map(|at| leaves.get(*at)).collect();
        let periods = in_force(&rules);
        gaps(book, names, &periods, doubts);
        for (_, rules) in periods {
            let own = narrowed(book, &rules);
            let inputs = Inputs { wide: &wide, own: &own };
            in_turn(book, names, &rules, inputs, formulas, doubts);
        }
    }
}

/// The settings that these rules narrow or declare.
fn narrowed<'b>(book: &'b PriceBook, rules: &[&'b Leaf]) -> Vec<(&'b str, Input)> {
    let mut own: Vec<(&str, Setting)> = Vec::new();
    for (name, setting) in rules.iter().flat_map(|rule| &rule.settings) {
        if own.iter().all(|(known, _)| *known != &**name) {
            let wide = book.settings.iter().find(|(known, _)| known == name).map(|(_, wide)| wide);
            let merged = wide.map_or_else(|| setting.clone(), |wide| wide.narrowed(setting));
            own.push((&**name, merged));
        }
    }
    // The books above may allow less of what all these rules share.
    for (name, setting) in rules.iter().flat_map(|rule| &rule.narrowed) {
        let wide = book.settings.iter().find(|(known, _)| known == name).map(|(_, wide)| wide);
        match own.iter_mut().find(|(known, _)| *known == &**name) {
            Some((_, known)) => *known = known.narrowed(setting),
            None => own.extend(wide.map(|wide| (&**name, wide.narrowed(setting)))),
        }
    }
    own.into_iter().map(|(name, setting)| (name, Input::new(&setting, false))).collect()
}

/// A time between two rules for which there is none.
fn gaps(book: &PriceBook, names: [&str; 3], periods: &[(Period, Vec<&Leaf>)], doubts: &mut Doubts) {
    for ((before, _), (after, rules)) in periods.iter().zip(periods.iter().skip(1)) {
        if let (Some(until), Some(from)) = (before.until, after.from)
            && until < from
            && let Some(rule) = rules.first()
        {
            let message = format!("nothing prices {} from {until:?} to {from:?}", told(names));
            let hint = "let the next rule begin when the one before it ends".to_owned();
            doubts.add(key_in(book, rule.span, "from"), "gap", message, Some(hint));
        }
    }
}

/// The rules for one model in one period: each for the requests that those before it left.
fn in_turn<'b>(
    book: &'b PriceBook,
    names: [&str; 3],
    rules: &[&'b Leaf],
    inputs: Inputs<'b>,
    formulas: &mut Formulas,
    doubts: &mut Doubts,
) {
    let mut coming = vec![Known::default()];
    let (mut sure, mut shut) = (true, false);
    for rule in rules {
        let mut study = Study::new(book, rule, inputs, formulas, doubts);
        let [always, never] = study.conditions();
        let (mut here, mut left) = (Vec::new(), Vec::new());
        for known in std::mem::take(&mut coming) {
            here.extend(study.quietly(|study| study.knowing(known.clone(), |study| study.all_true(&rule.conditions))));
            left.extend(study.quietly(|study| study.knowing(known, |study| study.one_untrue(&rule.conditions))));
        }
        if !never && !shut {
            let message = "no request comes to this rule: the rules before it take them all";
            let told = || Told { message: message.to_owned(), hint: None };
            study.way(rule.span, Way::Rule, !here.is_empty(), told);
        }
        if let Some(known) = Known::whichever(here) {
            study.knowing(known, Study::rule);
        }
        shut |= always;
        sure &= left.len() <= CASES_MAX;
        coming = if left.len() > CASES_MAX { Known::whichever(left).into_iter().collect() } else { left };
    }
    if let (Some(known), Some(last), true) = (coming.first(), rules.last(), sure && !doubts.unseen) {
        if sold_by_fact(rules, inputs, formulas) {
            return;
        }
        let mut told_names: Vec<String> = Vec::new();
        for name in known.names().into_iter().filter(|name| inputs.get(name).is_some() || *name == "count") {
            if let Some(possible) = known.name(name) {
                told_names.push(format!("{} is {}", quoted(name), possible.told()));
            }
        }
        let such = if told_names.is_empty() {
            "for some requests".to_owned()
        } else {
            format!("where {}", told_names.join(" and "))
        };
        let message = format!("no rule prices {} {such}", told(names));
        let hint = "leave out `when` in the last rule, or add a rule for the rest".to_owned();
        doubts.add(last.span, "rest", message, Some(hint));
    }
}

/// Whether all rules have one and the same condition, which is about facts alone: the model is sold only where it holds.
fn sold_by_fact(rules: &[&Leaf], inputs: Inputs<'_>, formulas: &mut Formulas) -> bool {
    let mut conditions = rules.iter().map(|rule| &rule.conditions);
    let Some(first) = conditions.next() else { return false };
    let mut facts = true;
    for condition in first {
        if let Some(node) = read(&condition.formula, formulas) {
            names_of(&node, &mut |name| facts &= inputs.get(name).is_some_and(|input| input.fact));
        }
    }
    facts && conditions.all(|others| others == first)
}

/// A model, as messages name it.
fn told(names: [&str; 3]) -> String {
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    quoted(&names.join("/"))
}

impl<'b> Study<'b, '_> {
    /// Whether the rule at hand has a condition that is always true, or never, whatever the requests.
    fn conditions(&mut self) -> [bool; 2] {
        let conditions = &self.leaf.conditions;
        let (mut always, mut never) = (!conditions.is_empty(), false);
        for condition in conditions {
            let Some(node) = self.parsed(&condition.formula) else { continue };
            let truth = self.truth(&node, Text::from(condition));
            let told = "this condition is always true";
            self.both_ways(condition.span, truth, told, "this condition is never true, so the rule prices nothing");
            always &= !truth.no;
            never |= !truth.yes;
        }
        [always, never]
    }

    /// The cases in which all conditions are true.
    fn all_true(&mut self, conditions: &'b [Condition]) -> Vec<Known> {
        let mut cases = vec![self.known.clone()];
        for condition in conditions {
            let Some(node) = self.parsed(&condition.formula) else { continue };
            let before = std::mem::take(&mut cases);
            for known in before {
                cases.extend(self.knowing(known, |study| study.cases(&node, true, Text::from(condition))));
            }
        }
        cases
    }

    /// The cases in which one condition is not.
    fn one_untrue(&mut self, conditions: &'b [Condition]) -> Vec<Known> {
        let [first, rest @ ..] = conditions else { return Vec::new() };
        let Some(node) = self.parsed(&first.formula) else { return Vec::new() };
        let mut cases = self.cases(&node, false, Text::from(first));
        for known in self.cases(&node, true, Text::from(first)) {
            cases.extend(self.knowing(known, |study| study.one_untrue(rest)));
        }
        cases
    }
}
