//! The job: it grants each day as it opens. Its calendar is a list of windows in whole minutes, in offsets only.

use std::sync::Arc;

use chrono::TimeDelta;
use studio_credits::journal::Command;
use studio_credits::plan::{Allowance, Every, PlanBook, ResetZone};
use studio_credits::{Grant, GrantKind, Key, LateRefund, Restriction};

use crate::account::model::{Line, Model, Reply};
use crate::oracle::chance::Chance;
use crate::plans_lived::life::{At, allowance, name, offset, plan};

/// A day of one allowance.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// When the job granted it: as it opened, and the first one as the account was opened.
    pub(super) granted: At,
    pub(super) closes: At,
    floor: At,
    /// When something was first done in it.
    pub(super) touched: Option<At>,
}

/// An allowance, with all days so far.
#[derive(Clone, Debug)]
pub(super) struct Days {
    pub(super) allowance: Allowance,
    /// The minute of the local day at which it comes anew.
    minute: i64,
    /// How many minutes its clock is ahead; that of the account where none is named.
    fixed: Option<i64>,
    pub(super) windows: Vec<Window>,
}

#[derive(Clone)]
pub(super) struct Job {
    pub(super) days: Vec<Days>,
    /// How many minutes the clock of the account is ahead.
    pub(super) zone: i64,
    /// When something was done last.
    pub(super) last: At,
    granted: u32,
}

const DAY: i64 = 24 * 60;

/// The first instant from another on at which a clock shows a minute of the day.
fn reset_from(at: At, minute: i64, ahead: i64) -> At {
    let start = At::UNIX_EPOCH + TimeDelta::minutes(minute - ahead);
    let passed = (at - start).num_microseconds().unwrap();
    let day = DAY * 60 * 1_000_000;
    let days = passed.div_euclid(day) + i64::from(passed.rem_euclid(day) > 0);
    start + TimeDelta::days(days)
}

impl Days {
    pub(super) fn closes(&self) -> Option<At> {
        self.windows.last().map(|window| window.closes)
    }

    /// The window that follows, in a zone: it lasts 20 hours or more, and not before a day after the floor of the one
    /// that was touched last.
    fn follow(&mut self, now: At, zone: i64) {
        let ahead = self.fixed.unwrap_or(zone);
        let opens = match self.windows.last() {
            Some(last) => last.closes,
            None => reset_from(now + TimeDelta::microseconds(1), self.minute, ahead) - TimeDelta::minutes(DAY),
        };
        let touched = self.windows.iter().rev().find(|window| window.touched.is_some());
        let floor = touched.map_or(opens, |window| opens.max(window.floor + TimeDelta::hours(24)));
        let closes = reset_from(floor.max(opens + TimeDelta::hours(20)), self.minute, ahead);
        self.windows.push(Window { granted: now, closes, floor, touched: None });
    }
}

impl Job {
    /// Some daily allowances of one base, no two of which have the same place in the order of spending.
    pub(super) fn of(chance: &mut Chance) -> (Self, PlanBook) {
        let kinds = [GrantKind::Free, GrantKind::Reward, GrantKind::Other(name("community"))];
        let names = ["a", "b", "c"];
        let mut base = plan("free", "1");
        let mut days = Vec::new();
        for place in 0..chance.between(1, 3) {
            let place = usize::try_from(place).unwrap();
            let minute = if chance.percent(40) { 0 } else { chance.below(24 * 60).cast_signed() };
            let fixed = chance.maybe(25, |chance| chance.between(0, 26).cast_signed() * 60 - 720);
            let at = format!("{:02}:{:02}", minute / 60, minute % 60);
            let zone = fixed.map_or(ResetZone::Account, |ahead| ResetZone::Fixed(offset(ahead)));
            let every = Every::Day { at: name(&at), zone };
            let mut given = allowance(names[place], kinds[place].clone(), chance.between(1, 30), every)
                .with_priority([-2, 3, 5][place])
                .sparing_debt();
            if chance.percent(30) {
                given = given.with_restriction(Restriction::default().to_model(name("flux"))).unwrap();
            }
            if chance.percent(40) {
                given = given.with_late_refund(LateRefund::Renews);
            }
            base = base.with_allowance(given.clone()).unwrap();
            days.push(Days { allowance: given, minute, fixed, windows: Vec::new() });
        }
        let book = PlanBook::new([base]).unwrap().with_base(name("free")).unwrap();
        (Self { days, zone: 0, last: At::UNIX_EPOCH, granted: 0 }, book)
    }

    /// Grants each day that has opened by an instant, one after the other; the first as the account opens. What the
    /// model did of that.
    pub(super) fn run(&mut self, model: &mut Model, until: At) -> Result<Vec<Line>, String> {
        let mut all = Vec::new();
        loop {
            let due = self.days.iter().enumerate().map(|(place, days)| (days.closes().unwrap_or(until), place));
            let Some((at, place)) = due.filter(|(at, place)| *at <= until && self.is_due(*place, *at)).min() else {
                return Ok(all);
            };
            let zone = self.zone;
            let days = &mut self.days[place];
            days.follow(at, zone);
            let window = &days.windows[days.windows.len() - 1];
            self.granted += 1;
            let key = Key::new(&format!("day-{}", self.granted)).unwrap();
            let grant = Command::Grant(Arc::new(granted(&days.allowance, window.closes)));
            match model.ask(&key, &grant, at) {
                Reply::Done(lines) => all.extend(lines),
                _ => return Err(format!("a day is not granted: {window:?}")),
            }
        }
    }

    fn is_due(&self, place: usize, at: At) -> bool {
        self.days[place].windows.last().is_none_or(|window| window.closes <= at)
    }

    /// Something is done: the days that it is done in are there in any case.
    pub(super) fn touch(&mut self, at: At) {
        self.last = at;
        for window in self.days.iter_mut().filter_map(|days| days.windows.last_mut()) {
            window.touched = window.touched.or(Some(at));
        }
    }
}

fn granted(allowance: &Allowance, closes: At) -> Grant {
    let grant = Grant::new(allowance.kind().clone(), allowance.amount()).unwrap();
    let grant = grant.with_priority(allowance.priority()).with_late_refund(allowance.late_refund()).sparing_debt();
    grant.with_restriction(allowance.restriction().clone()).unwrap().with_expiry(closes).unwrap()
}
