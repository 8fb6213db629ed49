//! What clients ask about plans: purchases, rewards, members, zones; of few names, so that most of them meet.

use chrono::{DateTime, Utc};
use studio_credits::journal::{Command, MonthMax, RewardCommand, Role, SubscriptionCommand, TeamCommand};
use studio_credits::plan::{AutoTopUp, RewardName, Term};
use studio_credits::{AccountId, Credits, Member, Reason, Reference};

use super::{Maker, Names, amount};
use crate::oracle::chance::Chance;
use crate::simulation::plans;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfPlan {
    Subscribe,
    Renew,
    Upgrade,
    Schedule,
    Cancel,
    Resume,
    FailPayment,
    End,
    BuyTopUp,
    GiveReward,
    PromiseReward,
    TakeBackReward,
    Join,
    Limit,
    Leave,
    SetZone,
    SetAutoTopUp,
}

pub(super) const OF_PLANS: &[(u64, OfPlan)] = &[
    (14, OfPlan::Subscribe),
    (16, OfPlan::Renew),
    (7, OfPlan::Upgrade),
    (8, OfPlan::Schedule),
    (4, OfPlan::Cancel),
    (5, OfPlan::Resume),
    (4, OfPlan::FailPayment),
    (2, OfPlan::End),
    (16, OfPlan::BuyTopUp),
    (14, OfPlan::GiveReward),
    (6, OfPlan::PromiseReward),
    (5, OfPlan::TakeBackReward),
    (4, OfPlan::Join),
    (3, OfPlan::Limit),
    (2, OfPlan::Leave),
    (5, OfPlan::SetZone),
    (6, OfPlan::SetAutoTopUp),
];

const ZONES: &[&str] = &["UTC", "+05:30", "-08:00", "+14:00", "-12:00"];
const TERMS: &[u32] = &[1, 1, 1, 1, 3, 12, 36];

impl Maker {
    /// Something about plans, mostly what can be asked of the account as it was seen last.
    pub(super) fn of_plan(&mut self, chance: &mut Chance, names: &Names, verb: OfPlan, now: DateTime<Utc>) -> Command {
        let by = chance.maybe(20, |chance| names.member(chance)).flatten();
        let reason = || Reason::new("they said so").unwrap();
        match verb {
            _ if names.is_subscribed && verb == OfPlan::Subscribe && chance.percent(70) => {
                self.of_plan(chance, names, OfPlan::Renew, now)
            }
            OfPlan::Renew | OfPlan::Upgrade | OfPlan::Schedule | OfPlan::Cancel
                if !names.is_subscribed && chance.percent(60) =>
            {
                self.of_plan(chance, names, OfPlan::Subscribe, now)
            }
            OfPlan::Subscribe => {
                let (plan, term) = (plan(chance, now), term(chance));
                let reference = self.invoice(chance);
                SubscriptionCommand::Subscribe { plan, term, reference, by }.into()
            }
            OfPlan::Renew => {
                let (reference, plan) = (self.invoice(chance), chance.maybe(30, |chance| plan(chance, now)));
                SubscriptionCommand::Renew { reference, plan: plan.map(|plan| plan.name().clone()) }.into()
            }
            OfPlan::Upgrade => {
                let (plan, term) = (plan(chance, now), chance.maybe(40, term));
                let reference = self.invoice(chance);
                SubscriptionCommand::Upgrade { plan, term, reference, by }.into()
            }
            OfPlan::Schedule => {
                let (plan, term) = (plan(chance, now), chance.maybe(40, term));
                SubscriptionCommand::Schedule { plan, term, by }.into()
            }
            OfPlan::Cancel => SubscriptionCommand::Cancel { reason: reason(), by }.into(),
            OfPlan::Resume => SubscriptionCommand::Resume { by }.into(),
            OfPlan::FailPayment => SubscriptionCommand::FailPayment { reference: self.invoice(chance) }.into(),
            OfPlan::End => SubscriptionCommand::End { reason: reason() }.into(),
            OfPlan::BuyTopUp => {
                let pack = chance.text(&["pack", "pack", "pack", "extra", "extra", "old", "packs"]).parse().unwrap();
                Command::BuyTopUp { pack, reference: self.invoice(chance), by }
            }
            OfPlan::GiveReward => {
                let referee = chance.maybe(70, referee);
                RewardCommand::Give { reward: reward(chance), referee }.into()
            }
            OfPlan::PromiseReward => RewardCommand::Promise { reward: reward(chance), referee: referee(chance) }.into(),
            OfPlan::TakeBackReward => {
                let (reward, referee) = (reward(chance), referee(chance));
                RewardCommand::TakeBack { reward, referee, reason: reason() }.into()
            }
            OfPlan::Join => {
                let role = if names.members.is_empty() == chance.percent(10) { Role::Member } else { Role::Owner };
                TeamCommand::Join { member: anybody(chance), role }.into()
            }
            OfPlan::Limit => {
                let month_max = match chance.below(6) {
                    0 => MonthMax::OfPlan,
                    1 => MonthMax::Unlimited,
                    2 => MonthMax::Credits(Credits::from_whole(-1)),
                    _ => MonthMax::Credits(amount(chance)),
                };
                TeamCommand::Limit { member: names.member(chance).unwrap_or_else(|| anybody(chance)), month_max }.into()
            }
            OfPlan::Leave => {
                TeamCommand::Leave { member: names.member(chance).unwrap_or_else(|| anybody(chance)) }.into()
            }
            OfPlan::SetZone => Command::SetZone { zone: chance.text(ZONES).parse().unwrap() },
            OfPlan::SetAutoTopUp => {
                let values = chance.maybe(85, |chance| AutoTopUp::new(amount(chance), amount(chance)).unwrap());
                Command::SetAutoTopUp { values, by }
            }
        }
    }

