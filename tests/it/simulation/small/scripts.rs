//! What two clients ask for, and what was done before.

use std::sync::Arc;

use chrono::TimeDelta;
use studio_credits::journal::{Command, RewardCommand, SubscriptionCommand};
use studio_credits::ledger::Purchase;
use studio_credits::plan::Term;
use studio_credits::{
    AccountId, Credits, Delivery, Grant, GrantKind, HoldId, Model, Outcome, Overage, Reason, Reference, Settlement,
    Spend, Studio, Terms, Work,
};

use crate::simulation::ask::Asked;
use crate::simulation::{plans, prices};

/// What travels as one operation: under which key, and what.
pub(super) type Jobs = Vec<(&'static str, Asked)>;

pub(super) struct Script {
    pub(super) name: &'static str,
    pub(super) before: Vec<Jobs>,
    pub(super) first: Vec<Jobs>,
    pub(super) second: Vec<Jobs>,
    pub(super) attempts: u32,
    /// How many faults there are at most.
    pub(super) faults: usize,
    /// It makes very many runs.
    pub(super) is_long: bool,
    /// The store has a clock that goes on by so many minutes with each load.
    pub(super) minutes: Option<i64>,
    /// Whether plans are sold.
    pub(super) plans: bool,
}

fn script(name: &'static str, before: Vec<Jobs>, first: Vec<Jobs>, second: Vec<Jobs>) -> Script {
    Script { name, before, first, second, attempts: 3, faults: 1, is_long: false, minutes: None, plans: false }
}

fn one(key: &'static str, command: Command) -> Jobs {
    vec![(key, Asked::Command(command))]
}

pub(super) fn give(whole: i32) -> Grant {
    Grant::new(GrantKind::TopUp, Credits::from_whole(whole)).unwrap()
}

pub(super) fn grant(grant: Grant) -> Command {
    Command::Grant(Arc::new(grant))
}

fn spend(whole: i32) -> Spend {
    let work = Work::new(Studio::new("image").unwrap(), Model::new("flux").unwrap());
    Spend::new(work, Credits::from_whole(whole)).unwrap()
}

pub(super) fn hold(whole: i32) -> Command {
    Command::Hold(spend(whole))
}

pub(super) fn charge(whole: i32) -> Command {
    Command::Charge(spend(whole))
}

fn settle(hold: &str, whole: i32) -> Command {
    let settlement = Settlement::exactly(Credits::from_whole(whole)).unwrap();
    Command::Settle { hold: HoldId::new(hold).unwrap(), settlement }
}

fn release(hold: &str) -> Command {
    Command::Release { hold: HoldId::new(hold).unwrap(), outcome: Outcome::Failed }
}

fn refund(charge: &str, whole: Option<i32>) -> Command {
    let (charge, amount) = (HoldId::new(charge).unwrap(), whole.map(Credits::from_whole));
    Command::Refund { charge, amount, reason: Reason::new("the video was black").unwrap() }
}

fn subscribe(invoice: &str) -> Command {
    let (plan, reference) = (plans::book().plan("basic", prices::start()).unwrap(), Reference::new(invoice).unwrap());
    SubscriptionCommand::Subscribe { plan: plan.clone(), term: Term::MONTH, reference, by: None }.into()
}

fn reward() -> Command {
    let (reward, referee) = ("post".parse().unwrap(), Some(AccountId::new("friend-1").unwrap()));
    RewardCommand::Give { reward, referee }.into()
}

fn quoted_hold(count: u64) -> Command {
    let request = prices::request(0, count);
    let quote = prices::engine(true).quote(&request, prices::start()).unwrap();
    Command::Hold(Purchase::new(&quote).to_hold().unwrap())
}

fn delivered(key: &'static str, hold: &str, outputs: u64) -> Jobs {
    let (hold, delivery) = (HoldId::new(hold).unwrap(), Delivery::outputs(outputs));
    vec![(key, Asked::Delivered { hold, delivery, both: true })]
}

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn scripts() -> Vec<Script> {
    let absorb = Terms::default().with_overage(Overage::Absorb).unwrap();
    let invoice = || give(5).with_reference(Reference::new("invoice-1").unwrap());
    let ending = || give(5).with_expiry(prices::start() + TimeDelta::minutes(20)).unwrap();
    let granted = || vec![one("g", grant(give(5)))];
    vec![
        script(
            "two holds, and credits for one",
            granted(),
            vec![one("a", hold(5)), one("a-end", release("a"))],
            vec![one("b", hold(4))],
        ),
        script(
            "a hold is settled and released",
            vec![one("g", grant(give(5))), one("h", hold(5))],
            vec![one("a", settle("h", 3)), one("a2", refund("h", None))],
            vec![one("b", release("h"))],
        ),
        script("one key twice", granted(), vec![one("k", charge(3))], vec![one("k", charge(3)), one("b", charge(3))]),
        script("one key for two things", granted(), vec![one("k", charge(3))], vec![one("k", charge(2))]),
        script("one invoice twice", vec![], vec![one("a", grant(invoice()))], vec![one("b", grant(invoice()))]),
        Script {
            is_long: true,
            ..script(
                "a charge is refunded while a hold is settled above it",
                vec![one("g", grant(give(6))), one("h", Command::Hold(spend(3).with_terms(absorb)))],
                vec![one("a", charge(3)), one("a2", refund("a", None))],
                vec![one("b", settle("h", 6))],
            )
        },
        script(
            "what is used up is refunded twice at once",
            vec![one("g", grant(give(5))), one("c", charge(5))],
            vec![[one("a", refund("c", Some(2))), one("a2", refund("c", Some(2)))].concat()],
            vec![one("b", refund("c", Some(2)))],
        ),
        script(
            "a batch with one key twice, and a refusal",
            granted(),
            vec![[one("k", charge(2)), one("k", charge(2)), one("a", charge(4)), one("a2", charge(3))].concat()],
            vec![one("k", charge(2))],
        ),
        script(
            "what was delivered is priced while the edition changes",
            vec![one("g", grant(give(9))), one("h", quoted_hold(3))],
            vec![delivered("a", "h", 2)],
            vec![delivered("a", "h", 2), delivered("b", "h", 3)],
        ),
        Script {
            minutes: Some(6),
            ..script(
                "refused after nobody knows: the credits are over by then",
                vec![one("g", grant(ending()))],
                vec![one("a", hold(5))],
                vec![one("b", grant(give(1)))],
            )
        },
        Script {
            faults: 2,
            is_long: true,
            minutes: Some(4),
            ..script(
                "refused after nobody knows, twice",
                vec![one("g", grant(ending()))],
                vec![one("a", hold(5))],
                vec![one("b", grant(give(1)))],
            )
        },
        Script {
            plans: true,
            ..script(
                "one of two makes little of what a day gives",
                vec![],
                vec![one("a", charge(2)), one("a2", charge(1))],
                vec![one("b", charge(2))],
            )
        },
        Script {
            plans: true,
            minutes: Some(130),
            ..script(
                "a day begins while nobody knows",
                vec![one("g", charge(1))],
                vec![one("a", charge(5))],
                vec![one("b", charge(2))],
            )
        },
        Script {
            plans: true,
            ..script(
                "one invoice pays for a plan once",
                vec![],
                vec![one("a", subscribe("invoice-1")), one("a2", charge(3))],
                vec![one("b", subscribe("invoice-1"))],
            )
        },
        Script {
            plans: true,
            ..script("one referee, one reward", vec![], vec![one("a", reward())], vec![one("b", reward())])
        },
        Script {
            faults: 2,
            is_long: true,
            attempts: 1,
            ..script("one attempt, two faults", granted(), vec![one("a", hold(5))], vec![one("b", hold(4))])
        },
        Script {
            faults: 2,
            is_long: true,
            ..script(
                "a hold is settled and released, with two faults",
                vec![one("g", grant(give(5))), one("h", hold(5))],
                vec![one("a", settle("h", 3))],
                vec![one("b", release("h"))],
            )
        },
    ]
}
