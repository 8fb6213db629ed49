//! The meaning of what goes over the items of a list, and of loops.

use super::{Fault, Scene, number_in};
use crate::{
    number::Number,
    pricing::program::{Amount, Condition, Field, Items, Loop, Pick, Picked, Preset, ROUNDS_MAX, Symbol},
    value::{Shape, Value},
};

/// The item or number that an enclosing sum or loop is at.
#[derive(Debug)]
pub(crate) struct Local<'s> {
    value: LocalValue<'s>,
    outer: Option<&'s Local<'s>>,
}

#[derive(Clone, Copy, Debug)]
enum LocalValue<'s> {
    Number(Number),
    Item { items: &'s [Value], at: usize },
}

impl<'a: 's, 's> Scene<'a, 's> {
    pub(super) fn sum(&self, items: &'a Items<Amount>) -> Result<Number, Fault<'a>> {
        let mut total = Number::ZERO;
        self.each(items, |scene| {
            let part = scene.amount(&items.body)?;
            total = total.checked_add(part).ok_or(Fault::TooLarge)?;
            Ok(true)
        })?;
        Ok(total)
    }

    pub(super) fn picked(&self, picked: &'a Picked) -> Result<Number, Fault<'a>> {
        let mut best: Option<Number> = None;
        self.each(&picked.items, |scene| {
            let new = scene.amount(&picked.items.body)?;
            let better = match picked.pick {
                Pick::Least => best.is_none_or(|best| new < best),
                Pick::Most => best.is_none_or(|best| new > best),
                Pick::First => true,
            };
            if better {
                best = Some(new);
            }
            Ok(!matches!(picked.pick, Pick::First))
        })?;
        best.map_or_else(|| self.amount(&picked.otherwise), Ok)
    }

    pub(super) fn any(&self, items: &'a Items<Condition>) -> Result<bool, Fault<'a>> {
        let mut found = false;
        self.each(items, |scene| {
            found = scene.condition(&items.body)?;
            Ok(!found)
        })?;
        Ok(found)
    }

    /// Goes over the items that fulfil the condition, for as long as `on` says so.
    fn each<T>(
        &self,
        items: &'a Items<T>,
        mut on: impl FnMut(&Scene<'a, '_>) -> Result<bool, Fault<'a>>,
    ) -> Result<(), Fault<'a>> {
        let all = self.items(items.list)?;
        for at in 0..all.len() {
            let more = self.inside(LocalValue::Item { items: all, at }, |scene| match &items.when {
                Some(when) if !scene.condition(when)? => Ok(true),
                _ => on(scene),
            })?;
            if !more {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn rounds(&self, rounds: &'a Loop) -> Result<Number, Fault<'a>> {
        let (from, to) = (self.amount(&rounds.from)?, self.amount(&rounds.to)?);
        let mut value = self.amount(&rounds.start)?;
        let mut at = from;
        let mut done: u64 = 0;
        while at <= to {
            if done == ROUNDS_MAX {
                return Err(Fault::RoundsOver(ROUNDS_MAX));
            }
            value = self.inside(LocalValue::Number(at), |scene| {
                scene.inside(LocalValue::Number(value), |scene| scene.amount(&rounds.next))
            })?;
            at = at.checked_add(Number::ONE).ok_or(Fault::TooLarge)?;
            done = done.saturating_add(1);
        }
        Ok(value)
    }

    /// Evaluates within one more sum or loop.
    fn inside<T>(&self, value: LocalValue<'s>, within: impl FnOnce(&Scene<'a, '_>) -> T) -> T {
        let local = Local { value, outer: self.local };
        within(&Scene { local: Some(&local), ..*self })
    }

    /// The number that an enclosing loop is at.
    pub(super) fn local_number(&self, depth: usize) -> Result<Number, Fault<'a>> {
        match self.local_value(depth) {
            Some(LocalValue::Number(number)) => Ok(number),
            _ => Err(Fault::Undefined),
        }
    }

    pub(super) fn field_number(&self, field: &'a Field) -> Result<Number, Fault<'a>> {
        match (self.field(field), field.preset) {
            (Some(value), _) => number_in(Some(value)),
            (None, Some(Preset::Number(number))) => Ok(number),
            (None, _) => Err(Fault::Missing(&field.name)),
        }
    }

    pub(super) fn field_flag(&self, field: &'a Field) -> Result<bool, Fault<'a>> {
        match (self.field(field).map(Value::shape), field.preset) {
            (Some(Shape::Flag(flag)), _) => Ok(*flag),
            (None, Some(Preset::Flag(flag))) => Ok(flag),
            _ => Err(Fault::Missing(&field.name)),
        }
    }

    pub(super) fn field_word(&self, field: &'a Field) -> Result<Symbol, Fault<'a>> {
        let known = match (self.field(field), field.preset) {
            (Some(value), _) => field.words.iter().find(|(word, _)| word == value).map(|(_, symbol)| *symbol),
            (None, Some(Preset::Word(symbol))) => Some(symbol),
            (None, _) => None,
        };
        known.ok_or(Fault::Missing(&field.name))
    }

    fn local_value(&self, depth: usize) -> Option<LocalValue<'s>> {
        let mut local = self.local?;
        for _ in 0..depth {
            local = local.outer?;
        }
        Some(local.value)
    }

    /// What an item has in a field, or else what the last of those before it has, if that is inherited.
    fn field(&self, field: &'a Field) -> Option<&'s Value> {
        let Some(LocalValue::Item { items, at }) = self.local_value(field.local) else { return None };
        if field.name.is_empty() {
            return items.get(at);
        }
        let before = if field.inherited { 0 } else { at };
        items.get(before..=at)?.iter().rev().find_map(|item| match item.shape() {
            Shape::Record(fields) => fields.get(&field.name),
            _ => None,
        })
    }
}
