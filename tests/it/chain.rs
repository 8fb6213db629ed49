//! Journals that were tampered with: what the hashes show.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::Account;
use studio_credits::journal::{Command, Entry};
use studio_credits::ledger::{Chain, Ledger, Verification, block_on};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, MemoryStore};
use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Model, Settlement, Spend, Studio, Unit, Work};

const COMMANDS: i32 = 100;

fn account() -> AccountId {
    AccountId::new("user-7").unwrap()
}

fn ledger(store: Arc<MemoryStore>) -> Ledger<Arc<MemoryStore>> {
    Ledger::new(store, Unit::new("credits").unwrap())
}

fn at(command: i32) -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(command.into())
}

/// A grant, a hold and its settle, over and over.
fn write(ledger: &Ledger<Arc<MemoryStore>>, commands: std::ops::Range<i32>) {
    let work = || Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    for number in commands {
        let command = match number % 3 {
            0 => Command::Grant(Arc::new(Grant::new(GrantKind::Free, Credits::from_whole(number + 1)).unwrap())),
            1 => Command::Hold(Spend::new(work(), Credits::from_whole(1)).unwrap()),
            _ => Command::Settle { hold: format!("c{}", number - 1).parse().unwrap(), settlement: Settlement::whole() },
        };
        block_on(ledger.run(&account(), &Key::new(&format!("c{number}")).unwrap(), command, at(number))).unwrap();
    }
}

fn entries(store: &MemoryStore) -> Vec<Entry> {
    let entries = block_on(store.entries(&account(), 0, usize::MAX)).unwrap();
    entries.iter().map(|entry| Entry::clone(entry)).collect()
}

fn verified(entries: &[Entry], head: Option<&Account>) -> Verification {
    let mut chain = Chain::new(account());
    for entry in entries {
        chain.check(entry);
    }
    chain.finish(head)
}

fn journal() -> (Vec<Entry>, Account) {
    let store = Arc::new(MemoryStore::default());
    let ledger = ledger(store.clone()).with_hash_chain();
    write(&ledger, 0..COMMANDS);
    (entries(&store), block_on(ledger.account(&account())).unwrap())
}

#[test]
fn a_journal_with_hashes_is_sound() {
    let store = Arc::new(MemoryStore::default());
    let ledger = ledger(store.clone()).with_hash_chain();
    write(&ledger, 0..COMMANDS);
    let found = block_on(ledger.verify(&account())).unwrap();
    assert_eq!(found.to_string(), "101 entries sound");
    let last = entries(&store).pop().unwrap();
    assert_eq!(block_on(ledger.account(&account())).unwrap().hash(), last.hash);
    let receipt = block_on(ledger.receipt(&account(), last.key.as_ref().unwrap())).unwrap().unwrap();
    assert_eq!(*receipt.entries[0], last);
}

#[test]
fn each_byte_that_is_changed_shows_at_its_entry() {
    let (entries, _) = journal();
    let (mut chain, mut tried, mut unread, mut same) = (Chain::new(account()), 0, 0, 0);
    for entry in &entries {
        let json = serde_json::to_vec(entry).unwrap();
        for place in 0..json.len() {
            let mut bad = json.clone();
            bad[place] ^= 1 << (place % 7);
            tried += 1;
            let Ok(bad) = serde_json::from_slice::<Entry>(&bad) else {
                unread += 1;
                continue;
            };
            // An instant may be written with a small `t` or `z`, and is the same.
            if bad == *entry {
                same += 1;
                continue;
            }
            let mut spoilt = chain.clone();
            spoilt.check(&bad);
            let fault = spoilt.finish(None).fault.unwrap_or_else(|| panic!("byte {place} of {bad:?} is not missed"));
            assert_eq!(fault.seq, entry.seq);
        }
        chain.check(entry);
    }
    assert_eq!(chain.finish(None).fault, None);
    assert!(same <= 2 * entries.len(), "{same}");
    println!("{tried} changes: {unread} do not read, {} show, {same} are none", tried - unread - same);
}

