//! What limits count, and who spends, by what the entries say.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{
    Counted, Counter, Entry, Fact, MonthMax, Role, Seat, SubscriptionCommand, Window, {Command, Snapshot},
};
use studio_credits::plan::Plan;
use studio_credits::{Credits, HoldId, Member, Work};

use super::books::Books;
use super::plans::KEPT;
use super::{Sound, holds};
use crate::account::model::{Nanos, nanos};

#[derive(Default)]
pub(super) struct Limits {
    /// All work that ever was held or charged.
    uses: BTreeMap<HoldId, Use>,
    counts: BTreeMap<Counted, Count>,
    pub(super) members: BTreeMap<Member, Seat>,
}

/// How much of some work counts by now.
struct Use {
    seq: u64,
    at: DateTime<Utc>,
    work: Arc<Work>,
    amount: Nanos,
}

/// A counter as it began.
struct Count {
    counter: Counter,
}

impl Limits {
    /// What is used of what a counter counts: the work that was held or charged with the entry that it began with or
    /// after it, and before its window closes, by what is held of it, or charged and not refunded.
    fn used(&self, Count { counter }: &Count) -> Nanos {
        let counts = |job: &&Use| counter.since_seq <= job.seq && job.at < counter.window.closes_at();
        let jobs = self.uses.values().filter(|job| concerns(&counter.of, &job.work)).filter(counts);
        jobs.map(|job| job.amount).sum()
    }

    fn begin(&mut self, counter: &Counter) {
        self.counts.insert(counter.of.clone(), Count { counter: counter.clone() });
    }

    fn used_of(&self, of: &Counted, at: DateTime<Utc>) -> Option<Nanos> {
        let count = self.counts.get(of).filter(|count| at < count.counter.window.closes_at())?;
        Some(self.used(count))
    }

    /// A counter begins at nothing, with the entry that it is needed for, in a window that follows the one before.
    fn begins(&self, counter: &Counter, entry: &Entry, plan: Option<&Plan>) -> Sound {
        let Counter { of, window, since, since_seq, used } = counter;
        let (opens_at, closes_at) = (window.opens_at(), window.closes_at());
        let new = (*since, *since_seq) == (entry.at, entry.seq)
            && used.is_zero()
            && (opens_at..closes_at).contains(&entry.at);
        holds(new, || format!("the counter does not begin so: {counter:?}"))?;
        let fits = match (of, window) {
            (Counted::Purchase, Window::Span { opens_at, closes_at }) => {
                let (Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, .. }) = &entry.fact else {
                    return Err("nothing is purchased".to_owned());
                };
                let days = subscription.plan.refund().map(|terms| terms.days().delta());
                return holds(days == Some(*closes_at - *opens_at), || "it is paid back for other days".to_owned());
            }
            (of, Window::Day(_)) => matches!(of, Counted::Day(_)),
            (of, Window::Month(_)) => matches!(of, Counted::Month(_) | Counted::Member(_)),
            _ => false,
        };
        holds(fits, || format!("{of:?} is counted by {window:?}"))?;
        // In another zone, a month may open before the last one closes: it counts from then on.
        let follows = self.counts.get(of).is_none_or(|before| before.counter.window.closes_at() <= *since);
        holds(follows, || format!("two windows of {of:?} are counted at once"))?;
        let (Fact::Held { work, .. } | Fact::Charged { work, .. }) = &entry.fact else {
            return Err("nothing is used".to_owned());
        };
        let needed = plan.is_some_and(|plan| limits(plan, work).any(|(known, _)| known == *of));
        let member = work.member.as_ref().is_some_and(|member| *of == Counted::Member(member.clone()));
        holds(needed || member, || format!("{of:?} is not limited"))
    }

    /// Whoever purchases is an owner, where there are members.
    pub(super) fn purchases(&self, command: &Command) -> Sound {
        let (Command::Subscription(
            SubscriptionCommand::Subscribe { by, .. }
            | SubscriptionCommand::Upgrade { by, .. }
            | SubscriptionCommand::Schedule { by, .. }
            | SubscriptionCommand::Cancel { by, .. }
            | SubscriptionCommand::Resume { by },
        )
        | Command::BuyTopUp { by, .. }
        | Command::SetAutoTopUp { by, .. }) = command
        else {
            return Ok(());
        };
        let owner = |by: &Member| self.members.get(by).is_some_and(|seat| seat.role == Role::Owner);
        let may = self.members.is_empty() || by.as_ref().is_none_or(owner);
        holds(may, || format!("{by:?} purchases"))
    }
}

