//! Inventories that are broken on purpose, each in one step, and the cases that must see it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName};
use studio_credits::ledger::block_on;
use studio_credits::store::conformance::{Answer, Case, INVENTORY_CASES, Subject};
use studio_credits::store::{
    Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, MemoryStore, StoreError,
};

type Told<T> = Result<T, StoreError>;

/// How each step is done.
#[derive(Clone, Copy)]
struct Flaw {
    accounts: fn(&MemoryStore, Listing, Option<&AccountId>, usize) -> Vec<AccountId>,
    records: fn(&MemoryStore, &AccountId, Option<&str>, usize) -> Vec<Record>,
    forget: fn(&MemoryStore, DateTime<Utc>, usize) -> usize,
    /// What of a record that is no receipt is left once something was forgotten.
    is_left: fn(&Record) -> bool,
}

/// Every step done right.
const SOUND: Flaw = Flaw {
    accounts: |store, listing, after, max| block_on(store.accounts(listing, after, max)).unwrap(),
    records: |store, account, after, max| block_on(store.records(account, after, max)).unwrap(),
    forget: |store, before, max| block_on(store.forget_receipts(before, max)).unwrap(),
    is_left: |_| true,
};

/// What is wrong with a store, the store, and the case that must fail on it.
const ROWS: &[(&str, Flaw, &str)] = &[
    (
        "it lists accounts as people sort them",
        Flaw {
            accounts: |store, listing, after, max| {
                let mut all = all(store, listing);
                all.sort_by_key(|account| account.as_str().to_lowercase());
                let begin = all.iter().position(|account| Some(account) == after).map_or(0, |place| place + 1);
                all.into_iter().skip(begin).take(max).collect()
            },
            ..SOUND
        },
        "accounts_listed",
    ),
    (
        "it lists more accounts than are asked for",
        Flaw { accounts: |store, it, after, max| (SOUND.accounts)(store, it, after, max.saturating_add(1)), ..SOUND },
        "accounts_listed",
    ),
    (
        "it lists fewer accounts than there are",
        Flaw { accounts: |store, it, after, max| (SOUND.accounts)(store, it, after, max.min(2)), ..SOUND },
        "accounts_listed",
    ),
    (
        "it begins with the account that is named",
        Flaw {
            accounts: |store, listing, after, max| {
                let listed = all(store, listing).into_iter().filter(|account| after.is_none_or(|it| account >= it));
                listed.take(max).collect()
            },
            ..SOUND
        },
        "accounts_listed",
    ),
    (
        "it begins anew where there is no account of the name",
        Flaw {
            accounts: |store, listing, after, max| {
                let after = after.filter(|after| all(store, Listing::All).contains(after));
                (SOUND.accounts)(store, listing, after, max)
            },
            ..SOUND
        },
        "accounts_listed",
    ),
    (
        "it lists all accounts as those with holds",
        Flaw { accounts: |store, _, after, max| (SOUND.accounts)(store, Listing::All, after, max), ..SOUND },
        "holds_listed",
    ),
    (
        "it lists whoever has had a hold",
        Flaw {
            accounts: |store, listing, after, max| {
                if listing != Listing::Holding {
                    return (SOUND.accounts)(store, listing, after, max);
                }
                let has_had = |account: &AccountId| {
                    let entries = block_on(store.entries(account, 0, usize::MAX)).unwrap();
                    entries.iter().any(|entry| entry.fact.kind() == "held")
                };
                let found = (SOUND.accounts)(store, Listing::All, after, usize::MAX);
                found.into_iter().filter(has_had).take(max).collect()
            },
            ..SOUND
        },
        "holds_listed",
    ),
    (
        "it lists a hold before its deadline",
        Flaw { accounts: |store, it, after, max| (SOUND.accounts)(store, moved(it, 1), after, max), ..SOUND },
        "holds_listed",
    ),
    (
        "it does not list a hold at its deadline",
        Flaw { accounts: |store, it, after, max| (SOUND.accounts)(store, moved(it, -1), after, max), ..SOUND },
        "holds_listed",
    ),
    (
        "it goes by the last of several holds",
        Flaw {
            accounts: |store, listing, after, max| {
                let Listing::Due(at) = listing else { return (SOUND.accounts)(store, listing, after, max) };
                let is_due = |account: &AccountId| {
                    let loaded = block_on(store.load(account, &[], Freshness::Latest)).unwrap();
                    loaded.head.unwrap().snapshot.unwrap().holds.iter().all(|hold| hold.lapses_at <= at)
                };
                let held = (SOUND.accounts)(store, Listing::Holding, after, usize::MAX);
                held.into_iter().filter(is_due).take(max).collect()
            },
            ..SOUND
        },
        "holds_listed",
    ),
    (
        "it does not know of instants that are far",
        Flaw {
            accounts: |store, listing, after, max| {
                let is_far = listing == Listing::Due(DateTime::<Utc>::MAX_UTC);
                if is_far { Vec::new() } else { (SOUND.accounts)(store, listing, after, max) }
            },
            ..SOUND
        },
        "holds_listed",
    ),
    (
        "it lists the records of an account whose name begins alike",
        Flaw {
            records: |store, account, after, max| {
                let alike = account.as_str().get(..6).unwrap().parse().unwrap();
                (SOUND.records)(store, &alike, after, max)
            },
            ..SOUND
        },
        "records_listed",
    ),
    (
        "it lists records by their kind, and not by their text",
        Flaw {
            records: |store, account, after, max| {
                let mut all = (SOUND.records)(store, account, None, usize::MAX);
                all.sort_by_key(Record::name);
                let is_named = |record: &Record| Some(record.name().to_string().as_str()) == after;
                let begin = all.iter().position(is_named).map_or(0, |place| place + 1);
                all.into_iter().skip(begin).take(max).collect()
            },
            ..SOUND
        },
        "records_listed",
    ),
    (
        "it lists more records than are asked for",
        Flaw { records: |store, it, after, max| (SOUND.records)(store, it, after, max.saturating_add(1)), ..SOUND },
        "records_listed",
    ),
    (
        "it lists no more than 10 records of an account",
        Flaw {
            records: |store, account, after, max| {
                let all = (SOUND.records)(store, account, None, 10).into_iter();
                all.filter(|record| after.is_none_or(|after| record.name().to_string().as_str() > after))
                    .take(max)
                    .collect()
            },
            ..SOUND
        },
        "records_listed",
    ),
    (
        "it begins anew where there is no record of the name",
        Flaw {
            records: |store, account, after, max| {
                let is_there = |after: &&str| {
                    let all = (SOUND.records)(store, account, None, usize::MAX);
                    all.iter().any(|record| record.name().to_string() == **after)
                };
                (SOUND.records)(store, account, after.filter(is_there), max)
            },
            ..SOUND
        },
        "records_listed",
    ),
    (
        "it forgets receipts of the instant as well",
        Flaw { forget: |store, before, max| (SOUND.forget)(store, before + TimeDelta::microseconds(1), max), ..SOUND },
        "receipts_forgotten",
    ),
    (
        "it forgets more than it is to",
        Flaw { forget: |store, before, _| (SOUND.forget)(store, before, usize::MAX), ..SOUND },
        "receipts_forgotten",
    ),
    (
        "it forgets more than it says",
        Flaw { forget: |store, before, max| (SOUND.forget)(store, before, max.saturating_mul(2)).min(max), ..SOUND },
        "receipts_forgotten",
    ),
    ("it forgets nothing", Flaw { forget: |_, _, _| 0, ..SOUND }, "receipts_forgotten"),
    (
        "it forgets charges as well",
        Flaw { is_left: |record| !matches!(record, Record::Charge(_)), ..SOUND },
        "receipts_forgotten",
    ),
];

