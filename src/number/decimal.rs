//! Numbers as decimal text and as [`Decimal`]: how they enter and how they leave.
use std::fmt;

use rust_decimal::Decimal;

use super::{
    Number,
    integer::{floor_divide, ten_to},
};

/// Decimal places that money is kept with.
const MONEY_PLACES: u32 = 9;
/// Decimal places that a number is shown with at most.
const SHOWN_PLACES: u32 = 18;
/// Decimal places that a number may be written with at most.
const WRITTEN_PLACES_MAX: i64 = 24;
/// Digits of 10^18, the largest number that may be written.
const LARGEST_DIGITS: i64 = 19;
/// No number within these limits needs a longer text.
const TEXT_BYTES_MAX: usize = 100;

/// Why a text is not a number to reckon with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NumberFault {
    #[error("not a number")]
    NotANumber,
    #[error("too large: the limit is 10^18")]
    TooLarge,
    #[error("too precise: the limits are 24 decimal places and 38 digits")]
    TooPrecise,
}

impl Number {
    /// Reads `-?digits[.digits][(e|E)[+-]?digits]`, with single `_` between digits, exactly.
    ///
    /// The work is linear in the length of the text, whatever its exponent says.
    pub(crate) fn parse(text: &str) -> Result<Self, NumberFault> {
        let magnitude = Written::read(text.strip_prefix('-').unwrap_or(text))?.to_number()?;
        if text.len() > TEXT_BYTES_MAX {
            return Err(NumberFault::TooPrecise);
        }
        if text.starts_with('-') { magnitude.checked_neg().ok_or(NumberFault::TooLarge) } else { Ok(magnitude) }
    }

    pub(crate) fn from_decimal(value: Decimal) -> Self {
        Self::decimal(value.mantissa(), value.scale())
    }

    /// The number that [`Display`](fmt::Display) writes, when it fits a [`Decimal`].
    pub(crate) fn to_decimal(self) -> Option<Decimal> {
        let shown = Shown::new(self);
        let whole = i128::try_from(shown.whole).ok()?.checked_mul(ten_to(shown.places))?;
        let magnitude = whole.checked_add(i128::from(shown.fraction))?;
        let mut decimal = Decimal::try_from_i128_with_scale(magnitude, shown.places).ok()?;
        decimal.set_sign_negative(shown.negative);
        Some(decimal)
    }

    /// `coefficient` / 10^`places`, in billionths where nine places suffice.
    ///
    /// At most 28 places; with less than nine of them, the coefficient has at most 29 digits.
    pub(super) fn decimal(coefficient: i128, places: u32) -> Self {
        let (mut coefficient, mut places) = (coefficient, places);
        while places > MONEY_PLACES
            && let (shorter, 0) = floor_divide(coefficient, 10)
        {
            (coefficient, places) = (shorter, places.wrapping_sub(1));
        }
        match MONEY_PLACES.checked_sub(places) {
            None => Self::over(coefficient, ten_to(places)),
            Some(MONEY_PLACES) => Self::integer(coefficient),
            Some(missing) => {
                let nanos = coefficient.wrapping_mul(ten_to(missing));
                match floor_divide(nanos, ten_to(MONEY_PLACES)) {
                    (whole, 0) => Self::integer(whole),
                    _ => Self::nano(nanos),
                }
            }
        }
    }
}

/// A canonical decimal: no trailing zeros, no exponent. What does not end within 18 places is
/// rounded there, half up.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown { negative, whole, fraction, places } = Shown::new(*self);
        let sign = if negative { "-" } else { "" };
        match usize::try_from(places) {
            Ok(width @ 1..) => write!(f, "{sign}{whole}.{fraction:0width$}"),
            _ => write!(f, "{sign}{whole}"),
        }
    }
}

/// What a text says: `coefficient` / 10^`places`, where the coefficient neither begins nor ends
/// with a zero.
struct Written {
    /// `None` when it has more digits than fit.
    coefficient: Option<i128>,
    digits: i64,
    places: i64,
}

