//! Several plans, each in its editions.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use super::check;
use super::places::Places;
use super::{EditionName, Plan, PlanName};
use crate::diagnostic::{Diagnostic, excerpt, nearest};
use crate::text::{BookError, Faults, Sources, Span};

/// Plans and their editions, held against each other: what a product manager edits and an account is put on.
///
/// A book is read from TOML with [`PlanBook::parse`], built in code, and written out with [`PlanBook::to_toml`].
///
/// ```
/// use studio_credits::plan::PlanBook;
///
/// let book = PlanBook::parse(
///     r#"
///     edition = "2026-11"
///     unit = "credits"
///
///     [[plan]]
///     name = "free"
///     allowance.daily = { kind = "free", amount = 50, every = "day" }
///     "#,
/// )?;
/// let free = book.plan("free", "2026-11-25T12:00:00Z".parse()?)?;
/// assert_eq!(free.allowances()[0].amount().to_string(), "50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "pricing page")]
pub struct PlanBook {
    pub(super) plans: Vec<Arc<Plan>>,
    pub(super) base: Option<PlanName>,
    /// Where the base is named; nothing if that was in code.
    pub(super) base_place: Span,
    /// Where each plan stands; nothing for those that were built in code.
    pub(super) places: Vec<Places>,
    pub(super) sources: Sources,
}

impl PlanBook {
    /// How many plans a book may have, each edition counted.
    pub const PLANS_MAX: usize = 256;

    /// The plans, in the order in which they are shown.
    ///
    /// ```
    /// use studio_credits::{Unit, plan::{EditionName, Plan, PlanBook, PlanName}};
    ///
    /// let (edition, unit) = (EditionName::new("2026-11")?, Unit::new("credits")?);
    /// let basic = Plan::new(PlanName::new("basic")?, edition, unit);
    /// let error = PlanBook::new([basic.clone(), basic]).unwrap_err();
    /// assert_eq!(error.faults[0].message, "edition `2026-11` of plan `basic` is there twice");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All faults at once: no plan or more than [`PlanBook::PLANS_MAX`], editions that overlap or have the same name,
    /// and allowances that are daily in one plan and monthly in another.
    pub fn new(plans: impl IntoIterator<Item = Plan>) -> Result<Self, BookError> {
        let plans: Vec<Arc<Plan>> = plans.into_iter().map(Arc::new).collect();
        let book = Self { places: vec![Places::default(); plans.len()], plans, ..Self::empty(Sources::default()) };
        let mut faults = Faults::of(&book.sources);
        match book.plans.len() {
            0 => faults.say(Span::default(), check::NO_PLAN),
            1..=Self::PLANS_MAX => check::faults(&book, &[], &mut faults),
            count => {
                let max = Self::PLANS_MAX;
                faults.say(Span::default(), format!("the book has {count} plans: at most {max} are allowed"));
            }
        }
        faults.unless_any(book)
    }

    /// A book that has no plan yet, and so is none.
    pub(super) fn empty(sources: Sources) -> Self {
        Self { plans: Vec::new(), base: None, base_place: Span::default(), places: Vec::new(), sources }
    }

    /// All editions of all plans, in the order of the book.
    pub fn plans(&self) -> &[Arc<Plan>] {
        &self.plans
    }

    /// The plans that are in force at an instant, in the order of the book.
    pub fn plans_at(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Arc<Plan>> {
        self.plans.iter().filter(move |plan| plan.is_in_force(at))
    }

    /// The edition of a plan that is in force at an instant.
    ///
    /// ```
    /// use studio_credits::books;
    ///
    /// let now = "2026-11-25T12:00:00Z".parse()?;
    /// let refusal = books::imagineart_plans().plan("standart", now).unwrap_err().to_string();
    /// assert_eq!(refusal, "there is no plan `standart`; did you mean `standard`?");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NoPlan`] tells a name that is none from a plan that is not in force then.
    pub fn plan(&self, name: &str, at: DateTime<Utc>) -> Result<&Arc<Plan>, NoPlan> {
        let editions = || self.plans.iter().filter(|plan| plan.name().as_str() == name);
        let in_force = editions().find(|plan| plan.is_in_force(at));
        in_force.ok_or_else(|| {
            if let Some(plan) = editions().next() {
                return NoPlan::NotInForce { plan: plan.name().clone(), at };
            }
            let nearest = nearest(name, self.plans.iter().map(|plan| plan.name().as_str()));
            NoPlan::Unknown { name: excerpt(name), nearest: nearest.map(Into::into) }
        })
    }

    /// A plan by its name and the name of its edition, whether it is in force or not.
    pub fn edition(&self, name: &PlanName, edition: &EditionName) -> Option<&Arc<Plan>> {
        self.plans.iter().find(|plan| plan.name() == name && plan.edition() == edition)
    }

    /// What the book can be used in spite of, but probably does not mean: nothing if it is a good book.
    ///
    /// An allowance that no work can use, a restriction that no entitlement reaches, a limit in a studio that is not
    /// opened, a time without the base. [`PlanBook::check_file`] finds the same in a text, beside the faults.
    ///
    /// ```
    /// use studio_credits::plan::PlanBook;
    ///
    /// let book = PlanBook::parse(
    ///     r#"
    ///     edition = "2026-11"
    ///     unit = "credits"
    ///
    ///     [[plan]]
    ///     name = "free"
    ///     allowance.daily = { kind = "free", amount = 50, every = "day", studios = "video" }
    ///     entitlements.studios = "image"
    ///     "#,
    /// )?;
    /// assert_eq!(book.check()[0].message, "no work that plan `free` opens can be paid for by allowance `daily`");
    /// # Ok::<(), studio_credits::plan::BookError>(())
    /// ```
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut faults = Faults::of(&self.sources);
        check::doubts(self, &mut faults);
        faults.into_found()
    }
}

/// Why there is no such plan.
///
/// Complete on purpose: a name is either unknown or not in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// The plan has no edition for the instant.
    #[error("plan `{plan}` is not in force at {at}", at = at.to_rfc3339_opts(SecondsFormat::AutoSi, true))]
    NotInForce {
        /// The plan.
        plan: PlanName,
        /// The instant.
        at: DateTime<Utc>,
    },
    /// No plan is called so.
    #[error("there is no plan `{name}`{hint}", hint = hint(nearest.as_deref()))]
    Unknown {
        /// At most 60 characters of what was given.
        name: Box<str>,
        /// The name that was probably meant.
        nearest: Option<Box<str>>,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
