//! Setting credits aside, for how long, and giving them back.

use chrono::{DateTime, Utc};

use super::{
    DecideError, Declined, Lifts, Limit,
    decide::whole,
    draft::{Draft, charge_of},
    reach::Reach,
    take::Taken,
};
use crate::{
    credits::Credits,
    ids::HoldId,
    journal::{Bucket, Charge, ChargeState, Counter, Fact, Hold, Status},
    outcome::Outcome,
    planted::planted,
    spend::{Life, Spend, Terms},
};

impl<'a> Draft<'a> {
    /// Sets an amount aside. Its lots stay its own, whatever becomes of the grants meanwhile.
    pub(super) fn hold_new(&mut self, spend: &Spend) -> Result<(), DecideError> {
        let hold = self.new_id()?;
        let taken = self.affordable(spend, Bucket::Held)?;
        let (holds, parts) = self.open_holds();
        Limit::Holds.room(holds, 1)?;
        Limit::Parts.room(parts, taken.legs.len())?;
        let terms = self.terms(spend);
        let lapses_at = self.lapses_at(terms.life())?;
        let fact = Fact::Held {
            hold,
            work: spend.work().clone(),
            amount: spend.amount(),
            terms,
            basis: spend.quoted().map(|quoted| quoted.basis().clone()),
            lapses_at,
        };
        Ok(self.write(fact, taken.legs, Vec::new())?)
    }

    /// Charges an amount in one step.
    pub(super) fn charge_now(&mut self, spend: &Spend) -> Result<(), DecideError> {
        let charge = self.new_id()?;
        let taken = self.affordable(spend, Bucket::Spent)?;
        let hold = Hold {
            id: charge.clone(),
            work: spend.work().clone(),
            amount: spend.amount(),
            terms: self.terms(spend),
            basis: spend.quoted().map(|quoted| quoted.basis().clone()),
            parts: Vec::new(),
            held_at: self.at,
            held_seq: self.next_seq(),
            lapses_at: self.at,
            unknown: false,
        };
        let mut record = charge_of(&hold, ChargeState::Settled, self.at);
        record.outcome = Some(Outcome::Delivered);
        record.settled = spend.amount();
        record.parts = taken.parts();
        self.keep_charge(record);
        let fact = Fact::Charged { charge, work: hold.work, amount: hold.amount, basis: hold.basis };
        Ok(self.write(fact, taken.legs, Vec::new())?)
    }

    /// Gives back what a hold set aside.
    pub(super) fn release(&mut self, id: &HoldId, outcome: Outcome) -> Result<(), DecideError> {
        let hold = self.open(id)?;
        if outcome == Outcome::Unknown {
            return Err(Declined::OutcomeUnknown { hold: id.clone() }.into());
        }
        let legs = self.returned(&hold.parts, self.at)?;
        let mut record = charge_of(hold, ChargeState::Released, self.at);
        record.outcome = Some(outcome);
        self.keep_charge(record);
        Ok(self.write(Fact::Released { hold: id.clone(), outcome }, legs, Vec::new())?)
    }

    /// Moves the deadline of a hold to at least a life from now.
    pub(super) fn prolong(&mut self, id: &HoldId, life: Life, unknown: bool) -> Result<(), DecideError> {
        let held = self.open(id)?;
        let lapses_at = self.lapses_at(life)?.max(held.lapses_at);
        let latest = held.held_at.checked_add_signed(Life::MAX.delta()).unwrap_or(held.held_at);
        if lapses_at > latest {
            return Err(Declined::HoldTooLong { hold: id.clone(), lapses_at, latest }.into());
        }
        let hold = id.clone();
        let fact = if unknown { Fact::MarkedUnknown { hold, lapses_at } } else { Fact::Extended { hold, lapses_at } };
        Ok(self.write(fact, Vec::new(), Vec::new())?)
    }

    /// A hold that is open now; says what became of it otherwise.
    pub(super) fn open(&self, id: &HoldId) -> Result<&'a Hold, Box<Declined>> {
        if let Some(open) = self.hold(id) {
            return Ok(open);
        }
        let hold = id.clone();
        match self.charge(id) {
            Some(Charge { state, resolved_at, .. }) => {
                Err(Declined::HoldResolved { hold, state: *state, resolved_at: *resolved_at }.into())
            }
            None => Err(Declined::UnknownHold { hold }.into()),
        }
    }

    /// What a new hold or charge is known by: the key, which no open hold may have.
    fn new_id(&self) -> Result<HoldId, Box<Declined>> {
        let id = self.key.into();
        match self.hold(&id) {
            Some(_) => Err(Declined::Forgotten { key: self.key.clone() }.into()),
            None => Ok(id),
        }
    }

    fn lapses_at(&self, life: Life) -> Result<DateTime<Utc>, Box<Declined>> {
        whole(self.at.checked_add_signed(life.delta()).unwrap_or(self.at))
    }

    /// The terms that work is held on: its own, those of the plan, or the usual ones.
    fn terms(&self, spend: &Spend) -> Terms {
        let of_plan = || self.staged.plan_at(self.at).map(|plan| plan.terms());
        spend.terms().or_else(of_plan).unwrap_or_default()
    }

    /// The lots that pay for a spend, if the plan lets it be and they do.
    fn affordable(&mut self, spend: &Spend, to: Bucket) -> Result<Taken, Box<Declined>> {
        if self.base().status == Status::Frozen && !planted!("frozen-goes-on") {
            return Err(Declined::Frozen.into());
        }
        if let Some(quoted) = spend.quoted().filter(|quoted| self.at >= quoted.valid_until()) {
            return Err(Declined::QuoteOver { valid_until: quoted.valid_until(), at: self.at }.into());
        }
        self.same_unit(spend.unit())?;
        let required = spend.amount();
        if let Some(max) = spend.amount_max().filter(|max| required > *max) {
            return Err(Declined::OverCap { amount: required, max }.into());
        }
        let is_hold = to == Bucket::Held;
        self.entitled(spend, is_hold)?;
        let counted = self.counted(spend);
        if required <= self.staged.totals.available {
            let taken = self.staged.take(required, Some(spend.work()), self.at, to);
            if taken.amount == required {
                let since_seq = self.next_seq();
                self.counters = counted?.into_iter().map(|counter| Counter { since_seq, ..counter }).collect();
                return Ok(taken);
            }
        }
        let Reach { available, elsewhere, upcoming, next } = self.staged.reach(spend.work(), self.at);
        if let Some(narrower) = counted.err().filter(|limit| limit.room().is_none_or(|room| room <= available)) {
            return Err(narrower);
        }
        let shortfall = required.checked_sub(available).unwrap_or(Credits::ZERO);
        let held = self.staged.totals.held;
        let refill = self.staged.next_refill(Some(spend.work()), self.at);
        let lifts = Lifts::default();
        let refusal =
            Declined::Insufficient { required, available, held, shortfall, elsewhere, upcoming, next, refill, lifts };
        Err(refusal.into())
    }
}