impl Written {
    fn read(text: &str) -> Result<Self, NumberFault> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (digits(whole)?, Some(digits(fraction)?)),
            None => (digits(mantissa)?, None),
        };
        let mut places = exponent.saturating_neg();
        let fraction = fraction.into_iter().flatten().inspect(|_| places = places.saturating_add(1));
        let (mut coefficient, mut count, mut zeros) = (Some(0), 0_i64, 0_u32);
        for digit in whole.chain(fraction).skip_while(|digit| *digit == 0) {
            zeros = zeros.saturating_add(1);
            count = count.saturating_add(1);
            if digit > 0 {
                coefficient = append(coefficient, zeros, digit);
                zeros = 0;
            }
        }
        let zeros = i64::from(zeros);
        Ok(Self { coefficient, digits: count.saturating_sub(zeros), places: places.saturating_sub(zeros) })
    }

    fn to_number(&self) -> Result<Number, NumberFault> {
        match self.digits.saturating_sub(self.places) {
            _ if self.coefficient == Some(0) => return Ok(Number::ZERO),
            ..LARGEST_DIGITS => {}
            LARGEST_DIGITS if self.coefficient == Some(1) => {}
            LARGEST_DIGITS.. => return Err(NumberFault::TooLarge),
        }
        let coefficient = self.coefficient.filter(|_| self.places <= WRITTEN_PLACES_MAX);
        let coefficient = coefficient.ok_or(NumberFault::TooPrecise)?;
        if let Ok(places) = u32::try_from(self.places) {
            return Ok(Number::decimal(coefficient, places));
        }
        let zeros = u32::try_from(self.places.saturating_neg()).map_err(|_| NumberFault::TooLarge)?;
        Ok(Number::integer(coefficient.wrapping_mul(ten_to(zeros))))
    }
}

/// A number rounded to 18 places, half up: `whole` + `fraction` / 10^`places`, without trailing
/// zeros.
struct Shown {
    negative: bool,
    whole: u128,
    fraction: u64,
    places: u32,
}

impl Shown {
    fn new(number: Number) -> Self {
        let (numerator, denominator) = number.parts();
        let (mut whole, rest) = floor_divide(numerator, denominator);
        let (denominator, mut rest) = (denominator.unsigned_abs(), rest.unsigned_abs());
        let mut fraction = 0_u64;
        for _ in 0..SHOWN_PLACES {
            let digit;
            (digit, rest) = ten_times(rest, denominator);
            fraction = fraction.wrapping_mul(10).wrapping_add(digit);
        }
        if rest >= denominator.wrapping_sub(rest) {
            fraction = fraction.wrapping_add(1);
        }
        let one = 10_u64.wrapping_pow(SHOWN_PLACES);
        if fraction == one {
            (whole, fraction) = (whole.saturating_add(1), 0);
        }
        let negative = whole < 0;
        if negative && fraction > 0 {
            (whole, fraction) = (whole.wrapping_add(1), one.wrapping_sub(fraction));
        }
        let mut places = SHOWN_PLACES;
        while places > 0 && fraction.is_multiple_of(10) {
            (fraction, places) = (fraction.div_euclid(10), places.wrapping_sub(1));
        }
        Self { negative, whole: whole.unsigned_abs(), fraction, places }
    }
}

/// One step of long division; by additions, since ten times the rest may not fit.
fn ten_times(rest: u128, divisor: u128) -> (u64, u128) {
    let (mut digit, mut sum) = (0_u64, 0_u128);
    for _ in 0..10 {
        sum = sum.wrapping_add(rest);
        if sum >= divisor {
            (digit, sum) = (digit.wrapping_add(1), sum.wrapping_sub(divisor));
        }
    }
    (digit, sum)
}

fn exponent_of(text: &str) -> Result<i64, NumberFault> {
    let magnitude = digits(text.strip_prefix(['+', '-']).unwrap_or(text))?
        .fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit)));
    Ok(if text.starts_with('-') { magnitude.saturating_neg() } else { magnitude })
}

fn digits(text: &str) -> Result<impl Iterator<Item = u8>, NumberFault> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !text.split('_').all(is_number) {
        return Err(NumberFault::NotANumber);
    }
    Ok(text.bytes().filter(u8::is_ascii_digit).map(|byte| byte.wrapping_sub(b'0')))
}

