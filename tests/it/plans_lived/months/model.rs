//! A subscription with two monthly allowances as one would keep it in a list: what was given until when, and what of it
//! is set aside. Amounts are whole credits.

use std::cmp::Reverse;

use chrono::TimeDelta;
use studio_credits::journal::{Command, SubscriptionCommand};
use studio_credits::{HoldId, Portion, Spend};

use super::opens;
use crate::plans_lived::life::{Asked, At};

/// What is left of one grant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept {
    pub(super) of: &'static str,
    pub(super) until: At,
    pub(super) available: i64,
    pub(super) held: i64,
}

#[derive(Clone, Debug)]
struct Lot {
    of: &'static str,
    /// Of an earlier month.
    rolled: bool,
    month: u32,
    from: At,
    until: At,
    available: i64,
    held: i64,
    ended: bool,
}

#[derive(Clone)]
struct Hold {
    id: HoldId,
    lapses: At,
    /// How much of which lot is set aside; nothing once it is over.
    parts: Vec<(usize, i64)>,
    amount: i64,
}

#[derive(Clone)]
pub(super) struct Model {
    amounts: [i64; 2],
    cap: i64,
    lives: u32,
    grace: TimeDelta,
    pub(super) term: u32,
    pub(super) purchase: At,
    ahead: i64,
    /// How many months are paid for; none without a subscription.
    pub(super) paid: Option<u32>,
    next: u32,
    lots: Vec<Lot>,
    holds: Vec<Hold>,
}

/// What happens by itself, in the order of one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Lapse(usize),
    Expire,
    Month,
    End,
}

fn amount(spend: &Spend) -> i64 {
    spend.amount().to_string().parse().unwrap()
}

impl Model {
    pub(super) fn of(amounts: [u64; 2], cap: u64, lives: u32, grace: u32, term: u32) -> Self {
        Self {
            amounts: amounts.map(u64::cast_signed),
            cap: cap.cast_signed(),
            lives,
            grace: TimeDelta::days(grace.into()),
            term,
            purchase: At::UNIX_EPOCH,
            ahead: 0,
            paid: None,
            next: 0,
            lots: Vec::new(),
            holds: Vec::new(),
        }
    }

    fn opens(&self, month: u32) -> At {
        opens(self.purchase, self.ahead, month)
    }

    /// Lets happen what is due by an instant, one thing after the other.
    pub(super) fn pass(&mut self, now: At) {
        loop {
            let open = self.holds.iter().enumerate().filter(|(_, hold)| !hold.parts.is_empty());
            let lapses = open.map(|(place, hold)| (hold.lapses, Due::Lapse(place)));
            let expiries = self.lots.iter().filter(|lot| lot.available > 0).map(|lot| (lot.until, Due::Expire));
            let month = self.paid.filter(|paid| self.next < *paid).map(|_| (self.opens(self.next), Due::Month));
            let end = self.paid.map(|paid| (self.opens(paid) + self.grace, Due::End));
            let due = lapses.chain(expiries).chain(month).chain(end).min();
            match due.filter(|(at, _)| *at <= now) {
                None => return,
                Some((at, Due::Lapse(place))) => self.come_back(place, 0, at),
                Some((at, Due::Expire)) => self.expire(at),
                Some((at, Due::Month)) => self.give(at),
                Some((_, Due::End)) => {
                    self.paid = None;
                    for lot in &mut self.lots {
                        (lot.available, lot.ended) = (0, true);
                    }
                }
            }
        }
    }

    /// Everything that is over by now, and what rolls over of it.
    fn expire(&mut self, now: At) {
        let over = |lot: &Lot| lot.until <= now && lot.available > 0;
        let rests: Vec<_> =
            self.lots.iter().filter(|lot| over(lot) && lot.of == "rolls" && !lot.rolled).cloned().collect();
        self.lots.iter_mut().filter(|lot| over(lot)).for_each(|lot| lot.available = 0);
        for rest in rests.into_iter().filter(|_| self.paid.is_some()) {
            let there = self.lots.iter().filter(|lot| lot.rolled && lot.until > now && !lot.ended);
            let kept: i64 = there.map(|lot| lot.available + lot.held).sum();
            let available = rest.available.min(self.cap - kept);
            let until = self.opens(rest.month + self.lives + 1);
            if available > 0 {
                self.lots.push(Lot { rolled: true, from: now, until, available, held: 0, ..rest });
            }
        }
    }

