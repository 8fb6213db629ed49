//! How much of everything a plan lets an account do.

use serde::{Deserialize, Serialize};

use super::PlanError;
use super::count::{counted, positive};
use crate::credits::Credits;
use crate::diagnostic::excerpt;
use crate::ids::Studio;
use crate::request::GenerationRequest;

/// How much a plan lets an account do. What is not stated has no limit.
///
/// ```
/// use studio_credits::{Studio, plan::{Limits, WorkLimits}};
///
/// let limits = Limits::default()
///     .with_seats(3)?
///     .with_work(WorkLimits::default().with_holds_max(12)?)
///     .with_studio(Studio::new("video")?, WorkLimits::default().with_holds_max(3)?)?;
/// assert_eq!(limits.work().holds_max(), Some(12));
/// assert_eq!(limits.studio(&Studio::new("video")?).holds_max(), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias = "quota")]
pub struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_month_max: Option<Credits>,
    #[serde(skip_serializing_if = "WorkLimits::is_none")]
    work: WorkLimits,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    studios: Vec<StudioLimits>,
}

/// How much work may be under way, asked for at once and paid for: in all studios together, or in one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "WorkParts")]
pub struct WorkLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits_day: Option<Credits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits_month: Option<Credits>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StudioLimits {
    studio: Studio,
    work: WorkLimits,
}

impl Limits {
    /// How many studios may have limits of their own.
    pub const STUDIOS_MAX: usize = 64;
    /// The most seats that can be stated; no limit is stated by none.
    pub const SEATS_MAX: u32 = 1_000_000;

    /// How many members an account may have, its owner among them.
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is none, as the owner has one, or more than [`Limits::SEATS_MAX`].
    pub fn with_seats(self, seats: u32) -> Result<Self, PlanError> {
        counted("seats", seats.into(), Self::SEATS_MAX.into())?;
        Ok(Self { seats: Some(seats), ..self })
    }

    /// How much a member may spend a month, where nothing else is set for them.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::Limits};
    ///
    /// let limits = Limits::default().with_member_month_max(Credits::from_whole(500))?;
    /// assert_eq!(limits.member_month_max(), Some(Credits::from_whole(500)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when it is zero or below.
    pub fn with_member_month_max(self, credits: Credits) -> Result<Self, PlanError> {
        Ok(Self { member_month_max: Some(positive("the monthly limit of a member", credits)?), ..self })
    }

    /// Limits over all studios together.
    #[must_use = "the limits are returned, not changed in place"]
    pub fn with_work(self, work: WorkLimits) -> Self {
        Self { work, ..self }
    }

    /// Limits within one studio, beside those over all.
    ///
    /// # Errors
    ///
    /// [`PlanError::Twice`] when the studio has some already, and [`PlanError::TooMany`] beyond
    /// [`Limits::STUDIOS_MAX`] studios.
    pub fn with_studio(mut self, studio: Studio, work: WorkLimits) -> Result<Self, PlanError> {
        let found = self.studios.binary_search_by(|known| known.studio.cmp(&studio));
        let twice = || PlanError::Twice { what: "studio", name: excerpt(studio.as_str()) };
        let at = found.map_or_else(Ok, |_| Err(twice()))?;
        self.studios.insert(at, StudioLimits { studio, work });
        let count = self.studios.len();
        if count > Self::STUDIOS_MAX {
            return Err(PlanError::TooMany { what: "studios with limits", count, max: Self::STUDIOS_MAX });
        }
        Ok(self)
    }

    /// How many members there may be, the owner among them; `None` is any number.
    pub fn seats(&self) -> Option<u32> {
        self.seats
    }

    /// How much a member may spend a month, where nothing else is set for them.
    pub fn member_month_max(&self) -> Option<Credits> {
        self.member_month_max
    }

    /// The limits over all studios together.
    pub fn work(&self) -> WorkLimits {
        self.work
    }

    /// The limits within a studio, beside those over all.
    pub fn studio(&self, studio: &Studio) -> WorkLimits {
        self.studios().find(|(known, _)| *known == studio).map_or_else(WorkLimits::default, |(_, work)| work)
    }

