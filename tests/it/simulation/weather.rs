//! How much goes wrong in one run: drawn anew for each seed, so that some runs have none of a kind.

use chrono::TimeDelta;

use super::faults::{OnCommit, OnRead};
use crate::oracle::chance::Chance;

/// Whether plans are asked about, and whether there are any: some runs have none, as accounts had none at first.
const PLANS: &[(bool, bool)] = &[
    (true, true),
    (true, true),
    (true, true),
    (true, true),
    (true, true),
    (true, false),
    (false, false),
    (false, false),
];

/// Shares are in percent.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each kind of weather is there or not, whatever the others are")]
pub(crate) struct Weather {
    pub(crate) clients: u64,
    pub(crate) accounts: u64,
    /// How often a client tries.
    pub(crate) attempts: u32,
    pub(crate) batches: u64,
    pub(crate) duplicates: u64,
    pub(crate) crashes: u64,
    /// Of the steps, those in which something late arrives.
    pub(crate) arrivals: u64,
    pub(crate) leaps: u64,
    /// Of the pauses, those that last for minutes.
    pub(crate) slow_pauses: u64,
    /// The store says what time it is.
    pub(crate) store_clock: bool,
    /// How far clocks of clients are apart.
    pub(crate) skew: TimeDelta,
    /// Of the commands, those with a clock that is quite wrong.
    pub(crate) wrong_clocks: u64,
    /// Whether clients ask about plans.
    pub(crate) asks_of_plans: bool,
    /// Whether the ledger sells any.
    pub(crate) sells_plans: bool,
    /// Of a thousand steps, those in which hours, days and months pass.
    pub(crate) pace: [u64; 3],
    commits: [(u64, OnCommit); 5],
    failed_reads: u64,
    fatal_reads: u64,
    stale: u64,
    unread: u64,
    calm: bool,
}

impl Weather {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        let mut share = |most| if chance.percent(45) { 0 } else { chance.between(1, most) };
        let commits = [
            (share(25), OnCommit::LostReply),
            (share(25), OnCommit::Late),
            (share(15), OnCommit::Lost),
            (share(15), OnCommit::NotWritten),
            (share(1), OnCommit::Fatal),
        ];
        let (failed_reads, fatal_reads, stale, unread) = (share(20), share(1), share(40), share(15));
        let (batches, duplicates, crashes, leaps) = (share(40), share(20), share(4), share(4));
        let (wrong_clocks, slow_pauses) = (share(2).min(1), share(60));
        let arrivals = [1, 3, 10, 40][chance.place(4)];
        let store_clock = chance.percent(25);
        // Only where the store says what time it is, what was written may be refused on the same head.
        let slow_pauses = if store_clock { 70 } else { slow_pauses };
        let attempts = [8, 8, 8, 4, 3, 2, 1][chance.place(7)];
        let skew = TimeDelta::seconds([0, 20, 140, 290, 330][chance.place(5)]);
        let (asks_of_plans, sells_plans) = *chance.pick(PLANS);
        let pace = [[5, 20, 40], [0, 6, 15], [0, 2, 5]].map(|pace| *chance.pick(&pace));
        let pace = if asks_of_plans { pace } else { [0; 3] };
        Self {
            clients: chance.between(2, 6),
            accounts: [1, 1, 1, 2, 3][chance.place(5)],
            attempts,
            batches,
            duplicates,
            crashes,
            arrivals,
            leaps,
            slow_pauses,
            store_clock,
            skew,
            wrong_clocks,
            asks_of_plans,
            sells_plans,
            pace,
            commits,
            failed_reads,
            fatal_reads,
            stale,
            unread,
            calm: false,
        }
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm_down(&mut self) {
        self.calm = true;
    }

    pub(crate) fn on_commit(&self, chance: &mut Chance) -> OnCommit {
        let mut left = chance.below(100);
        for (share, fault) in self.commits.iter().filter(|_| !self.calm) {
            if left < *share {
                return *fault;
            }
            left -= share;
        }
        OnCommit::Sound
    }

    pub(crate) fn on_read(&self, chance: &mut Chance) -> OnRead {
        match chance.below(1_000) {
            _ if self.calm => OnRead::Sound,
            at if at < self.failed_reads * 10 => OnRead::Failed,
            at if at >= 1_000 - self.fatal_reads => OnRead::Fatal,
            _ if chance.percent(self.stale) => OnRead::Stale(chance.below(5)),
            _ if chance.percent(self.unread) => OnRead::Unread,
            _ => OnRead::Sound,
        }
    }
}
