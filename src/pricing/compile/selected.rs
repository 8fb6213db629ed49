//! Finds which overrides name a model: a family may have as many of them as models, and hands on to each only its own.

use std::collections::BTreeMap;

use crate::pricing::book::Override;

/// Overrides by the models that they name.
pub(super) struct Selected<'o> {
    all: &'o [Override],
    /// The places of those that name no model, and so select all.
    of_any: Vec<usize>,
    of_model: BTreeMap<&'o str, Vec<usize>>,
}

impl<'o> Selected<'o> {
    pub(super) fn of(all: &'o [Override]) -> Self {
        let (mut of_any, mut of_model) = (Vec::new(), BTreeMap::<&str, Vec<usize>>::new());
        for (at, change) in all.iter().enumerate() {
            if change.models.is_empty() {
                of_any.push(at);
            }
            for model in &change.models {
                of_model.entry(&**model).or_default().push(at);
            }
        }
        Self { all, of_any, of_model }
    }

    /// Those that may select one of these models, in their order.
    pub(super) fn for_models(&self, models: &[Box<str>]) -> Vec<Override> {
        let named = models.iter().filter_map(|model| self.of_model.get(&**model)).flatten();
        let mut places: Vec<usize> = self.of_any.iter().chain(named).copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.all.get(at)).cloned().collect()
    }
}
