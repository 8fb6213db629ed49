//! What a plan opens and limits, and who is a member: each number is counted anew from all work that ever was.

use chrono::{DateTime, Utc};
use studio_credits::account::{Declined, Lifts, TeamDeclined};
use studio_credits::journal::{ChargeState, Counted, MonthMax, Role, Seat, TeamCommand, Window};
use studio_credits::plan::{Cycle, DailyReset, DayWindow};
use studio_credits::{Credits, Member, Spend, Studio, Work};

use super::{Job, Model, Nanos, Refused, What, credits, nanos};

/// A window that something was limited in, and since which work it counted.
#[derive(Clone)]
pub(crate) struct Count {
    pub(crate) of: Counted,
    pub(crate) window: Window,
    /// How much work there was by then, which does not count.
    before: usize,
}

/// A limit that some work counts in: its window, what is used, and the most.
struct Ceiling {
    of: Counted,
    window: Window,
    used: Nanos,
    max: Option<Credits>,
}

impl Ceiling {
    fn room(&self) -> Option<Nanos> {
        // What was charged beyond a hold may be beyond the limit.
        self.max.map(|max| (nanos(max) - self.used).max(0))
    }
}

fn no(declined: TeamDeclined) -> Declined {
    Declined::Team(declined)
}

impl Job {
    fn is_of(&self, of: &Counted) -> bool {
        match of {
            Counted::Day(studio) | Counted::Month(studio) => studio.as_ref().is_none_or(|it| *it == self.work.studio),
            Counted::Member(member) => self.work.member.as_ref() == Some(member),
            _ => true,
        }
    }

    fn counts(&self) -> Nanos {
        match self.fate {
            None => self.amount,
            Some((ChargeState::Settled, _)) => self.charged - self.refunded,
            Some(_) => 0,
        }
    }
}

impl Model {
    /// Whoever asks is a member, and the plan opens the work.
    pub(super) fn entitled(&self, spend: &Spend, to_hold: bool, at: DateTime<Utc>) -> Refused<()> {
        let work = spend.work();
        self.seat(work)?;
        let Some(plan) = self.plans.in_force(at) else { return Ok(()) };
        let lifts = Lifts::default;
        let quoted = spend.quoted();
        let given = quoted.iter().flat_map(|quoted| quoted.basis().request().settings());
        let defaults = quoted.iter().flat_map(|quoted| quoted.defaults());
        if let Err(what) = plan.check(work, given.chain(defaults)) {
            return Err(Declined::NotEntitled { plan: plan.name().clone(), what, lifts: lifts() });
        }
        let outputs = quoted.map_or(1, |quoted| quoted.basis().request().count());
        let of_studio = (Some(work.studio.clone()), plan.limits().studio(&work.studio));
        for (studio, limits) in [of_studio, (None, plan.limits().work())] {
            if let Some(max) = limits.outputs_max().filter(|max| outputs > *max) {
                return Err(Declined::TooManyOutputs { studio, outputs, max, lifts: lifts() });
            }
            let in_studio = |job: &&Job| studio.as_ref().is_none_or(|studio| *studio == job.work.studio);
            let open = self.jobs.iter().filter(|job| job.fate.is_none()).filter(in_studio).count();
            let open = u32::try_from(open).unwrap();
            if let Some(max) = limits.holds_max().filter(|max| to_hold && open >= *max) {
                return Err(Declined::TooManyHolds { studio, open, max, lifts: lifts() });
            }
        }
        Ok(())
    }

    fn seat(&self, work: &Work) -> Refused<Option<&Seat>> {
        match (&work.member, self.members.is_empty()) {
            (_, true) => Ok(None),
            (None, false) => Err(no(TeamDeclined::NoMember)),
            (Some(member), false) => self.member(member).map(Some),
        }
    }

    fn member(&self, member: &Member) -> Refused<&Seat> {
        let seat = self.members.iter().find(|seat| seat.member == *member);
        seat.ok_or_else(|| no(TeamDeclined::NotAMember { member: member.clone() }))
    }

    /// Which limit refuses, if one does: the one that leaves the least.
    pub(super) fn limited(
        &self,
        work: &Work,
        required: Nanos,
        at: DateTime<Utc>,
    ) -> Refused<Option<(Declined, Nanos)>> {
        let mut ceilings = self.ceilings(work, at)?;
        ceilings.retain(|ceiling| ceiling.max.is_some());
        let rooms = ceilings.iter().filter_map(|ceiling| Some((ceiling.room()?, ceiling)));
        let narrowest = rooms.min_by_key(|(room, _)| *room).filter(|(room, _)| *room < required);
        Ok(narrowest.map(|(room, ceiling)| {
            let refusal = Declined::OverLimit {
                of: ceiling.of.clone(),
                used: credits(ceiling.used),
                required: credits(required),
                max: ceiling.max.unwrap(),
                resets_at: ceiling.window.closes_at(),
                lifts: Lifts::default(),
            };
            (refusal, room)
        }))
    }

    /// Begins to count what is limited, of new work.
    pub(super) fn count(&mut self, work: &Work, at: DateTime<Utc>) -> Refused<()> {
        for Ceiling { of, window, .. } in self.ceilings(work, at)? {
            if !self.counts.iter().any(|count| count.of == of && count.window == window) {
                self.begin_count(of, window);
            }
        }
        Ok(())
    }

    pub(super) fn begin_count(&mut self, of: Counted, window: Window) {
        self.counts.push(Count { of, window, before: self.jobs.len() });
    }

