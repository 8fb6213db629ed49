//! What is told about plans: how an account stands with one, and what somebody should be told.

use std::fmt::Display;

use studio_credits::account::{
    AccountView, Added, MemberView, PlanLimit, PlanView, Refill, Refundable, SubscriptionView, TopUpView, UpgradeView,
};
use studio_credits::journal::{Counted, Event, MonthMax, Role, Subscription, SubscriptionState};
use studio_credits::plan::Zone;

use super::instant;

/// An event, after `!` to tell it from what was written.
pub(super) fn event(event: &Event) -> String {
    let told = match event {
        Event::AllowanceGranted { allowance, amount, closes_at, .. } => {
            format!("{allowance} gave {amount} until {}", instant(*closes_at))
        }
        Event::LowBalance { available, below } => format!("low: {available} is below {below}"),
        Event::RunOut => "run out".to_owned(),
        Event::ExpiringSoon { grant, amount, expires_at } => {
            format!("{amount} of {grant} expire at {}", instant(*expires_at))
        }
        Event::AutoTopUpDue { available, below, amount } => format!("buy {amount}: {available} is below {below}"),
        Event::PlanChanged { from, to } => format!("{from} gave way to {to}"),
        Event::SubscriptionEnded { plan } => format!("{plan} ended"),
        other => panic!("an event that nobody tells: {other:?}"),
    };
    format!("! {told}")
}

pub(super) fn paid(subscription: &Subscription) -> String {
    format!("{} until {}", subscription.plan.name(), instant(subscription.paid_until))
}

pub(super) fn month_max(max: MonthMax) -> String {
    match max {
        MonthMax::OfPlan => "as the plan says".to_owned(),
        MonthMax::Unlimited => "to no amount".to_owned(),
        MonthMax::Credits(max) => format!("to {max}"),
    }
}

/// What a credits window shows beside the balance, a line for each thing that there is; of these, the named ones.
pub(crate) fn view(view: &AccountView, named: &str) -> Vec<String> {
    let plan = view.plan.as_ref().map_or("no plan".to_owned(), plan);
    let zone = (view.zone != Zone::UTC).then(|| format!("zone {}", view.zone));
    let limits = view.limits.iter().map(|it| format!("limits {}", limit(it)));
    let lists = [
        listed("gives", view.refills.iter().map(refill)),
        listed("members", view.members.iter().map(member)),
        listed("others", view.upgrades.iter().map(upgrade)),
        listed("sells", view.top_ups.iter().map(top_up)),
    ];
    let all = [plan].into_iter().chain(zone).chain(limits).chain(lists.into_iter().flatten());
    let named: Vec<_> = named.split_whitespace().collect();
    let is_named = |(at, line): &(usize, String)| {
        let what = if *at == 0 { "plan" } else { line.split_once(' ').map_or("", |(what, _)| what) };
        named.is_empty() || named.contains(&what)
    };
    let shown: Vec<_> = all.enumerate().filter(is_named).map(|(_, line)| line).collect();
    if shown.is_empty() { vec!["nothing".to_owned()] } else { shown }
}

fn listed<T: Display>(what: &str, items: impl Iterator<Item = T>) -> Option<String> {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    (!items.is_empty()).then(|| format!("{what} {}", items.join(", ")))
}

fn plan(plan: &PlanView) -> String {
    let Some(subscription) = &plan.subscription else { return format!("{} for everybody", plan.name) };
    let SubscriptionView { state, term_months, paid_until, ends_at, scheduled, .. } = subscription;
    let state = match state {
        SubscriptionState::Active => String::new(),
        SubscriptionState::PastDue { since } => format!(", past due since {}", instant(*since)),
        SubscriptionState::Cancelled { at } => format!(", cancelled at {}", instant(*at)),
    };
    let scheduled = scheduled.as_ref().map_or(String::new(), |plan| format!(", then {plan}"));
    let (paid_until, ends_at) = (instant(*paid_until), instant(*ends_at));
    format!("{} by {term_months}, paid until {paid_until}, ends {ends_at}{state}{scheduled}", plan.name)
}

fn refill(refill: &Refill) -> String {
    format!("{} {} at {}", refill.allowance, refill.amount, instant(refill.at))
}

fn limit(limit: &PlanLimit) -> String {
    let place = |studio: &Option<_>| studio.as_ref().map_or("all".to_owned(), ToString::to_string);
    match limit {
        PlanLimit::Holds { studio, open, max } => format!("{open} of {max} holds in {}", place(studio)),
        PlanLimit::Outputs { studio, max } => format!("{max} outputs in {}", place(studio)),
        PlanLimit::Credits { of, used, max, left, resets_at } => {
            let of = match of {
                Counted::Day(studio) => format!("a day in {}", place(studio)),
                Counted::Month(studio) => format!("a month in {}", place(studio)),
                Counted::Member(member) => format!("a month by {member}"),
                other => panic!("a limit that nobody tells: {other:?}"),
            };
            format!("{used} of {max} {of} with {left} left until {}", instant(*resets_at))
        }
        other => panic!("a limit that nobody tells: {other:?}"),
    }
}

fn member(member: &MemberView) -> String {
    let role = if member.role == Role::Owner { " as owner" } else { "" };
    let max = match member.month_max {
        MonthMax::OfPlan => String::new(),
        max => format!(" limited {}", month_max(max)),
    };
    format!("{}{role}{max}", member.member)
}

fn upgrade(upgrade: &UpgradeView) -> String {
    let adds = upgrade.adds.iter().map(|Added { allowance, amount, .. }| format!(" +{amount} {allowance}"));
    adds.fold(upgrade.plan.to_string(), |told, more| told + &more)
}

fn top_up(pack: &TopUpView) -> String {
    let days = pack.expiry_days.map_or(String::new(), |days| format!(" for {days} days"));
    format!("{} {}{days} at {} {}", pack.pack, pack.amount, pack.price.amount, pack.price.unit)
}

pub(crate) fn refundable(refundable: Option<&Refundable>) -> String {
    let Some(Refundable { allowed, plan, until, used, used_max, .. }) = refundable else {
        return "nothing is subscribed to".to_owned();
    };
    let allowed = if *allowed { "yes" } else { "no" };
    let (Some(until), Some(max)) = (until, used_max) else { return format!("{allowed}: {plan} is never paid back") };
    format!("{allowed}: {plan} until {} with {used} of at most {max} used", instant(*until))
}
