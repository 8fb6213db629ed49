//! Histories of an account by chance, of which few steps are in vain: they name what there is, and when something is due.

mod plans;
mod terms;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::{Adjustment, ChargeState, Command, Status};
use studio_credits::{Actor, Delivery, GrantId, HoldId, Key, Life, Outcome, Reason, Settlement};

use self::plans::PlanVerb;
use super::model::{Job, MOST, Model, Nanos, credits};
use super::play::Step;
use super::quoting::priced;
use super::shrink::Under;
use crate::oracle::chance::Chance;

pub(crate) struct Maker {
    chance: Chance,
    clock: DateTime<Utc>,
    length: u64,
    keys: u64,
    asked: Vec<(Key, Command)>,
    /// Whether amounts reach for the largest that there is.
    huge: bool,
    /// How often each verb is used, so that histories differ in what they are about.
    weights: Vec<(u64, Verb)>,
    plan_weights: Vec<(u64, PlanVerb)>,
    under: Under,
}

#[derive(Clone, Copy)]
enum Verb {
    Grant,
    Give,
    Hold,
    Charge,
    Settle,
    MarkUnknown,
    Extend,
    Release,
    Refund,
    Revoke,
    ChargeBack,
    Take,
    Forgive,
    Freeze,
    Thaw,
    Close,
    RepairMark,
    /// Something about plans.
    Plan,
}

const VERBS: &[(u64, Verb)] = &[
    (70, Verb::Grant),
    (12, Verb::Give),
    (90, Verb::Hold),
    (40, Verb::Charge),
    (80, Verb::Settle),
    (12, Verb::MarkUnknown),
    (12, Verb::Extend),
    (25, Verb::Release),
    (60, Verb::Refund),
    (8, Verb::Revoke),
    (16, Verb::ChargeBack),
    (6, Verb::Take),
    (25, Verb::Forgive),
    (5, Verb::Freeze),
    (8, Verb::Thaw),
    (6, Verb::Close),
    (2, Verb::RepairMark),
];

impl Maker {
    pub(crate) fn new(seed: u64, length: u64, under: Under) -> Self {
        let mut chance = Chance::new(seed, if under == Under::Nothing { 7 } else { 9 });
        let mut weights: Vec<_> = VERBS.iter().map(|(weight, verb)| (weight * chance.between(1, 4), *verb)).collect();
        let mut plan_weights = Vec::new();
        if under == Under::Plans {
            weights.push((1_100, Verb::Plan));
            plan_weights.extend(plans::VERBS.iter().map(|(weight, verb)| (weight * chance.between(1, 4), *verb)));
        }
        let huge = chance.percent(8);
        let clock = DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap();
        Self { chance, clock, length, keys: 0, asked: Vec::new(), huge, weights, plan_weights, under }
    }

    pub(crate) fn step(&mut self, model: &Model) -> Step {
        let now = self.now(model);
        let look = self.chance.maybe(20, |_| ()).map(|()| (self.instant(model), self.spend(model)));
        if !self.asked.is_empty() && self.chance.percent(8) {
            let (key, command) = self.chance.pick(&self.asked).clone();
            let command = if self.chance.percent(40) { self.changed(&command, model) } else { command };
            return Step { key, command, now, look };
        }
        self.keys += 1;
        let key = Key::new(&format!("k{}", self.keys)).unwrap();
        let command = self.command(model);
        self.asked.push((key.clone(), command.clone()));
        Step { key, command, now, look }
    }

