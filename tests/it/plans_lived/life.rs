//! An account that lives under a book of plans, with its journal and its records at hand; and what is asked of it.

use std::{fmt, sync::Arc};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use studio_credits::account::{Account, AccountView, DecideError, Decision};
use studio_credits::journal::{Command, Entry, SubscriptionCommand};
use studio_credits::plan::{Allowance, AllowanceName, EditionName, Every, Plan, PlanBook, PlanName, Term, Zone};
use studio_credits::{
    Credits, Grant, GrantKind, HoldId, Key, Model, Outcome, Reason, Reference, Settlement, Spend, Studio, Unit, Work,
};

use crate::account::ledger::{Answer, Ledger};
use crate::account::tally::{self, Tally};
use crate::account::tell;
use crate::oracle::chance::Chance;

pub(crate) type At = DateTime<Utc>;

pub(crate) const MICRO: TimeDelta = TimeDelta::microseconds(1);

/// A command with its key and its instant.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) at: At,
    pub(crate) key: Key,
    pub(crate) command: Command,
}

/// As a person would tell it: a plan by its name and its edition.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut command = serde_json::to_value(&self.command).unwrap();
        for verb in ["subscribe", "upgrade", "schedule"] {
            if let Some(plan) = command.pointer_mut(&format!("/subscription/{verb}/plan")) {
                let said = |what: &str| plan[what].as_str().unwrap_or_default().to_owned();
                *plan = format!("{} {}", said("name"), said("edition")).into();
            }
        }
        write!(f, "{} {} {command}", self.at.to_rfc3339_opts(SecondsFormat::AutoSi, true), self.key)
    }
}

pub(crate) struct Life {
    pub(crate) ledger: Ledger,
    pub(crate) book: Arc<PlanBook>,
    /// What was done, in order.
    pub(crate) done: Vec<Asked>,
}

impl Life {
    pub(crate) fn under(book: PlanBook) -> Self {
        let (mut ledger, book) = (Ledger::large(), Arc::new(book));
        ledger.account = ledger.account.under(book.clone());
        Self { ledger, book, done: Vec::new() }
    }

    pub(crate) fn account(&self) -> &Account {
        &self.ledger.account
    }

    /// Does what is asked for, whatever it is: the new entries, or none where it is refused or was done before, and
    /// then nothing at all is different.
    pub(crate) fn ask(&mut self, asked: &Asked) -> Result<(Answer, Vec<Entry>), String> {
        let before = (self.ledger.account.clone(), self.ledger.journal.len(), self.ledger.records.len());
        let known = self.done.iter().find(|done| done.key == asked.key).map(|done| done.command == asked.command);
        let answer = self.ledger.run(&asked.key, &asked.command, asked.at)?;
        match (&answer, known) {
            (Answer::Done(..), None) => self.done.push(asked.clone()),
            (Answer::Repeat(_), Some(true)) | (Answer::Declined(_), None | Some(false)) => {}
            _ => return Err(format!("a key stands for one command, and not for {asked:?}: {answer:?}")),
        }
        let Answer::Done(count, _) = answer else {
            let after = (&self.ledger.account, self.ledger.journal.len(), self.ledger.records.len());
            let same = (&before.0, before.1, before.2) == after;
            return if same { Ok((answer, Vec::new())) } else { Err(format!("{answer:?} changes something")) };
        };
        let entries = self.ledger.journal[self.ledger.journal.len() - count..].to_vec();
        Ok((answer, entries))
    }

    /// What a command would write, of which nothing is kept.
    pub(crate) fn would(&self, command: &Command, at: At) -> Result<Vec<Arc<Entry>>, DecideError> {
        let key = Key::new("what if").unwrap();
        let records = self.account().gather(&key, command, |name| self.ledger.records.get(name).cloned());
        match self.account().decide(&records, &key, command, at)? {
            Decision::Write(changes) => Ok(changes.entries),
            Decision::Repeat(_) => Ok(Vec::new()),
        }
    }

