//! What a refusal names is what lifts it, and nothing else is: each plan and each pack is purchased, and the same asked
//! again.

use chrono::{DateTime, Utc};
use studio_credits::account::{Declined, Lifts, RewardDeclined, TeamDeclined};
use studio_credits::journal::{Command, SubscriptionCommand};
use studio_credits::plan::{PlanBook, Term, TopUp};
use studio_credits::{Key, Reference};

use super::ledger::{Answer, Ledger};

/// What would lift a refusal, where there may be something.
pub(crate) fn lifts_of(declined: &mut Declined) -> Option<&mut Lifts> {
    match declined {
        Declined::Insufficient { lifts, .. }
        | Declined::Team(TeamDeclined::NoSeat { lifts, .. })
        | Declined::Reward(RewardDeclined::NoReward { lifts, .. })
        | Declined::NoAutoTopUp { lifts, .. }
        | Declined::NoTopUp { lifts, .. }
        | Declined::NotEntitled { lifts, .. }
        | Declined::NotOnSale { lifts, .. }
        | Declined::OverLimit { lifts, .. }
        | Declined::TooManyHolds { lifts, .. }
        | Declined::TooManyOutputs { lifts, .. } => Some(lifts),
        _ => None,
    }
}

/// What lifts a refusal: every plan and every pack of a book is purchased as the account then stands, and the same is
/// asked again.
pub(crate) fn tried(ledger: &Ledger, book: &PlanBook, asked: (&Key, &Command), now: DateTime<Utc>) -> Lifts {
    let reference = || Reference::new("what is tried").unwrap();
    let mut lifts = Lifts::default();
    for plan in book.plans_at(now.max(ledger.account.mark())) {
        let (upgraded, subscribed) = (plan.clone(), plan.clone());
        let upgrade =
            SubscriptionCommand::Upgrade { plan: upgraded, term: None, reference: reference(), by: None }.into();
        let subscribe =
            SubscriptionCommand::Subscribe { plan: subscribed, term: Term::MONTH, reference: reference(), by: None };
        if is_lifted(ledger, &upgrade, asked, now) || is_lifted(ledger, &subscribe.into(), asked, now) {
            lifts.plans.push(plan.name().clone());
        }
    }
    let packs = book.plans().iter().flat_map(|plan| plan.top_ups()).map(TopUp::name);
    let mut packs: Vec<_> = packs.collect();
    packs.sort();
    packs.dedup();
    for pack in packs {
        let buy = Command::BuyTopUp { pack: pack.clone(), reference: reference(), by: None };
        if is_lifted(ledger, &buy, asked, now) {
            lifts.top_ups.push(pack.clone());
        }
    }
    lifts
}

/// Whether a command is done once another one is.
fn is_lifted(ledger: &Ledger, by: &Command, (key, command): (&Key, &Command), now: DateTime<Utc>) -> bool {
    let mut aside = ledger.aside();
    let purchase = Key::new("what is tried").unwrap();
    let mut is_done = |key: &Key, command: &Command| matches!(aside.run(key, command, now), Ok(Answer::Done(..)));
    is_done(&purchase, by) && is_done(key, command)
}
