//! What is left of a rule once its settings are known: so much for the call, and so much for each output.

use super::{Scene, listener::Unlisted};
use crate::{
    number::Number,
    pricing::program::{Part, Quantity, Rule},
};

/// A price that grows evenly with the count: what a resolved request needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear {
    call: Number,
    output: Number,
}

impl Rule {
    /// The price as a function of the count, if it grows evenly with it; a rule that cannot be evaluated has none, so
    /// that it is evaluated in full and says why.
    pub(crate) fn linear(&self, scene: &Scene<'_, '_>) -> Option<Linear> {
        if !self.even {
            return None;
        }
        let mut price = Linear { call: Number::ZERO, output: Number::ZERO };
        let each = self.steps.iter().rposition(|step| step.each.is_some()).map_or(0, |last| last.saturating_add(1));
        let (ones, rest) = self.steps.split_at_checked(each)?;
        if !ones.is_empty() {
            let one = Scene { count: 1, ..*scene };
            price.output = one.total(ones, &mut Unlisted).ok()?;
        }
        for step in rest {
            price.add(&step.parts, scene)?;
            for factor in &step.factors {
                if let Some(when) = &factor.when
                    && !scene.condition(when).ok()?
                {
                    continue;
                }
                let by = scene.amount(&factor.by).ok().filter(|by| !by.is_negative())?;
                price.call = price.call.checked_mul(by)?;
                price.output = price.output.checked_mul(by)?;
            }
            price.add(&step.additions, scene)?;
            if price.call.is_negative() || price.output.is_negative() {
                return None;
            }
        }
        Some(price)
    }
}

impl Linear {
    fn add<'a>(&mut self, parts: &'a [Part], scene: &Scene<'a, '_>) -> Option<()> {
        for part in parts {
            if let Some(when) = &part.when
                && !scene.condition(when).ok()?
            {
                continue;
            }
            let rate = scene.amount(&part.rate).ok().filter(|rate| !rate.is_negative())?;
            match &part.quantity {
                Quantity::Call => self.call = self.call.checked_add(rate)?,
                Quantity::Output => self.output = self.output.checked_add(rate)?,
                Quantity::PerOutput(quantity) => {
                    let quantity = scene.amount(quantity).ok().filter(|quantity| !quantity.is_negative())?;
                    self.output = self.output.checked_add(quantity.checked_mul(rate)?)?;
                }
                Quantity::Whole(_) => return None,
            }
        }
        Some(())
    }

    /// The price for so many outputs, before its rounding.
    #[inline]
    pub(crate) fn at(&self, count: u64) -> Option<Number> {
        let outputs = self.output.checked_times(count)?;
        if self.call.is_zero() { Some(outputs) } else { self.call.checked_add(outputs) }
    }
}
