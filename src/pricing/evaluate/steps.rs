//! The order in which a price comes about: parts, factors, additions, bounds.

use super::{Fault, Scene, listener::Listener};
use crate::{
    number::Number,
    pricing::program::{Part, Quantity, Step},
};

impl<'a: 's, 's> Scene<'a, 's> {
    /// The price by the steps of a rule, before its rounding.
    #[inline]
    pub(crate) fn total(&self, steps: &'a [Step], listener: &mut impl Listener<'a>) -> Result<Number, Fault<'a>> {
        let mut total = Number::ZERO;
        for step in steps {
            for part in &step.parts {
                self.part(part, &mut total, listener)?;
            }
            for factor in &step.factors {
                if let Some(when) = &factor.when
                    && !self.condition(when)?
                {
                    continue;
                }
                let by = self.amount(&factor.by)?;
                if by.is_negative() {
                    return Err(Fault::Negative);
                }
                let after = total.checked_mul(by).ok_or(Fault::TooLarge)?;
                listener.factor(&factor.what, by, total, after);
                total = after;
            }
            for addition in &step.additions {
                self.part(addition, &mut total, listener)?;
            }
            if let Some(minimum) = &step.minimum {
                let least = self.amount(minimum)?;
                if total < least {
                    let missing = least.checked_sub(total).ok_or(Fault::TooLarge)?;
                    listener.line("minimum", Number::ONE, "call", missing, least);
                    total = least;
                }
            }
            if let Some(maximum) = &step.maximum {
                let most = self.amount(maximum)?;
                if total > most {
                    let excess = most.checked_sub(total).ok_or(Fault::TooLarge)?;
                    listener.line("maximum", Number::ONE, "call", excess, most);
                    total = most;
                }
            }
            if total.is_negative() {
                return Err(Fault::Negative);
            }
        }
        Ok(total)
    }

    /// Adds what a part comes to. The total stays where it is: moved as a result, it would be read in other pieces than
    /// it was just written in, and that stalls a processor.
    fn part(&self, part: &'a Part, total: &mut Number, listener: &mut impl Listener<'a>) -> Result<(), Fault<'a>> {
        if let Some(when) = &part.when
            && !self.condition(when)?
        {
            return Ok(());
        }
        let quantity = match &part.quantity {
            Quantity::Call => Number::ONE,
            Quantity::Output => Number::from_count(self.count),
            Quantity::PerOutput(amount) => self.amount(amount)?.checked_times(self.count).ok_or(Fault::TooLarge)?,
            Quantity::Whole(amount) => self.amount(amount)?,
        };
        let rate = self.amount(&part.rate)?;
        if rate.is_negative() || quantity.is_negative() {
            return Err(Fault::Negative);
        }
        let amount = match &part.quantity {
            Quantity::Call => Some(rate),
            Quantity::Output => rate.checked_times(self.count),
            Quantity::PerOutput(_) | Quantity::Whole(_) => quantity.checked_mul(rate),
        };
        *total = amount.and_then(|amount| total.checked_add(amount)).ok_or(Fault::TooLarge)?;
        listener.line(&part.what, quantity, &part.unit, rate, *total);
        Ok(())
    }
}
