//! What is said of a command whose commit nobody knows the end of: that it was done, where it was; that it was not,
//! once nothing that is still under way can do it; and that nobody knows, only where nobody does.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use studio_credits::ledger::{Job, Ledger, Operation, Reply, Step};
use studio_credits::store::{Commit, Committed, StoreError};

use super::catalogue::unit;
use super::client::{asked, played, ready, told};
use super::script::{Ask, account};
use super::shelves::Shelves;
use super::twisted::Twisted;
use crate::account::words::instant;

/// Commits that are lost from sight.
type Lost = Arc<Mutex<Vec<Commit>>>;

fn known(rows: &[&str]) -> Shelves {
    let shelves = Shelves::default();
    played(&shelves, rows);
    shelves
}

fn lost_error() -> StoreError {
    StoreError::unknown("the connection was reset")
}

/// A store that loses these commits from sight; before the loss, others write what the rows say.
fn losing(shelves: Shelves, which: &'static [u64], others: &'static [&'static str]) -> (Twisted, Lost) {
    let lost = Lost::default();
    let kept = lost.clone();
    let store = Twisted::over(shelves).commit(move |call, shelves, commit| {
        if !which.contains(&call) {
            return Ok(shelves.write(commit));
        }
        kept.lock().unwrap().push(commit.clone());
        played(shelves, others);
        Err(lost_error())
    });
    (store, lost)
}

/// Nothing that was lost can arrive any more.
#[track_caller]
fn is_too_late(store: &Twisted, lost: &Lost) {
    let kept = store.shelves.kept();
    for commit in lost.lock().unwrap().iter() {
        assert_eq!(store.shelves.write(commit), Committed::Conflict);
    }
    assert_eq!(store.shelves.kept(), kept);
}

/// The store's clock moves on with each load.
fn passing(store: Twisted, instants: &'static [&'static str]) -> Twisted {
    store.load(|call, loaded| {
        let at: DateTime<Utc> = instant(instants[usize::try_from(call).unwrap() - 1]).unwrap();
        Ok(loaded.with_now(at))
    })
}

#[test]
fn what_was_lost_and_overtaken_is_refused_without_a_fence() {
    let (store, lost) = losing(known(&["grant a 100"]), &[1], &["charge other 80"]);
    let ledger = Ledger::new(store, unit());
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "30 required and 20 available for this work: 10 missing");
    assert_eq!((ledger.store().calls().commits, ledger.store().shelves.version(&account("user-7"))), (1, 2));
    is_too_late(ledger.store(), &lost);
}

#[test]
fn what_was_lost_is_fenced_off_before_it_is_refused() {
    let (store, lost) = losing(known(&["grant a 100 until=12:30"]), &[1], &[]);
    let ledger = Ledger::new(passing(store, &["12:10", "12:30"]), unit());
    let before = ledger.store().shelves.kept();
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "30 required and 0 available for this work: 30 missing");
    assert_eq!((ledger.store().calls().commits, ledger.store().shelves.version(&account("user-7"))), (2, 2));
    assert_eq!(ledger.store().shelves.kept(), before, "a fence changes the version alone");
    is_too_late(ledger.store(), &lost);
}

#[test]
fn a_fence_that_is_lost_is_set_again() {
    let (store, lost) = losing(known(&["grant a 100 until=12:30"]), &[1, 2, 3], &[]);
    let ledger = Ledger::new(passing(store, &["12:10", "12:30", "12:31", "12:32"]), unit());
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "30 required and 0 available for this work: 30 missing");
    assert_eq!((ledger.store().calls().commits, lost.lock().unwrap().len()), (4, 3));
    is_too_late(ledger.store(), &lost);
}

#[test]
fn a_fence_that_is_never_set_leaves_it_unknown() {
    let (store, lost) = losing(known(&["grant a 100 until=12:30"]), &[1, 2, 3], &[]);
    let ledger = Ledger::new(passing(store, &["12:10", "12:30", "12:31", "12:32"]), unit()).with_attempts(3);
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    let text = "nobody knows whether `h` was done, so ask again with the same key: the connection was reset";
    assert_eq!(error, text);
    let first = lost.lock().unwrap()[0].clone();
    assert_eq!(ledger.store().shelves.write(&first), Committed::Applied, "and so it may be");
}

