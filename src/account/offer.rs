//! The plans that are sold, and the one that an account has.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Account, staged::Staged};
use crate::{
    ids::Unit,
    plan::{Plan, PlanBook},
};

/// The plans that are sold: given by whoever asks, as the time is, and no part of what an account is.
#[derive(Clone, Debug, Default)]
pub(super) struct Offer(Option<Arc<PlanBook>>);

impl Offer {
    pub(super) fn book(&self) -> Option<&PlanBook> {
        self.0.as_deref()
    }
}

/// What is offered is no matter.
impl PartialEq for Offer {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Offer {}

impl Account {
    /// The account under the plans of a book: the base plan holds where nothing is subscribed to, and refusals name the
    /// plans and the top-ups that would help. Plans that count in another unit than the account are not for it. Of all
    /// this nothing is kept in the account.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account, books};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let account = account.under(books::imagineart_plans().into());
    /// assert_eq!(account.balance_at("2026-11-29T12:00:00Z".parse()?)?.available.to_string(), "50");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the account is returned, not changed in place"]
    pub fn under(self, book: Arc<PlanBook>) -> Self {
        Self { offer: Offer(Some(book)), ..self }
    }

    /// Whether there is a plan that it has or may have.
    pub(super) fn knows_plans(&self) -> bool {
        self.offer.book().is_some() || self.standing.subscription.is_some()
    }

    /// Begins anew in another unit, as its first entry says.
    pub(crate) fn reopen(&mut self, unit: &Unit) {
        let offer = std::mem::take(&mut self.offer);
        *self = Self { offer, ..Self::new(self.id.clone(), unit.clone()) };
    }
}

impl Staged<'_> {
    /// The plan in force at an instant, once time has done what is due by then.
    pub(super) fn plan_at(&self, at: DateTime<Utc>) -> Option<&Arc<Plan>> {
        match &self.standing().subscription {
            Some(subscription) => Some(&subscription.plan),
            None => self.base_plan_at(at),
        }
    }

    /// The plan of whoever subscribes to none, at an instant.
    pub(super) fn base_plan_at(&self, at: DateTime<Utc>) -> Option<&Arc<Plan>> {
        self.base.offer.book()?.base_at(at).filter(|plan| self.is_for(plan))
    }

    /// Whether a plan counts in what the account counts in.
    pub(super) fn is_for(&self, plan: &Plan) -> bool {
        *plan.unit() == self.base.unit
    }
}
