//! A store that answers nonsense: what contradicts itself is told so, nothing is written on top of it, and the store is
//! called a bounded number of times.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use studio_credits::journal::{Entry, Record, Snapshot};
use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::store::{Committed, Freshness, Head, Loaded, StoreError};

use super::catalogue::unit;
use super::client::{asked, played, ready};
use super::script::account;
use super::shelves::Shelves;
use super::twisted::{Calls, Twisted};

/// A grant, a hold that is settled, and one that is open.
fn known() -> Twisted {
    let shelves = Shelves::default();
    let rows = ["grant a 30 once=invoice-9", "hold h 20", "settle h whole key=s", "hold i 5"];
    played(&shelves, &rows);
    played(&shelves, &["@b grant a 30", "@b hold h 20"]);
    Twisted::over(shelves)
}

/// The same, with something done to what is loaded.
fn loading(twist: impl Fn(u64, Loaded) -> Loaded + Send + Sync + 'static) -> Twisted {
    known().load(move |call, loaded| Ok(twist(call, loaded)))
}

/// The same, with something done to the head alone.
fn heading(twist: impl Fn(Head) -> Head + Send + Sync + 'static) -> Twisted {
    loading(move |_, loaded| Loaded::latest(loaded.head.map(&twist), loaded.records))
}

fn with_version(head: Head, version: u64) -> Head {
    Head::new(version, head.snapshot.unwrap())
}

fn with_seq(head: Head, seq: u64) -> Head {
    let mut head = head;
    head.seq = seq;
    head
}

/// The same without a snapshot, and with something done to each page of entries.
fn folding(twist: impl Fn(u64, Vec<Arc<Entry>>) -> Vec<Arc<Entry>> + Send + Sync + 'static) -> Twisted {
    heading(|head| Head::unread(head.version, head.seq)).page(move |call, page| Ok(twist(call, page)))
}

fn snapshot(head: &Head, edit: impl Fn(&mut Value)) -> Arc<Snapshot> {
    let mut stored = serde_json::to_value(head.snapshot.as_ref().unwrap()).unwrap();
    edit(&mut stored);
    Arc::new(serde_json::from_value(stored).unwrap())
}

fn entry(entry: &Entry, edit: impl Fn(&mut Value)) -> Arc<Entry> {
    let mut stored = serde_json::to_value(entry).unwrap();
    edit(&mut stored);
    Arc::new(serde_json::from_value(stored).unwrap())
}

/// A record of another account, or of another key.
fn other_record(row: &str) -> Record {
    let store = Shelves::default();
    played(&store, &[row]);
    store.receipt(&account("user-7"), &"z".parse().unwrap()).unwrap()
}

/// A text with what all contradictions begin with.
fn whole(text: &str) -> String {
    text.replace("at entry", "account `user-7` is corrupt at entry")
}

#[track_caller]
fn says(store: Twisted, row: &str, text: &str, expected: (u64, u64, u64)) {
    let ledger = Ledger::new(store, unit());
    let before = ledger.store().shelves.kept();
    let error = ready(asked(row).of(&ledger)).unwrap_err();
    assert_eq!(error.to_string(), whole(text), "{row}");
    let (loads, commits, pages) = expected;
    assert_eq!(ledger.store().calls(), Calls { loads, commits, pages }, "{row}");
    assert_eq!(ledger.store().shelves.kept(), before, "{row}");
}

#[track_caller]
fn is_corrupt(store: Twisted, what: &str, (loads, pages): (u64, u64)) {
    let ledger = Ledger::new(store, unit());
    let before = ledger.store().shelves.kept();
    let error = ready(asked("charge c 5").of(&ledger)).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt(_)), "{error:?}");
    assert_eq!(error.to_string(), whole(what));
    assert_eq!(ledger.store().calls(), Calls { loads, commits: 0, pages });
    assert_eq!(ledger.store().shelves.kept(), before);
}

