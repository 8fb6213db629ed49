//! What a call costs, in calls of the store: the same whatever is behind the account.

use serde_json::json;
use studio_credits::journal::Snapshot;
use studio_credits::ledger::{Ledger, block_on};
use studio_credits::store::{Head, Loaded};

use super::catalogue::unit;
use super::client::{asked, played, ready};
use super::script::account;
use super::shelves::Shelves;
use super::twisted::{Calls, Twisted};
use crate::account::words::instant;

/// An account, or the same as if it had 100,000 entries, none of which anybody may read.
fn store(long: bool) -> Twisted {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 100", "hold h 30", "charge c 10", "hold i quoted on=image/flux"]);
    let store = Twisted::over(shelves).page(|_, _| panic!("entries are read"));
    store.load(move |_, loaded| {
        let older = |head: Head| {
            let mut stored = serde_json::to_value(head.snapshot.as_ref().unwrap()).unwrap();
            stored["seq"] = json!(if long { 100_000 } else { head.seq });
            Head::new(head.version, serde_json::from_value::<Snapshot>(stored).unwrap().into())
        };
        Ok(Loaded::latest(loaded.head.map(older), loaded.records))
    })
}

#[test]
fn a_call_costs_the_same_however_long_the_journal_is() {
    let table = [
        ("balance", 1, 0),
        ("grant b 5", 1, 1),
        ("hold j 5", 1, 1),
        ("charge d 5", 1, 1),
        ("settle h whole", 1, 1),
        ("deliver i", 1, 1),
        ("release h failed", 1, 1),
        ("extend h 7200", 1, 1),
        ("take 5", 1, 1),
        ("freeze", 1, 1),
        ("hold h 30", 1, 0),
        ("hold j 500", 1, 0),
        ("settle c whole", 1, 0),
        ("refund c", 1, 1),
    ];
    for (row, loads, commits) in table {
        for long in [false, true] {
            let ledger = Ledger::new(store(long), unit());
            let _ = ready(asked(row).of(&ledger));
            assert_eq!(ledger.store().calls(), Calls { loads, commits, pages: 0 }, "{row}, {long}");
        }
    }
}

#[test]
fn what_is_used_up_is_looked_up_once_it_is_known() {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 10", "charge c 10", "hold h 0 overage=debt:50", "settle h 20"]);
    let ledger = Ledger::new(Twisted::over(shelves), unit());
    ready(asked("refund c").of(&ledger)).unwrap();
    assert_eq!(ledger.store().calls(), Calls { loads: 2, commits: 1, pages: 0 });
    ready(asked("grant b 20 repays").of(&ledger)).unwrap();
    assert_eq!(ledger.store().calls(), Calls { loads: 4, commits: 2, pages: 0 });
}

#[test]
fn looking_costs_one_call() {
    let ledger = Ledger::new(store(true), unit());
    let (id, now) = (account("user-7"), instant("12:00").unwrap());
    block_on(async {
        assert_eq!(ledger.account(&id).await.unwrap().seq(), 100_000);
        assert_eq!(ledger.balance(&id, now).await.unwrap().available.to_string(), "50");
        assert!(ledger.receipt(&id, &"h".parse().unwrap()).await.unwrap().is_some());
        assert!(ledger.charge_of(&id, &"c".parse().unwrap()).await.unwrap().is_some());
    });
    assert_eq!(ledger.store().calls(), Calls { loads: 4, commits: 0, pages: 0 });
}

#[test]
fn a_snapshot_that_does_not_read_costs_a_page_for_each_thousand_entries() {
    let unread = |head: Head| Head::unread(head.version, head.seq);
    let store = Twisted::default().load(move |_, it| Ok(Loaded::latest(it.head.map(unread), it.records)));
    let (ledger, id) = (Ledger::new(store, unit()), account("user-7"));
    for (entries, pages) in [(999, 1), (1_000, 1), (1_001, 2), (2_000, 2), (2_001, 3)] {
        let shelves = &ledger.store().shelves;
        for place in shelves.seq(&id)..entries {
            // The first of them opens the account as well.
            if place != 1 {
                played(shelves, &[&format!("charge c{place} 0")]);
            }
        }
        let before = ledger.store().calls();
        assert_eq!(ready(ledger.account(&id)).unwrap().seq(), entries);
        let after = ledger.store().calls();
        assert_eq!((after.loads - before.loads, after.pages - before.pages), (1, pages), "{entries} entries");
    }
}
