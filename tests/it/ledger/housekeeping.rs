//! Holds across accounts, several stores as one, drift of heads, and receipts that are forgotten.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::{Command, Entry, Record, RecordName};
use studio_credits::ledger::{Drift, HoldOf, HoldsAsk, Ledger, block_on};
use studio_credits::store::{
    Commit, Committed, Freshness, Head, Inventory, LedgerStore, Listing, Loaded, MemoryStore, Routed, StoreError,
};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Life, Model, Settlement, Spend, Studio, Terms, Unit, Work,
};

use super::twisted::Twisted;

pub(super) fn at(minute: i64) -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
}

pub(super) fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

pub(super) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

pub(super) fn over<S: LedgerStore>(store: S) -> Ledger<S> {
    Ledger::new(store, Unit::new("credits").unwrap())
}

pub(super) fn grant(credits: i32) -> Command {
    Command::Grant(Grant::new(GrantKind::TopUp, Credits::from_whole(credits)).unwrap().into())
}

fn minutes(minutes: u32) -> Life {
    Life::seconds(60 * minutes).unwrap()
}

/// A hold that lapses after so many minutes.
fn hold(credits: i32, minutes: u32) -> Command {
    let work = Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    let spend = Spend::new(work, Credits::from_whole(credits)).unwrap();
    Command::Hold(spend.with_terms(Terms::default().with_life(self::minutes(minutes))))
}

pub(super) fn settle(name: &str) -> Command {
    Command::Settle { hold: name.parse().unwrap(), settlement: Settlement::whole() }
}

/// Four accounts: one with three holds of 10, 20 and 30 minutes, the last of which ended in a way that nobody knows,
/// one with a hold that is settled, one with a hold of 20 minutes, and one that was only ever given credits.
pub(super) fn played<S: LedgerStore>(ledger: &Ledger<S>) {
    let rows = [
        ("ada", "g", grant(100)),
        ("ada", "h1", hold(10, 10)),
        ("ada", "h2", hold(20, 20)),
        ("ada", "h3", hold(30, 30)),
        ("ada", "u3", Command::MarkUnknown { hold: "h3".parse().unwrap(), life: minutes(60) }),
        ("bob", "g", grant(100)),
        ("bob", "h1", hold(10, 10)),
        ("bob", "s1", settle("h1")),
        ("eve", "g", grant(100)),
        ("eve", "h1", hold(40, 20)),
        ("fay", "g", grant(100)),
    ];
    for (account, name, command) in rows {
        block_on(ledger.run(&id(account), &key(name), command, at(0))).unwrap();
    }
}

pub(super) fn holds<S: Inventory>(ledger: &Ledger<S>, ask: HoldsAsk, max: usize) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = block_on(ledger.holds(ask, after.as_ref(), max)).unwrap();
        let told = |it: &Result<HoldOf, Drift>| match it {
            Ok(of) => format!("{}/{}", of.account, of.hold.id),
            Err(drift) => drift.to_string(),
        };
        pages.push(page.found.iter().map(told).collect());
        match page.next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

/// Each account in a store of its own, but for two.
fn routed() -> Routed<Arc<MemoryStore>> {
    let stores = (0..3).map(|_| Arc::default()).collect();
    Routed::new(stores, |account| match account.as_str() {
        "ada" | "fay" => 2,
        "bob" => 0,
        _ => 1,
    })
}

#[test]
fn holds_are_found_across_accounts() {
    let ledger = over(MemoryStore::default());
    played(&ledger);
    let all = |ask| holds(&ledger, ask, 10).concat();
    assert_eq!(all(HoldsAsk::Open), ["ada/h1", "ada/h2", "ada/h3", "eve/h1"]);
    assert_eq!(all(HoldsAsk::Unknown), ["ada/h3"]);
    assert_eq!(all(HoldsAsk::Overdue(at(9))), [""; 0]);
    assert_eq!(all(HoldsAsk::Overdue(at(10))), ["ada/h1"]);
    assert_eq!(all(HoldsAsk::Overdue(at(20))), ["ada/h1", "ada/h2", "eve/h1"]);
    assert_eq!(all(HoldsAsk::Overdue(at(59))), ["ada/h1", "ada/h2", "eve/h1"]);
    assert_eq!(all(HoldsAsk::Overdue(at(60))), ["ada/h1", "ada/h2", "ada/h3", "eve/h1"]);
    // What happens to the account afterwards writes that they lapsed.
    block_on(ledger.run(&id("ada"), &key("g2"), grant(1), at(20))).unwrap();
    assert_eq!(all(HoldsAsk::Overdue(at(20))), ["eve/h1"]);
}

