//! What is asked about plans, rewards and members by chance.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{
    Command, MonthMax, ReferredState, RewardCommand, Role, SubscriptionCommand, SubscriptionState, TeamCommand,
};
use studio_credits::plan::{AutoTopUp, Plan, RewardName, Term, TopUpName};
use studio_credits::{AccountId, Member, Reference};

use super::{Maker, credits};
use crate::account::model::Model;
use crate::account::plan_book::book;

#[derive(Clone, Copy)]
pub(super) enum PlanVerb {
    Subscribe,
    Renew,
    Upgrade,
    Schedule,
    Cancel,
    End,
    Resume,
    FailPayment,
    Buy,
    Give,
    Promise,
    TakeBack,
    Join,
    Limit,
    Leave,
    SetZone,
    SetAuto,
}

pub(super) const VERBS: &[(u64, PlanVerb)] = &[
    (40, PlanVerb::Subscribe),
    (40, PlanVerb::Renew),
    (25, PlanVerb::Upgrade),
    (16, PlanVerb::Schedule),
    (10, PlanVerb::Cancel),
    (8, PlanVerb::End),
    (10, PlanVerb::Resume),
    (8, PlanVerb::FailPayment),
    (12, PlanVerb::Buy),
    (24, PlanVerb::Give),
    (10, PlanVerb::Promise),
    (10, PlanVerb::TakeBack),
    (14, PlanVerb::Join),
    (16, PlanVerb::Limit),
    (10, PlanVerb::Leave),
    (10, PlanVerb::SetZone),
    (8, PlanVerb::SetAuto),
];

/// From the first to the last hour of a day that there is, and a zone off the hour.
const ZONES: &[&str] = &["UTC", "+14:00", "-12:00", "+05:45", "-08:00", "+09:00"];

impl Maker {
    pub(super) fn plan_command(&mut self, model: &Model) -> Command {
        match self.plan_verb(model) {
            PlanVerb::Subscribe => {
                let (plan, term, reference, by) = (self.plan(model), self.term(), self.invoice(), self.buyer(model));
                SubscriptionCommand::Subscribe { plan, term, reference, by }.into()
            }
            PlanVerb::Renew => SubscriptionCommand::Renew { reference: self.invoice(), plan: None }.into(),
            PlanVerb::Upgrade => {
                let term = self.chance.maybe(30, |_| ()).map(|()| self.term());
                let (plan, reference, by) = (self.plan(model), self.invoice(), self.buyer(model));
                SubscriptionCommand::Upgrade { plan, term, reference, by }.into()
            }
            PlanVerb::Schedule => {
                let term = self.chance.maybe(30, |_| ()).map(|()| self.term());
                SubscriptionCommand::Schedule { plan: self.plan(model), term, by: self.buyer(model) }.into()
            }
            PlanVerb::Cancel => SubscriptionCommand::Cancel { reason: self.reason(), by: self.buyer(model) }.into(),
            PlanVerb::End => SubscriptionCommand::End { reason: self.reason() }.into(),
            PlanVerb::Resume => SubscriptionCommand::Resume { by: self.buyer(model) }.into(),
            PlanVerb::FailPayment => SubscriptionCommand::FailPayment { reference: self.invoice() }.into(),
            PlanVerb::Buy => {
                let pack =
                    TopUpName::new(self.chance.text(&["small", "small", "large", "old", "none at all"])).unwrap();
                Command::BuyTopUp { pack, reference: self.invoice(), by: self.buyer(model) }
            }
            PlanVerb::Give => {
                let reward = self.reward();
                let waits = model.promises.iter().filter(|promise| promise.state == ReferredState::Pending);
                let waits: Vec<_> = waits.map(|promise| promise.referral.clone()).collect();
                if !waits.is_empty() && self.chance.percent(50) {
                    let referral = self.chance.pick(&waits).clone();
                    return RewardCommand::Give { reward: referral.reward, referee: Some(referral.referee) }.into();
                }
                let referee = self.chance.maybe(50, |_| ()).map(|()| self.referee());
                RewardCommand::Give { reward, referee }.into()
            }
            PlanVerb::Promise => {
                let any = self.chance.percent(20);
                let reward = if any { self.reward() } else { RewardName::new("referral").unwrap() };
                RewardCommand::Promise { reward, referee: self.referee() }.into()
            }
            PlanVerb::TakeBack => {
                let (mut reward, mut referee, reason) = (self.reward(), self.referee(), self.reason());
                if !model.promises.is_empty() && self.chance.percent(85) {
                    let referral = self.chance.pick(&model.promises).referral.clone();
                    (reward, referee) = (referral.reward, referral.referee);
                }
                RewardCommand::TakeBack { reward, referee, reason }.into()
            }
            PlanVerb::Join => {
                let owner = self.chance.percent(if model.members.is_empty() { 90 } else { 20 });
                let role = if owner { Role::Owner } else { Role::Member };
                TeamCommand::Join { member: self.member(), role }.into()
            }
            PlanVerb::Limit => {
                let max = self.amount() / 4 - i128::from(self.chance.percent(4)) * super::MOST;
                let month_max = match self.chance.below(5) {
                    0 => MonthMax::OfPlan,
                    1 => MonthMax::Unlimited,
                    2 => MonthMax::Credits(credits(1)),
                    _ => MonthMax::Credits(credits(max)),
                };
                TeamCommand::Limit { member: self.member_of(model), month_max }.into()
            }
            PlanVerb::Leave => TeamCommand::Leave { member: self.member_of(model) }.into(),
            PlanVerb::SetZone => Command::SetZone { zone: self.chance.text(ZONES).parse().unwrap() },
            PlanVerb::SetAuto => {
                let chosen = |maker: &mut Self| (credits(maker.amount()), credits(maker.amount()));
                let values = self.chance.maybe(75, |_| ()).map(|()| chosen(self));
                let values = values.map(|(below, amount)| AutoTopUp::new(below, amount).unwrap());
                Command::SetAutoTopUp { values, by: self.buyer(model) }
            }
        }
    }

