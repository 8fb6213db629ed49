//! A local time, day after day.

use std::fmt;

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize, Serializer};

use super::{CalendarError, Zone};

pub(super) const HOUR: i64 = 3_600_000_000;
pub(super) const DAY: i64 = 24 * HOUR;
/// The shortest window.
pub(super) const SHORTEST: i64 = 20 * HOUR;

/// When a daily allowance comes anew: at a local time, in a zone. Midnight of UTC by default.
///
/// Each day that the zone has resets once, at the first instant at which its clock shows that time or a later one. Two
/// kinds of days do not reset: one that the zone left out, and one that would within 20 hours of the day before, which
/// takes a clock that is put forward by more than four hours.
///
/// ```
/// use studio_credits::plan::{DailyReset, Zone};
///
/// let reset = DailyReset::new("04:00".parse()?, "+05:30".parse()?)?;
/// assert_eq!(reset.to_string(), "04:00 +05:30");
/// assert_eq!(DailyReset::default().to_string(), "00:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct DailyReset {
    #[serde(serialize_with = "minutes")]
    time: NaiveTime,
    zone: Zone,
}

impl DailyReset {
    /// At a local time, in whole minutes, in a zone.
    ///
    /// ```
    /// use studio_credits::plan::{DailyReset, Zone};
    ///
    /// let refusal = DailyReset::new("00:00:30".parse()?, Zone::UTC).unwrap_err();
    /// assert_eq!(refusal.to_string(), "00:00:30 is no time of a daily reset: whole minutes are allowed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::ResetTime`] when the time has seconds.
    pub fn new(time: NaiveTime, zone: Zone) -> Result<Self, CalendarError> {
        if time.second() == 0 && time.nanosecond() == 0 {
            Ok(Self { time, zone })
        } else {
            Err(CalendarError::ResetTime { time })
        }
    }

    /// The same local time in another zone.
    #[must_use = "the reset is returned, not changed in place"]
    pub fn with_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The local time.
    pub fn time(self) -> NaiveTime {
        self.time
    }

    /// Where it is that time.
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The last reset at an instant or before it.
    pub(super) fn last_until(self, at: i64) -> i64 {
        let today = self.zone.to_local(at).div_euclid(DAY);
        // A clock that is put back over midnight shows the day before again, after the reset of the next one.
        let mut days = (-1..SEARCH).map(|before| today.saturating_sub(before));
        days.find_map(|day| self.on(day, |reset| reset <= at)).unwrap_or(at)
    }

    /// The first reset at an instant or after it.
    pub(super) fn first_from(self, at: i64) -> i64 {
        let today = self.zone.to_local(at).div_euclid(DAY);
        // A clock that is put forward over midnight, and over the time, shows the next day when it resets.
        let mut days = (-1..SEARCH).map(|after| today.saturating_add(after));
        days.find_map(|day| self.on(day, |reset| reset >= at)).unwrap_or(at)
    }

    /// When a local day resets, counted from 1 January 1970; `None` when it does not, or not when it is asked for.
    ///
    /// As each is held against the day before, whether that one resets or not, resets are 20 hours apart or more, and
    /// nothing but these days is looked at.
    fn on(self, day: i64, wanted: impl Fn(i64) -> bool) -> Option<i64> {
        let reset = self.time_on(day);
        let apart = |days| reset.saturating_sub(self.time_on(day.saturating_sub(days))) >= SHORTEST;
        let resets = || self.exists(day) && (apart(1) || !self.exists(day.saturating_sub(1)) && apart(2));
        (wanted(reset) && resets()).then_some(reset)
    }

    fn time_on(self, day: i64) -> i64 {
        let minutes = i64::from(self.time.hour()).saturating_mul(60).saturating_add(self.time.minute().into());
        self.zone.to_utc(day.saturating_mul(DAY).saturating_add(minutes.saturating_mul(HOUR / 60)))
    }

    /// Whether the zone has the day: otherwise it begins when the next one does.
    fn exists(self, day: i64) -> bool {
        let midnight = |day: i64| self.zone.to_utc(day.saturating_mul(DAY));
        midnight(day) < midnight(day.saturating_add(1))
    }
}

/// How many days are searched for one that resets. No zone has two in a row that do not.
const SEARCH: i64 = 8;

impl fmt::Display for DailyReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.time.format("%H:%M"), self.zone)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde hands over a field")]
fn minutes<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.format("%H:%M"))
}

/// A daily reset as it is read, before its time is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a daily reset")]
struct Parts {
    time: NaiveTime,
    zone: Zone,
}

impl TryFrom<Parts> for DailyReset {
    type Error = CalendarError;

    fn try_from(Parts { time, zone }: Parts) -> Result<Self, CalendarError> {
        Self::new(time, zone)
    }
}
