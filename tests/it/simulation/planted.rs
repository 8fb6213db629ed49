//! Mistakes planted in the ledger and in the account, each of which the simulator has to find.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use studio_credits::planted::plant;

use super::runs::broken;
use super::small;

/// Mistakes in the ledger, and some of the account that many clients make worse.
const PLANTED: &[&str] = &[
    "conflict-taken-as-applied",
    "doubt-denied",
    "doubt-dispelled-unseen",
    "doubt-forgotten-after-a-conflict",
    "doubt-of-the-first-job-only",
    "fence-forgotten",
    "folded-beyond-the-head",
    "receipt-not-looked-up",
    "records-of-the-attempt-forgotten",
    "refused-before-the-commit",
    "repeat-before-the-commit",
    "stale-refusal",
    "store-clock-ignored",
    "unknown-taken-as-done",
    "unknown-taken-as-not-written",
    "unread-taken-as-new",
    "expired-comes-back",
    "lapse-needs-a-sweep",
    "other-intent-answered",
    "raw-clock",
    "reference-forgotten",
    "refund-not-recorded",
];

const SEEDS: u64 = 500;
const COMMANDS: u64 = 200;

#[test]
fn each_planted_mistake_is_found() {
    let mut missed = Vec::new();
    for name in PLANTED {
        let by_chance = first(name);
        let by_search = search(name, by_chance.is_none());
        let first_line = |why: &str| why.lines().next().unwrap_or_default().to_owned();
        let why = by_chance.as_ref().map(|(_, why)| why).or(by_search.as_ref()).map(|why| first_line(why));
        let seeds = by_chance.as_ref().map_or("no seed".to_owned(), |(seed, _)| format!("{seed} seeds"));
        let scope = by_search.as_ref().map_or("not by search", |_| "by search");
        println!("{name}: {seeds}, {scope}: {}", why.unwrap_or_default());
        if by_chance.is_none() && by_search.is_none() {
            missed.push(*name);
        }
    }
    assert_eq!(missed, [""; 0], "not found in {SEEDS} runs of {COMMANDS} commands, nor by the search");
}

/// The first seed that shows a mistake, and how.
fn first(planted: &'static str) -> Option<(u64, String)> {
    let (next, least) = (AtomicU64::new(1), AtomicU64::new(u64::MAX));
    let work = || {
        plant(Some(planted));
        let mut found = None;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > SEEDS || seed > least.load(Ordering::Relaxed) {
                return found;
            }
            if let Some(why) = broken(seed, COMMANDS, None) {
                least.fetch_min(seed, Ordering::Relaxed);
                found = Some((seed, why));
                return found;
            }
        }
    };
    thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().filter_map(|worker| worker.join().unwrap()).min()
    })
}

fn search(planted: &'static str, thorough: bool) -> Option<String> {
    let work = || {
        plant(Some(planted));
        small::search(None, thorough, false).1
    };
    thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// Mistakes that only a lane makes any worse: there, what is doubtful outlives an operation, and the next one may begin
/// with a head that is older.
#[cfg(feature = "lanes")]
#[test]
fn each_planted_mistake_is_found_in_a_lane() {
    for name in ["fence-of-the-last-doubt", "doubt-lost-with-the-turn", "fence-forgotten"] {
        plant(Some(name));
        let (runs, broken) = small::lane::search();
        plant(None);
        println!("{name}: run {runs} of a lane: {}", broken.as_deref().unwrap_or("not found"));
        assert!(broken.is_some(), "{name}");
    }
}
