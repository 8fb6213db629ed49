//! Prices worked out when a book is compiled, for every combination of the choices that they depend on.
//!
//! Most prices depend on a few choices and on one number, such as the seconds. What is left of them is a row of whole
//! billionths in a table, so that pricing is to find the row. The rows come from the rules themselves, evaluated for
//! each combination; whatever does not come out as such a row is evaluated in full, request by request.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    evaluate::{Fault, Linear, Scene},
    program::{Fill, INPUTS_MAX, Input, InputKind, Preset, Rule, Slot, Symbol},
};
use crate::{
    credits::Credits,
    number::{Number, Rounding},
    request::GenerationRequest,
};

/// The most combinations of choices that are worked out for one model.
const ROWS_MAX: usize = 64;

/// The prices by the rules of a model, by the choices that they depend on.
#[derive(Debug)]
pub(crate) struct Tabulated {
    rows: Box<[Option<Row>]>,
    axes: Arc<[Axis]>,
    /// The number that the rows are for units of, if it is not the same in all requests.
    number: Option<Slot>,
    step: Number,
    rounding: Rounding,
}

/// A choice that the prices depend on; the last one changes from row to row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Axis {
    slot: Slot,
    size: usize,
    /// Where its preset stands, if it has one.
    preset: Option<u16>,
}

/// What is left of a price, in billionths: for the call, for each output, and for each output and unit of the number.
#[derive(Clone, Copy, Debug)]
struct Row {
    call: i64,
    output: i64,
    unit: i64,
}

/// What rows are worked out from.
#[derive(Clone, Copy)]
struct Source<'a> {
    rules: &'a [Rule],
    inputs: &'a [Input],
}

impl Tabulated {
    /// The prices by these rules as a table, if they fit one.
    pub(crate) fn of(rules: &[Rule], inputs: &[Input]) -> Option<Self> {
        Source { rules, inputs }.tabulated()
    }
}

impl<'a> Source<'a> {
    fn tabulated(self) -> Option<Tabulated> {
        let first = self.rules.first()?;
        let alike = |rule: &Rule| rule.even && rule.step == first.step && rule.rounding == first.rounding;
        let measured =
            |rule: &Rule| self.inputs.iter().enumerate().any(|(slot, input)| input.measured && rule.reads(slot));
        if self.rules.iter().any(measured) || !self.rules.iter().all(alike) {
            return None;
        }
        let anyone = GenerationRequest::new(&first.unit, &first.unit).ok()?;
        let mut axes = Vec::new();
        loop {
            match self.rows(&axes, &anyone) {
                Ok((rows, number)) => {
                    let rows = rows.into();
                    let (step, rounding) = (first.step, first.rounding);
                    return Some(Tabulated { rows, axes: axes.into(), number, step, rounding });
                }
                Err(needed) => axes.push(self.axis(needed?, &axes)?),
            }
        }
    }

    /// A row for each combination of the choices; otherwise the slot of a choice that the prices need besides, or
    /// nothing where no choice would do.
    #[expect(clippy::type_complexity, reason = "the rows, and the number that they are for")]
    fn rows(self, axes: &[Axis], anyone: &GenerationRequest) -> Result<(Vec<Option<Row>>, Option<Slot>), Option<Slot>> {
        let combinations = axes.iter().try_fold(1_usize, |all, axis| all.checked_mul(axis.size));
        let combinations = combinations.filter(|all| *all <= ROWS_MAX).ok_or(None)?;
        let (mut rows, mut number) = (Vec::new(), None);
        for mut combination in 0..combinations {
            let mut fills = [Fill::Unmeasured; INPUTS_MAX];
            for axis in axes.iter().rev() {
                let (place, rest) = (combination.checked_rem(axis.size), combination.checked_div(axis.size));
                let fill = fills.get_mut(axis.slot).ok_or(None)?;
                *fill = self.fill_at(axis.slot, place.ok_or(None)?).ok_or(None)?;
                combination = rest.unwrap_or_default();
            }
            match self.linear(anyone, &fills) {
                Ok(linear) => {
                    if linear.number.is_some() && number.is_some() && linear.number != number {
                        return Err(None);
                    }
                    number = number.or(linear.number);
                    rows.push(Row::new(&linear));
                }
                Err(Fault::Missing(name)) => {
                    return Err(self.inputs.iter().position(|input| *input.name == *name));
                }
                Err(_) => rows.push(None),
            }
        }
        Ok((rows, number))
    }

