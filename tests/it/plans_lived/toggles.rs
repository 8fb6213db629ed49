//! Accounts that change their plan from 1 to 200 times a period, in every way that there is: subscribed, upgraded at
//! once with a fresh cycle or carried over, scheduled, resumed, cancelled, ended, renewed, past due, over several
//! editions.
//!
//! A window of an allowance is told by its name and by when it opens; one of months also by the purchase that its cycle
//! began with. Of every window:
//!
//! - **What was given in it is at most the largest amount that any plan gives that was in force in it so far**, however
//!   often plans were changed: a plan that takes over gives what is missing from the promise before to its own, or of
//!   that the share of the time that is left where it prorates and was upgraded to within the month, and nothing where
//!   a plan before promised as much. It is exactly that.
//! - **What one paid cycle gives.** A purchase, and an upgrade from a plan with fresh cycles, begins a cycle, the first
//!   window of which opens at that instant and gives the whole amount of the new plan. A cycle opens at most as many
//!   windows as months were paid for in it, and so gives at most that many times the largest amount. Cycles that were
//!   begun before give nothing any more. No cycle begins without an invoice of its own.
//! - **Nothing is withheld.** Of the day and of the month that is paid for, whoever is touched was promised at least what
//!   the plan in force gives.
//! - A refused command changes nothing, and neither does a command that is repeated under its key.

mod paper;
mod world;

use chrono::TimeDelta;
use studio_credits::Reference;
use studio_credits::journal::{Command, Subscription, SubscriptionCommand, SubscriptionState};
use studio_credits::plan::Term;

use self::paper::Paper;
use super::life::{Asked, Asker, At, Life, MICRO, count, money, name, offset, reason, start, subscribe, touch};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::tally::{self, Tally};
use crate::oracle::chance::Chance;

struct Toggles {
    life: Life,
    asker: Asker,
    paper: Paper,
    now: At,
    /// How many steps are to come, and how many of them make a period of 31 days.
    steps: u64,
    pace: u64,
    tally: Tally,
}

impl Toggles {
    /// The next instant: mostly at random, often at one at which something happens by itself, or next to it.
    fn pass(&mut self, chance: &mut Chance) {
        let standing = self.life.account().standing();
        let mut due: Vec<At> = standing.given.iter().map(|given| given.window.closes_at()).collect();
        if let Some(subscription) = &standing.subscription {
            due.extend([subscription.paid_until, subscription.ends_at()]);
        }
        due.extend(self.life.book.plans().iter().filter_map(|plan| plan.from()));
        due.retain(|at| *at > self.now + MICRO);
        let most = 2 * 31 * 24 * 3_600 / self.pace;
        self.now = match chance.below(10) {
            0 => self.now,
            1 if !due.is_empty() => *due.iter().min().unwrap() + MICRO * *chance.pick(&[-1, 0, 1]),
            2 if !due.is_empty() && chance.percent(30) => *chance.pick(&due),
            _ => self.now + TimeDelta::seconds(chance.below(most).cast_signed()) + MICRO,
        };
    }

    /// Whether the month is as good as over: the share of its last microseconds is nothing, and what the account then
    /// does about a month of which nothing was given is not what is to be seen here.
    fn is_last(&self) -> bool {
        let subscription = self.life.account().standing().subscription.as_ref();
        let month = subscription.and_then(|it| it.cycle.window_at(self.now).ok());
        month.is_some_and(|month| month.closes_at - self.now < TimeDelta::seconds(1))
    }