    fn command(&mut self, model: &Model) -> Command {
        let ahead = model.mark.is_some_and(|mark| mark - self.clock > TimeDelta::minutes(5));
        if ahead && self.under == Under::Nothing && self.chance.percent(30) {
            return Command::RepairMark { actor: actor(), reason: self.reason() };
        }
        match self.verb(model) {
            Verb::Grant => Command::Grant(self.grant(model)),
            Verb::Give => self.adjust(|maker| Adjustment::Give(maker.grant(model))),
            Verb::Hold => Command::Hold(self.spend(model)),
            Verb::Charge => Command::Charge(self.spend(model)),
            Verb::Settle => {
                let hold = self.hold(model, |job| matches!(job.fate, Some((ChargeState::Lapsed, _))));
                let settlement = self.settlement(model, &hold);
                Command::Settle { hold, settlement }
            }
            Verb::MarkUnknown => Command::MarkUnknown { hold: self.hold(model, |_| false), life: self.life() },
            Verb::Extend => Command::Extend { hold: self.hold(model, |_| false), life: self.life() },
            Verb::Release => Command::Release { hold: self.hold(model, |_| false), outcome: self.outcome() },
            Verb::Refund => {
                let charge = self.hold(model, |job| matches!(job.fate, Some((ChargeState::Settled, _))));
                let most = model.jobs.iter().find(|job| job.id == charge).map_or(1, |job| job.amount);
                let amount = self.chance.maybe(70, |_| ()).map(|()| credits(self.part_of(most)));
                Command::Refund { charge, amount, reason: self.reason() }
            }
            Verb::Revoke => Command::Revoke { grant: self.lot(model), reason: self.reason() },
            Verb::ChargeBack => Command::ChargeBack { grant: self.lot(model), reason: self.reason() },
            Verb::Take => {
                let most = model.sums().available;
                self.adjust(|maker| Adjustment::Take(credits(maker.part_of(most))))
            }
            Verb::Forgive => {
                let most = model.sums().debt;
                self.adjust(|maker| Adjustment::Forgive(credits(maker.part_of(most))))
            }
            Verb::Freeze => Command::Freeze { reason: self.reason() },
            Verb::Thaw => Command::Thaw { reason: self.reason() },
            Verb::Close => Command::Close { reason: self.reason() },
            Verb::RepairMark => Command::RepairMark { actor: actor(), reason: self.reason() },
            Verb::Plan => self.plan_command(model),
        }
    }

    /// A verb, and rarely one that has nothing to do.
    fn verb(&mut self, model: &Model) -> Verb {
        if model.status == Status::Frozen && self.chance.percent(25) {
            return Verb::Thaw;
        }
        if model.lots.len() < 3 && self.chance.percent(50) {
            return Verb::Grant;
        }
        let open = model.jobs.iter().any(|job| job.fate.is_none());
        let owes = model.debts.iter().any(|debt| debt.amount > 0);
        loop {
            let verb = self.chance.weighted(&self.weights);
            let vain = match verb {
                Verb::Settle | Verb::Refund => model.jobs.is_empty(),
                Verb::MarkUnknown | Verb::Extend | Verb::Release => !open,
                Verb::Forgive => !owes,
                Verb::Thaw => model.status != Status::Frozen,
                // After the end there is little to see.
                Verb::Close => self.keys * 4 < self.length * 3,
                // What a plan gave by a wrong clock, it gives again when that is set right.
                Verb::RepairMark if self.under == Under::Plans => continue,
                Verb::RepairMark => self.chance.percent(70),
                _ => false,
            };
            if !vain || self.chance.percent(4) {
                return verb;
            }
        }
    }

    /// Another intent for a key that was used: mostly the same command with something different in it.
    fn changed(&mut self, first: &Command, model: &Model) -> Command {
        match first {
            Command::Hold(spend) => Command::Hold(self.other_spend(spend, model)),
            Command::Charge(spend) => Command::Charge(self.other_spend(spend, model)),
            Command::Grant(grant) => Command::Grant(self.other_grant(grant)),
            Command::Settle { hold, .. } => {
                Command::Settle { hold: hold.clone(), settlement: self.settlement(model, hold) }
            }
            Command::Refund { charge, reason, .. } => {
                let amount = Some(credits(self.amount()));
                Command::Refund { charge: charge.clone(), amount, reason: reason.clone() }
            }
            _ => self.command(model),
        }
    }

    fn adjust(&mut self, make: impl FnOnce(&mut Self) -> Adjustment) -> Command {
        let reason = self.reason();
        Command::Adjust { actor: actor(), reason, adjustment: make(self) }
    }

