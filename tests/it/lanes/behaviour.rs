//! What a lane costs, and in which order it answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use studio_credits::account::Declined;
use studio_credits::journal::Command;
use studio_credits::ledger::{Answer, Ledger, LedgerError, block_on};
use studio_credits::store::{LedgerStore, MemoryStore};
use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Model, Settlement, Spend, Studio, Unit, Work};

use super::stage::{End, Stage};
use super::store::Slow;
use crate::oracle::chance::Chance;

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn pool() -> AccountId {
    AccountId::new("team-1").unwrap()
}

pub(crate) fn ledger<S: LedgerStore>(store: S) -> Ledger<S> {
    Ledger::new(store, Unit::new("credits").unwrap()).with_lanes()
}

pub(crate) fn grant(amount: i32) -> Command {
    Command::Grant(Arc::new(Grant::new(GrantKind::Free, Credits::from_whole(amount)).unwrap()))
}

pub(crate) fn hold(amount: i32) -> Command {
    let work = Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    Command::Hold(Spend::new(work, Credits::from_whole(amount)).unwrap())
}

pub(crate) fn settle(hold: &str) -> Command {
    Command::Settle { hold: hold.parse().unwrap(), settlement: Settlement::whole() }
}

pub(crate) fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// Runs commands side by side, each a task of its own.
fn side_by_side<S: LedgerStore>(ledger: &Ledger<S>, commands: &[(&str, Command)]) -> Vec<Answer> {
    let mut stage = Stage::new();
    for (name, command) in commands {
        let key = key(name);
        stage.add(async move { ledger.run(&pool(), &key, command.clone(), now()).await });
    }
    stage.run(&mut Chance::new(7, 0), 0).unwrap();
    stage.ends.into_iter().map(|end| if let Some(End::Done(answer)) = end { answer } else { panic!() }).collect()
}

#[test]
fn what_queues_up_is_one_commit_and_each_has_its_answer() {
    let ledger = ledger(Slow::default());
    block_on(ledger.run(&pool(), &key("g"), grant(100), now())).unwrap();
    let (loads, commits) = (ledger.store().loads.load(Ordering::SeqCst), ledger.store().commits.load(Ordering::SeqCst));
    let commands: Vec<_> = ["a", "b", "c", "d"].map(|name| (name, hold(30))).into();
    let answers = side_by_side(&ledger, &commands);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(
        matches!(refused[..], [LedgerError::Declined(refusal)] if matches!(**refusal, Declined::Insufficient { .. }))
    );
    // The first takes the turn alone, the other three travel together; the refusal is looked at once more, as the key
    // may have been used before.
    assert_eq!(ledger.store().commits.load(Ordering::SeqCst) - commits, 2);
    assert_eq!(ledger.store().loads.load(Ordering::SeqCst) - loads, 1);
}

#[test]
fn a_command_of_a_known_account_is_one_call() {
    let ledger = ledger(Slow::default());
    block_on(ledger.run(&pool(), &key("g"), grant(100), now())).unwrap();
    for (name, command) in [("a", hold(30)), ("b", hold(30)), ("a/end", settle("a")), ("b/end", settle("b"))] {
        let before = [&ledger.store().loads, &ledger.store().commits].map(|calls| calls.load(Ordering::SeqCst));
        block_on(ledger.run(&pool(), &key(name), command, now())).unwrap();
        let after = [&ledger.store().loads, &ledger.store().commits].map(|calls| calls.load(Ordering::SeqCst));
        assert_eq!([after[0] - before[0], after[1] - before[1]], [0, 1], "loads and commits of `{name}`");
    }
}

#[test]
fn the_same_key_twice_in_one_batch_is_done_once() {
    let ledger = ledger(Slow::default());
    let commands = [("x", grant(1)), ("g", grant(100)), ("g", grant(100)), ("g", grant(99))];
    let answers = side_by_side(&ledger, &commands);
    let done: Vec<_> = answers.iter().flatten().map(|receipt| receipt.key.as_str()).collect();
    let of_key = done.iter().filter(|key| **key == "g").count();
    assert!(of_key == 1 || of_key == 2, "{done:?}");
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(refused.iter().all(|refusal| matches!(refusal, LedgerError::Declined(refusal)
        if matches!(**refusal, Declined::KeyReused { .. }))));
    let sum = block_on(ledger.balance(&pool(), now())).unwrap().available;
    assert!([100, 101].contains(&sum.to_string().parse::<i64>().unwrap()), "{sum}");
}

#[test]
fn a_key_that_was_used_before_has_its_receipt_and_not_a_refusal() {
    let ledger = ledger(MemoryStore::default());
    let run = |name: &str, command: Command| block_on(ledger.run(&pool(), &key(name), command, now()));
    run("g", grant(100)).unwrap();
    let first = run("h", hold(100)).unwrap();
    run("h/end", settle("h")).unwrap();
    assert_eq!(run("h", hold(100)).unwrap(), first);
    assert_eq!(run("h/end", settle("h")).unwrap().key, key("h/end"));
}

#[test]
fn a_pool_that_others_write_to_as_well_is_read_again() {
    let store = Arc::new(MemoryStore::default());
    let (ours, theirs) = (ledger(store.clone()), ledger(store));
    block_on(ours.run(&pool(), &key("g"), grant(100), now())).unwrap();
    block_on(theirs.run(&pool(), &key("h"), hold(90), now())).unwrap();
    let refusal = block_on(ours.run(&pool(), &key("i"), hold(20), now())).unwrap_err();
    assert_eq!(refusal.to_string(), "20 required and 10 available for this work: 10 missing");
    block_on(theirs.run(&pool(), &key("g2"), grant(100), now())).unwrap();
    // By what is known here there is too little: the refusal is not believed.
    assert!(block_on(ours.run(&pool(), &key("i"), hold(110), now())).is_ok());
}

#[test]
fn a_crowd_that_is_dropped_at_once_keeps_nobody_out() {
    let ledger = ledger(Slow::default());
    let mut crowd: Vec<_> = (0..2_000)
        .map(|number| {
            let (ledger, key) = (&ledger, key(&format!("g{number}")));
            Box::pin(async move { ledger.run(&pool(), &key, grant(1), now()).await })
        })
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    let told: Vec<_> = crowd.iter_mut().map(|one| one.as_mut().poll(&mut context)).collect();
    assert!(
        told.iter().any(|told| matches!(told, Poll::Ready(Err(LedgerError::QueueFull { .. })))),
        "more than may wait"
    );
    drop(crowd);
    block_on(ledger.run(&pool(), &key("g"), grant(100), now())).unwrap();
    assert_eq!(block_on(ledger.balance(&pool(), now())).unwrap().available, Credits::from_whole(100));
}
