//! Days that are given as they are touched, against days that a job gives: a model on paper in which each day is
//! granted as it opens and expires as it closes, whether anybody comes or not.
//!
//! - At every look both have the same: what is available, by kind, for some work only, until when, what is held and
//!   what is owed. Both do or refuse the same.
//! - Of every period, a statement of the account is that of the model, but for days in which nothing was done, which
//!   have left no trace, and for when a day counts as granted. With *w* for each day of the model:
//!   - granted, of each kind = granted by the model − Σ of *w* that opened within the period + Σ of *w* that was first
//!     touched within the period;
//!   - expired = expired in the model − Σ of *w* that nobody touched and that closed within the period;
//!   - spent, repaid, revoked, absorbed, and the work by studio and model are the same;
//!   - opening and closing are those of the model, less *w* that had opened and was not touched by then.
//!
//!   So where a period has the opening and the close of a day that nobody touched, its granted and its expired cancel.
//!
//! The allowances here leave debts alone: one that repays them would do so only in days that are touched.

mod job;
mod sums;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use studio_credits::account::Statement;
use studio_credits::journal::Command;
use studio_credits::{
    Cost, Credits, Grant, GrantKind, HoldId, Key, LateSettle, Life as Deadline, Outcome, Overage, Settlement, Spend,
    Terms, Unit, Work,
};

use self::job::{Days, Job};
use super::life::{Asked, Asker, At, Life, MICRO, count, name, offset, reason, start, whole};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::model::{Line, Model, Reply, Seen};
use crate::account::tally::Tally;
use crate::oracle::chance::Chance;

/// A command, or a look.
#[derive(Clone, Debug)]
enum Step {
    Ask(Asked),
    Look(At),
}

struct Lazy {
    life: Life,
    asker: Asker,
    model: Model,
    job: Job,
    /// What the model did.
    lines: Vec<Line>,
    /// The work of each charge and hold.
    works: BTreeMap<HoldId, Work>,
    /// The holds that may be open, and the charges that may be given back.
    holds: Vec<HoldId>,
    charges: Vec<HoldId>,
    now: At,
    steps: u64,
    chance: Chance,
    tally: Tally,
}

impl Lazy {
    /// The model and the job, after they have done what is due by an instant.
    fn later(&self, at: At) -> Result<(Model, Job, Vec<Line>), String> {
        let (mut model, mut job) = (self.model.clone(), self.job.clone());
        let lines = job.run(&mut model, at)?;
        Ok((model, job, lines))
    }

    fn look(&mut self, at: At) -> Result<(), String> {
        let (model, ..) = self.later(at)?;
        let balance = self.life.account().balance_at(at).map_err(|error| error.to_string())?;
        let (found, wanted) = (Seen::from(balance), model.seen(at));
        self.tally.count("looks");
        if found == wanted { Ok(()) } else { Err(format!("at {at}, there is {found:?} in place of {wanted:?}")) }
    }

    fn spend(chance: &mut Chance) -> Spend {
        let work = Work::new(name("image"), name(chance.text(&["flux", "sora"])));
        let overage = match chance.below(4) {
            0 => Overage::Cap,
            1 => Overage::Absorb,
            _ => Overage::Debt { max: whole(chance.between(1, 90)) },
        };
        let late = *chance.pick(&[LateSettle::Charge, LateSettle::Absorb]);
        let life = chance.weighted(&[(1, 3_600), (2, 200_000), (3, 2_000_000)]);
        let terms = Terms::default().with_late_settle(late).with_life(Deadline::seconds(life).unwrap());
        Spend::new(work, whole(chance.between(1, 30))).unwrap().with_terms(terms.with_overage(overage).unwrap())
    }

    fn grant(&self, chance: &mut Chance) -> Grant {
        let kind = chance.pick(&[GrantKind::TopUp, GrantKind::TopUp, GrantKind::Promotional, GrantKind::Free]).clone();
        let mut grant = Grant::new(kind, whole(chance.between(1, 60))).unwrap();
        grant = grant.with_priority(*chance.pick(&[0, 0, 1]));
        if chance.percent(40) {
            let life = TimeDelta::minutes(chance.between(1, 60 * 24 * 30).cast_signed()) + MICRO;
            grant = grant.with_expiry(self.now + life).unwrap();
        }
        if chance.percent(30) {
            let Cost { amount, unit } = Cost { amount: Credits::from_whole(5), unit: Unit::new("USD").unwrap() };
            grant = grant.with_cost(amount, unit);
        }
        grant
    }

    fn command(&mut self, chance: &mut Chance) -> Command {
        let amount = whole(chance.between(1, 90));
        match chance.below(20) {
            0..2 => Command::Grant(self.grant(chance).into()),
            2..5 => Command::SetZone { zone: offset(chance.between(0, 26 * 4).cast_signed() * 15 - 720) },
            5..8 => Command::Charge(Self::spend(chance)),
            8..12 if !self.holds.is_empty() => {
                let at = chance.place(self.holds.len());
                let settlement = Settlement::exactly(whole(chance.between(0, 150))).unwrap();
                Command::Settle { hold: self.holds.swap_remove(at), settlement }
            }
            12 if !self.holds.is_empty() => {
                let at = chance.place(self.holds.len());
                Command::Release { hold: self.holds.swap_remove(at), outcome: Outcome::Failed }
            }
            13..16 if !self.charges.is_empty() => {
                let amount = chance.maybe(60, |_| amount);
                Command::Refund { charge: chance.pick(&self.charges).clone(), amount, reason: reason() }
            }
            16 if !self.holds.is_empty() => {
                let life = Deadline::seconds(200_000).unwrap();
                Command::Extend { hold: chance.pick(&self.holds).clone(), life }
            }
            _ => Command::Hold(Self::spend(chance)),
        }
    }

