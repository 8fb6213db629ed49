//! What limits count of days, months and members, counted anew from all work that ever was.
//!
//! - A counter has what is held and what was charged, less what was given back, of all work that it counts and that was
//!   held for since it began and before its window closes; what was released or has lapsed counts no longer.
//! - Where the plan and the zone stay, that is all such work of the present day or month of the local calendar, and so
//!   is what is shown, with what is left of the limit and until when.
//! - **No limit is exceeded** by what is held and what was charged of that, in any window. What is charged beyond a
//!   hold or after it has lapsed never fails, and comes on top.
//! - The most that can be charged now is the least that any limit leaves: one credit more is refused, by that limit. So
//!   what is released and given back makes room again, at once.
//! - Whoever leaves and joins again has used what they had used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveTime, TimeDelta};
use studio_credits::account::{DecideError, Declined, PlanLimit};
use studio_credits::journal::{Command, Counted, Counter, MonthMax, Role, SubscriptionCommand, TeamCommand, Window};
use studio_credits::plan::{Days, Limits, Plan, PlanBook, RefundTerms, Term, WorkLimits};
use studio_credits::{
    Credits, Grant, GrantKind, HoldId, LateSettle, Life as Deadline, Member, Outcome, Overage, Portion, Settlement,
    Spend, Studio, Terms, Work,
};

use super::life::{Asked, Asker, At, Life, MICRO, count, name, offset, plan, reason, start, subscribe, whole};
use super::run::{History, play_all};
use crate::account::ledger::Answer;
use crate::account::model::{Nanos, nanos};
use crate::account::tally::{self, Tally};
use crate::oracle::chance::Chance;

/// Some work, and what became of it.
struct Piece {
    id: HoldId,
    work: Work,
    since: At,
    lapses: At,
    held: i64,
    /// What was charged, once that is known, and whether it was after the hold had lapsed.
    charged: Option<(i64, bool)>,
    released: bool,
    back: i64,
}

struct Counters {
    life: Life,
    asker: Asker,
    pieces: Vec<Piece>,
    /// Whether the plan and the zone stay what they are.
    steady: bool,
    /// How many minutes the clock is ahead.
    ahead: i64,
    /// The window that each counter counted in last.
    windows: BTreeMap<Counted, Window>,
    now: At,
    steps: u64,
    tally: Tally,
}

const STUDIOS: [&str; 2] = ["image", "video"];
const MEMBERS: [&str; 3] = ["ann", "ben", "cy"];

fn limited(chance: &mut Chance, of: &str) -> Plan {
    let amount = |chance: &mut Chance, most: u64| whole(chance.between(5, most));
    let work = |chance: &mut Chance| {
        let mut limits = WorkLimits::default();
        if chance.percent(60) {
            limits = limits.with_day_max(amount(chance, 200)).unwrap();
        }
        if chance.percent(60) {
            limits = limits.with_month_max(amount(chance, 900)).unwrap();
        }
        limits
    };
    let mut limits = Limits::default().with_work(work(chance));
    if chance.percent(50) {
        limits = limits.with_studio(name::<Studio>("image"), work(chance)).unwrap();
    }
    if chance.percent(50) {
        limits = limits.with_member_month_max(amount(chance, 500)).unwrap();
    }
    let refund = RefundTerms::new(Days::new(3).unwrap(), whole(10)).unwrap();
    plan(of, "1").with_limits(limits).with_refund(refund)
}

fn credits(amount: Credits) -> i64 {
    amount.to_string().parse().unwrap()
}

impl Piece {
    /// How much of it counts at an instant; and how much without what was charged beyond the hold.
    fn counts(&self, at: At) -> (i64, i64) {
        match self.charged {
            Some((charged, late)) => (charged - self.back, if late { 0 } else { charged.min(self.held) - self.back }),
            None if self.released || self.lapses <= at => (0, 0),
            None => (self.held, self.held),
        }
    }

    fn is_of(&self, of: &Counted) -> bool {
        match of {
            Counted::Day(studio) | Counted::Month(studio) => studio.as_ref().is_none_or(|it| *it == self.work.studio),
            Counted::Member(member) => self.work.member.as_ref() == Some(member),
            _ => true,
        }
    }
}

