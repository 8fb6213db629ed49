//! Months that are counted from an anchor.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use super::{CalendarError, Zone, micros};

/// Months, or several at a time, counted from an anchor.
///
/// The anchor is an instant, and what the clock of a zone shows then is the day of the month and the time that every
/// window opens at. Where a month is too short, its window opens on its last day, and the next one on the anchor's day
/// again. The first window opens at the anchor itself.
///
/// ```
/// use studio_credits::plan::{Cycle, Zone};
///
/// let cycle = Cycle::monthly("2026-01-31T10:00:00Z".parse()?, Zone::UTC)?;
/// let window = cycle.window_at("2026-03-05T00:00:00Z".parse()?)?;
/// assert_eq!(window.ordinal, 1);
/// assert_eq!(window.opens_at.to_string(), "2026-02-28 10:00:00 UTC");
/// assert_eq!(window.closes_at.to_string(), "2026-03-31 10:00:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("billing period", "anniversary"))]
pub struct Cycle {
    anchor_at: DateTime<Utc>,
    zone: Zone,
    months: u8,
}

/// One window of a [`Cycle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CycleWindow {
    /// Which one it is, from 0. What is given once a window is keyed by it.
    pub ordinal: u32,
    /// When it begins: the first instant in it.
    pub opens_at: DateTime<Utc>,
    /// When it ends, and the next one begins.
    pub closes_at: DateTime<Utc>,
}

impl Cycle {
    /// Every month, from an anchor in whole microseconds.
    ///
    /// ```
    /// use studio_credits::plan::{Cycle, Zone};
    ///
    /// let refusal = Cycle::monthly("1969-12-31T00:00:00Z".parse()?, Zone::UTC).unwrap_err();
    /// assert_eq!(refusal.to_string(), "year 1969 is out of range: 1970 to 9999 are allowed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when the anchor is of no year from 1970 to 9999.
    pub fn monthly(anchor_at: DateTime<Utc>, zone: Zone) -> Result<Self, CalendarError> {
        micros(anchor_at).map(|_| Self { anchor_at: anchor_at.trunc_subsecs(6), zone, months: 1 })
    }

    /// The months of the calendar, as the clock of a zone shows them.
    ///
    /// ```
    /// use studio_credits::plan::{Cycle, Zone};
    ///
    /// let november = Cycle::calendar(Zone::UTC)?.window_at("2026-11-29T12:00:00Z".parse()?)?;
    /// assert_eq!(november.closes_at.to_string(), "2026-12-01 00:00:00 UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None for any zone that there is: its first month is that of February 1970.
    pub fn calendar(zone: Zone) -> Result<Self, CalendarError> {
        let february = NaiveDate::from_ymd_opt(1970, 2, 1).unwrap_or_default();
        Self::monthly(zone.instant(february.and_time(NaiveTime::MIN))?, zone)
    }

    /// Every so many months: 3 for a quarter, 12 for a year.
    ///
    /// ```
    /// use studio_credits::plan::{Cycle, Zone};
    ///
    /// let yearly = Cycle::monthly("2028-02-29T00:00:00Z".parse()?, Zone::UTC)?.with_months(12)?;
    /// assert_eq!(yearly.window(0)?.closes_at.to_string(), "2029-02-28 00:00:00 UTC");
    /// assert_eq!(yearly.window(3)?.closes_at.to_string(), "2032-02-29 00:00:00 UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::NoMonths`] for 0.
    pub fn with_months(self, months: u8) -> Result<Self, CalendarError> {
        if months == 0 { Err(CalendarError::NoMonths) } else { Ok(Self { months, ..self }) }
    }

    /// When the first window opens.
    pub fn anchor_at(self) -> DateTime<Utc> {
        self.anchor_at
    }

    /// Whose clock tells the day and the time.
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// How many months a window lasts.
    pub fn months(self) -> u8 {
        self.months
    }

    /// The window of an ordinal, from 0.
    ///
    /// ```
    /// use studio_credits::plan::{Cycle, Zone};
    ///
    /// let cycle = Cycle::monthly("2026-11-30T00:00:00Z".parse()?, Zone::UTC)?;
    /// for (ordinal, days) in [(0, 30), (1, 31), (2, 29), (3, 30), (4, 31)] {
    ///     let window = cycle.window(ordinal)?;
    ///     assert_eq!((window.closes_at - window.opens_at).num_days(), days);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when an end of it is after the year 9999.
    pub fn window(self, ordinal: u32) -> Result<CycleWindow, CalendarError> {
        let (opens_at, closes_at) = (self.opens_at(ordinal)?, self.opens_at(ordinal.saturating_add(1))?);
        Ok(CycleWindow { ordinal, opens_at, closes_at })
    }

    /// The window that holds an instant.
    ///
    /// ```
    /// use studio_credits::plan::{Cycle, Zone};
    ///
    /// let cycle = Cycle::monthly("2026-11-24T00:00:00Z".parse()?, Zone::UTC)?;
    /// assert_eq!(cycle.window_at("2027-01-24T00:00:00Z".parse()?)?.ordinal, 2);
    /// let refusal = cycle.window_at("2026-11-23T00:00:00Z".parse()?).unwrap_err();
    /// assert_eq!(
    ///     refusal.to_string(),
    ///     "2026-11-23T00:00:00Z is before the first window, which opens at 2026-11-24T00:00:00Z"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::BeforeAnchor`] when the instant is before the first window, and
    /// [`CalendarError::YearOutOfRange`] when the window ends after the year 9999.
    pub fn window_at(self, now: DateTime<Utc>) -> Result<CycleWindow, CalendarError> {
        let (shown, from) = (self.zone.local(now)?, self.zone.local(self.anchor_at)?);
        if now < self.anchor_at {
            return Err(CalendarError::BeforeAnchor { at: now, anchor_at: self.anchor_at });
        }
        let month =
            |local: NaiveDateTime| i64::from(local.year()).saturating_mul(12).saturating_add(local.month0().into());
        let months = month(shown).saturating_sub(month(from));
        let near = u32::try_from(months.div_euclid(self.months.into())).unwrap_or(0);
        // It opened earlier in this month, or opens later in it; or the clock was put back into the month before.
        let found = [near.saturating_add(1), near]
            .into_iter()
            .find(|ordinal| self.opens_at(*ordinal).is_ok_and(|at| at <= now));
        self.window(found.unwrap_or(near.saturating_sub(1)))
    }

    /// Each is reckoned from the anchor and not from the one before, so a short month shortens none after it.
    fn opens_at(self, ordinal: u32) -> Result<DateTime<Utc>, CalendarError> {
        if ordinal == 0 {
            // Its local time may occur twice, and the anchor be the second.
            return Ok(self.anchor_at);
        }
        let months = Months::new(ordinal.saturating_mul(self.months.into()));
        let local = self.zone.local(self.anchor_at)?.checked_add_months(months);
        self.zone.instant(local.unwrap_or(NaiveDateTime::MAX))
    }
}

/// A cycle as it is read, before its parts are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a cycle")]
struct Parts {
    anchor_at: DateTime<Utc>,
    zone: Zone,
    months: u8,
}

impl TryFrom<Parts> for Cycle {
    type Error = CalendarError;

    fn try_from(Parts { anchor_at, zone, months }: Parts) -> Result<Self, CalendarError> {
        Self::monthly(anchor_at, zone)?.with_months(months)
    }
}
