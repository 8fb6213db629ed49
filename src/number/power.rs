//! Powers, roots, exponentials and logarithms, rounded half up to a stated number of decimal
//! places.
//!
//! These are the only operations whose true value may not be a fraction. They are computed with
//! binary fixed-point integers of 120 bits after the point, so they are the same on every platform.
//! Results are taken to eight places more than asked for and then rounded, so that 2.25^0.5 is
//! exactly 1.5; one that leaves no room for these eight places is out of range and answers `None`.
//! Every function ends after a fixed number of steps.
use super::{
    Number,
    integer::{Rounding, floor_divide, product, round_divide, ten_to},
};

/// Decimal places that may be asked for.
const DIGITS_MAX: u32 = 12;
/// Places beyond those asked for.
const GUARD_DIGITS: u32 = 8;
/// What a result counted in its last guard place may come to, times its exponent. The relative
/// error is below 10^−35 for each unit of the exponent, so the error stays below a tenth of that
/// place.
const PRECISION: i128 = ten_to(34);

/// Bits after the point.
const POINT: u32 = 120;
const ONE: i128 = 1 << POINT;
const LN_2: i128 = 921_350_637_599_661_305_226_344_307_672_478_455;
const LOG2_E: i128 = 1_917_670_637_729_674_084_946_755_258_930_051_709;
/// Terms after which the series of the logarithm (in at most 1/9) is exact to the last bit.
const LOGARITHM_TERMS: i128 = 40;
/// Terms after which the series of the exponential (in at most ln 2) is exact to the last bit.
const EXPONENTIAL_TERMS: i128 = 34;

impl Number {
    /// The exact power; `None` when it does not fit or when zero is raised to a negative power. 0^0
    /// is 1.
    pub(crate) fn powi(self, exponent: i32) -> Option<Self> {
        let (mut result, mut square) = (Self::ONE, self);
        let mut rest = exponent.unsigned_abs();
        loop {
            if rest & 1 == 1 {
                result = result.checked_mul(square)?;
            }
            rest = rest.wrapping_shr(1);
            if rest == 0 {
                break;
            }
            square = square.checked_mul(square)?;
        }
        if exponent < 0 { Self::ONE.checked_div(result) } else { Some(result) }
    }

    /// `None` when out of range, and for a power of a negative number that is not whole and small.
    pub(crate) fn pow(self, exponent: Self, digits: u32) -> Option<Self> {
        let whole = exponent.to_whole().and_then(|whole| i32::try_from(whole).ok());
        if let Some(power) = whole.and_then(|whole| self.powi(whole)) {
            return power.round_to_digits(digits);
        }
        if self.is_zero() && !exponent.is_negative() {
            return Some(Self::ZERO);
        }
        exponential(self.log2()?, exponent, digits)
    }

    /// e to the power of the value; `None` when out of range.
    pub(crate) fn exp(self, digits: u32) -> Option<Self> {
        exponential(LOG2_E, self, digits)
    }

    /// The natural logarithm; `None` for what is not above zero.
    pub(crate) fn ln(self, digits: u32) -> Option<Self> {
        let logarithm = multiply(self.log2()?, LN_2, POINT)?;
        without_guard_digits(multiply(logarithm, guarded_scale(digits)?, POINT)?, digits)
    }

    /// The square root; `None` for what is negative or out of range.
    pub(crate) fn sqrt(self, digits: u32) -> Option<Self> {
        guarded_scale(digits)?;
        // Half up: the largest k with (2k − 1)² ≤ 4x, where x is counted in squares of the last
        // place.
        let squares = product(4, ten_to(digits.wrapping_mul(2)))?;
        let (numerator, denominator) = self.checked_mul(Self::integer(squares))?.parts();
        let (four_x, _) = floor_divide(numerator, denominator);
        let (k, _) = floor_divide(four_x.checked_isqrt()?.checked_add(1)?, 2);
        Some(Self::decimal(k, digits))
    }

