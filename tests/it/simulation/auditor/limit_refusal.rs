//! Whether work is refused as a plan says at a moment, and whether what would lift it is named.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{Declined, Lifts, TeamDeclined};
use studio_credits::journal::{ChargeState, Counted, MonthMax, Seat};
use studio_credits::plan::{NotEntitled, OnSale, Plan, PlanName, TopUp, WorkLimits};
use studio_credits::{Member, Spend, Studio, Work};

use super::history::Standing;
use super::refusal::Moment;
use crate::account::model::{Nanos, nanos};

impl Moment<'_> {
    pub(super) fn members(&self) -> &BTreeMap<Member, Seat> {
        static NOBODY: BTreeMap<Member, Seat> = BTreeMap::new();
        self.history.plans.members.at(self.seq).unwrap_or(&NOBODY)
    }

    pub(super) fn refuses_work(&self, spend: &Spend, is_hold: bool, declined: &Declined) -> bool {
        let (work, members) = (spend.work(), self.members());
        let outputs = spend.quoted().map_or(1, |quoted| quoted.basis().request().count());
        match declined {
            Declined::Team(TeamDeclined::NoMember) => !members.is_empty() && work.member.is_none(),
            Declined::Team(TeamDeclined::NotAMember { member }) => {
                !members.is_empty() && work.member.as_ref() == Some(member) && !members.contains_key(member)
            }
            Declined::NotEntitled { plan, what: NotEntitled::Studio { studio, opened }, lifts } => {
                let Some(known) = self.scene().plan().filter(|known| known.name() == plan) else { return false };
                let is_so = known.entitlements().work().studios() == &**opened && !opens(known, work);
                is_so && *studio == work.studio && lifts.plans == self.plans_that(|plan| opens(plan, work))
            }
            Declined::TooManyOutputs { studio, outputs: told, max, lifts } => {
                let most = |plan: &Plan| of(plan, studio.as_ref()).outputs_max();
                let fits = |plan: &Plan| most(plan).is_none_or(|max| outputs <= max);
                let is_so = self.scene().plan().is_some_and(|plan| most(plan) == Some(*max)) && outputs > *max;
                is_so && *told == outputs && self.is_in(studio, work) && lifts.plans == self.plans_that(fits)
            }
            Declined::TooManyHolds { studio, open, max, lifts } => {
                let most = |plan: &Plan| of(plan, studio.as_ref()).holds_max();
                let holds = self.history.holds.iter().filter(|(id, hold)| {
                    self.standing(id) == Standing::Open && studio.as_ref().is_none_or(|it| *it == hold.work.studio)
                });
                let count = u32::try_from(holds.count()).unwrap();
                let fits = |plan: &Plan| most(plan).is_none_or(|max| count < max);
                let is_so = self.scene().plan().is_some_and(|plan| most(plan) == Some(*max)) && count >= *max;
                is_hold && is_so && *open == count && self.is_in(studio, work) && lifts.plans == self.plans_that(fits)
            }
            Declined::OverLimit { of, used, required, max, resets_at, lifts } => {
                let (counted, closes_at) = self.used(of);
                let resets = closes_at.map_or_else(|| self.is_soon(*resets_at), |at| at == *resets_at);
                let limits = self.limits(work);
                let least = limits.iter().map(|(_, _, room)| *room).min();
                let is_it = |(limit, most, room): &(Counted, Nanos, Nanos)| {
                    limit == of && *most == nanos(*max) && Some(*room) == least
                };
                let own = match of {
                    Counted::Member(member) => {
                        members.get(member).is_some_and(|seat| seat.month_max != MonthMax::OfPlan)
                    }
                    _ => false,
                };
                let wanted = counted + nanos(spend.amount());
                let fits = |plan: &Plan| limit_of(plan, of).is_none_or(|max| wanted <= max);
                let others = if own { Vec::new() } else { self.plans_that(fits) };
                // What is narrower is told of: the limit, or what there is to spend.
                let available = self.scene().available(Some(work))[0];
                let narrower = least.is_some_and(|room| room <= available) || nanos(*required) <= available;
                limits.iter().any(is_it)
                    && nanos(*used) == counted
                    && *required == spend.amount()
                    && wanted > nanos(*max)
                    && resets
                    && narrower
                    && lifts.plans == others
            }
            _ => false,
        }
    }

    /// Whether no limit is narrower than what there is to spend.
    pub(super) fn is_within_limits(&self, spend: &Spend) -> bool {
        let available = self.scene().available(Some(spend.work()))[0];
        let least = self.limits(spend.work()).into_iter().map(|(_, _, room)| room).min();
        least.is_none_or(|room| nanos(spend.amount()) <= room || room > available)
    }

    /// What would make up for what is missing.
    pub(super) fn lifts_of(&self, missing: Nanos, work: &Work, lifts: &Lifts) -> bool {
        let Some(plan) = self.scene().plan() else { return *lifts == Lifts::default() };
        let gives = |plan: &Plan| -> Nanos {
            let allowances = plan.allowances().iter().filter(|allowance| allowance.restriction().allows(work));
            allowances.map(|allowance| nanos(allowance.amount())).sum()
        };
        let wanted = gives(plan) + missing;
        let sold = |pack: &&TopUp| match pack.on_sale() {
            OnSale::Always => true,
            OnSale::WhileSubscribed => self.scene().subscription.is_some(),
            OnSale::Never => false,
        };
        let packs = plan.top_ups().iter().filter(sold);
        let packs = packs.filter(|pack| nanos(pack.amount()) >= missing && pack.restriction().allows(work));
        lifts.plans == self.plans_that(|other| opens(other, work) && gives(other) >= wanted)
            && packs.map(TopUp::name).eq(&lifts.top_ups)
    }

    /// The plans that are sold, beside the one in force, under which something is so.
    pub(super) fn plans_that(&self, so: impl Fn(&Plan) -> bool) -> Vec<PlanName> {
        let present = self.scene().plan().map(|plan| plan.name());
        let book = self.history.book.iter().flat_map(|book| book.plans());
        let others = book.filter(|plan| plan.is_in_force(self.at) && Some(plan.name()) != present);
        others.filter(|plan| so(plan)).map(|plan| plan.name().clone()).collect()
    }

    fn is_in(&self, studio: &Option<Studio>, work: &Work) -> bool {
        studio.as_ref().is_none_or(|studio| *studio == work.studio)
    }

    /// What limits some work: by what, how much that is in all, and how much is left of it.
    fn limits(&self, work: &Work) -> Vec<(Counted, Nanos, Nanos)> {
        let plan = self.scene().plan();
        let seat = work.member.as_ref().and_then(|member| self.members().get(member));
        let own = seat.and_then(|seat| {
            let most = match seat.month_max {
                MonthMax::OfPlan => plan.and_then(|plan| plan.limits().member_month_max()),
                MonthMax::Unlimited => None,
                MonthMax::Credits(max) => Some(max),
            };
            Some((Counted::Member(seat.member.clone()), nanos(most?)))
        });
        let of_plan = plan.into_iter().flat_map(|plan| {
            let all = [Some(work.studio.clone()), None].into_iter();
            let all = all.flat_map(|studio| [Counted::Day(studio.clone()), Counted::Month(studio)]);
            all.filter_map(|of| limit_of(plan, &of).map(|max| (of, max)))
        });
        let limits = own.into_iter().chain(of_plan);
        limits.map(|(of, max)| (of.clone(), max, (max - self.used(&of).0).max(0))).collect()
    }

    /// How much is used of what is counted, recounted from all work; and when that is over, if it is counted already.
    pub(super) fn used(&self, of: &Counted) -> (Nanos, Option<DateTime<Utc>>) {
        let counter = self.history.plans.counters.get(of).and_then(|track| track.entered(self.seq));
        let counter = counter.and_then(|(from, counter)| Some((from, counter.as_ref()?)));
        let Some((from, (window, _))) = counter.filter(|(_, (window, _))| self.at < window.closes_at()) else {
            return (0, None);
        };
        let counts = |work: &Work| match of {
            Counted::Day(studio) | Counted::Month(studio) => studio.as_ref().is_none_or(|it| *it == work.studio),
            Counted::Member(member) => work.member.as_ref() == Some(member),
            _ => true,
        };
        let holds = self.history.holds.iter().filter(|(_, hold)| {
            let (seq, at) = hold.made;
            (from..=self.seq).contains(&seq) && at < window.closes_at() && counts(&hold.work)
        });
        let used = holds.map(|(id, hold)| match self.standing(id) {
            Standing::Open => hold.amount,
            Standing::Ended(ChargeState::Settled, _) => {
                let sums = self.history.charges.get(id).and_then(|charge| charge.at(self.seq));
                sums.map_or(0, |(charged, refunded, _)| charged - refunded)
            }
            Standing::Ended(..) | Standing::None => 0,
        });
        (used.sum(), Some(window.closes_at()))
    }

    /// Whether a day or a month that begins by now could be over then.
    fn is_soon(&self, at: DateTime<Utc>) -> bool {
        self.at < at && at - self.at <= TimeDelta::days(32)
    }
}

fn opens(plan: &Plan, work: &Work) -> bool {
    let studios = plan.entitlements().work().studios();
    studios.is_empty() || studios.contains(&work.studio)
}

fn of(plan: &Plan, studio: Option<&Studio>) -> WorkLimits {
    studio.map_or_else(|| plan.limits().work(), |studio| plan.limits().studio(studio))
}

/// The most that a plan allows of what is counted.
fn limit_of(plan: &Plan, counted: &Counted) -> Option<Nanos> {
    let most = match counted {
        Counted::Day(studio) => of(plan, studio.as_ref()).day_max(),
        Counted::Month(studio) => of(plan, studio.as_ref()).month_max(),
        Counted::Member(_) => plan.limits().member_month_max(),
        _ => None,
    };
    most.map(nanos)
}
