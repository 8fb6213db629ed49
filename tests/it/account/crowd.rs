//! Accounts that are filled to their bounds, which no short history reaches.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{Declined, Limit};
use studio_credits::journal::Command;
use studio_credits::{
    Credits, Grant, GrantId, GrantKind, HoldId, Key, Model as ModelName, Overage, Reason, Settlement, Spend, Studio,
    Terms, Work,
};

use super::ledger::{Answer, Ledger};
use super::model::{Model, Reply, credits};

struct Crowd {
    ledger: Ledger,
    model: Model,
    keys: u32,
    at: DateTime<Utc>,
}

impl Crowd {
    fn new() -> Self {
        let at = "2026-11-24T12:00:00Z".parse().unwrap();
        Self { ledger: Ledger::large(), model: Model::new(), keys: 0, at }
    }

    /// Asks both, and gives the key of what they did, or the refusal of both.
    fn ask(&mut self, command: &Command) -> Result<Key, Box<Declined>> {
        self.keys += 1;
        let key = Key::new(&format!("k{}", self.keys)).unwrap();
        let answer = self.ledger.run(&key, command, self.at).unwrap();
        match (answer, self.model.ask(&key, command, self.at)) {
            (Answer::Done(..), Reply::Done(_)) => Ok(key),
            (Answer::Declined(ours), Reply::Declined(theirs, _)) => {
                assert_eq!(ours, theirs);
                Err(ours)
            }
            (answer, _) => panic!("{answer:?}, and the model says otherwise"),
        }
    }

    fn grant(&mut self, amount: i128) -> Result<Key, Box<Declined>> {
        let grant = Grant::new(GrantKind::Free, credits(amount)).unwrap();
        self.ask(&Command::Grant(Arc::new(grant)))
    }

    fn hold(&mut self, amount: i128) -> Result<Key, Box<Declined>> {
        let work = Work::new(Studio::new("image").unwrap(), ModelName::new("flux").unwrap());
        let terms = Terms::default().with_overage(Overage::Debt { max: Credits::MAX }).unwrap();
        self.ask(&Command::Hold(Spend::new(work, credits(amount)).unwrap().with_terms(terms)))
    }

    fn charge_back(&mut self, grant: &Key) -> Result<Key, Box<Declined>> {
        let reason = Reason::new("the bank says so").unwrap();
        self.ask(&Command::ChargeBack { grant: GrantId::from(grant), reason })
    }
}

fn limit<T>(limit: Limit, wanted: usize) -> Result<T, Box<Declined>> {
    Err(Declined::Limit { limit, wanted }.into())
}

#[test]
fn an_account_has_at_most_1024_lots_and_holds() {
    let mut crowd = Crowd::new();
    for _ in 0..1_024 {
        crowd.grant(1).unwrap();
    }
    assert_eq!(crowd.grant(1), limit(Limit::Lots, 1_025));
    let hold = crowd.hold(1).unwrap();
    assert_eq!(crowd.grant(1), limit(Limit::Lots, 1_025), "a lot that is held is there");
    let settlement = Settlement::whole();
    crowd.ask(&Command::Settle { hold: HoldId::from(&hold), settlement }).unwrap();
    crowd.grant(2_000).unwrap();
    for _ in 0..1_024 {
        crowd.hold(1).unwrap();
    }
    assert_eq!(crowd.hold(1), limit(Limit::Holds, 1_025));
    crowd.at += TimeDelta::hours(1);
    crowd.hold(1).unwrap();
    crowd.ledger.fold().unwrap();
}

#[test]
fn an_account_has_at_most_256_debts_and_absorbs_what_is_beyond() {
    let mut crowd = Crowd::new();
    let (spent, held) = (crowd.grant(300).unwrap(), crowd.grant(1).unwrap());
    let holds: Vec<_> = (0..301).map(|_| crowd.hold(1).unwrap()).collect();
    let owe = |crowd: &mut Crowd, hold: &Key| {
        let settlement = Settlement::exactly(credits(3)).unwrap();
        crowd.ask(&Command::Settle { hold: HoldId::from(hold), settlement }).unwrap();
    };
    for hold in &holds[..254] {
        owe(&mut crowd, hold);
    }
    crowd.charge_back(&spent).unwrap();
    assert_eq!(crowd.ledger.account.debts().len(), 255);
    crowd.charge_back(&held).unwrap();
    let other = crowd.grant(5).unwrap();
    crowd.hold(1).unwrap();
    assert_eq!(crowd.charge_back(&other), limit(Limit::Debts, 257), "what is held of a charged-back grant may be owed");
    for hold in &holds[254..] {
        owe(&mut crowd, hold);
    }
    assert_eq!(crowd.ledger.account.debts().len(), 256);
    assert_eq!(crowd.charge_back(&other), limit(Limit::Debts, 257));
    let untouched = crowd.grant(5).unwrap();
    crowd.charge_back(&untouched).unwrap();
    crowd.ledger.fold().unwrap();
}
