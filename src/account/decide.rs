//! What a command would write, or why it is refused.

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};

use super::{Account, Changes, Corrupt, Declined, Records, draft::Draft, lifts::Refused};
use crate::{
    ids::Key,
    journal::{Command, Receipt, RecordName, Status},
    planted::planted,
};

/// How far an instant may be before the time mark of an account, and is then raised to it: 5 minutes, beyond what
/// clocks of hosts differ by that are kept in order.
pub const BEHIND_MAX: TimeDelta = TimeDelta::minutes(5);

/// What is to be done about a command that is not refused.
///
/// Complete on purpose: it is done now, or was done before.
#[must_use = "nothing has changed until what is decided is written"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// These are to be written, all or nothing.
    Write(Changes),
    /// The same was done before under this key: nothing is to be written.
    Repeat(Receipt),
}

/// Why a command cannot be decided on, or is refused.
///
/// Complete on purpose: a refusal is an answer, and the others are faults of the store or of the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// What is stored contradicts itself.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The rules say no.
    #[error(transparent)]
    Declined(#[from] Box<Declined>),
    /// A record that [`Account::needs`] names was not looked up.
    #[error("record `{name}` was not looked up: a command is decided on with all that it needs")]
    Unknown {
        /// The first of them.
        name: RecordName,
    },
}

impl From<Declined> for DecideError {
    fn from(declined: Declined) -> Self {
        Self::Declined(Box::new(declined))
    }
}

impl Account {
    /// What a command would write at an instant, or the receipt of the same command done before. Nothing changes yet.
    ///
    /// `records` has what there is under each of the names that [`Account::needs`] gives.
    ///
    /// ```
    /// use studio_credits::{AccountId, Key, Reason, Unit};
    /// use studio_credits::account::{Account, Records};
    /// use studio_credits::journal::{Command, RecordName};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let (key, now) = (Key::new("dispute-3")?, "2026-11-24T12:00:00Z".parse()?);
    /// let mut records = Records::default();
    /// records.set(RecordName::Receipt(key.clone()), None);
    /// let thaw = Command::Thaw { reason: Reason::new("settled")? };
    /// let refusal = account.decide(&records, &key, &thaw, now).unwrap_err();
    /// assert_eq!(refusal.to_string(), "the account is open already");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecideError::Declined`] when the rules say no, [`DecideError::Corrupt`] when what is stored contradicts
    /// itself, and [`DecideError::Unknown`] when a record was not looked up.
    pub fn decide(
        &self,
        records: &Records,
        key: &Key,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<Decision, DecideError> {
        let receipt = records.receipt(key).map_err(|name| DecideError::Unknown { name })?;
        if let Some(name) = self.needs_beside(records, command).into_iter().next() {
            return Err(DecideError::Unknown { name });
        }
        if let Some(name) = records.misplaced() {
            return Err(self.corrupt(format!("there is another record under the name `{name}`")).into());
        }
        if let Some(receipt) = receipt.filter(|_| !planted!("receipt-ignored")) {
            return match receipt.command.difference(command) {
                None => Ok(Decision::Repeat(receipt.clone())),
                Some(_) if planted!("other-intent-answered") => Ok(Decision::Repeat(receipt.clone())),
                Some(difference) => Err(Declined::KeyReused { key: key.clone(), difference }.into()),
            };
        }
        if self.status == Status::Closed {
            return Err(Declined::Closed.into());
        }
        let repair = matches!(command, Command::RepairMark { .. });
        let at = if repair { self.before_mark(now)? } else { self.effective(now)? };
        let mut draft = Draft::of(self, records, key, at);
        if !repair {
            // The first day of an account opens where it is to go by from the start.
            let days = !(self.seq == 0 && matches!(command, Command::SetZone { .. }));
            draft.begin(days)?;
        }
        match draft.command(command) {
            Ok(()) => Ok(Decision::Write(draft.finish(command))),
            Err(DecideError::Declined(mut declined)) => {
                Refused { account: self, records, key, command, at }.tell(&mut declined);
                Err(declined.into())
            }
            Err(error) => Err(error),
        }
    }

    /// The instant that a call happens at: never before the mark.
    pub(super) fn effective(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Box<Declined>> {
        let (now, mark) = (whole(now)?, self.mark);
        if now >= mark || planted!("raw-clock") && mark.signed_duration_since(now) <= BEHIND_MAX {
            return Ok(now);
        }
        let behind = mark.signed_duration_since(now);
        if behind > BEHIND_MAX { Err(Declined::TimeBehind { now, mark }.into()) } else { Ok(mark) }
    }

    /// The instant of a call that sets the mark back.
    fn before_mark(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Box<Declined>> {
        let now = whole(now)?;
        if now < self.mark { Ok(now) } else { Err(Declined::MarkSound { now, mark: self.mark }.into()) }
    }
}

/// An instant in whole microseconds, of a year that has four digits in every stored form.
pub(super) fn whole(now: DateTime<Utc>) -> Result<DateTime<Utc>, Box<Declined>> {
    /// The first second of the year 10,000.
    const END: i64 = 253_402_300_800;
    if (0..END).contains(&now.timestamp()) {
        Ok(if now.timestamp_subsec_nanos().is_multiple_of(1_000) { now } else { now.trunc_subsecs(6) })
    } else {
        Err(Declined::TimeOutOfRange { year: now.year() }.into())
    }
}

impl Draft<'_> {
    pub(super) fn command(&mut self, command: &Command) -> Result<(), DecideError> {
        match command {
            Command::Grant(grant) => self.grant(grant),
            Command::Hold(spend) => self.hold_new(spend),
            Command::Settle { hold, settlement } => self.settle(hold, settlement),
            Command::MarkUnknown { hold, life } => self.prolong(hold, *life, true),
            Command::Extend { hold, life } => self.prolong(hold, *life, false),
            Command::Release { hold, outcome } => self.release(hold, *outcome),
            Command::Charge(spend) => self.charge_now(spend),
            Command::Refund { charge, amount, reason } => self.refund(charge, *amount, reason),
            Command::Revoke { grant, reason } => self.revoke(grant, reason),
            Command::ChargeBack { grant, reason } => self.charge_back(grant, reason),
            Command::Adjust { actor, reason, adjustment } => self.adjust(actor, reason, adjustment),
            Command::Subscription(command) => self.subscription(command),
            Command::BuyTopUp { pack, reference, by } => self.buy_top_up(pack, reference, by.as_ref()),
            Command::Reward(command) => self.reward(command),
            Command::Team(command) => self.team(command),
            Command::SetZone { zone } => self.set_zone(*zone),
            Command::SetAutoTopUp { values, by } => self.set_auto_top_up(*values, by.as_ref()),
            Command::Freeze { reason } => self.freeze(reason),
            Command::Thaw { reason } => self.thaw(reason),
            Command::Close { reason } => self.close(reason),
            Command::RepairMark { actor, reason } => self.repair_mark(actor, reason),
        }
    }
}
