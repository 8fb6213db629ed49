//! How often what occurred in all runs, and that nothing that is simulated is missing.

use studio_credits::Key;
use studio_credits::journal::Record;

use crate::account::tally::{DECLINED, Tally};

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
    "asked: charge",
    "asked: charge back",
    "asked: close",
    "asked: extend",
    "asked: forgive",
    "asked: freeze",
    "asked: give",
    "asked: grant",
    "asked: hold",
    "asked: hold for a quote",
    "asked: mark unknown",
    "asked: refund",
    "asked: release",
    "asked: repair mark",
    "asked: revoke",
    "asked: settle",
    "asked: settle by an engine",
    "asked: take",
    "asked: thaw",
    "batches",
    "commits",
    "commits not written",
    "commits of the crashed",
    "conflicts",
    "crashes",
    "duplicates",
    "failed reads",
    "fatal commits",
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
const RARE: &[&str] =
    &["Closed", "HoldTooLong", "HoldsOpen", "NotPositive", "NotQuoted", "QuoteOver", "fatal reads", "fences"];

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
    let declined: Vec<_> = DECLINED.iter().filter(often).copied().collect();
    assert_eq!(tally.below(1, &declined), [""; 0], "these refusals never occurred");
    if seeds >= 1_000 {
        assert_eq!(tally.below(1, RARE), [""; 0], "these never occurred");
    }
}

pub(super) fn receipt_of(record: &Record) -> Option<&Key> {
    match record {
        Record::Receipt(receipt) => Some(&receipt.key),
        _ => None,
    }
}
