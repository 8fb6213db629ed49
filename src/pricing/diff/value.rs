//! The values of a setting that are worth trying, by what it may be.

use std::collections::BTreeSet;

use crate::{
    number::{Number, Rounding},
    pricing::program::{Input, InputKind},
    value::Value,
};

/// The most values of a list that are tried.
const LISTS_MAX: usize = 40;
/// A text that no book mentions.
pub(super) const ANY_TEXT: &str = "anything else";

/// The bounds, the ends of the ranges, and a number between each two of them; some may be on no step.
pub(super) fn within(inputs: &[&Input], bounds: impl IntoIterator<Item = Number>) -> Vec<Value> {
    let ranges: Vec<_> = inputs.iter().filter_map(|input| Range::of(input)).collect();
    if ranges.is_empty() {
        return Vec::new();
    }
    let ends = ranges.iter().flat_map(|range| [Some(range.min), Some(range.max).filter(|_| range.bounded)]).flatten();
    let bounds: BTreeSet<Number> = bounds.into_iter().chain(ends).collect();
    let mut tried = bounds.clone();
    let nexts = bounds.iter().skip(1).copied().map(Some).chain([None]);
    for (bound, next) in bounds.iter().zip(nexts) {
        tried.extend(ranges.iter().flat_map(|range| range.around(*bound, next)));
    }
    tried.into_iter().filter_map(Number::to_decimal).map(Value::from).collect()
}

/// The range of a number of which not only some values are allowed.
#[derive(Clone, Copy, Debug)]
struct Range {
    min: Number,
    max: Number,
    bounded: bool,
    step: Option<Number>,
}

impl Range {
    fn of(input: &Input) -> Option<Self> {
        match &input.kind {
            InputKind::Number { min, max, bounded, step, only } if only.is_empty() => {
                Some(Self { min: *min, max: *max, bounded: *bounded, step: *step })
            }
            _ => None,
        }
    }

    /// Numbers just below and above a bound: on the steps, or else between the bound and the next one.
    fn around(&self, bound: Number, next: Option<Number>) -> Vec<Number> {
        if let Some(step) = self.step {
            let below = bound.checked_sub(self.min).and_then(|above_min| above_min.round_to(step, Rounding::Down));
            let below = below.and_then(|below| below.checked_add(self.min));
            return below.into_iter().chain(below.and_then(|below| below.checked_add(step))).collect();
        }
        let one_more = bound.checked_add(Number::ONE);
        let between = match (one_more, next) {
            (Some(one_more), Some(next)) if one_more >= next => {
                bound.checked_add(next).and_then(|sum| sum.checked_div(Number::integer(2)))
            }
            (one_more, _) => one_more,
        };
        between.into_iter().collect()
    }
}

/// The values of what is neither a list nor a record.
pub(super) fn scalars(input: &Input) -> Vec<Value> {
    match &input.kind {
        InputKind::Choice(values) => values.iter().map(|(value, _)| value.clone()).collect(),
        InputKind::Flag => vec![false.into(), true.into()],
        InputKind::Text => vec![ANY_TEXT.into()],
        InputKind::Number { only, .. } if !only.is_empty() => {
            only.iter().filter_map(|number| number.to_decimal()).map(Value::from).collect()
        }
        InputKind::Number { .. } => input.default.iter().cloned().collect(),
        InputKind::List { .. } | InputKind::Record(_) => Vec::new(),
    }
}

/// Values of a list or a record: one field or item varied at a time, and all of them together. `bounds` are what fields
/// are compared with; an item that is no record has no name.
pub(super) fn composed(input: &Input, bounds: &[(Box<str>, Number)]) -> Vec<Value> {
    composed_as(input, "", bounds)
}

fn composed_as(input: &Input, name: &str, bounds: &[(Box<str>, Number)]) -> Vec<Value> {
    let mut values: Vec<Value> = match &input.kind {
        InputKind::List { item, max } => lists(&composed_as(item, "", bounds), *max),
        InputKind::Record(fields) => {
            let of_field = |field: &Input| (field.name.clone(), composed_as(field, &field.name, bounds));
            records(&fields.iter().map(of_field).collect::<Vec<_>>())
        }
        InputKind::Number { only, .. } if only.is_empty() => {
            let of_field = bounds.iter().filter(|(known, _)| **known == *name).map(|(_, bound)| *bound);
            let values = within(&[input], of_field).into_iter().chain(input.default.clone());
            values.filter(|value| input.kind.accepts(value).is_ok()).collect()
        }
        _ => scalars(input),
    };
    let mut seen: Vec<Value> = Vec::new();
    values.retain(|value| {
        let new = !seen.contains(value);
        seen.extend(new.then(|| value.clone()));
        new
    });
    values.truncate(LISTS_MAX);
    values
}

/// No item, each by itself, the first twice, and as many as there may be.
fn lists(items: &[Value], max: usize) -> Vec<Value> {
    let none = Value::from(Vec::<Value>::new());
    let alone = items.iter().filter(|_| max > 0).map(|item| Value::from(vec![item.clone()]));
    let twice = items.first().filter(|_| max > 1).map(|first| Value::from(vec![first.clone(), first.clone()]));
    let all: Vec<_> = items.iter().take(max).cloned().collect();
    [none].into_iter().chain(alone).chain(twice).chain([Value::from(all)]).collect()
}

/// Each field varied by itself, and all of them side by side.
fn records(fields: &[(Box<str>, Vec<Value>)]) -> Vec<Value> {
    let at = |place: usize, values: &[Value]| values.get(place).or(values.last()).cloned();
    let most = fields.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let beside =
        (0..most).map(|place| fields.iter().filter_map(move |(name, values)| Some((name, at(place, values)?))));
    let beside = beside.filter_map(|fields| Value::record(fields).ok());
    let alone = fields.iter().flat_map(|(varied, of_varied)| {
        of_varied.iter().filter_map(move |value| {
            let field = |(name, values): &(Box<str>, Vec<Value>)| {
                let value = if name == varied { Some(value.clone()) } else { values.first().cloned() };
                Some((name.clone(), value?))
            };
            Value::record(fields.iter().filter_map(field)).ok()
        })
    });
    beside.chain(alone).collect()
}