impl Books {
    /// Judges who may do what an entry says, before it is entered.
    pub(super) fn judge_limits(&self, entry: &Entry) -> Sound {
        let (limits, plan) = (&self.limits, self.plans.in_force(entry.at));
        match &entry.fact {
            Fact::Held { work, .. } | Fact::Charged { work, .. } => {
                let may = match &work.member {
                    Some(member) => limits.members.contains_key(member),
                    None => false,
                };
                holds(may || limits.members.is_empty(), || "somebody spends who is no member".to_owned())?;
            }
            Fact::Joined { seat } => {
                let first = limits.members.is_empty();
                holds(!limits.members.contains_key(&seat.member), || "a member joins".to_owned())?;
                holds(!first || seat.role == Role::Owner, || "the first member is no owner".to_owned())?;
                holds(seat.month_max == MonthMax::OfPlan, || "whoever joins has another limit".to_owned())?;
                let seats = plan.and_then(|plan| plan.limits().seats()).unwrap_or(u32::MAX);
                let taken = u32::try_from(limits.members.len()).unwrap();
                holds(taken < seats, || "no seat is free".to_owned())?;
            }
            Fact::Limited { seat } => {
                let known = limits.members.get(&seat.member).ok_or("there is no such member")?;
                holds(known.role == seat.role, || "the role changes".to_owned())?;
                let used = limits.used_of(&Counted::Member(seat.member.clone()), entry.at).unwrap_or(0);
                let fits = !matches!(seat.month_max, MonthMax::Credits(max) if nanos(max) < used || nanos(max) < 0);
                holds(fits, || "the limit is below what is used".to_owned())?;
            }
            Fact::Left { member } => {
                let known = limits.members.get(member).ok_or("there is no such member")?;
                let owners = limits.members.values().filter(|seat| seat.role == Role::Owner).count();
                let alone = limits.members.len() == 1;
                let last = known.role == Role::Owner && owners == 1 && !alone;
                holds(!last, || "the last owner leaves the others".to_owned())?;
            }
            Fact::Settled { hold, held_at, held_seq, .. } | Fact::Refunded { charge: hold, held_at, held_seq, .. } => {
                let known = limits.uses.get(hold).ok_or("nothing was held")?;
                let same = (known.at, known.seq) == (*held_at, *held_seq);
                holds(same, || format!("it was held at {} by entry {}", known.at, known.seq))?;
            }
            _ => {}
        }
        // One that a subscription replaces is judged by the plan that begins.
        entry.counters.iter().try_for_each(|counter| limits.begins(counter, entry, plan))
    }

