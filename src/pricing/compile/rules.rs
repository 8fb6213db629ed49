//! All rules of a book, without families: as others refer to them, and as they are sold.

use super::{
    leaf::{Leaf, leaves},
    name::{name_apart, number_apart},
    overridden::overridden,
};
use crate::{pricing::book::PriceBook, text::Faults};

/// The rules of a whole book, without families.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) leaves: Vec<Leaf>,
    /// As they are sold where the books above change them.
    changed: Option<Vec<Leaf>>,
}

impl Rules {
    pub(crate) fn of(book: &PriceBook, faults: &mut Faults) -> Self {
        if book.extends.is_some() {
            return Self { leaves: Vec::new(), changed: None };
        }
        let mut leaves = leaves(book, faults);
        let mut changed = overridden(book, &leaves, faults);
        name_apart(&mut leaves, faults);
        if let Some(changed) = &mut changed {
            number_apart(changed);
        }
        Self { leaves, changed }
    }

    /// The rules as they are sold.
    pub(crate) fn sold(&self) -> &[Leaf] {
        self.changed.as_deref().unwrap_or(&self.leaves)
    }
}