    /// The instant of the next command. Mostly little time passes; the clock may be wrong, either way.
    fn now(&mut self, model: &Model) -> DateTime<Utc> {
        let ahead = model.mark.filter(|mark| *mark - self.clock > TimeDelta::minutes(5));
        if let Some(mark) = ahead.filter(|_| self.chance.percent(15)) {
            self.clock = mark;
        }
        let clock = self.clock;
        let works = model.jobs.iter().any(|job| job.fate.is_none());
        if self.under == Under::Plans && self.chance.percent(if works { 12 } else { 40 }) {
            // Plans are slow.
            self.clock = match self.chance.below(8) {
                0..4 => clock.max(self.instant(model)),
                4..6 => clock + TimeDelta::hours(self.amount_of(72)),
                _ => clock + TimeDelta::days(self.amount_of(40)),
            };
            return self.clock;
        }
        self.clock = match self.chance.below(100) {
            0..45 => clock,
            45..65 => clock + TimeDelta::microseconds(self.amount_of(600_000_000)),
            65..75 => clock + TimeDelta::seconds(self.amount_of(8_000)),
            75..79 => clock + TimeDelta::hours(self.amount_of(100)),
            79 => clock + TimeDelta::days(self.amount_of(60)),
            80..90 => clock.max(self.instant(model)),
            90..94 => return clock - TimeDelta::microseconds(self.amount_of(299_000_000)),
            94 => return clock - TimeDelta::minutes(5) - TimeDelta::microseconds(self.amount_of(2)),
            95 => return clock - TimeDelta::seconds(self.amount_of(100_000)),
            96 => return clock + TimeDelta::days(self.amount_of(4_000)),
            97 => return clock + TimeDelta::nanoseconds(self.amount_of(2_000)),
            98 if self.under == Under::Nothing && self.chance.percent(25) => {
                let odd = ["1969-12-31T23:59:59.9Z", "9999-12-31T23:59:59.9Z", "+10000-01-01T00:00:00Z"];
                return self.chance.text(&odd).parse().unwrap();
            }
            _ => clock + TimeDelta::microseconds(1),
        };
        self.clock
    }

    /// An instant at which something is due, or next to it.
    pub(crate) fn instant(&mut self, model: &Model) -> DateTime<Utc> {
        let lapses = model.jobs.iter().filter(|job| job.fate.is_none()).map(|job| job.lapses);
        let ends = model.lots.iter().filter_map(|lot| lot.terms.expires_at());
        let starts = model.lots.iter().filter_map(|lot| lot.terms.effective_at());
        let near = self.clock - TimeDelta::hours(1)..self.clock + TimeDelta::days(90);
        let plans = Self::plan_instants(model);
        let due: Vec<_> = lapses.chain(ends).chain(starts).chain(plans).filter(|at| near.contains(at)).collect();
        let at = if due.is_empty() { self.clock } else { *self.chance.pick(&due) };
        at + TimeDelta::microseconds(self.amount_of(3) - 1)
    }

    fn amount_of(&mut self, end: u64) -> i64 {
        self.chance.below(end).cast_signed()
    }

    /// Mostly an open hold, or one that a test picks; at times any, or none that there is.
    fn hold(&mut self, model: &Model, pick: impl Fn(&Job) -> bool) -> HoldId {
        let first = if self.chance.percent(50) { None } else { model.jobs.iter().rev().find(|job| pick(job)) };
        let picked: Vec<_> = model.jobs.iter().filter(|job| pick(job)).collect();
        let open: Vec<_> = model.jobs.iter().filter(|job| job.fate.is_none()).collect();
        let prefers_picked = !picked.is_empty() && (pick_is_charge(&picked) || self.chance.percent(35));
        match (self.chance.below(20), first) {
            (0, _) => HoldId::new("nobody").unwrap(),
            (1, _) if !model.jobs.is_empty() => self.chance.pick(&model.jobs).id.clone(),
            (2..6, Some(job)) => job.id.clone(),
            _ if prefers_picked => self.chance.pick(&picked).id.clone(),
            _ if !open.is_empty() => self.chance.pick(&open).id.clone(),
            _ => model.jobs.last().map_or_else(|| HoldId::new("nobody").unwrap(), |job| job.id.clone()),
        }
    }