    /// A verb, and rarely one that has nothing to do.
    fn plan_verb(&mut self, model: &Model) -> PlanVerb {
        let sub = model.plans.subscription.as_ref();
        if sub.is_none() && self.chance.percent(25) {
            return PlanVerb::Subscribe;
        }
        loop {
            let verb = self.chance.weighted(&self.plan_weights);
            let cancelled = sub.is_some_and(|sub| matches!(sub.state, SubscriptionState::Cancelled { .. }));
            let vain = match verb {
                PlanVerb::Subscribe => sub.is_some(),
                PlanVerb::Renew | PlanVerb::Schedule | PlanVerb::Cancel | PlanVerb::FailPayment => {
                    sub.is_none() || cancelled
                }
                PlanVerb::Upgrade | PlanVerb::End => sub.is_none(),
                PlanVerb::Resume => !cancelled && sub.is_none_or(|sub| sub.next.is_none()),
                PlanVerb::TakeBack => model.promises.is_empty(),
                PlanVerb::Limit | PlanVerb::Leave => model.members.is_empty(),
                // Whoever has members has to name them ever after.
                PlanVerb::Join => model.members.is_empty() && self.chance.percent(50),
                _ => false,
            };
            if !vain || self.chance.percent(6) {
                return verb;
            }
        }
    }

    /// When something happens to a plan by itself, or a window ends.
    pub(super) fn plan_instants(model: &Model) -> Vec<DateTime<Utc>> {
        let sub = model.plans.subscription.as_ref();
        let of_sub = sub.map(|sub| [sub.paid_until(), sub.ends()]);
        let scheduled = sub.and_then(|sub| sub.next.as_ref()).map(|(_, _, at)| *at);
        let days = model.plans.gifts.iter().rev().take(3).map(|gift| gift.span.closes_at());
        days.chain(of_sub.into_iter().flatten()).chain(scheduled).chain(model.last_window_end()).collect()
    }

    /// Mostly one that fits, at times one that is not sold any more, or one that nobody subscribes to.
    fn plan(&mut self, model: &Model) -> Arc<Plan> {
        let present = model.plans.subscription.as_ref().map(|sub| sub.plan.name().clone());
        let all = book();
        let others = all.plans().iter().filter(|plan| Some(plan.name()) != present.as_ref()).cloned();
        let others: Vec<_> = others.filter(|plan| plan.name().as_str() != "free").collect();
        let plan = if self.chance.percent(8) { self.chance.pick(all.plans()) } else { self.chance.pick(&others) };
        let over = Plan::clone(plan).in_force_until(self.clock).ok().filter(|_| self.chance.percent(2));
        if let Some(over) = over {
            return over.into();
        }
        plan.clone()
    }

    fn term(&mut self) -> Term {
        let months = match self.chance.below(10) {
            0..7 => 1,
            7 => 3,
            8 => 12,
            _ => 36,
        };
        Term::new(months).unwrap()
    }

    /// One that is new, but for a few.
    fn invoice(&mut self) -> Reference {
        if self.chance.percent(4) {
            return Reference::new("invoice-1").unwrap();
        }
        Reference::new(&format!("invoice of {}", self.keys)).unwrap()
    }

    fn reward(&mut self) -> RewardName {
        RewardName::new(self.chance.text(&["welcome", "welcome", "referral", "friend", "none"])).unwrap()
    }

    fn referee(&mut self) -> AccountId {
        let many = ["user-8", "user-9", "user-10", "user-11"];
        AccountId::new(if self.chance.percent(3) { "user-7" } else { self.chance.text(&many) }).unwrap()
    }

    fn member(&mut self) -> Member {
        Member::new(self.chance.text(&["ann", "ben", "cem", "dot", "eva"])).unwrap()
    }

    pub(super) fn member_of(&mut self, model: &Model) -> Member {
        if model.members.is_empty() || self.chance.percent(6) {
            return self.member();
        }
        self.chance.pick(&model.members).member.clone()
    }

    fn buyer(&mut self, model: &Model) -> Option<Member> {
        let owners = model.members.iter().filter(|seat| seat.role == Role::Owner);
        let owners: Vec<_> = owners.map(|seat| seat.member.clone()).collect();
        match self.chance.below(10) {
            0 if !model.members.is_empty() => Some(self.member_of(model)),
            1..6 if !owners.is_empty() => Some(self.chance.pick(&owners).clone()),
            _ => None,
        }
    }
}
