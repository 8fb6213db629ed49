//! The meaning of compiled expressions: one small total function for each type, and no allocation.

mod itemise;
mod items;
mod linear;
mod listener;
mod look_up;
mod slot;
mod steps;

pub(crate) use self::linear::Linear;
use self::{items::Local, listener::Unlisted};
use super::program::{
    Amount, Arithmetic, Comparison, Condition, Fill, INPUTS_MAX, Inexact, Input, Named, Symbol, Word,
};
use crate::{
    number::Number,
    request::GenerationRequest,
    value::{Shape, Value},
};

/// Why there is no price.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault<'a> {
    /// A table has no cell for what its name is set to.
    NoCell {
        by: &'a str,
        cells: &'a [Box<str>],
    },
    /// The book says that it is not offered.
    NotOffered,
    /// A result or a step on the way to it is too large to be held.
    TooLarge,
    DivisionByZero,
    /// A root or logarithm of what has none.
    Undefined,
    RoundsOver(u64),
    Negative,
    /// A setting without a default, or a field of an item, is needed and not there.
    Missing(&'a str),
}

/// Everything that an expression may ask for; `'s` is the life of the sums and loops around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a, 's> {
    pub(crate) request: &'s GenerationRequest,
    pub(crate) count: u64,
    pub(crate) inputs: &'a [Input],
    pub(crate) fills: &'s [Fill],
    pub(crate) lets: &'a [Named],
    pub(crate) local: Option<&'s Local<'s>>,
}

