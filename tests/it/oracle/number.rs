//! Fractions from text and to text, and rounding: by the book, without regard to speed.

use num_bigint::BigInt;

use super::tree::{Fraction, Literal, Round, Way};

impl Literal {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), value: fraction(text) }
    }
}

pub(crate) fn whole(number: impl Into<BigInt>) -> Fraction {
    Fraction::from_integer(number.into())
}

pub(crate) fn ten_to(places: u32) -> BigInt {
    BigInt::from(10).pow(places)
}

/// Reads `-1_234.5e-6`.
pub(crate) fn fraction(text: &str) -> Fraction {
    let text = text.replace('_', "");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (digits, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let number: BigInt = format!("{digits}{decimals}").parse().unwrap();
    let places = exponent.parse::<i32>().unwrap() - i32::try_from(decimals.len()).unwrap();
    let scale = whole(ten_to(places.unsigned_abs()));
    if places < 0 { whole(number) / scale } else { whole(number) * scale }
}

/// A fraction that ends as a decimal; otherwise as `1/3`.
pub(crate) fn decimal(number: &Fraction) -> String {
    let Some(places) = (0..=40).find(|places| (number * ten_to(*places)).is_integer()) else {
        return number.to_string();
    };
    let units = (number * ten_to(places)).to_integer();
    let digits = format!("{:0>width$}", units.magnitude().to_string(), width = usize::try_from(places).unwrap() + 1);
    let (whole, decimals) = digits.split_at(digits.len() - usize::try_from(places).unwrap());
    let sign = if *number < Fraction::default() { "-" } else { "" };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

pub(crate) fn rounded(number: &Fraction, to: &Round) -> Fraction {
    let steps = number / &to.step;
    let half = Fraction::new(1.into(), 2.into());
    let down = steps.floor();
    let up = steps.ceil();
    let even = (&down / whole(2)).is_integer();
    let steps = match to.way {
        Way::Up => up,
        Way::HalfEven if &steps - &down == half && even => down,
        Way::HalfUp | Way::HalfEven if &steps - &down >= half => up,
        Way::Down | Way::HalfUp | Way::HalfEven => down,
    };
    steps * &to.step
}
