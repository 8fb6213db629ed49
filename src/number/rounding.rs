//! Rounding to a step: the only place where an exact number gives way to a nearby one.

use super::{
    NANO, Number,
    integer::{Rounding, floor_divide, product, round_divide},
};

impl Number {
    /// The value if it is a multiple of `step`, else one of the two multiples beside it; `None`
    /// when the step is not above zero.
    pub(crate) fn round_to(self, step: Self, rounding: Rounding) -> Option<Self> {
        if step <= Self::ZERO {
            return None;
        }
        let (numerator, denominator) = self.checked_div(step)?.parts();
        Self::integer(round_divide(numerator, denominator, rounding)?).checked_mul(step)
    }

    /// The value rounded to a multiple of `step`, in billionths.
    ///
    /// `None` when it does not fit, or when the step is not a multiple of a billionth above zero.
    #[inline]
    pub(crate) fn nanos(self, step: Self, rounding: Rounding) -> Option<i128> {
        match (self.parts(), step.parts()) {
            ((billionths, NANO), (1, NANO)) => Some(billionths),
            ((whole, 1), (1, NANO)) => product(whole, NANO),
            _ => self.nanos_in_steps(step, rounding),
        }
    }

    #[inline(never)]
    fn nanos_in_steps(self, step: Self, rounding: Rounding) -> Option<i128> {
        let step_nanos = step.as_nanos_exact().filter(|nanos| *nanos > 0)?;
        match self.in_steps(step_nanos) {
            Some((dividend, divisor)) => product(round_divide(dividend, divisor, rounding)?, step_nanos),
            None => self.round_to(step, rounding)?.as_nanos_exact(),
        }
    }

    /// Two integers whose quotient is the value in steps of so many billionths.
    fn in_steps(self, step_nanos: i128) -> Option<(i128, i128)> {
        let (numerator, denominator) = self.parts();
        match floor_divide(denominator, NANO) {
            (factor, 0) => Some((numerator, product(factor, step_nanos)?)),
            _ => Some((product(numerator, NANO)?, product(denominator, step_nanos)?)),
        }
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MODES: [Rounding; 4] = [Rounding::Up, Rounding::Down, Rounding::HalfUp, Rounding::HalfEven];

    fn parse(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn each_mode_at_and_around_a_tie() {
        #[rustfmt::skip]
        let table = [
            // value   step     up      down    half up half even
            ("2.5",    "1",    ["3",    "2",    "3",    "2"]),
            ("3.5",    "1",    ["4",    "3",    "4",    "4"]),
            ("-1.5",   "1",    ["-1",   "-2",   "-1",   "-2"]),
            ("-2.5",   "1",    ["-2",   "-3",   "-2",   "-2"]),
            ("2.4",    "1",    ["3",    "2",    "2",    "2"]),
            ("-2.6",   "1",    ["-2",   "-3",   "-3",   "-3"]),
            ("7",      "1",    ["7",    "7",    "7",    "7"]),
            ("112.5",  "25",   ["125",  "100",  "125",  "100"]),
            ("0.015",  "0.01", ["0.02", "0.01", "0.02", "0.02"]),
            ("1",      "0.3",  ["1.2",  "0.9",  "0.9",  "0.9"]),
        ];
        for (value, step, expected) in table {
            for (mode, expected) in MODES.into_iter().zip(expected) {
                let rounded = parse(value).round_to(parse(step), mode).unwrap();
                assert_eq!(rounded, parse(expected), "{value} to {step}, {mode:?}");
                let nanos = parse(value).nanos(parse(step), mode);
                assert_eq!(nanos, rounded.as_nanos_exact(), "{value} to {step}, {mode:?}");
            }
        }
    }

    #[test]
    fn a_step_must_be_above_zero_and_nanos_need_whole_billionths() {
        assert_eq!(Number::ONE.round_to(Number::ZERO, Rounding::Up), None);
        assert_eq!(Number::ONE.round_to(Number::integer(-1), Rounding::Up), None);
        assert_eq!(Number::ONE.nanos(Number::nano(0), Rounding::Up), None);
        assert_eq!(Number::ONE.nanos(Number::over(1, 3), Rounding::Up), None);
        assert_eq!(Number::ONE.nanos(parse("1e-10"), Rounding::Up), None);
    }

    #[test]
    fn the_last_rounding_does_not_fail_before_the_result_does() {
        let large = Number::over(i128::MAX, 10_i128.pow(30));
        assert_eq!(large.nanos(Number::nano(1), Rounding::Down), Some(170_141_183_460_469_231));
        let tiny = Number::over(1, i128::MAX);
        assert_eq!(tiny.nanos(Number::nano(1), Rounding::Up), Some(1));
        assert_eq!(Number::integer(i128::MAX).nanos(Number::ONE, Rounding::Up), None);
    }

    proptest! {
        #[test]
        fn lands_on_the_right_multiple(
            (a, b) in (-1_000_000_i128..=1_000_000, 1_i128..1_000_000),
            (c, d) in (1_i128..1_000_000, 1_i128..1_000_000),
        ) {
            let (value, step) = (Number::over(a, b), Number::over(c, d));
            let [down, up] = [Rounding::Down, Rounding::Up].map(|rounding| value.round_to(step, rounding).unwrap());
            let steps = (a * d).div_euclid(b * c);
            prop_assert_eq!(down, Number::over(steps * c, d));
            prop_assert!(up == down && down == value || Some(up) == down.checked_add(step));
            prop_assert!(down <= value && value <= up);
            let half = value.round_to(step, Rounding::HalfUp).unwrap();
            let even = value.round_to(step, Rounding::HalfEven).unwrap();
            let two = Number::integer(2);
            match value.checked_mul(two).unwrap().cmp(&down.checked_add(up).unwrap()) {
                std::cmp::Ordering::Less => prop_assert!(half == down && even == down),
                std::cmp::Ordering::Greater => prop_assert!(half == up && even == up),
                std::cmp::Ordering::Equal => {
                    prop_assert_eq!(half, up);
                    let even_step = if steps % 2 == 0 { down } else { up };
                    prop_assert_eq!(even, even_step);
                }
            }
        }

        #[test]
        fn nanos_are_the_rounded_value(
            (a, b) in (any::<i64>(), 1_i128..1_000_000_000_000),
            step in prop_oneof![Just(1_i128), Just(NANO), 1..NANO * 100],
            mode in proptest::sample::select(&MODES),
        ) {
            let (value, step) = (Number::over(i128::from(a), b), Number::nano(step));
            let rounded = value.round_to(step, mode).unwrap();
            prop_assert_eq!(value.nanos(step, mode), rounded.as_nanos_exact());
        }
    }
}