    fn command(&mut self, chance: &mut Chance) -> Command {
        let sold: Vec<_> = self.life.book.plans_at(self.now).filter(|it| it.name().as_str() != "free").collect();
        let all: Vec<_> = self.life.book.plans().iter().collect();
        let of = if chance.percent(95) { &sold } else { &all };
        let plan = (*chance.pick(of)).clone();
        let months = chance.weighted(&[(6, 1), (2, 3), (1, 12)]);
        let (term, by) = (Term::new(months).unwrap(), None);
        let reference = if chance.percent(95) { self.asker.invoice() } else { name::<Reference>("in-1") };
        let is_subscribed = self.life.account().standing().subscription.is_some();
        match chance.below(100) {
            0..60 if !is_subscribed => subscribe(&plan, term, reference),
            0..5 => subscribe(&plan, term, reference),
            5..36 if !self.is_last() => {
                let term = chance.maybe(50, |_| term);
                SubscriptionCommand::Upgrade { plan, term, reference, by }.into()
            }
            36..46 => SubscriptionCommand::Schedule { plan, term: chance.maybe(50, |_| term), by }.into(),
            46..52 => SubscriptionCommand::Resume { by }.into(),
            52..57 => SubscriptionCommand::Cancel { reason: reason(), by }.into(),
            57..61 => SubscriptionCommand::End { reason: reason() }.into(),
            61..76 => SubscriptionCommand::Renew { reference, plan: None }.into(),
            76..79 => SubscriptionCommand::FailPayment { reference }.into(),
            79..82 => Command::SetZone { zone: offset(chance.between(0, 26).cast_signed() * 60 - 720) },
            82..88 => touch(),
            _ => money(chance, &self.life),
        }
    }
}

impl Toggles {
    /// What is shown to come is still to come; and it comes then, if nothing has to be paid for first.
    fn is_shown(&self, at: At) -> Result<(), String> {
        let subscription = self.life.account().standing().subscription.as_deref();
        for refill in &self.life.view(at)?.refills {
            let wrong = |what: &str| Err(format!("at {at} {what}: {refill:?}"));
            if refill.at <= at {
                return wrong("it is past");
            }
            let is_cancelled = |it: &Subscription| matches!(it.state, SubscriptionState::Cancelled { .. });
            if subscription.is_none_or(|it| refill.at < it.paid_until || is_cancelled(it)) {
                let then = self.life.view(refill.at)?;
                let mut new = then.lots.iter().filter(|lot| lot.granted_at == refill.at && lot.kind == refill.kind);
                if !new.any(|lot| lot.granted == refill.amount) {
                    return wrong("something else comes");
                }
            }
        }
        Ok(())
    }
}

impl Toggles {
    /// What was purchased is in force.
    fn is_in_force(&self, asked: &Asked) -> Result<(), String> {
        let Command::Subscription(command) = &asked.command else { return Ok(()) };
        let subscription = self.life.account().standing().subscription.as_ref();
        let holds = match command {
            SubscriptionCommand::Subscribe { plan, .. } | SubscriptionCommand::Upgrade { plan, .. } => {
                subscription.is_some_and(|it| it.plan == *plan)
            }
            SubscriptionCommand::Renew { .. } => subscription.is_some(),
            _ => true,
        };
        if holds { Ok(()) } else { Err(format!("what was purchased is not in force: {asked:?}")) }
    }
}

impl History for Toggles {
    type Step = Asked;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 43);
        let book = world::book(&mut chance, start());
        Self {
            paper: Paper::of(&book),
            life: Life::under(book),
            asker: Asker::default(),
            now: start(),
            steps: chance.between(1, 200),
            pace: *chance.pick(&[1, 5, 30, 200]),
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Asked> {
        self.steps = self.steps.checked_sub(1)?;
        self.pass(chance);
        if !self.life.done.is_empty() && chance.percent(4) {
            return Some(Asked { at: self.now, ..chance.pick(&self.life.done).clone() });
        }
        let command = self.command(chance);
        Some(self.asker.ask(self.now, command))
    }

    fn step(&mut self, asked: &Asked) -> Result<(), String> {
        self.tally.count("commands");
        let (answer, entries) = self.life.ask(asked)?;
        match answer {
            Answer::Repeat(_) => self.tally.count("repeats"),
            Answer::Declined(declined) => self.tally.count(tally::declined(&declined)),
            Answer::Done(..) => {
                let at = self.life.account().mark();
                self.paper.note(asked, &entries)?;
                self.paper.is_whole(self.life.account().standing(), at)?;
                self.is_shown(at)?;
                self.is_in_force(asked)?;
                count(&mut self.tally, &entries);
                if self.life.done.len().is_multiple_of(16) {
                    self.life.restore()?;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.paper.end()?;
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[test]
fn no_toggling_gains_anything() {
    let facts = ["allowed", "subscribed", "plan-changed", "subscription-renewed", "subscription-ended", "cancelled"];
    let others = ["change-scheduled", "resumed", "payment-failed", "repeats"];
    play_all::<Toggles>("toggles::no_toggling_gains_anything", 50, &[(30, &facts), (10, &others)]);
}
