//! Ten years of months, touched often, seldom, or at the very instants at which something happens.
//!
//! - Every month opens on the day of the month and at the time of the purchase, on the clock of then; where a month is
//!   too short on its last day, and the next one on the day of the purchase again. It closes when the next one opens.
//! - The months that are paid for are all given, exactly once each: those that are paid for before they begin at the
//!   instant at which they open, whenever the account is touched after that, and those that are paid for in the grace
//!   with the payment.
//! - What is available of which allowance until when, and what is held, is at every step what a naive model of lists
//!   says: the rest of a month rolls over once, up to the cap with everything that was rolled over before and is there
//!   still, and lives for so many months more.

mod model;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use studio_credits::journal::{Command, Entry, Fact, SubscriptionCommand, Window};
use studio_credits::plan::{Every, PlanBook, Rollover, Term};
use studio_credits::{GrantKind, HoldId, Life as Deadline, Outcome, Settlement, Terms};

use self::model::{Kept, Model};
use super::life::{
    Asked, Asker, At, Life, MICRO, allowance, name, offset, plan, spend, start, subscribe, told, touch, whole,
};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::tally::{self, Tally};
use crate::oracle::chance::Chance;

const YEARS: i64 = 10;

struct Months {
    life: Life,
    asker: Asker,
    model: Model,
    /// Minutes that the clock is ahead which the present cycle goes by, and the next one.
    ahead: [i64; 2],
    /// The months of the present cycle that were given, with the allowances that gave.
    given: BTreeMap<(u32, String), At>,
    now: At,
    end: At,
    /// The most hours between two steps, and how often a step is at an instant at which something happens.
    pace: (u64, u64),
    tally: Tally,
}

/// When the month of a number begins that is counted from a purchase: independent of all months between.
pub(super) fn opens(purchase: At, ahead: i64, number: u32) -> At {
    if number == 0 {
        return purchase;
    }
    let shown: NaiveDateTime = (purchase + TimeDelta::minutes(ahead)).naive_utc();
    let [year, month, day] = ["%Y", "%m", "%d"].map(|part| shown.format(part).to_string().parse::<i32>().unwrap());
    let months = year * 12 + month - 1 + i32::try_from(number).unwrap();
    let (year, month) = (months / 12, months % 12 + 1);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last =
        [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::try_from(month - 1).unwrap()];
    let [month, day] = [month, day.min(last)].map(|number| u32::try_from(number).unwrap());
    let local = NaiveDate::from_ymd_opt(year, month, day).unwrap().and_time(shown.time());
    local.and_utc() - TimeDelta::minutes(ahead)
}

impl Months {
    fn note(&mut self, asked: &Asked, entry: &Entry) -> Result<(), String> {
        self.tally.count(tally::fact(&entry.fact));
        if let Fact::Subscribed { .. } = entry.fact {
            self.given.clear();
        }
        let Fact::Allowed { terms, given, .. } = &entry.fact else { return Ok(()) };
        let wrong = |what: String| Err(format!("{what}: {}, {given:?}", told(entry)));
        let Window::Month(window) = given.window else { return wrong("a month is none".to_owned()) };
        let opens = |number| opens(self.model.purchase, self.ahead[0], number);
        let (from, until) = (opens(window.ordinal), opens(window.ordinal + 1));
        if (window.opens_at, window.closes_at) != (from, until) || terms.expires_at() != Some(until) {
            return wrong(format!("month {} is from {from} to {until}", window.ordinal));
        }
        let is_paying = matches!(&asked.command, Command::Subscription(_)) && entry.key.is_some();
        if entry.at != from && !(is_paying && entry.at > from) {
            return wrong("a month is given at another time".to_owned());
        }
        match self.given.insert((window.ordinal, given.allowance.to_string()), entry.at) {
            None => Ok(()),
            Some(_) => wrong("a month is given twice".to_owned()),
        }
    }

    /// Every month that is paid for and has begun was given.
    fn is_complete(&self, at: At) -> Result<(), String> {
        let Some(paid) = self.model.paid else { return Ok(()) };
        let begun = (0..paid).take_while(|number| opens(self.model.purchase, self.ahead[0], *number) <= at);
        let all: Vec<_> = begun.flat_map(|number| ["main", "rolls"].map(|of| (number, of.to_owned()))).collect();
        if self.given.keys().eq(&all) { Ok(()) } else { Err(format!("at {at}, {:?} are given", self.given.keys())) }
    }

    fn is_as_modelled(&self, at: At) -> Result<(), String> {
        let view = self.life.view(at)?;
        let kind = |kind: &GrantKind| if *kind == GrantKind::Subscription { "main" } else { "rolls" };
        let of = |lot: &studio_credits::account::LotView| Kept {
            of: kind(&lot.kind),
            until: lot.expires_at.unwrap(),
            available: lot.available.to_string().parse().unwrap(),
            held: lot.held.to_string().parse().unwrap(),
        };
        let mut found: Vec<Kept> = view.lots.iter().map(of).collect();
        let mut wanted = self.model.seen(at);
        found.sort();
        wanted.sort();
        if found == wanted { Ok(()) } else { Err(format!("at {at}, there is {found:?} in place of {wanted:?}")) }
    }

