//! Holds what narrows a setting to what is allowed below it.

use super::{input::number, scope::Scope};
use crate::{
    diagnostic::{listed, quoted},
    number::Number,
    pricing::{
        book::{Setting, Span},
        program::InputKind,
    },
    text::{Faults, Sources},
    value::Value,
};

impl Scope<'_> {
    /// Holds a setting of the rule at hand to what the book declares.
    pub(super) fn hold_to_book(&mut self, name: &str, span: Span, setting: &Setting) {
        let wide = self.book.settings.iter().find(|(known, _)| **known == *name);
        let Some((_, wide)) = wide.filter(|(_, wide)| wide != setting) else { return };
        let (wide, own) = (self.quiet_kind(name, wide), self.quiet_kind(name, setting));
        let Some((wide, own)) = wide.zip(own) else { return };
        if let Some(more) = own.beyond(&wide) {
            let message = format!("{} may be {more} here, and in the book only {}", quoted(name), wide.allowed());
            let hint = "a rule narrows a setting; with a `type`, it may also widen it";
            self.faults.add(span, message, Some(hint));
        }
    }

    /// Holds the settings of the rule at hand to what the books above allow of them. Its tables may name the rest.
    pub(crate) fn narrow(&mut self) {
        let leaf = self.leaf;
        for slot in 0..self.inputs.len() {
            let Some((input, declared)) = self.inputs.get(slot).zip(self.declared.get(slot)) else { continue };
            if input.fact || leaf.narrowed.iter().all(|(name, _)| *name != input.name) {
                continue;
            }
            let (name, wide, mut setting) = (input.name.clone(), input.kind.clone(), declared.clone());
            let mut kind = wide.clone();
            for (_, own) in leaf.narrowed.iter().filter(|(known, _)| *known == name) {
                setting = setting.narrowed(own);
                let Some(narrower) = self.quiet_kind(&name, &setting) else { continue };
                if let Some(more) = narrower.beyond(&kind) {
                    let message = format!("{} may be {more} here, and below only {}", quoted(&name), kind.allowed());
                    let before = narrower.beyond(&wide).is_none();
                    let hint = "an override before it leaves no more; let that one name the other models alone";
                    self.faults.add(own.span, message, before.then_some(hint));
                }
                kind = narrower.seen_as(&wide);
                if !kind.is_like(&wide) {
                    let message =
                        format!("{} cannot be narrowed to a choice: below it is {}", quoted(&name), wide.allowed());
                    self.faults.add(own.span, message, Some("write a rule that prices the rest as \"not offered\""));
                }
            }
            if let Some(kind) = self.kind(&name, &setting, false) {
                let narrowed = self.input_of(kind.seen_as(&wide), &name, &setting, false);
                if let Some(input) = self.inputs.get_mut(slot) {
                    *input = narrowed;
                }
            }
        }
    }

    /// What a declaration allows, without telling what is wrong with it.
    fn quiet_kind(&mut self, name: &str, setting: &Setting) -> Option<InputKind> {
        let told = std::mem::replace(self.faults, Faults::of(&Sources::default()));
        let kind = self.kind(name, setting, false);
        *self.faults = told;
        kind
    }
}

impl InputKind {
    /// The same for rules that were compiled for `wide`: where a choice has a text, its numbers are told apart by their
    /// texts too.
    fn seen_as(self, wide: &Self) -> Self {
        match (self, wide) {
            (Self::Number { only, .. }, Self::Choice(values)) if !only.is_empty() => {
                let kept =
                    values.iter().filter(|(value, _)| number(value).is_some_and(|number| only.contains(&number)));
                Self::Choice(kept.cloned().collect())
            }
            (kind, _) => kind,
        }
    }

    /// Whether rules that were compiled for `wide` can read it.
    fn is_like(&self, wide: &Self) -> bool {
        let text = |kind: &Self| matches!(kind, Self::Choice(_) | Self::Text);
        std::mem::discriminant(self) == std::mem::discriminant(wide) || (text(self) && text(wide))
    }

    fn takes(&self, number: Number) -> bool {
        number.to_decimal().is_some_and(|decimal| self.accepts(&Value::from(decimal)).is_ok())
    }

    /// What it allows and `wide` does not, in words.
    fn beyond(&self, wide: &Self) -> Option<String> {
        let more = match (self, wide) {
            (Self::Choice(values), _) => {
                return some_of(values.iter().map(|(value, _)| value).filter(|value| wide.accepts(value).is_err()));
            }
            (Self::Number { only, .. }, _) if !only.is_empty() => {
                // A range or a step may rule out what is listed beside it, here as below.
                let listed = |number: &Number| matches!(wide, Self::Number { only, .. } if only.contains(number));
                let more = |number: &&Number| !wide.takes(**number) && (self.takes(**number) || !listed(number));
                return some_of(only.iter().filter(more));
            }
            (Self::Number { min, max, step, .. }, Self::Number { min: least, max: most, step: steps, only, .. }) => {
                let whole = |step: Number| steps.is_none_or(|of| step.checked_div(of).is_some_and(Number::is_whole));
                let alone = step.zip(max.checked_sub(*min)).is_some_and(|(step, all)| all < step);
                let stepped = steps.is_none() || min == max || alone || step.is_some_and(whole);
                let more = !only.is_empty() || min < least || max > most || !stepped;
                if !more {
                    // Steps are counted from the least, so that another one can be between those of `wide`.
                    return some_of([min].into_iter().filter(|min| !wide.takes(**min)));
                }
                more
            }
            (Self::List { item, max }, Self::List { item: below, max: most }) => {
                max > most || item.kind.beyond(&below.kind).is_some()
            }
            (Self::Record(fields), Self::Record(below)) => fields.iter().any(|field| {
                let below = below.iter().find(|below| below.name == field.name);
                below.is_none_or(|below| field.kind.beyond(&below.kind).is_some())
            }),
            (Self::Flag, Self::Flag) | (Self::Text, Self::Text) => false,
            _ => true,
        };
        more.then(|| self.allowed())
    }
}

/// Several values in words, if there are any.
fn some_of<T: ToString>(values: impl Iterator<Item = T>) -> Option<String> {
    let texts: Vec<String> = values.map(|value| value.to_string()).collect();
    (!texts.is_empty()).then(|| listed(texts.iter().map(String::as_str)))
}
