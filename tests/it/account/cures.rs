//! What is said to make a refused command possible makes it so, each by itself: every cure is tried.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::account::{Cure, Declined};
use studio_credits::journal::{Command, RewardCommand, Role, SubscriptionCommand, TeamCommand};
use studio_credits::plan::{AutoTopUp, Plan, PlanBook, Term};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, HoldId, Key, Member, Model, Overage, Reason, Reference, Settlement, Spend,
    Studio, Terms, Work,
};

use super::ledger::{Answer, Ledger};
use super::lifts::{lifts_of, tried};

const BOOK: &str = r#"
    edition = "1"
    unit = "credits"
    base = "free"

    [top_up]
    small = { amount = 60, price = "1 USD" }
    large = { amount = 90, price = "2 USD" }

    [[plan]]
    name = "free"
    entitlements.except_models = ["pro"]
    top_ups = ["small", "large"]

    [[plan]]
    name = "basic"
    allowance.monthly = { kind = "subscription", amount = 60, every = "month" }

    [[plan]]
    name = "more"
    allowance.monthly = { kind = "subscription", amount = 90, every = "month" }

    [[plan]]
    name = "by-day"
    allowance.daily = { kind = "reward", amount = 85, every = "day" }
"#;

/// Plans that take over from one another within a month.
const LADDER: &str = r#"
    edition = "1"
    unit = "credits"

    [top_up.pack]
    amount = 60
    price = "1 USD"
    on_sale = "while-subscribed"

    [reward]
    friend = { amount = 5 }
    post = { amount = 5, pending_until = "posted" }

    [[plan]]
    name = "low"
    allowance.monthly = { kind = "subscription", amount = 60, every = "month" }
    entitlements.models = ["flux", "old"]

    [[plan]]
    name = "first"
    allowance.monthly = { kind = "subscription", amount = 100, every = "month" }
    limits.seats = 1
    entitlements.except_models = ["pro", "old"]
    upgrade = "carry-over"

    [[plan]]
    name = "prorated"
    allowance.monthly = { kind = "subscription", amount = 160, every = "month" }
    proration = "by-time"
    top_ups = ["pack"]
    rewards = ["friend"]
    limits.seats = 2

    [[plan]]
    name = "whole"
    allowance.monthly = { kind = "subscription", amount = 150, every = "month" }
    rewards = ["post"]
    auto_top_up = { below = 10, amount = 60 }
    limits.seats = 3

    [[plan]]
    name = "crowd"
    allowance.monthly = { kind = "subscription", amount = 40, every = "month" }
    top_ups = ["pack"]
    rewards = ["friend"]
    auto_top_up = { below = 10, amount = 60 }
"#;

#[derive(Clone)]
struct Case {
    ledger: Ledger,
    book: Arc<PlanBook>,
    keys: u64,
    now: DateTime<Utc>,
}

fn now() -> DateTime<Utc> {
    "2027-01-16T12:00:00Z".parse().unwrap()
}

fn spend(model: &str, amount: i32) -> Spend {
    let work = Work::new(Studio::new("image").unwrap(), Model::new(model).unwrap());
    Spend::new(work, Credits::from_whole(amount)).unwrap()
}

fn reason() -> Reason {
    Reason::new("so it is").unwrap()
}

impl Case {
    fn new() -> Self {
        Self::under(BOOK)
    }

    fn under(book: &str) -> Self {
        let book = Arc::new(PlanBook::parse(book).unwrap());
        Self { ledger: Ledger::under(book.clone()), book, keys: 0, now: now() }
    }

    /// One that has spent all of a month of which the half is left.
    fn halfway(plan: &str) -> Self {
        let mut case = Self::under(LADDER);
        case.now = "2027-01-01T00:00:00Z".parse().unwrap();
        case.subscribe(plan).unwrap();
        let month = case.ledger.account.totals().available;
        let work = spend("flux", 0).work().as_ref().clone();
        case.ask(Command::Charge(Spend::new(work, month).unwrap())).unwrap();
        case.now = "2027-01-16T12:00:00Z".parse().unwrap();
        case
    }

    fn plan(&self, plan: &str) -> Arc<Plan> {
        self.book.plan(plan, self.now).unwrap().clone()
    }

