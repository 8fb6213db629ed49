//! Leads a number that an amount is compared with back to what a request says.

use super::points::Reader;
use crate::{
    number::Number,
    pricing::{
        evaluate::Scene,
        program::{Amount, Arithmetic, Condition, Fill, Input, InputKind, Named, Part, Quantity, Step},
    },
};

/// The decimal places of the side of a square.
const ROOT_DIGITS: u32 = 6;

impl<'p> Reader<'p> {
    /// Where two amounts are equal.
    pub(super) fn meet(&mut self, one: &Amount, other: &Amount) {
        if let Some(at) = self.at_defaults(other) {
            self.reach(one, at);
        }
        if let Some(at) = self.at_defaults(one) {
            self.reach(other, at);
        }
    }

    /// Where one of the parts alone comes to a bound of the price, with all factors on it.
    pub(super) fn bounded(&mut self, steps: &[Step], bound: Number) {
        let mut by = Number::ONE;
        for step in steps.iter().rev() {
            step.additions.iter().for_each(|part| self.comes_to(part, by, bound));
            for factor in &step.factors {
                let applies = factor.when.as_ref().is_none_or(|when| self.holds_at_defaults(when));
                let more = self.at_defaults(&factor.by).filter(|_| applies).unwrap_or(Number::ONE);
                by = by.checked_mul(more).unwrap_or(by);
            }
            step.parts.iter().for_each(|part| self.comes_to(part, by, bound));
        }
    }

    fn comes_to(&mut self, part: &Part, by: Number, bound: Number) {
        let rate = self.at_defaults(&part.rate).and_then(|rate| rate.checked_mul(by));
        let Some(quantity) = rate.and_then(|rate| bound.checked_div(rate)) else { return };
        match &part.quantity {
            Quantity::Call => {}
            Quantity::Output => self.points.counts.push(quantity),
            Quantity::Whole(amount) => self.reach(amount, quantity),
            Quantity::PerOutput(amount) => {
                self.reach(amount, quantity);
                let each = self.at_defaults(amount);
                self.points.counts.extend(each.and_then(|each| quantity.checked_div(each)));
            }
        }
    }

    /// What a request must say for an amount to be this much, with one thing set at a time.
    pub(super) fn reach(&mut self, amount: &Amount, at: Number) {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            let _ = self.reached(amount, at);
        }
    }

    fn reached(&mut self, amount: &Amount, at: Number) -> Option<()> {
        match amount {
            Amount::Setting(slot) => self.points.numbers.push((*slot, at)),
            Amount::Count => self.points.counts.push(at),
            Amount::Field(field) => self.points.fields.push((field.name.clone(), at)),
            Amount::Let(named) => match self.rule.lets.get(*named) {
                Some(Named::Amount(amount)) => self.reach(amount, at),
                _ => return None,
            },
            Amount::Negate(inner) => self.reach(inner, at.checked_neg()?),
            Amount::Round(_, sides) => self.reach(&sides.0, at),
            Amount::Min(amounts) | Amount::Max(amounts) => amounts.iter().for_each(|amount| self.reach(amount, at)),
            Amount::Arithmetic(operator, sides) => {
                let (mut left, mut right) = (self.at_defaults(&sides.0), self.at_defaults(&sides.1));
                if matches!(operator, Arithmetic::Multiply) && left.or(right).is_none() {
                    // Fields of an item: a square stands for the sizes that come to as much.
                    (left, right) = (at.sqrt(ROOT_DIGITS), at.sqrt(ROOT_DIGITS));
                }
                if let Some(at) = right.and_then(|right| left_of(*operator, at, right)) {
                    self.reach(&sides.0, at);
                }
                if let Some(at) = left.and_then(|left| right_of(*operator, at, left)) {
                    self.reach(&sides.1, at);
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// What an amount is when nothing is set.
    pub(super) fn at_defaults(&self, amount: &Amount) -> Option<Number> {
        self.scene().amount(amount).ok()
    }

    fn holds_at_defaults(&self, condition: &Condition) -> bool {
        self.scene().condition(condition).unwrap_or(false)
    }

    fn scene(&self) -> Scene<'p, 'p> {
        let Self { slice, rule, anyone, fills, .. } = *self;
        Scene { request: anyone, count: 1, inputs: &slice.inputs, fills, lets: &rule.lets, local: None }
    }
}

/// What an input is when nothing is set; where it has no default, the most or the first that it may be.
pub(super) fn at_default(input: &Input) -> Fill {
    match &input.kind {
        _ if input.preset.is_some() => Fill::Preset,
        InputKind::Number { .. } => Fill::Most,
        InputKind::Flag => Fill::Flag(false),
        InputKind::Choice(values) => values.first().map_or(Fill::Preset, |(_, symbol)| Fill::Word(*symbol, 0)),
        InputKind::Text | InputKind::List { .. } | InputKind::Record(_) => Fill::Preset,
    }
}

/// What stands on the left, given what comes out and what stands on the right.
fn left_of(operator: Arithmetic, out: Number, right: Number) -> Option<Number> {
    match operator {
        Arithmetic::Add => out.checked_sub(right),
        Arithmetic::Subtract => out.checked_add(right),
        Arithmetic::Multiply => out.checked_div(right),
        Arithmetic::Divide => out.checked_mul(right),
    }
}

/// What stands on the right, given what comes out and what stands on the left.
fn right_of(operator: Arithmetic, out: Number, left: Number) -> Option<Number> {
    match operator {
        Arithmetic::Add => out.checked_sub(left),
        Arithmetic::Subtract => left.checked_sub(out),
        Arithmetic::Multiply => out.checked_div(left),
        Arithmetic::Divide => left.checked_div(out),
    }
}
