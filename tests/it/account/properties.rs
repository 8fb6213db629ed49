//! What holds of every history of an account.

use std::env;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::{Command, Entry};
use studio_credits::{Grant, Key, Reason};

use super::ledger::{Answer, Ledger};
use super::plan_book::book;
use super::play::Step;
use super::shrink::{Under, history, replay, report};
use super::tally::{DECLINED, FACTS, PLAN_DECLINED, PLAN_FACTS, Tally, VERDICTS};
use crate::oracle::chance::Chance;

/// How many histories, how long, and the seed of the first.
pub(crate) fn extent() -> (u64, u64, u64) {
    let number = |name: &str, unsaid: u64| env::var(name).map_or(unsaid, |text| text.parse().expect(name));
    (number("ACCOUNT_CASES", 256), number("ACCOUNT_STEPS", 50), number("ACCOUNT_SEED", 1))
}

/// Plays histories of as many seeds, and counts what occurred.
fn all_agree(under: Under) -> Tally {
    let (cases, length, first) = extent();
    // A history under plans is long: something happens each day.
    let cases = if under == Under::Plans { cases.div_ceil(2) } else { cases };
    let mut tally = Tally::default();
    for seed in first..first + cases {
        let (play, steps, end) = history(seed, length, under);
        if let Err(why) = end {
            panic!("{}", report((seed, length, under), steps, &why));
        }
        tally.add(&play.tally);
    }
    println!("{cases} histories of {length} steps: {:?}", tally.0);
    tally
}

#[test]
fn an_account_under_plans_and_its_model_agree_on_every_step() {
    let (cases, length, _) = extent();
    let tally = all_agree(Under::Plans);
    if cases * length >= 256 * 50 {
        assert_eq!(tally.below(10, PLAN_FACTS), [""; 0], "facts are rare");
        assert_eq!(tally.below(1, PLAN_DECLINED), [""; 0], "these refusals never occurred");
        assert_eq!(tally.below(50, &["lifting plans", "lifting top-ups"]), [""; 0], "nothing would lift a refusal");
    }
}

#[test]
fn the_account_and_its_model_agree_on_every_step() {
    let (cases, length, _) = extent();
    let tally = all_agree(Under::Nothing);
    if cases * length >= 256 * 50 {
        assert_eq!(tally.below(10, FACTS), [""; 0], "facts are rare");
        assert_eq!(tally.below(5, DECLINED), [""; 0], "refusals are rare");
        assert_eq!(tally.below(100, VERDICTS), [""; 0], "verdicts are rare");
        assert_eq!(tally.below(20, &["repeats", "wait"]), [""; 0]);
    }
}

#[test]
fn repeats_of_what_was_done_change_nothing_wherever_they_stand() {
    for (seed, under) in (1..=40).flat_map(|seed| [(seed, Under::Nothing), (seed, Under::Plans)]) {
        let (play, steps, end) = history(seed, 50, under);
        end.unwrap();
        let mut chance = Chance::new(seed, 8);
        let mut repeated = match under {
            Under::Nothing => Ledger::new(),
            Under::Plans => Ledger::under(book()),
        };
        let mut done: Vec<&Step> = Vec::new();
        for step in &steps {
            if let Answer::Done(..) = repeated.run(&step.key, &step.command, step.now).unwrap() {
                done.push(step);
            }
            for _ in 0..chance.below(3).min(u64::try_from(done.len()).unwrap()) {
                let again = *chance.pick(&done);
                let at = again.now - TimeDelta::days(chance.below(900).cast_signed()) + TimeDelta::days(450);
                let answer = repeated.run(&again.key, &again.command, at).unwrap();
                assert!(matches!(answer, Answer::Repeat(_)), "seed {seed}: {answer:?}");
            }
        }
        assert_eq!(repeated.journal, play.ledger.journal, "seed {seed}");
        assert_eq!(repeated.records, play.ledger.records, "seed {seed}");
    }
}

#[test]
fn the_same_history_gives_the_same_bytes() {
    for (seed, under) in (1..=20).flat_map(|seed| [(seed, Under::Nothing), (seed, Under::Plans)]) {
        let (play, steps, end) = history(seed, 50, under);
        end.unwrap();
        let again = replay(&steps, under).unwrap();
        let bytes = |entries: &[Entry]| serde_json::to_string(entries).unwrap();
        assert_eq!(bytes(&play.ledger.journal), bytes(&again.ledger.journal), "seed {seed}");
        assert_eq!(play.ledger.stored(), again.ledger.stored(), "seed {seed}");
    }
}

/// What time does by itself, without the place in the journal and the sums, which other commands change.
fn by_time(entries: &[Entry]) -> Vec<String> {
    let by_time = entries.iter().filter(|entry| entry.key.is_none());
    by_time.map(|entry| format!("{} {:?} {:?}", entry.at, entry.fact, entry.postings)).collect()
}

#[test]
fn time_does_the_same_in_one_step_and_in_many() {
    let turn = |ledger: &mut Ledger, name: String, thaw: bool, at| {
        let (key, reason) = (Key::new(&name).unwrap(), Reason::new("to let time pass").unwrap());
        let command = if thaw { Command::Thaw { reason } } else { Command::Freeze { reason } };
        ledger.run(&key, &command, at).unwrap();
    };
    let mut moved = 0;
    for seed in 1..=60 {
        // Of a length that leaves holds open and lots to expire.
        let (play, _, end) = history(seed, 20 + seed % 20, Under::Nothing);
        end.unwrap();
        let (mut chance, length) = (Chance::new(seed, 9), play.ledger.journal.len());
        let (mut once, mut often) = (play.ledger.clone(), play.ledger);
        let mark = once.account.mark();
        if mark > "9998-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() {
            continue; // No time is left.
        }
        let (mut instants, days) = (vec![mark], 1 + chance.below(500).cast_signed());
        for _ in 0..chance.between(1, 12) {
            instants.push(mark + TimeDelta::microseconds(chance.below(86_400_000_000).cast_signed()) * 3);
        }
        instants.push(mark + TimeDelta::days(days));
        instants.sort();
        for (place, at) in instants.iter().enumerate() {
            often.account.balance_at(*at).unwrap();
            turn(&mut often, format!("freeze-{place}"), false, *at);
            turn(&mut often, format!("thaw-{place}"), true, *at);
        }
        let last = *instants.last().unwrap();
        turn(&mut once, "freeze".to_owned(), false, last);
        turn(&mut once, "thaw".to_owned(), true, last);
        assert_eq!(by_time(&once.journal[length..]), by_time(&often.journal[length..]), "seed {seed}");
        assert_eq!(once.account.balance_at(last), often.account.balance_at(last), "seed {seed}");
        assert_eq!(once.account.totals(), often.account.totals(), "seed {seed}");
        moved += by_time(&once.journal[length..]).len();
    }
    assert!(moved > 60, "time did nothing but {moved} times");
}

#[test]
fn a_grant_that_is_read_has_whole_microseconds_as_one_that_is_made() {
    let json = r#"{"kind":"free","amount":"1","effective_at":"2026-11-24T12:00:00.0000019Z",
        "expires_at":"2026-11-25T12:00:00.123456789Z","priority":0,"late_refund":"expires","repays_debt":false}"#;
    let grant: Grant = serde_json::from_str(json).unwrap();
    assert_eq!(grant.effective_at(), Some("2026-11-24T12:00:00.000001Z".parse().unwrap()));
    assert_eq!(grant.expires_at(), Some("2026-11-25T12:00:00.123456Z".parse().unwrap()));
}