    fn command(&mut self, chance: &mut Chance) -> Command {
        let holds: Vec<HoldId> = self.life.account().holds().map(|hold| hold.id.clone()).collect();
        let hold = (!holds.is_empty()).then(|| chance.pick(&holds).clone());
        let left = self.life.account().standing().subscription.as_ref().map(|it| it.paid_until - self.now);
        let late = left.is_some_and(|left| left < TimeDelta::days(20)) && chance.percent(60);
        let reference = self.asker.invoice();
        match (chance.below(20), hold) {
            _ if left.is_none() && chance.percent(60) => {
                let plan = self.life.book.plan("paid", self.now).unwrap();
                subscribe(plan, Term::new(self.model.term).unwrap(), reference)
            }
            _ if late => SubscriptionCommand::Renew { reference, plan: None }.into(),
            (0..2, _) => SubscriptionCommand::Renew { reference, plan: None }.into(),
            (2..8, _) => Command::Charge(spend(chance.between(1, 90))),
            (8..11, _) => {
                let life = Deadline::seconds(u32::try_from(chance.between(3_600, 2_600_000)).unwrap()).unwrap();
                Command::Hold(spend(chance.between(1, 60)).with_terms(Terms::default().with_life(life)))
            }
            (11..13, Some(hold)) => Command::Release { hold, outcome: Outcome::Failed },
            (13..15, Some(hold)) => {
                Command::Settle { hold, settlement: Settlement::exactly(whole(chance.between(0, 60))).unwrap() }
            }
            (15, _) => Command::SetZone { zone: offset(chance.between(0, 26).cast_signed() * 60 - 720) },
            _ => touch(),
        }
    }
}

impl History for Months {
    type Step = Asked;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 44);
        // Often the end of a month, where months differ.
        let day = if chance.percent(60) { chance.between(0, 5) } else { chance.below(400) };
        let from = start() + TimeDelta::days(day.cast_signed()) + MICRO * i32::try_from(chance.below(1 << 30)).unwrap();
        let cap = chance.between(1, 250);
        let (lives, grace) = (chance.weighted(&[(3, 1), (2, 2), (1, 5)]), *chance.pick(&[0, 1, 10, 40, 90]));
        let [main, rolls] = [chance.between(1, 200), chance.between(1, 200)];
        let term = *chance.pick(&[1, 1, 3, 12, 36]);
        let rollover = Rollover::new(whole(cap), lives).unwrap();
        let paid = plan("paid", "1")
            .with_grace_days(grace)
            .unwrap()
            .with_at_end(GrantKind::Reward, studio_credits::plan::AtEnd::Expire)
            .with_allowance(allowance("main", GrantKind::Subscription, main, Every::Month))
            .unwrap()
            .with_allowance(
                allowance("rolls", GrantKind::Reward, rolls, Every::Month)
                    .with_priority(1)
                    .with_rollover(rollover)
                    .unwrap(),
            )
            .unwrap();
        let book = PlanBook::new([plan("free", "1"), paid]).unwrap().with_base(name("free")).unwrap();
        Self {
            life: Life::under(book),
            asker: Asker::default(),
            model: Model::of([main, rolls], cap, lives, grace, term),
            ahead: [0, 0],
            given: BTreeMap::new(),
            now: from,
            end: from + TimeDelta::days(YEARS * 366),
            pace: *chance.pick(&[(24 * 14, 5), (24 * 60, 20), (24 * 400, 10), (24 * 20, 60)]),
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Asked> {
        let due = self.life.view(self.now).unwrap();
        let mut due: Vec<At> = due.refills.iter().map(|it| it.at).chain(due.next_expiry.map(|it| it.at)).collect();
        due.extend(self.life.account().standing().subscription.as_ref().map(|it| it.ends_at()));
        due.retain(|at| *at > self.now + MICRO);
        self.now = if !due.is_empty() && chance.percent(self.pace.1) {
            *chance.pick(&due) + MICRO * (i32::try_from(chance.below(3)).unwrap() - 1)
        } else {
            self.now + TimeDelta::seconds(chance.below(self.pace.0 * 3_600).cast_signed())
        };
        if self.now >= self.end {
            return None;
        }
        let command = self.command(chance);
        Some(self.asker.ask(self.now, command))
    }

    fn step(&mut self, asked: &Asked) -> Result<(), String> {
        let at = asked.at;
        self.tally.count("commands");
        self.is_as_modelled(at)?;
        let (answer, entries) = self.life.ask(asked)?;
        if let Answer::Done(..) = answer {
            self.model.pass(at);
            match &asked.command {
                Command::SetZone { zone } => self.ahead[1] = (zone.local(at).unwrap() - at.naive_utc()).num_minutes(),
                Command::Subscription(SubscriptionCommand::Subscribe { .. }) => self.ahead[0] = self.ahead[1],
                _ => {}
            }
            self.model.change(asked, self.ahead[0]);
            entries.iter().try_for_each(|entry| self.note(asked, entry))?;
            self.is_complete(at)?;
        }
        self.is_as_modelled(at)
    }

    fn end(&mut self) -> Result<(), String> {
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[test]
fn months_are_given_once_each_and_roll_over_as_a_list_does() {
    let test = "months::months_are_given_once_each_and_roll_over_as_a_list_does";
    play_all::<Months>(test, 20, &[(100, &["allowed", "rolled-over", "expired", "charged", "subscription-renewed"])]);
}
