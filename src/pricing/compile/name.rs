//! Names rules, so that quotes and faults can tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};

use super::leaf::Leaf;
use crate::{diagnostic::quoted, text::Faults};

/// A day, or an instant that does not begin one.
fn day(instant: DateTime<Utc>) -> String {
    if instant.time() == NaiveTime::MIN { instant.format("%F").to_string() } else { format!("{instant:?}") }
}

/// The name of what overrides make of a rule that has a name of its own: it tells their dates and conditions.
pub(super) fn version_name(version: &Leaf, of: &Leaf) -> String {
    let from = version.from.filter(|_| version.from != of.from).map(|from| format!(" from {}", day(from)));
    let until = version.until.filter(|_| version.until != of.until).map(|until| format!(" until {}", day(until)));
    let conditions = version.conditions.get(of.conditions.len()..).unwrap_or_default().to_vec();
    let when = Leaf { conditions, ..Leaf::none() }.condition().map(|condition| format!(" when {condition}"));
    let told = [from, until, when].into_iter().flatten().collect::<String>();
    format!("{}{told}", of.name)
}

/// Gives every rule a name of its own; two that no name tells apart are a fault.
pub(super) fn name_apart(leaves: &mut [Leaf], faults: &mut Faults) {
    name_by_what_differs(leaves);
    let mut seen = BTreeSet::new();
    for leaf in leaves.iter() {
        if !seen.insert(&leaf.name) {
            let message = format!("two rules are named {}", quoted(&leaf.name));
            faults.add(leaf.span, message, Some("remove one, or give each a `name` of its own"));
        }
    }
}

/// Gives every version of a rule a name of its own; those that nothing tells apart are numbered, as no one wrote them.
pub(super) fn number_apart(leaves: &mut [Leaf]) {
    name_by_what_differs(leaves);
    let mut uses = BTreeMap::<Box<str>, usize>::new();
    for leaf in leaves {
        let count = uses.entry(leaf.name.clone()).or_default();
        *count = count.saturating_add(1);
        if *count > 1 {
            leaf.name = format!("{} ({count})", leaf.name).into();
        }
    }
}

/// Names rules by the least of studio, model, tool, dates and condition that tells each from the others.
fn name_by_what_differs(leaves: &mut [Leaf]) {
    let long = |leaf: &Leaf| match leaf.tools.as_slice() {
        [] => format!("{}/{}", leaf.studio, leaf.models.join(",")),
        tools => format!("{}/{}/{}", leaf.studio, tools.join(","), leaf.models.join(",")),
    };
    let short = |leaf: &Leaf| {
        if leaf.tied { long(leaf) } else { format!("{}/{}", leaf.studio, leaf.models.join(",")) }
    };
    let dated = |leaf: &Leaf| match (leaf.from, leaf.until) {
        (Some(from), _) => format!("{} from {}", long(leaf), day(from)),
        (None, Some(until)) => format!("{} until {}", long(leaf), day(until)),
        (None, None) => long(leaf),
    };
    let conditional = |leaf: &Leaf| match leaf.condition() {
        None => dated(leaf),
        Some(condition) => format!("{} when {condition}", dated(leaf)),
    };
    let whole = |leaf: &Leaf| match (leaf.from.and(leaf.until), leaf.condition()) {
        (Some(until), Some(condition)) => format!("{} until {} when {condition}", dated(leaf), day(until)),
        _ => conditional(leaf),
    };
    let forms: [&dyn Fn(&Leaf) -> String; 5] = [&short, &long, &dated, &conditional, &whole];
    let mut open: Vec<usize> = (0..leaves.len()).collect();
    open.retain(|at| leaves.get(*at).is_some_and(|leaf| leaf.name.is_empty()));
    for form in forms {
        if open.is_empty() {
            break;
        }
        let mut uses = BTreeMap::<String, usize>::new();
        for leaf in leaves.iter() {
            let name = if leaf.name.is_empty() { form(leaf) } else { leaf.name.to_string() };
            let count = uses.entry(name).or_default();
            *count = count.saturating_add(1);
        }
        open.retain(|at| {
            let Some(leaf) = leaves.get_mut(*at) else { return false };
            let name = form(leaf);
            let alone = uses.get(&name) == Some(&1);
            if alone {
                leaf.name = name.into();
            }
            !alone
        });
    }
    for at in open {
        if let Some(leaf) = leaves.get_mut(at) {
            leaf.name = whole(leaf).into();
        }
    }
}
