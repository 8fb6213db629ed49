//! Compiles the functions of formulas.

use super::scope::Scope;
use crate::{
    formula::{self, Function, Kind, Node},
    number::{Number, Rounding},
    pricing::{
        book::Span,
        program::{Amount, Arithmetic, Bound, Inexact, Key, Table, Tiers},
    },
};

/// The most decimal places that an inexact function may be asked for.
const DIGITS_MAX: u64 = 12;

impl Scope<'_> {
    pub(crate) fn call(&mut self, function: Function, arguments: &[Node], span: Span) -> Option<Amount> {
        let one = Amount::Constant(Number::ONE);
        let mut amounts = Vec::new();
        let digits = match function {
            Function::Pow | Function::Exp | Function::Ln | Function::Sqrt => {
                let (last, others) = arguments.split_last()?;
                for node in others {
                    amounts.push(self.amount(node, span)?);
                }
                self.digits(last, span)?
            }
            _ => {
                for node in arguments {
                    amounts.push(self.amount(node, span)?);
                }
                0
            }
        };
        let mut amounts = amounts.into_iter();
        let mut next = || amounts.next();
        let round = |direction, amount, step: Option<Amount>| {
            Some(Amount::Round(direction, Box::new((amount, step.unwrap_or(Amount::Constant(Number::ONE))))))
        };
        match function {
            Function::Min => Some(Amount::Min(amounts.collect())),
            Function::Max => Some(Amount::Max(amounts.collect())),
            Function::Clamp => {
                let (amount, low, high) = (next()?, next()?, next()?);
                let at_most = Amount::Min(Box::new([amount, high]));
                Some(Amount::Max(Box::new([low, at_most])))
            }
            Function::Ceil => round(Rounding::Up, next()?, next()),
            Function::Floor => round(Rounding::Down, next()?, next()),
            Function::Round => round(Rounding::HalfUp, next()?, next()),
            Function::Blocks => {
                let quotient = Amount::Arithmetic(Arithmetic::Divide, Box::new((next()?, next()?)));
                round(Rounding::Up, quotient, None)
            }
            Function::Any | Function::Length => None,
            Function::Pow => Some(Amount::Inexact(Inexact::Power, Box::new((next()?, next()?)), digits)),
            Function::Exp => Some(Amount::Inexact(Inexact::Exponential, Box::new((next()?, one)), digits)),
            Function::Ln => Some(Amount::Inexact(Inexact::Logarithm, Box::new((next()?, one)), digits)),
            Function::Sqrt => Some(Amount::Inexact(Inexact::Root, Box::new((next()?, one)), digits)),
        }
    }

    pub(crate) fn tiers(
        &mut self,
        kind: formula::Tiers,
        quantity: &Node,
        tiers: &[(Number, Node)],
        beyond: Option<&Node>,
        span: Span,
    ) -> Option<Amount> {
        let quantity = self.amount(quantity, span)?;
        let rows: Option<Vec<_>> = tiers.iter().map(|(bound, rate)| Some((*bound, self.amount(rate, span)?))).collect();
        let rows = rows?;
        let beyond = match beyond {
            None => None,
            Some(rate) => Some(self.amount(rate, span)?),
        };
        if let formula::Tiers::Graduated = kind {
            return Some(Amount::Graduated(Box::new((quantity, Tiers { tiers: rows.into(), beyond }))));
        }
        let otherwise = beyond.is_some().then_some(rows.len());
        let keys = rows.iter().map(|(bound, _)| format!("<= {bound}").into()).collect();
        let bands = rows.iter().enumerate();
        let bands = bands.map(|(place, (at, _))| (Bound { at: *at, inclusive: true }, place)).collect();
        let cells = rows.into_iter().map(|(_, rate)| rate).chain(beyond).collect();
        let key = Key::Number(quantity, Box::default(), bands);
        Some(Amount::Table(Box::new(Table { by: "volume".into(), keys, key, cells, otherwise })))
    }

    /// The stated precision of an inexact function: a number, not a formula, so that a reader of the book sees it.
    fn digits(&mut self, node: &Node, span: Span) -> Option<u32> {
        let digits = match &node.kind {
            Kind::Number(number) => number.to_u64().filter(|digits| *digits <= DIGITS_MAX),
            _ => None,
        };
        if digits.is_none() {
            let message = format!("the precision is a whole number of decimal places from 0 to {DIGITS_MAX}");
            self.faults.say(span.part(node.at, node.length), message);
        }
        digits.and_then(|digits| u32::try_from(digits).ok())
    }
}
