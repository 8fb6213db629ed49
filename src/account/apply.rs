//! Folding one entry into an account. Nothing is decided here; what does not follow is corrupt.

use std::sync::Arc;

use super::{Account, agenda::Due, fold::Corrupt, law, staged::Staged};
use crate::{
    grant::Grant,
    ids::GrantId,
    journal::{Adjustment, Counter, Debt, Ended, Entry, Fact, Hold, Lot, Part, Posting, Standing, Status, Totals},
    planted::planted,
};

/// What is different after an entry.
struct Folded {
    totals: Totals,
    lots: Vec<Lot>,
    debts: Option<Vec<Debt>>,
    standing: Option<Standing>,
    counted: Vec<Counter>,
}

impl Account {
    /// Folds an entry that follows the last one. It decides nothing, and holds every law against the entry.
    ///
    /// ```
    /// use studio_credits::{AccountId, Key, Reason, Unit};
    /// use studio_credits::account::{Account, Decision, Records};
    /// use studio_credits::journal::{Command, RecordName, Status};
    ///
    /// let mut account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let (key, now) = (Key::new("dispute-3")?, "2026-11-24T12:00:00Z".parse()?);
    /// let mut records = Records::default();
    /// records.set(RecordName::Receipt(key.clone()), None);
    /// let freeze = Command::Freeze { reason: Reason::new("a dispute")? };
    /// let Decision::Write(changes) = account.decide(&records, &key, &freeze, now)? else { panic!() };
    /// for entry in &changes.entries {
    ///     account.apply(entry)?;
    /// }
    /// assert_eq!(account.status(), Status::Frozen);
    /// let twice = account.apply(&changes.entries[1]).unwrap_err();
    /// assert_eq!(twice.to_string(), "account `user-7` is corrupt at entry 2: it follows entry 2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Corrupt`] when the entry does not follow from those before it. Then nothing has changed.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), Corrupt> {
        let corrupt = |what| Corrupt { account: self.id.clone(), seq: entry.seq, what };
        let Folded { totals, lots, debts, standing, counted } = self.folded(entry).map_err(corrupt)?;
        self.seq = entry.seq;
        self.mark = entry.at;
        self.hash = entry.hash;
        self.totals = totals;
        if let Some(debts) = debts {
            self.debts = debts;
        }
        if let Some(standing) = standing {
            self.turn_at = standing.next_turn(0).map(|(at, _)| at);
            self.standing = standing;
        }
        for counter in counted {
            self.standing.put_counter(counter);
        }
        for lot in lots {
            self.keep_lot(lot);
        }
        self.keep_fact(entry);
        Ok(())
    }

    fn folded(&self, entry: &Entry) -> Result<Folded, String> {
        law::follows(self, entry)?;
        let mut staged = Staged::of(self);
        staged.prepare(entry)?;
        law::legs(&staged, entry)?;
        entry.postings.iter().try_for_each(|posting| staged.post(posting))?;
        entry.debts.iter().try_for_each(|change| staged.owe(change))?;
        staged.stand(entry)?;
        if let Fact::Settled { absorbed, .. } = &entry.fact {
            let sum = staged.totals.absorbed.checked_add(*absorbed).filter(|_| !absorbed.is_negative());
            staged.totals.absorbed = sum.ok_or("what was absorbed is out of range")?;
        }
        if staged.totals != entry.totals {
            return Err("the totals after it are not those before it and what it moves".to_owned());
        }
        if let Some(lot) = staged.lots.iter().find(|lot| !lot.is_whole()) {
            return Err(format!("the parts of lot `{}` are not its grant", lot.id));
        }
        let Staged { totals, lots, debts, standing, counted, .. } = staged;
        Ok(Folded { totals, lots, debts, standing, counted })
    }

    /// Keeps a lot as long as it lives, and its expiry as long as something is available.
    fn keep_lot(&mut self, lot: Lot) {
        let due = lot.grant.expires_at().map(|at| Due::expire(at, &lot.id));
        match (self.lots.keep(lot), due) {
            ((false, true), Some(due)) => drop(self.dues.insert(due)),
            ((true, false), Some(due)) => drop(self.dues.remove(&due)),
            _ => {}
        }
    }

    fn keep_fact(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::Held { hold, work, amount, terms, basis, lapses_at } => {
                let part = |posting: &Posting| Part { lot: posting.lot.clone(), amount: posting.amount };
                let hold = Hold {
                    id: hold.clone(),
                    work: work.clone(),
                    amount: *amount,
                    terms: *terms,
                    basis: basis.clone(),
                    parts: entry.postings.iter().map(part).collect(),
                    held_at: entry.at,
                    held_seq: entry.seq,
                    lapses_at: *lapses_at,
                    unknown: false,
                };
                self.parts = self.parts.saturating_add(hold.parts.len());
                self.dues.insert(Due::lapse(hold.lapses_at, &hold.id));
                self.holds.insert(hold.id.clone(), Box::new(hold));
            }
            Fact::Released { .. } if planted!("released-twice") => {}
            Fact::Settled { hold, .. } | Fact::Released { hold, .. } | Fact::Lapsed { hold } => {
                if let Some(hold) = self.holds.remove(hold) {
                    self.parts = self.parts.saturating_sub(hold.parts.len());
                    self.dues.remove(&Due::lapse(hold.lapses_at, &hold.id));
                }
            }
            Fact::MarkedUnknown { hold, lapses_at } | Fact::Extended { hold, lapses_at } => {
                if let Some(hold) = self.holds.get_mut(hold) {
                    self.dues.remove(&Due::lapse(hold.lapses_at, &hold.id));
                    hold.lapses_at = *lapses_at;
                    hold.unknown |= matches!(entry.fact, Fact::MarkedUnknown { .. });
                    self.dues.insert(Due::lapse(hold.lapses_at, &hold.id));
                }
            }
            Fact::Frozen { .. } => self.status = Status::Frozen,
            Fact::Thawed { .. } => self.status = Status::Open,
            Fact::Closed { .. } => self.status = Status::Closed,
            Fact::Opened { .. }
            | Fact::Granted { .. }
            | Fact::Repaid { .. }
            | Fact::Charged { .. }
            | Fact::Refunded { .. }
            | Fact::Renewed { .. }
            | Fact::Expired { .. }
            | Fact::Revoked { .. }
            | Fact::ChargedBack { .. }
            | Fact::Adjusted { .. }
            | Fact::MarkRepaired { .. }
            | Fact::Allowed { .. }
            | Fact::RolledOver { .. }
            | Fact::Subscribed { .. }
            | Fact::SubscriptionRenewed { .. }
            | Fact::PlanChanged { .. }
            | Fact::ChangeScheduled { .. }
            | Fact::Cancelled { .. }
            | Fact::Resumed { .. }
            | Fact::PaymentFailed { .. }
            | Fact::SubscriptionEnded { .. }
            | Fact::ZoneSet { .. }
            | Fact::Joined { .. }
            | Fact::Limited { .. }
            | Fact::Left { .. }
            | Fact::RewardPromised { .. }
            | Fact::Rewarded { .. }
            | Fact::RewardWithdrawn { .. }
            | Fact::AutoTopUpSet { .. } => {}
        }
    }
}