    fn subscribe(&mut self, plan: &str) -> Result<HoldId, Box<Declined>> {
        let (plan, reference) = (self.plan(plan), Reference::new(&format!("first {plan}")).unwrap());
        self.ask(SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by: None })
    }

    /// Takes a plan as the account then stands.
    fn take(&mut self, plan: &str) -> Result<HoldId, Box<Declined>> {
        if self.ledger.account.standing().subscription.is_none() {
            return self.subscribe(plan);
        }
        let (plan, reference) = (self.plan(plan), Reference::new("upgrade").unwrap());
        self.ask(SubscriptionCommand::Upgrade { plan, term: None, reference, by: None })
    }

    fn ask(&mut self, command: impl Into<Command>) -> Result<HoldId, Box<Declined>> {
        self.keys += 1;
        let key = Key::new(&format!("k{}", self.keys)).unwrap();
        match self.ledger.run(&key, &command.into(), self.now).unwrap() {
            Answer::Declined(declined) => Err(declined),
            Answer::Done(..) | Answer::Repeat(_) => Ok(HoldId::from(&key)),
        }
    }

    fn with(mut self, amount: i32) -> Self {
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(amount)).unwrap();
        self.ask(Command::Grant(grant.into())).unwrap();
        self
    }

    fn frozen(mut self) -> Self {
        self.ask(Command::Freeze { reason: reason() }).unwrap();
        self
    }

    fn owing(mut self, amount: i32) -> Self {
        let amount = Credits::from_whole(amount);
        let terms = Terms::default().with_overage(Overage::Debt { max: amount }).unwrap();
        let hold = self.ask(Command::Hold(spend("flux", 0).with_terms(terms))).unwrap();
        self.ask(Command::Settle { hold, settlement: Settlement::exactly(amount).unwrap() }).unwrap();
        self
    }

    /// Does what a cure says, and then asks again.
    fn tries(&self, cure: &Cure, spend: &Spend) -> Result<HoldId, Box<Declined>> {
        let (mut case, mut spend, reference) = (self.clone(), spend.clone(), Reference::new("in-1").unwrap());
        match cure {
            Cure::Grant(amount) => {
                case.ask(Command::Grant(Grant::new(GrantKind::Promotional, *amount).unwrap().into()))?;
            }
            Cure::Smaller(amount) => spend = Spend::new(spend.work().clone(), *amount).unwrap(),
            Cure::Cap(max) => spend = spend.with_amount_max(*max).unwrap(),
            Cure::Thaw => drop(case.ask(Command::Thaw { reason: reason() })?),
            Cure::Plan(plan) => drop(case.take(plan.as_str())?),
            Cure::TopUp(pack) => drop(case.ask(Command::BuyTopUp { pack: pack.clone(), reference, by: None })?),
            other => panic!("{other}"),
        }
        case.ask(Command::Hold(spend))
    }

    /// The plans that a refusal of a command names, all of which lift it and no others.
    fn plans(&self, command: impl Into<Command>) -> Vec<String> {
        let (mut case, command) = (self.clone(), command.into());
        let mut declined = case.ask(command.clone()).unwrap_err();
        let said = lifts_of(&mut declined).map(std::mem::take).unwrap_or_default();
        let key = Key::new("asked again").unwrap();
        assert_eq!(said, tried(&self.ledger, &self.book, (&key, &command), self.now), "{declined}");
        said.plans.iter().map(ToString::to_string).collect()
    }

    /// What would make a spend possible, of which each has been tried.
    fn cures(&self, spend: &Spend) -> Vec<String> {
        let explained = self.ledger.account.explain(spend, self.now).unwrap();
        assert!(explained.declined.is_some(), "{explained}");
        for cure in &explained.cures {
            let tried = self.tries(cure, spend);
            assert!(tried.is_ok(), "{explained}{cure}, and then: {}", tried.unwrap_err());
        }
        explained.cures.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn a_cure_makes_a_spend_possible_by_itself() {
    let all = ["a grant of 50 for this work", "plan `basic`", "plan `more`", "plan `by-day`", "top-up `large`"];
    let all = [&all[..], &["top-up `small`"]].concat();
    assert_eq!(Case::new().cures(&spend("flux", 50)), all);
    let some = ["a grant of 40 for this work", "work that costs at most 20", "plan `basic`", "plan `more`"];
    let some = [&some[..], &["plan `by-day`", "top-up `large`", "top-up `small`"]].concat();
    assert_eq!(Case::new().with(20).cures(&spend("flux", 60)), some);
}

#[test]
fn a_cure_is_none_that_meets_another_refusal() {
    assert_eq!(Case::new().with(60).frozen().cures(&spend("flux", 50)), ["the account thawed"]);
    assert!(Case::new().frozen().cures(&spend("flux", 50)).is_empty(), "thawed, it has too little");
    assert!(Case::new().with(60).frozen().cures(&spend("pro", 50)).is_empty(), "thawed, its plan is too low");

    let capped = spend("flux", 50).with_amount_max(Credits::from_whole(10)).unwrap();
    assert_eq!(Case::new().with(60).cures(&capped), ["a cap of 50"]);
    assert!(Case::new().cures(&capped).is_empty(), "whatever the cap, it has too little");
}

#[test]
fn a_cure_is_enough_beside_what_is_owed() {
    let cures = ["a grant of 50 for this work", "plan `more`", "plan `by-day`", "top-up `large`"];
    assert_eq!(Case::new().owing(30).cures(&spend("flux", 50)), cures);
}

#[test]
fn a_plan_is_no_cure_that_gives_a_part_of_a_month_which_is_too_little() {
    let case = Case::halfway("first");
    // Half of the 60 more, all of the 50 more.
    assert_eq!(case.cures(&spend("flux", 30)), ["a grant of 30 for this work", "plan `prorated`", "plan `whole`"]);
    assert_eq!(case.cures(&spend("flux", 31)), ["a grant of 31 for this work", "plan `whole`"]);
    assert_eq!(case.cures(&spend("flux", 50)), ["a grant of 50 for this work", "plan `whole`"]);
    assert_eq!(case.cures(&spend("flux", 51)), ["a grant of 51 for this work"]);
    // A new cycle begins with all that a plan gives.
    let case = Case::halfway("low");
    let cures = ["a grant of 160 for this work", "plan `prorated`"];
    assert_eq!(case.cures(&spend("flux", 160)), cures);
}

#[test]
fn a_plan_is_no_cure_that_does_not_take_over_at_once() {
    let case = Case::halfway("first").with(100);
    assert_eq!(case.cures(&spend("pro", 10)), ["plan `prorated`", "plan `whole`"], "`crowd` gives less");
    assert_eq!(case.cures(&spend("old", 10)), ["plan `prorated`", "plan `whole`"], "`low` gives less");

    let mut case = Case::halfway("first").with(100);
    let plan = case.plan("low");
    case.ask(SubscriptionCommand::Schedule { plan, term: None, by: None }).unwrap();
    let reference = Reference::new("february").unwrap();
    case.ask(SubscriptionCommand::Renew { reference, plan: None }).unwrap();
    assert!(case.cures(&spend("pro", 10)).is_empty(), "`low` takes over, and is paid for");
}

#[test]
fn whatever_is_refused_names_the_plans_that_lift_it() {
    let case = Case::halfway("first");
    let buy = |reference: &str| Command::BuyTopUp {
        pack: "pack".parse().unwrap(),
        reference: Reference::new(reference).unwrap(),
        by: None,
    };
    assert_eq!(case.plans(buy("a pack")), ["prorated"]);
    let values = AutoTopUp::new(Credits::from_whole(10), Credits::from_whole(60)).ok();
    assert_eq!(case.plans(Command::SetAutoTopUp { values, by: None }), ["whole"]);
    let reward = |name: &str| name.parse().unwrap();
    assert_eq!(case.plans(RewardCommand::Give { reward: reward("friend"), referee: None }), ["prorated"]);
    assert!(
        case.plans(RewardCommand::Give { reward: reward("post"), referee: None }).is_empty(),
        "it is to be promised"
    );
    let referee = AccountId::new("user-8").unwrap();
    assert_eq!(case.plans(RewardCommand::Promise { reward: reward("post"), referee }), ["whole"]);

    let mut case = case;
    let join = |member: &str, role: Role| TeamCommand::Join { member: Member::new(member).unwrap(), role };
    case.ask(join("ann", Role::Owner)).unwrap();
    assert_eq!(case.plans(join("ben", Role::Member)), ["prorated", "whole"]);

    let new = Case::under(LADDER);
    assert_eq!(new.plans(buy("a pack")), ["prorated", "crowd"]);
}