    fn round_to_digits(self, digits: u32) -> Option<Self> {
        guarded_scale(digits)?;
        let scale = ten_to(digits);
        match floor_divide(scale, self.reduced().parts().1) {
            (_, 0) => Some(self),
            _ => self.round_to(Self::over(1, scale), Rounding::HalfUp),
        }
    }

    /// The logarithm to the base 2, in units of 2^−120; `None` for what is not above zero.
    fn log2(self) -> Option<i128> {
        let (numerator, denominator) = self.reduced().parts();
        if numerator <= 0 {
            return None;
        }
        // Takes powers of two from the number until it is high / low, from 1 to below 2.
        let (mut high, mut low) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        let (high_zeros, low_zeros) = (high.leading_zeros(), low.leading_zeros());
        high = high.wrapping_shl(high_zeros.saturating_sub(low_zeros));
        low = low.wrapping_shl(low_zeros.saturating_sub(high_zeros));
        let mut powers = i128::from(low_zeros).wrapping_sub(i128::from(high_zeros));
        if high < low {
            (high, powers) = (high.wrapping_shl(1), powers.wrapping_sub(1));
        }
        // ln x = 2 (z + z³/3 + z⁵/5 + …) with z = (x − 1) / (x + 1), which is below 1/3.
        let z = binary_fraction(high.checked_sub(low)?, high.checked_add(low)?);
        let z_squared = multiply(z, z, POINT)?;
        let mut series = 0;
        for term in (0..LOGARITHM_TERMS).rev() {
            let odd = term.wrapping_mul(2).wrapping_add(1);
            series = multiply(series, z_squared, POINT)?.checked_add(ONE.div_euclid(odd))?;
        }
        let half = multiply(multiply(z, series, POINT)?, LOG2_E, POINT)?;
        powers.checked_mul(ONE)?.checked_add(half.checked_mul(2)?)
    }
}

/// 2^(`log2` × `exponent`), where the logarithm is in units of 2^−120.
fn exponential(log2: i128, exponent: Number, digits: u32) -> Option<Number> {
    let scale = guarded_scale(digits)?;
    let (numerator, denominator) = exponent.parts();
    let (whole, rest) = floor_divide(numerator, denominator);
    let rest = binary_fraction(rest.unsigned_abs(), denominator.unsigned_abs());
    let part = multiply(log2, rest, POINT)?;
    let Some(power) = product(log2, whole).and_then(|power| power.checked_add(part)) else {
        let vanishes = (log2 < 0) != exponent.is_negative();
        return vanishes.then_some(Number::ZERO);
    };
    let (doublings, fraction) = floor_divide(power, ONE);
    let x = multiply(fraction, LN_2, POINT)?;
    let mut series = ONE;
    for term in (1..EXPONENTIAL_TERMS).rev() {
        // e^x = 1 + x (1 + x/2 (1 + x/3 (…)))
        series = multiply(series, x, POINT)?.div_euclid(term).checked_add(ONE)?;
    }
    let shift = i128::from(POINT).checked_sub(doublings)?;
    let result = multiply(series, scale, u32::try_from(shift).ok()?)?;
    let weight = whole.checked_abs()?.checked_add(1)?;
    if product(result, weight)? > PRECISION {
        return None;
    }
    without_guard_digits(result, digits)
}

/// Units of the last guard place in one; `None` when more digits are asked for than can be had.
fn guarded_scale(digits: u32) -> Option<i128> {
    (digits <= DIGITS_MAX).then(|| ten_to(digits.wrapping_add(GUARD_DIGITS)))
}

fn without_guard_digits(result: i128, digits: u32) -> Option<Number> {
    Some(Number::decimal(round_divide(result, ten_to(GUARD_DIGITS), Rounding::HalfUp)?, digits))
}

/// The quotient of two numbers of which the first is smaller, in units of 2^−120.
fn binary_fraction(numerator: u128, denominator: u128) -> i128 {
    let (mut fraction, mut rest) = (0_i128, numerator);
    for _ in 0..POINT {
        fraction = fraction.wrapping_mul(2);
        let missing = denominator.wrapping_sub(rest);
        if rest >= missing {
            (fraction, rest) = (fraction.wrapping_add(1), rest.wrapping_sub(missing));
        } else {
            rest = rest.wrapping_mul(2);
        }
    }
    fraction
}

