//! Accounts of ours, with everything that their rules return kept in maps and lists in memory.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, HoldId, Key, Model, Settlement, Spend, Studio, Unit, Work,
    account::{Account, DecideError, Decision, Records},
    journal::{Command, Entry, Record, RecordName},
};

use crate::{Deed, GRANTED, Scene, TAKEN};

pub struct Kept {
    users: Vec<AccountId>,
    accounts: HashMap<AccountId, Rows>,
    work: Arc<Work>,
    now: DateTime<Utc>,
}

/// What there is of one account.
struct Rows {
    account: Account,
    records: HashMap<RecordName, Record>,
    entries: Vec<Arc<Entry>>,
}

impl Kept {
    pub fn new(scene: Scene) -> Self {
        let unit = Unit::new("credits").expect("a unit");
        let now = "2026-11-24T12:00:00Z".parse().expect("an instant");
        let users: Vec<_> = (0..scene.accounts).map(|at| id(&format!("user-{at}"))).collect();
        let accounts = users.iter().map(|user| {
            let account = Account::new(user.clone(), unit.clone());
            let mut rows = Rows { account, records: HashMap::new(), entries: Vec::new() };
            for at in 0..scene.grants {
                let grant = Grant::new(GrantKind::TopUp, credits(GRANTED)).expect("a grant");
                rows.put(&key("grant", at), &Command::Grant(grant.into()), now).expect("a grant");
            }
            (user.clone(), rows)
        });
        let work = Work::new(Studio::new("image").expect("a studio"), Model::new("nano-banana-2").expect("a model"));
        Self { accounts: accounts.collect(), users, work: work.into(), now }
    }

    pub fn hold(&mut self, at: usize) -> HoldId {
        let key = key("hold", at);
        let command = Command::Hold(self.spend(TAKEN));
        assert!(self.put(at, &key, &command).expect("a hold"), "held before");
        (&key).into()
    }

    pub fn settle(&mut self, at: usize, hold: HoldId) {
        let command = Command::Settle { hold, settlement: Settlement::whole() };
        assert!(self.put(at, &key("settle", at), &command).expect("a settlement"), "settled before");
    }

    pub fn charge(&mut self, at: usize) {
        let command = Command::Charge(self.spend(TAKEN));
        assert!(self.put(at, &key("charge", at), &command).expect("a charge"), "charged before");
    }

    /// Decides on a deed as often as asked, without anything written; a hold stays open all the while.
    pub fn deciding(mut self, deed: Deed) -> impl Fn() -> (Decision, Option<Decision>) {
        let hold = self.hold(0);
        let rows = self.accounts.remove(&self.users[0]).expect("an account");
        let case = |key: Key, command: Command| (rows.known(&key, &command), key, command);
        let settle = || case(key("settle", 0), Command::Settle { hold, settlement: Settlement::whole() });
        let (first, second) = match deed {
            Deed::HoldAndSettle => (case(key("hold", 1), Command::Hold(self.spend(TAKEN))), Some(settle())),
            Deed::Charge => (case(key("charge", 1), Command::Charge(self.spend(TAKEN))), None),
        };
        let (account, now) = (rows.account, self.now);
        let decide = move |(known, key, command): &(Records, Key, Command)| {
            account.decide(known, key, command, now).expect("a decision")
        };
        move || (decide(&first), second.as_ref().map(&decide))
    }

    /// What is available and what is held, in whole credits.
    pub fn balance(&self, user: usize) -> (i64, i64) {
        let balance = self.accounts[&self.users[user]].account.balance_at(self.now).expect("a balance");
        (whole(balance.available), whole(balance.held))
    }

    /// Whether what was charged under a key is not charged again.
    pub fn repeats(&mut self, at: usize) -> bool {
        let command = Command::Charge(self.spend(TAKEN));
        !self.put(at, &key("charge", at), &command).expect("a receipt")
    }

    pub fn refuses_too_much(&mut self) -> bool {
        let (available, _) = self.balance(0);
        let spend = Spend::new(self.work.clone(), (available + 1).to_string().parse().expect("credits"));
        let command = Command::Hold(spend.expect("a spend"));
        matches!(self.put(0, &key("too-much", 0), &command), Err(DecideError::Declined(_)))
    }

    fn spend(&self, amount: i32) -> Spend {
        Spend::new(self.work.clone(), credits(amount)).expect("a spend")
    }

    fn put(&mut self, at: usize, key: &Key, command: &Command) -> Result<bool, DecideError> {
        let user = &self.users[at % self.users.len()];
        self.accounts.get_mut(user).expect("an account").put(key, command, self.now)
    }
}

impl Rows {
    /// Whether something was to be written, as it is unless the same was done before.
    fn put(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Result<bool, DecideError> {
        let known = self.known(key, command);
        let Decision::Write(changes) = self.account.decide(&known, key, command, now)? else { return Ok(false) };
        for entry in &changes.entries {
            self.account.apply(entry).expect("a sound entry");
        }
        self.entries.extend(changes.entries.iter().cloned());
        self.records.extend(changes.into_records().map(|record| (record.name(), record)));
        Ok(true)
    }

    /// The records that a command needs.
    fn known(&self, key: &Key, command: &Command) -> Records {
        self.account.gather(key, command, |name| self.records.get(name).cloned())
    }
}

fn id(text: &str) -> AccountId {
    AccountId::new(text).expect("an id")
}

fn key(what: &str, at: usize) -> Key {
    Key::new(&format!("{what}-{at}")).expect("a key")
}

fn credits(whole: i32) -> Credits {
    Credits::from_whole(whole)
}

pub fn whole(credits: Credits) -> i64 {
    credits.to_string().parse().expect("whole credits")
}
