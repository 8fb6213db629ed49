//! Why a spend takes what it takes, or is refused, and what would make it possible.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Account, DecideError, Declined, Lifts, Records, burn_down::Place, declined::instant, draft::Draft, lifts::Refused,
    lot::Unfit, take::gives,
};
use crate::{
    credits::Credits,
    grant::{Grant, GrantKind},
    ids::{GrantId, Key},
    journal::{Command, Lot, Status},
    plan::{PlanName, TopUpName},
    spend::Spend,
};

/// How many instants are tried for one at which a refused spend becomes possible.
const INSTANTS_MAX: usize = 100;

/// What a spend would take at an instant: which lots were considered in which order, and why each was taken or skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What was to be spent.
    pub spend: Spend,
    /// The instant, never before the account's mark.
    pub at: DateTime<Utc>,
    /// Every grant of which something is left, in the order of spending.
    pub considered: Vec<Considered>,
    /// Why the spend is refused; `None` where it is not.
    pub declined: Option<Declined>,
    /// What would make a refused spend possible; each does by itself.
    pub cures: Vec<Cure>,
}

/// One lot that was considered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Considered {
    /// The grant.
    pub grant: GrantId,
    /// Why it was given.
    pub kind: GrantKind,
    /// What is neither used nor set aside of it.
    pub available: Credits,
    /// What the spend would take of it; of a refused spend, what it could.
    pub taken: Credits,
    /// Why so much.
    pub verdict: Verdict,
}

/// Why a lot is taken or skipped.
///
/// Complete on purpose: together these are all that can be said of a lot in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was its turn.
    Taken,
    /// The lots before it were enough.
    NotNeeded,
    /// Holds have set aside all that is left of it.
    AllHeld,
    /// It is for other work.
    OtherWork,
    /// It is not usable before this instant.
    NotYet(DateTime<Utc>),
    /// It expired at this instant.
    Over(DateTime<Utc>),
}

/// What would make a refused spend possible, if nothing else happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cure {
    /// A grant for this work, of at least so much.
    Grant(Credits),
    /// Something that costs at most so much.
    Smaller(Credits),
    /// Waiting until this instant, when a grant takes effect or a hold lapses.
    Wait(DateTime<Utc>),
    /// A cap of at least so much.
    Cap(Credits),
    /// Thawing the account.
    Thaw,
    /// Another plan.
    Plan(PlanName),
    /// A pack that can be bought.
    TopUp(TopUpName),
}

