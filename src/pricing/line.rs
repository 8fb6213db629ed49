//! One line of a quote.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::{credits::Credits, number::Number};

/// One line of a quote: a quantity at a rate, and what that adds to the total.
///
/// The amounts of a quote's lines sum to its total. A factor is a line too: its rate is what stood before it, and
/// its quantity how much of that it adds, so that half price is -0.5 times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Line<'a> {
    /// What it is for: the rule's name, or that of an addition, a factor, `minimum`, `maximum` or `rounding`.
    pub what: &'a str,
    /// How many units.
    pub quantity: Quantity,
    /// What the quantity counts: `output`, `call`, `second`, `times`, ….
    pub unit: &'a str,
    /// What one unit costs.
    pub rate: Quantity,
    /// What the line adds to the total; a discount is negative.
    pub amount: Credits,
}

/// An exact number of units, or an exact rate: a fraction, shown as a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub(crate) Number);

impl Quantity {
    /// The number as a decimal, rounded to 18 places if it has more.
    pub fn to_decimal(self) -> Option<Decimal> {
        self.0.to_decimal()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