    fn lot(&mut self, model: &Model) -> GrantId {
        if model.lots.is_empty() || self.chance.percent(4) {
            return GrantId::new("nobody").unwrap();
        }
        let sums = model.by_lot();
        let used: Vec<_> = (0..model.lots.len()).filter(|place| sums[*place].spent + sums[*place].held > 0).collect();
        let place = if used.is_empty() { self.chance.place(model.lots.len()) } else { *self.chance.pick(&used) };
        let place = if self.chance.percent(30) { self.chance.place(model.lots.len()) } else { place };
        model.lots[place].id.clone()
    }

    fn settlement(&mut self, model: &Model, hold: &HoldId) -> Settlement {
        let job = model.jobs.iter().find(|job| job.id == *hold);
        let held = job.map_or(1, |job| job.amount);
        if self.chance.percent(if job.is_some_and(|job| job.quoted) { 60 } else { 3 }) {
            let (outputs, due) = (self.chance.below(4), self.part_of(held).clamp(0, MOST));
            return priced(&Delivery::outputs(outputs), &credits(due).to_string()).unwrap();
        }
        let due = match self.chance.below(10) {
            0..3 => return Settlement::whole(),
            3..5 => {
                let bad = *self.chance.pick(&[Outcome::Failed, Outcome::Blocked, Outcome::Empty]);
                let items = [(Outcome::Delivered, self.chance.below(4)), (bad, self.chance.between(1, 3))];
                return Settlement::items(items).unwrap();
            }
            5..8 => self.part_of(held).max(0),
            _ => held + self.part_of(held).max(0),
        };
        let settlement = Settlement::exactly(credits(due.min(MOST))).unwrap();
        if self.chance.percent(10) { settlement.with_outcome(Outcome::Cancelled).unwrap() } else { settlement }
    }

    fn outcome(&mut self) -> Outcome {
        *self.chance.pick(&[Outcome::Failed, Outcome::Blocked, Outcome::Cancelled, Outcome::Empty, Outcome::Unknown])
    }

    fn life(&mut self) -> Life {
        let most = Life::MAX.delta().num_seconds();
        let seconds = match self.chance.below(8) {
            0 => most,
            1..3 => self.amount_of(u64::try_from(most).unwrap()) + 1,
            3 => self.amount_of(60) + 1,
            _ => self.amount_of(20_000) + 1,
        };
        Life::seconds(u32::try_from(seconds).unwrap()).unwrap()
    }

    fn reason(&mut self) -> Reason {
        Reason::new(self.chance.text(&["the video was black", "a friend asked"])).unwrap()
    }

    /// A part of an amount, the whole of it, a little more, much more, or nothing of the kind.
    fn part_of(&mut self, most: Nanos) -> Nanos {
        let part = Nanos::from(self.chance.below(1_000_000_001)) * most / 1_000_000_000;
        match self.chance.below(12) {
            0..4 => most,
            4..9 => part,
            9 => most + 1,
            10 => most / 3 + 1,
            _ if self.chance.percent(20) => *self.chance.pick(&[0, -1, 2 * most]),
            _ => self.amount(),
        }
        .clamp(-MOST, MOST)
    }

    /// An amount to give or to spend.
    pub(crate) fn amount(&mut self) -> Nanos {
        if self.huge && self.chance.percent(30) {
            return *self.chance.pick(&[MOST, MOST - 1, MOST / 2, MOST / 3]);
        }
        match self.chance.below(10) {
            0..6 => Nanos::from(self.chance.between(1, 100)) * 1_000_000_000,
            6..9 => Nanos::from(self.chance.between(1, 99_000_000_000)),
            _ => Nanos::from(self.chance.between(1, 3)),
        }
    }

    /// An amount that has to do with what there is.
    fn affordable(&mut self, model: &Model) -> Nanos {
        let available = model.sums().available;
        match self.chance.below(10) {
            0 if self.chance.percent(20) => 0,
            0 => (available + 1).min(MOST),
            1 if available > 0 => available,
            2..6 if available > 0 => (available / Nanos::from(self.chance.between(2, 6))).max(1),
            _ => self.amount(),
        }
    }
}

fn pick_is_charge(jobs: &[&Job]) -> bool {
    jobs.iter().any(|job| matches!(job.fate, Some((ChargeState::Settled, _))))
}

fn actor() -> Actor {
    Actor::new("support: Ann").unwrap()
}