    fn give(&mut self, now: At) {
        let (month, until) = (self.next, self.opens(self.next + 1));
        for (of, available) in ["main", "rolls"].into_iter().zip(self.amounts) {
            self.lots.push(Lot { of, rolled: false, month, from: now, until, available, held: 0, ended: false });
        }
        self.next += 1;
    }

    /// Takes of what there is: what ends first, of that the oldest, and of that what was not rolled over.
    fn take(&mut self, wanted: i64) -> Vec<(usize, i64)> {
        let mut places: Vec<usize> = (0..self.lots.len()).filter(|place| self.lots[*place].available > 0).collect();
        places.sort_by_key(|place| {
            let lot = &self.lots[*place];
            (lot.of, lot.until, lot.from, lot.rolled, Reverse(lot.month))
        });
        let (mut left, mut parts) = (wanted, Vec::new());
        for place in places {
            let part = self.lots[place].available.min(left);
            self.lots[place].available -= part;
            left -= part;
            parts.push((place, part));
        }
        parts.retain(|(_, part)| *part > 0);
        parts
    }

    /// Spends so much of a hold, and gives the rest back to the lots that are there still.
    fn come_back(&mut self, place: usize, spent: i64, now: At) {
        let mut spent = spent;
        for (lot, part) in std::mem::take(&mut self.holds[place].parts) {
            let lot = &mut self.lots[lot];
            let goes = part.min(spent);
            spent -= goes;
            lot.held -= part;
            if lot.until > now && !lot.ended {
                lot.available += part - goes;
            }
        }
    }

    /// What a command changes that was not refused.
    pub(super) fn change(&mut self, asked: &Asked, ahead: i64) {
        let at = asked.at;
        match &asked.command {
            Command::Subscription(SubscriptionCommand::Subscribe { .. }) => {
                (self.purchase, self.ahead, self.paid, self.next) = (at, ahead, Some(self.term), 0);
                self.give(at);
            }
            Command::Subscription(SubscriptionCommand::Renew { .. }) => {
                self.paid = self.paid.map(|paid| paid + self.term);
                while self.paid.is_some_and(|paid| self.next < paid) && self.opens(self.next) <= at {
                    self.give(at);
                    // What was paid for too late is over at once, and rolls over as if it had been there.
                    self.expire(at);
                }
            }
            Command::Charge(spend) => drop(self.take(amount(spend))),
            Command::Hold(spend) => {
                let parts = self.take(amount(spend));
                for (lot, part) in &parts {
                    self.lots[*lot].held += part;
                }
                let lapses = at + spend.terms().unwrap().life().delta();
                self.holds.push(Hold { id: HoldId::from(&asked.key), lapses, parts, amount: amount(spend) });
            }
            Command::Release { hold, .. } => self.come_back(self.hold(hold), 0, at),
            Command::Settle { hold, settlement } => {
                let place = self.hold(hold);
                let Portion::Exactly(due) = settlement.due() else { unreachable!("nothing else is asked for") };
                let due: i64 = due.to_string().parse().unwrap();
                if self.holds[place].parts.is_empty() {
                    self.take(due.min(self.holds[place].amount));
                } else {
                    self.come_back(place, due, at);
                }
            }
            _ => {}
        }
    }

    fn hold(&self, id: &HoldId) -> usize {
        self.holds.iter().position(|hold| hold.id == *id).unwrap()
    }

    /// What there is at an instant.
    pub(super) fn seen(&self, now: At) -> Vec<Kept> {
        let mut later = self.clone();
        later.pass(now);
        let lots = later.lots.into_iter().filter(|lot| lot.available > 0 || lot.held > 0);
        lots.map(|Lot { of, until, available, held, .. }| Kept { of, until, available, held }).collect()
    }
}
