//! Stores that are broken on purpose, each in one step, and the cases that must see it.

mod answers;
mod names;
mod reads;
mod values;
mod versions;

use std::sync::Arc;

use studio_credits::journal::Snapshot;
use studio_credits::store::Head;

pub(crate) use self::values::AS_JSON;
use super::plain::Flaw;

/// What is wrong with a store, the store, and the cases that must fail on it.
pub(crate) type Row = (&'static str, Flaw, &'static [&'static str]);

pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    [versions::ROWS, answers::ROWS, names::ROWS, values::ROWS, reads::ROWS].into_iter().flatten()
}

fn head((version, snapshot): (u64, Arc<Snapshot>)) -> Head {
    Head::new(version, snapshot)
}
