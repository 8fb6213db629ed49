//! What is left of a rule once its choices are known: so much for the call, and so much for each output.

use super::{Fault, Scene, listener::Unlisted};
use crate::{
    number::Number,
    pricing::program::{Amount, Fill, Part, Quantity, Rule, Slot},
};

/// A price that grows evenly with the count, and perhaps with one number that is not known yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear {
    pub(crate) call: Number,
    pub(crate) output: Number,
    /// What each output costs besides, for each unit of a number that nothing has measured yet.
    pub(crate) unit: Number,
    pub(crate) number: Option<Slot>,
}

impl Rule {
    /// The price as a function of the count. A rule whose price does not grow evenly with it has none, and neither has
    /// one that cannot be evaluated, so that it is evaluated in full and says why.
    pub(crate) fn linear<'a>(&'a self, scene: &Scene<'a, '_>) -> Result<Linear, Fault<'a>> {
        if !self.even {
            return Err(Fault::Undefined);
        }
        let mut price = Linear { call: Number::ZERO, output: Number::ZERO, unit: Number::ZERO, number: None };
        let each = self.steps.iter().rposition(|step| step.each.is_some()).map_or(0, |last| last.saturating_add(1));
        let (ones, rest) = self.steps.split_at_checked(each).unwrap_or((&[], &self.steps));
        if !ones.is_empty() {
            let one = Scene { count: 1, ..*scene };
            price.output = one.total(ones, &mut Unlisted)?;
        }
        for step in rest {
            price.add(&step.parts, scene)?;
            for factor in &step.factors {
                if let Some(when) = &factor.when
                    && !scene.condition(when)?
                {
                    continue;
                }
                let by = not_negative(scene.amount(&factor.by)?)?;
                for amount in [&mut price.call, &mut price.output, &mut price.unit] {
                    *amount = amount.checked_mul(by).ok_or(Fault::TooLarge)?;
                }
            }
            price.add(&step.additions, scene)?;
            not_negative(price.call)?;
            not_negative(price.output)?;
        }
        Ok(price)
    }
}

impl Linear {
    fn add<'a>(&mut self, parts: &'a [Part], scene: &Scene<'a, '_>) -> Result<(), Fault<'a>> {
        for part in parts {
            if let Some(when) = &part.when
                && !scene.condition(when)?
            {
                continue;
            }
            let rate = not_negative(scene.amount(&part.rate)?)?;
            let (sum, more) = match &part.quantity {
                Quantity::Call => (&mut self.call, Some(rate)),
                Quantity::Output => (&mut self.output, Some(rate)),
                Quantity::PerOutput(Amount::Setting(slot))
                    if scene.fills.get(*slot) == Some(&Fill::Unmeasured)
                        && self.number.is_none_or(|number| number == *slot) =>
                {
                    self.number = Some(*slot);
                    (&mut self.unit, Some(rate))
                }
                Quantity::PerOutput(quantity) => {
                    let quantity = not_negative(scene.amount(quantity)?)?;
                    (&mut self.output, quantity.checked_mul(rate))
                }
                Quantity::Whole(_) => return Err(Fault::Undefined),
            };
            *sum = more.and_then(|more| sum.checked_add(more)).ok_or(Fault::TooLarge)?;
        }
        Ok(())
    }

    /// The price for so many outputs, before its rounding; none while a number is not known.
    #[inline]
    pub(crate) fn at(&self, count: u64) -> Option<Number> {
        if self.number.is_some() {
            return None;
        }
        let outputs = self.output.checked_times(count)?;
        if self.call.is_zero() { Some(outputs) } else { self.call.checked_add(outputs) }
    }
}

fn not_negative<'a>(number: Number) -> Result<Number, Fault<'a>> {
    if number.is_negative() { Err(Fault::Negative) } else { Ok(number) }
}