#[test]
fn holds_are_found_page_by_page() {
    let ledger = over(MemoryStore::default());
    played(&ledger);
    assert_eq!(holds(&ledger, HoldsAsk::Open, 1), [vec!["ada/h1", "ada/h2", "ada/h3"], vec!["eve/h1"], vec![]]);
    assert_eq!(holds(&ledger, HoldsAsk::Open, 2), [vec!["ada/h1", "ada/h2", "ada/h3", "eve/h1"], vec![]]);
    assert_eq!(holds(&ledger, HoldsAsk::Open, 3), [["ada/h1", "ada/h2", "ada/h3", "eve/h1"]]);
    let none = block_on(ledger.holds(HoldsAsk::Open, None, 0)).unwrap();
    assert_eq!((none.found, none.next), (Vec::new(), None));
}

#[test]
fn several_stores_are_one() {
    let (one, many) = (over(MemoryStore::default()), over(routed()));
    played(&one);
    played(&many);
    for max in 1..5 {
        assert_eq!(holds(&many, HoldsAsk::Open, max), holds(&one, HoldsAsk::Open, max));
    }
    for name in ["ada", "bob", "eve", "fay", "nobody"] {
        assert_eq!(block_on(many.account(&id(name))).unwrap(), block_on(one.account(&id(name))).unwrap());
        assert_eq!(block_on(many.export(&id(name))).unwrap(), block_on(one.export(&id(name))).unwrap());
    }
    let sizes =
        many.store().stores().iter().map(|store| {
            block_on(store.load(&id("ada"), &[], Freshness::Latest)).unwrap().head.map_or(0, |head| head.seq)
        });
    assert_eq!(sizes.collect::<Vec<_>>(), [0, 0, 6]);
    assert_eq!(block_on(many.forget_receipts(at(1), 5, at(20_000))).unwrap(), 5);
    assert_eq!(block_on(many.forget_receipts(at(1), 50, at(20_000))).unwrap(), 6);
}

#[test]
fn what_is_left_where_an_account_was_is_not_listed() {
    let (one, many) = (over(MemoryStore::default()), over(routed()));
    played(&one);
    played(&many);
    // Before they were moved, two of them were in the first store.
    for name in ["ada", "eve"] {
        let export = block_on(many.export(&id(name))).unwrap().unwrap();
        block_on(over(&many.store().stores()[0]).import(&export)).unwrap();
    }
    block_on(many.run(&id("ada"), &key("s1"), settle("h1"), at(0))).unwrap();
    block_on(one.run(&id("ada"), &key("s1"), settle("h1"), at(0))).unwrap();
    for max in 1..5 {
        assert_eq!(holds(&many, HoldsAsk::Open, max), holds(&one, HoldsAsk::Open, max));
        for listing in [Listing::All, Listing::Holding, Listing::Due(at(10)), Listing::Due(at(20))] {
            for after in ["0", "ada", "bob"] {
                let expected = block_on(one.store().accounts(listing, Some(&id(after)), max)).unwrap();
                let listed = block_on(many.store().accounts(listing, Some(&id(after)), max)).unwrap();
                assert_eq!(listed, expected, "{max} of {listing:?} after {after}");
            }
        }
    }
}

#[test]
fn a_route_to_no_store_is_told() {
    let ledger = over(Routed::new(vec![MemoryStore::default()], |_| 1));
    let error = block_on(ledger.run(&id("ada"), &key("g"), grant(1), at(0))).unwrap_err();
    assert_eq!(error.to_string(), "nothing was done: account `ada` is routed to store 1 of 1");
}

/// A store that is twisted, with one account in its list.
pub(super) struct Listed(pub(super) Twisted);

impl LedgerStore for Listed {
    async fn load(&self, id: &AccountId, names: &[RecordName], fresh: Freshness) -> Result<Loaded, StoreError> {
        LedgerStore::load(&self.0, id, names, fresh).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        LedgerStore::commit(&self.0, commit).await
    }

    async fn entries(&self, id: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        LedgerStore::entries(&self.0, id, after, max).await
    }
}

impl Inventory for Listed {
    async fn accounts(&self, _: Listing, after: Option<&AccountId>, _: usize) -> Result<Vec<AccountId>, StoreError> {
        Ok(if after.is_none() { vec![id("ada")] } else { Vec::new() })
    }

    async fn records(&self, _: &AccountId, _: Option<&str>, _: usize) -> Result<Vec<Record>, StoreError> {
        Ok(Vec::new())
    }

