//! How often what occurred in all runs, and that nothing that is simulated is missing.

use studio_credits::Key;
use studio_credits::journal::{Event, Receipt, Record};

use crate::account::tally::{DECLINED, PLAN_DECLINED, Tally};

/// What every number of runs that is not small must have.
const WANTED: &[&str] = &[
    "accounts",
    "answered: busy",
    "answered: declined",
    "answered: no price",
    "answered: outcome unknown",
    "answered: receipt",
    "answered: unavailable",
    "answers at last",
    "asked: buy a top-up",
    "asked: cancel",
    "asked: charge",
    "asked: charge back",
    "asked: close",
    "asked: end",
    "asked: extend",
    "asked: fail a payment",
    "asked: forgive",
    "asked: freeze",
    "asked: give",
    "asked: give a reward",
    "asked: grant",
    "asked: hold",
    "asked: hold for a quote",
    "asked: join",
    "asked: leave",
    "asked: limit a member",
    "asked: mark unknown",
    "asked: promise a reward",
    "asked: refund",
    "asked: release",
    "asked: renew",
    "asked: repair mark",
    "asked: resume",
    "asked: revoke",
    "asked: schedule a change",
    "asked: set auto top-up",
    "asked: set zone",
    "asked: settle",
    "asked: settle by an engine",
    "asked: subscribe",
    "asked: take",
    "asked: take a reward back",
    "asked: thaw",
    "asked: upgrade",
    "batches",
    "commits",
    "commits not written",
    "commits of the crashed",
    "conflicts",
    "crashes",
    "duplicates",
    "events: allowance granted",
    "events: auto top-up due",
    "events: expiring soon",
    "events: low balance",
    "events: plan changed",
    "events: run out",
    "events: subscription ended",
    "failed reads",
    "fatal commits",
    "jumps of the clock",
    "late commits",
    "late landings",
    "late refusals",
    "lost commits",
    "lost replies",
    "pages of entries",
    "pauses",
    "repeats",
    "second editions",
    "slow pauses",
    "sound commits",
    "sound reads",
    "stale reads",
    "unknowns",
    "unread snapshots",
    "wrong clocks",
];

/// What takes more runs to occur for sure.
const RARE: &[&str] = &[
    "ChangePaid",
    "Closed",
    "ForGood",
    "HoldTooLong",
    "HoldsOpen",
    "LastOwner",
    "LimitBelowUse",
    "MemberAlready",
    "NoAutoTopUp",
    "NoMember",
    "NoOwner",
    "NoSeat",
    "NotAnOwner",
    "NotPositive",
    "NotQuoted",
    "NothingToResume",
    "PaidAhead",
    "PastDueAlready",
    "QuoteOver",
    "TakenBack",
    "TooManyMembers",
    "fatal reads",
    "fences",
];

/// Refusals that runs cannot come to: their amounts and instants are in range, and their unit is the only one.
const NEVER: &[&str] = &["OtherUnit", "OutOfRange", "TimeOutOfRange"];

pub(super) fn print(seeds: u64, commands: u64, tally: &Tally) {
    println!("{seeds} runs of {commands} commands:");
    for (what, count) in &tally.0 {
        println!("{count:>12} {what}");
    }
}

pub(super) fn complete(seeds: u64, commands: u64, tally: &Tally) {
    if seeds * commands < 100 * 200 {
        return;
    }
    assert_eq!(tally.below(1, WANTED), [""; 0], "these never occurred");
    let often = |name: &&&str| !NEVER.contains(name) && !RARE.contains(name);
    let declined: Vec<_> = DECLINED.iter().chain(PLAN_DECLINED).filter(often).copied().collect();
    assert_eq!(tally.below(1, &declined), [""; 0], "these refusals never occurred");
    if seeds >= 1_000 {
        assert_eq!(tally.below(1, RARE), [""; 0], "these never occurred");
    }
}

pub(super) fn receipt_of(record: &Record) -> Option<&Receipt> {
    match record {
        Record::Receipt(receipt) => Some(receipt),
        _ => None,
    }
}

pub(super) fn key_of(record: &Record) -> Option<&Key> {
    receipt_of(record).map(|receipt| &receipt.key)
}

pub(super) fn event(event: &Event) -> &'static str {
    match event {
        Event::AllowanceGranted { .. } => "events: allowance granted",
        Event::AutoTopUpDue { .. } => "events: auto top-up due",
        Event::ExpiringSoon { .. } => "events: expiring soon",
        Event::LowBalance { .. } => "events: low balance",
        Event::PlanChanged { .. } => "events: plan changed",
        Event::RunOut => "events: run out",
        Event::SubscriptionEnded { .. } => "events: subscription ended",
        _ => "events: of another kind",
    }
}
