//! Compiles declarations of settings and facts.

use super::scope::Scope;
use crate::{
    diagnostic::{listed, nearest, quoted},
    number::Number,
    pricing::{
        book::{Setting, SettingKind, Span},
        program::{INPUTS_MAX, Input, InputKind, Preset, Slot},
    },
    value::{Shape, Value},
};

/// The longest list that a setting may be.
const ITEMS_MAX: usize = 1_000;
/// The most values that a choice may have.
const VALUES_MAX: usize = 10_000;
/// What a number may be where its range is not stated.
const NUMBER_MAX: i128 = 1_000_000_000;

impl Scope<'_> {
    /// The name of the setting or fact that is counted in a unit: one that the rule declares, or else the only one of
    /// the book.
    pub(crate) fn counted_in(&mut self, unit: &str, span: Span) -> Option<Box<str>> {
        let (book, leaf) = (self.book, self.leaf);
        let of_rule = leaf.settings.iter().map(|(name, _)| &**name);
        let counted =
            |name: &&str| self.setting_of_rule(name).is_some_and(|setting| setting.unit.as_deref() == Some(unit));
        let own: Vec<_> = of_rule.filter(counted).collect();
        let of_book = book.settings.iter().chain(&book.facts);
        let wide = of_book.filter(|(_, setting)| setting.unit.as_deref() == Some(unit)).map(|(name, _)| &**name);
        let found = if own.is_empty() { wide.collect() } else { own };
        match found.as_slice() {
            [name] => return Some((*name).into()),
            [] => {
                let all = book.settings.iter().chain(&book.facts).chain(&leaf.settings);
                let units = all.filter_map(|(_, setting)| setting.unit.as_deref());
                let lets = leaf.lets.iter().chain(&book.lets).map(|(name, _)| &**name);
                let near = nearest(unit, units.chain(["output", "call"]).chain(lets));
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("give a setting `unit = \"{unit}\"`, or define `let.{unit}`"),
                };
                self.faults.add(span, format!("nothing is counted in {}", quoted(unit)), Some(hint));
            }
            several => {
                let names = listed(several.iter().copied());
                let hint = format!("say which under `let`: {unit} = \"…\"");
                self.faults.add(span, format!("{names} are all counted in {}", quoted(unit)), Some(hint));
            }
        }
        None
    }

    pub(crate) fn add_input(&mut self, name: &str, setting: &Setting, fact: bool) -> Option<Slot> {
        let input = self.input(name, setting, fact)?;
        if self.inputs.len() == INPUTS_MAX {
            let message = format!("a model takes at most {INPUTS_MAX} settings and facts");
            self.faults.say(setting.span, message);
            return None;
        }
        self.inputs.push(input);
        self.declared.push(setting.clone());
        Some(self.inputs.len().saturating_sub(1))
    }

    /// Compiles a declaration.
    pub(crate) fn input(&mut self, name: &str, setting: &Setting, fact: bool) -> Option<Input> {
        let kind = self.kind(name, setting, fact)?;
        Some(self.input_of(kind, name, setting, fact))
    }

    /// What a declaration allows.
    pub(super) fn kind(&mut self, name: &str, setting: &Setting, fact: bool) -> Option<InputKind> {
        let Some(kind) = setting.shown_kind() else {
            let message = format!("{} is not declared", quoted(name));
            let hint = "declare it with its `values`, or with `min` and `max`, or with `type`";
            self.faults.add(setting.span, message, Some(hint));
            return None;
        };
        Some(match kind {
            SettingKind::Choice => self.choice(name, setting)?,
            SettingKind::Text if setting.values.is_empty() => InputKind::Text,
            SettingKind::Text => self.texts(name, setting)?,
            SettingKind::Number => self.range(name, setting, &[])?,
            SettingKind::Flag => InputKind::Flag,
            SettingKind::List => {
                let items = setting.items.as_deref().cloned().unwrap_or_default();
                let item = Box::new(self.input(name, &items, fact)?);
                let max = setting.max_items.as_ref().and_then(whole).and_then(|max| usize::try_from(max).ok());
                InputKind::List { item, max: max.unwrap_or(ITEMS_MAX).min(ITEMS_MAX) }
            }
            SettingKind::Record => {
                let fields = setting.fields.iter().filter_map(|(field, setting)| self.input(field, setting, fact));
                InputKind::Record(fields.collect())
            }
        })
    }

    /// A declaration that allows this.
    pub(super) fn input_of(&mut self, kind: InputKind, name: &str, setting: &Setting, fact: bool) -> Input {
        let preset = match &setting.default {
            None => None,
            Some(value) => match preset(&kind, value) {
                Ok(None) if matches!(kind, InputKind::Text) => {
                    Some(Preset::Word(self.words.symbol(&value.to_string())))
                }
                Ok(preset) => preset,
                Err(allowed) => {
                    let message = format!("the default of {} is {}; it may be {allowed}", quoted(name), show(value));
                    self.faults.say(setting.span, message);
                    None
                }
            },
        };
        Input {
            name: name.into(),
            fact,
            kind,
            preset,
            default: setting.default.clone(),
            measured: setting.measured,
            unit: setting.unit.clone(),
            note: setting.note.clone(),
        }
    }

    fn choice(&mut self, name: &str, setting: &Setting) -> Option<InputKind> {
        if setting.values.is_empty() {
            self.faults.say(setting.span, format!("{} is a choice without `values`", quoted(name)));
            return None;
        }
        let numbers: Option<Vec<Number>> = setting.values.iter().map(number).collect();
        if let Some(numbers) = numbers {
            return self.range(name, setting, &numbers);
        }
        self.texts(name, setting)
    }

    /// A choice of texts, also where they read as numbers.
    fn texts(&mut self, name: &str, setting: &Setting) -> Option<InputKind> {
        if setting.values.len() > VALUES_MAX {
            let message =
                format!("{} has {} values; a choice has at most {VALUES_MAX}", quoted(name), setting.values.len());
            self.faults.say(setting.span, message);
            return None;
        }
        let words = &mut *self.words;
        let values = setting.values.iter().map(|value| (value.clone(), words.symbol(&value.to_string())));
        Some(InputKind::Choice(values.collect()))
    }

    fn range(&mut self, name: &str, setting: &Setting, only: &[Number]) -> Option<InputKind> {
        let stated = |value: &Option<Value>| value.as_ref().and_then(number);
        let (min, max) = (stated(&setting.min), stated(&setting.max));
        let bounded = max.is_some() || !only.is_empty();
        let min = min.or(only.iter().min().copied()).unwrap_or(Number::ZERO);
        let max = max.or(only.iter().max().copied()).unwrap_or(Number::integer(NUMBER_MAX));
        if min > max {
            let message = format!("{} has a `min` of {min} above its `max` of {max}", quoted(name));
            self.faults.say(setting.span, message);
            return None;
        }
        let step = stated(&setting.step).filter(|step| !step.is_zero() && !step.is_negative());
        if setting.step.is_some() && step.is_none() {
            self.faults.say(setting.span, format!("the `step` of {} is not above 0", quoted(name)));
        }
        Some(InputKind::Number { min, max, bounded, step, only: only.into() })
    }
}

/// A value as what an input is; otherwise, what it may be.
fn preset(kind: &InputKind, value: &Value) -> Result<Option<Preset>, String> {
    kind.accepts(value)?;
    Ok(match (kind, value.shape()) {
        (InputKind::Choice(values), _) => {
            values.iter().find(|(known, _)| known == value).map(|(_, symbol)| Preset::Word(*symbol))
        }
        (InputKind::Number { .. }, _) => number(value).map(Preset::Number),
        (InputKind::Flag, Shape::Flag(flag)) => Some(Preset::Flag(*flag)),
        _ => None,
    })
}

/// The number that a value is.
pub(crate) fn number(value: &Value) -> Option<Number> {
    match value.shape() {
        Shape::Number(number) => Some(Number::from_decimal(*number)),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<u64> {
    number(value)?.to_u64()
}

fn show(value: &Value) -> String {
    quoted(&value.to_string())
}
