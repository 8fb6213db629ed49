//! Whole accounts, out of a store and into another one.

use studio_credits::journal::{Command, Format, Record};
use studio_credits::ledger::{Export, ImportError, Ledger, LedgerError, block_on};
use studio_credits::store::{Commit, Committed, Head, MemoryStore, StoreError};
use studio_credits::{Credits, Reason, Reference};

use super::housekeeping::{Listed, at, grant, id, key, over, played, settle};
use super::twisted::Twisted;

#[test]
fn an_account_that_is_moved_goes_on_where_it_was() {
    let (old, new) = (over(MemoryStore::default()), over(MemoryStore::default()));
    played(&old);
    let export = block_on(old.export(&id("bob"))).unwrap().unwrap();
    let text = serde_json::to_string(&export).unwrap();
    let read: Export = serde_json::from_str(&text).unwrap();
    assert_eq!(read, export);
    block_on(new.import(&read)).unwrap();
    assert_eq!(block_on(new.account(&id("bob"))).unwrap(), block_on(old.account(&id("bob"))).unwrap());
    assert_eq!(block_on(new.export(&id("bob"))).unwrap(), Some(export.clone()));
    // What was done there is not done again here, and what was not, is.
    let again = block_on(new.run(&id("bob"), &key("s1"), settle("h1"), at(1))).unwrap();
    assert_eq!(Some(again), block_on(old.receipt(&id("bob"), &key("s1"))).unwrap());
    let refund = Command::Refund { charge: "h1".parse().unwrap(), amount: None, reason: Reason::new("black").unwrap() };
    let receipt = block_on(new.run(&id("bob"), &key("r1"), refund, at(1))).unwrap();
    assert_eq!(receipt.entries[0].totals.available, Credits::from_whole(100));
    assert!(block_on(old.export(&id("nobody"))).unwrap().is_none());
}

#[test]
fn an_account_is_brought_in_once_and_sound_or_not_at_all() {
    let (old, new) = (over(MemoryStore::default()), over(MemoryStore::default()));
    played(&old);
    let export = block_on(old.export(&id("bob"))).unwrap().unwrap();
    let mut torn = export.clone();
    torn.entries.remove(2);
    let error = block_on(new.import(&torn)).unwrap_err();
    assert!(matches!(error, ImportError::Corrupt(_)), "{error}");
    assert_eq!(error.to_string(), "account `bob` is corrupt at entry 4: it follows entry 2");
    assert!(block_on(new.export(&id("bob"))).unwrap().is_none());
    block_on(new.import(&export)).unwrap();
    let error = block_on(new.import(&export)).unwrap_err();
    assert!(matches!(error, ImportError::Exists { .. }), "{error}");
    let told = |error: fn() -> StoreError| {
        let ledger = over(Twisted::default().commit(move |_, _, _| Err(error())));
        block_on(ledger.import(&export)).unwrap_err().to_string()
    };
    assert_eq!(
        told(|| StoreError::unknown("the connection was reset")),
        "nobody knows whether account `bob` was brought in, so repeat it: the connection was reset"
    );
    assert_eq!(
        told(|| StoreError::not_written("no connection")),
        "account `bob` was not brought in, so repeat it: no connection"
    );
}

/// An account of 4,502 entries, which takes three commits: 2,000, 2,000 and 502.
fn long() -> (Ledger<MemoryStore>, Export) {
    let ledger = over(MemoryStore::default());
    block_on(ledger.run(&id("ada"), &key("g"), grant(1), at(0))).unwrap();
    let reason = Reason::new("a dispute").unwrap();
    for number in 0..2_250 {
        for (word, command) in
            [("f", Command::Freeze { reason: reason.clone() }), ("t", Command::Thaw { reason: reason.clone() })]
        {
            block_on(ledger.run(&id("ada"), &key(&format!("{word}{number}")), command, at(0))).unwrap();
        }
    }
    let export = block_on(ledger.export(&id("ada"))).unwrap().unwrap();
    assert_eq!((export.entries.len(), export.records.len()), (4_502, 4_501));
    (ledger, export)
}

