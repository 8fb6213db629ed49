//! What functions come to.

use super::{Answer, Formula, Fraction, Refusal, Scene};
use crate::oracle::{
    number::{rounded, whole},
    tree::{Round, Way},
};

impl<'s> Scene<'s> {
    pub(super) fn call(&self, function: &str, values: &'s [Formula]) -> Answer<Fraction> {
        if let "pow" | "exp" | "ln" | "sqrt" = function {
            return self.inexact(function, values);
        }
        // The bounds of `clamp` are asked in the order in which they bound.
        let order: &[usize] = if function == "clamp" { &[1, 0, 2] } else { &[0, 1, 2] };
        let mut numbers = vec![Fraction::default(); values.len()];
        for &at in order.iter().filter(|at| **at < values.len()) {
            numbers[at] = self.number(&values[at])?;
        }
        for at in order.len()..values.len() {
            numbers[at] = self.number(&values[at])?;
        }
        let to_step = |way| {
            let step = numbers.get(1).cloned().unwrap_or_else(|| whole(1));
            if step <= Fraction::default() {
                return Err(Refusal::DivisionByZero);
            }
            self.kept(&numbers[0] / &step);
            Ok(rounded(&numbers[0], &Round { way, step }))
        };
        match function {
            "min" => Ok(numbers.into_iter().min().unwrap()),
            "max" => Ok(numbers.into_iter().max().unwrap()),
            "clamp" => {
                let [number, low, high] = <[Fraction; 3]>::try_from(numbers).unwrap();
                Ok(number.min(high).max(low))
            }
            "ceil" => to_step(Way::Up),
            "floor" => to_step(Way::Down),
            "round" => to_step(Way::HalfUp),
            "blocks" if numbers[1] == Fraction::default() => Err(Refusal::DivisionByZero),
            "blocks" => Ok(self.kept(&numbers[0] / &numbers[1]).ceil()),
            other => panic!("no function {other}"),
        }
    }
}