    /// The account as it is stored and read again.
    pub(crate) fn restore(&mut self) -> Result<(), String> {
        let read = serde_json::from_str(&self.ledger.stored()).map_err(|error| error.to_string())?;
        let restored = Account::from_snapshot(read).map_err(|corrupt| corrupt.to_string())?.under(self.book.clone());
        self.ledger.account = restored;
        Ok(())
    }

    pub(crate) fn view(&self, at: At) -> Result<AccountView, String> {
        self.account().view_at(at).map_err(|error| error.to_string())
    }
}

/// Makes commands under keys of their own.
#[derive(Default)]
pub(crate) struct Asker {
    keys: u64,
}

impl Asker {
    pub(crate) fn ask(&mut self, at: At, command: impl Into<Command>) -> Asked {
        self.keys += 1;
        Asked { at, key: Key::new(&format!("k{}", self.keys)).unwrap(), command: command.into() }
    }

    /// An invoice that nobody has paid yet.
    pub(crate) fn invoice(&self) -> Reference {
        Reference::new(&format!("in-{}", self.keys)).unwrap()
    }
}

pub(crate) fn start() -> At {
    "2026-11-24T12:34:56.789012Z".parse().unwrap()
}

pub(crate) fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn whole(amount: u64) -> Credits {
    Credits::from_whole(amount.try_into().unwrap())
}

pub(crate) fn reason() -> Reason {
    name("so it is")
}

/// An offset of so many minutes.
pub(crate) fn offset(minutes: i64) -> Zone {
    let sign = if minutes < 0 { '-' } else { '+' };
    name(&format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

pub(crate) fn plan(of: &str, edition: &str) -> Plan {
    Plan::new(name::<PlanName>(of), name::<EditionName>(edition), name::<Unit>("credits"))
}

pub(crate) fn allowance(of: &str, kind: GrantKind, amount: u64, every: Every) -> Allowance {
    Allowance::new(name::<AllowanceName>(of), kind, whole(amount), every).unwrap()
}

pub(crate) fn work() -> Work {
    Work::new(name::<Studio>("image"), name::<Model>("flux"))
}

pub(crate) fn spend(amount: u64) -> Spend {
    Spend::new(work(), whole(amount)).unwrap()
}

pub(crate) fn subscribe(plan: &Arc<Plan>, term: Term, reference: Reference) -> Command {
    SubscriptionCommand::Subscribe { plan: plan.clone(), term, reference, by: None }.into()
}

/// What changes nothing but that the account is touched.
pub(crate) fn touch() -> Command {
    Command::SetAutoTopUp { values: None, by: None }
}

/// Something with credits: a grant, a charge or a hold, or what becomes of a hold or a charge that there is.
pub(crate) fn money(chance: &mut Chance, life: &Life) -> Command {
    let holds: Vec<HoldId> = life.account().holds().map(|hold| hold.id.clone()).collect();
    let amount = chance.between(1, 40);
    match chance.below(7) {
        0 if !holds.is_empty() => Command::Release { hold: chance.pick(&holds).clone(), outcome: Outcome::Cancelled },
        1 | 2 if !holds.is_empty() => {
            let settlement = Settlement::exactly(whole(chance.between(0, 45))).unwrap();
            Command::Settle { hold: chance.pick(&holds).clone(), settlement }
        }
        3 if !life.done.is_empty() => {
            let charge = HoldId::from(&chance.pick(&life.done).key);
            Command::Refund { charge, amount: chance.maybe(50, |_| whole(amount)), reason: reason() }
        }
        4 => Command::Hold(spend(amount)),
        5 => Command::Grant(Grant::new(GrantKind::TopUp, whole(amount)).unwrap().into()),
        _ => Command::Charge(spend(amount)),
    }
}

/// An entry as a person would tell it.
pub(crate) fn told(entry: &Entry) -> String {
    format!("entry {}, {}", entry.seq, tell::entry(entry, DateTime::UNIX_EPOCH))
}

/// Counts what occurred.
pub(crate) fn count(tally: &mut Tally, entries: &[Entry]) {
    for entry in entries {
        tally.count(tally::fact(&entry.fact));
    }
}
