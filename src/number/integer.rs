//! Integer arithmetic under the exact numbers: it cannot overflow unnoticed, and it is fast while
//! values are small.

/// Which way an amount between two steps goes.
///
/// Complete on purpose: it is what a price book can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the next step above, so that -1.5 becomes -1.
    Up,
    /// To the next step below, so that -1.5 becomes -2.
    Down,
    /// To the nearest step, and up from the middle, so that 2.5 becomes 3 and -2.5 becomes -2.
    HalfUp,
    /// To the nearest step, and from the middle to the even one, so that 2.5 becomes 2 and 3.5 becomes 4.
    HalfEven,
}

/// Multiplies; two numbers of 64 bits, which is what prices are made of, in one instruction and
/// without a check.
#[inline]
pub(super) fn product(left: i128, right: i128) -> Option<i128> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Some(i128::from(left).wrapping_mul(i128::from(right))),
        _ => left.checked_mul(right),
    }
}

/// The quotient rounded down and the rest, which is never negative. The divisor is above zero.
#[inline]
pub(super) fn floor_divide(dividend: i128, divisor: i128) -> (i128, i128) {
    if let (Ok(small), Ok(by)) = (i64::try_from(dividend), i64::try_from(divisor)) {
        let whole = small.wrapping_div_euclid(by);
        let rest = small.wrapping_sub(whole.wrapping_mul(by));
        return (i128::from(whole), i128::from(rest));
    }
    if let (Ok(high), Ok(by)) = (u64::try_from(dividend >> 32), u32::try_from(divisor)) {
        return divide_in_halves(high, dividend & i128::from(u32::MAX), by);
    }
    let whole = dividend.wrapping_div_euclid(divisor);
    (whole, dividend.wrapping_sub(whole.wrapping_mul(divisor)))
}

/// Divides `high` × 2^32 + `low` as one does by hand, with digits of 32 bits: what two amounts of money multiply to is
/// divided so, and a processor has no instruction for dividends of more than 64 bits that can be asked for safely.
#[inline]
fn divide_in_halves(high: u64, low: i128, divisor: u32) -> (i128, i128) {
    let by = u64::from(divisor);
    let divided = |dividend: u64| {
        let whole = dividend.wrapping_div_euclid(by);
        (whole, dividend.wrapping_sub(whole.wrapping_mul(by)))
    };
    let (first, carried) = divided(high);
    let (last, rest) = divided((carried << 32) | u64::try_from(low).unwrap_or_default());
    ((i128::from(first) << 32) | i128::from(last), i128::from(rest))
}

/// The divisor is above zero.
#[inline]
pub(super) fn round_divide(dividend: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    let (below, rest) = floor_divide(dividend, divisor);
    let to_next = divisor.wrapping_sub(rest);
    let up = match rounding {
        Rounding::Up => rest > 0,
        Rounding::Down => false,
        Rounding::HalfUp => rest >= to_next,
        Rounding::HalfEven => rest > to_next || rest == to_next && below.wrapping_rem_euclid(2) == 1,
    };
    if up { below.checked_add(1) } else { Some(below) }
}

/// Divides by a divisor above zero that leaves no rest.
pub(super) fn quotient(dividend: i128, divisor: i128) -> i128 {
    floor_divide(dividend, divisor).0
}

/// The greatest common divisor; `right` is above zero, and so is the answer.
pub(super) fn common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left, right);
    loop {
        let (_, rest) = floor_divide(left, right);
        if rest == 0 {
            return right;
        }
        (left, right) = (right, rest);
    }
}

/// A power of ten with an exponent of at most 38.
pub(super) const fn ten_to(places: u32) -> i128 {
    10_i128.wrapping_pow(places)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn division_agrees_with_the_plain_one_at_every_size(
            dividend in any::<i128>(), shift in 0_u32..127, divisor in 1..i128::MAX, divisor_shift in 0_u32..126,
        ) {
            let (dividend, divisor) = (dividend >> shift, (divisor >> divisor_shift).max(1));
            let expected = (dividend.wrapping_div_euclid(divisor), dividend.wrapping_rem_euclid(divisor));
            prop_assert_eq!(floor_divide(dividend, divisor), expected);
        }
    }
}
