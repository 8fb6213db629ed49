//! Finds what cannot have changed, since both books say the same of it: most of a large book, most of the time.

use std::collections::{BTreeMap, BTreeSet};

use super::{find::Side, setting::same_inputs};
use crate::pricing::{
    book::{Price, PriceBook, PriceKind},
    compile::Leaf,
    edition::Slice,
    program::Rule,
};

/// What two books say, rule by rule.
pub(super) struct Sources<'e> {
    /// The rules of each book as they are sold, by their names.
    old: BTreeMap<&'e str, &'e Leaf>,
    new: BTreeMap<&'e str, &'e Leaf>,
    /// The named values that changed, and `price` where anything did: a rule that names none of them depends on
    /// itself alone.
    changed: BTreeSet<Box<str>>,
}

impl<'e> Sources<'e> {
    pub(super) fn of(old: &'e Side<'_>, new: &'e Side<'_>) -> Self {
        let by_name = |side: &'e Side<'_>| side.rules.sold().iter().map(|leaf| (&*leaf.name, leaf)).collect();
        let (before, after) = (old.book, new.book);
        let declared = before.settings != after.settings || before.facts != after.facts;
        let rest = declared || before.convert != after.convert || old.rules.sold() != new.rules.sold();
        Self { old: by_name(old), new: by_name(new), changed: changed_names(before, after, rest) }
    }

    /// Whether both books price the same requests the same, as their rules say the same.
    pub(super) fn unchanged(&self, old: &[Slice], new: &[Slice]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.same(old, new))
    }

    fn same(&self, old: &Slice, new: &Slice) -> bool {
        let same_rule = |(old, new): (&Rule, &Rule)| {
            let (before, after) = (self.old.get(&*old.name), self.new.get(&*new.name));
            before.zip(after).is_some_and(|(old, new)| old == new && !mentions(old, &self.changed))
        };
        old.period == new.period
            && old.rules.len() == new.rules.len()
            && same_inputs(&old.inputs, &new.inputs)
            && old.rules.iter().zip(&new.rules).all(same_rule)
    }
}

/// The named values of the books that are not the same in both, and those that use them; and `price`, where these or
/// the rest of what the books say changed.
fn changed_names(old: &PriceBook, new: &PriceBook, rest: bool) -> BTreeSet<Box<str>> {
    let differ = |one: &PriceBook, other: &PriceBook| {
        let alone = one.lets.iter().filter(|named| !other.lets.contains(named));
        alone.map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
    };
    let mut changed = differ(old, new);
    changed.extend(differ(new, old));
    if rest || !changed.is_empty() {
        changed.insert("price".into());
    }
    loop {
        let uses = |price: &Price| uses(price, &changed);
        let users = old.lets.iter().chain(&new.lets).filter(|(name, price)| !changed.contains(name) && uses(price));
        let users: Vec<_> = users.map(|(name, _)| name.clone()).collect();
        if users.is_empty() {
            return changed;
        }
        changed.extend(users);
    }
}

/// Whether a rule names one of several values.
fn mentions(leaf: &Leaf, names: &BTreeSet<Box<str>>) -> bool {
    if names.is_empty() {
        return false;
    }
    let steps = || leaf.steps.iter();
    let conditions = steps().flat_map(|step| {
        let factors = step.times.iter().filter_map(|factor| factor.when.as_ref());
        factors.chain(step.plus.iter().filter_map(|addition| addition.when.as_ref()))
    });
    let mut conditions = conditions.chain(&leaf.conditions);
    let parts = steps().flat_map(|step| step.per.iter().chain(step.plus.iter().flat_map(|addition| &addition.per)));
    let mut units = parts.clone().map(|(unit, _)| unit);
    let bounds = steps().flat_map(|step| {
        let of_each = step.each.minimum.iter().chain(&step.each.maximum);
        of_each.chain(&step.minimum).chain(&step.maximum).chain(step.times.iter().map(|factor| &factor.by))
    });
    let mut prices = parts.chain(&leaf.lets).map(|(_, price)| price).chain(bounds);
    conditions.any(|condition| uses_text(&condition.formula, names))
        || units.any(|unit| names.contains(unit))
        || prices.any(|price| uses(price, names))
}

/// Whether a price names one of several values.
fn uses(price: &Price, names: &BTreeSet<Box<str>>) -> bool {
    match &price.kind {
        PriceKind::Formula(text) => uses_text(text, names),
        PriceKind::Table { by, cells } => {
            by.split(" x ").any(|by| names.contains(by.trim())) || cells.iter().any(|cell| uses(&cell.price, names))
        }
        PriceKind::Free | PriceKind::NotOffered => false,
    }
}

fn uses_text(formula: &str, names: &BTreeSet<Box<str>>) -> bool {
    formula.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| names.contains(word))
}