impl Counters {
    /// What is counted of all work from an instant until another.
    fn used(&self, of: &Counted, from: At, until: At, at: At) -> (i64, i64) {
        let of_it = self.pieces.iter().filter(|piece| piece.is_of(of) && from <= piece.since && piece.since < until);
        of_it.map(|piece| piece.counts(at)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1.max(0)))
    }

    /// The local day or month of an instant.
    fn window(&self, of: &Counted, at: At) -> (At, At) {
        let shown = (at + TimeDelta::minutes(self.ahead)).date_naive();
        let next = shown.with_day(1).unwrap() + chrono::Months::new(1);
        let (first, last) = match of {
            Counted::Day(_) => (shown, shown.succ_opt().unwrap()),
            _ => (shown.with_day(1).unwrap(), next),
        };
        let [first, last] = [first, last].map(|day| day.and_time(NaiveTime::MIN).and_utc());
        (first - TimeDelta::minutes(self.ahead), last - TimeDelta::minutes(self.ahead))
    }

    /// Each counter that is kept has what it should have.
    fn is_counted(&mut self, at: At) -> Result<(), String> {
        for Counter { of, window, since, used, .. } in &self.life.account().standing().counters {
            let (found, wanted) = (nanos(*used), self.used(of, *since, window.closes_at(), at).0);
            if found != Nanos::from(wanted) * 1_000_000_000 {
                return Err(format!("at {at}, {of:?} has {used} in place of {wanted}, since {since}"));
            }
            let least = if let Counted::Day(_) = of { TimeDelta::hours(20) } else { TimeDelta::days(26) };
            let last =
                self.windows.insert(of.clone(), *window).filter(|last| last != window && *of != Counted::Purchase);
            if last.is_some_and(|last| window.closes_at() - last.closes_at() < least || *since < last.closes_at()) {
                return Err(format!("{of:?} is counted anew too early: {last:?}, {window:?}"));
            }
            self.tally.count("counters");
        }
        Ok(())
    }

    /// What is shown is the recount of the calendar, and within the limit.
    fn is_shown(&mut self, at: At) -> Result<(), String> {
        for limit in self.life.view(at)?.limits {
            let PlanLimit::Credits { of, used, max, left, resets_at, .. } = limit else { continue };
            let (from, until) = self.window(&of, at);
            let (counted, held) = self.used(&of, from, until, at);
            let room = (credits(max) - counted).max(0);
            if self.steady && (credits(used), credits(left), resets_at) != (counted, room, until) {
                return Err(format!("at {at}, {of:?} shows {used} of {max}, {left} left until {resets_at}: {counted}"));
            }
            // A limit that was set, or a plan that took over, may be below what was used by then.
            if self.steady && held > credits(max) && !matches!(of, Counted::Member(_)) {
                return Err(format!("at {at}, {held} is held and charged of {of:?}, and {max} may be"));
            }
        }
        Ok(())
    }

    /// What one more piece of work may cost is what the narrowest limit leaves.
    fn has_room(&mut self, studio: &str, member: Option<&Member>, at: At) -> Result<(), String> {
        let work = Work::new(name(studio), name("flux"));
        let work = member.map_or(work.clone(), |member| work.by(member.clone()));
        let piece = Piece { work: work.clone(), ..Piece::default_at(at) };
        let view = self.life.view(at)?;
        let limits = view.limits.iter().filter_map(|limit| match limit {
            PlanLimit::Credits { of, left, .. } if piece.is_of(of) => Some(credits(*left)),
            _ => None,
        });
        let Some(room) = limits.min() else { return Ok(()) };
        let would = |amount: i64| {
            let spend = Spend::new(work.clone(), whole(amount.cast_unsigned())).unwrap();
            self.life.would(&Command::Charge(spend), at)
        };
        if room > 0 && would(room).is_err() {
            return Err(format!("at {at}, {room} is left and refused: {:?}", would(room)));
        }
        match would(room + 1) {
            Err(DecideError::Declined(declined)) => match *declined {
                Declined::OverLimit { used, required, max, .. }
                    if credits(required) == room + 1 && (credits(max) - credits(used)).max(0) == room => {}
                other => return Err(format!("at {at}, {room} is left, and one more is refused as {other:?}")),
            },
            other => return Err(format!("at {at}, {room} is left, and one more gives {other:?}")),
        }
        let one = Spend::new(work.clone(), whole(1)).unwrap();
        let times = self.life.account().affords(&one, at).map_err(|error| error.to_string())?;
        if times.map(u64::cast_signed) != Some(room.min(credits(view.available))) {
            return Err(format!("at {at}, {room} is left, and {times:?} times one can be afforded"));
        }
        self.tally.count("probes");
        Ok(())
    }

    /// Notes what a command that was done has changed.
    fn note(&mut self, asked: &Asked) {
        let (at, id) = (asked.at, HoldId::from(&asked.key));
        let place = |pieces: &[Piece], id: &HoldId| pieces.iter().position(|piece| piece.id == *id).unwrap();
        match &asked.command {
            Command::Hold(spend) | Command::Charge(spend) => {
                let held = credits(spend.amount());
                let is_hold = matches!(asked.command, Command::Hold(_));
                let lapses = at + spend.terms().map_or(TimeDelta::zero(), |terms| terms.life().delta());
                let charged = (!is_hold).then_some((held, false));
                let work = Work::clone(spend.work());
                self.pieces.push(Piece { id, work, since: at, lapses, held, charged, released: false, back: 0 });
            }
            Command::Settle { hold, settlement } => {
                let place = place(&self.pieces, hold);
                let piece = &mut self.pieces[place];
                let Portion::Exactly(due) = settlement.due() else { unreachable!("nothing else is asked for") };
                let late = piece.lapses <= at;
                // More than is held is charged only where the terms let it be.
                let charge = self.life.ledger.records.values().find_map(|record| match record {
                    studio_credits::journal::Record::Charge(charge) if charge.id == *hold => Some(charge.terms),
                    _ => None,
                });
                let terms = charge.unwrap();
                let most = if terms.overage() == Overage::Cap { piece.held } else { i64::MAX };
                let charged =
                    if late && terms.late_settle() == LateSettle::Absorb { 0 } else { credits(*due).min(most) };
                piece.charged = Some((charged, late));
            }
            Command::Release { hold, .. } => {
                let place = place(&self.pieces, hold);
                self.pieces[place].released = true;
            }
            Command::Refund { charge, amount, .. } => {
                let place = place(&self.pieces, charge);
                let piece = &mut self.pieces[place];
                piece.back += amount.map_or(piece.charged.map_or(0, |it| it.0) - piece.back, credits);
            }
            Command::SetZone { zone } => self.ahead = (zone.local(at).unwrap() - at.naive_utc()).num_minutes(),
            _ => {}
        }
    }

    fn spend(&self, chance: &mut Chance) -> Spend {
        let members: Vec<&Member> = self.life.account().standing().members.iter().map(|seat| &seat.member).collect();
        let mut work = Work::new(name(chance.text(&STUDIOS)), name("flux"));
        if !members.is_empty() {
            work = work.by((*chance.pick(&members)).clone());
        }
        let overage = if chance.percent(70) { Overage::Cap } else { Overage::Absorb };
        let late = *chance.pick(&[LateSettle::Charge, LateSettle::Absorb]);
        let life = chance.weighted(&[(2, 3_600), (2, 90_000), (1, 2_000_000)]);
        let terms = Terms::default().with_late_settle(late).with_life(Deadline::seconds(life).unwrap());
        let terms = terms.with_overage(overage).unwrap();
        Spend::new(work, whole(chance.between(1, 60))).unwrap().with_terms(terms)
    }

    fn team(&self, chance: &mut Chance) -> Command {
        let member: Member = name(chance.text(&MEMBERS));
        let is_there = self.life.account().standing().member(&member).is_some();
        let month_max = match chance.below(3) {
            0 => MonthMax::OfPlan,
            1 => MonthMax::Unlimited,
            _ => MonthMax::Credits(whole(chance.between(0, 400))),
        };
        let role = if chance.percent(70) { Role::Owner } else { Role::Member };
        match chance.below(3) {
            _ if !is_there => TeamCommand::Join { member, role },
            0 => TeamCommand::Limit { member, month_max },
            _ => TeamCommand::Leave { member },
        }
        .into()
    }

    fn command(&mut self, chance: &mut Chance) -> Command {
        let open: Vec<&Piece> = self.pieces.iter().filter(|it| it.charged.is_none() && !it.released).collect();
        let charged: Vec<&Piece> = self.pieces.iter().filter(|it| it.charged.is_some()).collect();
        match chance.below(24) {
            0..4 => self.team(chance),
            4..10 => Command::Charge(self.spend(chance)),
            10..13 if !open.is_empty() => {
                let settlement = Settlement::exactly(whole(chance.between(0, 70))).unwrap();
                Command::Settle { hold: chance.pick(&open).id.clone(), settlement }
            }
            13..15 if !open.is_empty() => {
                Command::Release { hold: chance.pick(&open).id.clone(), outcome: Outcome::Failed }
            }
            15..18 if !charged.is_empty() => {
                let charge = chance.pick(&charged).id.clone();
                Command::Refund { charge, amount: chance.maybe(60, |it| whole(it.between(1, 40))), reason: reason() }
            }
            18 if !self.steady => Command::SetZone { zone: offset(chance.between(0, 26).cast_signed() * 60 - 720) },
            19 if !self.steady => SubscriptionCommand::End { reason: reason() }.into(),
            20 | 21 if !self.steady => {
                subscribe(self.life.book.plan("pro", self.now).unwrap(), Term::YEAR, self.asker.invoice())
            }
            _ => Command::Hold(self.spend(chance)),
        }
    }
}

