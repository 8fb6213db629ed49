//! Why something cannot be promised.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::credits::Credits;
use crate::grant::GrantError;
use crate::value::ValueError;

/// Why something cannot be part of a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Daily credits were to be kept for later.
    #[error("daily credits do not accumulate: only a monthly allowance rolls over")]
    DailyRollover,
    /// The edition would be over before it begins.
    #[error("the edition ends at {until}, and begins at {from}", from = instant(from), until = instant(until))]
    EndsBeforeStart {
        /// When it begins.
        from: DateTime<Utc>,
        /// When it ends.
        until: DateTime<Utc>,
    },
    /// The fact is a list or a record.
    #[error("fact `{name}` is a list or a record: a flag, a text or a number is given to prices")]
    Fact {
        /// At most 60 characters of its name.
        name: Box<str>,
    },
    /// No grant can be made of it.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// An amount is below zero.
    #[error("{what} is {amount}: it is 0 or more")]
    Negative {
        /// What is counted.
        what: &'static str,
        /// The amount that was given.
        amount: Credits,
    },
    /// No value at all is allowed for a setting.
    #[error("setting `{setting}` is allowed no value: leave it out to allow any")]
    NoValues {
        /// At most 60 characters of its name.
        setting: Box<str>,
    },
    /// An amount is zero or below.
    #[error("{what} is {amount}: it is above 0")]
    NotPositive {
        /// What is counted.
        what: &'static str,
        /// The amount that was given.
        amount: Credits,
    },
    /// A number is less than there must be, or more than there can be.
    #[error("{number} {what}: {min} to {max} are allowed")]
    OutOfRange {
        /// What is counted.
        what: &'static str,
        /// The number that was given.
        number: u64,
        /// The least that is allowed.
        min: u64,
        /// The most that is allowed.
        max: u64,
    },
    /// A setting is allowed a range that is none, or one of something else than numbers.
    #[error("setting `{setting}` is allowed from {min} to {max}: a range has a least and a greatest number, or one")]
    Range {
        /// At most 60 characters of its name.
        setting: Box<str>,
        /// The least.
        min: Box<str>,
        /// The greatest.
        max: Box<str>,
    },
    /// A text is no time of a day in whole minutes.
    #[error("`{text}` is no time of a day: write hours and minutes, such as `00:00`")]
    ResetTime {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// A text for people is too long.
    #[error("the {what} has {bytes} bytes: at most {max} are allowed")]
    TextTooLong {
        /// Which text.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// There are more than a plan may have.
    #[error("{count} {what} are too many: a plan has at most {max}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// A name stands for two things.
    #[error("{what} `{name}` is there twice")]
    Twice {
        /// What is named.
        what: &'static str,
        /// At most 60 characters of the name.
        name: Box<str>,
    },
    /// A setting or a fact has a name or a value that cannot be.
    #[error("{kind} `{name}`: {fault}")]
    Value {
        /// `"setting"` or `"fact"`.
        kind: &'static str,
        /// At most 60 characters of its name.
        name: Box<str>,
        /// What is wrong with it.
        fault: ValueError,
    },
    /// An instant is of no year that can be stored.
    #[error("year {year} is out of range: 1970 to 9999 are allowed")]
    YearOutOfRange {
        /// The year.
        year: i32,
    },
}

fn instant(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
