//! Exact numbers: what prices and formulas are computed with.
//!
//! A [`Number`] is a fraction of two 128-bit integers, so that 2/3 × 3 is 2 and its `ceil` is 2 as
//! well. No operation rounds unless its name says so; what does not fit answers `None`.
//!
//! Three laws keep it fast without being seen from outside:
//!
//! 1. The denominator is above zero, and not necessarily in lowest terms. Two numbers are equal
//!    when their values are.
//! 2. Fractions are reduced only after an overflow, and then completely, so whether a result fits
//!    depends on the values and not on the way they were reached.
//! 3. Whole numbers have the denominator 1 and money has 10^9 wherever that is cheap to keep, since
//!    sums, comparisons and the last rounding then need no division.

mod decimal;
mod integer;
mod power;
mod rounding;

use std::cmp::Ordering;

pub use self::integer::Rounding;
use self::integer::{common_divisor, floor_divide, product, quotient};

/// The denominator of money: amounts are counted in billionths.
pub(super) const NANO: i128 = 1_000_000_000;

/// An exact rational number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    numerator: i128,
    denominator: i128,
}

impl Number {
    pub(crate) const ZERO: Self = Self::integer(0);
    pub(crate) const ONE: Self = Self::integer(1);

    pub(crate) const fn integer(value: i128) -> Self {
        Self::over(value, 1)
    }

    /// So many billionths.
    pub(crate) const fn nano(billionths: i128) -> Self {
        Self::over(billionths, NANO)
    }

    #[inline]
    pub(crate) fn from_count(count: u64) -> Self {
        Self::integer(i128::from(count))
    }

