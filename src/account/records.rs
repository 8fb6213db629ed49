//! The records that a command needs, and those that a store had of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Account;
use crate::{
    ids::{AccountId, GrantId, HoldId, Key},
    journal::{
        Adjustment, Charge, Command, DebtOf, Lot, Receipt, Record, RecordName, Referral, Referred, ReferredState,
        RewardCommand, SubscriptionCommand,
    },
    planted::planted,
};

/// The records that were asked for, and what there was under each name.
///
/// ```
/// use studio_credits::{Key, account::Records, journal::RecordName};
///
/// let name = RecordName::Receipt(Key::new("job-41")?);
/// let mut records = Records::default();
/// assert!(!records.knows(&name));
/// records.set(name.clone(), None);
/// assert!(records.knows(&name) && records.get(&name).is_none());
/// # Ok::<(), studio_credits::IdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Boxed, as a record is many times as large as its name, and most are looked up to find that there is none.
    found: BTreeMap<RecordName, Option<Box<Record>>>,
    /// The names under which there is a record of another name.
    misplaced: BTreeSet<RecordName>,
}

impl Records {
    /// Says what there is under a name, in place of what was said before.
    pub fn set(&mut self, name: RecordName, record: Option<Record>) {
        if record.as_ref().is_some_and(|record| record.name() != name) {
            self.misplaced.insert(name.clone());
        } else {
            self.misplaced.remove(&name);
        }
        self.found.insert(name, record.map(Box::new));
    }

    /// Whether it was asked what there is under a name.
    pub fn knows(&self, name: &RecordName) -> bool {
        self.found.contains_key(name)
    }

    /// What there is under a name.
    pub fn get(&self, name: &RecordName) -> Option<&Record> {
        self.found.get(name)?.as_deref()
    }

    /// A name under which there is a record of another name.
    pub(super) fn misplaced(&self) -> Option<&RecordName> {
        self.misplaced.first()
    }

    /// What there is under the key of a command; the name of it where that was not asked.
    pub(super) fn receipt(&self, key: &Key) -> Result<Option<&Receipt>, RecordName> {
        let name = RecordName::Receipt(key.clone());
        match self.found.get(&name).map(Option::as_deref) {
            Some(Some(Record::Receipt(receipt))) => Ok(Some(receipt)),
            Some(_) => Ok(None),
            None => Err(name),
        }
    }

    pub(super) fn charge(&self, hold: &HoldId) -> Option<&Charge> {
        match self.get(&RecordName::Charge(hold.clone()))? {
            Record::Charge(charge) => Some(charge),
            _ => None,
        }
    }

    pub(super) fn referred(&self, referral: &Referral) -> Option<&Referred> {
        match self.get(&RecordName::Referred(referral.clone()))? {
            Record::Referred(referred) => Some(referred),
            _ => None,
        }
    }

    pub(super) fn lot(&self, grant: &GrantId) -> Option<&Lot> {
        match self.get(&RecordName::Lot(grant.clone()))? {
            Record::Lot(lot) => Some(lot),
            _ => None,
        }
    }
}

impl Account {
    /// The records that [`Account::decide`] needs for this command, beside those that were looked up already.
    ///
    /// Most commands need one, the receipt of their key. A refund needs the charge first, and then the lots of it that
    /// are used up, so ask again until nothing is named.
    pub fn needs(&self, records: &Records, key: &Key, command: &Command) -> Vec<RecordName> {
        let receipt = RecordName::Receipt(key.clone());
        let receipt = (!records.knows(&receipt)).then_some(receipt);
        receipt.into_iter().chain(self.needs_beside(records, command)).collect()
    }

