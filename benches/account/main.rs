//! What the rules of an account cost: no store, no I/O, just deciding and folding.
//!
//! - Pairs: a hold and its settlement, decided and folded, over 1 to 1,000 lots, for teams of 1 to 1,024 members, and at
//!   the limits of an account.
//! - Rebuilding: an account of a million entries, folded from the first on.
//!
//! `cargo bench --bench account` prints the figures: contestants take turns, medians of the rounds. `-- --test` runs each
//! case once and smaller.

#[path = "../scale/race.rs"]
mod race;
mod subject;

use std::{env, time::Instant};

use race::Race;
use studio_credits::{account::Account, journal::Seat};
use subject::Subject;

const LOTS: [usize; 4] = [1, 10, 100, 1_000];
const MEMBERS: [usize; 4] = [1, 10, 100, Seat::MAX];

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let (rounds, pairs, entries) = if test { (1, 10, 1_000) } else { (30, 10_000, 1_000_000) };
    compare(rounds, pairs);
    rebuild(entries);
}

fn compare(rounds: usize, pairs: usize) {
    let mut race = Race::of_rounds(rounds);
    for lots in LOTS {
        let mut subject = Subject::with_lots(lots);
        race.enter(lane("hold and settle", lots), pairs, 1, move |at| subject.hold_and_settle(at));
        let mut subject = Subject::with_lots(lots);
        race.enter(lane("charge", lots), pairs, 1, move |at| subject.charge(at));
        let mut subject = Subject::with_lots(lots);
        race.enter(lane("hold and release", lots), pairs, 1, move |at| subject.hold_and_release(at));
        let mut subject = Subject::with_lots(lots);
        race.enter(lane("grant and revoke", lots), pairs, 1, move |at| subject.grant_and_revoke(at));
        let subject = Subject::with_lots(lots);
        race.enter(lane("a refusal", lots), pairs / 10, 1, move |_| subject.refuse());
        let subject = Subject::with_lots(lots);
        race.enter(lane("balance", lots), pairs / 10, 1, move |_| subject.balance());
    }
    for members in MEMBERS {
        let mut subject = Subject::with_members(members);
        race.enter(team(members), pairs, 1, move |at| subject.hold_and_settle(at));
    }
    let mut subject = Subject::at_limits();
    race.enter("hold and settle, at the limits", pairs, 1, move |at| subject.hold_and_settle(at));
    let mut subject = Subject::at_limits();
    race.enter("charge, at the limits", pairs, 1, move |at| subject.charge(at));
    let mut subject = Subject::at_limits();
    race.enter("hold and release, at the limits", pairs, 1, move |at| subject.hold_and_release(at));
    let race = race.run();
    println!("\nrules alone, one core");
    race.show();
    println!(
        "  {:<44}{:>9.0}",
        "pairs of hold and settle a second, 1 lot",
        1e9 / race.nanos(&lane("hold and settle", 1))
    );
    for what in ["hold and settle", "charge", "hold and release"] {
        race.show_ratio(&lane(what, LOTS[3]), &lane(what, LOTS[0]));
        race.show_ratio(&format!("{what}, at the limits"), &lane(what, LOTS[0]));
    }
    race.show_ratio(&team(MEMBERS[3]), &team(MEMBERS[0]));
}

fn rebuild(count: usize) {
    let mut subject = Subject::with_lots(1);
    let journal = subject.journal(count);
    let start = Instant::now();
    let account = Account::from_entries(subject.id(), subject.unit(), journal.iter().map(AsRef::as_ref))
        .expect("a sound journal");
    let elapsed = start.elapsed();
    assert_eq!(&account, subject.account(), "the fold is the account");
    let each = elapsed.as_secs_f64() * 1e9 / f64::from(u32::try_from(journal.len()).expect("not that many"));
    println!("\nrebuilding an account of {} entries: {elapsed:.2?}, {each:.0} ns each", journal.len());
}

fn lane(what: &str, lots: usize) -> String {
    format!("{what}, {lots} lots")
}

fn team(members: usize) -> String {
    format!("hold and settle, {members} members")
}
