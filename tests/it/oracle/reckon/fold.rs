//! What folds over lists come to.

use super::{Answer, Datum, Fraction, Local, LocalValue, Refusal, Scene};
use crate::oracle::tree::{Fold, find};

impl<'s> Scene<'s> {
    pub(super) fn fold(&self, fold: &'s Fold) -> Answer<Datum> {
        let Datum::List(items) = self.name(&fold.list)? else { panic!("{} is no list", fold.list) };
        let declared = self.declared(&fold.list).and_then(|list| list.items).expect("a list");
        let mut values = Vec::new();
        for at in 0..items.len() {
            let value = LocalValue::Item { items: &items, at, inherit: &fold.inherit, declared: &declared };
            let local = Local { name: &fold.item, value, outer: self.local };
            let scene = Scene { local: Some(&local), ..*self };
            let counts = fold.condition.as_ref().map_or(Ok(true), |condition| scene.truth(condition))?;
            if !counts {
                continue;
            }
            let value = scene.formula(&fold.body)?;
            let decided = match fold.kind {
                "first" => true,
                "any" => value == Datum::Flag(true),
                "all" => value == Datum::Flag(false),
                _ => false,
            };
            if decided {
                return Ok(value);
            }
            values.push(value);
        }
        match fold.kind {
            "any" => return Ok(Datum::Flag(false)),
            "all" => return Ok(Datum::Flag(true)),
            _ => {}
        }
        let numbers = values.into_iter().map(|value| match value {
            Datum::Number(number) => number,
            other => panic!("{other:?} is no number"),
        });
        let folded = match fold.kind {
            "sum" => Some(numbers.fold(Fraction::default(), |sum, number| self.kept(sum + number))),
            "min" => numbers.min(),
            "max" => numbers.max(),
            _ => None,
        };
        match (folded, &fold.otherwise) {
            (Some(number), _) => Ok(Datum::Number(number)),
            (None, Some(otherwise)) => self.formula(otherwise),
            (None, None) => panic!("`{}` without `else`", fold.kind),
        }
    }

    /// A field of an item: its own, or else that of the last item before it that has one, or else the default.
    pub(super) fn field(&self, item: &str, field: &str) -> Answer<Datum> {
        let Some(Local { value: LocalValue::Item { items, at, inherit, declared }, .. }) = self.local(item) else {
            panic!("{item} is no item");
        };
        let inherited = inherit.iter().any(|name| name == field);
        let of = |at: usize| match &items[at] {
            Datum::Record(fields) => find(fields, field),
            other => panic!("{other:?} has no fields"),
        };
        let before = (0..=*at).rev().take(if inherited { at + 1 } else { 1 });
        let declared = find(&declared.fields, field).expect("a field that is declared");
        let found = before.into_iter().find_map(of).or(declared.default.as_ref());
        found.cloned().map(|datum| declared.meant(datum)).ok_or(Refusal::Missing)
    }
}
