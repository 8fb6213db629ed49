//! Time zones: what a local clock shows, and when it shows it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
#[cfg(feature = "chrono-tz")]
use {
    chrono::{LocalResult, Offset, TimeZone},
    chrono_tz::{GapInfo, TZ_VARIANTS, Tz, TzOffset},
};

use super::{CalendarError, far, instant, micros};
use crate::diagnostic::excerpt;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// A time zone: UTC, an offset from it, or an IANA name with the feature `chrono-tz`.
///
/// Its text is `UTC`, an offset in hours and minutes such as `+05:30`, or a name such as `Europe/Amsterdam`. Offsets go
/// from -12:00 to +14:00, beyond which no clock was since 1970. A name goes by the rules of the `chrono-tz` that the
/// program is built with, which are foreseen until 2099: after that, the last offset remains.
///
/// ```
/// use studio_credits::plan::Zone;
///
/// let zone: Zone = "+05:30".parse()?;
/// assert_eq!(zone.local("2026-11-24T18:30:00Z".parse()?)?.to_string(), "2026-11-25 00:00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An instant has one local time, but a local time has one, two or no instants, as clocks are put forward and back.
/// Every calendar of this crate answers with *the first instant at which the clock shows that time or a later one*:
///
/// - a time that occurs once is that instant;
/// - a time that occurs twice is the earlier one;
/// - a time that the clock jumps over is the first instant after the gap, and so is every time of a day that a zone
///   left out to change sides of the date line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
#[doc(alias("time zone", "timezone", "offset"))]
pub struct Zone(Clock);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Clock {
    /// Minutes before UTC, so that local time is UTC and these.
    Fixed(i16),
    #[cfg(feature = "chrono-tz")]
    Named(Tz),
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Clock::Fixed(0));

    const WEST_MAX: i16 = -12 * 60;
    const EAST_MAX: i16 = 14 * 60;

    /// What a clock in this zone shows at an instant.
    ///
    /// ```
    /// use studio_credits::plan::Zone;
    ///
    /// let zone: Zone = "-09:00".parse()?;
    /// assert_eq!(zone.local("2026-11-24T00:00:00Z".parse()?)?.to_string(), "2026-11-23 15:00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when the instant is of no year from 1970 to 9999.
    pub fn local(self, at: DateTime<Utc>) -> Result<NaiveDateTime, CalendarError> {
        Ok(far(self.to_local(micros(at)?)).naive_utc())
    }

    /// The first instant at which a clock in this zone shows a time or a later one, in whole microseconds.
    ///
    /// ```
    /// use studio_credits::plan::Zone;
    ///
    /// # #[cfg(feature = "chrono-tz")] {
    /// let zone: Zone = "Europe/Amsterdam".parse()?;
    /// let skipped = "2026-03-29T02:30:00".parse()?;
    /// assert_eq!(zone.instant(skipped)?.to_string(), "2026-03-29 01:00:00 UTC");
    /// let doubled = "2026-10-25T02:30:00".parse()?;
    /// assert_eq!(zone.instant(doubled)?.to_string(), "2026-10-25 00:30:00 UTC");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when the instant is of no year from 1970 to 9999.
    pub fn instant(self, local: NaiveDateTime) -> Result<DateTime<Utc>, CalendarError> {
        instant(self.to_utc(local.and_utc().timestamp_micros()))
    }

    /// Microseconds since 1970 on the local clock, of those on that of UTC.
    pub(super) fn to_local(self, utc: i64) -> i64 {
        match self.0 {
            Clock::Fixed(minutes) => utc.saturating_add(i64::from(minutes).saturating_mul(MINUTE)),
            #[cfg(feature = "chrono-tz")]
            Clock::Named(zone) => utc.saturating_add(ahead(&zone.offset_from_utc_datetime(&far(utc).naive_utc()))),
        }
    }

    /// Microseconds since 1970 on the clock of UTC, when those on the local one are first shown or passed over.
    pub(super) fn to_utc(self, local: i64) -> i64 {
        match self.0 {
            Clock::Fixed(minutes) => local.saturating_sub(i64::from(minutes).saturating_mul(MINUTE)),
            #[cfg(feature = "chrono-tz")]
            Clock::Named(zone) => {
                let shown = far(local).naive_utc();
                match zone.offset_from_local_datetime(&shown) {
                    LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => {
                        local.saturating_sub(ahead(&offset))
                    }
                    // The instant at which a gap begins is the one at which it ends. Each has a beginning, as a zone
                    // has its first offset from all time on.
                    LocalResult::None => {
                        GapInfo::new(&shown, &zone).and_then(|gap| gap.begin).map_or(local, |(begin, before)| {
                            begin.and_utc().timestamp_micros().saturating_sub(ahead(&before))
                        })
                    }
                }
            }
        }
    }
}

