//! What a plan opens and limits, held against work in the same step as the balance.

use chrono::{DateTime, Utc};

use super::{Declined, Lifts, declined::TeamDeclined, draft::Draft, period, staged::Staged};
use crate::{
    credits::Credits,
    ids::Studio,
    journal::{Counted, Counter, MonthMax, Seat},
    plan::{NotEntitled, Plan, WorkLimits},
    spend::Spend,
    work::Work,
};

/// A limit on credits that some work counts in.
pub(super) struct Ceiling {
    /// The counter of the present window, whether it is kept yet or not.
    pub(super) counter: Counter,
    /// The most; none where it is counted only.
    pub(super) max: Option<Credits>,
}

impl Ceiling {
    /// How much more may be used; nothing where more was charged than held, or the limit is lower than it was.
    pub(super) fn room(&self) -> Option<Credits> {
        // What was settled for more than was held may have gone beyond the limit.
        self.max.map(|max| max.checked_sub(self.counter.used).unwrap_or(Credits::ZERO).max(Credits::ZERO))
    }
}

/// What of a plan says no to some work, with the numbers.
enum Bar {
    Locked(NotEntitled),
    Outputs { studio: Option<Studio>, outputs: u64, max: u64 },
    Holds { studio: Option<Studio>, open: u32, max: u32 },
}

impl Draft<'_> {
    /// Whether the plan opens work, and how much of it may be under way.
    pub(super) fn entitled(&self, spend: &Spend, is_hold: bool) -> Result<(), Box<Declined>> {
        self.staged.seat(spend.work())?;
        let plan = self.staged.plan_at(self.at);
        let Some((plan, bar)) = plan.and_then(|plan| Some((plan, self.bar(plan, spend, is_hold)?))) else {
            return Ok(());
        };
        let lifts = Lifts::default();
        let declined = match bar {
            Bar::Locked(what) => Declined::NotEntitled { plan: plan.name().clone(), what, lifts },
            Bar::Outputs { studio, outputs, max } => Declined::TooManyOutputs { studio, outputs, max, lifts },
            Bar::Holds { studio, open, max } => Declined::TooManyHolds { studio, open, max, lifts },
        };
        Err(declined.into())
    }

    /// What of a plan says no to some work first.
    fn bar(&self, plan: &Plan, spend: &Spend, is_hold: bool) -> Option<Bar> {
        let (work, quoted) = (spend.work().as_ref(), spend.quoted());
        // What is left out is done at its default, which may be more than the plan opens.
        let settings = quoted.into_iter().flat_map(|quoted| quoted.settings());
        if let Err(what) = plan.check(work, settings) {
            return Some(Bar::Locked(what));
        }
        let outputs = quoted.map_or(1, |quoted| quoted.basis().request().count());
        [Some(&work.studio), None].into_iter().find_map(|studio| {
            let limits = of(plan, studio);
            if let Some(max) = limits.outputs_max().filter(|max| outputs > *max) {
                return Some(Bar::Outputs { studio: studio.cloned(), outputs, max });
            }
            let max = limits.holds_max().filter(|_| is_hold)?;
            let open = self.holds_in(studio);
            (open >= max).then(|| Bar::Holds { studio: studio.cloned(), open, max })
        })
    }

    /// How many holds are open now, in a studio or in all.
    pub(super) fn holds_in(&self, studio: Option<&Studio>) -> u32 {
        let open = self.base().holds().filter(|hold| hold.lapses_at > self.at);
        let open = open.filter(|hold| studio.is_none_or(|studio| hold.work.studio == *studio));
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// The counters that work begins, unless a limit refuses it: then the one that leaves the least room.
    pub(super) fn counted(&self, spend: &Spend) -> Result<Vec<Counter>, Box<Declined>> {
        let required = spend.amount();
        let plan = self.staged.plan_at(self.at).map(AsRef::as_ref);
        let ceilings = self.staged.ceilings(plan, spend.work(), self.at)?;
        let room = |ceiling: &&Ceiling| ceiling.room().unwrap_or(Credits::MAX);
        // Of those that leave the same, the first in their order.
        if let Some(narrowest) = ceilings.iter().min_by_key(room)
            && let Some(max) = narrowest.max.filter(|_| required > room(&narrowest))
        {
            let Counter { of, window, used, .. } = narrowest.counter.clone();
            let (resets_at, lifts) = (window.closes_at(), Lifts::default());
            return Err(Declined::OverLimit { of, used, required, max, resets_at, lifts }.into());
        }
        let is_new = |counter: &Counter| self.staged.counted(&counter.of) != Some(counter);
        Ok(ceilings.into_iter().map(|ceiling| ceiling.counter).filter(is_new).collect())
    }
}