    /// A member's limit is looked at first, then those of the studio, then those over all.
    fn ceilings(&self, work: &Work, at: DateTime<Utc>) -> Refused<Vec<Ceiling>> {
        let (plan, mut found) = (self.plans.in_force(at), Vec::new());
        if let Some(seat) = self.seat(work)? {
            let max = match seat.month_max {
                MonthMax::OfPlan => plan.as_ref().and_then(|plan| plan.limits().member_month_max()),
                MonthMax::Unlimited => None,
                MonthMax::Credits(max) => Some(max),
            };
            found.push((Counted::Member(seat.member.clone()), max));
        }
        if let Some(plan) = &plan {
            let studio: Option<Studio> = Some(work.studio.clone());
            let (own, all) = (plan.limits().studio(&work.studio), plan.limits().work());
            let limits = [
                (Counted::Day(studio.clone()), own.day_max()),
                (Counted::Month(studio), own.month_max()),
                (Counted::Day(None), all.day_max()),
                (Counted::Month(None), all.month_max()),
            ];
            found.extend(limits.into_iter().filter(|(_, max)| max.is_some()));
        }
        let ceiling = |(of, max): (Counted, Option<Credits>)| {
            let window = self.window(&of, at);
            Ceiling { used: self.used(&of, window), of, window, max }
        };
        Ok(found.into_iter().map(ceiling).collect())
    }

    /// The window that an instant is in: the last one that was used as long as it is open, then the next.
    fn window(&self, of: &Counted, at: DateTime<Utc>) -> Window {
        let last = self.counts.iter().rev().find(|count| count.of == *of).map(|count| count.window);
        let zone = self.plans.zone;
        match (of, last) {
            (_, Some(last)) if at < last.closes_at() => last,
            (Counted::Day(_), last) => {
                let reset = DailyReset::default().with_zone(zone);
                Window::Day(match last {
                    Some(Window::Day(day)) => day.at(reset, at).unwrap(),
                    _ => DayWindow::first(reset, at).unwrap(),
                })
            }
            (_, last) => {
                let months = Cycle::calendar(zone).unwrap();
                let shown = months.window_at(at).unwrap();
                Window::Month(match last {
                    // Another zone shows a month that was there before: what is left of it counts to the next one.
                    Some(Window::Month(last)) if shown.ordinal <= last.ordinal => {
                        let mut next = months.window(last.ordinal + 1).unwrap();
                        next.opens_at = last.closes_at;
                        next
                    }
                    _ => shown,
                })
            }
        }
    }

    /// What is used of a window by the work that counts in it.
    fn used(&self, of: &Counted, window: Window) -> Nanos {
        let Some(count) = self.counts.iter().find(|count| count.of == *of && count.window == window) else { return 0 };
        let jobs = self.jobs.iter().skip(count.before);
        jobs.filter(|job| job.made < window.closes_at() && job.is_of(of)).map(Job::counts).sum()
    }

    /// When the last window ends that something was used of.
    pub(crate) fn last_window_end(&self) -> Option<DateTime<Utc>> {
        self.counts.last().map(|count| count.window.closes_at())
    }

    pub(super) fn team(&mut self, command: &TeamCommand, at: DateTime<Utc>) -> Refused<()> {
        match command {
            TeamCommand::Join { member, role } => {
                let (member, role, members) = (member.clone(), *role, self.members.len());
                if self.member(&member).is_ok() {
                    return Err(no(TeamDeclined::MemberAlready { member }));
                }
                let next = self.plans.subscription.as_ref().and_then(|sub| sub.next.clone()).map(|(plan, _, _)| plan);
                let plans = self.plans.in_force(at).into_iter().chain(next);
                let seats = plans.filter_map(|plan| plan.limits().seats()).min();
                let seats = seats.map_or(1_024, |seats| usize::try_from(seats).unwrap());
                if members >= seats {
                    return Err(no(TeamDeclined::NoSeat { member, seats, lifts: Lifts::default() }));
                }
                if members == 0 && role == Role::Member {
                    return Err(no(TeamDeclined::NoOwner { member }));
                }
                self.members.push(Seat { member: member.clone(), role, month_max: MonthMax::OfPlan });
                self.write(
                    at,
                    What::new("joined", &member, &[Nanos::from(role == Role::Owner)]),
                    Vec::new(),
                    Vec::new(),
                )
            }
            TeamCommand::Limit { member, month_max } => {
                self.member(member)?;
                if let MonthMax::Credits(max) = *month_max {
                    let of = Counted::Member(member.clone());
                    let used = credits(self.used(&of, self.window(&of, at)));
                    if used > max {
                        return Err(no(TeamDeclined::LimitBelowUse { member: member.clone(), max, used }));
                    }
                }
                let seat = self.members.iter_mut().find(|seat| seat.member == *member).unwrap();
                seat.month_max = *month_max;
                let owner = Nanos::from(seat.role == Role::Owner);
                self.write(at, What::new("limited", member, &[owner]), Vec::new(), Vec::new())
            }
            TeamCommand::Leave { member } => {
                let role = self.member(member)?.role;
                let owners = self.members.iter().filter(|seat| seat.role == Role::Owner).count();
                if role == Role::Owner && owners == 1 && self.members.len() > 1 {
                    return Err(no(TeamDeclined::LastOwner { member: member.clone() }));
                }
                self.members.retain(|seat| seat.member != *member);
                self.write(at, What::new("left", member, &[]), Vec::new(), Vec::new())
            }
        }
    }
}
