//! One exchange, cut at each of its bytes in turn, in either direction: the command is done once, whatever was lost.
//!
//! Some of the bytes are left out unless `FAULTS` says how many cuts there are in each direction at least.

use std::cell::Cell;
use std::time::Duration;

use studio_credits::account::Account;
use studio_credits::ledger::Ledger;
use studio_credits::store::{Committed, Fate, Freshness, LedgerStore, PostgresStore, StoreError};
use studio_credits::{AccountId, Unit};
use tokio::time::sleep;

use super::disturbed::faults;
use super::place::{Place, RUNTIME};
use super::proxy::Way;
use super::studio::{self, fence, gift, insistently, key, now, quote};

/// How many cuts there are in each direction unless something is said, and how many of the last bytes are never left out.
const CUTS: u64 = 150;
const LAST: u64 = 80;

/// What each account has before its exchange is cut.
const GIFTS: [&str; 2] = ["gift", "more"];

/// What is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exchange {
    /// A commit.
    Warm,
    /// A load and a commit.
    Cold,
    /// A connection that is made, a load, and a commit, both of them prepared.
    New,
}

#[test]
fn a_commit_cut_at_every_byte() {
    commands(Exchange::Warm);
}

#[test]
fn a_load_and_a_commit_cut_at_every_byte() {
    commands(Exchange::Cold);
}

#[test]
fn a_connection_with_its_first_commit_cut_at_every_byte() {
    commands(Exchange::New);
}

fn commands(exchange: Exchange) {
    let Some(place) = Place::new() else { return };
    let (store, direct) = (place.store(), place.direct_store());
    // All names are of one length, and so are all exchanges.
    let mut number = 10_000;
    RUNTIME.block_on(at_every_byte(&place, async |arm| {
        number += 1;
        let (whose, quote, job) = (account(number), quote(), key("job"));
        let mut ledger = studio::ledger(store.clone());
        // The first and the second are different statements, both of which are prepared then.
        for name in GIFTS {
            ledger.grant(&whose, &key(name), gift(), now()).await.unwrap();
        }
        if exchange != Exchange::Warm {
            ledger = studio::ledger(store.clone());
        }
        if exchange == Exchange::New {
            store.pool().retain(|_, _| false);
            // What a connection says as it ends is not to be counted.
            while !place.proxy.is_idle() {
                sleep(Duration::from_micros(100)).await;
            }
        }
        arm();
        insistently(|| ledger.hold(&whose, &job, &quote, now())).await;
        check(&direct, &whose).await;
    }));
    assert!(store.pool().status().size <= 8);
}

/// The account has each of its commands once, and is what its entries add up to.
async fn check(store: &PostgresStore, whose: &AccountId) {
    let entries = store.entries(whose, 0, 10).await.unwrap();
    let keys: Vec<_> = entries.iter().filter_map(|entry| entry.key.clone()).collect();
    assert_eq!(keys, GIFTS.into_iter().chain(["job"]).map(key).collect::<Vec<_>>(), "account {whose}");
    let unit: Unit = "credits".parse().unwrap();
    let folded = Account::from_entries(whose.clone(), unit.clone(), entries.iter().map(AsRef::as_ref)).unwrap();
    let head = store.load(whose, &[], Freshness::Latest).await.unwrap().head.unwrap();
    assert_eq!(head.snapshot.as_deref(), Some(&folded.snapshot()), "account {whose}");
    let balance = Ledger::new(store, unit).balance(whose, now()).await.unwrap();
    assert_eq!(balance.held, quote().total(), "account {whose}");
}

#[test]
fn what_is_said_of_a_commit_cut_at_every_byte_is_true() {
    let Some(place) = Place::new() else { return };
    let (store, direct) = (place.store(), place.direct_store());
    let whose = account(10_000);
    RUNTIME.block_on(async {
        studio::ledger(store.clone()).grant(&whose, &key("gift"), gift(), now()).await.unwrap();
        at_every_byte(&place, async |arm| {
            let before = fence(&direct, &whose).await;
            // It is prepared on a connection that was made since the last cut.
            assert_eq!(store.commit(&before).await.unwrap(), Committed::Applied);
            let sent = fence(&direct, &whose).await;
            arm();
            let answer = store.commit(&sent).await;
            let version = fence(&direct, &whose).await.expected;
            match answer.as_ref().map_err(StoreError::fate) {
                Ok(Committed::Applied) => assert_eq!(version, sent.expected + 1),
                // The server may be about to write it.
                Err(Fate::Unknown) => {}
                other => panic!("{other:?}, and nobody else writes"),
            }
        })
        .await;
    });
}

/// Has an exchange, which says when it begins, cut at each of its bytes.
async fn at_every_byte(place: &Place, mut exchange: impl AsyncFnMut(&dyn Fn())) {
    for way in [Way::Asked, Way::Answered] {
        let before = Cell::new(0);
        exchange(&|| before.set(place.proxy.passed(way))).await;
        let length = place.proxy.passed(way) - before.get();
        let (stride, end) = (length.div_ceil(faults(CUTS)), length.saturating_sub(LAST));
        let (mut at, mut cuts) = (0, 0);
        loop {
            let before = place.proxy.cuts();
            exchange(&|| place.proxy.cut_after_bytes_of(way, at)).await;
            place.proxy.disarm();
            if place.proxy.cuts() == before {
                break;
            }
            cuts += 1;
            at = if at < end { (at + stride).min(end) } else { at + 1 };
        }
        println!("{cuts} cuts in {length} bytes");
        assert!(at + 1 >= length, "{at} of {length} bytes");
    }
}

fn account(number: u32) -> AccountId {
    AccountId::new(&format!("user-{number}")).unwrap()
}
