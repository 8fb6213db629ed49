//! The day of an account: when it began, and when it ends.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::daily::{DAY, SHORTEST};
use super::{CalendarError, DailyReset, instant, micros};

/// The daily window that an account is in, of one rule; all that it keeps of the calendar.
///
/// The first one is [`first`](Self::first), and what the account is in at a later instant is [`at`](Self::at). It keeps
/// the last window that something was used of: one that nobody used has given nothing, and does not count.
///
/// ```
/// use studio_credits::plan::{DailyReset, DayWindow, Zone};
///
/// let midnight = DailyReset::default();
/// let today = DayWindow::first(midnight, "2026-11-24T15:00:00Z".parse()?)?;
/// assert_eq!(today.closes_at().to_string(), "2026-11-25 00:00:00 UTC");
///
/// // A move to Tokyo does not end the day, and the next one is there for at least 20 hours.
/// let tokyo = midnight.with_zone("+09:00".parse()?);
/// assert_eq!(today.at(tokyo, "2026-11-24T16:00:00Z".parse()?)?, today);
/// let next = today.at(tokyo, today.closes_at())?;
/// assert_eq!(next.opens_at(), today.closes_at());
/// assert_eq!(next.closes_at().to_string(), "2026-11-26 15:00:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Rules
///
/// - A window closes at the first reset that is 20 hours after it opened or later, and not before its *floor*. All
///   three instants are fixed when it opens.
/// - The floor of the first window is its opening. That of a later one is 24 hours after the floor of the window used
///   before it, or its own opening if that is later.
/// - The next window opens when the last one closes, whatever zone holds by then; those after it open at the resets of
///   that zone.
///
/// # At most D + 1 windows are used in any D days
///
/// Number the windows that were used, whatever zones were chosen meanwhile. None opens before the floor of the one used
/// before it, floors are 24 hours apart or more, and a floor is not before the opening of its own window. So
/// opens(j) ≥ floor(j − 1) ≥ floor(i) + (j − 1 − i) · 24 h ≥ opens(i) + (j − i − 1) · 24 h. Where i and j open within
/// D · 24 h, therefore j − i − 1 < D, and these are j − i + 1 ≤ D + 1 windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct DayWindow {
    opens_at: DateTime<Utc>,
    closes_at: DateTime<Utc>,
    floor: DateTime<Utc>,
}

impl DayWindow {
    /// The window that holds an instant, for an account that has none yet.
    ///
    /// ```
    /// use studio_credits::plan::{DailyReset, DayWindow};
    ///
    /// let today = DayWindow::first(DailyReset::default(), "2026-11-24T15:00:00Z".parse()?)?;
    /// assert_eq!(today.opens_at().to_string(), "2026-11-24 00:00:00 UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when the instant or an end of the window is of no year from 1970 to 9999.
    pub fn first(reset: DailyReset, now: DateTime<Utc>) -> Result<Self, CalendarError> {
        let opens = reset.last_until(micros(now)?);
        Self::open(reset, opens, opens)
    }

    /// The window that an instant is in, for an account whose last one is this: itself as long as it is not closed, and
    /// at any instant before it too.
    ///
    /// How long ago it closed does not matter, neither to the work that this takes nor to the answer: it is the same as
    /// if every window in between had been looked at, and not used. Where the zone changes, a window that is to be used
    /// under the old one has to be used before the change.
    ///
    /// ```
    /// use studio_credits::plan::{DailyReset, DayWindow};
    ///
    /// let reset = DailyReset::default();
    /// let today = DayWindow::first(reset, "2026-11-24T15:00:00Z".parse()?)?;
    /// let later = today.at(reset, "2036-11-24T15:00:00Z".parse()?)?;
    /// assert_eq!(later.opens_at().to_string(), "2036-11-24 00:00:00 UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CalendarError::YearOutOfRange`] when the instant or an end of the window is of no year from 1970 to 9999.
    pub fn at(&self, reset: DailyReset, now: DateTime<Utc>) -> Result<Self, CalendarError> {
        if now < self.closes_at {
            return Ok(*self);
        }
        let floor = micros(self.floor)?.saturating_add(DAY);
        let next = Self::open(reset, micros(self.closes_at)?, floor)?;
        if now < next.closes_at {
            return Ok(next);
        }
        // The next window closes at a reset of the zone, and so does every one after it.
        Self::open(reset, reset.last_until(micros(now)?), floor)
    }

    /// A window that opens at an instant, with a floor that is not before it.
    fn open(reset: DailyReset, opens: i64, floor: i64) -> Result<Self, CalendarError> {
        let floor = floor.max(opens);
        let closes = reset.first_from(floor.max(opens.saturating_add(SHORTEST)));
        Ok(Self { opens_at: instant(opens)?, closes_at: instant(closes)?, floor: instant(floor)? })
    }

    /// When it began: the first instant in it.
    pub fn opens_at(&self) -> DateTime<Utc> {
        self.opens_at
    }

    /// When it ends, and the next one begins. This is what to show, and when a grant of the day expires.
    #[doc(alias("next reset", "resets_at"))]
    pub fn closes_at(&self) -> DateTime<Utc> {
        self.closes_at
    }

    /// The instant that it does not close before, whatever zone it opened in.
    pub fn floor(&self) -> DateTime<Utc> {
        self.floor
    }
}

/// A window as it is read, before its parts are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a window")]
struct Parts {
    opens_at: DateTime<Utc>,
    closes_at: DateTime<Utc>,
    floor: DateTime<Utc>,
}

impl TryFrom<Parts> for DayWindow {
    type Error = CalendarError;

    fn try_from(parts: Parts) -> Result<Self, CalendarError> {
        let [opens_at, closes_at, floor] = [parts.opens_at, parts.closes_at, parts.floor].map(|at| at.trunc_subsecs(6));
        for at in [opens_at, closes_at, floor] {
            micros(at)?;
        }
        let after = |at: DateTime<Utc>| at.signed_duration_since(opens_at);
        let (life, least) = (after(closes_at), after(floor));
        let sound = life >= TimeDelta::microseconds(SHORTEST)
            && (TimeDelta::zero()..=TimeDelta::microseconds(DAY)).contains(&least)
            && least <= life;
        if sound {
            Ok(Self { opens_at, closes_at, floor })
        } else {
            Err(CalendarError::Window { opens_at, closes_at, floor })
        }
    }
}
