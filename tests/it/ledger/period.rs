//! Statements of periods, and where the entries of one begin: the same as from all entries, at the cost of few.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::AccountId;
use studio_credits::account::Statement;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::ledger::{Ledger, LedgerError, PeriodError};
use studio_credits::store::{Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError};

use super::catalogue::unit;
use super::client::{played, ready};
use super::script::account;
use super::shelves::Shelves;
use super::twisted::Twisted;
use crate::account::words::instant;

const MICRO: TimeDelta = TimeDelta::microseconds(1);

fn user() -> AccountId {
    account("user-7")
}

fn at(text: &str) -> DateTime<Utc> {
    instant(text).unwrap()
}

/// An account of some days, with entries at the same instant, work of two models, and an expiry.
fn some_days() -> Shelves {
    let shelves = Shelves::default();
    let rows = [
        "grant a 100 free until=2026-01-04",
        "grant b 1000 top-up",
        "hold h 30 on=image/flux",
        "12:30 settle h 20",
        "2026-01-02T09:00 charge c 10 on=video/kling",
        "2026-01-02T09:00 refund c 5",
        "2026-01-02T21:00 charge d 7 on=image/flux",
        "2026-01-05T09:00 charge e 8 on=image/flux",
        "2026-01-09T09:00 take 5",
    ];
    played(&shelves, &rows);
    shelves
}

#[test]
fn a_statement_is_that_of_all_entries() {
    let shelves = some_days();
    let all = shelves.page(&user(), 0, usize::MAX);
    let mut instants: Vec<_> = all.iter().flat_map(|entry| [entry.at - MICRO, entry.at, entry.at + MICRO]).collect();
    instants.sort_unstable();
    instants.dedup();
    assert_eq!((all.len(), instants.len()), (11, 21), "the expiry is one of them, at an instant of its own");
    let ledger = Ledger::new(&shelves, unit());
    for (place, &from) in instants.iter().enumerate() {
        let before = all.iter().filter(|entry| entry.at < from).count();
        assert_eq!(ready(ledger.entries_before(&user(), from)).unwrap(), u64::try_from(before).unwrap(), "{from}");
        for &until in &instants[place + 1..] {
            let expected = Statement::of(from, until, all.iter().map(AsRef::as_ref)).unwrap();
            assert_eq!(ready(ledger.statement(&user(), from, until)).unwrap(), expected, "{from} to {until}");
        }
    }
}

#[test]
fn pages_may_be_shorter_than_they_could_be() {
    let (from, until) = (at("2026-01-01"), at("2027-01-01"));
    let whole = ready(Ledger::new(some_days(), unit()).statement(&user(), from, until)).unwrap();
    let store = Twisted::over(some_days()).page(|_, page| Ok(page.into_iter().take(2).collect()));
    assert_eq!(ready(Ledger::new(store, unit()).statement(&user(), from, until)).unwrap(), whole);
    assert_eq!(whole.spent.to_string(), "40");
}

#[test]
fn where_nothing_happened_nothing_is_summed_up() {
    let ledger = Ledger::new(some_days(), unit());
    for (whose, from, until) in [
        (account("nobody"), "2026-01-01", "2027-01-01"),
        (user(), "2025-01-01", "2026-01-01"),
        (user(), "2026-01-06", "2026-01-07"),
        (user(), "2027-01-01", "2028-01-01"),
    ] {
        let statement = ready(ledger.statement(&whose, at(from), at(until))).unwrap();
        assert_eq!(statement, Statement::default(), "{whose}, {from}");
    }
    assert_eq!(ready(ledger.entries_before(&account("nobody"), at("2027-01-01"))).unwrap(), 0);
}

#[test]
fn a_period_ends_after_it_begins() {
    let ledger = Ledger::new(Twisted::over(some_days()), unit());
    for until in ["2026-01-02T00:00:00Z", "2026-01-01T12:00:00.500Z"] {
        let refusal = ready(ledger.statement(&user(), at("2026-01-02"), at(until))).unwrap_err();
        assert!(matches!(refusal, LedgerError::Period(PeriodError::Empty { .. })), "{refusal}");
        let text = format!("a period ends after it begins: this one is from 2026-01-02T00:00:00Z until {until}");
        assert_eq!(refusal.to_string(), text);
    }
    assert_eq!(ledger.store().calls().loads, 0, "nothing is read for it");
}

