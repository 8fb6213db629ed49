//! What an account had of plans, rewards and members after each of its entries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{
    Command, Counted, Entry, Fact, Given, Receipt, Referral, Referred, ReferredState, RewardCommand, Seat,
    Subscription, SubscriptionCommand, Window,
};
use studio_credits::plan::{AllowanceName, AutoTopUp, Days, Reward, RewardName, Zone};
use studio_credits::{Credits, GrantId, Key, Member, Reference};

use super::history::{History, Track};
use crate::account::auditor::{Sound, holds};
use crate::account::model::{Nanos, nanos};

#[derive(Default)]
pub(super) struct PlanPast {
    pub(super) subscription: Track<Option<Arc<Subscription>>>,
    pub(super) zone: Track<Zone>,
    pub(super) auto: Track<Option<AutoTopUp>>,
    pub(super) members: Track<BTreeMap<Member, Seat>>,
    /// What was given last, while it counts.
    pub(super) given: BTreeMap<AllowanceName, Track<Option<Given>>>,
    /// Within which window something is counted, while that counts, from the entry on that it was set by.
    pub(super) counters: BTreeMap<Counted, Track<Option<Window>>>,
    pub(super) rewards: BTreeMap<RewardName, Vec<Time>>,
    pub(super) referrals: BTreeMap<Referral, Track<(ReferredState, Arc<Reward>)>>,
    /// How much an allowance has given of each window, until the mark is set back.
    windows: BTreeMap<(AllowanceName, DateTime<Utc>), Nanos>,
    /// What was told of once.
    told: BTreeSet<Told>,
}

/// What is told of once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    Given(GrantId),
    /// So many days before it expires.
    Soon(GrantId, Option<Days>),
}

/// A reward was given: by which entry, in which day and in which month; and from which entry on, as the mark was set
/// back, these do not count.
pub(super) struct Time {
    pub(super) seq: u64,
    windows: [Window; 2],
    void: [Option<u64>; 2],
}

impl Time {
    /// Whether it counts in a day or month that closes then, after an entry.
    pub(super) fn counts(&self, place: usize, closes_at: DateTime<Utc>, seq: u64) -> bool {
        self.windows[place].closes_at() == closes_at && self.void[place].is_none_or(|from| from > seq)
    }

    /// Whether the day or month that it counts in is not over at an instant, after an entry.
    pub(super) fn is_of_now(&self, place: usize, at: DateTime<Utc>, seq: u64) -> bool {
        at < self.windows[place].closes_at() && self.counts(place, self.windows[place].closes_at(), seq)
    }
}

impl PlanPast {
    pub(super) fn subscription(&self, seq: u64) -> Option<&Arc<Subscription>> {
        self.subscription.at(seq).and_then(Option::as_ref)
    }

    pub(super) fn enter(&mut self, entry: &Entry) -> Sound {
        let seq = entry.seq;
        for counter in &entry.counters {
            self.counters.entry(counter.of.clone()).or_default().push(seq, Some(counter.window));
        }
        match &entry.fact {
            Fact::Allowed { given, .. } => {
                let window = (given.allowance.clone(), given.window.opens_at());
                let sum = self.windows.entry(window).or_default();
                *sum += entry.postings.iter().map(|leg| nanos(leg.amount)).sum::<Nanos>();
                let (told, sum) = (nanos(given.amount), *sum);
                holds(told == sum, || format!("{} gave {sum} of one window, and says {told}", given.allowance))?;
                self.given(seq, given);
            }
            Fact::RolledOver { given, .. } => self.given(seq, given),
            Fact::Subscribed { subscription }
            | Fact::SubscriptionRenewed { subscription }
            | Fact::PlanChanged { subscription, .. }
            | Fact::ChangeScheduled { subscription }
            | Fact::Cancelled { subscription, .. }
            | Fact::Resumed { subscription }
            | Fact::PaymentFailed { subscription, .. } => self.subscription.push(seq, Some(subscription.clone())),
            Fact::SubscriptionEnded { .. } => self.subscription.push(seq, None),
            Fact::ZoneSet { zone } => self.zone.push(seq, *zone),
            Fact::AutoTopUpSet { values } => self.auto.push(seq, *values),
            Fact::Joined { seat } | Fact::Limited { seat } => {
                let mut members = self.members.last().cloned().unwrap_or_default();
                members.insert(seat.member.clone(), seat.clone());
                self.members.push(seq, members);
            }
            Fact::Left { member } => {
                let mut members = self.members.last().cloned().unwrap_or_default();
                members.remove(member);
                self.members.push(seq, members);
            }
            Fact::Rewarded { earned, .. } => {
                let (day, month) = earned.day.zip(earned.month).ok_or("a reward is given on no day")?;
                let times = self.rewards.entry(earned.reward.clone()).or_default();
                times.push(Time { seq, windows: [day.window, month.window], void: [None; 2] });
                let within = |place: usize, window: Window| {
                    times.iter().filter(|time| time.counts(place, window.closes_at(), seq)).count()
                };
                let counted = [
                    (within(0, day.window), day.count),
                    (within(1, month.window), month.count),
                    (times.len(), earned.ever),
                ];
                let sound = counted.iter().all(|(count, told)| u32::try_from(*count) == Ok(*told));
                holds(sound, || format!("{} is given so often, and says: {counted:?}", earned.reward))?;
            }
            Fact::MarkRepaired { .. } => self.set_back(entry),
            _ => {}
        }
        if let Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, ends: true, .. } = &entry.fact {
            self.begin_months(seq, subscription);
        }
        Ok(())
    }

    fn given(&mut self, seq: u64, given: &Given) {
        self.given.entry(given.allowance.clone()).or_default().push(seq, Some(given.clone()));
    }

    /// A cycle that begins gives of its months anew, although they may look like those of another one that began in the
    /// same instant.
    fn begin_months(&mut self, seq: u64, subscription: &Subscription) {
        let anchor_at = subscription.cycle.anchor_at();
        let is_its = |window: &Window| matches!(window, Window::Month(month) if month.opens_at >= anchor_at);
        for track in self.given.values_mut().filter(|_| subscription.first_month == 0) {
            let Some(Some(given)) = track.last().filter(|given| given.iter().any(|given| is_its(&given.window))) else {
                continue;
            };
            let given = Given { amount: Credits::ZERO, promised: Credits::ZERO, ..given.clone() };
            self.windows.remove(&(given.allowance.clone(), given.window.opens_at()));
            track.push(seq, Some(given));
        }
    }

    /// What a wrong clock opened in the future is opened anew when its time comes, and told of anew; but a month is given
    /// once.
    fn set_back(&mut self, entry: &Entry) {
        let ahead = |window: &Window| matches!(window, Window::Day(day) if day.opens_at() > entry.at);
        for track in self.given.values_mut() {
            if let Some(Some(given)) = track.last().filter(|given| given.iter().any(|given| ahead(&given.window))) {
                // What was given of the days before has expired by the wrong clock, and is given anew as well.
                self.windows.retain(|(name, _), _| *name != given.allowance);
                track.push(entry.seq, None);
            }
        }
        for track in self.counters.values_mut() {
            if track.last().is_some_and(|counter| counter.is_some_and(|window| window.opens_at() > entry.at)) {
                track.push(entry.seq, None);
            }
        }
        for time in self.rewards.values_mut().flatten() {
            for (window, void) in time.windows.iter().zip(&mut time.void) {
                if window.opens_at() > entry.at {
                    void.get_or_insert(entry.seq);
                }
            }
        }
        self.told.retain(|told| matches!(told, Told::Given(_)));
    }
}

