//! What a name or a formula may come to.

use std::{collections::BTreeSet, rc::Rc};

use super::range::{Grid, Piece, Range};
use crate::{
    number::Number,
    pricing::book::{Setting, SettingKind},
    value::{Shape, Value},
};

/// The most values of a number in steps that are listed one by one.
const STEPS_MAX: i32 = 16;

/// What may come, of whichever type it is.
#[derive(Clone, Debug)]
pub(crate) enum Possible {
    Number(Range),
    Truth(Truth),
    Text(Texts),
    List(Rc<List>),
    Record(Rc<[(Box<str>, Possible)]>),
    Unknown,
}

/// Whether a condition may be true and whether it may be false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) yes: bool,
    pub(crate) no: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    Any,
    These(BTreeSet<Rc<str>>),
}

/// So many items at most, each of which may be the same.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) max: Number,
    pub(crate) item: Possible,
}

impl Truth {
    pub(crate) const MAYBE: Self = Self { yes: true, no: true };

    pub(crate) fn certain(flag: bool) -> Self {
        Self { yes: flag, no: !flag }
    }

    pub(crate) fn may_be(self, flag: bool) -> bool {
        if flag { self.yes } else { self.no }
    }

    pub(crate) fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self { yes: self.yes || other.yes, no: self.no || other.no }
    }
}

impl Texts {
    pub(crate) fn only(text: &str) -> Self {
        Self::These([Rc::from(text)].into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::These(texts) if texts.is_empty())
    }

    pub(crate) fn is_one(&self) -> bool {
        matches!(self, Self::These(texts) if texts.len() == 1)
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, texts) | (texts, Self::Any) => texts.clone(),
            (Self::These(one), Self::These(other)) => Self::These(one.intersection(other).cloned().collect()),
        }
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::These(one), Self::These(other)) => Self::These(one.union(other).cloned().collect()),
            _ => Self::Any,
        }
    }

    /// What the other does not have; of any text, some are always left.
    pub(crate) fn without(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, _) => Self::Any,
            (Self::These(_), Self::Any) => Self::These(BTreeSet::new()),
            (Self::These(one), Self::These(other)) => Self::These(one.difference(other).cloned().collect()),
        }
    }
}

impl Possible {
    /// What a setting or a fact may be by its declaration; a number without a stated end has none.
    pub(crate) fn declared(setting: &Setting) -> Self {
        match setting.shown_kind() {
            Some(SettingKind::Choice) => choice(&setting.values),
            Some(SettingKind::Number) => Self::Number(range(setting)),
            Some(SettingKind::Text) if setting.values.is_empty() => Self::Text(Texts::Any),
            Some(SettingKind::Text) => Self::Text(texts(&setting.values)),
            Some(SettingKind::Flag) => Self::Truth(Truth::MAYBE),
            Some(SettingKind::List) => {
                let max = setting.max_items.as_ref().and_then(number).unwrap_or(Number::integer(1_000));
                let item = setting.items.as_deref().map_or(Self::Unknown, Self::declared);
                Self::List(Rc::new(List { max, item }))
            }
            Some(SettingKind::Record) => {
                let fields = setting.fields.iter().map(|(name, field)| (name.clone(), Self::declared(field)));
                Self::Record(fields.collect())
            }
            None => Self::Unknown,
        }
    }

    /// What it is where a request leaves it out: nothing without a default.
    pub(crate) fn preset(&self, default: Option<&Value>) -> Self {
        match (self, default.map(Value::shape)) {
            (Self::Number(_), Some(Shape::Number(number))) => {
                Self::Number(Range::exactly(Number::from_decimal(*number)))
            }
            (Self::Truth(_), Some(Shape::Flag(flag))) => Self::Truth(Truth::certain(*flag)),
            (Self::Text(_), _) if default.is_some() => {
                Self::Text(default.map_or(Texts::Any, |default| Texts::only(&default.to_string())))
            }
            (_, None) => self.impossible(),
            _ => self.clone(),
        }
    }

    /// Of the same type, and nothing.
    pub(crate) fn impossible(&self) -> Self {
        match self {
            Self::Number(_) => Self::Number(Range::none()),
            Self::Truth(_) => Self::Truth(Truth { yes: false, no: false }),
            Self::Text(_) => Self::Text(Texts::These(BTreeSet::new())),
            other => other.clone(),
        }
    }

    pub(crate) fn is_impossible(&self) -> bool {
        match self {
            Self::Number(range) => range.is_empty(),
            Self::Truth(truth) => !truth.yes && !truth.no,
            Self::Text(texts) => texts.is_empty(),
            _ => false,
        }
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Self::Number(one.or(other)),
            (Self::Truth(one), Self::Truth(other)) => Self::Truth(one.or(*other)),
            (Self::Text(one), Self::Text(other)) => Self::Text(one.or(other)),
            // A cell that is not offered is a number without values, also among texts.
            (Self::Number(none), other) | (other, Self::Number(none)) if none.is_empty() => other.clone(),
            (Self::List(_), Self::List(_)) | (Self::Record(_), Self::Record(_)) => self.clone(),
            _ => Self::Unknown,
        }
    }

    pub(crate) fn number(self) -> Range {
        if let Self::Number(range) = self { range } else { Range::any() }
    }

    pub(crate) fn truth(self) -> Truth {
        if let Self::Truth(truth) = self { truth } else { Truth::MAYBE }
    }
}

fn choice(values: &[Value]) -> Possible {
    let numbers: Option<Vec<Number>> = values.iter().map(number).collect();
    match numbers {
        Some(numbers) => Possible::Number(Range::all(numbers.into_iter().map(Piece::point))),
        None => Possible::Text(texts(values)),
    }
}

fn texts(values: &[Value]) -> Texts {
    Texts::These(values.iter().map(|value| Rc::from(value.to_string())).collect())
}

fn range(setting: &Setting) -> Range {
    let low = setting.min.as_ref().and_then(number).unwrap_or(Number::ZERO);
    let high = setting.max.as_ref().and_then(number);
    let piece = Piece { high: high.map(super::range::End::closed), ..Piece::point(low) };
    let step = setting.step.as_ref().and_then(number).filter(|step| *step > Number::ZERO);
    let grid = step.map(|step| Grid { from: low, step });
    let few = || {
        let steps = high?.checked_sub(low)?.checked_div(step?)?.round_to(Number::ONE, crate::number::Rounding::Down)?;
        let steps = i32::try_from(steps.to_u64()?).ok().filter(|steps| *steps <= STEPS_MAX)?;
        let at = |taken: i32| low.checked_add(step?.checked_mul(Number::integer(taken.into()))?);
        (0..=steps).map(|taken| at(taken).map(Piece::point)).collect::<Option<Vec<_>>>()
    };
    match few() {
        Some(points) => Range::all(points),
        None => Range::piece(piece).on(grid),
    }
}

/// The number that a value is.
pub(crate) fn number(value: &Value) -> Option<Number> {
    match value.shape() {
        Shape::Number(number) => Some(Number::from_decimal(*number)),
        _ => None,
    }
}