/// `left` × `right` / 2^`shift`, rounded to the nearest.
fn multiply(left: i128, right: i128, shift: u32) -> Option<i128> {
    let (high, low) = wide_product(left.unsigned_abs(), right.unsigned_abs());
    let twice = shift_right(high, low, shift.checked_sub(1)?)?;
    let magnitude = i128::try_from(twice.checked_add(1)?.wrapping_shr(1)).ok()?;
    if (left < 0) == (right < 0) { Some(magnitude) } else { magnitude.checked_neg() }
}

/// The 256 bits of a product, as two halves.
fn wide_product(left: u128, right: u128) -> (u128, u128) {
    let halves = |value: u128| (value.wrapping_shr(64), value & u128::from(u64::MAX));
    let ((left_high, left_low), (right_high, right_low)) = (halves(left), halves(right));
    let (carry, lowest) = halves(left_low.wrapping_mul(right_low));
    let (first_high, first_low) = halves(left_high.wrapping_mul(right_low));
    let (second_high, second_low) = halves(left_low.wrapping_mul(right_high));
    let middle = carry.wrapping_add(first_low).wrapping_add(second_low);
    let (carry, middle) = halves(middle);
    let high = left_high.wrapping_mul(right_high).wrapping_add(first_high).wrapping_add(second_high);
    (high.wrapping_add(carry), middle.wrapping_shl(64) | lowest)
}

