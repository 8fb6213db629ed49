//! The order in which a price comes about: parts, factors, additions, bounds.

use super::{Fault, Scene, listener::Listener};
use crate::{
    number::Number,
    pricing::program::{Amount, Part, Quantity, Step},
};

impl<'a: 's, 's> Scene<'a, 's> {
    /// The price by the steps of a rule, before its rounding.
    #[inline]
    pub(crate) fn total(&self, steps: &'a [Step], listener: &mut impl Listener<'a>) -> Result<Number, Fault<'a>> {
        let mut total = Number::ZERO;
        let of_one = steps.iter().rposition(|step| step.each.is_some()).map_or(0, |last| last.saturating_add(1));
        let rest = match steps.split_at_checked(of_one) {
            Some((ones, rest)) if !ones.is_empty() => {
                self.of_outputs(ones, &mut total, listener)?;
                rest
            }
            _ => steps,
        };
        for step in rest {
            self.composed(step, &mut total, listener)?;
            self.bounded(step, &mut total, listener)?;
        }
        Ok(total)
    }

    /// The steps of one output, so many times as there are outputs; the bounds of the last step are for all of them.
    #[inline(never)]
    fn of_outputs(
        &self,
        steps: &'a [Step],
        total: &mut Number,
        listener: &mut impl Listener<'a>,
    ) -> Result<(), Fault<'a>> {
        let one = Scene { count: 1, ..*self };
        for (step, left) in steps.iter().zip((0..steps.len()).rev()) {
            one.composed(step, total, listener)?;
            if let Some(each) = &step.each {
                one.clamped(each.minimum.as_ref(), each.maximum.as_ref(), total, listener)?;
                if let Some((to, direction)) = each.round {
                    let rounded = total.round_to(to, direction).ok_or(Fault::TooLarge)?;
                    let change = rounded.checked_sub(*total).ok_or(Fault::TooLarge)?;
                    if !change.is_zero() {
                        listener.line("rounding", Number::ONE, "output", change, rounded);
                    }
                    *total = rounded;
                }
            }
            if left > 0 {
                one.bounded(step, total, listener)?;
            }
        }
        if self.count != 1 {
            let after = total.checked_times(self.count).ok_or(Fault::TooLarge)?;
            listener.factor("outputs", Number::from_count(self.count), *total, after);
            *total = after;
        }
        steps.last().map_or(Ok(()), |last| self.bounded(last, total, listener))
    }

    /// What the parts, the factors and the additions of a step make of the price so far.
    #[inline]
    fn composed(&self, step: &'a Step, total: &mut Number, listener: &mut impl Listener<'a>) -> Result<(), Fault<'a>> {
        for part in &step.parts {
            self.part(part, total, listener)?;
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
            listener.factor(&factor.what, by, *total, after);
            *total = after;
        }
        for addition in &step.additions {
            self.part(addition, total, listener)?;
        }
        Ok(())
    }

    #[inline]
    fn bounded(&self, step: &'a Step, total: &mut Number, listener: &mut impl Listener<'a>) -> Result<(), Fault<'a>> {
        self.clamped(step.minimum.as_deref(), step.maximum.as_deref(), total, listener)
    }

    #[inline]
    fn clamped(
        &self,
        minimum: Option<&'a Amount>,
        maximum: Option<&'a Amount>,
        total: &mut Number,
        listener: &mut impl Listener<'a>,
    ) -> Result<(), Fault<'a>> {
        if let Some(minimum) = minimum {
            let least = self.amount(minimum)?;
            if *total < least {
                let missing = least.checked_sub(*total).ok_or(Fault::TooLarge)?;
                listener.line("minimum", Number::ONE, "call", missing, least);
                *total = least;
            }
        }
        if let Some(maximum) = maximum {
            let most = self.amount(maximum)?;
            if *total > most {
                let excess = most.checked_sub(*total).ok_or(Fault::TooLarge)?;
                listener.line("maximum", Number::ONE, "call", excess, most);
                *total = most;
            }
        }
        if total.is_negative() {
            return Err(Fault::Negative);
        }
        Ok(())
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
