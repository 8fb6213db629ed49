//! The records that a command needs, and those that a store had of them.

use super::{Account, planted::planted};
use crate::{
    ids::{GrantId, HoldId, Key},
    journal::{Adjustment, Charge, Command, DebtOf, Lot, Receipt, Record, RecordName},
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
pub struct Records(Vec<(RecordName, Option<Record>)>);

impl Records {
    /// Says what there is under a name, in place of what was said before.
    pub fn set(&mut self, name: RecordName, record: Option<Record>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = record,
            None => self.0.push((name, record)),
        }
    }

    /// Whether it was asked what there is under a name.
    pub fn knows(&self, name: &RecordName) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// What there is under a name.
    pub fn get(&self, name: &RecordName) -> Option<&Record> {
        self.0.iter().find(|(known, _)| known == name).and_then(|(_, record)| record.as_ref())
    }

    pub(super) fn receipt(&self, key: &Key) -> Option<&Receipt> {
        self.0.iter().find_map(|(_, record)| match record {
            Some(Record::Receipt(receipt)) if receipt.key == *key => Some(receipt),
            _ => None,
        })
    }

    pub(super) fn charge(&self, hold: &HoldId) -> Option<&Charge> {
        self.0.iter().find_map(|(_, record)| match record {
            Some(Record::Charge(charge)) if charge.id == *hold => Some(charge),
            _ => None,
        })
    }

    pub(super) fn lot(&self, grant: &GrantId) -> Option<&Lot> {
        self.0.iter().find_map(|(_, record)| match record {
            Some(Record::Lot(lot)) if lot.id == *grant => Some(lot),
            _ => None,
        })
    }
}

impl Account {
    /// The records that [`Account::decide`] needs for this command, beside those that were looked up already.
    ///
    /// Most commands need one, the receipt of their key. A refund needs the charge first, and then the lots of it that are
    /// used up, so ask again until nothing is named.
    pub fn needs(&self, records: &Records, key: &Key, command: &Command) -> Vec<RecordName> {
        let mut names = vec![RecordName::Receipt(key.clone())];
        match command {
            Command::Grant(grant) | Command::Adjust { adjustment: Adjustment::Give(grant), .. } => {
                names.extend(grant.reference().cloned().map(RecordName::Reference));
                if grant.repays_debt() || planted!("any-grant-repays") {
                    names.extend(self.debtors());
                }
            }
            Command::Adjust { adjustment: Adjustment::Forgive(_), .. } => names.extend(self.debtors()),
            Command::Settle { hold, .. }
            | Command::Release { hold, .. }
            | Command::MarkUnknown { hold, .. }
            | Command::Extend { hold, .. } => {
                if !self.holds.contains_key(hold) {
                    names.push(RecordName::Charge(hold.clone()));
                }
            }
            Command::Refund { charge, .. } => {
                names.push(RecordName::Charge(charge.clone()));
                let parts = records.charge(charge).map_or(&[][..], |charge| &charge.parts);
                let used_up = parts.iter().filter(|part| !self.lots.contains_key(&part.lot));
                names.extend(used_up.map(|part| RecordName::Lot(part.lot.clone())));
            }
            Command::Revoke { grant, .. } | Command::ChargeBack { grant, .. } => {
                if !self.lots.contains_key(grant) {
                    names.push(RecordName::Lot(grant.clone()));
                }
            }
            Command::Hold(_)
            | Command::Charge(_)
            | Command::Adjust { adjustment: Adjustment::Take(_), .. }
            | Command::Freeze { .. }
            | Command::Thaw { .. }
            | Command::Close { .. }
            | Command::RepairMark { .. } => {}
        }
        names.retain(|name| !records.knows(name));
        names
    }

    /// The charges that something is owed for.
    fn debtors(&self) -> impl Iterator<Item = RecordName> {
        self.debts.iter().filter_map(|debt| match &debt.of {
            DebtOf::Charge(hold) => Some(RecordName::Charge(hold.clone())),
            DebtOf::ChargeBack(_) => None,
        })
    }
}
