//! Clients who charge accounts, in this process or in another one, and what must be stored of what they were told.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;
use std::{env, io, thread};

use chrono::{DateTime, Utc};
use studio_credits::account::Account;
use studio_credits::journal::{Command, RecordName};
use studio_credits::ledger::{Ledger, block_on};
use studio_credits::store::{Freshness, LedgerStore, SqliteOptions, SqliteStore};
use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Model, Spend, Studio, Unit, Work};

/// How many accounts the clients share.
pub(crate) const ACCOUNTS: u32 = 3;
/// How many clients a process has.
pub(crate) const CLIENTS: u32 = 8;
/// What each account is given at first: more than is ever charged.
const GIVEN: i32 = 1_000_000;

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

pub(crate) fn account(number: u32) -> AccountId {
    AccountId::new(&format!("user-{}", number % ACCOUNTS)).unwrap()
}

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn unit() -> Unit {
    Unit::new("credits").unwrap()
}

pub(crate) fn charge(credits: i32) -> Command {
    Command::Charge(spend(credits))
}

pub(crate) fn spend(credits: i32) -> Spend {
    let work = Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    Spend::new(work, Credits::from_whole(credits)).unwrap()
}

pub(crate) fn grant(credits: i32) -> Command {
    Command::Grant(Grant::new(GrantKind::Free, Credits::from_whole(credits)).unwrap().into())
}

/// A ledger that waits a little, and goes on until it is done.
pub(crate) fn ledger(store: SqliteStore) -> Ledger<SqliteStore> {
    Ledger::new(store, unit()).with_attempts(10_000).with_pause(|_| async { thread::sleep(Duration::from_micros(200)) })
}

/// Gives every account what is charged later.
pub(crate) fn give(store: &SqliteStore) {
    let ledger = ledger(store.clone());
    for number in 0..ACCOUNTS {
        block_on(ledger.run(&account(number), &key("gift"), grant(GIVEN), now())).unwrap();
    }
}

/// Clients who each charge so many credits, one by one, under keys that begin with a name; each key is told as soon as
/// its charge is answered.
pub(crate) fn clients(store: &SqliteStore, name: &str, each: u64, told: impl Fn(&str) + Sync) {
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (ledger, told) = (ledger(store.clone()), &told);
            scope.spawn(move || {
                for count in 0..each {
                    let text = format!("{name}-{client}-{count}");
                    block_on(ledger.run(&account(client), &key(&text), charge(1), now())).unwrap();
                    told(&text);
                }
            });
        }
    });
}

/// The same in a process of its own, which tells the keys on its output.
pub(crate) fn process(path: &Path, name: &str, each: u64) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut process = Process::new(env::current_exe().unwrap())
        .args(["sqlite::load::as_a_process", "--exact", "--nocapture"])
        .env("SQLITE_LOAD", path)
        .env("SQLITE_LOAD_NAME", name)
        .env("SQLITE_LOAD_EACH", each.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("done ").map(str::to_owned));
    (process, told)
}

/// What runs in that process; nothing where it was not started for that.
#[test]
fn as_a_process() {
    let Some(path) = env::var_os("SQLITE_LOAD") else { return };
    let said = |name: &str| env::var(name).unwrap();
    let store = SqliteStore::open(path).unwrap();
    clients(&store, &said("SQLITE_LOAD_NAME"), said("SQLITE_LOAD_EACH").parse().unwrap(), |key| {
        let mut out = io::stdout().lock();
        // On a line of its own, whatever the test runner says before it.
        out.write_all(format!("\ndone {key}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
    });
}

/// Everything that was told is stored, once, and each account is what its entries add up to: how many charges there
/// are.
pub(crate) fn sound(path: &Path, told: &BTreeSet<String>) -> u32 {
    let store = SqliteOptions::default().open(path).unwrap();
    let mut stored = BTreeSet::new();
    for number in 0..ACCOUNTS {
        let account = account(number);
        let entries = block_on(store.entries(&account, 0, usize::MAX)).unwrap();
        let folded = Account::from_entries(account.clone(), unit(), entries.iter().map(AsRef::as_ref)).unwrap();
        let head = block_on(store.load(&account, &[], Freshness::Latest)).unwrap().head.unwrap();
        assert_eq!(head.snapshot.as_deref(), Some(&folded.snapshot()), "what the entries of `{account}` add up to");

        let mut charges = 0;
        for entry in entries.iter().filter(|entry| entry.fact.kind() == "charged") {
            let key = entry.key.clone().unwrap();
            let loaded =
                block_on(store.load(&account, &[RecordName::Receipt(key.clone())], Freshness::Latest)).unwrap();
            assert_eq!(loaded.records.len(), 1, "the receipt of `{key}`");
            assert!(stored.insert(key.to_string()), "`{key}` is charged twice");
            charges += 1;
        }
        let left = Credits::from_whole(GIVEN - charges);
        assert_eq!(head.snapshot.unwrap().totals.available, left, "what is left of `{account}`");
    }
    let lost: Vec<_> = told.difference(&stored).collect();
    assert!(lost.is_empty(), "answered, and not there: {lost:?}");
    u32::try_from(stored.len()).unwrap()
}
