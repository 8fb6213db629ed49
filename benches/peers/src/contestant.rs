//! Those who price, each in the best form that its documentation shows.

pub mod by_hand;
pub mod cel;
pub mod evalexpr;
pub mod ours;
pub mod rhai;
pub mod zen;

use rust_decimal::Decimal;
use studio_credits::Credits;

/// A total, in the numbers of whoever reckoned it.
pub trait Total {
    const NUMBERS: &'static str;

    /// Whether this is the expected total: an exact one is equal, a binary one within a billionth.
    fn is(&self, expected: Decimal) -> bool;
}

impl Total for Decimal {
    const NUMBERS: &'static str = "exact";

    fn is(&self, expected: Decimal) -> bool {
        *self == expected
    }
}

impl Total for Credits {
    const NUMBERS: &'static str = "exact";

    fn is(&self, expected: Decimal) -> bool {
        Decimal::from(*self) == expected
    }
}

impl Total for f64 {
    const NUMBERS: &'static str = "binary";

    fn is(&self, expected: Decimal) -> bool {
        let expected: f64 = expected.to_string().parse().expect("a number");
        (self - expected).abs() <= 1e-9
    }
}
