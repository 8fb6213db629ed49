//! Many runs, each told by its seed alone.

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use studio_credits::store::MemoryStore;

use super::run::Run;
use super::shelves::{Mistake, Shelves};
use super::store::{Store, Waited};
use crate::account::tally::Tally;

/// How many events of the account are told of a run that fails.
const LAST: usize = 40;

/// How many runs, of how many commands, and the seed of the first.
pub(super) fn extent() -> (u64, u64, u64) {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    (number("SIM_SEEDS", 100), number("SIM_COMMANDS", 200), number("SIM_SEED", 1))
}

#[test]
fn every_command_is_done_once_or_not_at_all_and_whoever_asks_finds_out() {
    let (seeds, commands, first) = extent();
    if seeds == 1 && traces() {
        let mut run = Run::new(first, commands, Shelves::default()).traced();
        println!("{:?}", run.play());
        println!("{}", told(&run, |_| true).concat());
    }
    let (tally, failed) = play_all((first, seeds), |seed| Run::new(seed, commands, Shelves::default()));
    super::tally::print(seeds, commands, &tally);
    if let Some(seed) = failed {
        panic!("{}", report(seed, commands));
    }
    super::tally::complete(seeds, commands, &tally);
}

#[test]
fn the_same_over_a_store_that_a_ledger_uses() {
    let (seeds, commands, first) = extent();
    let seeds = seeds.div_ceil(10);
    let run = |seed| Run::new(seed, commands, Waited(MemoryStore::default()));
    let (_, failed) = play_all((first, seeds), run);
    assert_eq!(failed, None, "the first seed that fails");
}

/// Plays fewer runs over stores that are made anew for each, unless somebody says how many there are to be.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn plays_over<S: Store>(fresh: impl Fn() -> S + Sync) {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    let (seeds, commands, first) = (number("SIM_SEEDS", 6), number("SIM_COMMANDS", 60), number("SIM_SEED", 1));
    let (tally, failed) = play_all((first, seeds), |seed| Run::new(seed, commands, fresh()));
    super::tally::print(seeds, commands, &tally);
    assert_eq!(failed, None, "the first seed that fails");
}

/// Plays runs on two threads, until one fails: what occurred, and the seed of one that failed.
fn play_all<S: Store>((first, seeds): (u64, u64), make: impl Fn(u64) -> Run<S> + Sync) -> (Tally, Option<u64>) {
    let (next, tally, failed) = (AtomicU64::new(first), Mutex::new(Tally::default()), Mutex::new(None));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + seeds || failed.lock().unwrap().is_some() {
                return;
            }
            let mut run = make(seed);
            if run.play().is_err() {
                let mut failed = failed.lock().unwrap();
                *failed = Some(failed.map_or(seed, |other: u64| other.min(seed)));
            }
            tally.lock().unwrap().add(&run.tally);
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    (tally.into_inner().unwrap(), failed.into_inner().unwrap())
}

/// Why a run of a seed fails over a store with a mistake, or with a mistake in the crate; nothing where it does not.
pub(super) fn broken(seed: u64, commands: u64, mistake: Option<Mistake>) -> Option<String> {
    Run::new(seed, commands, Shelves::new(mistake)).play().err()
}

fn traces() -> bool {
    env::var("SIM_TRACE").is_ok_and(|text| text == "1")
}

/// What happened to some of the accounts.
fn told<S>(run: &Run<S>, which: impl Fn(usize) -> bool) -> Vec<String> {
    let events = run.trace.iter().flatten().filter(|(account, _)| which(*account));
    events.map(|(account, what)| format!("  {account}: {what}\n")).collect()
}

/// What a person needs to see a run again.
fn report(seed: u64, commands: u64) -> String {
    let mut run = Run::new(seed, commands, Shelves::default()).traced();
    let why = run.play().err().unwrap_or_else(|| "it did not fail again".to_owned());
    let all = traces();
    let events = told(&run, |account| all || account == run.concerned);
    let few = if all { 0 } else { events.len().saturating_sub(LAST) };
    format!(
        "seed {seed} fails: {why}\nto be seen again by\n  SIM_SEED={seed} SIM_SEEDS=1 SIM_COMMANDS={commands} \
         cargo test --release --test it -- simulation::runs --nocapture\nwhat happened last to the account:\n{}",
        events[few..].concat()
    )
}
