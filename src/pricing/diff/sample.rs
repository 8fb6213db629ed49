//! Which requests are tried: everything that a price depends on, with the values that are worth trying.

use std::collections::BTreeSet;

use super::{
    points::Points,
    value::{ANY_TEXT, composed, scalars, within},
};
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
            known.fields.extend(points.fields.iter().cloned());
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
    /// What the fields of its items are compared with.
    fields: Vec<(Box<str>, Number)>,
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
        let may_lack = |input: &&Input| input.default.is_some() || input.measured;
        let left_out = self.inputs.len() < books || self.inputs.iter().any(may_lack) || values.is_empty();
        let values = left_out.then_some(None).into_iter().chain(values.into_iter().map(Some)).collect();
        Axis { name: self.name.into(), fact: self.fact, values }
    }

    /// The values that a declaration lists.
    fn listed(&self, input: &Input) -> Vec<Value> {
        match &input.kind {
            InputKind::Text => self.texts.iter().copied().chain([ANY_TEXT]).map(Value::from).collect(),
            InputKind::List { .. } | InputKind::Record(_) => composed(input, &self.fields),
            _ => scalars(input),
        }
    }

    /// The bounds, the ends of the range, and a number between each two of them.
    fn numbers(&self) -> Vec<Value> {
        let values = within(&self.inputs, self.numbers.iter().copied());
        values.into_iter().filter(|value| self.inputs.iter().any(|input| input.kind.accepts(value).is_ok())).collect()
    }
}