impl Staged<'_> {
    /// Brings in the lots that an entry gives or revives, and marks the one that it ends.
    fn prepare(&mut self, entry: &Entry) -> Result<(), String> {
        match &entry.fact {
            Fact::Granted { grant, terms }
            | Fact::Renewed { grant, terms, .. }
            | Fact::Allowed { grant, terms, .. }
            | Fact::RolledOver { grant, terms, .. }
            | Fact::Rewarded { grant, terms, .. } => self.bring(grant, terms, entry),
            Fact::PlanChanged { ends: true, .. } | Fact::SubscriptionEnded { .. } => {
                let subscription = self.standing().subscription.clone().ok_or("there is no subscription")?;
                self.ending(&subscription.plan).iter().for_each(|id| self.end(id, Ended::WithPlan));
                Ok(())
            }
            Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => {
                let lot = entry.postings.first().map(|posting| &posting.lot).ok_or("it gives nothing")?;
                self.bring(lot, terms, entry)
            }
            Fact::Refunded { reopened, .. } => reopened.iter().try_for_each(|lot| {
                if self.lot(&lot.id).is_some() || lot.is_live() || !lot.is_whole() {
                    return Err(format!("lot `{}` cannot live again", lot.id));
                }
                self.put_lot(lot.clone());
                Ok(())
            }),
            Fact::Revoked { grant, .. } => {
                self.end(grant, Ended::Revoked);
                Ok(())
            }
            Fact::ChargedBack { grant, .. } => {
                self.end(grant, Ended::ChargedBack);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn bring(&mut self, id: &GrantId, terms: &Arc<Grant>, entry: &Entry) -> Result<(), String> {
        if self.lot(id).is_some() {
            return Err(format!("there is a lot `{id}` already"));
        }
        self.put_lot(Lot::empty(id.clone(), terms.clone(), entry.at));
        Ok(())
    }

    /// A lot that was used up before is a record, and is marked there.
    fn end(&mut self, id: &GrantId, ended: Ended) {
        if let Some(lot) = self.lot_mut(id) {
            lot.ended = Some(ended);
        }
    }
}
