//! Time zones, as far as a plan names them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

use crate::diagnostic::excerpt;

/// A time zone: `UTC`, or an offset from it such as `+05:30`.
///
/// ```
/// use studio_credits::plan::Zone;
///
/// let zone: Zone = "+05:30".parse()?;
/// assert_eq!(zone.to_string(), "+05:30");
/// # Ok::<(), studio_credits::plan::ZoneError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
#[doc(alias("time zone", "timezone", "offset"))]
pub struct Zone(i16);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(0);
}

/// UTC.
impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::UTC {
            return f.pad("UTC");
        }
        let (sign, size) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        f.pad(&format!("{sign}{:02}:{:02}", size.div_euclid(60), size.rem_euclid(60)))
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let minutes = if text == "UTC" { Some(0) } else { offset(text) };
        minutes.map(Self).ok_or_else(|| ZoneError::Unreadable { text: excerpt(text) })
    }
}

fn offset(text: &str) -> Option<i16> {
    let (sign, size) = text.split_at_checked(1)?;
    let (hours, minutes) = size.split_once(':')?;
    let number = |part: &str| part.parse::<i16>().ok().filter(|number| part.len() == 2 && *number >= 0);
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    let size = hours.saturating_mul(60).saturating_add(minutes);
    let minutes = match sign {
        "+" => size,
        "-" if size > 0 => size.saturating_neg(),
        _ => return None,
    };
    (-12 * 60..=14 * 60).contains(&minutes).then_some(minutes)
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

/// Why a text is no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// It is no zone.
    #[error("`{text}` is no zone: it is `UTC` or an offset such as `+05:30`")]
    Unreadable {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
}
