//! Which rule requests come to, and for which there is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dates::day,
    doubts::{Doubts, Told, Way},
    known::Known,
    mentions::names_of,
    study::{Formulas, Input, Inputs, Study, Text, read},
};
use crate::{
    diagnostic::quoted,
    pricing::{
        book::{Condition, PriceBook, key_in},
        compile::{Leaf, Rules},
        edition::{grouped, in_force},
        period::Period,
    },
};

/// The most cases of requests that are told apart; beyond, they are taken together.
const CASES_MAX: usize = 64;
/// The most rules for one model of which it is known what the ones before leave to the next.
const RULES_MAX: usize = 200;

/// The rules of a book, and what is found out of them.
pub(crate) struct Survey<'b, 'd> {
    book: &'b PriceBook,
    rules: &'b Rules,
    wide: &'b BTreeMap<&'b str, Input>,
    formulas: &'d mut Formulas,
    doubts: &'d mut Doubts,
}

/// Studies all rules of a book, those for each model in the order in which they are tried.
pub(crate) fn offers(book: &PriceBook, rules: &Rules, formulas: &mut Formulas, doubts: &mut Doubts) {
    let settings = book.settings.iter().map(|(name, setting)| (&**name, Input::new(setting, false)));
    let facts = book.facts.iter().map(|(name, fact)| (&**name, Input::new(fact, true)));
    let wide: BTreeMap<&str, Input> = settings.chain(facts).collect();
    let mut survey = Survey { book, rules, wide: &wide, formulas, doubts };
    let mut seen = BTreeSet::new();
    for (names, places) in grouped(rules.sold()) {
        if !places.is_empty() && seen.insert(places.clone()) {
            let leaves: Vec<&Leaf> = places.iter().filter_map(|at| rules.sold().get(*at)).collect();
            survey.offer(names, &leaves);
        }
    }
}