/// By how many microseconds a clock is ahead of that of UTC.
#[cfg(feature = "chrono-tz")]
fn ahead(offset: &TzOffset) -> i64 {
    i64::from(offset.fix().local_minus_utc()).saturating_mul(SECOND)
}

/// UTC.
impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Clock::Fixed(0) => f.pad("UTC"),
            Clock::Fixed(minutes) => {
                let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
                f.pad(&format!("{sign}{:02}:{:02}", size.div_euclid(60), size.rem_euclid(60)))
            }
            #[cfg(feature = "chrono-tz")]
            Clock::Named(zone) => f.pad(zone.name()),
        }
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        if text == "UTC" {
            return Ok(Self::UTC);
        }
        if let Some(minutes) = offset(text) {
            let in_use = (Self::WEST_MAX..=Self::EAST_MAX).contains(&minutes);
            return if in_use { Ok(Self(Clock::Fixed(minutes))) } else { Err(ZoneError::Offset { text: text.into() }) };
        }
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'+' | b'-');
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(of_name) {
            named(text)
        } else {
            Err(ZoneError::Unreadable { text: excerpt(text) })
        }
    }
}

/// The minutes of `+05:30`, of any size. `-00:00` is none: it stands for an offset that nobody knows.
fn offset(text: &str) -> Option<i16> {
    let (sign, size) = text.split_at_checked(1)?;
    let (hours, minutes) = size.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let size = hours.saturating_mul(60).saturating_add(minutes);
    match sign {
        _ if minutes > 59 => None,
        "+" => Some(size),
        "-" if size > 0 => Some(size.saturating_neg()),
        _ => None,
    }
}

#[cfg(feature = "chrono-tz")]
fn named(text: &str) -> Result<Zone, ZoneError> {
    text.parse().map(|zone| Zone(Clock::Named(zone))).map_err(|_| {
        let known = std::iter::once("UTC").chain(TZ_VARIANTS.iter().map(|zone| zone.name()));
        ZoneError::Unknown { text: excerpt(text), nearest: crate::diagnostic::nearest(text, known) }
    })
}

#[cfg(not(feature = "chrono-tz"))]
fn named(text: &str) -> Result<Zone, ZoneError> {
    Err(if text.eq_ignore_ascii_case("UTC") {
        ZoneError::Unknown { text: excerpt(text), nearest: Some("UTC") }
    } else {
        ZoneError::NeedsFeature { text: excerpt(text) }
    })
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, ZoneError> {
        text.parse()
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no zone; `text` is its beginning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// It is like a name, and names are not read.
    #[error("zone `{text}` needs the feature `chrono-tz`: without it there are `UTC` and offsets such as `+05:30`")]
    NeedsFeature {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// It is an offset that no clock has.
    #[error("offset `{text}` is out of range: -12:00 to +14:00 are allowed")]
    Offset {
        /// What was given.
        text: Box<str>,
    },
    /// It is like a name, but no zone is called so.
    #[error("there is no zone `{text}`{hint}", hint = hint(*nearest))]
    Unknown {
        /// At most 60 characters of what was given.
        text: Box<str>,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// It is neither.
    #[error("`{text}` is no zone: it is `UTC`, an offset such as `+05:30` or a name such as `Europe/Amsterdam`")]
    Unreadable {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