/// A store whose n-th commit fails so, before or after it is written.
fn failing(at: u64, is_written: bool, error: fn(&'static str) -> StoreError) -> Twisted {
    Twisted::default().commit(move |call, shelves, commit| {
        if call != at || is_written {
            let written = shelves.write(commit);
            return if call == at { Err(error("no answer")) } else { Ok(written) };
        }
        Err(error("no answer"))
    })
}

#[test]
fn a_long_account_is_brought_in_by_parts_and_gone_on_with() {
    let (old, export) = long();
    let unknown: fn(&'static str) -> StoreError = StoreError::unknown;
    let failures = [
        (1, false, StoreError::not_written as fn(&'static str) -> StoreError, [0, 3]),
        (1, true, unknown, [1, 3]),
        (2, false, unknown, [1, 3]),
        (2, true, unknown, [2, 3]),
        (3, false, StoreError::fatal, [2, 3]),
    ];
    for (at, is_written, error, versions) in failures {
        let new = over(failing(at, is_written, error));
        let failed = block_on(new.import(&export)).unwrap_err();
        let is_unknown = matches!(failed, ImportError::OutcomeUnknown { .. });
        assert_eq!(
            (is_unknown, new.store().shelves.version(&id("ada"))),
            (error("").fate() == unknown("").fate(), versions[0])
        );
        block_on(new.import(&export)).unwrap();
        assert_eq!(new.store().shelves.version(&id("ada")), versions[1]);
        assert_eq!(block_on(new.account(&id("ada"))).unwrap(), block_on(old.account(&id("ada"))).unwrap());
        let kept = &new.store().shelves.kept()[&id("ada")];
        assert_eq!(kept.entries, export.entries);
        assert_eq!(kept.records.len(), export.records.len());
    }
    let new = over(failing(3, true, unknown));
    block_on(new.import(&export)).unwrap_err();
    let again = block_on(new.import(&export)).unwrap_err();
    assert!(matches!(again, ImportError::Exists { .. }), "{again}");
    assert_eq!(new.store().shelves.kept()[&id("ada")].entries, export.entries);
}

#[test]
fn nobody_else_is_written_over() {
    let (old, export) = long();
    let refused = |store: &Twisted| {
        let (before, error) = (store.shelves.kept(), block_on(over(store).import(&export)).unwrap_err());
        assert!(matches!(error, ImportError::Exists { .. }), "{error}");
        assert_eq!(store.shelves.kept(), before);
    };
    // Somebody uses the account before all of it is there.
    let used = failing(2, false, StoreError::not_written);
    block_on(over(&used).import(&export)).unwrap_err();
    block_on(over(&used).run(&id("ada"), &key("new"), grant(1), at(1))).unwrap();
    refused(&used);
    // Somebody else has the name, with as many commits as a part of this one.
    let other = Twisted::default();
    block_on(over(&other).run(&id("ada"), &key("g"), grant(2), at(0))).unwrap();
    refused(&other);
    // It is where it comes from.
    let error = block_on(old.import(&export)).unwrap_err();
    assert!(matches!(error, ImportError::Exists { .. }), "{error}");
}

/// An account of few entries and many records, which takes four commits: the last three have no entries.
fn wide() -> Export {
    let ledger = over(MemoryStore::default());
    played(&ledger);
    let mut export = block_on(ledger.export(&id("bob"))).unwrap().unwrap();
    let reference = |number| Reference::new(&format!("invoice-{number}")).unwrap();
    let paid = |number| Record::Reference { format: Format, reference: reference(number), key: key("g") };
    export.records.extend((0..6_000).map(paid));
    export
}

#[test]
fn a_part_without_entries_is_written_over_nobody() {
    let export = wide();
    let refused = |store: &Twisted| {
        let (before, error) = (store.shelves.kept(), block_on(over(store).import(&export)).unwrap_err());
        assert!(matches!(error, ImportError::Exists { .. }), "{error}");
        assert_eq!(store.shelves.kept(), before);
    };
    // Somebody else has the name, with as many commits as some parts of this one.
    for commits in 1..=4 {
        let other = Twisted::default();
        for number in 0..commits {
            block_on(over(&other).run(&id("bob"), &key(&format!("g{number}")), grant(2), at(0))).unwrap();
        }
        refused(&other);
    }
    // Somebody keeps what was lost from arriving, where the second part was to be.
    let fenced = failing(2, false, StoreError::not_written);
    block_on(over(&fenced).import(&export)).unwrap_err();
    let snapshot = fenced.shelves.kept()[&id("bob")].snapshot.clone();
    let fence = Commit::new(id("bob"), 1, Vec::new(), snapshot, Vec::new());
    assert_eq!(fenced.shelves.write(&fence), Committed::Applied);
    refused(&fenced);
}

#[test]
fn a_part_without_entries_is_gone_on_after() {
    let export = wide();
    for (at, is_written, version) in [(2, false, 1), (2, true, 2), (3, false, 2), (3, true, 3), (4, false, 3)] {
        let new = over(failing(at, is_written, StoreError::unknown));
        block_on(new.import(&export)).unwrap_err();
        assert_eq!(new.store().shelves.version(&id("bob")), version);
        block_on(new.import(&export)).unwrap();
        let kept = &new.store().shelves.kept()[&id("bob")];
        assert_eq!((&kept.entries, kept.records.len()), (&export.entries, export.records.len()));
    }
}

/// A first part that was lost arrives while it is sent again.
#[test]
fn a_part_that_arrives_late_is_gone_on_after() {
    let (_, export) = long();
    let new = over(Twisted::default().commit(|call, shelves, commit| match call {
        1 => Err(StoreError::unknown("no answer")),
        2 => {
            assert_eq!(shelves.write(commit), Committed::Applied);
            Ok(shelves.write(commit))
        }
        _ => Ok(shelves.write(commit)),
    }));
    let error = block_on(new.import(&export)).unwrap_err();
    assert!(matches!(error, ImportError::OutcomeUnknown { .. }), "{error}");
    // That it exists would mean that all of it is there.
    block_on(new.import(&export)).unwrap();
    assert_eq!(new.store().shelves.kept()[&id("ada")].entries, export.entries);
}

#[test]
fn an_account_that_others_write_to_is_not_exported_half() {
    let ledger = over(Listed(Twisted::default().load(|call, mut loaded| {
        loaded.head = Some(Head::unread(call, 0));
        Ok(loaded)
    })));
    let error = block_on(ledger.with_attempts(3).export(&id("ada"))).unwrap_err();
    assert!(matches!(error, LedgerError::Busy { attempts: 3 }), "{error}");
}
