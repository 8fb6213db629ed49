//! Declarations that nothing uses, and such as can never serve.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    doubts::{Doubts, Told, Way},
    mentions::{names_of, names_of_price},
    study::{Formulas, read},
};
use crate::{
    diagnostic::quoted,
    pricing::{
        book::{Price, PriceBook, Setting, name_before},
        compile::Leaf,
        compile::Rules,
    },
};

/// What the rules of a book use of what it declares.
struct Use<'b> {
    book: &'b PriceBook,
    lets: BTreeMap<&'b str, &'b Price>,
    /// The settings, facts and named values of the book that are used.
    names: BTreeSet<Box<str>>,
}

/// Tells what no rule uses.
pub(crate) fn unused(book: &PriceBook, rules: &Rules, formulas: &mut Formulas, doubts: &mut Doubts) {
    let lets = book.lets.iter().map(|(name, price)| (&**name, price)).collect();
    let mut used = Use { book, lets, names: BTreeSet::new() };
    // What refers to a rule takes it as it was before the books above changed it.
    let sold = rules.sold().iter().filter(|leaf| leaf.steps.len() > 1);
    for leaf in rules.leaves.iter().chain(sold) {
        used.by_rule(leaf, formulas, doubts);
    }
    let settings = book.settings.iter().map(|(name, setting)| (name, setting.span, "setting"));
    // Callers may say what no price depends on, if the book says so.
    let facts = book.facts.iter().filter(|(_, fact)| fact.note.is_none());
    let facts = facts.map(|(name, fact)| (name, fact.span, "fact"));
    for (name, span, kind) in settings.chain(facts).filter(|(name, ..)| !used.names.contains(*name)) {
        let message = format!("no rule uses the {kind} {}", quoted(name));
        doubts.way(name_before(book, span, name), Way::Name, false, || Told { message, hint: None });
    }
    for (name, price) in book.lets.iter().filter(|(name, _)| !used.names.contains(name)) {
        let message = format!("no rule uses the named value {}", quoted(name));
        doubts.way(price.key_span, Way::Name, false, || Told { message, hint: None });
    }
}

impl<'b> Use<'b> {
    fn by_rule(&mut self, leaf: &'b Leaf, formulas: &mut Formulas, doubts: &mut Doubts) {
        let mut found: Vec<Box<str>> = Vec::new();
        let mut add = |name: &str| found.push(name.into());
        leaf.settings.iter().for_each(|(name, _)| add(name));
        let mut conditions: Vec<_> = leaf.conditions.iter().collect();
        for step in &leaf.steps {
            conditions.extend(step.times.iter().filter_map(|factor| factor.when.as_ref()));
            conditions.extend(step.plus.iter().filter_map(|addition| addition.when.as_ref()));
            let parts = step.per.iter().chain(step.plus.iter().flat_map(|addition| &addition.per));
            for (unit, price) in parts {
                add(unit);
                self.counted_in(leaf, unit).iter().for_each(|name| add(name));
                names_of_price(price, formulas, &mut add);
            }
            let bounds = [&step.each.minimum, &step.each.maximum, &step.minimum, &step.maximum];
            let factors = step.times.iter().map(|factor| &factor.by);
            for price in factors.chain(bounds.into_iter().flatten()) {
                names_of_price(price, formulas, &mut add);
            }
        }
        for condition in conditions {
            if let Some(node) = read(&condition.formula, formulas) {
                names_of(&node, &mut add);
            }
        }
        let mut own = BTreeSet::new();
        while let Some(name) = found.pop() {
            let new = match leaf.lets.iter().find(|(own, _)| *own == name) {
                Some((let_name, price)) => own.insert(&**let_name).then_some(price),
                None => self.names.insert(name.clone()).then(|| self.lets.get(&*name).copied()).flatten(),
            };
            if let Some(price) = new {
                names_of_price(price, formulas, &mut |name| found.push(name.into()));
            }
        }
        for (name, price) in &leaf.lets {
            let told =
                || Told { message: format!("the rule does not use its named value {}", quoted(name)), hint: None };
            doubts.way(price.key_span, Way::Name, own.contains(&**name), told);
        }
    }

    /// The settings and facts that are counted in a unit.
    fn counted_in(&self, leaf: &'b Leaf, unit: &str) -> Vec<&'b str> {
        let of_unit =
            |(name, setting): &'b (Box<str>, Setting)| (setting.unit.as_deref() == Some(unit)).then_some(&**name);
        let own: Vec<_> = leaf.settings.iter().filter_map(of_unit).collect();
        if own.is_empty() {
            self.book.settings.iter().chain(&self.book.facts).filter_map(of_unit).collect()
        } else {
            own
        }
    }
}

/// Tells what is measured and can be neither quoted nor bounded before the work.
pub(crate) fn unbounded(book: &PriceBook, leaves: &[Leaf], doubts: &mut Doubts) {
    let bounded = |setting: &Setting| setting.default.is_some() || setting.max.is_some() || !setting.values.is_empty();
    let mut tell = |name: &str, setting: &Setting| {
        let message = format!("{} is measured, and has neither a `default` nor a `max`", quoted(name));
        let hint = "nothing can be quoted before the work: say what to assume, or how much it is at most".to_owned();
        doubts.add(name_before(book, setting.span, name), "measured", message, Some(hint));
    };
    let declared = book.settings.iter().chain(&book.facts);
    for (name, setting) in declared.filter(|(_, setting)| setting.measured && !bounded(setting)) {
        let narrows = |leaf: &Leaf| leaf.settings.iter().any(|(own, setting)| own == name && bounded(setting));
        if !leaves.iter().any(narrows) {
            tell(name, setting);
        }
    }
    for (name, own) in leaves.iter().flat_map(|leaf| &leaf.settings).filter(|(_, own)| own.measured && !bounded(own)) {
        let wide = book.settings.iter().find(|(known, _)| known == name).map(|(_, wide)| wide);
        if !wide.is_some_and(bounded) {
            tell(name, own);
        }
    }
}
