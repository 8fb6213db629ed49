//! What is charged for work that did not end well, as data.

use serde::Serialize;

use crate::outcome::Outcome;

/// How much is charged for each way that work can end.
///
/// Where a book says nothing: work that failed, was blocked or came out empty costs nothing, and work that was
/// cancelled or delivered in part costs the part that was delivered.
///
/// ```
/// use studio_credits::{Outcome, pricing::{Charged, Charging}};
///
/// let charging = Charging::default().with(Outcome::Failed, Charged::All);
/// assert_eq!(charging.for_outcome(Outcome::Failed), Charged::All);
/// assert_eq!(charging.for_outcome(Outcome::Blocked), Charged::Nothing);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charging {
    pub(crate) partial: Option<Charged>,
    pub(crate) failed: Option<Charged>,
    pub(crate) blocked: Option<Charged>,
    pub(crate) cancelled: Option<Charged>,
    pub(crate) empty: Option<Charged>,
}

/// How much of the price is charged.
///
/// Complete on purpose: it is what a price book can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charged {
    /// Nothing at all.
    Nothing,
    /// What was delivered, priced by the rule of the quote.
    Delivered,
    /// The price of all that was asked for.
    All,
}

impl Charging {
    /// The same with another answer for one outcome; delivered stands for delivered in part.
    ///
    /// `Outcome::Unknown` has no price, so it stays as it was.
    #[must_use]
    pub fn with(mut self, outcome: Outcome, charged: Charged) -> Self {
        let slot = match outcome {
            Outcome::Delivered => &mut self.partial,
            Outcome::Failed => &mut self.failed,
            Outcome::Blocked => &mut self.blocked,
            Outcome::Cancelled => &mut self.cancelled,
            Outcome::Empty => &mut self.empty,
            Outcome::Unknown => return self,
        };
        *slot = Some(charged);
        self
    }

    /// What is charged for an outcome; work whose outcome is unknown is not charged yet.
    pub fn for_outcome(&self, outcome: Outcome) -> Charged {
        match outcome {
            Outcome::Delivered => self.partial.unwrap_or(Charged::Delivered),
            Outcome::Failed => self.failed.unwrap_or(Charged::Nothing),
            Outcome::Blocked => self.blocked.unwrap_or(Charged::Nothing),
            Outcome::Cancelled => self.cancelled.unwrap_or(Charged::Delivered),
            Outcome::Empty => self.empty.unwrap_or(Charged::Nothing),
            Outcome::Unknown => Charged::Nothing,
        }
    }

    /// What this says, and where it is silent, what `wider` says.
    pub(crate) fn or(self, wider: Charging) -> Charging {
        Charging {
            partial: self.partial.or(wider.partial),
            failed: self.failed.or(wider.failed),
            blocked: self.blocked.or(wider.blocked),
            cancelled: self.cancelled.or(wider.cancelled),
            empty: self.empty.or(wider.empty),
        }
    }
}

impl Charged {
    pub(crate) const TEXTS: [(&'static str, Charged); 3] =
        [("nothing", Charged::Nothing), ("delivered", Charged::Delivered), ("all", Charged::All)];
}