    /// The studios that have limits of their own, sorted by name.
    pub fn studios(&self) -> impl Iterator<Item = (&Studio, WorkLimits)> {
        self.studios.iter().map(|StudioLimits { studio, work }| (studio, *work))
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl WorkLimits {
    /// The most holds that can be stated; an account has no more in any case.
    pub const HOLDS_MAX: u32 = 1_024;

    /// How many holds may be open at once: so much work is under way.
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is none or more than [`WorkLimits::HOLDS_MAX`].
    pub fn with_holds_max(self, holds: u32) -> Result<Self, PlanError> {
        counted("holds", holds.into(), Self::HOLDS_MAX.into())?;
        Ok(Self { holds: Some(holds), ..self })
    }

    /// How many outputs one request may ask for.
    ///
    /// ```
    /// use studio_credits::plan::WorkLimits;
    ///
    /// assert_eq!(WorkLimits::default().with_outputs_max(8)?.outputs_max(), Some(8));
    /// assert!(WorkLimits::default().with_outputs_max(0).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is none or more than [`GenerationRequest::COUNT_MAX`].
    pub fn with_outputs_max(self, outputs: u64) -> Result<Self, PlanError> {
        counted("outputs", outputs, GenerationRequest::COUNT_MAX)?;
        Ok(Self { outputs: Some(outputs), ..self })
    }

    /// How much may be spent a day.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::WorkLimits};
    ///
    /// let limits = WorkLimits::default().with_day_max(Credits::from_whole(500))?;
    /// assert_eq!(limits.day_max(), Some(Credits::from_whole(500)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when it is zero or below.
    pub fn with_day_max(self, credits: Credits) -> Result<Self, PlanError> {
        Ok(Self { credits_day: Some(positive("the daily limit", credits)?), ..self })
    }

    /// How much may be spent a month.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::WorkLimits};
    ///
    /// let limits = WorkLimits::default().with_month_max(Credits::from_whole(9_000))?;
    /// assert_eq!(limits.month_max(), Some(Credits::from_whole(9_000)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when it is zero or below.
    pub fn with_month_max(self, credits: Credits) -> Result<Self, PlanError> {
        Ok(Self { credits_month: Some(positive("the monthly limit", credits)?), ..self })
    }

    /// How many holds may be open at once.
    pub fn holds_max(self) -> Option<u32> {
        self.holds
    }

    /// How many outputs one request may ask for.
    pub fn outputs_max(self) -> Option<u64> {
        self.outputs
    }

    /// How much may be spent a day.
    pub fn day_max(self) -> Option<Credits> {
        self.credits_day
    }

    /// How much may be spent a month.
    pub fn month_max(self) -> Option<Credits> {
        self.credits_month
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Limits as they are read, before they are checked.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "limits")]
struct Parts {
    seats: Option<u32>,
    member_month_max: Option<Credits>,
    work: WorkLimits,
    studios: Vec<StudioLimits>,
}

impl TryFrom<Parts> for Limits {
    type Error = PlanError;

    fn try_from(Parts { seats, member_month_max, work, studios }: Parts) -> Result<Self, PlanError> {
        let limits = Self::default().with_work(work);
        let limits = seats.map_or(Ok(limits.clone()), |seats| limits.with_seats(seats))?;
        let limits = match member_month_max {
            Some(credits) => limits.with_member_month_max(credits)?,
            None => limits,
        };
        studios.into_iter().try_fold(limits, |limits, StudioLimits { studio, work }| limits.with_studio(studio, work))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "limits of work")]
struct WorkParts {
    holds: Option<u32>,
    outputs: Option<u64>,
    credits_day: Option<Credits>,
    credits_month: Option<Credits>,
}

impl TryFrom<WorkParts> for WorkLimits {
    type Error = PlanError;

    fn try_from(WorkParts { holds, outputs, credits_day, credits_month }: WorkParts) -> Result<Self, PlanError> {
        let mut limits = Self::default();
        if let Some(holds) = holds {
            limits = limits.with_holds_max(holds)?;
        }
        if let Some(outputs) = outputs {
            limits = limits.with_outputs_max(outputs)?;
        }
        if let Some(credits) = credits_day {
            limits = limits.with_day_max(credits)?;
        }
        match credits_month {
            Some(credits) => limits.with_month_max(credits),
            None => Ok(limits),
        }
    }
}
