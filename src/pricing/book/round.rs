//! Where an amount is rounded to, and which way.

use rust_decimal::Decimal;

use crate::number::Rounding;

/// The rounding of an amount: the direction, and the step that it becomes a multiple of.
///
/// ```
/// use studio_credits::pricing::{Round, Rounding};
///
/// // round.up = 1
/// let to_whole_credits = Round::new(Rounding::Up, 1.into());
/// # let _ = to_whole_credits;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    pub(crate) direction: Rounding,
    pub(crate) step: Decimal,
}

impl Round {
    /// Up to the next billionth: what holds where nothing is said.
    pub const DEFAULT: Self = Self { direction: Rounding::Up, step: Decimal::from_parts(1, 0, 0, false, 9) };

    /// Rounding to a multiple of `step`, which must be above nought and have at most nine decimal places.
    pub fn new(direction: Rounding, step: Decimal) -> Self {
        Self { direction, step }
    }

    /// Whether there is such a rounding.
    pub(crate) fn possible(&self) -> bool {
        self.step > Decimal::ZERO && self.step.normalize().scale() <= 9
    }
}

/// How a book writes each direction.
pub(crate) const DIRECTIONS: [(&str, Rounding); 4] =
    [("up", Rounding::Up), ("down", Rounding::Down), ("half_up", Rounding::HalfUp), ("half_even", Rounding::HalfEven)];