#[test]
fn heads() {
    is_corrupt(heading(|head| with_version(head, 0)), "at entry 5: it has a head of version 0", (1, 0));
    is_corrupt(heading(|head| with_seq(head, 6)), "at entry 6: its head counts 6 entries, and its snapshot 5", (1, 0));
    is_corrupt(heading(|head| with_seq(head, 4)), "at entry 4: its head counts 4 entries, and its snapshot 5", (1, 0));
    let other = |head: Head| Head::new(head.version, snapshot(&head, |it| it["account"] = json!("user-8")));
    is_corrupt(heading(other), "at entry 5: its snapshot is of account `user-8`", (1, 0));
    let uneven = |head: Head| Head::new(head.version, snapshot(&head, |it| it["totals"]["spent"] = json!("19")));
    is_corrupt(heading(uneven), "at entry 5: its totals do not add up", (1, 0));
    let poorer = |head: Head| Head::new(head.version, snapshot(&head, |it| it["lots"] = json!([])));
    is_corrupt(heading(poorer), "at entry 5: its lots do not have what is available in all", (1, 0));
}

#[test]
fn records() {
    let with = |record: Record| {
        loading(move |_, mut loaded| {
            loaded.records.push(record.clone());
            loaded
        })
    };
    is_corrupt(with(other_record("grant z 1")), "at entry 0: nobody asked for record `receipt/z`", (1, 0));
    let twice = loading(|_, mut loaded| {
        loaded.records.extend(loaded.records.clone());
        loaded
    });
    says(twice, "settle h whole key=s", "at entry 0: record `receipt/s` is there twice", (1, 0, 0));
    let beheaded = loading(|_, loaded| Loaded::latest(None, loaded.records));
    says(beheaded, "settle h whole key=s", "at entry 0: it has records, and no head", (1, 0, 0));
}

/// A receipt that is lost is no contradiction that can be seen: the command is decided on anew, and what it would
/// change is there already.
#[test]
fn records_that_are_lost() {
    let without = |kind: &'static str| {
        loading(move |_, mut loaded| {
            loaded.records.retain(|record| !record.name().to_string().starts_with(kind));
            loaded
        })
    };
    says(without("receipt/"), "settle h whole key=s", "hold `h` was settled at 2026-01-01T12:00:00Z", (1, 0, 0));
    says(without("receipt/"), "grant a 30 once=invoice-9", "`invoice-9` was used before, under key `a`", (1, 0, 0));
    let gone = |key: &str| format!("what key `{key}` made before is still there, and its receipt is gone");
    says(without("receipt/"), "hold i 5", &gone("i"), (1, 0, 0));
    // The commit finds what the load does not.
    let store = without("receipt/");
    played(&store.shelves, &["charge d 1"]);
    let text = "nothing was done: others wrote to the account first each time, attempts made: 8";
    says(store, "charge d 1", text, (9, 8, 0));
    says(without("charge/"), "refund h", "there is no charge `h`", (1, 0, 0));
    says(without("charge/"), "release h failed", "there is no hold `h`", (1, 0, 0));
    says(without("re"), "grant a 30 once=invoice-9", &gone("a"), (1, 0, 0));
}

#[test]
fn versions() {
    // Once a later version was seen, an earlier one is none.
    let back = known().load(|call, loaded| {
        let at = |head: Head| if call == 1 { with_version(head, 9) } else { head };
        Ok(Loaded::latest(loaded.head.map(at), loaded.records))
    });
    says(back, "charge c 5", "at entry 5: version 9 was there, and the store now has 4", (2, 1, 0));
    // A replica that lags is asked once, and then the latest is asked for.
    let lagging = known().load(|_, loaded| Ok(loaded.with_freshness(Freshness::Any)));
    says(lagging, "charge c 50", "at entry 5: the latest was asked for, and there may be something later", (2, 0, 0));
    let lagging = known().load(|_, loaded| Ok(loaded.with_freshness(Freshness::Any)));
    says(lagging, "balance", "at entry 5: the latest was asked for, and there may be something later", (1, 0, 0));
    // A wrong version is refused by the store itself, each time.
    let wrong = heading(|head| Head::new(head.version + 1, head.snapshot.unwrap()));
    says(
        wrong,
        "charge c 5",
        "nothing was done: others wrote to the account first each time, attempts made: 8",
        (9, 8, 0),
    );
}

