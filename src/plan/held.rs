//! What accounts hold, against the book that is about to be published.

use std::collections::BTreeSet;

use super::{EditionName, PlanBook, PlanName};
use crate::diagnostic::quoted;

/// The most plans that a message names.
const TOLD_MAX: usize = 8;

impl PlanBook {
    /// Tells whoever publishes the book what somebody still holds and the book has no edition of, so that no renewal
    /// could name it.
    ///
    /// It is a warning to them, and never a reason to refuse a subscriber anything: an account keeps its plan as it was
    /// sold, whatever the book says later.
    ///
    /// ```
    /// use studio_credits::{books, plan::{EditionName, PlanName}};
    ///
    /// let edition = EditionName::new("2025-09")?;
    /// let (basic, starter) = (PlanName::new("basic")?, PlanName::new("starter")?);
    /// let book = books::imagineart_plans();
    /// book.check_held([(&basic, &edition)])?;
    ///
    /// let warning = book.check_held([(&basic, &edition), (&starter, &edition)]).unwrap_err();
    /// assert_eq!(warning.to_string(), "plan `starter` (`2025-09`) is held and not in the book");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StillHeld`] names the plans of which the book has no edition at all, neither one that is in force nor another.
    pub fn check_held<'h>(
        &self,
        held: impl IntoIterator<Item = (&'h PlanName, &'h EditionName)>,
    ) -> Result<(), StillHeld> {
        let known: BTreeSet<&PlanName> = self.plans().iter().map(|plan| plan.name()).collect();
        let gone: BTreeSet<_> = held.into_iter().filter(|(plan, _)| !known.contains(plan)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        Err(StillHeld { plans: gone.into_iter().map(|(plan, edition)| (plan.clone(), edition.clone())).collect() })
    }
}

/// What is still held and has no place in a book any more: a warning before that book is published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", told(.plans))]
#[non_exhaustive]
pub struct StillHeld {
    /// The plans and the editions that are held, sorted, each once; at least one.
    pub plans: Vec<(PlanName, EditionName)>,
}

fn told(plans: &[(PlanName, EditionName)]) -> String {
    let shown = plans.iter().take(TOLD_MAX);
    let shown = shown.map(|(plan, edition)| format!("{} ({})", quoted(plan.as_str()), quoted(edition.as_str())));
    let (word, verb) = if plans.len() == 1 { ("plan", "is") } else { ("plans", "are") };
    let shown = shown.collect::<Vec<_>>().join(", ");
    match plans.len().saturating_sub(TOLD_MAX) {
        0 => format!("{word} {shown} {verb} held and not in the book"),
        more => format!("{word} {shown}, and {more} more {verb} held and not in the book"),
    }
}