    /// Counts what an entry uses: what is held at once, what is charged in place of that, and no longer what is given
    /// back.
    pub(super) fn note_limits(&mut self, entry: &Entry) -> Sound {
        let limits = &mut self.limits;
        for counter in &entry.counters {
            limits.begin(counter);
        }
        match &entry.fact {
            Fact::Held { hold, work, amount, .. } | Fact::Charged { charge: hold, work, amount, .. } => {
                let (seq, at, work, amount) = (entry.seq, entry.at, work.clone(), nanos(*amount));
                limits.uses.insert(hold.clone(), Use { seq, at, work: work.clone(), amount });
                return self.within_limits(&work, at);
            }
            Fact::Settled { hold, charged, .. } => limits.set(hold, |_| nanos(*charged)),
            Fact::Released { hold, .. } | Fact::Lapsed { hold } => limits.set(hold, |_| 0),
            Fact::Refunded { charge, amount, .. } => limits.set(charge, |used| used - nanos(*amount)),
            Fact::Joined { seat } | Fact::Limited { seat } => {
                limits.members.insert(seat.member.clone(), seat.clone());
            }
            Fact::Left { member } => drop(limits.members.remove(member)),
            Fact::MarkRepaired { .. } => {
                limits.counts.retain(|_, count| count.counter.window.opens_at() <= entry.at);
            }
            _ => {}
        }
        Ok(())
    }

    /// New work stays within the limits of the plan, and whoever does it within their own.
    fn within_limits(&self, work: &Work, at: DateTime<Utc>) -> Sound {
        let (plan, seat) = (self.plans.in_force(at), work.member.as_ref().and_then(|it| self.limits.members.get(it)));
        let own = seat.and_then(|seat| {
            let max = match seat.month_max {
                MonthMax::OfPlan => plan.and_then(|plan| plan.limits().member_month_max()),
                MonthMax::Unlimited => None,
                MonthMax::Credits(max) => Some(max),
            };
            Some((Counted::Member(seat.member.clone()), max?))
        });
        for (of, max) in plan.into_iter().flat_map(|plan| limits(plan, work)).chain(own) {
            let used = self.limits.used_of(&of, at).ok_or_else(|| format!("{of:?} is not counted"))?;
            holds(used <= nanos(max), || format!("{used} of {max} are used of {of:?}"))?;
        }
        Ok(())
    }

    /// What is stored of counters and members is what the entries come to.
    pub(super) fn alike_limits(&self, snapshot: &Snapshot) -> Sound {
        let limits = &self.limits;
        let members = snapshot.standing.members.iter();
        holds(members.eq(limits.members.values()), || "the snapshot has other members".to_owned())?;
        let counters = &snapshot.standing.counters;
        for counter in counters {
            let ours = limits.counts.get(&counter.of).ok_or("the snapshot has a counter of its own")?;
            let begun = |counter: &Counter| (counter.window, counter.since, counter.since_seq);
            let same = begun(&ours.counter) == begun(counter);
            let used = limits.used(ours);
            holds(same && used == nanos(counter.used), || format!("{used} is used, and stored is {counter:?}"))?;
        }
        for (of, count) in &limits.counts {
            let over = self.plans.latest - count.counter.window.closes_at() >= KEPT;
            holds(over || counters.iter().any(|counter| counter.of == *of), || format!("{of:?} is not stored"))?;
        }
        Ok(())
    }
}

impl Limits {
    fn set(&mut self, hold: &HoldId, amount: impl FnOnce(Nanos) -> Nanos) {
        if let Some(job) = self.uses.get_mut(hold) {
            job.amount = amount(job.amount);
        }
    }
}

/// Whether some work is what a counter is of.
fn concerns(of: &Counted, work: &Work) -> bool {
    match of {
        Counted::Day(studio) | Counted::Month(studio) => studio.as_ref().is_none_or(|studio| *studio == work.studio),
        Counted::Member(member) => work.member.as_ref() == Some(member),
        _ => true,
    }
}

/// The limits of a plan that some work counts in, but for those of members.
fn limits<'a>(plan: &'a Plan, work: &Work) -> impl Iterator<Item = (Counted, Credits)> + use<'a> {
    let own = (Some(work.studio.clone()), plan.limits().studio(&work.studio));
    [own, (None, plan.limits().work())].into_iter().flat_map(|(studio, limits)| {
        let day = limits.day_max().map(|max| (Counted::Day(studio.clone()), max));
        day.into_iter().chain(limits.month_max().map(|max| (Counted::Month(studio), max)))
    })
}