    async fn forget_receipts(&self, _: DateTime<Utc>, _: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// What is told of the account `ada`, when her store answers so.
fn drift(twist: impl FnOnce(Twisted) -> Twisted) -> Vec<String> {
    let twisted = Twisted::default();
    let ledger = over(&twisted);
    for (name, command) in [("g", grant(100)), ("h1", hold(10, 10))] {
        block_on(ledger.run(&id("ada"), &key(name), command, at(0))).unwrap();
    }
    let ledger = over(Listed(twist(twisted)));
    let page = block_on(ledger.drift(None, 1)).unwrap();
    assert_eq!(page.next, Some(id("ada")));
    page.found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_head_that_is_not_what_the_entries_say_is_told() {
    let changed = |change: fn(&mut Entry)| {
        move |_, entries: Vec<Arc<Entry>>| {
            Ok(entries
                .into_iter()
                .map(|entry| {
                    let mut entry = Entry::clone(&entry);
                    change(&mut entry);
                    entry.into()
                })
                .collect())
        }
    };
    let table: [(&str, Vec<String>); 8] = [
        ("as it is", drift(|store| store)),
        ("account `ada`: entry 3 is missing", drift(|store| store.page(|_, _| Ok(Vec::new())))),
        (
            "account `ada`: the head counts 3 entries, and the next one is 4",
            drift(|store| store.page(changed(|entry| entry.seq += 1))),
        ),
        (
            "account `ada`: entry 3 does not say the sums that the snapshot says",
            drift(|store| store.page(changed(|entry| entry.totals.spent = Credits::from_whole(1)))),
        ),
        (
            "account `ada`: entry 3 does not have the hash that the snapshot has",
            drift(|store| {
                store.page(changed(|entry| entry.hash = serde_json::from_value("00".repeat(32).into()).unwrap()))
            }),
        ),
        (
            "account `ada`: its head counts 2 entries, and its snapshot 3",
            drift(|store| {
                store.load(|_, mut loaded| {
                    loaded.head.as_mut().unwrap().seq = 2;
                    Ok(loaded)
                })
            }),
        ),
        (
            "account `ada`: entry 3 does not read",
            drift(|store| store.page(|_, _| Err(StoreError::fatal("entry 3 does not read")))),
        ),
        (
            "account `ada`: entry 1 does not read",
            drift(|store| {
                store
                    .load(|_, loaded| {
                        Ok(Loaded::latest(loaded.head.map(|it| Head::unread(it.version, it.seq)), vec![]))
                    })
                    .page(|_, _| Err(StoreError::fatal("entry 1 does not read")))
            }),
        ),
    ];
    for (told, found) in table {
        assert_eq!(found, if told == "as it is" { vec![] } else { vec![told.to_owned()] });
    }
    let down = Twisted::default().load(|_, _| Err(StoreError::not_written("no connection")));
    let error = block_on(over(Listed(down)).drift(None, 1)).unwrap_err();
    assert_eq!(error.to_string(), "nothing was done: no connection");
    let ledger = over(MemoryStore::default());
    played(&ledger);
    let page = block_on(ledger.drift(None, 10)).unwrap();
    assert_eq!((page.found, page.next), (Vec::new(), None));
}

#[test]
fn what_is_still_there_is_not_made_again_once_its_receipt_is_forgotten() {
    let (ledger, gus, later) = (over(MemoryStore::default()), id("gus"), at(60 * 24 * 8));
    let work = Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    let month = minutes(60 * 24 * 30);
    let spend = Spend::new(work, Credits::from_whole(4)).unwrap();
    let spend = spend.with_terms(Terms::default().with_life(month));
    let (hold, charge) = (Command::Hold(spend.clone()), Command::Charge(spend));
    block_on(ledger.run(&gus, &key("g"), grant(10), at(0))).unwrap();
    block_on(ledger.run(&gus, &key("h"), hold.clone(), at(0))).unwrap();
    assert_eq!(block_on(ledger.forget_receipts(at(1), 100, later)).unwrap(), 2);
    for (name, again) in [("g", grant(10)), ("h", hold), ("h", charge)] {
        let error = block_on(ledger.run(&gus, &key(name), again, later)).unwrap_err();
        let told = format!("what key `{name}` made before is still there, and its receipt is gone");
        assert_eq!(error.to_string(), told);
    }
    let known = block_on(ledger.account(&gus)).unwrap();
    assert_eq!(known.totals().available, Credits::from_whole(6));
}

#[test]
fn receipts_are_kept_unless_somebody_asks() {
    let ledger = over(MemoryStore::default());
    played(&ledger);
    let later = at(60 * 24 * 8);
    block_on(ledger.run(&id("fay"), &key("late"), grant(1), later)).unwrap();
    let error = block_on(ledger.forget_receipts(at(1), 100, at(60 * 24 * 7))).unwrap_err();
    assert_eq!(error.to_string(), "nothing was done: receipts are kept for 7 days at least");
    assert_eq!(block_on(ledger.forget_receipts(at(0), 100, later)).unwrap(), 0);
    assert_eq!(block_on(ledger.forget_receipts(at(1), 4, later)).unwrap(), 4);
    assert_eq!(block_on(ledger.forget_receipts(at(1), 100, later)).unwrap(), 7);
    assert_eq!(block_on(ledger.forget_receipts(at(1), 100, later)).unwrap(), 0);
    assert!(block_on(ledger.receipt(&id("fay"), &key("g"))).unwrap().is_none());
    assert!(block_on(ledger.receipt(&id("fay"), &key("late"))).unwrap().is_some());
    // What became of a hold stays, and with it the name.
    assert!(block_on(ledger.charge_of(&id("bob"), &"h1".parse().unwrap())).unwrap().is_some());
}
