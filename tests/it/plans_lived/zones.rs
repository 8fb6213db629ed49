//! Accounts that change their zone, their plan and their edition as they please over 400 days, touched when they like.
//!
//! Of each daily allowance by itself:
//!
//! - Of every two windows that gave something, number i and number j, the second opens (j - i - 1) · 24 hours after the
//!   first or later: so at most D + 1 of them open within any D days.
//! - No two windows overlap, a window lasts 20 hours or longer, and what it gave expires when it closes.
//! - Whoever is touched has what the plan in force gives of the window that holds the instant.
//! - The next refill that is shown is what happens: a microsecond before it a look and a command find the same day, and
//!   at it both find a new one, with the amount that was shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use studio_credits::GrantKind;
use studio_credits::account::{AccountView, Refill};
use studio_credits::journal::{Command, Entry, Fact, SubscriptionCommand, Window};
use studio_credits::plan::{Allowance, AllowanceName, Every, Plan, PlanBook, ResetZone, Term, Zone};

use super::life::{
    Asked, Asker, At, Life, MICRO, allowance, money, name, offset, plan, reason, start, subscribe, told, touch,
};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::tally::Tally;
use crate::oracle::chance::Chance;

const DAYS: i64 = 400;

/// What an account does to have more days.
#[derive(Clone, Copy)]
enum Way {
    /// It takes each day as soon as it is there, and then moves to where the next one ends early.
    Greedy,
    /// It takes each day as soon as it is there, from anywhere.
    Anywhere,
    /// It comes when it likes, and may stay away for weeks.
    Whenever,
}

/// One window that gave something.
#[derive(Clone, Copy, Debug)]
struct Day {
    opens: At,
    closes: At,
}

struct Zones<const NAMED: bool> {
    life: Life,
    asker: Asker,
    places: Vec<Zone>,
    way: Way,
    now: At,
    end: At,
    /// Whether it has moved within the present day.
    moved: bool,
    days: BTreeMap<AllowanceName, Vec<Day>>,
    tally: Tally,
}

const KINDS: [(&str, GrantKind); 2] = [("d", GrantKind::Free), ("e", GrantKind::Reward)];

/// A plan with some of the daily allowances, each at a time and in a zone of its own.
fn daily(chance: &mut Chance, of: &str, edition: &str, names: &[(&str, GrantKind)], zones: &[Zone]) -> Plan {
    names.iter().fold(plan(of, edition), |plan, (of, kind)| {
        let minutes = if chance.percent(50) { 0 } else { chance.below(24 * 60) };
        let at = name(&format!("{:02}:{:02}", minutes / 60, minutes % 60));
        let zone = if chance.percent(85) { ResetZone::Account } else { ResetZone::Fixed(*chance.pick(zones)) };
        let amount = chance.between(1, 60);
        plan.with_allowance(allowance(of, kind.clone(), amount, Every::Day { at, zone })).unwrap()
    })
}

impl<const NAMED: bool> Zones<NAMED> {
    /// The plan in force, by its dates.
    fn plan(&self, at: At) -> Option<&Arc<Plan>> {
        let holds = |plan: &&Arc<Plan>| {
            plan.name().as_str() == "free"
                && plan.from().is_none_or(|from| from <= at)
                && plan.until().is_none_or(|until| at < until)
        };
        let subscription = self.life.account().standing().subscription.as_ref();
        subscription.map(|it| &it.plan).or_else(|| self.life.book.plans().iter().find(holds))
    }

    fn note(&mut self, entry: &Entry) -> Result<(), String> {
        let Fact::Allowed { terms, given, .. } = &entry.fact else { return Ok(()) };
        let Window::Day(window) = given.window else { return Err(format!("a day is no day: {given:?}")) };
        let (opens, closes) = (window.opens_at(), window.closes_at());
        let wrong = |what: &str| Err(format!("{what}: {}", told(entry)));
        if terms.expires_at() != Some(closes) {
            return wrong("it does not expire when its window closes");
        }
        if entry.at < opens || closes <= entry.at {
            return wrong("it is given of another time");
        }
        if closes - opens < TimeDelta::hours(20) {
            return wrong("a day is too short");
        }
        let days = self.days.entry(given.allowance.clone()).or_default();
        match days.last() {
            Some(last) if last.opens == opens && last.closes == closes => self.tally.count("differences"),
            Some(last) if opens < last.closes => return wrong("two days overlap"),
            _ => {
                days.push(Day { opens, closes });
                self.tally.count("days");
            }
        }
        Ok(())
    }

    /// Whoever is touched has the day's credits.
    fn is_given(&self, at: At) -> Result<(), String> {
        for allowance in self.plan(at).map_or(&[][..], |plan| plan.allowances()) {
            let given = self.life.account().standing().given(allowance.name());
            let given = given.filter(|it| it.window.opens_at() <= at && at < it.window.closes_at());
            if given.is_none_or(|given| given.amount < allowance.amount()) {
                return Err(format!("touched at {at}, {} has given {given:?}", allowance.name()));
            }
        }
        Ok(())
    }