    /// `None` when the denominator is zero, or when its sign cannot be moved to the numerator.
    pub(crate) fn new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator.cmp(&0) {
            Ordering::Greater => Some(Self::over(numerator, denominator)),
            Ordering::Equal => None,
            Ordering::Less => Some(Self::over(numerator.checked_neg()?, denominator.checked_neg()?)),
        }
    }

    /// `numerator` / `denominator`, where the caller knows that the denominator is above zero.
    pub(super) const fn over(numerator: i128, denominator: i128) -> Self {
        Self { numerator, denominator }
    }

    /// The numerator and the denominator as they stand, perhaps not in lowest terms.
    pub(super) const fn parts(self) -> (i128, i128) {
        (self.numerator, self.denominator)
    }

    /// The same value in lowest terms.
    pub(super) fn reduced(self) -> Self {
        let divisor = common_divisor(self.numerator, self.denominator);
        Self::over(quotient(self.numerator, divisor), quotient(self.denominator, divisor))
    }

    #[inline]
    pub(crate) const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    #[inline]
    pub(crate) const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    #[inline]
    pub(crate) fn is_whole(self) -> bool {
        self.to_whole().is_some()
    }

    /// The value as an integer, when it is one.
    #[inline]
    pub(super) fn to_whole(self) -> Option<i128> {
        if self.denominator == 1 {
            return Some(self.numerator);
        }
        let (whole, rest) = floor_divide(self.numerator, self.denominator);
        (rest == 0).then_some(whole)
    }

    /// The value as a count, when it is a whole number from 0 to 2^64 − 1.
    #[inline]
    pub(crate) fn to_u64(self) -> Option<u64> {
        u64::try_from(self.to_whole()?).ok()
    }

    #[inline]
    pub(crate) fn checked_neg(self) -> Option<Self> {
        Some(Self::over(self.numerator.checked_neg()?, self.denominator))
    }

    #[inline]
    pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
        if self.is_zero() {
            return Some(other);
        }
        if let Some((left, right, denominator)) = self.over_one_denominator(other)
            && let Some(numerator) = left.checked_add(right)
        {
            return Some(Self::over(numerator, denominator));
        }
        self.add_in_lowest_terms(other)
    }

    /// The value so many times over: [`checked_mul`](Self::checked_mul) with less to find out.
    #[inline]
    pub(crate) fn checked_times(self, count: u64) -> Option<Self> {
        match product(self.numerator, i128::from(count)) {
            Some(numerator) => Some(Self::over(numerator, self.denominator)),
            None => self.multiply_in_lowest_terms(Self::from_count(count)),
        }
    }

    #[inline]
    pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.checked_neg()?)
    }

    #[inline]
    pub(crate) fn checked_mul(self, other: Self) -> Option<Self> {
        if let Some(numerator) = product(self.numerator, other.numerator)
            && let Some(denominator) = product(self.denominator, other.denominator)
        {
            return Some(Self::over(numerator, denominator).in_billionths());
        }
        self.multiply_in_lowest_terms(other)
    }

    /// `None` for a division by zero, too.
    #[inline]
    pub(crate) fn checked_div(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            return Self::new(self.numerator, other.numerator);
        }
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    /// The value in billionths, when it is a multiple of one.
    #[inline]
    pub(crate) fn as_nanos_exact(self) -> Option<i128> {
        match self.denominator {
            NANO => Some(self.numerator),
            1 => product(self.numerator, NANO),
            _ => {
                let (numerator, denominator) = self.reduced().parts();
                match floor_divide(NANO, denominator) {
                    (factor, 0) => product(numerator, factor),
                    _ => None,
                }
            }
        }
    }

    /// Both numerators over one common denominator; the larger of the two where the smaller divides
    /// it.
    #[inline]
    fn over_one_denominator(self, other: Self) -> Option<(i128, i128, i128)> {
        let (mine, yours) = (self.denominator, other.denominator);
        if mine == yours {
            return Some((self.numerator, other.numerator, mine));
        }
        if yours == 1 {
            return Some((self.numerator, product(other.numerator, mine)?, mine));
        }
        if mine == 1 {
            return Some((product(self.numerator, yours)?, other.numerator, yours));
        }
        self.over_common_multiple(other)
    }

    fn over_common_multiple(self, other: Self) -> Option<(i128, i128, i128)> {
        let (mine, yours) = (self.denominator, other.denominator);
        match (floor_divide(mine, yours), floor_divide(yours, mine)) {
            ((factor, 0), _) => Some((self.numerator, product(other.numerator, factor)?, mine)),
            (_, (factor, 0)) => Some((product(self.numerator, factor)?, other.numerator, yours)),
            _ => Some((product(self.numerator, yours)?, product(other.numerator, mine)?, product(mine, yours)?)),
        }
    }

    /// Turns what two amounts of money multiply to back into billionths, where no digit is lost.
    #[inline]
    fn in_billionths(self) -> Self {
        const NANO_SQUARED: i128 = 1_000_000_000_000_000_000;
        if self.denominator == NANO_SQUARED
            && let (numerator, 0) = floor_divide(self.numerator, NANO)
        {
            return Self::nano(numerator);
        }
        self
    }

    /// Knuth's addition (The Art of Computer Programming, 4.5.1): no intermediate is larger than it
    /// must be.
    #[cold]
    fn add_in_lowest_terms(self, other: Self) -> Option<Self> {
        let (left, right) = (self.reduced(), other.reduced());
        let divisor = common_divisor(left.denominator, right.denominator);
        let left_rest = quotient(left.denominator, divisor);
        let right_rest = quotient(right.denominator, divisor);
        let sum = product(left.numerator, right_rest)?.checked_add(product(right.numerator, left_rest)?)?;
        let shared = common_divisor(sum, divisor);
        Self::new(quotient(sum, shared), product(left_rest, quotient(right.denominator, shared))?)
    }

    #[cold]
    fn multiply_in_lowest_terms(self, other: Self) -> Option<Self> {
        let (left, right) = (self.reduced(), other.reduced());
        let falling = common_divisor(left.numerator, right.denominator);
        let rising = common_divisor(right.numerator, left.denominator);
        let cut = |value, by, other, other_by| product(quotient(value, by), quotient(other, other_by));
        Self::new(
            cut(left.numerator, falling, right.numerator, rising)?,
            cut(left.denominator, rising, right.denominator, falling)?,
        )
    }

    /// Compares as continued fractions: whole parts first, then the reciprocals of what remains,
    /// the other way round.
    #[cold]
    fn compare_by_euclid(self, other: Self) -> Ordering {
        let (mut left, mut right) = (self.parts(), other.parts());
        loop {
            let (left_whole, left_rest) = floor_divide(left.0, left.1);
            let (right_whole, right_rest) = floor_divide(right.0, right.1);
            if left_whole != right_whole || left_rest == 0 || right_rest == 0 {
                return (left_whole, left_rest).cmp(&(right_whole, right_rest));
            }
            (left, right) = ((right.1, right_rest), (left.1, left_rest));
        }
    }
}

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match self.over_one_denominator(*other) {
            Some((left, right, _)) => left.cmp(&right),
            None => self.compare_by_euclid(*other),
        }
    }
}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(numerator: i128, denominator: i128) -> Number {
        Number::over(numerator, denominator)
    }

    /// Fractions in every disguise: whole, money, odd denominators, and not in lowest terms.
    fn fraction() -> impl Strategy<Value = (i128, i128)> {
        let denominator = prop_oneof![Just(1), Just(1000), Just(NANO), 1_i128..1_000_000];
        (-1_000_000_i128..=1_000_000, denominator)
    }

    /// Near the edge of what fits.
    fn large() -> impl Strategy<Value = Number> {
        let denominator = prop_oneof![Just(1), Just(NANO), 1..i128::MAX];
        (any::<i128>(), denominator).prop_map(|(n, d)| number(n.saturating_add(1), d))
    }

    proptest! {
        #[test]
        fn agrees_with_cross_multiplication((a, b) in fraction(), (c, d) in fraction()) {
            let (x, y) = (number(a, b), number(c, d));
            prop_assert_eq!(x.cmp(&y), (a * d).cmp(&(c * b)));
            prop_assert_eq!(x.compare_by_euclid(y), x.cmp(&y));
            prop_assert_eq!(x.checked_add(y), Some(number(a * d + c * b, b * d)));
            prop_assert_eq!(x.checked_sub(y), Some(number(a * d - c * b, b * d)));
            prop_assert_eq!(x.checked_mul(y), Some(number(a * c, b * d)));
            prop_assert_eq!(x.checked_div(y), Number::new(a * d, b * c));
            prop_assert_eq!(x.add_in_lowest_terms(y), x.checked_add(y));
            prop_assert_eq!(x.multiply_in_lowest_terms(y), x.checked_mul(y));
            prop_assert_eq!(x.checked_neg(), Some(number(-a, b)));
            prop_assert_eq!(x.is_whole(), a % b == 0);
            prop_assert_eq!(x.to_u64(), u64::try_from(a / b).ok().filter(|_| a % b == 0));
        }

        #[test]
        fn whether_it_fits_depends_on_the_value(
            (a, b) in fraction(), factor in 1_i128..1_000_000, other in large(),
        ) {
            let (plain, disguised) = (number(a, b), number(a * factor, b * factor));
            prop_assert_eq!(plain, disguised);
            prop_assert_eq!(plain.checked_add(other), disguised.checked_add(other));
            prop_assert_eq!(plain.checked_mul(other), disguised.checked_mul(other));
            prop_assert_eq!(plain.checked_div(other), disguised.checked_div(other));
            prop_assert_eq!(plain.cmp(&other), disguised.cmp(&other));
        }

        #[test]
        fn large_values_are_ordered_and_undone(x in large(), y in large()) {
            prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
            prop_assert_eq!(x.cmp(&y), x.compare_by_euclid(y));
            if let Some(sum) = x.checked_add(y) {
                prop_assert_eq!(sum.checked_sub(y), Some(x));
                prop_assert_eq!(sum.cmp(&x), y.cmp(&Number::ZERO));
            }
            if let Some(product) = x.checked_mul(y).filter(|product| !product.is_zero()) {
                prop_assert_eq!(product.checked_div(y), Some(x));
            }
        }
    }

    #[test]
    fn thirds_add_up() {
        let third = number(1, 3);
        let two_thirds = third.checked_add(third).unwrap();
        assert_eq!(two_thirds.checked_mul(Number::integer(3)), Some(Number::integer(2)));
        assert_eq!(two_thirds.checked_div(third), Some(Number::integer(2)));
    }

    #[test]
    fn overflow_is_none_and_only_when_the_result_does_not_fit() {
        let most = Number::integer(i128::MAX);
        assert_eq!(most.checked_add(Number::ONE), None);
        assert_eq!(most.checked_sub(Number::ONE).map(|x| x < most), Some(true));
        assert_eq!(most.checked_mul(most), None);
        assert_eq!(most.checked_mul(number(2, i128::MAX)), Some(Number::integer(2)));
        assert_eq!(most.checked_div(most), Some(Number::ONE));
        assert_eq!(number(1, i128::MAX).checked_div(most), None);
        assert_eq!(Number::integer(i128::MIN).checked_neg(), None);
        assert_eq!(Number::new(1, i128::MIN), None);
        let one_in_disguise = number(i128::MAX, i128::MAX);
        assert_eq!(one_in_disguise.checked_add(Number::ONE), Some(Number::integer(2)));
    }

    #[test]
    fn division_by_zero_is_none() {
        assert_eq!(number(1, 3).checked_div(Number::nano(0)), None);
        assert_eq!(Number::new(1, 0), None);
    }

    #[test]
    fn money_stays_money() {
        let (price, count) = (Number::nano(30_000_000), Number::from_count(4));
        let total = price.checked_mul(count).and_then(|x| x.checked_mul(Number::nano(NANO / 2)));
        assert_eq!(total.map(Number::parts), Some((60_000_000, NANO)));
        assert_eq!(total.and_then(Number::as_nanos_exact), Some(60_000_000));
        assert_eq!(number(1, 3).as_nanos_exact(), None);
        assert_eq!(number(5, 8).as_nanos_exact(), Some(625_000_000));
    }
}