impl<'a: 's, 's> Scene<'a, 's> {
    #[inline]
    pub(crate) fn amount(&self, amount: &'a Amount) -> Result<Number, Fault<'a>> {
        match self.cell_of_cells(amount)? {
            Amount::Constant(number) => Ok(*number),
            amount => self.derived(amount),
        }
    }

    /// What is left of an amount when all tables at its head are looked up: mostly a constant.
    fn cell_of_cells(&self, amount: &'a Amount) -> Result<&'a Amount, Fault<'a>> {
        let mut amount = amount;
        while let Amount::Table(table) = amount
            && let Some(cell) = self.cell(table)?
        {
            if let Amount::NotOffered = cell {
                return Err(table.no_cell());
            }
            amount = cell;
        }
        Ok(amount)
    }

    #[inline(never)]
    fn derived(&self, amount: &'a Amount) -> Result<Number, Fault<'a>> {
        match amount {
            Amount::Constant(number) => Ok(*number),
            Amount::Setting(slot) => self.number(*slot),
            Amount::Table(table) => self.cheapest(table),
            Amount::NotOffered => Err(Fault::NotOffered),
            Amount::Count => Ok(Number::from_count(self.count)),
            Amount::Local(depth) => self.local_number(*depth),
            Amount::Field(field) => self.field_number(field),
            Amount::Length(slot) => {
                let length = u64::try_from(self.items(*slot)?.len()).map_err(|_| Fault::TooLarge)?;
                Ok(Number::from_count(length))
            }
            Amount::Let(named) => match self.lets.get(*named) {
                Some(Named::Amount(amount)) => self.outside().amount(amount),
                _ => Err(Fault::Undefined),
            },
            Amount::AtDefaults(named) => match self.lets.get(*named) {
                Some(Named::Amount(amount)) => self.at_defaults(amount),
                _ => Err(Fault::Undefined),
            },
            Amount::Negate(amount) => self.amount(amount)?.checked_neg().ok_or(Fault::TooLarge),
            Amount::Arithmetic(operator, sides) => self.arithmetic(*operator, sides),
            Amount::Power(sides) => self.power(sides),
            Amount::Min(amounts) => self.best(amounts, |new, best| new < best),
            Amount::Max(amounts) => self.best(amounts, |new, best| new > best),
            Amount::Round(direction, sides) => {
                let (amount, step) = (self.amount(&sides.0)?, self.amount(&sides.1)?);
                if step.is_zero() || step.is_negative() {
                    return Err(Fault::DivisionByZero);
                }
                amount.round_to(step, *direction).ok_or(Fault::TooLarge)
            }
            Amount::Inexact(function, sides, digits) => self.inexact(*function, sides, *digits),
            Amount::If(branches) => {
                let (condition, yes, no) = &**branches;
                self.amount(if self.condition(condition)? { yes } else { no })
            }
            Amount::Graduated(graduated) => self.graduated(&graduated.0, &graduated.1),
            Amount::Sum(items) => self.sum(items),
            Amount::Pick(picked) => self.picked(picked),
            Amount::Loop(rounds) => self.rounds(rounds),
            Amount::Price(priced) => {
                let one = Scene { count: 1, local: None, ..*self };
                let total = one.total(&priced.steps, &mut Unlisted)?;
                total.round_to(priced.step, priced.rounding).ok_or(Fault::TooLarge)
            }
        }
    }

    #[inline]
    pub(crate) fn condition(&self, condition: &'a Condition) -> Result<bool, Fault<'a>> {
        if let Condition::Setting(slot) = condition { self.flag(*slot) } else { self.derived_condition(condition) }
    }

    fn derived_condition(&self, condition: &'a Condition) -> Result<bool, Fault<'a>> {
        match condition {
            Condition::Constant(flag) => Ok(*flag),
            Condition::Setting(slot) => self.flag(*slot),
            Condition::Field(field) => self.field_flag(field),
            Condition::Let(named) => match self.lets.get(*named) {
                Some(Named::Condition(condition)) => self.outside().condition(condition),
                _ => Err(Fault::Undefined),
            },
            Condition::Compare(comparison, sides) => {
                let (left, right) = (self.amount(&sides.0)?, self.amount(&sides.1)?);
                Ok(match comparison {
                    Comparison::Equal => left == right,
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterOrEqual => left >= right,
                })
            }
            Condition::Same(sides) => Ok(self.word(&sides.0)? == self.word(&sides.1)?),
            Condition::Not(condition) => Ok(!self.condition(condition)?),
            Condition::Any(items) => self.any(items),
            Condition::Both(sides) => Ok(self.condition(&sides.0)? && self.condition(&sides.1)?),
            Condition::Either(sides) => Ok(self.condition(&sides.0)? || self.condition(&sides.1)?),
            Condition::If(branches) => {
                let (condition, yes, no) = &**branches;
                self.condition(if self.condition(condition)? { yes } else { no })
            }
        }
    }

    #[inline]
    pub(crate) fn word(&self, word: &'a Word) -> Result<Symbol, Fault<'a>> {
        if let Word::Setting(slot) = word { self.symbol(*slot) } else { self.derived_word(word) }
    }

    fn derived_word(&self, word: &'a Word) -> Result<Symbol, Fault<'a>> {
        match word {
            Word::Constant(symbol) => Ok(*symbol),
            Word::NotOffered => Err(Fault::NotOffered),
            Word::Setting(slot) => self.symbol(*slot),
            Word::Field(field) => self.field_word(field),
            Word::Let(named) => match self.lets.get(*named) {
                Some(Named::Word(word)) => self.outside().word(word),
                _ => Err(Fault::Undefined),
            },
            Word::If(branches) => {
                let (condition, yes, no) = &**branches;
                self.word(if self.condition(condition)? { yes } else { no })
            }
            Word::Table(table) => self.word(self.cell(table)?.ok_or_else(|| table.no_cell())?),
        }
    }

    fn arithmetic(&self, operator: Arithmetic, sides: &'a (Amount, Amount)) -> Result<Number, Fault<'a>> {
        let (left, right) = (self.amount(&sides.0)?, self.amount(&sides.1)?);
        match operator {
            Arithmetic::Add => left.checked_add(right),
            Arithmetic::Subtract => left.checked_sub(right),
            Arithmetic::Multiply => left.checked_mul(right),
            Arithmetic::Divide if right.is_zero() => return Err(Fault::DivisionByZero),
            Arithmetic::Divide => left.checked_div(right),
        }
        .ok_or(Fault::TooLarge)
    }

    fn power(&self, sides: &'a (Amount, Amount)) -> Result<Number, Fault<'a>> {
        let (base, exponent) = (self.amount(&sides.0)?, self.amount(&sides.1)?);
        if base.is_zero() && exponent.is_negative() {
            return Err(Fault::DivisionByZero);
        }
        let whole = if exponent.is_negative() { exponent.checked_neg() } else { Some(exponent) };
        let whole = whole.and_then(Number::to_u64).and_then(|whole| i32::try_from(whole).ok());
        let whole = whole.ok_or(Fault::Undefined)?;
        let signed = if exponent.is_negative() { whole.wrapping_neg() } else { whole };
        base.powi(signed).ok_or(Fault::TooLarge)
    }

    fn inexact(&self, function: Inexact, sides: &'a (Amount, Amount), digits: u32) -> Result<Number, Fault<'a>> {
        let (amount, other) = (self.amount(&sides.0)?, self.amount(&sides.1)?);
        let defined = match function {
            Inexact::Power => (!amount.is_negative() || other.is_whole()) && !(amount.is_zero() && other.is_negative()),
            Inexact::Exponential => true,
            Inexact::Logarithm => !amount.is_negative() && !amount.is_zero(),
            Inexact::Root => !amount.is_negative(),
        };
        if !defined {
            return Err(Fault::Undefined);
        }
        match function {
            Inexact::Power => amount.pow(other, digits),
            Inexact::Exponential => amount.exp(digits),
            Inexact::Logarithm => amount.ln(digits),
            Inexact::Root => amount.sqrt(digits),
        }
        .ok_or(Fault::TooLarge)
    }

    fn best(&self, amounts: &'a [Amount], better: fn(Number, Number) -> bool) -> Result<Number, Fault<'a>> {
        let mut best = None;
        for amount in amounts {
            let new = self.amount(amount)?;
            best = Some(best.filter(|best| !better(new, *best)).unwrap_or(new));
        }
        best.ok_or(Fault::Undefined)
    }

    /// Where named values are evaluated: outside of every sum and loop.
    fn outside(&self) -> Self {
        Self { local: None, ..*self }
    }

    fn at_defaults(&self, amount: &'a Amount) -> Result<Number, Fault<'a>> {
        let mut fills = [Fill::Preset; INPUTS_MAX];
        for ((fill, given), input) in fills.iter_mut().zip(self.fills).zip(self.inputs) {
            if input.fact {
                *fill = *given;
            }
        }
        Scene { fills: &fills, local: None, ..*self }.amount(amount)
    }
}

/// The number that a value is known to be.
pub(crate) fn number_in<'a>(value: Option<&Value>) -> Result<Number, Fault<'a>> {
    match value.map(Value::shape) {
        Some(Shape::Number(number)) => Ok(Number::from_decimal(*number)),
        _ => Err(Fault::Undefined),
    }
}