    /// What is shown is what happens.
    fn is_shown(&mut self, at: At) -> Result<(), String> {
        let view = self.life.view(at)?;
        let names = self.plan(at).map_or(&[][..], |plan| plan.allowances());
        if !view.refills.iter().map(|refill| &refill.allowance).eq(names.iter().map(Allowance::name)) {
            return Err(format!("refills are shown of other allowances: {:?}", view.refills));
        }
        let soonest = view.refills.iter().map(|refill| refill.at).min();
        let first = view.refills.iter().filter(|refill| Some(refill.at) == soonest).map(|refill| refill.amount);
        let next = view.next_refill.map(|next| (Some(next.at), Some(next.amount)));
        if next != soonest.map(|at| (Some(at), studio_credits::Credits::checked_sum(first))) {
            return Err(format!("{:?} is not the first of {:?}", view.next_refill, view.refills));
        }
        for refill in &view.refills {
            // Of a day that nobody touched, another edition may have another one.
            let given = self.life.account().standing().given(&refill.allowance);
            let is_touched = given.is_some_and(|given| given.window.closes_at() == refill.at);
            if is_touched || self.plan(at).map(|it| it.edition()) == self.plan(refill.at).map(|it| it.edition()) {
                self.comes(&view, refill)?;
                self.tally.count("refills");
            }
        }
        Ok(())
    }

    fn comes(&self, view: &AccountView, refill: &Refill) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{what}: {refill:?} as of {}", view.at));
        let of = |view: &AccountView| view.refills.iter().find(|it| it.allowance == refill.allowance).cloned();
        let eve = (refill.at - MICRO).max(view.at);
        if refill.at <= view.at {
            return wrong("it is past");
        }
        if of(&self.life.view(eve)?).as_ref() != Some(refill) {
            return wrong("a microsecond before it, it is not the next any more");
        }
        let then = self.life.view(refill.at)?;
        let Some(next) = of(&then).filter(|next| next.at > refill.at) else { return wrong("at it, there is no next") };
        if then.lots.iter().any(|lot| lot.expires_at == Some(refill.at) && !lot.available.is_zero()) {
            return wrong("at it, the old day is not over");
        }
        let new = then.lots.iter().find(|lot| lot.kind == refill.kind && lot.expires_at == Some(next.at));
        if new.is_none_or(|lot| lot.granted != refill.amount || lot.granted_at != refill.at) {
            return wrong("at it, something else is given");
        }
        let opened = |at: At| -> Result<Option<At>, String> {
            let entries = self.life.would(&touch(), at).map_err(|error| error.to_string())?;
            Ok(entries.iter().find_map(|entry| match &entry.fact {
                Fact::Allowed { given, .. } if given.allowance == refill.allowance => Some(given.window.opens_at()),
                _ => None,
            }))
        };
        // What was not touched yet opened before: only what opens at the instant is new.
        if opened(eve)?.is_some_and(|opens| opens > view.at) || opened(refill.at)? != Some(refill.at) {
            return wrong("a command finds another day");
        }
        Ok(())
    }

    /// Every two windows are as far apart as they must be.
    fn is_bounded(days: &[Day]) -> Result<(), String> {
        for (j, later) in days.iter().enumerate() {
            for (i, earlier) in days[..j].iter().enumerate() {
                let least = TimeDelta::days(i64::try_from(j - i).unwrap() - 1);
                if later.opens - earlier.opens < least {
                    return Err(format!("{} days open within {least}: {:?}", j - i + 1, &days[i..=j]));
                }
            }
        }
        Ok(())
    }

    /// Where the day that follows the present one ends first, of all zones or of some.
    fn early(&self, chance: &mut Chance) -> Zone {
        let some = chance.percent(15);
        let tried = if some { chance.some_of(20, &self.places) } else { self.places.clone() };
        let end = |zone: &Zone| {
            let given = self.life.account().standing().given.first()?;
            let Window::Day(window) = given.window else { return None };
            let every = self.plan(self.now)?.allowance(given.allowance.as_str())?.every();
            window.at(every.daily_reset(*zone)?, window.closes_at()).ok().map(|next| next.closes_at())
        };
        *tried.iter().min_by_key(|zone| end(zone)).unwrap_or(&self.places[0])
    }

    fn command(&mut self, chance: &mut Chance) -> Command {
        match chance.below(20) {
            0..8 if !matches!(self.way, Way::Greedy) => Command::SetZone { zone: *chance.pick(&self.places) },
            8 => SubscriptionCommand::End { reason: reason() }.into(),
            9 => {
                let pro = self.life.book.plan("pro", self.now).unwrap();
                subscribe(pro, Term::MAX, self.asker.invoice())
            }
            10..14 => touch(),
            _ => money(chance, &self.life),
        }
    }
}