impl History {
    /// What only a receipt or a record tells of rewards.
    pub(super) fn rewarded(&mut self, receipt: &Receipt, seq: u64) -> Sound {
        let Command::Reward(command) = &receipt.command else { return Ok(()) };
        let (reward, referee, state) = match command {
            RewardCommand::Give { referee: None, .. } => return Ok(()),
            RewardCommand::Give { reward, referee: Some(referee) } => {
                (reward, referee, ReferredState::Given { grant: (&receipt.key).into() })
            }
            RewardCommand::Promise { reward, referee } => (reward, referee, ReferredState::Pending),
            RewardCommand::TakeBack { reward, referee, .. } => (reward, referee, ReferredState::Revoked),
        };
        let referral = Referral { reward: reward.clone(), referee: referee.clone() };
        let known = self.plans.referrals.get(&referral).and_then(Track::last);
        let follows = match (known.map(|(before, terms)| (before, terms.is_once_per_referee())), &state) {
            (None, ReferredState::Pending | ReferredState::Given { .. })
            | (Some((ReferredState::Given { .. }, _)), ReferredState::Revoked) => true,
            (Some((ReferredState::Pending, _)), state) => *state != ReferredState::Pending,
            (Some((_, once)), state) => !once && *state != ReferredState::Revoked,
            (None, ReferredState::Revoked) => false,
        };
        holds(follows, || format!("{referral} is {state:?}, and was {known:?}"))?;
        // What was promised, or is taken back, is on the terms that it had.
        let kept = known.filter(|(before, _)| *before == ReferredState::Pending || state == ReferredState::Revoked);
        let terms = if let Some((_, terms)) = kept {
            terms.clone()
        } else {
            let plan = self.plan(seq).ok_or("there is no plan, and a reward")?;
            let terms = plan.reward(reward.as_str()).ok_or_else(|| format!("there is no reward {reward}"))?;
            Arc::new(terms.clone())
        };
        self.plans.referrals.entry(referral).or_default().push(seq, (state, terms));
        Ok(())
    }

    /// A record of a reward says what was done about it.
    pub(super) fn referred(&self, referred: &Referred) -> Sound {
        let known = self.plans.referrals.get(&referred.referral).and_then(Track::last);
        let same = known.is_some_and(|(state, terms)| (state, terms) == (&referred.state, &referred.terms));
        holds(same, || format!("the record of {} is {referred:?}, and not {known:?}", referred.referral))
    }

    /// Whether it is told of once.
    pub(super) fn tell_once(&mut self, what: Told, key: &Key) -> Sound {
        let said = format!("{key} tells of it once more: {what:?}");
        holds(self.plans.told.insert(what), || said)
    }

    /// What is paid by a command that purchases.
    pub(super) fn purchased(command: &Command) -> Option<&Reference> {
        match command {
            Command::Subscription(
                SubscriptionCommand::Subscribe { reference, .. }
                | SubscriptionCommand::Renew { reference, .. }
                | SubscriptionCommand::Upgrade { reference, .. },
            ) => Some(reference),
            _ => None,
        }
    }
}
