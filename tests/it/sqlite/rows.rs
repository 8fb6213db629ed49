//! What is in the file: for people to look at, and what becomes of it when somebody changes it.

use rusqlite::Connection;
use studio_credits::AccountId;
use studio_credits::journal::{Record, RecordName};
use studio_credits::ledger::block_on;
use studio_credits::store::{Fate, Freshness, LedgerStore, SqliteOptions, SqliteStore, StoreError};

use super::files::Folder;
use super::load::{charge, grant, key, ledger, now};

fn user() -> AccountId {
    AccountId::new("user-7").unwrap()
}

/// A store with a gift of 100 and a charge of 8, changed by somebody.
fn changed(folder: &Folder, sql: &str) -> SqliteStore {
    let store = folder.store(&SqliteOptions::default());
    let ledger = ledger(store.clone());
    block_on(ledger.run(&user(), &key("gift"), grant(100), now())).unwrap();
    block_on(ledger.run(&user(), &key("job"), charge(8), now())).unwrap();
    Connection::open(store.path()).unwrap().execute_batch(sql).unwrap();
    store
}

fn told<T>(result: Result<T, StoreError>) -> (Fate, String) {
    let error = result.map(|_| ()).unwrap_err();
    (error.fate(), error.to_string())
}

#[test]
fn people_can_read_it() {
    let folder = Folder::new();
    let store = changed(&folder, "");
    let journal = "
        SELECT seq || ' ' || datetime(at / 1000000, 'unixepoch') || ' ' || kind || ' ' || coalesce(key, '') || ' ' ||
            available || ' ' || held
        FROM studio_credits_entry WHERE account = 'user-7' ORDER BY seq";
    let connection = Connection::open(store.path()).unwrap();
    let mut journal = connection.prepare(journal).unwrap();
    let lines: Vec<String> = journal.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let expected = [
        "1 2026-11-18 11:06:40 opened  0 0",
        "2 2026-11-18 11:06:40 granted gift 100 0",
        "3 2026-11-18 11:06:40 charged job 92 0",
    ];
    assert_eq!(lines, expected);
    let account = "
        SELECT version || ' ' || seq || ' ' || unit || ' ' || status || ' ' || available || ' ' || held || ' ' || debt
        FROM studio_credits_account WHERE CAST(available AS REAL) > 90";
    let account: String = connection.query_row(account, [], |row| row.get(0)).unwrap();
    assert_eq!(account, "2 3 credits open 92 0 0");
}

#[test]
fn a_snapshot_that_does_not_read_is_folded_anew() {
    let folder = Folder::new();
    for change in [
        "snapshot = replace(snapshot, '\"format\":', '\"format\":9')",
        "snapshot = substr(snapshot, 1, 40)",
        "snapshot = CAST(x'7bff' AS TEXT)",
    ] {
        let store = changed(&folder, &format!("UPDATE studio_credits_account SET {change}"));
        let head = block_on(store.load(&user(), &[], Freshness::Latest)).unwrap().head.unwrap();
        assert_eq!((head.version, head.seq, head.snapshot), (2, 3, None), "{change}");
        let balance = block_on(ledger(store).balance(&user(), now())).unwrap();
        assert_eq!(balance.available.to_string(), "92", "{change}");
    }
}

#[test]
fn an_entry_that_does_not_read_is_told() {
    let folder = Folder::new();
    let said = |sql: &str| {
        let store = changed(&folder, sql);
        told(block_on(store.entries(&user(), 0, 10)))
    };
    let cut = "UPDATE studio_credits_entry SET entry = substr(entry, 1, 20) WHERE seq = 2";
    let text = "entry 2 of account `user-7` does not read: EOF while parsing a string at line 1 column 20";
    assert_eq!(said(cut), (Fate::Fatal, text.to_owned()));
    let moved = "UPDATE studio_credits_entry SET seq = 9 WHERE seq = 3";
    let text = "entry 9 of account `user-7` does not read: it says that it is entry 3 of account `user-7`";
    assert_eq!(said(moved), (Fate::Fatal, text.to_owned()));
}

#[test]
fn a_record_that_does_not_read_is_told() {
    let folder = Folder::new();
    let said = |sql: &str| {
        let store = changed(&folder, sql);
        told(block_on(store.load(&user(), &[RecordName::Receipt(key("job"))], Freshness::Latest)))
    };
    let cut = "UPDATE studio_credits_record SET record = substr(record, 1, 12)";
    let text =
        "record `receipt/job` of account `user-7` does not read: EOF while parsing an object at line 1 column 12";
    assert_eq!(said(cut), (Fate::Fatal, text.to_owned()));
    let swapped = "
        UPDATE studio_credits_record SET record =
            (SELECT record FROM studio_credits_record WHERE name = 'receipt/gift')";
    let text = "record `receipt/job` of account `user-7` does not read: it says that it is `receipt/gift`";
    assert_eq!(said(swapped), (Fate::Fatal, text.to_owned()));
    let lost = "DELETE FROM studio_credits_entry WHERE key = 'job'";
    let text =
        "record `receipt/job` of account `user-7` does not read: it caused entries 3 to 3, and they are not all there";
    assert_eq!(said(lost), (Fate::Fatal, text.to_owned()));
}

#[test]
fn what_a_receipt_caused_is_stored_once() {
    let folder = Folder::new();
    let store = changed(&folder, "");
    let select = "
        SELECT name || ' caused ' || first_entry || ' to ' || last_entry || ', and ' || instr(record, 'postings')
        FROM studio_credits_record WHERE name LIKE 'receipt/%' ORDER BY name";
    let connection = Connection::open(store.path()).unwrap();
    let mut select = connection.prepare(select).unwrap();
    let lines: Vec<String> = select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(lines, ["receipt/gift caused 2 to 2, and 0", "receipt/job caused 3 to 3, and 0"]);
    let loaded = block_on(store.load(&user(), &[RecordName::Receipt(key("job"))], Freshness::Latest)).unwrap();
    let [Record::Receipt(receipt)] = &*loaded.records else { panic!("{loaded:?}") };
    assert_eq!(receipt.entries, block_on(store.entries(&user(), 2, 1)).unwrap());
}

#[test]
fn tables_that_are_taken_away_are_told() {
    let folder = Folder::new();
    let store = changed(&folder, "ALTER TABLE studio_credits_account RENAME TO gone");
    let (fate, text) = told(block_on(store.load(&user(), &[], Freshness::Latest)));
    assert_eq!(fate, Fate::Fatal);
    assert!(text.starts_with("no such table: studio_credits_account"), "{text}");
}
