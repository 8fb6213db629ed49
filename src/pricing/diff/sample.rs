//! Which requests are tried: everything that a price depends on, with the values that are worth trying.

use std::collections::BTreeSet;

use super::points::Points;
use crate::{
    number::{Number, Rounding},
    pricing::{
        edition::Slice,
        program::{Input, InputKind, Symbol},
    },
    request::GenerationRequest,
    value::Value,
};

/// The counts that are always tried.
const COUNTS: [u64; 3] = [1, 2, 10];
/// The most values of a list that are tried.
const LISTS_MAX: usize = 24;
/// A text that no book mentions.
const ANY_TEXT: &str = "anything else";

/// The slice of one book that is compared, if there is one, and the texts that the book mentions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'e> {
    pub(super) slice: Option<&'e Slice>,
    pub(super) words: &'e [(Box<str>, Symbol)],
}

/// Something that a price depends on.
#[derive(Debug)]
pub(super) struct Axis {
    pub(super) name: Box<str>,
    pub(super) fact: bool,
    /// What it is tried at; `None` is to leave it out. The first is what the others are varied from.
    pub(super) values: Vec<Option<Value>>,
}

/// The settings and facts that the rules of either book read, in the order in which they take them.
pub(super) fn axes(books: [Asked<'_>; 2], examples: &[&GenerationRequest]) -> Vec<Axis> {
    let mut found: Vec<Found<'_>> = Vec::new();
    let slices = || books.iter().filter_map(|Asked { slice, words }| Some(((*slice)?, *words)));
    for (slice, words) in slices() {
        let points = Points::of(slice);
        for (slot, input) in slice.inputs.iter().enumerate() {
            if !slice.rules.iter().any(|rule| rule.reads(slot)) {
                continue;
            }
            let at = found.iter().position(|known| (known.name, known.fact) == (&*input.name, input.fact));
            let at = at.unwrap_or_else(|| {
                found.push(Found { name: &input.name, fact: input.fact, ..Found::default() });
                found.len().saturating_sub(1)
            });
            let Some(known) = found.get_mut(at) else { continue };
            known.inputs.push(input);
            known.numbers.extend(points.numbers.iter().filter(|(of, _)| *of == slot).map(|(_, number)| *number));
            let symbols = points.words.iter().filter(|(of, _)| *of == slot).map(|(_, symbol)| *symbol);
            let texts = symbols.filter_map(|symbol| words.iter().find(|(_, known)| *known == symbol));
            known.texts.extend(texts.map(|(text, _)| &**text));
        }
    }
    found.into_iter().map(|found| found.axis(slices().count(), examples)).collect()
}

/// The counts that are worth trying.
pub(super) fn counts(books: [Asked<'_>; 2], examples: &[&GenerationRequest]) -> Vec<u64> {
    let mut counts: BTreeSet<u64> = COUNTS.into_iter().chain(examples.iter().map(|request| request.count())).collect();
    for point in books.iter().filter_map(|book| book.slice).flat_map(|slice| Points::of(slice).counts) {
        let whole = point.round_to(Number::ONE, Rounding::Down).and_then(Number::to_u64);
        let around = whole.into_iter().flat_map(|whole| [Some(whole), whole.checked_add(1)]).flatten();
        counts.extend(around.filter(|count| (1..=GenerationRequest::COUNT_MAX).contains(count)));
    }
    counts.into_iter().collect()
}

/// A setting or fact as both books take it, and what they compare it with.
#[derive(Debug, Default)]
struct Found<'e> {
    name: &'e str,
    fact: bool,
    inputs: Vec<&'e Input>,
    numbers: BTreeSet<Number>,
    texts: BTreeSet<&'e str>,
}

impl Found<'_> {
    fn axis(&self, books: usize, examples: &[&GenerationRequest]) -> Axis {
        let asked = |request: &&GenerationRequest| {
            let given = if self.fact { request.fact(self.name) } else { request.setting(self.name) };
            given.cloned()
        };
        let mut values: Vec<Value> = Vec::new();
        let all = self.inputs.iter().flat_map(|input| self.listed(input)).chain(self.numbers());
        for value in all.chain(examples.iter().filter_map(asked)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let mut defaults = self.inputs.iter().map(|input| input.default.as_ref());
        let default = defaults.next().flatten().filter(|first| defaults.all(|other| other == Some(*first)));
        // What holds when it is left out need not be tried by name too.
        values.retain(|value| Some(value) != default);
        let may_lack = |input: &&Input| input.preset.is_some() || input.measured;
        let left_out = self.inputs.len() < books || self.inputs.iter().any(may_lack) || values.is_empty();
        let values = left_out.then_some(None).into_iter().chain(values.into_iter().map(Some)).collect();
        Axis { name: self.name.into(), fact: self.fact, values }
    }

    /// The values that a declaration lists.
    fn listed(&self, input: &Input) -> Vec<Value> {
        match &input.kind {
            InputKind::Text => self.texts.iter().copied().chain([ANY_TEXT]).map(Value::from).collect(),
            InputKind::List { .. } | InputKind::Record(_) => composed(input, LISTS_MAX),
            _ => scalars(input),
        }
    }

    /// The bounds, the ends of the range, and a number between each two of them.
    fn numbers(&self) -> Vec<Value> {
        let ranges: Vec<_> = self.inputs.iter().filter_map(|input| Range::of(input)).collect();
        if ranges.is_empty() {
            return Vec::new();
        }
        let ends =
            ranges.iter().flat_map(|range| [Some(range.min), Some(range.max).filter(|_| range.bounded)]).flatten();
        let bounds: BTreeSet<Number> = self.numbers.iter().copied().chain(ends).collect();
        let mut tried = bounds.clone();
        let nexts = bounds.iter().skip(1).copied().map(Some).chain([None]);
        for (bound, next) in bounds.iter().zip(nexts) {
            tried.extend(ranges.iter().flat_map(|range| range.around(*bound, next)));
        }
        let values = tried.into_iter().filter_map(Number::to_decimal).map(Value::from);
        values.filter(|value| self.inputs.iter().any(|input| input.kind.accepts(value).is_ok())).collect()
    }
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
fn scalars(input: &Input) -> Vec<Value> {
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

/// At most so many values of a list or a record: one field or item varied at a time.
fn composed(input: &Input, most: usize) -> Vec<Value> {
    let mut values = match &input.kind {
        InputKind::List { item, max } => {
            let items = composed(item, most);
            let first = items.first().cloned();
            let twice = first.filter(|_| *max > 1).map(|first| Value::from(vec![first.clone(), first]));
            let all: Vec<_> = items.iter().take(*max).cloned().collect();
            let alone = items.into_iter().filter(|_| *max > 0).map(|item| Value::from(vec![item]));
            let none = Value::from(Vec::<Value>::new());
            [none].into_iter().chain(alone).chain(twice).chain([Value::from(all)]).collect()
        }
        InputKind::Record(fields) => {
            let of_fields: Vec<_> = fields.iter().map(|field| (&*field.name, composed(field, most))).collect();
            let base = || of_fields.iter().filter_map(|(name, values)| Some((*name, values.first()?.clone())));
            let varied = of_fields.iter().flat_map(|(varied, values)| {
                values.iter().map(move |value| {
                    base().map(|(name, first)| (name, if name == *varied { value.clone() } else { first }))
                })
            });
            varied.filter_map(|fields| Value::record(fields).ok()).collect()
        }
        InputKind::Number { min, max, only, bounded, .. } if only.is_empty() => {
            let ends = [Some(*min), min.checked_add(Number::ONE), Some(*max).filter(|_| *bounded)];
            let ends = ends.into_iter().flatten().filter_map(Number::to_decimal).map(Value::from);
            ends.filter(|value| input.kind.accepts(value).is_ok()).collect()
        }
        _ => scalars(input),
    };
    let mut seen: Vec<Value> = Vec::new();
    values.retain(|value| {
        let new = !seen.contains(value);
        seen.extend(new.then(|| value.clone()));
        new
    });
    values.truncate(most);
    values
}
