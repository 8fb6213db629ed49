//! Whether work is refused as a plan says at a moment, and whether what would lift it is named.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{Declined, Lifts, TeamDeclined};
use studio_credits::journal::{ChargeState, Counted, MonthMax, Seat};
use studio_credits::plan::{NotEntitled, OnSale, Plan, PlanName, TopUp, WorkLimits};
use studio_credits::{Member, Spend, Studio, Work};

use super::history::Standing;
use super::refusal::Moment;
use super::scene::Scene;
use crate::account::model::{Nanos, nanos};

/// A limit on credits: what is counted, how much it may be, and how much is left of that.
struct Limit {
    of: Counted,
    max: Nanos,
    room: Nanos,
}

impl Moment<'_> {
    pub(super) fn members(&self) -> &BTreeMap<Member, Seat> {
        static NOBODY: BTreeMap<Member, Seat> = BTreeMap::new();
        self.history.plans.members.at(self.seq).unwrap_or(&NOBODY)
    }

    pub(super) fn refuses_work(&self, spend: &Spend, is_hold: bool, declined: &Declined) -> bool {
        let (work, members) = (spend.work(), self.members());
        let Some(plan) = self.scene().plan() else {
            return match declined {
                Declined::Team(declined) => names_no_member(members, work, declined),
                Declined::OverLimit { .. } => self.is_over_limit(None, spend, is_hold, declined),
                _ => false,
            };
        };
        let outputs = outputs_of(spend);
        match declined {
            Declined::Team(declined) => names_no_member(members, work, declined),
            Declined::NotEntitled { plan: name, what: NotEntitled::Studio { studio, opened }, lifts } => {
                let told = (name, &**opened) == (plan.name(), plan.entitlements().work().studios());
                told && *studio == work.studio && !opens(plan, work) && self.is_lifted(lifts, spend, is_hold)
            }
            Declined::TooManyOutputs { studio, outputs: told, max, lifts } => {
                let most = of(plan, studio.as_ref()).outputs_max();
                let is_so = most == Some(*max) && outputs > *max && *told == outputs;
                is_so && is_in(studio.as_ref(), work) && self.is_lifted(lifts, spend, is_hold)
            }
            Declined::TooManyHolds { studio, open, max, lifts } => {
                let most = of(plan, studio.as_ref()).holds_max();
                let count = self.holds_in(studio.as_ref());
                let is_so = is_hold && most == Some(*max) && count >= *max && *open == count;
                is_so && is_in(studio.as_ref(), work) && self.is_lifted(lifts, spend, is_hold)
            }
            Declined::OverLimit { .. } => self.is_over_limit(Some(plan), spend, is_hold, declined),
            _ => false,
        }
    }

    fn is_over_limit(&self, plan: Option<&Plan>, spend: &Spend, is_hold: bool, declined: &Declined) -> bool {
        let Declined::OverLimit { of, used, required, max, resets_at, lifts } = declined else { return false };
        let (counted, closes_at) = self.used(of);
        let resets = closes_at.map_or_else(|| self.is_soon(*resets_at), |at| at == *resets_at);
        let limits = self.limits(plan, spend.work());
        let least = limits.iter().map(|limit| limit.room).min();
        let is_it = |limit: &Limit| limit.of == *of && limit.max == nanos(*max) && Some(limit.room) == least;
        // What is narrower is told of: the limit, or what there is to spend.
        let available = self.scene().available(Some(spend.work()))[0];
        let narrower = least.is_some_and(|room| room <= available) || nanos(*required) <= available;
        limits.iter().any(is_it)
            && nanos(*used) == counted
            && *required == spend.amount()
            && least.is_some_and(|room| nanos(*required) > room)
            && resets
            && narrower
            && self.is_lifted(lifts, spend, is_hold)
    }

    /// Whether no limit is narrower than what there is to spend.
    pub(super) fn is_within_limits(&self, spend: &Spend) -> bool {
        let available = self.scene().available(Some(spend.work()))[0];
        let limits = self.limits(self.scene().plan().map(AsRef::as_ref), spend.work());
        let least = limits.into_iter().map(|limit| limit.room).min();
        least.is_none_or(|room| nanos(spend.amount()) <= room || room > available)
    }

    /// Whether what would make up for missing credits is named: plans after whose purchase there is enough and which
    /// let the work be, and packs that have so much once what is owed is repaid of them, unless a limit says no too.
    pub(super) fn makes_up(&self, missing: Nanos, (spend, is_hold): (&Spend, bool), lifts: &Lifts) -> bool {
        let (work, scene) = (spend.work(), self.scene());
        let plan = scene.plan().map(AsRef::as_ref);
        let sold = |pack: &&TopUp| match pack.on_sale() {
            OnSale::Always => true,
            OnSale::WhileSubscribed => scene.subscription.is_some(),
            OnSale::Never => false,
        };
        let has_room = self.has_room(plan, spend);
        let packs = plan.map_or(&[][..], |plan| plan.top_ups()).iter().filter(|pack| has_room && sold(pack));
        let is_enough = |pack: &&TopUp| nanos(pack.amount()) - scene.debt >= missing;
        let packs = packs.filter(is_enough).filter(|pack| pack.restriction().allows(work));
        lifts.plans == self.plans_for(spend, is_hold) && packs.map(TopUp::name).eq(&lifts.top_ups)
    }

    fn is_lifted(&self, lifts: &Lifts, spend: &Spend, is_hold: bool) -> bool {
        lifts.plans == self.plans_for(spend, is_hold) && lifts.top_ups.is_empty()
    }

    /// The plans after whose purchase some work is possible.
    fn plans_for(&self, spend: &Spend, is_hold: bool) -> Vec<PlanName> {
        let is_enough = |scene: &Scene<'_>| nanos(spend.amount()) <= scene.available(Some(spend.work()))[0];
        self.plans_after(|plan, scene| self.lets(plan, spend, is_hold) && is_enough(scene))
    }

    /// Whether a plan lets some work be, whatever is available.
    fn lets(&self, plan: &Plan, spend: &Spend, is_hold: bool) -> bool {
        let work = spend.work();
        let studios = [Some(&work.studio), None];
        let outputs = |studio| of(plan, studio).outputs_max().is_none_or(|max| outputs_of(spend) <= max);
        let holds = |studio| of(plan, studio).holds_max().is_none_or(|max| !is_hold || self.holds_in(studio) < max);
        let fits = studios.into_iter().all(|studio| outputs(studio) && holds(studio));
        opens(plan, work) && fits && self.has_room(Some(plan), spend)
    }

    fn has_room(&self, plan: Option<&Plan>, spend: &Spend) -> bool {
        self.limits(plan, spend.work()).iter().all(|limit| nanos(spend.amount()) <= limit.room)
    }

    /// How many holds are open, in a studio or in all.
    fn holds_in(&self, studio: Option<&Studio>) -> u32 {
        let holds = self.history.holds.iter().filter(|(id, hold)| {
            self.standing(id) == Standing::Open && studio.is_none_or(|studio| *studio == hold.work.studio)
        });
        u32::try_from(holds.count()).unwrap()
    }

    /// What limits some work under a plan.
    fn limits(&self, plan: Option<&Plan>, work: &Work) -> Vec<Limit> {
        let seat = work.member.as_ref().and_then(|member| self.members().get(member));
        let own = seat.and_then(|seat| {
            let max = match seat.month_max {
                MonthMax::OfPlan => plan.and_then(|plan| plan.limits().member_month_max()),
                MonthMax::Unlimited => None,
                MonthMax::Credits(max) => Some(max),
            };
            Some((Counted::Member(seat.member.clone()), nanos(max?)))
        });
        let of_plan = plan.into_iter().flat_map(|plan| {
            [Some(&work.studio), None].into_iter().flat_map(move |studio| {
                let (limits, studio) = (of(plan, studio), studio.cloned());
                let day = limits.day_max().map(|max| (Counted::Day(studio.clone()), nanos(max)));
                let month = limits.month_max().map(|max| (Counted::Month(studio), nanos(max)));
                day.into_iter().chain(month)
            })
        });
        let limits = own.into_iter().chain(of_plan);
        let limit = |(of, max): (Counted, Nanos)| {
            let room = (max - self.used(&of).0).max(0);
            Limit { of, max, room }
        };
        limits.map(limit).collect()
    }

    /// How much is used of what is counted, recounted from all work; and when that is over, if it is counted already.
    pub(super) fn used(&self, of: &Counted) -> (Nanos, Option<DateTime<Utc>>) {
        let counter = self.history.plans.counters.get(of).and_then(|track| track.entered(self.seq));
        let window = counter.and_then(|(from, window)| Some((from, window.as_ref()?.closes_at())));
        let Some((from, closes_at)) = window.filter(|(_, closes_at)| self.at < *closes_at) else { return (0, None) };
        let counts = |work: &Work| match of {
            Counted::Day(studio) | Counted::Month(studio) => is_in(studio.as_ref(), work),
            Counted::Member(member) => work.member.as_ref() == Some(member),
            _ => true,
        };
        let holds = self.history.holds.iter().filter(|(_, hold)| {
            let (seq, at) = hold.made;
            (from..=self.seq).contains(&seq) && at < closes_at && counts(&hold.work)
        });
        let used = holds.map(|(id, hold)| match self.standing(id) {
            Standing::Open => hold.amount,
            Standing::Ended(ChargeState::Settled, _) => {
                let sums = self.history.charges.get(id).and_then(|charge| charge.at(self.seq));
                sums.map_or(0, |(charged, refunded, _)| charged - refunded)
            }
            Standing::Ended(..) | Standing::None => 0,
        });
        (used.sum(), Some(closes_at))
    }

    /// Whether a day or a month that begins by now could be over then.
    fn is_soon(&self, at: DateTime<Utc>) -> bool {
        self.at < at && at - self.at <= TimeDelta::days(32)
    }
}

fn names_no_member(members: &BTreeMap<Member, Seat>, work: &Work, declined: &TeamDeclined) -> bool {
    match (declined, &work.member) {
        (TeamDeclined::NoMember, named) => !members.is_empty() && named.is_none(),
        (TeamDeclined::NotAMember { member }, Some(named)) => {
            !members.is_empty() && member == named && !members.contains_key(member)
        }
        _ => false,
    }
}

fn outputs_of(spend: &Spend) -> u64 {
    spend.quoted().map_or(1, |quoted| quoted.basis().request().count())
}

fn is_in(studio: Option<&Studio>, work: &Work) -> bool {
    studio.is_none_or(|studio| *studio == work.studio)
}

fn opens(plan: &Plan, work: &Work) -> bool {
    let studios = plan.entitlements().work().studios();
    studios.is_empty() || studios.contains(&work.studio)
}

fn of(plan: &Plan, studio: Option<&Studio>) -> WorkLimits {
    studio.map_or_else(|| plan.limits().work(), |studio| plan.limits().studio(studio))
}