impl<const NAMED: bool> History for Zones<NAMED> {
    type Step = Asked;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 42);
        let minutes = [-720, -690, -570, -210, 345, 525, 765, 840].into_iter().chain((-11..14).map(|hour| hour * 60));
        let (zones, start) = if NAMED { named(&mut chance) } else { (minutes.map(offset).collect(), start()) };
        let start = start + TimeDelta::minutes(chance.below(100 * 24 * 60).cast_signed());
        let all = if chance.percent(30) { &KINDS[..] } else { &KINDS[..1] };
        let given = if chance.percent(25) { &[][..] } else { all };
        let seam = start + TimeDelta::days(chance.between(20, 380).cast_signed());
        let editions = [
            daily(&mut chance, "free", "1", given, &zones).in_force_until(seam).unwrap(),
            daily(&mut chance, "free", "2", given, &zones).in_force_from(seam).unwrap(),
            daily(&mut chance, "pro", "1", all, &zones),
        ];
        let book = PlanBook::new(editions).unwrap().with_base(name("free")).unwrap();
        Self {
            life: Life::under(book),
            asker: Asker::default(),
            places: zones,
            way: *chance.pick(&[Way::Greedy, Way::Anywhere, Way::Whenever]),
            now: start,
            end: start + TimeDelta::days(DAYS),
            moved: false,
            days: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Asked> {
        if self.now >= self.end {
            return None;
        }
        let close = self.life.account().standing().given.first().map(|given| given.window.closes_at());
        let close = close.filter(|close| *close > self.now);
        let most = chance.weighted(&[(4, 2), (3, 40), (1, 24 * 40)]);
        let later = self.now + TimeDelta::minutes(chance.between(1, most * 60).cast_signed());
        let rests = chance.percent(2);
        let moves = matches!(self.way, Way::Greedy) && !self.moved && !rests && close.is_some();
        self.now = match (self.way, close) {
            _ if moves || chance.percent(15) => self.now,
            (Way::Greedy | Way::Anywhere, Some(close)) if !rests && chance.percent(70) => close,
            (Way::Greedy | Way::Anywhere, Some(close)) if !rests => later.min(close - MICRO),
            _ => later,
        };
        self.moved = moves || self.moved && Some(self.now) < close;
        if moves {
            let zone = self.early(chance);
            return Some(self.asker.ask(self.now, Command::SetZone { zone }));
        }
        // Clocks of hosts differ.
        let at = self.now - TimeDelta::seconds(chance.maybe(5, |chance| chance.below(300)).unwrap_or(0).cast_signed());
        if !self.life.done.is_empty() && chance.percent(3) {
            return Some(Asked { at, ..chance.pick(&self.life.done).clone() });
        }
        let command = self.command(chance);
        Some(self.asker.ask(at, command))
    }

    fn step(&mut self, asked: &Asked) -> Result<(), String> {
        let (answer, entries) = self.life.ask(asked)?;
        self.tally.count("commands");
        let at = asked.at.max(self.life.account().mark());
        if let Answer::Done(..) = answer {
            entries.iter().try_for_each(|entry| self.note(entry))?;
            self.is_given(at)?;
        }
        if let (Answer::Done(..), Command::SetZone { .. }) = (&answer, &asked.command) {
            self.tally.count("zones");
            self.life.restore()?;
        }
        if self.life.done.len().is_multiple_of(4) { self.is_shown(at) } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), String> {
        self.days.values().try_for_each(|days| Self::is_bounded(days))?;
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

/// Zones whose clocks jump, in years when they do.
fn named(chance: &mut Chance) -> (Vec<Zone>, At) {
    let names = [
        "Africa/Casablanca",
        "America/Havana",
        "America/Los_Angeles",
        "America/Nuuk",
        "America/St_Johns",
        "Antarctica/Troll",
        "Antarctica/Vostok",
        "Asia/Kathmandu",
        "Asia/Pyongyang",
        "Asia/Tokyo",
        "Australia/Lord_Howe",
        "Europe/Amsterdam",
        "Europe/Dublin",
        "Etc/GMT+12",
        "Pacific/Apia",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
        "Pacific/Kwajalein",
        "UTC",
    ];
    let starts = ["1993-03-05", "1994-06-21", "2010-08-31", "2011-05-05", "2018-03-03", "2026-11-24", "2098-12-12"];
    (names.map(name).to_vec(), name(&format!("{}T12:34:56.789012Z", chance.text(&starts))))
}

const OFTEN: [&str; 4] = ["days", "differences", "refills", "zones"];

#[test]
fn no_choice_of_offsets_gains_a_day() {
    play_all::<Zones<false>>("zones::no_choice_of_offsets_gains_a_day", 12, &[(30, &OFTEN)]);
}

#[cfg(feature = "chrono-tz")]
#[test]
fn no_choice_of_names_gains_a_day() {
    play_all::<Zones<true>>("zones::no_choice_of_names_gains_a_day", 8, &[(30, &OFTEN)]);
}
