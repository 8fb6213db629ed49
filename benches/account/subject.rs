//! An account to put commands to, without a store.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, HoldId, Key, Member, Model, Outcome, Reason, Settlement, Spend, Studio, Unit,
    Work,
    account::{Account, DecideError, Decision, Limit, Records},
    journal::{Command, Entry, RecordName, Role, TeamCommand},
};

const NOW: &str = "2026-11-24T12:00:00Z";
/// How many keys are at hand; making one is the caller's work.
const KEYS: usize = 1_024;

pub(crate) struct Subject {
    account: Account,
    now: DateTime<Utc>,
    keys: Vec<Key>,
    /// For each key, what a store says that knows nothing of it.
    records: Vec<Records>,
    holds: Vec<HoldId>,
    spend: Command,
    /// The same for each member, where there are some.
    spends: Vec<Command>,
    charge: Command,
    grant: Command,
    reason: Reason,
}

impl Subject {
    /// An account with so many lots, none of which is ever used up here.
    pub(crate) fn with_lots(lots: usize) -> Self {
        let key = |at: usize| Key::new(&format!("job-{at}")).expect("a key");
        let keys: Vec<_> = (0..KEYS).map(key).collect();
        let work = Work::new(Studio::new("image").expect("a studio"), Model::new("nano-banana-2").expect("a model"));
        let spend = Spend::new(work, Credits::from_whole(50)).expect("a spend");
        let grant = Grant::new(GrantKind::TopUp, Credits::from_whole(2_000_000_000)).expect("a grant");
        let mut subject = Self {
            account: Account::new(AccountId::new("user-7").expect("an id"), Unit::new("credits").expect("a unit")),
            now: NOW.parse().expect("an instant"),
            holds: keys.iter().map(HoldId::from).collect(),
            records: keys.iter().map(nothing_under).collect(),
            keys,
            spend: Command::Hold(spend.clone()),
            spends: Vec::new(),
            charge: Command::Charge(spend),
            grant: Command::Grant(grant.into()),
            reason: Reason::new("a trial").expect("a reason"),
        };
        let grant = subject.grant.clone();
        for at in 0..lots {
            subject.put(&Key::new(&format!("grant-{at}")).expect("a key"), &grant);
        }
        subject
    }

    /// An account with as many lots and, but for one, as many holds as there may be, with as many parts as they may have.
    pub(crate) fn at_limits() -> Self {
        let mut subject = Self::with_lots(Limit::Lots.max());
        let spend = subject.spend.clone();
        for at in 0..Limit::Holds.max() - 1 {
            subject.put(&Key::new(&format!("hold-{at}")).expect("a key"), &spend);
        }
        subject
    }

    /// An account that so many members share, each of whom has spent something this month.
    pub(crate) fn with_members(members: usize) -> Self {
        let mut subject = Self::with_lots(1);
        let Command::Hold(spend) = subject.spend.clone() else { unreachable!("it is a hold") };
        for at in 0..members {
            let member = Member::new(&format!("member-{at}")).expect("a member");
            let role = if at == 0 { Role::Owner } else { Role::Member };
            let join = Command::Team(TeamCommand::Join { member: member.clone(), role });
            subject.put(&Key::new(&format!("join-{at}")).expect("a key"), &join);
            let work = spend.work().as_ref().clone().by(member);
            subject.spends.push(Command::Hold(Spend::new(work, spend.amount()).expect("a spend")));
        }
        (0..members).for_each(|at| subject.hold_and_settle(at));
        subject
    }

    pub(crate) fn id(&self) -> AccountId {
        self.account.id().clone()
    }

    pub(crate) fn unit(&self) -> Unit {
        self.account.unit().clone()
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn hold_and_settle(&mut self, at: usize) {
        let settle = Command::Settle { hold: self.holds[at % KEYS].clone(), settlement: Settlement::whole() };
        self.hold_then(at, &settle);
    }

    pub(crate) fn hold_and_release(&mut self, at: usize) {
        let release = Command::Release { hold: self.holds[at % KEYS].clone(), outcome: Outcome::Failed };
        self.hold_then(at, &release);
    }

    pub(crate) fn charge(&mut self, at: usize) {
        let entries = self.decide(at, &self.charge);
        self.fold(&entries);
    }

    pub(crate) fn grant_and_revoke(&mut self, at: usize) {
        let entries = self.decide(at, &self.grant);
        self.fold(&entries);
        let (grant, reason) = ((&self.keys[at % KEYS]).into(), self.reason.clone());
        let entries = self.decide(at + 1, &Command::Revoke { grant, reason });
        self.fold(&entries);
    }

    /// Asks for more than there can be.
    pub(crate) fn refuse(&self) -> bool {
        let Command::Hold(spend) = &self.spend else { unreachable!("it is a hold") };
        let spend = Spend::new(spend.work().clone(), Credits::MAX).expect("a spend");
        self.account.decide(&self.records[0], &self.keys[0], &Command::Hold(spend), self.now).is_err()
    }

    pub(crate) fn balance(&self) -> Credits {
        self.account.balance_at(self.now).expect("a balance").available
    }

    /// The journal of the account after so many entries in all.
    pub(crate) fn journal(&mut self, count: usize) -> Vec<Arc<Entry>> {
        let fresh = Self::with_lots(0);
        let (mut journal, mut at) = (Vec::with_capacity(count), 0);
        self.account = fresh.account;
        let grant = self.grant.clone();
        journal.extend(self.put(&Key::new("grant").expect("a key"), &grant));
        while journal.len() + 1 < count {
            let key = self.keys[at % KEYS].clone();
            let settle = Command::Settle { hold: self.holds[at % KEYS].clone(), settlement: Settlement::whole() };
            journal.extend(self.put(&key, &self.spend.clone()));
            journal.extend(self.put(&key, &settle));
            at += 1;
        }
        journal
    }

    fn hold_then(&mut self, at: usize, next: &Command) {
        let spend = if self.spends.is_empty() { &self.spend } else { &self.spends[at % self.spends.len()] };
        let entries = self.decide(at, spend);
        self.fold(&entries);
        let entries = self.decide(at + 1, next);
        self.fold(&entries);
    }

    fn put(&mut self, key: &Key, command: &Command) -> Vec<Arc<Entry>> {
        let entries = written(self.account.decide(&nothing_under(key), key, command, self.now));
        self.fold(&entries);
        entries
    }

    fn decide(&self, at: usize, command: &Command) -> Vec<Arc<Entry>> {
        let at = at % KEYS;
        written(self.account.decide(&self.records[at], &self.keys[at], command, self.now))
    }

    fn fold(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.account.apply(entry).expect("a sound entry");
        }
    }
}

fn nothing_under(key: &Key) -> Records {
    let mut records = Records::default();
    records.set(RecordName::Receipt(key.clone()), None);
    records
}

fn written(decision: Result<Decision, DecideError>) -> Vec<Arc<Entry>> {
    match decision.expect("a decision") {
        Decision::Write(changes) => changes.entries,
        Decision::Repeat(_) => unreachable!("nothing was done under this key"),
    }
}
