//! Exact amounts of credits.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::diagnostic::excerpt;

/// Billionths in one whole credit.
const WHOLE: u64 = 1_000_000_000;
const WIDE_WHOLE: u128 = 1_000_000_000;
const PLACES: u32 = 9;

/// An exact amount, in billionths of a credit, of whichever unit its book or account names.
///
/// It reaches from -10^18 to 10^18 whole credits. There are no operators: sums are checked, so an amount that does not
/// fit is a `None` and never a panic or a wrong number. As text, and in every stored form, it is a decimal without
/// trailing zeros; reading takes a JSON integer too, but no float.
///
/// ```
/// use studio_credits::Credits;
///
/// let price: Credits = "7.50".parse()?;
/// let spent = price.checked_mul(3);
/// assert_eq!(spent, Some("22.5".parse()?));
/// assert_eq!(price.to_string(), "7.5");
/// # Ok::<(), studio_credits::CreditsError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[doc(alias("amount", "money", "tokens"))]
pub struct Credits(i128);

impl Credits {
    /// The largest amount: 10^18 whole credits.
    pub const MAX: Self = Self(1_000_000_000_000_000_000_000_000_000);
    /// The smallest amount: -10^18 whole credits.
    pub const MIN: Self = Self(-1_000_000_000_000_000_000_000_000_000);
    /// No credits.
    pub const ZERO: Self = Self(0);

    /// A whole number of credits; one beyond `i32` is read from text or a [`Decimal`].
    ///
    /// ```
    /// use studio_credits::Credits;
    ///
    /// const DAILY: Credits = Credits::from_whole(50);
    /// assert_eq!(DAILY.to_string(), "50");
    /// ```
    #[expect(clippy::as_conversions, clippy::arithmetic_side_effects, reason = "const; 2^31 × 10^9 is within range")]
    pub const fn from_whole(whole: i32) -> Self {
        Self(whole as i128 * WIDE_WHOLE.cast_signed())
    }

    /// An amount from its billionths; `None` beyond [`Credits::MAX`] either way.
    pub(crate) const fn from_nanos(nanos: i128) -> Option<Self> {
        if nanos < Self::MIN.0 || nanos > Self::MAX.0 { None } else { Some(Self(nanos)) }
    }

    /// The amount in billionths of a credit.
    pub(crate) const fn nanos(self) -> i128 {
        self.0
    }

    /// Whether this is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or `None` when it is out of range.
    #[must_use = "the sum is returned, not stored"]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(nanos) => Self::from_nanos(nanos),
            None => None,
        }
    }

    /// The difference, or `None` when it is out of range.
    #[must_use = "the difference is returned, not stored"]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(nanos) => Self::from_nanos(nanos),
            None => None,
        }
    }

    /// The amount so many times over, or `None` when that is out of range.
    #[must_use = "the product is returned, not stored"]
    pub fn checked_mul(self, times: u64) -> Option<Self> {
        self.0.checked_mul(times.into()).and_then(Self::from_nanos)
    }

    /// How many times another amount above zero is in it; `None` where that is zero or below.
    pub(crate) fn times(self, other: Self) -> Option<u64> {
        let times = if other <= Self::ZERO { None } else { self.0.checked_div(other.0) };
        times.map(|times| u64::try_from(times.max(0)).unwrap_or(u64::MAX))
    }

    /// The share `part / whole` of an amount of zero or above, down to a billionth; nothing of a whole that is none.
    pub(crate) fn share(self, part: i64, whole: i64) -> Self {
        let (part, whole) = (i128::from(part), i128::from(whole));
        let of = |nanos: i128| Some((nanos.checked_div(whole)?, nanos.checked_rem(whole)?));
        // The rest is below the whole, and an i64 times an i64 is in range.
        let share = of(self.0).and_then(|(times, rest)| {
            let more = rest.checked_mul(part)?.checked_div(whole)?;
            times.checked_mul(part)?.checked_add(more)
        });
        share.and_then(Self::from_nanos).unwrap_or(Self::ZERO)
    }

    /// The sum of all, or `None` when it is out of range. The order does not matter: only the end result must fit.
    ///
    /// ```
    /// use studio_credits::Credits;
    ///
    /// let lots = [50, 8_000, -12].map(Credits::from_whole);
    /// assert_eq!(Credits::checked_sum(lots), Some(Credits::from_whole(8_038)));
    /// ```
    #[must_use = "the sum is returned, not stored"]
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(0_i128, |sum, amount| sum.checked_add(amount.0)).and_then(Self::from_nanos)
    }
}

/// Room for the longest text of an amount: a sign, nineteen digits, a point, and nine more.
type Buffer = [u8; 30];

