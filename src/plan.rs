//! What plans promise: allowances, entitlements, limits and terms, as data that a product manager can review; and the
//! calendars by which an allowance comes anew.
//!
//! A [`PlanBook`] has several plans, each in its editions. A [`Plan`] is whole by itself: an account keeps it as it was
//! sold. It holds no prices: a price book has those, and the plan gives it [facts](PlanFact). One plan of a book may be
//! its [base](PlanBook::base), which holds for every account without a subscription.
//!
#![doc = include_str!("plan/language.md")]
//!
//! # Calendars
//!
//! A calendar cuts time into windows. A window holds the instant that it opens at and not the one that it closes at,
//! the next one opens exactly when the last one closes, and everything here is a pure function of what is given.
//!
//! - **Days.** A [`DailyReset`] is a local time in a [`Zone`], midnight of UTC unless another is named. A [`DayWindow`]
//!   is what an account keeps of it: when its day began, and when it ends. The end is frozen when the window opens, so
//!   another zone holds from the next window on and cannot move the present one.
//! - **No day is farmed.** A window lasts at least 20 hours, and however often the zone is changed, at most D + 1
//!   windows are used in any D days: see [`DayWindow`] for the rule and its proof.
//! - **Months.** A [`Cycle`] counts from an anchor, and keeps its day: from 31 January to 28 February to 31 March. It
//!   may be longer than a month, as for a quarter or a year that is billed at once.
//! - **Clocks that jump.** A local time that occurs twice is the earlier one, and one that never occurs is the first
//!   instant after the gap: see [`Zone`].
//! - **Validity and reset are different things.** A window says when an allowance comes anew. How long credits can be
//!   spent is said by the expiry of their grant, and both are the same instant only where a grant expires as its window
//!   closes. A pass for 24 hours is no day: a day has 23 hours, or 25, and other lengths where a zone is changed.
//! - **The instant that enforces is the instant that is shown.** What a user is told about the next reset is the
//!   `closes_at` that the account goes by, never a second calculation.
//!
//! Instants are whole microseconds of the years 1970 to 9999; where one of another year would come out, the answer is
//! [`CalendarError::YearOutOfRange`].

mod allowance;
mod base;
mod book;
mod change;
mod check;
mod count;
mod cycle;
mod daily;
mod edition;
mod entitlements;
mod error;
mod fact;
mod held;
mod limits;
mod name;
mod not_entitled;
mod notices;
mod places;
mod reset;
mod reward;
mod setting;
mod sold;
mod stored;
mod term;
mod text;
mod top_up;
mod window;
mod zone;

use chrono::{DateTime, Datelike, NaiveTime, SecondsFormat, Utc};

pub use self::{
    allowance::{Allowance, Rollover},
    book::{NoPlan, PlanBook},
    change::{AtEnd, Proration, RefundTerms, Upgrade},
    count::Days,
    cycle::{Cycle, CycleWindow},
    daily::DailyReset,
    edition::Plan,
    entitlements::Entitlements,
    error::PlanError,
    fact::PlanFact,
    held::StillHeld,
    limits::{Limits, WorkLimits},
    name::{AllowanceName, ConditionName, EditionName, PlanName, RewardName, TopUpName},
    not_entitled::NotEntitled,
    notices::Notices,
    reset::{Every, ResetTime, ResetZone},
    reward::Reward,
    setting::{AllowedSetting, AllowedValues},
    sold::Sold,
    term::Term,
    top_up::{AutoTopUp, OnSale, TopUp},
    window::DayWindow,
    zone::{Zone, ZoneError},
};
pub use crate::text::BookError;

/// Why a calendar has no answer, or is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// The instant is before the first window of a cycle.
    #[error("{at} is before the first window, which opens at {anchor}", at = shown(at), anchor = shown(anchor_at))]
    BeforeAnchor {
        /// The instant that was asked about.
        at: DateTime<Utc>,
        /// When the first window opens.
        anchor_at: DateTime<Utc>,
    },
    /// A cycle has no length.
    #[error("a cycle of 0 months is none: 1 to 255 are allowed")]
    NoMonths,
    /// A day does not reset at a whole minute.
    #[error("{time} is no time of a daily reset: whole minutes are allowed")]
    ResetTime {
        /// The time that was given.
        time: NaiveTime,
    },
    /// The parts of a stored window do not fit one another.
    #[error(
        "no day opens at {opens}, closes at {closes} and not before {floor}",
        opens = shown(opens_at),
        closes = shown(closes_at),
        floor = shown(floor)
    )]
    Window {
        /// When it was to open.
        opens_at: DateTime<Utc>,
        /// When it was to close.
        closes_at: DateTime<Utc>,
        /// What it was not to close before.
        floor: DateTime<Utc>,
    },
    /// An instant is of no year that can be stored.
    #[error("year {year} is out of range: 1970 to 9999 are allowed")]
    YearOutOfRange {
        /// The year.
        year: i32,
    },
}

/// The first microsecond of the year 10,000.
const END: i64 = 253_402_300_800_000_000;

/// An instant as microseconds since 1970, where it is of a year that has four digits in every stored form.
fn micros(at: DateTime<Utc>) -> Result<i64, CalendarError> {
    let micros = at.timestamp_micros();
    if (0..END).contains(&micros) { Ok(micros) } else { Err(CalendarError::YearOutOfRange { year: at.year() }) }
}

/// The instant of so many microseconds since 1970, of such a year.
fn instant(micros: i64) -> Result<DateTime<Utc>, CalendarError> {
    let at = far(micros);
    self::micros(at).map(|_| at)
}

/// The instant of so many microseconds since 1970, of any year there is.
fn far(micros: i64) -> DateTime<Utc> {
    let end = if micros < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp_micros(micros).unwrap_or(end)
}

fn shown(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
