//! Many tasks on one account, over a store that fails, with tasks dropped at any poll.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use studio_credits::account::Account;
use studio_credits::journal::{Command, Entry, Receipt};
use studio_credits::ledger::{Answer, Ledger, LedgerError, block_on};
use studio_credits::store::{Freshness, LedgerStore, MemoryStore};
use studio_credits::{Credits, Unit};

use super::behaviour::{grant, hold, key, ledger, now, pool, settle};
use super::stage::{End, Stage};
use super::store::Slow;
use crate::oracle::chance::Chance;

const SEEDS: u64 = 400;
const TASKS: u64 = 24;

#[test]
fn whoever_is_dropped_nothing_is_lost_or_done_twice() {
    let number = |name| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let (first, count) = (number("LANE_SEED"), number("LANE_SEEDS"));
    let first = first.unwrap_or(0)..;
    for seed in first.take(usize::try_from(count.unwrap_or(SEEDS)).unwrap()) {
        if let Err(what) = history(seed) {
            panic!("{what}\nLANE_SEED={seed} LANE_SEEDS=1 cargo test --all-features --test it -- lanes::crowd");
        }
    }
}

#[cfg(planted)]
#[test]
fn each_planted_mistake_is_found() {
    for mistake in ["doubt-lost-with-the-turn", "presumed-receipt", "jobs-lost-with-the-turn"] {
        studio_credits::planted::plant(Some(mistake));
        let found = (0..SEEDS).find_map(|seed| Some(format!("{} seeds: {}", seed + 1, history(seed).err()?)));
        let found = found.or_else(small_scope).or_else(repeats);
        studio_credits::planted::plant(None);
        println!("{mistake}: {found:?}");
        assert!(found.is_some(), "{mistake}");
    }
}

/// Three tasks on one account, of which one is dropped before a poll, while one commit is lost on the way and arrives
/// at the end: every task, every poll, every commit, in many orders.
#[test]
fn whoever_has_the_turn_may_be_dropped_at_any_poll() {
    if let Some(what) = small_scope() {
        panic!("{what}");
    }
}

/// A key comes again when nothing is available, in one batch with what is new: in many orders.
#[test]
fn a_key_that_comes_again_beside_new_ones_has_its_receipt() {
    if let Some(what) = repeats() {
        panic!("{what}");
    }
}

fn repeats() -> Option<String> {
    (0..24).find_map(|order| {
        let commands = [("b", hold(1)), ("c", hold(1)), ("o", hold(4))];
        let what = side_by_side(order, &[("a", grant(6)), ("o", hold(4))], &commands, None, Slow::default()).err()?;
        Some(format!("{what}: order {order}"))
    })
}

fn small_scope() -> Option<String> {
    let all = (0..24).flat_map(|order| (0..3).flat_map(move |victim| (0..14).map(move |poll| (order, victim, poll))));
    let all = all.flat_map(|(order, victim, poll)| (1..4).map(move |lost| (order, victim, poll, lost)));
    all.into_iter().find_map(|(order, victim, poll, lost)| {
        let what = handover(order, victim, poll, lost).err()?;
        Some(format!("{what}: order {order}, task {victim} dropped at poll {poll}, commit {lost} lost"))
    })
}

/// A hold that only a grant makes possible, in one batch behind another command.
fn handover(order: u64, victim: usize, poll: u64, lost: u64) -> Result<(), String> {
    let commands = [("b", grant(1)), ("g", grant(100)), ("h", hold(90))];
    side_by_side(order, &[("a", grant(1))], &commands, Some((victim, poll)), Slow::losing(lost))
}

/// Does what comes before, and then asks for commands side by side, of which one may be dropped before a poll.
fn side_by_side(
    order: u64,
    before: &[(&str, Command)],
    commands: &[(&str, Command)],
    drops: Option<(usize, u64)>,
    store: Slow,
) -> Result<(), String> {
    let store = Arc::new(store);
    let ledger = ledger(store.clone());
    for (name, command) in before {
        block_on(ask(&ledger, name, command)).map_err(|error| error.to_string())?;
    }
    let mut stage = Stage::new();
    for (name, command) in commands {
        stage.add(ask(&ledger, name, command));
    }
    let mut chance = Chance::new(order, 0);
    match drops {
        Some((victim, poll)) => stage.run_and_drop(&mut chance, victim, poll)?,
        None => stage.run(&mut chance, 0)?,
    }
    let (mut answers, mut refused) = (BTreeMap::new(), BTreeSet::new());
    for ((name, _), end) in commands.iter().zip(stage.ends) {
        match end.ok_or("a task without an end")? {
            End::Done(Ok(receipt)) => drop(answers.insert((*name).to_owned(), vec![receipt])),
            End::Done(Err(LedgerError::Declined(_) | LedgerError::Busy { .. } | LedgerError::Unavailable { .. })) => {
                refused.insert((*name).to_owned());
            }
            End::Done(Err(LedgerError::OutcomeUnknown { .. })) | End::Dropped => {}
            End::Done(Err(error)) => return Err(error.to_string()),
        }
    }
    block_on(store.arrive());
    audit(&store.inner, &answers, &refused)
}