    /// What is left of the price by the rule for these choices.
    fn linear(self, anyone: &GenerationRequest, fills: &[Fill]) -> Result<Linear, Fault<'a>> {
        for rule in self.rules {
            let scene = Scene { request: anyone, count: 1, inputs: self.inputs, fills, lets: &rule.lets, local: None };
            if let Some(when) = &rule.when
                && !scene.condition(when)?
            {
                continue;
            }
            return rule.linear(&scene);
        }
        Err(Fault::NotOffered)
    }

    fn axis(self, slot: Slot, axes: &[Axis]) -> Option<Axis> {
        let input = self.inputs.get(slot)?;
        if axes.iter().any(|axis| axis.slot == slot) {
            return None;
        }
        let place = |symbol: Symbol| match &input.kind {
            InputKind::Choice(values) => values.iter().position(|(_, known)| *known == symbol),
            _ => None,
        };
        let (size, preset) = match (&input.kind, input.preset) {
            (InputKind::Choice(values), Some(Preset::Word(symbol))) => (values.len(), place(symbol)),
            (InputKind::Choice(values), _) => (values.len(), None),
            (InputKind::Flag, Some(Preset::Flag(flag))) => (2, Some(usize::from(flag))),
            (InputKind::Flag, _) => (2, None),
            _ => return None,
        };
        Some(Axis { slot, size, preset: preset.and_then(|place| u16::try_from(place).ok()) })
    }

    fn fill_at(self, slot: Slot, place: usize) -> Option<Fill> {
        match &self.inputs.get(slot)?.kind {
            InputKind::Choice(values) => {
                let (_, symbol) = values.get(place)?;
                Some(Fill::Word(*symbol, u16::try_from(place).ok()?))
            }
            _ => Some(Fill::Flag(place == 1)),
        }
    }
}

impl Row {
    /// None where the price is no whole number of billionths.
    fn new(linear: &Linear) -> Option<Self> {
        let whole = |number: Number| i64::try_from(number.as_nanos_exact()?).ok();
        Some(Self { call: whole(linear.call)?, output: whole(linear.output)?, unit: whole(linear.unit)? })
    }
}

impl Tabulated {
    /// The price, where a row says it.
    #[inline]
    pub(crate) fn price(&self, inputs: &[Input], request: &GenerationRequest, fills: &[Fill]) -> Option<Credits> {
        let mut at = 0_usize;
        for axis in &*self.axes {
            let place = match fills.get(axis.slot)? {
                Fill::Word(_, place) => *place,
                Fill::Flag(flag) => u16::from(*flag),
                Fill::Preset => axis.preset?,
                _ => return None,
            };
            at = at.checked_mul(axis.size)?.checked_add(place.into())?;
        }
        let row = self.rows.get(at)?.as_ref()?;
        // Two numbers of 64 bits multiply to less than 128.
        let count = i128::from(i64::try_from(request.count()).ok()?);
        let outputs = count.wrapping_mul(row.output.into()).checked_add(row.call.into())?;
        let mut total = Number::nano(outputs);
        if let Some(slot) = self.number {
            let scene = Scene { request, count: 1, inputs, fills, lets: &[], local: None };
            let units = scene.number(slot).ok().filter(|units| !units.is_negative())?;
            let unit = Number::nano(count.checked_mul(row.unit.into())?);
            total = total.checked_add(units.checked_mul(unit)?)?;
        }
        Credits::from_nanos(total.nanos(self.step, self.rounding)?)
    }
}

/// Tables that depend on the same choices share what says so: what all requests read stays close to the processor.
pub(crate) fn share_axes<'t>(tables: impl Iterator<Item = &'t mut Tabulated>) {
    let mut known = BTreeMap::<Vec<Axis>, Arc<[Axis]>>::new();
    for tabulated in tables {
        let axes = known.entry(tabulated.axes.to_vec()).or_insert_with(|| Arc::clone(&tabulated.axes));
        tabulated.axes = Arc::clone(axes);
    }
}