impl<'b> Survey<'b, '_> {
    fn offer(&mut self, names: [&str; 3], leaves: &[&'b Leaf]) {
        let periods = in_force(leaves);
        self.gaps(names, &periods);
        for (_, leaves) in periods {
            self.in_turn(names, &leaves);
        }
    }

    /// A time between two rules for which there is none.
    fn gaps(&mut self, names: [&str; 3], periods: &[(Period, Vec<&Leaf>)]) {
        for ((before, _), (after, rules)) in periods.iter().zip(periods.iter().skip(1)) {
            if let (Some(until), Some(from)) = (before.until, after.from)
                && until < from
                && let Some(rule) = rules.first()
                && !self.withdrawn(rule, names[2], Period { from: Some(until), until: Some(from) })
            {
                let message = format!("nothing prices {} from {} to {}", told(names), day(until), day(from));
                let hint = "let the next rule begin when the one before it ends".to_owned();
                self.doubts.add(key_in(self.book, rule.span, "from"), "gap", message, Some(hint));
            }
        }
    }

    /// Whether a book above says that it is not offered meanwhile.
    fn withdrawn(&self, leaf: &Leaf, model: &str, gap: Period) -> bool {
        let rules = self.book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members));
        let tools: Vec<&str> =
            leaf.tools.iter().map(AsRef::as_ref).chain(leaf.tools.is_empty().then_some("")).collect();
        rules.flat_map(|rule| &rule.overrides).any(|change| {
            change.withdrawn
                && change.when.is_none()
                && change.from <= gap.from
                && change.until.is_none_or(|until| Some(until) >= gap.until)
                && tools.iter().all(|tool| change.selects(&leaf.studio, tool, model))
        })
    }

    /// The rules for one model in one period: each for the requests that those before it left.
    fn in_turn(&mut self, names: [&str; 3], leaves: &[&'b Leaf]) {
        let inputs = Inputs { wide: self.wide, own: Input::narrowed(self.book, leaves).into() };
        let mut coming = vec![Known::default()];
        let (mut sure, mut shut) = (true, false);
        for (at, leaf) in leaves.iter().enumerate() {
            if at >= RULES_MAX {
                (coming, sure) = (vec![Known::default()], false);
            }
            let mut study = Study::new(self.book, leaf, self.rules, inputs.clone(), self.formulas, self.doubts);
            let [always, never] = study.conditions();
            let (mut here, mut left) = (Vec::new(), Vec::new());
            for known in std::mem::take(&mut coming) {
                let all = |study: &mut Study<'b, '_>| study.all_true(&leaf.conditions);
                here.extend(study.quietly(|study| study.knowing(known.clone(), all)));
                let one_untrue = |study: &mut Study<'b, '_>| study.one_untrue(&leaf.conditions);
                left.extend(study.quietly(|study| study.knowing(known, one_untrue)));
            }
            if !never && !shut {
                let message = "no request comes to this rule: the rules before it take them all".to_owned();
                study.way(leaf.span, Way::Rule, !here.is_empty(), || Told { message, hint: None });
            }
            if let Some(known) = Known::whichever(here) {
                study.knowing(known, Study::rule);
            }
            shut |= always;
            sure &= left.len() <= CASES_MAX;
            coming = if left.len() > CASES_MAX { Known::whichever(left).into_iter().collect() } else { left };
        }
        if let (Some(rest), Some(last)) = (coming.first(), leaves.last())
            && sure
            && !self.doubts.unseen
            && !self.sold_by_fact(leaves, &inputs)
        {
            let message = format!("no rule prices {} {}", told(names), such_requests(rest, &inputs));
            let hint = "leave out `when` in the last rule, or add a rule for the rest".to_owned();
            self.doubts.add(last.span, "rest", message, Some(hint));
        }
    }

    /// Whether all rules have one and the same condition, which is about facts alone: the model is sold only where it
    /// holds.
    fn sold_by_fact(&mut self, leaves: &[&Leaf], inputs: &Inputs<'_>) -> bool {
        let mut conditions = leaves.iter().map(|leaf| &leaf.conditions);
        let Some(first) = conditions.next() else { return false };
        let mut facts = true;
        for condition in first {
            if let Some(node) = read(&condition.formula, self.formulas) {
                names_of(&node, &mut |name| facts &= inputs.get(name).is_some_and(|input| input.fact));
            }
        }
        facts && conditions.all(|others| others == first)
    }
}

/// Such as "where `plan` is `free`".
fn such_requests(known: &Known, inputs: &Inputs<'_>) -> String {
    let named = known.names().into_iter().filter(|name| inputs.get(name).is_some() || *name == "count");
    let told = named.filter_map(|name| Some(format!("{} is {}", quoted(name), known.name(name)?.told())));
    let told: Vec<String> = told.collect();
    if told.is_empty() { "for some requests".to_owned() } else { format!("where {}", told.join(" and ")) }
}

/// A model, as messages name it.
fn told(names: [&str; 3]) -> String {
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    quoted(&names.join("/"))
}

impl Input {
    /// The settings that these rules narrow or declare.
    pub(crate) fn narrowed<'b>(book: &PriceBook, leaves: &[&'b Leaf]) -> Vec<(&'b str, Input)> {
        let wide = |name: &str| book.settings.iter().find(|(known, _)| **known == *name).map(|(_, wide)| wide);
        let mut own: Vec<(&str, _)> = Vec::new();
        for (name, setting) in leaves.iter().flat_map(|leaf| &leaf.settings) {
            if own.iter().all(|(known, _)| *known != &**name) {
                own.push((&**name, wide(name).map_or_else(|| setting.clone(), |wide| wide.narrowed(setting))));
            }
        }
        // The books above may allow less of what all these rules share.
        for (name, setting) in leaves.iter().flat_map(|leaf| &leaf.narrowed) {
            match own.iter_mut().find(|(known, _)| *known == &**name) {
                Some((_, known)) => *known = known.narrowed(setting),
                None => own.extend(wide(name).map(|wide| (&**name, wide.narrowed(setting)))),
            }
        }
        own.into_iter().map(|(name, setting)| (name, Input::new(&setting, false))).collect()
    }
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
