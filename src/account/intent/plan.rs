//! What commands about plans, rewards and members mean.

use super::{Intent, of, some, text};
use crate::{
    ids::{Member, Reason, Reference},
    journal::{MonthMax, RewardCommand, Role, SubscriptionCommand, TeamCommand},
    plan::{Plan, Term},
};

pub(super) fn of_subscription(command: &SubscriptionCommand) -> Intent {
    let purchase = |plan: &Plan, term: Option<Term>, reference: Option<&Reference>, by: Option<&Member>| {
        [
            ("the plan", some(plan.name())),
            ("the edition", some(plan.edition())),
            ("the term", term.map(|term| format!("{} months", term.months()))),
            ("the reference", text(reference)),
            ("who asks", text(by)),
        ]
    };
    let paid = |reference: &Reference| [("the reference", some(reference))];
    let asked = |reason: Option<&Reason>, by: Option<&Member>| [("the reason", text(reason)), ("who asks", text(by))];
    match command {
        SubscriptionCommand::Subscribe { plan, term, reference, by } => {
            of("subscribe", purchase(plan, Some(*term), Some(reference), by.as_ref()))
        }
        SubscriptionCommand::Renew { reference, plan } => {
            of("renew", paid(reference).into_iter().chain([("the plan", text(plan.as_ref()))]))
        }
        SubscriptionCommand::Upgrade { plan, term, reference, by } => {
            of("upgrade", purchase(plan, *term, Some(reference), by.as_ref()))
        }
        SubscriptionCommand::Schedule { plan, term, by } => {
            of("schedule a change", purchase(plan, *term, None, by.as_ref()))
        }
        SubscriptionCommand::Cancel { reason, by } => of("cancel", asked(Some(reason), by.as_ref())),
        SubscriptionCommand::End { reason } => of("end the subscription", asked(Some(reason), None)),
        SubscriptionCommand::Resume { by } => of("resume", asked(None, by.as_ref())),
        SubscriptionCommand::FailPayment { reference } => of("fail a payment", paid(reference)),
    }
}

pub(super) fn of_reward(command: &RewardCommand) -> Intent {
    let (kind, reward, referee, reason) = match command {
        RewardCommand::Give { reward, referee } => ("give a reward", reward, referee.as_ref(), None),
        RewardCommand::Promise { reward, referee } => ("promise a reward", reward, Some(referee), None),
        RewardCommand::TakeBack { reward, referee, reason } => {
            ("take a reward back", reward, Some(referee), Some(reason))
        }
    };
    of(kind, [("the reward", some(reward)), ("the referee", text(referee)), ("the reason", text(reason))])
}

pub(super) fn of_team(command: &TeamCommand) -> Intent {
    match command {
        TeamCommand::Join { member, role } => {
            let role = match role {
                Role::Owner => "owner",
                Role::Member => "member",
            };
            of("join", [("the member", some(member)), ("the role", some(&role))])
        }
        TeamCommand::Limit { member, month_max } => {
            let max = match month_max {
                MonthMax::OfPlan => "as the plan says".to_owned(),
                MonthMax::Unlimited => "none".to_owned(),
                MonthMax::Credits(max) => max.to_string(),
            };
            of("limit a member", [("the member", some(member)), ("the limit", Some(max))])
        }
        TeamCommand::Leave { member } => of("leave", [("the member", some(member))]),
    }
}
