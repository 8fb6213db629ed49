//! Values under their names: sorted by name, each name once.

use serde::ser::{Serialize, Serializer};

use super::{LEVELS_MAX, Value, ValueError, check_items};
use crate::{diagnostic::excerpt, ids};

/// The settings of a request, its facts, what was measured, or the fields of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Named(Vec<(Box<str>, Value)>);

impl Named {
    pub(crate) fn as_slice(&self) -> &[(Box<str>, Value)] {
        &self.0
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.get(self.position(name).ok()?)?;
        Some(value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a value under a name, in place of the one that it had.
    pub(crate) fn set(&mut self, name: &str, value: Value) -> Result<(), ValueError> {
        ids::check("name", name)?;
        value.check(LEVELS_MAX)?;
        match self.position(name) {
            Ok(index) => {
                if let Some((_, held)) = self.0.get_mut(index) {
                    *held = value;
                }
            }
            Err(index) => self.0.insert(index, (name.into(), value)),
        }
        Ok(())
    }

    /// Puts a value whose own bounds the caller checks under a name that is not in use yet.
    pub(super) fn add(&mut self, name: &str, value: Value) -> Result<(), ValueError> {
        ids::check("name", name)?;
        match self.position(name) {
            Ok(_) => return Err(ValueError::NamedTwice { name: excerpt(name) }),
            Err(index) => self.0.insert(index, (name.into(), value)),
        }
        check_items(self.0.len())
    }

    /// About how many bytes the values and their names take where they are kept.
    pub(crate) fn bytes(&self) -> usize {
        let each = self.0.iter().map(|(name, value)| name.len().saturating_add(value.bytes()));
        each.fold(0, usize::saturating_add)
    }

    /// Where the name is, or else where it belongs.
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.as_ref().cmp(name))
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