impl Piece {
    fn default_at(at: At) -> Self {
        let (id, work) = (name("none"), Work::new(name("none"), name("none")));
        Self { id, work, since: at, lapses: at, held: 0, charged: None, released: false, back: 0 }
    }
}

impl History for Counters {
    type Step = Asked;

    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 47);
        let book = PlanBook::new(["free", "pro"].map(|of| limited(&mut chance, of))).unwrap();
        let mut asker = Asker::default();
        let mut life = Life::under(book.with_base(name("free")).unwrap());
        // So much that only limits refuse anything.
        let grant = Grant::new(GrantKind::Promotional, whole(1_000_000)).unwrap();
        life.ask(&asker.ask(start(), Command::Grant(grant.into()))).unwrap();
        let ahead = chance.between(0, 26).cast_signed() * 60 - 720;
        life.ask(&asker.ask(start(), Command::SetZone { zone: offset(ahead) })).unwrap();
        Self {
            life,
            asker,
            pieces: Vec::new(),
            steady: chance.percent(60),
            ahead,
            windows: BTreeMap::new(),
            now: start() + MICRO,
            steps: chance.between(20, 120),
            tally: Tally::default(),
        }
    }

    fn next(&mut self, chance: &mut Chance) -> Option<Asked> {
        self.steps = self.steps.checked_sub(1)?;
        let resets: BTreeSet<At> = self.windows.values().map(Window::closes_at).filter(|at| *at > self.now).collect();
        let hours = chance.weighted(&[(6, 3), (3, 30), (1, 24 * 20)]);
        self.now = match resets.first() {
            Some(reset) if chance.percent(10) => {
                (*reset - MICRO * i32::try_from(chance.below(2)).unwrap()).max(self.now + MICRO)
            }
            _ => self.now + TimeDelta::seconds(chance.below(hours * 3_600).cast_signed()) + MICRO,
        };
        let command = self.command(chance);
        Some(self.asker.ask(self.now, command))
    }

    fn step(&mut self, asked: &Asked) -> Result<(), String> {
        self.tally.count("commands");
        let (answer, entries) = self.life.ask(asked)?;
        match &answer {
            Answer::Done(..) => {
                self.note(asked);
                count(&mut self.tally, &entries);
                self.is_counted(asked.at)?;
            }
            Answer::Declined(declined) => self.tally.count(tally::declined(declined)),
            Answer::Repeat(_) => {}
        }
        self.is_shown(asked.at)?;
        if self.life.done.len().is_multiple_of(3) {
            let members: Vec<Member> =
                self.life.account().standing().members.iter().map(|it| it.member.clone()).collect();
            let members: Vec<Option<&Member>> =
                if members.is_empty() { vec![None] } else { members.iter().map(Some).collect() };
            for (studio, member) in STUDIOS.iter().flat_map(|studio| members.iter().map(move |it| (studio, *it))) {
                self.has_room(studio, member, asked.at)?;
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.life.ledger.fold()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[test]
fn what_limits_count_is_what_was_used() {
    let facts = ["held", "charged", "settled", "released", "refunded", "lapsed", "joined", "left", "limited"];
    let others = ["counters", "probes", "OverLimit"];
    play_all::<Counters>("counters::what_limits_count_is_what_was_used", 60, &[(20, &facts), (100, &others)]);
}
