//! Commands that travel together come to what they come to one after the other.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::RecordName;
use studio_credits::ledger::{Answer, Job, LedgerError, Operation, Reply, Step};
use studio_credits::plan::PlanBook;
use studio_credits::store::{Freshness, Loaded};
use studio_credits::{AccountId, Key, Unit};

use super::ask::Asked;
use super::make::{Maker, Names};
use super::plans;
use super::prices;
use super::shelves::Shelves;
use super::store::Store;
use crate::oracle::chance::Chance;

/// A version is one commit, and so many of them are another number: all else is the same.
#[test]
fn a_batch_is_what_its_commands_are_one_by_one() {
    let mut done = 0;
    for seed in 1..=if cfg!(debug_assertions) { 60 } else { 600 } {
        let mut chance = Chance::new(seed, 12);
        let sold = seed.is_multiple_of(2).then(|| plans::book().clone());
        let (mut maker, mut names) = (Maker::new(&mut chance, sold.is_some()), Names::of(sold.is_some()));
        let (mut batched, mut single) = (Shelves::default(), Shelves::default());
        let mut clock = prices::start();
        for _ in 0..30 {
            let count = chance.between(1, 8);
            let mut jobs: Vec<(Key, Asked, DateTime<Utc>)> = Vec::new();
            for _ in 0..count {
                clock += TimeDelta::seconds(chance.below(600).cast_signed());
                if sold.is_some() && chance.percent(5) {
                    clock += TimeDelta::hours(chance.below(900).cast_signed());
                }
                if !names.sent.is_empty() && chance.percent(12) {
                    let (key, asked) = chance.pick(&names.sent).clone();
                    jobs.push((key, asked, clock));
                    continue;
                }
                let (key, asked) = maker.command(&mut chance, &mut names, (clock, true, true));
                jobs.push((key, asked, clock));
            }
            let together = run(&mut batched, sold.as_ref(), &jobs);
            let one_by_one = jobs.iter().flat_map(|job| run(&mut single, sold.as_ref(), std::slice::from_ref(job)));
            let one_by_one: Vec<_> = one_by_one.collect();
            for ((job, ours), theirs) in jobs.iter().zip(&together).zip(&one_by_one) {
                assert_eq!(told(ours), told(theirs), "seed {seed}, {}", job.0);
                if let Ok(receipt) = ours {
                    names.done(receipt);
                    done += 1;
                }
            }
            let (ours, theirs) = (stored(&mut batched, &names), stored(&mut single, &names));
            assert_eq!(ours.records, theirs.records, "seed {seed}");
            let snapshot = |loaded: Loaded| loaded.head.and_then(|head| head.snapshot);
            assert_eq!(snapshot(ours), snapshot(theirs), "seed {seed}");
            let entries = |store: &mut Shelves| store.entries(&account(), 0, usize::MAX).unwrap();
            assert_eq!(entries(&mut batched), entries(&mut single), "seed {seed}");
        }
    }
    assert!(done > 1_000, "{done} commands were done");
}

fn account() -> AccountId {
    AccountId::new("user-7").unwrap()
}

fn told(answer: &Answer) -> String {
    match answer {
        Ok(receipt) => format!("{receipt:?}"),
        Err(error) => error.to_string(),
    }
}

fn run(store: &mut Shelves, sold: Option<&Arc<PlanBook>>, jobs: &[(Key, Asked, DateTime<Utc>)]) -> Vec<Answer> {
    let jobs = jobs.iter().map(|(key, asked, now)| Job { key: key.clone(), order: asked.order(), now: *now });
    let operation = Operation::new(account(), Unit::new("credits").unwrap(), jobs);
    let mut operation = sold.into_iter().cloned().fold(operation, Operation::with_plans);
    loop {
        let reply = match operation.step() {
            Step::Load { account, records, freshness } => Reply::Loaded(store.load(account, records, freshness)),
            Step::Entries { account, after, max } => Reply::Entries(store.entries(account, after, max)),
            Step::Commit(commit) => Reply::Committed(store.commit(commit)),
            Step::Pause(_) => Reply::Paused,
            Step::Done => break,
        };
        operation.reply(reply);
    }
    operation.into_answers().map(|answer| answer.unwrap_or(Err(LedgerError::Busy { attempts: 0 }))).collect()
}

/// The head and every record that there can be.
fn stored(store: &mut Shelves, names: &Names) -> Loaded {
    let keys = names.sent.iter().map(|(key, _)| key);
    let records = keys.flat_map(|key| {
        [RecordName::Receipt(key.clone()), RecordName::Charge(key.into()), RecordName::Lot(key.into())]
    });
    let records: Vec<_> = records.collect();
    store.load(&account(), &records, Freshness::Latest).unwrap()
}