#[test]
fn the_highest_doubt_is_fenced_off() {
    // Lost on top of version 1, others write, lost on top of version 2, and then there is not enough any more.
    let lost = Lost::default();
    let kept = lost.clone();
    let store = Twisted::over(known(&["grant a 100 until=12:30"])).commit(move |call, shelves, commit| {
        if call > 2 {
            return Ok(shelves.write(commit));
        }
        kept.lock().unwrap().push(commit.clone());
        if call == 1 {
            played(shelves, &["grant b 1"]);
        }
        Err(lost_error())
    });
    let ledger = Ledger::new(passing(store, &["12:10", "12:11", "12:30"]), unit());
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "30 required and 1 available for this work: 29 missing");
    let expected: Vec<_> = lost.lock().unwrap().iter().map(|commit| commit.expected).collect();
    assert_eq!((expected, ledger.store().calls().commits), (vec![1, 2], 3));
    is_too_late(ledger.store(), &lost);
}

#[test]
fn what_was_written_is_told_and_not_refused() {
    let store = Twisted::over(known(&["grant a 30"])).commit(|_, shelves, commit| {
        assert_eq!(shelves.write(commit), Committed::Applied);
        Err(lost_error())
    });
    let ledger = Ledger::new(store, unit());
    ready(asked("charge c 30").of(&ledger)).unwrap();
    assert_eq!(ledger.store().calls().commits, 1);
}

#[test]
fn once_the_head_has_moved_on_it_is_known_that_nothing_was_done() {
    // Lost, others write, and then each attempt is overtaken.
    let store = Twisted::over(known(&["grant a 100"])).commit(|call, shelves, _| {
        played(shelves, &[&format!("grant other{call} 1")]);
        if call == 1 { Err(lost_error()) } else { Ok(Committed::Conflict) }
    });
    let ledger = Ledger::new(store, unit()).with_attempts(3);
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "nothing was done: others wrote to the account first each time, attempts made: 3");
    assert_eq!(ledger.store().calls().commits, 3);

    let store = Twisted::over(known(&["grant a 100"])).commit(|call, shelves, _| {
        played(shelves, &[&format!("grant other{call} 1")]);
        Err(if call == 1 { lost_error() } else { StoreError::not_written("no connection") })
    });
    let ledger = Ledger::new(store, unit()).with_attempts(3);
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "nothing was done: no connection");
}

#[test]
fn as_long_as_the_head_is_where_it_was_nobody_knows() {
    let store = Twisted::over(known(&["grant a 100"]))
        .commit(|call, _, _| if call == 1 { Err(lost_error()) } else { Err(StoreError::not_written("no connection")) });
    let ledger = Ledger::new(store, unit()).with_attempts(3);
    let error = told(ready(asked("hold h 30").of(&ledger))).unwrap_err();
    assert_eq!(error, "nobody knows whether `h` was done, so ask again with the same key: no connection");
}

/// Drives a batch over a store whose first commit is written, and whose reply is lost; others write before the second,
/// which fails for good.
fn batch(rows: [&str; 2], others: &[&str]) -> Vec<Result<(), String>> {
    let (shelves, mut commits) = (known(&["grant a 10"]), 0);
    let jobs = rows.map(asked).map(|call| match call.ask {
        Ask::Order(order, _) => Job { key: call.key, order: *order, now: call.now },
        Ask::Balance => panic!("a batch changes something"),
    });
    let mut operation = Operation::new(account("user-7"), unit(), jobs);
    loop {
        let reply = match operation.step() {
            Step::Load { account, records, .. } => Reply::Loaded(Ok(shelves.read(account, records))),
            Step::Entries { account, after, max } => Reply::Entries(Ok(shelves.page(account, after, max))),
            Step::Commit(commit) => {
                commits += 1;
                if commits == 1 {
                    assert_eq!(shelves.write(commit), Committed::Applied);
                    played(&shelves, others);
                    Reply::Committed(Err(lost_error()))
                } else {
                    Reply::Committed(Err(StoreError::fatal("the disk is full")))
                }
            }
            Step::Pause(_) => Reply::Paused,
            Step::Done => break,
        };
        operation.reply(reply);
    }
    let answers = operation.into_answers().map(|answer| answer.unwrap());
    answers.map(|answer| answer.map(drop).map_err(|error| error.to_string())).collect()
}

#[test]
fn of_a_batch_what_was_done_is_told_whatever_becomes_of_the_rest() {
    let answers = batch(["charge c 10", "charge d 20"], &["grant b 50"]);
    assert_eq!(answers, [Ok(()), Err("nothing was done: the disk is full".to_owned())]);
}