fn all(store: &MemoryStore, listing: Listing) -> Vec<AccountId> {
    (SOUND.accounts)(store, listing, None, usize::MAX)
}

fn moved(listing: Listing, microseconds: i64) -> Listing {
    match listing {
        Listing::Due(at) => Listing::Due(at.checked_add_signed(TimeDelta::microseconds(microseconds)).unwrap_or(at)),
        other => other,
    }
}

struct Flawed {
    store: MemoryStore,
    flaw: Flaw,
    has_forgotten: AtomicBool,
}

impl Flawed {
    fn left(&self, mut records: Vec<Record>) -> Vec<Record> {
        records.retain(|record| !self.has_forgotten.load(SeqCst) || (self.flaw.is_left)(record));
        records
    }
}

impl Subject for Flaw {
    type Store = Flawed;

    fn fresh(&self) -> Flawed {
        Flawed { store: MemoryStore::default(), flaw: *self, has_forgotten: AtomicBool::new(false) }
    }
}

impl LedgerStore for Flawed {
    async fn load(&self, account: &AccountId, names: &[RecordName], asked: Freshness) -> Told<Loaded> {
        let mut loaded = self.store.load(account, names, asked).await?;
        loaded.records = self.left(loaded.records);
        Ok(loaded)
    }

    async fn commit(&self, commit: &Commit) -> Told<Committed> {
        self.store.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Told<Vec<Arc<Entry>>> {
        self.store.entries(account, after, max).await
    }
}

impl Inventory for Flawed {
    async fn accounts(&self, listing: Listing, after: Option<&AccountId>, max: usize) -> Told<Vec<AccountId>> {
        Ok((self.flaw.accounts)(&self.store, listing, after, max))
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Told<Vec<Record>> {
        Ok(self.left((self.flaw.records)(&self.store, account, after, max)))
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Told<usize> {
        self.has_forgotten.store(true, SeqCst);
        Ok((self.flaw.forget)(&self.store, before, max))
    }
}

#[test]
fn each_flaw_of_an_inventory_is_seen() {
    let mut unseen = Vec::new();
    for case in INVENTORY_CASES {
        assert_eq!(case.run_inventory(SOUND), Answer::Passed, "{}", case.name);
    }
    for (what, flaw, name) in ROWS {
        match Case::named(name).unwrap().run_inventory(*flaw) {
            Answer::Failed(why) => println!("{what}\n    {name}: {why}"),
            answer => unseen.push(format!("{what}: {name} {answer}")),
        }
    }
    assert!(unseen.is_empty(), "\n{}\n", unseen.join("\n"));
}

#[test]
fn each_case_of_an_inventory_sees_a_flaw() {
    let seen: BTreeSet<_> = ROWS.iter().map(|(_, _, name)| *name).collect();
    assert!(INVENTORY_CASES.iter().all(|case| seen.contains(case.name)));
}
