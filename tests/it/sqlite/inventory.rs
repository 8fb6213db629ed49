//! What a store tells across accounts is what the one in memory tells.

use chrono::TimeDelta;
use studio_credits::journal::{Command, Record};
use studio_credits::ledger::{Ledger, block_on};
use studio_credits::store::{Inventory, Listing, MemoryStore, SqliteOptions, StoreError};
use studio_credits::{AccountId, Life, Terms};

use super::files::Folder;
use super::load::{charge, grant, key, now, spend, unit};

/// Accounts whose names people would sort in another way: with a hold, with two, and without.
const ACCOUNTS: &[(&str, &[u32])] =
    &[("Zoe", &[60]), ("adam", &[]), ("zoe", &[600, 120]), ("zoë", &[90]), ("zoe ann", &[])];

fn fill(store: &impl Inventory) {
    let ledger = Ledger::new(store, unit());
    for (name, lives) in ACCOUNTS {
        let account = AccountId::new(name).unwrap();
        block_on(ledger.run(&account, &key("gift"), grant(100), now())).unwrap();
        for life in *lives {
            let terms = Terms::default().with_life(Life::seconds(*life).unwrap());
            let hold = Command::Hold(spend(3).with_terms(terms));
            block_on(ledger.run(&account, &key(&format!("job-{life}")), hold, now())).unwrap();
        }
        let later = now() + TimeDelta::seconds(9);
        block_on(ledger.run(&account, &key("charge"), charge(1), later)).unwrap();
    }
}

/// Pages of so many, one after the other.
fn pages<T>(max: usize, page: impl Fn(Option<&T>) -> Result<Vec<T>, StoreError>) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let more = page(all.last()).unwrap();
        assert!(more.len() <= max);
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

fn accounts(store: &impl Inventory, listing: Listing, max: usize) -> Vec<AccountId> {
    pages(max, |after| block_on(store.accounts(listing, after, max)))
}

fn records(store: &impl Inventory, account: &AccountId, max: usize) -> Vec<Record> {
    pages(max, |after: Option<&Record>| {
        let after = after.map(|record| record.name().to_string());
        block_on(store.records(account, after.as_deref(), max))
    })
}

/// Everything that a store tells, in pages of so many.
fn told(store: &impl Inventory, max: usize) -> (Vec<Vec<AccountId>>, Vec<Vec<Record>>) {
    let due = [0, 59, 60, 90, 119, 120, 601].map(|seconds| Listing::Due(now() + TimeDelta::seconds(seconds)));
    let listings = [Listing::All, Listing::Holding].into_iter().chain(due);
    let accounts: Vec<_> = listings.map(|listing| accounts(store, listing, max)).collect();
    let records = accounts[0].iter().map(|account| records(store, account, max)).collect();
    (accounts, records)
}

#[test]
fn a_file_tells_what_memory_tells() {
    let (folder, memory) = (Folder::new(), MemoryStore::default());
    let store = folder.store(&SqliteOptions::default());
    fill(&store);
    fill(&memory);
    for max in [1, 2, 100] {
        assert_eq!(told(&store, max), told(&memory, max));
    }
    let names: Vec<_> = accounts(&store, Listing::All, 9).iter().map(AccountId::to_string).collect();
    assert_eq!(names, ["Zoe", "adam", "zoe", "zoe ann", "zoë"]);
    let due = accounts(&store, Listing::Due(now() + TimeDelta::seconds(90)), 9);
    assert_eq!(due.iter().map(AccountId::as_str).collect::<Vec<_>>(), ["Zoe", "zoë"]);
}

#[test]
fn receipts_are_forgotten_and_nothing_else() {
    let (folder, memory) = (Folder::new(), MemoryStore::default());
    let store = folder.store(&SqliteOptions::default());
    fill(&store);
    fill(&memory);
    let count = |forgotten: Result<usize, StoreError>| forgotten.unwrap();
    assert_eq!(count(block_on(store.forget_receipts(now(), 100))), 0, "none is older");
    let before = now() + TimeDelta::seconds(1);
    assert_eq!(count(block_on(store.forget_receipts(before, 2))), 2);
    assert_eq!(count(block_on(store.forget_receipts(before, 100))), 7);
    assert_eq!(count(block_on(store.forget_receipts(before, 100))), 0);
    assert_eq!(count(block_on(memory.forget_receipts(before, 100))), 9);
    assert_eq!(told(&store, 100), told(&memory, 100));
}