    fn ask(&mut self, asked: &Asked) -> Result<(), String> {
        self.tally.count("commands");
        let (answer, entries) = self.life.ask(asked)?;
        let zone = match &asked.command {
            Command::SetZone { zone } => Some((zone.local(asked.at).unwrap() - asked.at.naive_utc()).num_minutes()),
            _ => None,
        };
        if let (Some(zone), true) = (zone, self.lines.is_empty()) {
            // An account may begin in a zone.
            self.job.zone = zone;
        }
        let (mut model, mut job, mut lines) = self.later(asked.at)?;
        // The zone is a matter of the job: all that the model does about it is to let time pass.
        let (freeze, thaw) = (Command::Freeze { reason: reason() }, Command::Thaw { reason: reason() });
        let commands = match &asked.command {
            Command::SetZone { .. } => vec![("before the zone", &freeze), ("with the zone", &thaw)],
            command => vec![("", command)],
        };
        let mut done = true;
        for (word, command) in commands {
            let key = Key::new(format!("{word} {}", asked.key).trim()).unwrap();
            match model.ask(&key, command, asked.at) {
                Reply::Done(more) => lines.extend(more),
                Reply::Declined(..) => done = false,
                Reply::Repeat | Reply::Reused => return Err("the model knows the key".to_owned()),
            }
        }
        job.zone = zone.unwrap_or(job.zone);
        if done != matches!(answer, Answer::Done(..)) {
            return Err(format!("the model says otherwise than {answer:?}"));
        }
        if done {
            job.touch(asked.at);
            (self.model, self.job) = (model, job);
            self.lines.extend(lines);
            count(&mut self.tally, &entries);
            match &asked.command {
                Command::Hold(spend) | Command::Charge(spend) => {
                    self.works.insert(HoldId::from(&asked.key), Work::clone(spend.work()));
                }
                _ => {}
            }
        }
        self.look(asked.at)
    }
}

impl History for Lazy {
    type Step = Step;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 45);
        let (job, book) = Job::of(&mut chance);
        Self {
            life: Life::under(book),
            asker: Asker::default(),
            model: Model::new(),
            job,
            lines: Vec::new(),
            works: BTreeMap::new(),
            holds: Vec::new(),
            charges: Vec::new(),
            now: start() + TimeDelta::minutes(chance.below(400 * 24 * 60).cast_signed()),
            steps: chance.between(10, 50),
            chance,
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Step> {
        self.steps = self.steps.checked_sub(1)?;
        let close = self.job.days.iter().filter_map(Days::closes).filter(|at| *at > self.now).min();
        let most = chance.weighted(&[(5, 8), (3, 60), (1, 24 * 10)]);
        self.now = match close {
            Some(close) if chance.percent(15) => close - MICRO * i32::try_from(chance.below(2)).unwrap(),
            _ => self.now + TimeDelta::seconds(chance.below(most * 3_600).cast_signed()),
        };
        if chance.percent(20) {
            return Some(Step::Look(self.now));
        }
        let command = self.command(chance);
        let asked = self.asker.ask(self.now, command);
        match &asked.command {
            Command::Hold(_) => self.holds.push(HoldId::from(&asked.key)),
            Command::Charge(_) => self.charges.push(HoldId::from(&asked.key)),
            Command::Settle { hold, .. } => self.charges.push(hold.clone()),
            _ => {}
        }
        Some(Step::Ask(asked))
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Ask(asked) => self.ask(asked),
            Step::Look(at) => self.look(*at),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        let journal = &self.life.ledger.journal;
        let (Some(first), Some(last)) = (journal.first(), journal.last()) else { return Ok(()) };
        let span = (last.at - first.at + TimeDelta::days(4)).num_minutes();
        for _ in 0..12 {
            let mut instant = || {
                if self.chance.percent(40) {
                    self.chance.pick(journal).at
                } else {
                    first.at - TimeDelta::days(2)
                        + TimeDelta::minutes(self.chance.below(span.cast_unsigned()).cast_signed())
                }
            };
            let (one, other) = (instant(), instant());
            let (from, until) = (one.min(other), one.max(other) + MICRO);
            let statement = Statement::of(from, until, journal).ok_or("the journal makes no statement")?;
            self.job.is_stated(&statement, (from, until), &self.lines, &self.works)?;
            self.tally.count("statements");
        }
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[test]
fn a_day_that_is_given_when_it_is_touched_is_as_one_that_a_job_gives() {
    let facts = ["allowed", "charged", "held", "settled", "refunded", "renewed", "repaid", "lapsed", "zone-set"];
    let test = "lazy::a_day_that_is_given_when_it_is_touched_is_as_one_that_a_job_gives";
    play_all::<Lazy>(test, 50, &[(10, &facts)]);
}
