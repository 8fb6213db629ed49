//! When an allowance comes anew, as data.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize, Serializer};

use super::{DailyReset, PlanError, Zone, ZoneError};
use crate::diagnostic::excerpt;

/// How often an allowance comes anew.
///
/// Complete on purpose: what an account is given by itself is given by the day or by the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Every {
    /// Each day, at a local time.
    Day {
        /// When, on the clock of the zone.
        at: ResetTime,
        /// Whose clock.
        zone: ResetZone,
    },
    /// Each month, counted from when the plan began for the account.
    Month,
}

impl Every {
    /// Each day at midnight, UTC.
    pub const DAY: Self = Self::Day { at: ResetTime::MIDNIGHT, zone: ResetZone::Fixed(Zone::UTC) };

    /// Whether it is each day.
    pub fn is_daily(self) -> bool {
        matches!(self, Self::Day { .. })
    }

    /// When each day begins for an account in a zone; `None` for months.
    ///
    /// ```
    /// use studio_credits::plan::{Every, ResetZone, Zone};
    ///
    /// let every = Every::Day { at: "04:00".parse()?, zone: ResetZone::Account };
    /// let reset = every.daily_reset("+05:30".parse()?);
    /// assert_eq!(reset.map(|reset| reset.to_string()).as_deref(), Some("04:00 +05:30"));
    /// assert_eq!(Every::DAY.daily_reset("+05:30".parse()?).map(|reset| reset.zone()), Some(Zone::UTC));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn daily_reset(self, account: Zone) -> Option<DailyReset> {
        let Self::Day { at, zone } = self else { return None };
        let zone = match zone {
            ResetZone::Account => account,
            ResetZone::Fixed(zone) => zone,
        };
        // A reset time is in whole minutes.
        DailyReset::new(at.time(), zone).ok()
    }
}

/// A time of the day in whole minutes, such as `00:00`.
///
/// ```
/// use studio_credits::plan::ResetTime;
///
/// let morning: ResetTime = "04:30".parse()?;
/// assert_eq!(morning.to_string(), "04:30");
/// assert!("24:00".parse::<ResetTime>().is_err());
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ResetTime {
    hour: u8,
    minute: u8,
}

impl ResetTime {
    /// The beginning of a day.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0 };

    /// The time on a clock.
    pub fn time(self) -> NaiveTime {
        NaiveTime::from_hms_opt(self.hour.into(), self.minute.into(), 0).unwrap_or(NaiveTime::MIN)
    }
}

impl FromStr for ResetTime {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let number = |part: &str, below: u8| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|number| digits && *number < below)
        };
        let parts = text.split_once(':').and_then(|(hour, minute)| Some((number(hour, 24)?, number(minute, 60)?)));
        let (hour, minute) = parts.ok_or_else(|| PlanError::ResetTime { text: excerpt(text) })?;
        Ok(Self { hour, minute })
    }
}

impl TryFrom<String> for ResetTime {
    type Error = PlanError;

    fn try_from(text: String) -> Result<Self, PlanError> {
        text.parse()
    }
}

impl fmt::Display for ResetTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl Serialize for ResetTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whose clock a day goes by.
///
/// Complete on purpose: a day is either the same one for everybody, or each account's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum ResetZone {
    /// That of the account, whichever zone it has.
    Account,
    /// The same for all accounts.
    Fixed(Zone),
}

/// UTC.
impl Default for ResetZone {
    fn default() -> Self {
        Self::Fixed(Zone::UTC)
    }
}

impl FromStr for ResetZone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "account" { Ok(Self::Account) } else { text.parse().map(Self::Fixed) }
    }
}

impl TryFrom<String> for ResetZone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for ResetZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.pad("account"),
            Self::Fixed(zone) => zone.fmt(f),
        }
    }
}

impl Serialize for ResetZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
