//! What may be set, and how that changes.

use super::{OfferName, SettingChange, SettingEdit};
use crate::{
    number::Number,
    pricing::program::{Input, InputKind},
    value::Value,
};

/// Adds what changes in the settings of an offer.
pub(super) fn settings_changed(changes: &mut Vec<SettingChange>, offer: &OfferName, old: &[Input], new: &[Input]) {
    let settings = |inputs: &'_ [Input]| inputs.iter().filter(|input| !input.fact).cloned().collect::<Vec<_>>();
    for (name, change) in edits(&settings(old), &settings(new)) {
        let known = changes.iter_mut().find(|known| *known.name == *name && !known.fact && known.change == change);
        match known {
            Some(known) if known.offers.contains(offer) => {}
            Some(known) => known.offers.push(offer.clone()),
            None => {
                let (name, offers) = (name.into(), vec![offer.clone()]);
                changes.push(SettingChange { name, fact: false, change, offers });
            }
        }
    }
}

/// What changes in the facts of the books.
pub(super) fn facts_changed(old: &[Input], new: &[Input]) -> Vec<SettingChange> {
    let edits = edits(old, new).into_iter();
    edits.map(|(name, change)| SettingChange { name: name.into(), fact: true, change, offers: Vec::new() }).collect()
}

/// Whether two models take the same settings and facts.
pub(super) fn same_inputs(old: &[Input], new: &[Input]) -> bool {
    let same = |(old, new): (&Input, &Input)| {
        (&old.name, old.fact, old.measured, &old.unit) == (&new.name, new.fact, new.measured, &new.unit)
            && old.default == new.default
            && same_kind(&old.kind, &new.kind)
    };
    old.len() == new.len() && old.iter().zip(new).all(same)
}

fn edits(old: &[Input], new: &[Input]) -> Vec<(Box<str>, SettingEdit)> {
    let mut edits = Vec::new();
    for before in old {
        match new.iter().find(|after| after.name == before.name) {
            None => edits.push((before.name.clone(), SettingEdit::Removed)),
            Some(after) => edits.extend(edited(before, after).into_iter().map(|edit| (before.name.clone(), edit))),
        }
    }
    let added = new.iter().filter(|after| old.iter().all(|before| before.name != after.name));
    edits.extend(added.map(|after| (after.name.clone(), SettingEdit::Added)));
    edits
}

/// How one setting becomes another.
fn edited(old: &Input, new: &Input) -> Vec<SettingEdit> {
    let mut edits = Vec::new();
    match (choices(&old.kind), choices(&new.kind)) {
        (Some(before), Some(after)) => {
            let only = |one: &[Value], other: &[Value]| -> Vec<Value> {
                one.iter().filter(|value| !other.contains(value)).cloned().collect()
            };
            let (gone, come) = (only(&before, &after), only(&after, &before));
            edits.extend((!gone.is_empty()).then_some(SettingEdit::NotAllowed(gone)));
            edits.extend((!come.is_empty()).then_some(SettingEdit::Allowed(come)));
        }
        _ if same_kind(&old.kind, &new.kind) => {}
        _ => edits.push(SettingEdit::Range { old: old.kind.allowed(), new: new.kind.allowed() }),
    }
    if old.default != new.default {
        edits.push(SettingEdit::Default { old: old.default.clone(), new: new.default.clone() });
    }
    edits
}

/// The values of which one is chosen.
fn choices(kind: &InputKind) -> Option<Vec<Value>> {
    match kind {
        InputKind::Choice(values) => Some(values.iter().map(|(value, _)| value.clone()).collect()),
        InputKind::Number { only, .. } if !only.is_empty() => {
            let values = only.iter().filter_map(|number: &Number| number.to_decimal()).map(Value::from);
            // A range or a step may rule out some of them.
            Some(values.filter(|value| kind.accepts(value).is_ok()).collect())
        }
        _ => None,
    }
}

/// Whether two inputs may be the same; texts have other symbols in each book.
fn same_kind(old: &InputKind, new: &InputKind) -> bool {
    match (old, new) {
        (InputKind::Choice(old), InputKind::Choice(new)) => {
            old.iter().map(|(value, _)| value).eq(new.iter().map(|(value, _)| value))
        }
        (InputKind::List { item: old, max: old_max }, InputKind::List { item: new, max: new_max }) => {
            old_max == new_max && old.default == new.default && same_kind(&old.kind, &new.kind)
        }
        (InputKind::Record(old), InputKind::Record(new)) => same_inputs(old, new),
        (old, new) => old == new,
    }
}
