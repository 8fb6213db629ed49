//! Allowances that come anew: the days and months of a plan, given once each.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{DecideError, Declined, Limit, draft::Draft};
use crate::{
    credits::Credits,
    grant::Grant,
    ids::GrantId,
    journal::{Fact, Given, Lot, Window},
    plan::{Allowance, CalendarError, CycleWindow, DayWindow, Every, Plan, Rollover},
};

impl Draft<'_> {
    /// Gives what the plan in force gives of the present day and was not given yet.
    pub(super) fn open_days(&mut self) -> Result<(), DecideError> {
        let Some(plan) = self.staged.plan_at(self.at).cloned() else { return Ok(()) };
        for allowance in plan.allowances() {
            if let Some(window) = self.day_of(allowance)? {
                self.allow(allowance, Window::Day(window), |missing| missing)?;
            }
        }
        Ok(())
    }

    /// The present day of a daily allowance; none where all of it was given.
    fn day_of(&self, allowance: &Allowance) -> Result<Option<DayWindow>, Box<Declined>> {
        let standing = self.staged.standing();
        let Some(reset) = allowance.every().daily_reset(standing.zone) else { return Ok(None) };
        let known = standing.given(allowance.name());
        let window = match known.map(|given| (given.window, given.promised)) {
            Some((Window::Day(window), promised)) if self.at < window.closes_at() => {
                return Ok((promised < allowance.amount()).then_some(window));
            }
            Some((Window::Day(window), _)) => window.at(reset, self.at),
            _ => DayWindow::first(reset, self.at),
        };
        window.map(Some).map_err(out_of_range)
    }

    /// Gives what a plan gives of a month and was not given yet: all of it, or as much as its terms give to whoever
    /// purchases it within the month.
    pub(super) fn open_month(
        &mut self,
        plan: &Plan,
        window: CycleWindow,
        purchased_at: Option<DateTime<Utc>>,
    ) -> Result<(), DecideError> {
        for allowance in plan.allowances().iter().filter(|allowance| allowance.every() == Every::Month) {
            let part = |missing| purchased_at.map_or(missing, |at| plan.proration().part(missing, window, at));
            self.allow(allowance, Window::Month(window), part)?;
        }
        Ok(())
    }

    /// Gives what is missing of a window to what an allowance promises, or a part of it. Where the account has no room
    /// for it, nothing is given.
    fn allow(
        &mut self,
        allowance: &Allowance,
        window: Window,
        part: impl FnOnce(Credits) -> Credits,
    ) -> Result<(), DecideError> {
        let known = self.staged.standing().given(allowance.name());
        let same = known.filter(|given| given.window == window);
        let (before, promised) = same.map_or((Credits::ZERO, Credits::ZERO), |given| (given.amount, given.promised));
        let missing = allowance.amount().checked_sub(promised).unwrap_or(Credits::ZERO);
        if missing <= Credits::ZERO {
            return Ok(());
        }
        let Some(terms) = self.terms_of(allowance, part(missing), window.closes_at()) else { return Ok(()) };
        let terms = Arc::new(terms);
        let amount = before.checked_add(terms.amount()).unwrap_or(Credits::MAX);
        let id = GrantId::allowed(self.next_seq());
        let (mut rolling, rolled) = match known {
            Some(known) if before > Credits::ZERO => (known.rolling.clone(), known.rolled.clone()),
            Some(known) => (Vec::new(), known.rolled.clone()),
            None => (Vec::new(), Vec::new()),
        };
        if allowance.rollover().is_some() {
            rolling.push(id.clone());
        }
        let (name, promised) = (allowance.name().clone(), allowance.amount());
        let given = Given { allowance: name, window, amount, promised, rolling, rolled };
        self.put_grant(&id, &terms, Fact::Allowed { grant: id.clone(), terms: terms.clone(), given })?;
        Ok(self.repay(&id)?)
    }

    /// The terms of a grant of so much of an allowance, if the account has room for it.
    fn terms_of(&self, allowance: &Allowance, amount: Credits, closes_at: DateTime<Utc>) -> Option<Grant> {
        let room = Limit::Lots.room(self.staged.live_lots(), 1).is_ok();
        let in_range = self.staged.totals.granted.checked_add(amount).is_some();
        allowance.grant_of(amount, closes_at).ok().filter(|_| room && in_range)
    }

    /// Gives what expired of an allowance anew, as far as the plan in force rolls it over.
    pub(super) fn roll_over(&mut self, lot: &Lot, rest: Credits) -> Result<(), DecideError> {
        let Some((plan, cycle)) = self.staged.standing().subscription.as_ref().map(|it| (it.plan.clone(), it.cycle))
        else {
            return Ok(());
        };
        let rolls = |known: &&Given| known.rolling.contains(&lot.id);
        let Some(mut given) = self.staged.standing().given.iter().find(rolls).cloned() else { return Ok(()) };
        let Some((allowance, rollover)) = rolling(&plan, &given) else { return Ok(()) };
        let Window::Month(month) = given.window else { return Ok(()) };
        given.rolling.retain(|id| *id != lot.id);
        // What ends at this very instant makes room, and what is set aside may come back.
        let is_kept = |lot: &Lot| lot.is_live() && lot.ended.is_none() && !lot.has_expired(self.instant());
        given.rolled.retain(|id| self.staged.lot(id).is_some_and(is_kept));
        let kept = given.rolled.iter().filter_map(|id| self.staged.lot(id)).flat_map(|lot| [lot.available, lot.held]);
        let kept = Credits::checked_sum(kept).unwrap_or(Credits::MAX);
        let amount = rollover.cap().checked_sub(kept).unwrap_or(Credits::ZERO).min(rest);
        let last = month.ordinal.saturating_add(rollover.months());
        let closes_at = cycle.window(last).ok().map(|window| window.closes_at);
        let terms = closes_at.and_then(|closes_at| self.terms_of(allowance, amount, closes_at));
        let Some(terms) = terms.map(Grant::sparing_debt).map(Arc::new) else { return Ok(()) };
        let grant = GrantId::rolled_over(self.next_seq());
        given.rolled.push(grant.clone());
        let fact = Fact::RolledOver { grant: grant.clone(), of: lot.id.clone(), terms: terms.clone(), given };
        self.put_grant(&grant, &terms, fact)
    }
}

/// The allowance of a plan that has given, if it rolls over.
fn rolling<'p>(plan: &'p Plan, given: &Given) -> Option<(&'p Allowance, Rollover)> {
    let allowance = plan.allowances().iter().find(|allowance| *allowance.name() == given.allowance)?;
    Some((allowance, allowance.rollover()?))
}

/// A calendar that leaves the years that can be stored.
#[expect(clippy::needless_pass_by_value, reason = "it is what an error is mapped with")]
pub(super) fn out_of_range(error: CalendarError) -> Box<Declined> {
    match error {
        CalendarError::YearOutOfRange { year } => Declined::TimeOutOfRange { year }.into(),
        _ => Declined::TimeOutOfRange { year: 9999 }.into(),
    }
}