    /// The same without the receipt.
    pub(super) fn needs_beside(&self, records: &Records, command: &Command) -> Vec<RecordName> {
        let mut names = Vec::new();
        let mut need = |name: RecordName| {
            if !records.knows(&name) && !names.contains(&name) {
                names.push(name);
            }
        };
        if self.gives_by_itself() {
            self.debtors().for_each(&mut need);
        }
        match command {
            Command::Grant(grant) | Command::Adjust { adjustment: Adjustment::Give(grant), .. } => {
                grant.reference().cloned().map(RecordName::Reference).into_iter().for_each(&mut need);
                if grant.repays_debt() || planted!("any-grant-repays") {
                    self.debtors().for_each(need);
                }
            }
            Command::Adjust { adjustment: Adjustment::Forgive(_), .. } => self.debtors().for_each(need),
            Command::Settle { hold, .. }
            | Command::Release { hold, .. }
            | Command::MarkUnknown { hold, .. }
            | Command::Extend { hold, .. } => {
                if !self.holds.contains_key(hold) {
                    need(RecordName::Charge(hold.clone()));
                }
            }
            Command::Refund { charge, .. } => {
                need(RecordName::Charge(charge.clone()));
                let parts = records.charge(charge).map_or(&[][..], |charge| &charge.parts);
                let used_up = parts.iter().filter(|part| self.lots.get(&part.lot).is_none());
                used_up.map(|part| RecordName::Lot(part.lot.clone())).for_each(need);
            }
            Command::Revoke { grant, .. } | Command::ChargeBack { grant, .. } => {
                if self.lots.get(grant).is_none() {
                    need(RecordName::Lot(grant.clone()));
                }
            }
            Command::Subscription(
                SubscriptionCommand::Subscribe { reference, .. }
                | SubscriptionCommand::Renew { reference, .. }
                | SubscriptionCommand::Upgrade { reference, .. },
            )
            | Command::BuyTopUp { reference, .. } => {
                need(RecordName::Reference(reference.clone()));
                self.debtors().for_each(need);
            }
            Command::Reward(command) => {
                let (reward, referee) = match command {
                    RewardCommand::Give { reward, referee } => (reward, referee.as_ref()),
                    RewardCommand::Promise { reward, referee } | RewardCommand::TakeBack { reward, referee, .. } => {
                        (reward, Some(referee))
                    }
                };
                let referral = |referee: &AccountId| Referral { reward: reward.clone(), referee: referee.clone() };
                let referral = referee.map(referral);
                let given = referral.as_ref().and_then(|referral| records.referred(referral));
                referral.map(RecordName::Referred).into_iter().for_each(&mut need);
                // What is taken back may be used up.
                if let (RewardCommand::TakeBack { .. }, Some(Referred { state: ReferredState::Given { grant }, .. })) =
                    (command, given)
                    && self.lots.get(grant).is_none()
                {
                    need(RecordName::Lot(grant.clone()));
                }
                self.debtors().for_each(need);
            }
            Command::Subscription(_)
            | Command::Team(_)
            | Command::SetZone { .. }
            | Command::SetAutoTopUp { .. }
            | Command::Hold(_)
            | Command::Charge(_)
            | Command::Adjust { adjustment: Adjustment::Take(_), .. }
            | Command::Freeze { .. }
            | Command::Thaw { .. }
            | Command::Close { .. }
            | Command::RepairMark { .. } => {}
        }
        names
    }

    /// The records that a command needs, each looked up once.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use studio_credits::account::Account;
    /// use studio_credits::journal::{Command, Record, RecordName};
    /// use studio_credits::{AccountId, Key, Reason, Unit};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let store: BTreeMap<RecordName, Record> = BTreeMap::new();
    ///
    /// let (key, command) = (Key::new("ticket-3")?, Command::Freeze { reason: Reason::new("a stolen card")? });
    /// let records = account.gather(&key, &command, |name| store.get(name).cloned());
    /// assert!(records.knows(&RecordName::Receipt(key)));
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    pub fn gather(
        &self,
        key: &Key,
        command: &Command,
        mut look_up: impl FnMut(&RecordName) -> Option<Record>,
    ) -> Records {
        let mut records = Records::default();
        loop {
            let names = self.needs(&records, key, command);
            if names.is_empty() {
                return records;
            }
            for name in names {
                let record = look_up(&name);
                records.set(name, record);
            }
        }
    }

    /// Whether time alone may give credits, of which debts are repaid.
    fn gives_by_itself(&self) -> bool {
        !self.debts.is_empty() && self.knows_plans()
    }

    /// The charges that something is owed for.
    fn debtors(&self) -> impl Iterator<Item = RecordName> {
        self.debts.iter().filter_map(|debt| match &debt.of {
            DebtOf::Charge(hold) => Some(RecordName::Charge(hold.clone())),
            DebtOf::ChargeBack(_) => None,
        })
    }
}