/// Shifts the coefficient by so many places and adds the digit.
fn append(coefficient: Option<i128>, places: u32, digit: u8) -> Option<i128> {
    coefficient?.checked_mul(10_i128.checked_pow(places)?)?.checked_add(i128::from(digit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_exactly_and_keeps_money_in_billionths() {
        #[rustfmt::skip]
        let table = [
            ("0",                     (0, 1)),
            ("-0.0",                  (0, 1)),
            ("0e999999999999999999",  (0, 1)),
            ("1_000_000",             (1_000_000, 1)),
            ("007",                   (7, 1)),
            ("12.000",                (12, 1)),
            ("-12.50",                (-12_500_000_000, 1_000_000_000)),
            ("0.134",                 (134_000_000, 1_000_000_000)),
            ("1.22e-6",               (1_220, 1_000_000_000)),
            ("1.5E+3",                (1_500, 1)),
            ("0.000_000_000_1",       (1, 10_000_000_000)),
            ("0.00000000010000",      (1, 10_000_000_000)),
            ("1e-24",                 (1, 10_i128.pow(24))),
            ("1e18",                  (10_i128.pow(18), 1)),
            ("-1e18",                 (-10_i128.pow(18), 1)),
            ("0.01e20",               (10_i128.pow(18), 1)),
            ("999999999999999999.999999999", (10_i128.pow(27) - 1, 1_000_000_000)),
            ("12345678901234.123456789012345678901234",
                                      (12_345_678_901_234_123_456_789_012_345_678_901_234, 10_i128.pow(24))),
        ];
        for (text, parts) in table {
            assert_eq!(Number::parse(text).map(Number::parts), Ok(parts), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_number_or_beyond_its_limits() {
        use NumberFault::{NotANumber, TooLarge, TooPrecise};
        let zeros = "0".repeat(100);
        #[rustfmt::skip]
        let table = [
            ("", NotANumber), ("-", NotANumber), (".5", NotANumber), ("5.", NotANumber),
            ("+5", NotANumber), ("--5", NotANumber), ("1_", NotANumber), ("_1", NotANumber),
            ("1__0", NotANumber), ("1_.0", NotANumber), ("1.2.3", NotANumber), ("1e", NotANumber),
            ("1e+-2", NotANumber), ("1e1.5", NotANumber), ("0x10", NotANumber), ("1 ", NotANumber),
            ("inf", NotANumber), ("-inf", NotANumber), ("nan", NotANumber), ("٣", NotANumber),
            ("1e400", TooLarge), ("-1e400", TooLarge), ("1e99999999999999999999", TooLarge),
            ("1.1e18", TooLarge), ("1000000000000000000.1", TooLarge),
            ("1000000000000000001", TooLarge), (&format!("1{zeros}"), TooLarge),
            ("1e-400", TooPrecise), ("1e-25", TooPrecise), ("1e-99999999999999999999", TooPrecise),
            ("123456789012345678.123456789012345678901234", TooPrecise),
            (&format!("1.{zeros}"), TooPrecise), (&format!("0.{zeros}1"), TooPrecise),
            (&format!("{zeros}x"), NotANumber),
        ];
        for (text, fault) in table {
            assert_eq!(Number::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn says_why() {
        let text = |fault: NumberFault| fault.to_string();
        assert_eq!(text(NumberFault::NotANumber), "not a number");
        assert_eq!(text(NumberFault::TooLarge), "too large: the limit is 10^18");
        assert_eq!(text(NumberFault::TooPrecise), "too precise: the limits are 24 decimal places and 38 digits");
    }

    #[test]
    fn shows_at_most_eighteen_places_rounded_half_up() {
        let small = 10_i128.pow(19);
        #[rustfmt::skip]
        let table = [
            ((0, 7),             "0"),
            ((-73_500_000_000, 1_000_000_000), "-73.5"),
            ((120, 4),           "30"),
            ((1, 8),             "0.125"),
            ((1, 3),             "0.333333333333333333"),
            ((2, 3),             "0.666666666666666667"),
            ((-2, 3),            "-0.666666666666666667"),
            ((4, small),         "0"),
            ((5, small),         "0.000000000000000001"),
            ((-5, small),        "0"),
            ((-6, small),        "-0.000000000000000001"),
            ((small - 1, small), "1"),
            ((1 - small, small), "-1"),
            ((1, i128::MAX),     "0"),
            ((i128::MAX - 1, i128::MAX), "1"),
            ((i128::MIN, 1),     "-170141183460469231731687303715884105728"),
        ];
        for ((numerator, denominator), expected) in table {
            assert_eq!(Number::over(numerator, denominator).to_string(), expected);
        }
    }

    #[test]
    fn a_number_that_does_not_fit_a_decimal_has_none() {
        assert_eq!(Number::integer(i128::MAX).to_decimal(), None);
        let rest = Number::over(10_i128.pow(12), 3);
        assert_eq!(rest.to_string(), "333333333333.333333333333333333");
        assert_eq!(rest.to_decimal(), None);
        assert_eq!(Number::from_decimal(Decimal::MAX).to_decimal(), Some(Decimal::MAX));
        assert_eq!(Number::from_decimal(Decimal::MIN).to_decimal(), Some(Decimal::MIN));
    }

    proptest! {
        #[test]
        fn text_is_read_back(coefficient in any::<i64>(), places in 0_u32..=18) {
            let number = Number::over(i128::from(coefficient), ten_to(places));
            prop_assume!(places > 0 || coefficient.unsigned_abs() <= 10_u64.pow(18));
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn decimals_come_and_go(mantissa in any::<i64>(), scale in 0_u32..=18) {
            let decimal = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            let number = Number::from_decimal(decimal);
            prop_assert_eq!(number, Number::over(i128::from(mantissa), ten_to(scale)));
            prop_assert_eq!(number.to_decimal(), Some(decimal));
            prop_assert_eq!(number.to_string(), decimal.normalize().to_string());
        }

        #[test]
        fn any_text_is_answered(text in "[-+0-9._eE]{0,120}|\\PC{0,40}") {
            let _ = Number::parse(&text);
        }
    }
}
