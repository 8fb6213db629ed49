//! What is known of an account: as of which version, and which records.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    account::{Account, Corrupt, Records},
    ids::{AccountId, Unit},
    journal::{Entry, Fact, Record, RecordName},
    plan::PlanBook,
    planted::planted,
    store::{Freshness, Loaded},
};

/// An account as of one version, with the records that were looked up.
#[derive(Debug)]
pub(in crate::ledger) struct Known {
    pub(in crate::ledger) account: Account,
    pub(in crate::ledger) version: u64,
    pub(in crate::ledger) freshness: Freshness,
    /// The store's clock, if it has one: what is known then holds for one operation only.
    pub(in crate::ledger) now: Option<DateTime<Utc>>,
    pub(in crate::ledger) records: Records,
    /// Whether names that are new are taken to be, without a look: a commit that is wrong about it is lost.
    pub(in crate::ledger) presumes: bool,
}

impl Known {
    /// What was loaded, if it can be. An account whose snapshot does not read is still to be folded.
    pub(super) fn of(id: &AccountId, unit: &Unit, names: &[RecordName], loaded: Loaded) -> Result<Self, Corrupt> {
        let corrupt = |seq, what: String| Err(Corrupt { account: id.clone(), seq, what });
        let mut records = Records::default();
        for name in names {
            records.set(name.clone(), None);
        }
        let Loaded { head, records: found, freshness, now } = loaded;
        for record in found {
            let name = record.name();
            if matches!(record, Record::Receipt(_)) && planted!("receipt-not-looked-up") {
                continue;
            }
            match records.get(&name) {
                None if records.knows(&name) => records.set(name, Some(record)),
                None => return corrupt(0, format!("nobody asked for record `{name}`")),
                Some(_) => return corrupt(0, format!("record `{name}` is there twice")),
            }
        }
        let (version, account) = match head {
            None if names.iter().any(|name| records.get(name).is_some()) => {
                return corrupt(0, "it has records, and no head".to_owned());
            }
            None => (0, Account::new(id.clone(), unit.clone())),
            Some(head) if head.version == 0 => return corrupt(head.seq, "it has a head of version 0".to_owned()),
            Some(head) => match head.snapshot {
                None => (head.version, Account::new(id.clone(), unit.clone())),
                Some(snapshot) if snapshot.account != *id => {
                    return corrupt(head.seq, format!("its snapshot is of account `{}`", snapshot.account));
                }
                Some(snapshot) if snapshot.seq != head.seq => {
                    let what = format!("its head counts {} entries, and its snapshot {}", head.seq, snapshot.seq);
                    return corrupt(head.seq, what);
                }
                Some(snapshot) => (head.version, Account::from_snapshot(Arc::unwrap_or_clone(snapshot))?),
            },
        };
        Ok(Self { account, version, freshness, now, records, presumes: false })
    }

    /// The same under the plans that are sold.
    pub(super) fn under(self, plans: Option<&Arc<PlanBook>>) -> Self {
        match plans {
            Some(plans) => Self { account: self.account.under(plans.clone()), ..self },
            None => self,
        }
    }

    /// Folds a page of entries, as far as the head counts them.
    pub(super) fn fold(&mut self, page: &[Arc<Entry>], seq: u64) -> Result<(), Corrupt> {
        if page.is_empty() {
            let what = format!("its head counts {seq} entries, and there are no more");
            let (account, seq) = (self.account.id().clone(), self.account.seq());
            return Err(Corrupt { account, seq, what });
        }
        for entry in page {
            if self.account.seq() == seq && !planted!("folded-beyond-the-head") {
                break;
            }
            if let (0, Fact::Opened { unit }) = (self.account.seq(), &entry.fact) {
                self.account.reopen(unit);
            }
            self.account.apply(entry)?;
        }
        Ok(())
    }
}