#[test]
fn what_nobody_has_touched_since_it_was_due_is_stated_once_it_is_written() {
    let shelves = Shelves::default();
    played(&shelves, &["grant a 100 free until=2026-01-04"]);
    let ledger = Ledger::new(&shelves, unit());
    let january = || ready(ledger.statement(&user(), at("2026-01-01"), at("2026-02-01"))).unwrap();
    let told =
        |statement: &Statement| (statement.expired.to_string(), statement.closing.unwrap().available.to_string());
    assert_eq!(told(&january()), ("0".into(), "100".into()));
    played(&shelves, &["2026-03-01 grant b 5"]);
    assert_eq!(told(&january()), ("100".into(), "0".into()), "it expired in January, whenever that was written");
}

#[test]
fn periods_that_adjoin_have_each_entry_once_also_where_a_mark_was_repaired() {
    let shelves = Shelves::default();
    let days = |range: std::ops::Range<u32>| range.map(|day| format!("2026-01-{day:02}T09:00"));
    let charges = |range| days(range).map(|at| format!("{at} charge c{at} 1"));
    let mut rows = vec!["2026-01-01 grant a 100".to_owned()];
    rows.extend(charges(2..5));
    // A host is three weeks ahead, and somebody sees it.
    rows.extend(charges(25..28));
    rows.push("2026-01-05 repair-mark".to_owned());
    rows.extend(["05", "06", "07", "08"].map(|day| format!("2026-01-{day}T10:00 charge d{day} 1")));
    rows.extend(["25", "28", "30"].map(|day| format!("2026-01-{day}T10:00 charge d{day} 1")));
    played(&shelves, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let all = shelves.page(&user(), 0, usize::MAX);
    assert!(!all.is_sorted_by_key(|entry| entry.at), "the repair lets it fall");

    let ledger = Ledger::new(&shelves, unit());
    for days in 1..=31 {
        let ends: Vec<_> = (0..).map(|n| at("2026-01-01") + TimeDelta::days(n * days)).take(33).collect();
        let tiles = ends.windows(2).map(|ends| ready(ledger.statement(&user(), ends[0], ends[1])).unwrap());
        let tiles: Vec<_> = tiles.filter(|tile| tile.opening.is_some()).collect();
        let charged: u64 = tiles.iter().flat_map(|tile| &tile.work).map(|work| work.charges).sum();
        assert_eq!(charged, 13, "periods of {days} days");
        assert!(tiles.windows(2).all(|two| two[0].closing == two[1].opening), "periods of {days} days");
        assert_eq!(tiles.last().unwrap().closing.unwrap(), all.last().unwrap().totals, "periods of {days} days");
    }
}

#[test]
fn a_past_period_stays_as_it_is_when_the_journal_grows() {
    let shelves = Shelves::default();
    let mut rows = vec!["grant a 100".to_owned(), "2026-03-01 charge early 1".to_owned()];
    rows.push("2026-01-03 repair-mark".to_owned());
    rows.extend((4..10).map(|day| format!("2026-01-0{day} charge c{day} 1")));
    played(&shelves, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let january = |shelves: &Shelves| {
        let ledger = Ledger::new(shelves, unit());
        ready(ledger.statement(&user(), at("2026-01-01"), at("2026-02-01"))).unwrap()
    };
    let then = january(&shelves);
    for day in 1..60 {
        let row = format!("{} charge later-{day} 1", (at("2026-02-01") + TimeDelta::days(day)).format("%Y-%m-%d"));
        played(&shelves, &[&row]);
        assert_eq!(january(&shelves), then, "after {day} more");
    }
}

#[test]
fn an_entry_that_is_missing_is_told() {
    let page = |hide: u64| {
        move |_, page: Vec<Arc<Entry>>| Ok(page.into_iter().filter(|entry| entry.seq != hide).collect::<Vec<_>>())
    };
    for hide in 1..=11 {
        let ledger = Ledger::new(Twisted::over(some_days()).page(page(hide)), unit());
        let refusal = ready(ledger.statement(&user(), at("2026-01-01"), at("2027-01-01"))).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!("account `user-7` is corrupt at entry {hide}: entry {hide} is missing")
        );
    }
    // As of a store that goes on with the next one: 8 is the first place that is looked at among 11.
    let another = Twisted::over(some_days()).page(|_, mut page| {
        page.iter_mut().filter(|entry| entry.seq == 8).for_each(|entry| Arc::make_mut(entry).seq = 9);
        Ok(page)
    });
    let refusal = ready(Ledger::new(another, unit()).entries_before(&user(), at("2026-01-02"))).unwrap_err();
    assert_eq!(refusal.to_string(), "account `user-7` is corrupt at entry 8: entry 8 is missing");
    let failing = Twisted::over(some_days()).page(|_, _| Err(StoreError::not_written("the disk is gone")));
    let refusal = ready(Ledger::new(failing, unit()).entries_before(&user(), at("2026-01-02"))).unwrap_err();
    assert_eq!(refusal.to_string(), "nothing was done: the disk is gone");
}

#[test]
fn sums_beyond_the_largest_amount_are_told() {
    let shelves = Shelves::default();
    let rows = [
        "grant a 1000000000000000000",
        "hold h 1 overage=debt:1000000000000000000",
        "charge c 999999999999999999",
        "settle h 1000000000000000000",
    ];
    played(&shelves, &rows);
    let ledger = Ledger::new(&shelves, unit());
    let refusal = ready(ledger.statement(&user(), at("2026-01-01"), at("2026-01-02"))).unwrap_err();
    let text = "the sums from 2026-01-01T00:00:00Z until 2026-01-02T00:00:00Z are beyond the largest amount";
    assert_eq!(refusal.to_string(), text);
}

/// A journal as long as one likes, with an entry each second.
struct Long {
    entry: Arc<Entry>,
    seq: u64,
    calls: [AtomicU64; 2],
    largest: AtomicU64,
}

impl Long {
    fn new(seq: u64) -> Self {
        let entry = some_days().page(&user(), 5, 1).remove(0);
        Self { entry, seq, calls: Default::default(), largest: AtomicU64::default() }
    }

    /// When an entry was written.
    fn at(seq: u64) -> DateTime<Utc> {
        at("2020-01-01") + TimeDelta::seconds(seq.cast_signed())
    }
}

impl LedgerStore for Long {
    async fn load(&self, _: &AccountId, _: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        self.calls[0].fetch_add(1, Ordering::Relaxed);
        Ok(Loaded::latest(Some(Head::unread(self.seq, self.seq)), Vec::new()))
    }

    async fn commit(&self, _: &Commit) -> Result<Committed, StoreError> {
        Err(StoreError::not_written("nobody writes here"))
    }

    async fn entries(&self, _: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.calls[1].fetch_add(1, Ordering::Relaxed);
        let max = u64::try_from(max).unwrap();
        self.largest.fetch_max(max, Ordering::Relaxed);
        let places = (after + 1)..=after.saturating_add(max).min(self.seq);
        Ok(places.map(|seq| Entry { seq, at: Self::at(seq), ..Entry::clone(&self.entry) }.into()).collect())
    }
}

#[test]
fn a_period_costs_its_own_pages_and_a_few_entries_however_many_are_before_it() {
    // Entries in all and in the period, the most reads for each of its two ends, and its own pages.
    for (seq, len, each_end, pages) in [
        (10, 10, 4, 1),
        (1_000, 10, 10, 1),
        (1_000_000, 10, 20, 1),
        (1_000_000, 2_500, 20, 3),
        (1_000_000_000, 10, 30, 1),
    ] {
        let ledger = Ledger::new(Long::new(seq), unit());
        // The last ones, all but one.
        let (from, until) = (Long::at(seq - len), Long::at(seq));
        let statement = ready(ledger.statement(&user(), from, until)).unwrap();
        assert_eq!(statement.work[0].charges, len.min(seq - 1), "{len} of {seq}");
        let Long { calls: [loads, reads], largest, .. } = ledger.store();
        assert_eq!(loads.load(Ordering::Relaxed), 1);
        let reads = reads.load(Ordering::Relaxed);
        assert!(reads <= 2 * each_end + pages, "{len} of {seq}: {reads} reads");
        assert_eq!(largest.load(Ordering::Relaxed), len.min(1_000).min(seq - 1), "a page is no larger than it need be");
    }
}
