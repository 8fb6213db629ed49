//! Every refusal that plans bring, as a person reads it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{
    DecideError, Declined, Lifts, RewardDeclined, SubscriptionDeclined, TeamDeclined, Upcoming,
};
use studio_credits::journal::{Command, Counted, Ended, Referral};
use studio_credits::plan::{NotEntitled, OnSale, PlanName, TopUpName};
use studio_credits::{Grant, GrantKind};

use super::{credits, reads, stands_beside_a_problem};
use crate::account::desk::Desk;
use crate::account::plan_book::book;
use crate::account::words::{self, Offer, instant};

/// Complete: a new refusal breaks this, and needs a row below.
fn kind(declined: &Declined) -> Option<usize> {
    Some(match declined {
        Declined::Grant(_) => 0,
        Declined::NoAutoTopUp { .. } => 1,
        Declined::NoTopUp { .. } => 2,
        Declined::NotEntitled { .. } => 3,
        Declined::NotOnSale { .. } => 4,
        Declined::OverLimit { .. } => 5,
        Declined::TooManyHolds { .. } => 6,
        Declined::TooManyOutputs { .. } => 7,
        Declined::Reward(declined) => match declined {
            RewardDeclined::ForGood { .. } => 8,
            RewardDeclined::GivenAlready { .. } => 9,
            RewardDeclined::NoCondition { .. } => 10,
            RewardDeclined::NoReward { .. } => 11,
            RewardDeclined::NotGiven { .. } => 12,
            RewardDeclined::OneselfReferred { .. } => 13,
            RewardDeclined::Pending { .. } => 14,
            RewardDeclined::TakenBack { .. } => 15,
            RewardDeclined::TooOften { .. } => 16,
            RewardDeclined::Waits { .. } => 17,
        },
        Declined::Subscription(declined) => match declined {
            SubscriptionDeclined::BasePlan { .. } => 18,
            SubscriptionDeclined::CancelledAlready { .. } => 19,
            SubscriptionDeclined::ChangePaid { .. } => 20,
            SubscriptionDeclined::NotAnUpgrade { .. } => 21,
            SubscriptionDeclined::NotInForce { .. } => 22,
            SubscriptionDeclined::NotSubscribed => 23,
            SubscriptionDeclined::NothingToResume { .. } => 24,
            SubscriptionDeclined::OtherPlan { .. } => 25,
            SubscriptionDeclined::PaidAhead { .. } => 26,
            SubscriptionDeclined::PaidTooLate { .. } => 27,
            SubscriptionDeclined::PastDueAlready { .. } => 28,
            SubscriptionDeclined::SamePlan { .. } => 29,
            SubscriptionDeclined::SubscribedAlready { .. } => 30,
            SubscriptionDeclined::TooManyMembers { .. } => 31,
        },
        Declined::Team(declined) => match declined {
            TeamDeclined::LastOwner { .. } => 32,
            TeamDeclined::LimitBelowUse { .. } => 33,
            TeamDeclined::MemberAlready { .. } => 34,
            TeamDeclined::NoMember => 35,
            TeamDeclined::NoOwner { .. } => 36,
            TeamDeclined::NoSeat { .. } => 37,
            TeamDeclined::NotAMember { .. } => 38,
            TeamDeclined::NotAnOwner { .. } => 39,
        },
        // What there is without plans has its rows beside these.
        _ => return None,
    })
}

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Lifts as an account tells of them: which plans and packs there are is known to it alone.
fn lifts() -> Lifts {
    let mut desk = Desk::new();
    desk.sell(book());
    let now = instant("12:00").unwrap();
    let offer = Offer { book: book(), at: now };
    let (key, command) = words::command_under(&offer, "hold h 100", "row").unwrap();
    let Err(DecideError::Declined(declined)) = desk.ask(&key, &command, now) else { panic!("it is possible") };
    let Declined::Insufficient { lifts, .. } = *declined else { panic!("{declined}") };
    lifts
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_refusal_of_a_plan_is_told_with_its_numbers() {
    let (noon, one) = (instant("12:00").unwrap(), instant("13:00").unwrap());
    let late: DateTime<Utc> = "9999-12-31T00:00:00Z".parse().unwrap();
    let never = Grant::new(GrantKind::TopUp, credits("1")).unwrap().with_expiry(late + TimeDelta::days(9));
    let (basic, pro) = (|| name::<PlanName>("basic"), || name::<PlanName>("pro"));
    let ann = || name("ann");
    let referral = || Referral { reward: name("friend"), referee: name("user-8") };
    let reward = || name("friend");
    let of = |declined: RewardDeclined| Declined::Reward(declined);
    let sub = |declined: SubscriptionDeclined| Declined::Subscription(declined);
    let team = |declined: TeamDeclined| Declined::Team(declined);
    let over = |of: Counted, lifts: Lifts| Declined::OverLimit {
        of,
        used: credits("80.5"),
        required: credits("30"),
        max: credits("100"),
        resets_at: one,
        lifts,
    };
    let none = Lifts::default;
    let plans = || {
        let mut lifts = lifts();
        lifts.top_ups.clear();
        lifts
    };
    #[rustfmt::skip]
    let table = [
        (Declined::Grant(never.unwrap_err()), "year 10000 is out of range: 1970 to 9999 are allowed"),
        (Declined::NoAutoTopUp { plan: Some(pro()), lifts: none() },
            "plan `pro` does not let credits be bought without being asked"),
        (Declined::NoAutoTopUp { plan: None, lifts: plans() },
            "an account without a plan does not let credits be bought without being asked; \
             possible with plan `basic` or `pro` or `max`"),
        (Declined::NoTopUp {
            pack: name("smal"), plan: Some(pro()), nearest: Some(name::<TopUpName>("small")), lifts: none(),
        }, "plan `pro` sells no top-up `smal`; did you mean `small`?"),
        (Declined::NoTopUp {
            pack: name("smal"), plan: Some(pro()), nearest: Some(name::<TopUpName>("small")), lifts: plans(),
        }, "plan `pro` sells no top-up `smal`; possible with plan `basic` or `pro` or `max`; did you mean `small`?"),
        (Declined::NoTopUp { pack: name("huge"), plan: Some(pro()), nearest: None, lifts: none() },
            "plan `pro` sells no top-up `huge`"),
        (Declined::NoTopUp { pack: name("huge"), plan: Some(pro()), nearest: None, lifts: plans() },
            "plan `pro` sells no top-up `huge`; possible with plan `basic` or `pro` or `max`"),
        (Declined::NotEntitled {
            plan: basic(), what: NotEntitled::LockedModel { model: name("kling") }, lifts: lifts(),
        }, "the plan does not open the model `kling`; \
            possible with plan `basic` or `pro` or `max`, or with top-up `small`"),
        (Declined::NotOnSale { pack: name("large"), on_sale: OnSale::WhileSubscribed, lifts: none() },
            "top-up `large` is on sale while a plan is subscribed to"),
        (Declined::NotOnSale { pack: name("large"), on_sale: OnSale::WhileSubscribed, lifts: plans() },
            "top-up `large` is on sale while a plan is subscribed to; possible with plan `basic` or `pro` or `max`"),
        (Declined::NotOnSale { pack: name("old"), on_sale: OnSale::Never, lifts: none() },
            "top-up `old` is no longer on sale"),
        (over(Counted::Day(None), none()),
            "30 required, and 80.5 of 100 used by the account today until 2026-01-01T13:00:00Z"),
        (over(Counted::Month(Some(name("video"))), none()),
            "30 required, and 80.5 of 100 used by the account in studio `video` in this month of the calendar until \
             2026-01-01T13:00:00Z"),
        (over(Counted::Member(ann()), lifts()),
            "30 required, and 80.5 of 100 used by `ann` in this month of the calendar until 2026-01-01T13:00:00Z; \
             possible with plan `basic` or `pro` or `max`, or with top-up `small`"),
        (Declined::TooManyHolds { studio: None, open: 2, max: 2, lifts: none() }, "open holds are 2: at most 2 may be"),
        (Declined::TooManyHolds { studio: Some(name("video")), open: 3, max: 2, lifts: none() },
            "open holds are 3 in studio `video`: at most 2 may be"),
        (Declined::TooManyOutputs { studio: None, outputs: 5, max: 4, lifts: none() },
            "5 outputs are asked for: at most 4 may be"),
        (Declined::TooManyOutputs { studio: Some(name("image")), outputs: 5, max: 4, lifts: none() },
            "5 outputs are asked for in studio `image`: at most 4 may be"),

        (of(RewardDeclined::ForGood { reward: reward() }), "reward `friend` is given for good"),
        (of(RewardDeclined::GivenAlready { referral: referral(), grant: name("key-4") }),
            "reward `friend` was given for `user-8` before, as `key-4`"),
        (of(RewardDeclined::NoCondition { reward: reward() }), "reward `friend` has no condition: give it"),
        (of(RewardDeclined::NoReward { reward: reward(), plan: Some(pro()), lifts: none() }),
            "plan `pro` has no reward `friend`"),
        (of(RewardDeclined::NoReward { reward: reward(), plan: Some(pro()), lifts: plans() }),
            "plan `pro` has no reward `friend`; possible with plan `basic` or `pro` or `max`"),
        (of(RewardDeclined::NotGiven { referral: referral() }),
            "reward `friend` was neither given nor promised for `user-8`"),
        (of(RewardDeclined::OneselfReferred { referee: name("user-7") }),
            "`user-7` cannot be recommended by themselves"),
        (of(RewardDeclined::Pending { referral: referral() }), "reward `friend` is promised for `user-8` already"),
        (of(RewardDeclined::TakenBack { referral: referral() }), "reward `friend` for `user-8` was taken back"),
        (of(RewardDeclined::TooOften { reward: reward(), max: 3, resets_at: None }),
            "reward `friend` was given as often as it may be: the limit is 3"),
        (of(RewardDeclined::TooOften { reward: reward(), max: 3, resets_at: Some(one) }),
            "reward `friend` was given as often as it may be until 2026-01-01T13:00:00Z: the limit is 3"),
        (of(RewardDeclined::Waits { reward: reward(), condition: name("first-invoice") }),
            "reward `friend` waits for `first-invoice`: promise it, and give it then"),

        (sub(SubscriptionDeclined::BasePlan { plan: basic() }), "plan `basic` is everybody's: it is not subscribed to"),
        (sub(SubscriptionDeclined::CancelledAlready { plan: basic(), at: noon, ends_at: one }),
            "plan `basic` was cancelled at 2026-01-01T12:00:00Z and ends at 2026-01-01T13:00:00Z: resume it first"),
        (sub(SubscriptionDeclined::ChangePaid { plan: pro(), at: one }),
            "plan `pro` takes over at 2026-01-01T13:00:00Z and is paid for: schedule another one after that"),
        (sub(SubscriptionDeclined::NotAnUpgrade { from: pro(), to: basic() }),
            "plan `basic` gives no more than `pro`: schedule the change for the end of the period"),
        (sub(SubscriptionDeclined::NotInForce { plan: pro(), edition: name("first"), at: noon }),
            "plan `pro`, edition `first`, is not sold at 2026-01-01T12:00:00Z"),
        (sub(SubscriptionDeclined::NotSubscribed), "the account subscribes to no plan"),
        (sub(SubscriptionDeclined::NothingToResume { plan: pro() }),
            "plan `pro` goes on: nothing is cancelled or scheduled"),
        (sub(SubscriptionDeclined::OtherPlan { paid_for: pro(), plan: basic() }),
            "`pro` was paid for, and plan `basic` would be renewed"),
        (sub(SubscriptionDeclined::PaidAhead { months: 37, paid_until: one }),
            "37 months would be paid for after this one, and it is paid until 2026-01-01T13:00:00Z: at most 36 may be"),
        (sub(SubscriptionDeclined::PaidTooLate { plan: pro(), paid_until: noon, at: one }),
            "plan `pro` would be paid until 2026-01-01T12:00:00Z, and it is 2026-01-01T13:00:00Z now"),
        (sub(SubscriptionDeclined::PastDueAlready { since: noon }),
            "a payment is past due since 2026-01-01T12:00:00Z already"),
        (sub(SubscriptionDeclined::SamePlan { plan: pro() }), "it is plan `pro` already"),
        (sub(SubscriptionDeclined::SubscribedAlready { plan: pro(), ends_at: one }),
            "the account subscribes to plan `pro`, which ends at 2026-01-01T13:00:00Z unless it is renewed"),
        (sub(SubscriptionDeclined::TooManyMembers { plan: pro(), members: 4, seats: 3 }),
            "plan `pro` has room for 3, and the account has 4 members"),

        (team(TeamDeclined::LastOwner { member: ann() }), "`ann` is the only owner: members are left"),
        (team(TeamDeclined::LimitBelowUse { member: ann(), max: credits("5"), used: credits("7.5") }),
            "`ann` cannot be limited to 5 a month: 7.5 is used already"),
        (team(TeamDeclined::MemberAlready { member: ann() }), "`ann` is a member already"),
        (team(TeamDeclined::NoMember), "the account has members: the work names none of them"),
        (team(TeamDeclined::NoOwner { member: ann() }), "`ann` would be the first member: that is an owner"),
        (team(TeamDeclined::NoSeat { member: ann(), seats: 3, lifts: none() }),
            "`ann` finds no seat: there are 3, and all are taken"),
        (team(TeamDeclined::NotAMember { member: ann() }), "`ann` is no member of the account"),
        (team(TeamDeclined::NotAnOwner { member: ann() }), "`ann` is no owner: only owners purchase"),
    ];
    let kinds: BTreeSet<_> = table.iter().map(|(declined, _)| kind(declined).unwrap()).collect();
    assert!(kinds.into_iter().eq(0..40), "a refusal has no row");
    for (declined, text) in table {
        reads(&declined, text);
        stands_beside_a_problem(&declined);
        reads(&DecideError::from(declined), text);
    }
}

#[test]
fn what_ends_with_its_plan_is_told_as_that() {
    let declined = Declined::GrantEnded { grant: name("key-4"), ended: Ended::WithPlan };
    reads(&declined, "grant `key-4` was over with its plan before");
}

#[test]
fn what_a_plan_gives_next_is_told_of_too_few_credits() {
    let mut desk = Desk::new();
    desk.sell(book());
    let now = instant("12:00").unwrap();
    let offer = Offer { book: book(), at: now };
    let (key, command) = words::command_under(&offer, "hold h 60", "row").unwrap();
    assert!(matches!(command, Command::Hold(_)));
    let Err(DecideError::Declined(declined)) = desk.ask(&key, &command, now) else { panic!("it is possible") };
    let Declined::Insufficient { refill, .. } = &*declined else { panic!("{declined}") };
    assert_eq!(refill.map(|Upcoming { at, amount, .. }| (at, amount)), instant("2026-01-02").zip(Some(credits("50"))));
    let ways = "possible with plan `basic` or `pro` or `max`, or with top-up `small`";
    let text =
        format!("60 required and 50 available for this work: 10 missing; 50 come at 2026-01-02T00:00:00Z; {ways}");
    reads(&*declined, &text);
}