/// Holds and settles of a crowd on one account, in two processes; then everything that is not known to be done is asked
/// for again, and what was lost arrives.
fn history(seed: u64) -> Result<(), String> {
    let mut chance = Chance::new(seed, 0);
    let store = Arc::new(Slow::failing(seed ^ 0xabcd, if chance.percent(30) { 0 } else { 5 + chance.below(30) }));
    let ledgers = [ledger(store.clone()), ledger(store.clone())];
    let processes = 1 + chance.below(2);
    let drops = if chance.percent(30) { 0 } else { chance.below(8) };
    block_on(ledger(&store.inner).run(&pool(), &key("g"), grant(60), now())).map_err(|error| error.to_string())?;
    let mut asked: Vec<(String, Command)> = Vec::new();
    for task in 0..TASKS {
        match chance.below(10) {
            0..=4 => asked.push((format!("h{task}"), hold(10 + i32::try_from(chance.below(40)).unwrap()))),
            5..=6 if !asked.is_empty() => {
                let (name, command) = chance.pick(&asked).clone();
                match command {
                    Command::Hold(_) => asked.push((format!("s{task}"), settle(&name))),
                    _ => asked.push((name, command)),
                }
            }
            _ => asked.push((format!("g{}", chance.below(4)), grant(40))),
        }
    }
    let mut answers: BTreeMap<String, Vec<Receipt>> = BTreeMap::new();
    let (mut refused, mut in_doubt) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..2 {
        let drops = if round == 0 { drops } else { 0 };
        let mut stage = Stage::new();
        // A refusal is taken for an answer: nothing may be done of it afterwards.
        let again: Vec<_> = asked.iter().filter(|(name, _)| !refused.contains(name)).collect();
        for (name, command) in &again {
            let ledger = &ledgers[usize::try_from(chance.below(processes)).unwrap()];
            stage.add(ask(ledger, name, command));
        }
        stage.run(&mut chance, drops)?;
        for ((name, _), end) in again.into_iter().zip(stage.ends) {
            match end {
                Some(End::Done(Ok(receipt))) => answers.entry(name.clone()).or_default().push(receipt),
                Some(End::Done(Err(LedgerError::Corrupt(corrupt)))) => return Err(corrupt.to_string()),
                Some(End::Done(Err(LedgerError::Declined(_)))) => drop(refused.insert(name.clone())),
                Some(End::Done(Err(_)) | End::Dropped) => drop(in_doubt.insert(name.clone())),
                None => return Err(format!("`{name}` has no end")),
            }
        }
    }
    block_on(store.arrive());
    // What was dropped or left in doubt may have been lost on the way, and arrive after a refusal; and what is asked
    // for twice at a time may be refused once.
    let once = |name: &String| asked.iter().filter(|(asked, _)| asked == name).count() == 1;
    refused.retain(|name| once(name) && !in_doubt.contains(name));
    audit(&store.inner, &answers, &refused)
}

async fn ask(ledger: &Ledger<Arc<Slow>>, name: &str, command: &Command) -> Answer {
    ledger.run(&pool(), &key(name), command.clone(), now()).await
}

/// The journal adds up, has each key at most once, and is what everybody was told.
fn audit(
    store: &MemoryStore,
    answers: &BTreeMap<String, Vec<Receipt>>,
    refused: &BTreeSet<String>,
) -> Result<(), String> {
    let head = block_on(store.load(&pool(), &[], Freshness::Latest)).unwrap().head.ok_or("nothing was written")?;
    let snapshot = Arc::unwrap_or_clone(head.snapshot.ok_or("no snapshot")?);
    let entries = block_on(store.entries(&pool(), 0, usize::MAX)).unwrap();
    let unit = Unit::new("credits").unwrap();
    let folded = Account::from_entries(pool(), unit, entries.iter().map(AsRef::as_ref)).map_err(|it| it.to_string())?;
    if folded.snapshot() != snapshot {
        return Err("the entries do not add up to the snapshot".to_owned());
    }
    let by_key = by_key(&entries)?;
    for (name, receipts) in answers {
        let written = by_key.get(name.as_str()).ok_or_else(|| format!("`{name}` was answered, and is not there"))?;
        if receipts.iter().any(|receipt| receipt.entries != *written) {
            return Err(format!("`{name}` was answered otherwise than it is written"));
        }
        if refused.contains(name) {
            return Err(format!("`{name}` was refused after it was done"));
        }
    }
    if let Some(name) = refused.iter().find(|name| by_key.contains_key(name.as_str())) {
        return Err(format!("`{name}` was refused, and then done"));
    }
    let totals = &snapshot.totals;
    let used = totals.held.checked_add(totals.spent).unwrap();
    if used > totals.granted || totals.available < Credits::ZERO {
        return Err(format!("{used} used of {}", totals.granted));
    }
    Ok(())
}

fn by_key(entries: &[Arc<Entry>]) -> Result<BTreeMap<&str, Vec<Arc<Entry>>>, String> {
    let mut by_key: BTreeMap<&str, Vec<Arc<Entry>>> = BTreeMap::new();
    for entry in entries {
        let Some(key) = &entry.key else { continue };
        if by_key.insert(key.as_str(), vec![entry.clone()]).is_some() {
            return Err(format!("`{key}` was done twice"));
        }
    }
    Ok(by_key)
}
