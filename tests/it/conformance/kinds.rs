//! The kit writes every kind of value that there is.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use serde::Serialize;
use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName};
use studio_credits::store::conformance::{Answer, Case, Subject};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, MemoryStore, StoreError};

/// What kinds of values were written.
#[derive(Clone, Default)]
struct Kinds(Arc<Mutex<BTreeSet<String>>>);

impl Kinds {
    fn see(&self, what: &str, value: &impl Serialize) {
        let json = serde_json::to_value(value).unwrap();
        let kind = json.as_object().and_then(|fields| fields.keys().next());
        self.0.lock().unwrap().insert(format!("{what} {}", kind.unwrap()));
    }
}

struct Recorder(MemoryStore, Kinds);

impl LedgerStore for Recorder {
    async fn load(&self, account: &AccountId, names: &[RecordName], asked: Freshness) -> Result<Loaded, StoreError> {
        self.0.load(account, names, asked).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        for entry in &commit.entries {
            self.1.see("entry", &entry.fact);
        }
        for record in &commit.records {
            self.1.see("record", record);
            if let Record::Receipt(receipt) = record {
                self.1.see("command", &receipt.command);
            }
        }
        self.0.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.entries(account, after, max).await
    }
}

impl Subject for Kinds {
    type Store = Recorder;

    fn fresh(&self) -> Recorder {
        Recorder(MemoryStore::default(), self.clone())
    }
}

#[test]
fn every_kind_of_value_is_every_kind() {
    let kinds = Kinds::default();
    assert_eq!(Case::named("every_kind_of_value").unwrap().run(kinds.clone()), Answer::Passed);
    let seen = kinds.0.lock().unwrap();
    let of = |what: &str| seen.iter().filter_map(|kind| kind.strip_prefix(what)).collect::<Vec<_>>().join(" ");
    let commands = "adjust charge charge-back close extend freeze grant hold mark-unknown refund release repair-mark \
                    revoke settle thaw";
    let entries = "adjusted charged charged-back closed expired extended frozen granted held lapsed mark-repaired \
                   marked-unknown opened refunded released renewed repaid revoked settled thawed";
    assert_eq!(of("command "), commands);
    assert_eq!(of("entry "), entries);
    assert_eq!(of("record "), "charge lot receipt reference");
}
