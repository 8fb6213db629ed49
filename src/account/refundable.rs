//! Whether the purchase of a plan can be paid back.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Account, DecideError, Records};
use crate::{
    credits::Credits,
    ids::Key,
    journal::Counted,
    plan::{PlanName, RefundTerms},
};

/// Whether the purchase of a plan can be paid back, and the numbers that decide it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refundable {
    /// Whether it can.
    pub allowed: bool,
    /// The plan.
    pub plan: PlanName,
    /// When it was purchased.
    pub purchased_at: DateTime<Utc>,
    /// Until when it can be paid back; the instant itself is too late. `None` where the plan is never paid back.
    pub until: Option<DateTime<Utc>>,
    /// What was used since the purchase, with what is held now; counted until then. What the purchase repaid of older
    /// debts is no use of it; a [charge-back](crate::journal::Command::ChargeBack) of its grant makes that owed again.
    pub used: Credits,
    /// The most that may have been used.
    pub used_max: Option<Credits>,
}

impl Account {
    /// Whether the purchase of the plan that the account subscribes to can be paid back; `None` where it subscribes to
    /// none. Each purchase is judged by itself: how often somebody may purchase and have it paid back is the host's to
    /// say. To pay it back, [end](crate::journal::SubscriptionCommand::End) the subscription.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// assert_eq!(account.refundable_at("2026-11-29T12:00:00Z".parse()?)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Account::balance_at`].
    pub fn refundable_at(&self, now: DateTime<Utc>) -> Result<Option<Refundable>, DecideError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        let draft = self.seen_at(&records, &key, now)?;
        let standing = draft.staged.standing();
        let Some(subscription) = standing.subscription.as_deref() else { return Ok(None) };
        let (plan, purchased_at) = (&subscription.plan, subscription.purchased_at);
        // A plan that was scheduled and paid for late is counted from then on.
        let counter = draft.staged.counted(&Counted::Purchase).filter(|counter| counter.since >= purchased_at);
        let used = counter.map_or(Credits::ZERO, |counter| counter.used);
        let terms = plan.refund();
        Ok(Some(Refundable {
            allowed: terms.is_some_and(|terms| terms.allow(draft.at.signed_duration_since(purchased_at), used)),
            plan: plan.name().clone(),
            purchased_at,
            until: terms.and_then(|terms| purchased_at.checked_add_signed(terms.days().delta())),
            used,
            used_max: terms.map(RefundTerms::used_max),
        }))
    }
}
