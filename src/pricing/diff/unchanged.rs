//! Finds what cannot have changed, since both books say the same of it: most of a large book, most of the time.

use std::collections::{BTreeMap, BTreeSet};

use super::setting::same_inputs;
use crate::pricing::{
    book::{Price, PriceBook, PriceKind},
    compile::{Leaf, Rules},
    edition::{Slice, grouped},
    faults::Faults,
};

/// What two books say, rule by rule.
pub(super) struct Sources {
    old: Groups,
    new: Groups,
    /// The named values that changed, and `price` where anything did: a rule that names none of them depends on
    /// itself alone.
    changed: BTreeSet<Box<str>>,
}

/// The rules of a book as they are sold, and which are for what.
struct Groups {
    rules: Vec<Leaf>,
    groups: BTreeMap<[Box<str>; 3], Vec<usize>>,
}

impl Sources {
    pub(super) fn of(old: &PriceBook, new: &PriceBook) -> Self {
        let mut changed = changed_lets(old, new);
        let (before, after) = (Groups::of(old), Groups::of(new));
        let elsewhere = old.convert != new.convert || old.settings != new.settings || old.facts != new.facts;
        if elsewhere || !changed.is_empty() || before.rules != after.rules {
            changed.insert("price".into());
        }
        Self { old: before, new: after, changed }
    }

    /// Whether both books price the same requests the same, as their rules say the same.
    pub(super) fn unchanged(&self, names: [&str; 3], old: &[Slice], new: &[Slice]) -> bool {
        let (Some(before), Some(after)) = (self.old.named(names), self.new.named(names)) else { return false };
        let same_slices = old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| old.period == new.period && same_inputs(&old.inputs, &new.inputs));
        same_slices && before == after && !before.iter().any(|leaf| mentions(leaf, &self.changed))
    }
}

impl Groups {
    fn of(book: &PriceBook) -> Self {
        // The book was compiled before, so that nothing is wrong with it.
        let rules = Rules::of(book, &mut Faults::of(&book.sources)).into_sold();
        let groups = grouped(&rules).into_iter().map(|(names, places)| (names.map(Into::into), places)).collect();
        Self { rules, groups }
    }

    fn named(&self, names: [&str; 3]) -> Option<Vec<&Leaf>> {
        let places = self.groups.get(&names.map(Into::into))?;
        places.iter().map(|place| self.rules.get(*place)).collect()
    }
}

/// The named values of the books that are not the same in both, and those that use them.
fn changed_lets(old: &PriceBook, new: &PriceBook) -> BTreeSet<Box<str>> {
    let differ = |one: &PriceBook, other: &PriceBook| {
        let alone = one.lets.iter().filter(|named| !other.lets.contains(named));
        alone.map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
    };
    let mut changed = differ(old, new);
    changed.extend(differ(new, old));
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