impl Account {
    /// What a spend would take at an instant, and why; nothing changes, and it is no promise for later.
    ///
    /// ```
    /// use studio_credits::{AccountId, Credits, Model, Spend, Studio, Unit, Work, account::Account};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
    /// let spend = Spend::new(work, Credits::from_whole(90))?;
    /// let explanation = account.explain(&spend, "2026-11-24T12:00:00Z".parse()?)?;
    /// assert_eq!(
    ///     explanation.to_string(),
    ///     "90 for kling-3.0 in video, refused: 90 required and 0 available for this work: 90 missing\n  \
    ///      possible with a grant of 90 for this work\n"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecideError::Corrupt`] when what is stored contradicts itself, and [`DecideError::Declined`] for an instant
    /// that cannot be stored. A spend that is refused is explained.
    pub fn explain(&self, spend: &Spend, now: DateTime<Utc>) -> Result<Explanation, DecideError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        let draft = self.seen_at(&records, &key, now)?;
        let considered = considered(&draft, spend);
        let mut declined = self.refusal(spend, draft.at)?;
        let hold = Command::Hold(spend.clone());
        let refused = Refused { account: self, records: &records, key: &key, command: &hold, at: draft.at };
        let cures = declined.as_mut().map_or_else(Vec::new, |declined| {
            refused.tell(declined);
            self.cures(declined, spend, &refused)
        });
        Ok(Explanation { spend: spend.clone(), at: draft.at, considered, declined, cures })
    }

    /// Why a hold of this would be refused, without what would lift it.
    fn refusal(&self, spend: &Spend, at: DateTime<Utc>) -> Result<Option<Declined>, DecideError> {
        if self.status == Status::Closed {
            return Ok(Some(Declined::Closed));
        }
        // A look, which needs no record of the debts that are repaid by then.
        let (key, records) = (Key::of_nobody(), Records::default());
        match self.seen_at(&records, &key, at)?.hold_new(spend) {
            Ok(()) => Ok(None),
            Err(DecideError::Declined(declined)) => Ok(Some(*declined)),
            Err(error) => Err(error),
        }
    }

    fn cures(&self, declined: &Declined, spend: &Spend, refused: &Refused<'_>) -> Vec<Cure> {
        let at = refused.at;
        match declined {
            Declined::Insufficient { available, shortfall, lifts, .. } => {
                let smaller = (!available.is_zero()).then_some(Cure::Smaller(*available));
                let wait = self.possible_at(spend, at).map(Cure::Wait);
                // With more credits, a limit that says no as well still would.
                let grant = Grant::new(GrantKind::Promotional, *shortfall).ok();
                let grant = grant.filter(|grant| refused.is_lifted_by(&Command::Grant(grant.clone().into())));
                let grant = grant.map(|_| Cure::Grant(*shortfall));
                let own = [grant, smaller, wait].into_iter().flatten();
                own.chain(lifted(lifts)).collect()
            }
            Declined::OverLimit { used, max, resets_at, lifts, .. } => {
                let left = max.checked_sub(*used).filter(|left| *left > Credits::ZERO);
                let wait = self.is_possible_again(spend, *resets_at).then_some(Cure::Wait(*resets_at));
                let own = [left.map(Cure::Smaller), wait].into_iter().flatten();
                own.chain(lifted(lifts)).collect()
            }
            Declined::TooManyHolds { lifts, .. } => {
                self.possible_at(spend, at).map(Cure::Wait).into_iter().chain(lifted(lifts)).collect()
            }
            Declined::NotEntitled { lifts, .. } | Declined::TooManyOutputs { lifts, .. } => lifted(lifts).collect(),
            // What is refused for this first may be refused for something else after that.
            Declined::OverCap { amount, .. } => {
                let raised = spend.clone().with_amount_max(*amount);
                let is_enough = raised.is_ok_and(|raised| self.is_possible(&raised, at));
                is_enough.then_some(Cure::Cap(*amount)).into_iter().collect()
            }
            Declined::Frozen => {
                let thawed = Self { status: Status::Open, ..self.clone() };
                thawed.is_possible(spend, at).then_some(Cure::Thaw).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_possible(&self, spend: &Spend, at: DateTime<Utc>) -> bool {
        matches!(self.refusal(spend, at), Ok(None))
    }

    /// Whether work for so much is possible at an instant, by when it would have to be quoted again.
    fn is_possible_again(&self, spend: &Spend, at: DateTime<Utc>) -> bool {
        let again = Spend::new(spend.work().as_ref().clone(), spend.amount());
        again.is_ok_and(|again| self.is_possible(&again, at))
    }

    /// The first instant at which the spend is possible, of the next ones at which credits become usable.
    fn possible_at(&self, spend: &Spend, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let effects = self.lots().filter_map(|lot| lot.grant.effective_at());
        let lapses = self.holds.values().map(|hold| hold.lapses_at);
        let (key, records) = (Key::of_nobody(), Records::default());
        let refill = self.seen_at(&records, &key, at).ok()?.staged.next_refill(Some(spend.work()), at);
        let mut instants: Vec<_> =
            effects.chain(lapses).chain(refill.map(|refill| refill.at)).filter(|instant| *instant > at).collect();
        instants.sort_unstable();
        instants.dedup();
        instants.into_iter().take(INSTANTS_MAX).find(|instant| self.is_possible(spend, *instant))
    }
}

fn lifted(lifts: &Lifts) -> impl Iterator<Item = Cure> {
    let plans = lifts.plans.iter().cloned().map(Cure::Plan);
    plans.chain(lifts.top_ups.iter().cloned().map(Cure::TopUp))
}

fn considered(draft: &Draft<'_>, spend: &Spend) -> Vec<Considered> {
    let staged = &draft.staged;
    // What has expired by now is told as well, and so is what is given anew.
    let known = draft.base().lots().filter_map(|lot| staged.lot(&lot.id));
    let known = known.filter(|lot| lot.is_live() || lot.has_expired(draft.at));
    let given = staged.live().filter(|lot| draft.base().lot(&lot.id).is_none());
    let mut lots: Vec<&Lot> = known.chain(given).collect();
    lots.sort_by_cached_key(|lot| Place::of(lot));
    let mut left = spend.amount();
    let mut consider = |lot: &Lot| {
        let given = gives(lot, left, Some(spend.work()), draft.at);
        let (taken, verdict) = match given {
            Err(Unfit::NotYet(at)) => (Credits::ZERO, Verdict::NotYet(at)),
            Err(Unfit::Over(at)) => (Credits::ZERO, Verdict::Over(at)),
            Err(Unfit::OtherWork) => (Credits::ZERO, Verdict::OtherWork),
            Ok(_) if left.is_zero() => (Credits::ZERO, Verdict::NotNeeded),
            Ok(taken) if taken.is_zero() => (taken, Verdict::AllHeld),
            Ok(taken) => (taken, Verdict::Taken),
        };
        left = left.checked_sub(taken).unwrap_or(Credits::ZERO);
        let (grant, kind) = (lot.id.clone(), lot.grant.kind().clone());
        Considered { grant, kind, available: lot.available, taken, verdict }
    };
    lots.into_iter().map(&mut consider).collect()
}

/// The explanation as a person reads it, a line for each lot.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, work) = (self.spend.amount(), self.spend.work());
        write!(f, "{amount} for {} in {}", work.model, work.studio)?;
        match &self.declined {
            Some(declined) => writeln!(f, ", refused: {declined}")?,
            None => writeln!(f, ", possible")?,
        }
        for Considered { grant, kind, available, taken, verdict } in &self.considered {
            writeln!(f, "  {grant} ({}), {available} available: {taken} taken, {verdict}", kind.as_str())?;
        }
        self.cures.iter().try_for_each(|cure| writeln!(f, "  possible with {cure}"))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("in its turn"),
            Self::NotNeeded => f.write_str("as the lots before it were enough"),
            Self::AllHeld => f.write_str("as holds have set aside all of it"),
            Self::OtherWork => f.write_str("as it is for other work"),
            Self::NotYet(at) => write!(f, "as it is usable from {} on", instant(at)),
            Self::Over(at) => write!(f, "as it expired at {}", instant(at)),
        }
    }
}

impl fmt::Display for Cure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant(amount) => write!(f, "a grant of {amount} for this work"),
            Self::Smaller(amount) => write!(f, "work that costs at most {amount}"),
            Self::Wait(at) => write!(f, "what is usable from {} on", instant(at)),
            Self::Cap(amount) => write!(f, "a cap of {amount}"),
            Self::Thaw => f.write_str("the account thawed"),
            Self::Plan(plan) => write!(f, "plan `{plan}`"),
            Self::TopUp(pack) => write!(f, "top-up `{pack}`"),
        }
    }
}
