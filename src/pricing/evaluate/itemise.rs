//! Turns the course of a price into the lines of a quote.

use super::{
    Fault, Scene,
    listener::{Listener, Unlisted},
};
use crate::{
    credits::Credits,
    number::{Number, Rounding},
    pricing::{
        line::{Line, Quantity},
        program::Rule,
    },
};

/// The step of amounts: a billionth.
const BILLIONTH: Number = Number::nano(1);

/// Collects lines whose amounts sum to the price, whatever fractions it went through.
///
/// The amount of a line is what the price, in billionths, is after it less what it was before. A price on the way that
/// is beyond what credits can hold, and that a maximum cuts, is passed over: the next line starts from what was shown.
struct Itemiser<'a> {
    lines: Vec<Line<'a>>,
    /// What the lines sum to, in billionths.
    shown: i128,
}

impl<'a> Listener<'a> for Itemiser<'a> {
    #[inline]
    fn line(&mut self, what: &'a str, quantity: Number, unit: &'a str, rate: Number, after: Number) {
        let nanos = after.nanos(BILLIONTH, Rounding::HalfEven);
        let after = nanos.filter(|nanos| Credits::from_nanos(*nanos).is_some()).unwrap_or(self.shown);
        let amount = after.checked_sub(self.shown).and_then(Credits::from_nanos).unwrap_or(Credits::ZERO);
        self.shown = after;
        self.lines.push(Line { what, quantity: Quantity(quantity), unit, rate: Quantity(rate), amount });
    }

    #[inline]
    fn factor(&mut self, what: &'a str, by: Number, before: Number, after: Number) {
        // Less one does not fit only far below any factor that leaves a price.
        let change = by.checked_sub(Number::ONE).unwrap_or(by);
        self.line(what, change, "times", before, after);
    }
}

impl<'a> Itemiser<'a> {
    /// The lines, with one more for what the total is rounded by.
    fn rounded_to(mut self, total: Credits) -> Result<Vec<Line<'a>>, Fault<'a>> {
        let rest = total.nanos().checked_sub(self.shown).ok_or(Fault::TooLarge)?;
        if rest != 0 {
            self.line("rounding", Number::ONE, "call", Number::nano(rest), Number::nano(total.nanos()));
        }
        Ok(self.lines)
    }
}

impl Rule {
    /// The price by this rule.
    #[inline]
    pub(crate) fn price<'a>(&'a self, scene: &Scene<'a, '_>) -> Result<Credits, Fault<'a>> {
        self.rounded(scene.total(&self.steps, &mut Unlisted)?)
    }

    /// The price by this rule, and the lines that sum to it.
    pub(crate) fn itemised<'a>(&'a self, scene: &Scene<'a, '_>) -> Result<(Credits, Vec<Line<'a>>), Fault<'a>> {
        let mut itemiser = Itemiser { lines: Vec::with_capacity(self.lines_max), shown: 0 };
        let total = self.rounded(scene.total(&self.steps, &mut itemiser)?)?;
        if itemiser.lines.is_empty() {
            itemiser.line(&self.name, Number::from_count(scene.count), "output", Number::ZERO, Number::ZERO);
        }
        Ok((total, itemiser.rounded_to(total)?))
    }

    /// The share of a price that some of its outputs have, and its lines.
    pub(crate) fn share(&self, whole: Credits, count: u64, of: u64) -> Result<(Credits, Vec<Line<'_>>), Fault<'_>> {
        let each = Number::nano(whole.nanos()).checked_div(Number::from_count(of)).ok_or(Fault::DivisionByZero)?;
        let part = each.checked_times(count).ok_or(Fault::TooLarge)?;
        let total = self.rounded(part)?;
        let mut itemiser = Itemiser { lines: Vec::new(), shown: 0 };
        itemiser.line(&self.name, Number::from_count(count), "output", each, part);
        Ok((total, itemiser.rounded_to(total)?))
    }

    #[inline]
    pub(crate) fn rounded<'a>(&self, total: Number) -> Result<Credits, Fault<'a>> {
        let nanos = total.nanos(self.step, self.rounding).ok_or(Fault::TooLarge)?;
        Credits::from_nanos(nanos).ok_or(Fault::TooLarge)
    }
}
