//! What is said to make a refused spend possible makes it so, each by itself: every cure is tried.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::account::{Cure, Declined};
use studio_credits::journal::{Command, SubscriptionCommand};
use studio_credits::plan::{PlanBook, Term};
use studio_credits::{
    Credits, Grant, GrantKind, HoldId, Key, Model, Overage, Reason, Reference, Settlement, Spend, Studio, Terms, Work,
};

use super::ledger::{Answer, Ledger};

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

#[derive(Clone)]
struct Case {
    ledger: Ledger,
    book: Arc<PlanBook>,
    keys: u64,
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
        let book = Arc::new(PlanBook::parse(BOOK).unwrap());
        Self { ledger: Ledger::under(book.clone()), book, keys: 0 }
    }

    fn ask(&mut self, command: impl Into<Command>) -> Result<HoldId, Box<Declined>> {
        self.keys += 1;
        let key = Key::new(&format!("k{}", self.keys)).unwrap();
        match self.ledger.run(&key, &command.into(), now()).unwrap() {
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
            Cure::Plan(plan) => {
                let plan = self.book.plan(plan.as_str(), now()).unwrap().clone();
                case.ask(SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by: None })?;
            }
            Cure::TopUp(pack) => drop(case.ask(Command::BuyTopUp { pack: pack.clone(), reference, by: None })?),
            other => panic!("{other}"),
        }
        case.ask(Command::Hold(spend))
    }

    /// What would make a spend possible, of which each has been tried.
    fn cures(&self, spend: &Spend) -> Vec<String> {
        let explained = self.ledger.account.explain(spend, now()).unwrap();
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