#[test]
fn what_is_dropped_swapped_doubled_or_cut_off_shows() {
    let (entries, head) = journal();
    let fault = |entries: &[Entry]| verified(entries, Some(&head)).fault.map(|fault| fault.seq);
    assert_eq!(fault(&entries), None);
    for place in 0..entries.len() {
        let seq = entries[place].seq;
        let mut dropped = entries.clone();
        dropped.remove(place);
        assert_eq!(fault(&dropped), Some(seq), "entry {seq} dropped");
        let mut doubled = entries.clone();
        doubled.insert(place, entries[place].clone());
        assert_eq!(fault(&doubled), Some(seq + 1), "entry {seq} doubled");
        if place + 1 < entries.len() {
            let mut swapped = entries.clone();
            swapped.swap(place, place + 1);
            assert_eq!(fault(&swapped), Some(seq), "entry {seq} swapped");
        }
        assert_eq!(fault(&entries[..place]), Some(seq), "cut off before entry {seq}");
    }
}

#[test]
fn a_journal_that_is_written_anew_after_a_change_shows_only_at_its_head() {
    let (entries, head) = journal();
    let store = Arc::new(MemoryStore::default());
    write(&ledger(store.clone()).with_hash_chain(), 0..COMMANDS - 1);
    let other = self::entries(&store);
    let mut forged = other.clone();
    forged.extend(entries[other.len()..].iter().cloned());
    // The same commands have the same hashes.
    assert_eq!(verified(&forged, Some(&head)).fault, None);
    let found = verified(&other, Some(&head));
    assert_eq!(found.to_string(), "100 entries sound; entry 101: the snapshot counts 101 entries");
}

#[test]
fn a_stretch_without_hashes_is_named_and_the_rest_is_checked() {
    let store = Arc::new(MemoryStore::default());
    let (plain, chained) = (ledger(store.clone()), ledger(store.clone()).with_hash_chain());
    write(&plain, 0..3);
    write(&chained, 3..9);
    write(&plain, 9..12);
    write(&chained, 12..15);
    let found = block_on(chained.verify(&account())).unwrap();
    assert_eq!(found.to_string(), "16 entries sound; 1 to 4 without a hash; 11 to 13 without a hash");
    // A hash that is taken away shows at the next one.
    let mut stripped = entries(&store);
    stripped[6].hash = None;
    let found = verified(&stripped, None);
    assert_eq!(
        found.to_string(),
        "7 entries sound; 1 to 4 without a hash; 7 to 7 without a hash; \
         entry 8: its hash is not that of the entries up to here"
    );
}

#[test]
fn a_hash_is_sha_256_over_the_hash_before_and_the_stored_form() {
    use sha2::{Digest, Sha256};

    let (entries, _) = journal();
    let mut before = [0; 32];
    for entry in entries {
        let bare = Entry { hash: None, ..entry.clone() };
        let hash = Sha256::new().chain_update(before).chain_update(serde_json::to_vec(&bare).unwrap()).finalize();
        before = hash.into();
        assert_eq!(entry.hash.unwrap().as_bytes(), &before);
    }
}

#[test]
fn a_head_that_the_entries_do_not_add_up_to_shows() {
    let store = Arc::new(MemoryStore::default());
    let ledger = ledger(store.clone()).with_hash_chain();
    write(&ledger, 0..6);
    let head = block_on(store.load(&account(), &[], Freshness::Latest)).unwrap().head.unwrap();
    let other = Account::from_entries(account(), Unit::new("credits").unwrap(), &entries(&store)[..5]).unwrap();
    assert_eq!(head.seq, 7);
    let found = verified(&entries(&store)[..6], Some(&other));
    assert_eq!(found.to_string(), "6 entries sound; entry 7: the snapshot counts 5 entries");
}

#[test]
fn a_head_that_contradicts_itself_shows_although_the_entries_are_sound() {
    let store = Arc::new(MemoryStore::default());
    let ledger = ledger(store.clone()).with_hash_chain();
    write(&ledger, 0..6);
    let head = block_on(store.load(&account(), &[], Freshness::Latest)).unwrap().head.unwrap();
    let mut snapshot = Arc::unwrap_or_clone(head.snapshot.unwrap());
    snapshot.totals.available = Credits::from_whole(1_000_000);
    let tampered = Commit::new(account(), head.version, Vec::new(), snapshot.into(), Vec::new());
    assert_eq!(block_on(store.commit(&tampered)).unwrap(), Committed::Applied);
    let told = block_on(ledger.account(&account())).unwrap_err().to_string();
    let what = told.strip_prefix("account `user-7` is corrupt at entry 7: ").unwrap();
    let found = block_on(ledger.verify(&account())).unwrap();
    assert_eq!(found.to_string(), format!("7 entries sound; entry 8: {what}"));
}
