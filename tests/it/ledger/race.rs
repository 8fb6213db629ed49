//! Many at once: one wins, and the others are told what is so.

use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::thread;

use studio_credits::ledger::{Ledger, block_on};
use studio_credits::store::LedgerStore;

use super::catalogue::unit;
use super::client::{played, told};
use super::script::{Reader, Told, account};
use super::shelves::Shelves;
use super::slow::Slow;
use crate::oracle::chance::Chance;

const MANY: usize = 100;

type Answers = Vec<Result<Told, String>>;

fn held() -> Shelves {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 100", "hold h quoted on=image/flux count=4"]);
    shelves
}

/// Ledgers over one store: one for all, or one for each.
fn ledgers<S: LedgerStore>(store: &Arc<S>, count: usize) -> Vec<Arc<Ledger<Arc<S>>>> {
    let ledger = || Ledger::new(store.clone(), unit());
    let mut ledgers: Vec<_> = (0..count).map(|_| Arc::new(ledger())).collect();
    #[cfg(feature = "lanes")]
    ledgers.extend((0..count).map(|_| Arc::new(ledger().with_lanes())));
    ledgers.truncate(count.max(2));
    ledgers
}

/// Makes each of these calls in a thread of its own.
fn in_threads(rows: &[String], count: usize) -> (Answers, Shelves) {
    let store = Arc::new(held());
    let (ledgers, barrier) = (ledgers(&store, count), Arc::new(Barrier::new(rows.len())));
    let answers = thread::scope(|scope| {
        let threads = rows.iter().enumerate().map(|(place, row)| {
            let (ledger, barrier) = (ledgers[place % ledgers.len()].clone(), barrier.clone());
            let call = Reader::default().call(row).unwrap();
            scope.spawn(move || {
                barrier.wait();
                told(block_on(call.of(&ledger)))
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    drop(ledgers);
    (answers, Arc::into_inner(store).unwrap())
}

/// Makes these calls as futures in one thread, of which chance picks the next to be polled.
fn interleaved(rows: &[String], count: usize, seed: u64) -> (Answers, Shelves) {
    let store = Arc::new(Slow(held()));
    let (ledgers, mut chance) = (ledgers(&store, count), Chance::new(seed, 11));
    let calls: Vec<_> = rows.iter().map(|row| Reader::default().call(row).unwrap()).collect();
    let mut context = Context::from_waker(Waker::noop());
    let mut answers: Vec<Option<Result<Told, String>>> = calls.iter().map(|_| None).collect();
    {
        let futures = calls.iter().zip(ledgers.iter().cycle()).map(|(call, ledger)| call.of(ledger));
        let mut waiting: Vec<_> = futures.map(Box::pin).enumerate().collect();
        while !waiting.is_empty() {
            let next = chance.place(waiting.len());
            if let Poll::Ready(answer) = waiting[next].1.as_mut().poll(&mut context) {
                answers[waiting.swap_remove(next).0] = Some(told(answer));
            }
        }
    }
    drop(ledgers);
    let Slow(shelves) = Arc::into_inner(store).unwrap();
    (answers.into_iter().map(Option::unwrap).collect(), shelves)
}

/// One is done, and all others are told that it was.
#[track_caller]
fn one_wins((answers, shelves): (Answers, Shelves)) {
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    let told = |error: &String| error == "hold `h` was settled at 2026-01-01T12:00:00Z";
    let others = answers.iter().filter(|answer| answer.as_ref().is_err_and(told)).count();
    assert_eq!((done, others), (1, MANY - 1), "{answers:?}");
    is_settled_once(&shelves);
}

/// All have the same receipt.
#[track_caller]
fn all_have_the_receipt((answers, shelves): (Answers, Shelves)) {
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    is_settled_once(&shelves);
}

#[track_caller]
fn is_settled_once(shelves: &Shelves) {
    let kept = &shelves.kept()[&account("user-7")];
    assert_eq!((kept.entries.len(), kept.snapshot.totals.spent.to_string()), (4, "40".to_owned()));
}

fn with_different_keys() -> Vec<String> {
    (0..MANY).map(|place| format!("deliver h key=s{place}")).collect()
}

fn with_one_key() -> Vec<String> {
    vec!["deliver h key=s".to_owned(); MANY]
}

#[test]
fn of_a_hundred_threads_that_settle_one_wins() {
    for ledgers in [1, MANY] {
        one_wins(in_threads(&with_different_keys(), ledgers));
    }
}

#[test]
fn a_hundred_threads_that_settle_under_one_key_have_one_receipt() {
    for ledgers in [1, MANY] {
        all_have_the_receipt(in_threads(&with_one_key(), ledgers));
    }
}

#[test]
fn of_a_hundred_futures_that_settle_one_wins() {
    for (seed, ledgers) in (1..=20).flat_map(|seed| [(seed, 1), (seed, MANY)]) {
        println!("seed {seed}");
        one_wins(interleaved(&with_different_keys(), ledgers, seed));
    }
}

#[test]
fn a_hundred_futures_that_settle_under_one_key_have_one_receipt() {
    for (seed, ledgers) in (1..=20).flat_map(|seed| [(seed, 1), (seed, MANY)]) {
        println!("seed {seed}");
        all_have_the_receipt(interleaved(&with_one_key(), ledgers, seed));
    }
}

#[test]
fn a_hundred_that_want_the_last_credits_get_them_once() {
    let rows: Vec<_> = (0..MANY).map(|place| format!("charge c{place} 60")).collect();
    for seed in 1..=20 {
        println!("seed {seed}");
        let (answers, shelves) = interleaved(&rows, MANY, seed);
        let text = "60 required and 0 available for this work: 60 missing";
        let refused = answers.iter().filter(|answer| answer.as_ref().is_err_and(|error| error == text)).count();
        assert_eq!((answers.iter().filter(|it| it.is_ok()).count(), refused), (1, MANY - 1), "{answers:?}");
        assert_eq!(shelves.kept()[&account("user-7")].snapshot.totals.spent.to_string(), "60");
    }
}