impl Staged<'_> {
    /// The seat of whoever asks for work, where the account has members.
    pub(super) fn seat(&self, work: &Work) -> Result<Option<&Seat>, Box<Declined>> {
        if self.standing().members.is_empty() {
            return Ok(None);
        }
        let member = work.member.as_ref().ok_or(TeamDeclined::NoMember)?;
        let seat = self.standing().member(member);
        seat.map(Some).ok_or_else(|| TeamDeclined::NotAMember { member: member.clone() }.into())
    }

    /// The limits on credits that work counts in under a plan, the narrowest in scope first.
    pub(super) fn ceilings(
        &self,
        plan: Option<&Plan>,
        work: &Work,
        at: DateTime<Utc>,
    ) -> Result<Vec<Ceiling>, Box<Declined>> {
        self.ceilings_of(plan, self.seat(work)?, [&work.studio], at)
    }

    /// All limits on credits that there are, whatever the work.
    pub(super) fn all_ceilings(&self, at: DateTime<Utc>) -> Result<Vec<Ceiling>, Box<Declined>> {
        let plan = self.plan_at(at).map(AsRef::as_ref);
        let studios = plan.into_iter().flat_map(|plan| plan.limits().studios()).map(|(studio, _)| studio);
        self.ceilings_of(plan, &self.standing().members, studios, at)
    }

    fn ceilings_of<'s>(
        &self,
        plan: Option<&Plan>,
        seats: impl IntoIterator<Item = &'s Seat>,
        studios: impl IntoIterator<Item = &'s Studio>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Ceiling>, Box<Declined>> {
        let mut ceilings = Vec::new();
        for seat in seats {
            // A member is counted without a limit as well, as one may be set at any time.
            let counter = self.counter(Counted::Member(seat.member.clone()), at)?;
            ceilings.push(Ceiling { counter, max: member_max(plan, seat) });
        }
        let Some(plan) = plan else { return Ok(ceilings) };
        for studio in studios.into_iter().map(Some).chain([None]) {
            let limits = of(plan, studio);
            let by_day = limits.day_max().map(|max| (Counted::Day(studio.cloned()), max));
            let by_month = limits.month_max().map(|max| (Counted::Month(studio.cloned()), max));
            for (of, max) in [by_day, by_month].into_iter().flatten() {
                ceilings.push(Ceiling { counter: self.counter(of, at)?, max: Some(max) });
            }
        }
        Ok(ceilings)
    }

    /// The counter of the present window: the one that is kept, or one that the next entry begins.
    pub(super) fn counter(&self, of: Counted, at: DateTime<Utc>) -> Result<Counter, Box<Declined>> {
        let (known, zone) = (self.counted(&of), self.standing().zone);
        if let Some(known) = known.filter(|counter| at < counter.window.closes_at()) {
            return Ok(known.clone());
        }
        let known = known.map(|counter| counter.window);
        let window = match of {
            Counted::Day(_) => period::day(known, zone, at)?,
            Counted::Month(_) | Counted::Member(_) | Counted::Purchase => period::month(known, zone, at)?,
        };
        Ok(Counter { of, window, since: at, since_seq: 0, used: Credits::ZERO })
    }
}

/// The limits of a plan in a studio, or over all.
fn of(plan: &Plan, studio: Option<&Studio>) -> WorkLimits {
    studio.map_or_else(|| plan.limits().work(), |studio| plan.limits().studio(studio))
}

/// The most that a member may use a month: by their own limit, or by that of a plan.
fn member_max(plan: Option<&Plan>, seat: &Seat) -> Option<Credits> {
    match seat.month_max {
        MonthMax::OfPlan => plan.and_then(|plan| plan.limits().member_month_max()),
        MonthMax::Unlimited => None,
        MonthMax::Credits(max) => Some(max),
    }
}
