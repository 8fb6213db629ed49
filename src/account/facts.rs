//! What the plan in force tells prices.

use chrono::{DateTime, Utc};

use super::{Account, DecideError, Records};
use crate::{
    ids::Key,
    request::{GenerationRequest, RequestError},
};

impl Account {
    /// A request with the facts that the plan in force gives to pricing at an instant, in place of those of the same
    /// name: quote it, and discounts and free windows of the plan are in the price.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use studio_credits::{AccountId, GenerationRequest, Unit, account::Account, books, pricing::CostEngine};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let account = account.under(books::imagineart_plans().into());
    /// let (request, now) = (GenerationRequest::new("image", "nano-banana-2")?, "2026-11-29T12:00:00Z".parse()?);
    /// let request = account.with_facts(request, now)?;
    /// assert_eq!(request.fact("plan").map(ToString::to_string).as_deref(), Some("free"));
    /// assert_eq!(CostEngine::new(&books::imagineart())?.price(&request, now)?.to_string(), "49");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FactsError::Account`] as for [`Account::balance_at`], and [`FactsError::Request`] when the request has as many
    /// facts as it can.
    pub fn with_facts(&self, request: GenerationRequest, now: DateTime<Utc>) -> Result<GenerationRequest, FactsError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        let draft = self.seen_at(&records, &key, now)?;
        let Some(plan) = draft.staged.plan_at(draft.at) else { return Ok(request) };
        let subscription = draft.staged.standing().subscription.as_deref();
        // Nobody has purchased the plan that everybody has: what it gives for some days, it gives to nobody.
        let purchased_at = subscription.map_or(DateTime::UNIX_EPOCH, |subscription| subscription.purchased_at);
        let facts = plan.facts_at(purchased_at, draft.at);
        let with = facts.into_iter().try_fold(request, |request, (name, value)| request.with_fact(name, value.clone()));
        with.map_err(FactsError::from)
    }
}

/// Why a request has no facts of a plan.
///
/// Complete on purpose: it is either the account or the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The account cannot be looked at.
    #[error(transparent)]
    Account(#[from] DecideError),
    /// The request cannot have them.
    #[error(transparent)]
    Request(#[from] RequestError),
}