#[test]
fn entries() {
    is_corrupt(folding(|_, _| Vec::new()), "at entry 0: its head counts 5 entries, and there are no more", (1, 1));
    is_corrupt(
        folding(|call, page| if call == 1 { page[..2].to_vec() } else { Vec::new() }),
        "at entry 2: its head counts 5 entries, and there are no more",
        (1, 2),
    );
    is_corrupt(folding(|_, page| page[1..].to_vec()), "at entry 2: it follows entry 0", (1, 1));
    is_corrupt(folding(|_, page| page.into_iter().rev().collect()), "at entry 5: it follows entry 0", (1, 1));
    is_corrupt(
        folding(|call, page| if call == 1 { page[..2].to_vec() } else { page[1..].to_vec() }),
        "at entry 4: it follows entry 2",
        (1, 2),
    );
    let again = folding(|_, page| page.iter().take(1).chain(&page).cloned().collect());
    is_corrupt(again, "at entry 1: it follows entry 1", (1, 1));
    let other = folding(|_, page| page.iter().map(|it| entry(it, |it| it["account"] = json!("user-8"))).collect());
    is_corrupt(other, "at entry 1: it is of account `user-8`", (1, 1));
    let uneven = folding(|_, page| page.iter().map(|it| entry(it, |it| it["totals"]["spent"] = json!("1"))).collect());
    is_corrupt(uneven, "at entry 1: the totals after it are not those before it and what it moves", (1, 1));
}

#[test]
fn pages_that_are_longer_than_they_may_be_are_read_as_far_as_the_head_counts() {
    let later = Arc::new(Mutex::new(None::<Arc<Entry>>));
    let store = heading(|head| Head::unread(head.version, head.seq)).page(move |_, mut page| {
        let mut later = later.lock().unwrap();
        let more = later.get_or_insert_with(|| entry(page.last().unwrap(), |it| it["seq"] = json!(6)));
        page.push(more.clone());
        Ok(page)
    });
    let ledger = Ledger::new(store, unit());
    ready(asked("charge c 5").of(&ledger)).unwrap();
    assert_eq!(ledger.store().calls(), Calls { loads: 1, commits: 1, pages: 1 });
}

/// Each load has another debt, for another charge, so that a grant that repays debts needs another record each time.
#[test]
fn a_store_that_answers_otherwise_each_time_is_not_asked_for_ever() {
    let store = known().load(|call, loaded| {
        let owing = |head: Head| {
            let indebted = snapshot(&head, |it| {
                it["debts"] = json!([{"of": {"charge": format!("h{call}")}, "amount": "1"}]);
                it["totals"]["debt"] = json!("1");
            });
            Head::new(head.version, indebted)
        };
        Ok(Loaded::latest(loaded.head.map(owing), loaded.records))
    });
    says(
        store,
        "grant z 5 repays",
        "nothing was done: the store has something else each time that it is asked",
        (33, 0, 0),
    );
}

#[test]
fn a_store_that_says_conflict_and_writes_is_found_out_by_the_receipt() {
    let store = known().commit(|_, shelves, commit| {
        assert_eq!(shelves.write(commit), Committed::Applied);
        Ok(Committed::Conflict)
    });
    let ledger = Ledger::new(store, unit());
    ready(asked("charge c 5").of(&ledger)).unwrap();
    assert_eq!(ledger.store().calls(), Calls { loads: 2, commits: 1, pages: 0 });
}

#[test]
fn a_contradiction_after_a_lost_commit_leaves_it_unknown() {
    let store = known().commit(|_, _, _| Err(StoreError::unknown("the connection was reset")));
    let store = store.load(|call, loaded| {
        let head = |head: Head| if call == 1 { head } else { with_version(head, 0) };
        Ok(Loaded::latest(loaded.head.map(head), loaded.records))
    });
    says(
        store,
        "charge c 5",
        "nobody knows whether `c` was done, so ask again with the same key: at entry 5: it has a head of version 0",
        (2, 1, 0),
    );
}