impl Credits {
    /// The shortest decimal text, written from its end.
    fn written(self, buffer: &mut Buffer) -> &str {
        let nanos = self.0.unsigned_abs();
        // Most amounts fit, and their division is far faster.
        let (whole, part) = match u64::try_from(nanos) {
            Ok(nanos) => (nanos / WHOLE, nanos % WHOLE),
            Err(_) => (narrowed(nanos / WIDE_WHOLE), narrowed(nanos % WIDE_WHOLE)),
        };
        let mut start = buffer.len();
        let mut put = |byte: u8| {
            start = start.saturating_sub(1);
            if let Some(place) = buffer.get_mut(start) {
                *place = byte;
            }
        };
        if part > 0 {
            let (mut part, mut places) = (part, PLACES);
            while part % 10 == 0 {
                (part, places) = (part / 10, places.saturating_sub(1));
            }
            for _ in 0..places {
                put(digit(part));
                part /= 10;
            }
            put(b'.');
        }
        let mut whole = whole;
        loop {
            put(digit(whole));
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.is_negative() {
            put(b'-');
        }
        str::from_utf8(buffer.get(start..).unwrap_or_default()).unwrap_or_default()
    }
}

/// Never beyond: the largest amount has 10^18 whole credits.
fn narrowed(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The last digit of a number, as text.
fn digit(number: u64) -> u8 {
    u8::try_from(number % 10).map_or(b'0', |digit| b'0'.saturating_add(digit))
}

/// Why something cannot be an amount of credits; `text` is its beginning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditsError {
    /// It is not plain decimal text.
    #[error("`{text}` is not an amount of credits: write a plain decimal such as `73.5` or `-2`")]
    NotANumber {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// It is beyond [`Credits::MAX`] or [`Credits::MIN`].
    #[error("`{text}` is out of range: credits go from {min} to {max}", min = Credits::MIN, max = Credits::MAX)]
    OutOfRange {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// It has a part smaller than a billionth.
    #[error("`{text}` has more than nine decimal places")]
    TooPrecise {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
}

/// Reads `[-]digits[.digits]`: no exponent, no `+`, no spaces, no part left empty, at most nine decimals.
impl FromStr for Credits {
    type Err = CreditsError;

    fn from_str(text: &str) -> Result<Self, CreditsError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_number =
            [whole, decimals].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_number {
            return Err(CreditsError::NotANumber { text: excerpt(text) });
        }
        let unused = u32::try_from(decimals.len()).ok().and_then(|places| PLACES.checked_sub(places));
        let Some(unused) = unused else {
            return Err(CreditsError::TooPrecise { text: excerpt(text) });
        };
        let value = |byte: u8| i128::from(byte.wrapping_sub(b'0'));
        whole
            .bytes()
            .chain(decimals.bytes())
            .try_fold(0_i128, |nanos, byte| nanos.checked_mul(10)?.checked_add(value(byte)))
            .and_then(|digits| digits.checked_mul(10_i128.checked_pow(unused)?))
            .and_then(|nanos| if unsigned.len() < text.len() { nanos.checked_neg() } else { Some(nanos) })
            .and_then(Self::from_nanos)
            .ok_or_else(|| CreditsError::OutOfRange { text: excerpt(text) })
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Buffer::default();
        f.pad_integral(!self.is_negative(), "", Self(self.0.saturating_abs()).written(&mut buffer))
    }
}

/// The amount as [`Display`](fmt::Display) shows it, as billionths are hard to read in a failed assertion.
impl fmt::Debug for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credits({self})")
    }
}

impl TryFrom<Decimal> for Credits {
    type Error = CreditsError;

    fn try_from(decimal: Decimal) -> Result<Self, CreditsError> {
        let exact = decimal.normalize();
        let Some(unused) = PLACES.checked_sub(exact.scale()) else {
            return Err(CreditsError::TooPrecise { text: excerpt(&decimal.to_string()) });
        };
        10_i128
            .checked_pow(unused)
            .and_then(|factor| exact.mantissa().checked_mul(factor))
            .and_then(Self::from_nanos)
            .ok_or_else(|| CreditsError::OutOfRange { text: excerpt(&decimal.to_string()) })
    }
}

impl From<Credits> for Decimal {
    fn from(credits: Credits) -> Self {
        // Cannot panic: 10^27 billionths take 90 of the 96 bits that a decimal has.
        Decimal::from_i128_with_scale(credits.0, PLACES).normalize()
    }
}

impl Serialize for Credits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Not by `collect_str`: amounts are half of what is stored, and this is many times as fast.
        serializer.serialize_str(self.written(&mut Buffer::default()))
    }
}

impl<'de> Deserialize<'de> for Credits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrInteger)
    }
}

struct TextOrInteger;

impl Visitor<'_> for TextOrInteger {
    type Value = Credits;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("credits as decimal text or as an integer")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Credits, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Credits, E> {
        Credits::try_from(Decimal::from(whole)).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Credits, E> {
        Credits::try_from(Decimal::from(whole)).map_err(E::custom)
    }
}