    /// An invoice, at times one that was used under another key.
    pub(super) fn invoice(&mut self, chance: &mut Chance) -> Reference {
        self.invoices += u64::from(chance.percent(self.new_invoices));
        Reference::new(&format!("invoice-{}", self.invoices)).unwrap()
    }
}

/// A plan, mostly one that is sold at the time.
fn plan(chance: &mut Chance, now: DateTime<Utc>) -> std::sync::Arc<studio_credits::plan::Plan> {
    let name = chance.text(&["basic", "basic", "pro"]);
    match plans::book().plan(name, now) {
        Ok(sold) if chance.percent(85) => sold.clone(),
        _ => plans::plan(chance.place(8)).clone(),
    }
}

fn term(chance: &mut Chance) -> Term {
    Term::new(*chance.pick(TERMS)).unwrap()
}

fn reward(chance: &mut Chance) -> RewardName {
    chance.text(&["friend", "friend", "post", "visit", "visits"]).parse().unwrap()
}

/// One of a few, the account itself among them at times.
fn referee(chance: &mut Chance) -> AccountId {
    let referee = if chance.percent(4) { "user-1".to_owned() } else { format!("friend-{}", chance.below(12)) };
    AccountId::new(&referee).unwrap()
}

pub(super) fn everybody() -> impl Iterator<Item = Member> {
    ["ann", "bob", "cai", "dan", "eve"].into_iter().map(|member| Member::new(member).unwrap())
}

fn anybody(chance: &mut Chance) -> Member {
    chance.pick(&everybody().collect::<Vec<_>>()).clone()
}

impl Names {
    /// One of those who share the account, as far as anybody knows; seldom somebody who does not.
    pub(super) fn member(&self, chance: &mut Chance) -> Option<Member> {
        if chance.percent(6) {
            return Some(anybody(chance));
        }
        (!self.members.is_empty()).then(|| chance.pick(&self.members).clone())
    }

    /// Who asks for work, where the account is shared.
    pub(super) fn who(&self, chance: &mut Chance) -> Option<Member> {
        if self.members.is_empty() {
            return if self.plans { chance.maybe(2, anybody) } else { None };
        }
        if chance.percent(5) { None } else { self.member(chance) }
    }
}
