//! A store that hangs, or panics, fails like any other.

use std::{future::pending, sync::Arc, time::Duration};

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::conformance::{Answer, Case, Subject};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};

#[derive(Clone, Copy)]
enum Stuck {
    Hangs,
    Panics(&'static str),
    PanicsToo(u32),
}

impl Stuck {
    async fn call<T>(self) -> Result<T, StoreError> {
        match self {
            Self::Hangs => pending().await,
            Self::Panics(why) => panic!("{why}"),
            Self::PanicsToo(code) => panic!("code {code}"),
        }
    }
}

impl LedgerStore for Stuck {
    async fn load(&self, _: &AccountId, _: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        self.call().await
    }

    async fn commit(&self, _: &Commit) -> Result<Committed, StoreError> {
        self.call().await
    }

    async fn entries(&self, _: &AccountId, _: u64, _: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.call().await
    }
}

impl Subject for Stuck {
    type Store = Self;

    fn fresh(&self) -> Self {
        *self
    }

    fn patience(&self) -> Duration {
        // Whoever panics may take its time to say where.
        if let Self::Hangs = self { Duration::from_millis(200) } else { Duration::from_secs(60) }
    }
}

#[test]
fn a_store_that_hangs_or_panics_fails() {
    for (stuck, case, expected) in [
        (Stuck::Hangs, "first_commit", "failed: it does not end within 200ms: a call to the store hangs"),
        (Stuck::Panics("no rows"), "first_commit", "failed: the store panicked: no rows"),
        (Stuck::PanicsToo(7), "empty_account", "failed: the store panicked: code 7"),
        (Stuck::PanicsToo(7), "accounts_apart", "failed: the store panicked: code 7"),
    ] {
        let answer = Case::named(case).unwrap().run(stuck);
        assert_eq!(answer.to_string(), expected);
        assert!(answer.is_failed());
    }
}

#[test]
fn a_case_that_cannot_be_run_says_so() {
    for (case, expected) in [
        ("kept", "skipped: the subject does not open a store again"),
        ("guarded", "skipped: the subject does not open a store again"),
        ("fates_are_true", "skipped: the subject does not disturb its stores"),
        ("accounts_listed", "skipped: it is for stores that are an `Inventory`: `run_inventory` runs it"),
        ("first_commit", "passed"),
    ] {
        let answer = Case::named(case).unwrap().run(super::InMemory);
        assert_eq!(answer.to_string(), expected);
        assert!(!answer.is_failed() && (answer == Answer::Passed) == (expected == "passed"));
    }
}