/// `None` when more than 128 bits remain.
fn shift_right(high: u128, low: u128, by: u32) -> Option<u128> {
    match 128_u32.checked_sub(by) {
        Some(rest) => {
            let above = high.checked_shr(by).unwrap_or(0);
            (above == 0).then(|| high.checked_shl(rest).unwrap_or(0) | low.checked_shr(by).unwrap_or(0))
        }
        None => Some(high.checked_shr(by.wrapping_sub(128)).unwrap_or(0)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[track_caller]
    fn check(what: &str, result: Option<Number>, expected: &str) {
        let shown = result.map_or("none".to_owned(), |number| number.to_string());
        assert_eq!(shown, expected, "{what}");
    }

    // Expected values were computed with 100 digits by another implementation.

    #[test]
    fn powers() {
        #[rustfmt::skip]
        let table = [
            ("2", "10", 0, "1024"),
            ("2", "-3", 12, "0.125"),
            ("-2", "3", 0, "-8"),
            ("0", "0", 0, "1"),
            ("0", "0.5", 2, "0"),
            ("1.5", "2", 0, "2"),
            ("2.25", "0.5", 0, "2"),
            ("2.25", "0.5", 12, "1.5"),
            ("2", "0.5", 12, "1.414213562373"),
            ("10", "0.3", 6, "1.995262"),
            ("1.07", "120", 9, "3357.78838289"),
            ("1.0001", "36500", 9, "38.467645531"),
            ("0.999999999", "1000000000", 9, "0.367879441"),
            ("0.001", "20", 12, "0"),
            ("0.5", "1e18", 12, "0"),
            ("1.5", "-1e18", 12, "0"),
            ("123456.789", "1.7", 4, "452455072.1986"),
            ("3", "26.5", 8, "4402640760688.97766443"),
            ("7", "-0.5", 12, "0.377964473009"),
            ("0.9", "1.1", 12, "0.890567332386"),
            ("1000000", "2.333333", 3, "99999539484041.779"),
            ("1.000001", "0.000001", 12, "1.000000000001"),
            ("99999999", "1.5", 12, "999999985000.0000375"),
            ("0", "-1", 0, "none"),
            ("-2", "0.5", 0, "none"),
            ("2", "1e18", 0, "none"),
            ("3", "30.5", 12, "none"),
            ("2", "0.5", 13, "none"),
            ("2", "2", 13, "none"),
        ];
        for (base, exponent, digits, expected) in table {
            let result = parse(base).pow(parse(exponent), digits);
            check(&format!("{base} ^ {exponent}"), result, expected);
        }
    }

    #[test]
    fn exact_powers() {
        check("largest", Number::integer(2).powi(126), "85070591730234615865843651857942052864");
        check("too large", Number::integer(2).powi(127), "none");
        check("endless", Number::ONE.powi(i32::MIN), "1");
        check("sign", Number::integer(-1).powi(i32::MAX), "-1");
        check("zero", Number::ZERO.powi(-1), "none");
        assert_eq!(Number::over(2, 3).powi(-3), Some(Number::over(27, 8)));
    }

    #[test]
    fn exponentials() {
        #[rustfmt::skip]
        let table = [
            ("0", 12, "1"),
            ("1", 12, "2.718281828459"),
            ("-1", 12, "0.367879441171"),
            ("0.5", 6, "1.648721"),
            ("10", 9, "22026.465794807"),
            ("-27.6", 12, "0.000000000001"),
            ("-100", 12, "0"),
            ("-1e18", 12, "0"),
            ("0.000001", 12, "1.000001000001"),
            ("32.2", 12, "none"),
            ("1e18", 0, "none"),
        ];
        for (x, digits, expected) in table {
            check(&format!("exp {x}"), parse(x).exp(digits), expected);
        }
    }

    #[test]
    fn logarithms() {
        #[rustfmt::skip]
        let table = [
            ("1", 12, "0"),
            ("2", 12, "0.69314718056"),
            ("0.5", 12, "-0.69314718056"),
            ("10", 9, "2.302585093"),
            ("1000000000000000000", 12, "41.446531673893"),
            ("0.000000000000000000000001", 12, "-55.262042231857"),
            ("1.000001", 12, "0.000001"),
            ("2.718281828", 12, "0.999999999831"),
            ("0.999999", 12, "-0.000001000001"),
            ("0", 12, "none"),
            ("-1", 12, "none"),
        ];
        for (x, digits, expected) in table {
            check(&format!("ln {x}"), parse(x).ln(digits), expected);
        }
    }

    #[test]
    fn square_roots() {
        #[rustfmt::skip]
        let table = [
            ("0", 0, "0"),
            ("2", 12, "1.414213562373"),
            ("2.25", 0, "2"),
            ("0.25", 0, "1"),
            ("6.25", 1, "2.5"),
            ("1048576", 0, "1024"),
            ("1000000000000.5", 6, "1000000"),
            ("0.00000000000001", 12, "0.0000001"),
            ("12345.678912345", 12, "111.111110661108"),
            ("-1", 0, "none"),
            ("1e18", 12, "none"),
        ];
        for (x, digits, expected) in table {
            check(&format!("sqrt {x}"), parse(x).sqrt(digits), expected);
        }
    }

    proptest! {
        #[test]
        fn a_root_is_within_half_a_place(n in 0_i128..=1_000_000_000, d in 1_i128..=1_000_000) {
            let x = Number::over(n, d);
            let root = x.sqrt(6).unwrap();
            let half = Number::over(1, 2_000_000);
            let above = root.checked_add(half).unwrap();
            prop_assert!(x < above.powi(2).unwrap());
            if !root.is_zero() {
                prop_assert!(root.checked_sub(half).unwrap().powi(2).unwrap() <= x);
            }
            prop_assert_eq!(x.pow(Number::over(1, 2), 6), Some(root));
        }

        #[test]
        fn the_logarithm_undoes_the_exponential(n in -20_000_i128..=20_000) {
            let x = Number::over(n, 1000);
            let back = x.exp(12).and_then(|e| e.ln(3)).unwrap();
            prop_assert!(n < -14_000 || back == x, "{back} for {x}");
        }

        #[test]
        fn every_input_ends(
            a in any::<i128>(), b in 1..i128::MAX, c in any::<i128>(), digits in 0_u32..20,
        ) {
            let (x, y) = (Number::over(a, b), Number::over(c, b));
            let _ = (x.pow(y, digits), x.exp(digits), x.ln(digits), x.sqrt(digits));
        }
    }
}
