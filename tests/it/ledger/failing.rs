//! A store that fails for ever: each call of a ledger has an answer after so many calls of the store, and never hangs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use studio_credits::ledger::Ledger;
use studio_credits::store::{Committed, Head, Loaded, StoreError};

use super::catalogue::unit;
use super::client::{asked, played, ready};
use super::faulty::Fault;
use super::script::{Call, account};
use super::shelves::Shelves;
use super::twisted::{Calls, Twisted};

const FAULTS: [Fault; 3] = [Fault::NotWritten, Fault::Lost, Fault::Fatal];

fn known() -> Twisted {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 100", "hold h 30"]);
    Twisted::over(shelves)
}

/// What is answered, after how many calls; and nothing is written.
#[track_caller]
fn answered(store: Twisted, call: &Call, attempts: u32) -> (String, Calls) {
    let ledger = Ledger::new(store, unit()).with_attempts(attempts);
    let before = ledger.store().shelves.kept();
    let error = ready(call.of(&ledger)).unwrap_err();
    assert_eq!(ledger.store().shelves.kept(), before);
    (error.to_string(), ledger.store().calls())
}

fn calls(loads: u64, commits: u64, pages: u64) -> Calls {
    Calls { loads, commits, pages }
}

fn said(fault: Fault) -> String {
    fault.error().to_string()
}

#[test]
fn nothing_can_be_loaded() {
    for (attempts, fault) in [1, 3, 8].into_iter().flat_map(|attempts| FAULTS.map(|fault| (attempts, fault))) {
        for row in ["settle h whole", "deliver h", "balance", "grant b 5"] {
            let store = known().load(move |_, _| Err(fault.error()));
            let loads = if fault == Fault::Fatal { 1 } else { u64::from(attempts) + 1 };
            let expected = (format!("nothing was done: {}", said(fault)), calls(loads, 0, 0));
            assert_eq!(answered(store, &asked(row), attempts), expected, "{row}, {fault:?}");
        }
    }
}

#[test]
fn nothing_can_be_committed() {
    for (attempts, fault) in [1, 3, 8].into_iter().flat_map(|attempts| FAULTS.map(|fault| (attempts, fault))) {
        for row in ["settle h whole", "charge c 5", "@new grant b 5"] {
            let store = known().commit(move |_, _, _| Err(fault.error()));
            let call = asked(row);
            let text = match fault {
                Fault::Lost => {
                    let ask = "was done, so ask again with the same key";
                    format!("nobody knows whether `{}` {ask}: {}", call.key, said(fault))
                }
                _ => format!("nothing was done: {}", said(fault)),
            };
            let tried = u64::from(attempts);
            let expected = if fault == Fault::Fatal { calls(1, 1, 0) } else { calls(tried + 1, tried, 0) };
            assert_eq!(answered(store, &call, attempts), (text, expected), "{row}, {fault:?}");
        }
    }
}

#[test]
fn a_refusal_needs_no_commit() {
    for fault in FAULTS {
        let store = known().commit(move |_, _, _| Err(fault.error()));
        let text = "90 required and 70 available for this work: 20 missing";
        assert_eq!(answered(store, &asked("hold i 90"), 8), (text.to_owned(), calls(1, 0, 0)));
    }
}

#[test]
fn others_are_faster_for_ever() {
    for attempts in [1, 3, 8] {
        let store = known().commit(|_, _, _| Ok(Committed::Conflict));
        let tried = u64::from(attempts);
        let text = format!("nothing was done: others wrote to the account first each time, attempts made: {attempts}");
        assert_eq!(answered(store, &asked("settle h whole"), attempts), (text, calls(tried + 1, tried, 0)));
    }
}

#[test]
fn no_snapshot_reads_nor_any_entry() {
    for (attempts, fault) in [1, 3, 8].into_iter().flat_map(|attempts| FAULTS.map(|fault| (attempts, fault))) {
        for row in ["settle h whole", "balance"] {
            let unread = |head: Head| Head::unread(head.version, head.seq);
            let store = known().load(move |_, it| Ok(Loaded::latest(it.head.map(unread), it.records)));
            let store = store.page(move |_, _| Err(fault.error()));
            let tried = if fault == Fault::Fatal { 1 } else { u64::from(attempts) + 1 };
            let expected = (format!("nothing was done: {}", said(fault)), calls(tried, 0, tried));
            assert_eq!(answered(store, &asked(row), attempts), expected, "{row}, {fault:?}");
        }
    }
}

#[test]
fn entries_are_read_once() {
    for fault in FAULTS {
        let ledger = Ledger::new(known().page(move |_, _| Err(fault.error())), unit());
        let error = ready(ledger.entries(&account("user-7"), 0, 10)).unwrap_err();
        assert_eq!(error.to_string(), format!("nothing was done: {}", said(fault)));
        assert_eq!(ledger.store().calls(), calls(0, 0, 1));
    }
}

#[test]
fn between_attempts_is_a_pause_that_depends_on_the_key_and_the_attempt_alone() {
    let pauses = |key: &str| {
        let paused = Arc::new(Mutex::new(Vec::new()));
        let (seen, store) = (paused.clone(), known().commit(|_, _, _| Err(StoreError::not_written("busy"))));
        let ledger = Ledger::new(store, unit()).with_pause(move |pause| {
            seen.lock().unwrap().push(pause);
            std::future::ready(())
        });
        ready(asked(&format!("charge {key} 5")).of(&ledger)).unwrap_err();
        drop(ledger);
        Arc::into_inner(paused).unwrap().into_inner().unwrap()
    };
    let first = pauses("c");
    assert_eq!(first.len(), 8);
    assert_eq!(first, pauses("c"));
    assert_ne!(first, pauses("d"));
    let longest = [8, 16, 32, 64, 128, 250, 250, 250].map(Duration::from_millis);
    assert!(first.iter().zip(longest).all(|(pause, longest)| *pause < longest), "{first:?}");
}

#[test]
fn a_ledger_that_tries_no_times_tries_once() {
    let store = known().commit(|_, _, _| Ok(Committed::Conflict));
    let text = "nothing was done: others wrote to the account first each time, attempts made: 1";
    assert_eq!(answered(store, &asked("charge c 5"), 0), (text.to_owned(), calls(2, 1, 0)));
}

#[test]
fn a_store_that_recovers_is_tried_until_it_does() {
    for down in 1..=8 {
        let failed = AtomicU64::new(0);
        let store = known().commit(move |_, shelves, commit| match failed.fetch_add(1, Ordering::Relaxed) {
            times if times < down => Err(StoreError::not_written("no connection")),
            _ => Ok(shelves.write(commit)),
        });
        let ledger = Ledger::new(store, unit());
        let answer = ready(asked("settle h whole").of(&ledger));
        assert_eq!(answer.is_ok(), down < 8, "{down} times");
        assert_eq!(ledger.store().calls().commits, (down + 1).min(8));
    }
}
