//! Clients who load, decide and commit, and what is stored of all they were told.

use std::collections::BTreeMap;

use super::{
    Subject,
    author::{Author, give, spend, unit},
    client::{Client, Told, account_of},
    crew::together,
    stop::{Verdict, difference, ensure, fail},
    trial::Trial,
};
use crate::{
    account::{Account, Declined},
    credits::Credits,
    ids::{AccountId, HoldId, Key, Reason},
    journal::{Command, Receipt, Record, RecordName},
    outcome::Outcome,
    settlement::Settlement,
    store::Head,
};

const CLIENTS: usize = 8;
const COMMANDS: usize = 25;
/// So many, as the race for one is soon over.
const HOLDS: usize = 5;

pub(super) fn many_clients<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("team-7")?);
    let commit = author.draft("gift", give(200)?)?;
    trial.write(&mut author, &commit)?;
    let receipts = together(CLIENTS, |client| {
        let mut customer = Customer { name: format!("client-{client}"), dice: Dice::of(client), ..Customer::default() };
        let mut client = Client::of(&trial, author.id());
        for at in 0..COMMANDS {
            customer.ask(&mut client, at)?;
        }
        Ok(customer.receipts)
    })?;
    let receipts: Vec<_> = receipts.into_iter().flatten().map(|(receipt, _)| receipt).collect();
    audit(&trial, author.id(), &receipts)?;
    Ok(())
}

pub(super) fn one_settles<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(200)?)?;
    trial.write(&mut author, &commit)?;
    let holds = (0..HOLDS).map(|nth| Ok((format!("job-{nth}"), Command::Hold(spend(8)?))));
    let commit = author.draft_all(holds.collect::<Verdict<Vec<_>>>()?)?;
    trial.write(&mut author, &commit)?;
    let mut receipts = Vec::new();
    for nth in 0..HOLDS {
        let won = settle_often(&trial, author.id(), &HoldId::new(&format!("job-{nth}"))?)?;
        ensure(won.len() == 1, || format!("of 100 settles of hold `job-{nth}`, {} are done", won.len()))?;
        receipts.extend(won);
    }
    let (_, account) = audit(&trial, author.id(), &receipts)?;
    let spent = account.totals().spent;
    ensure(spent.to_string() == "40", || format!("{spent} are spent after 5 holds of 8 were settled"))
}

/// Settles a hold 100 times, under as many keys, and tells which of them were done.
fn settle_often<S: Subject>(trial: &Trial<'_, S>, account: &AccountId, hold: &HoldId) -> Verdict<Vec<Receipt>> {
    let settle = Command::Settle { hold: hold.clone(), settlement: Settlement::whole() };
    let done = together(20, |client| {
        let mut done = Vec::new();
        for at in 0..5 {
            let key = Key::new(&format!("{hold}/settle-{client}/{at}"))?;
            match Client::of(trial, account).ask(&key, &settle)? {
                Told::Done(receipt) => done.push(receipt),
                Told::Declined(declined) if matches!(*declined, Declined::HoldResolved { .. }) => {}
                told => return fail(format!("a settle of hold `{hold}` comes to {told:?}")),
            }
        }
        Ok(done)
    })?;
    Ok(done.into_iter().flatten().collect())
}

/// What is stored of an account holds together, and has what clients were told was done, each exactly once.
pub(super) fn audit<S: Subject>(
    trial: &Trial<'_, S>,
    account: &AccountId,
    receipts: &[Receipt],
) -> Verdict<(Head, Account)> {
    let names: Vec<_> = receipts.iter().map(|receipt| RecordName::Receipt(receipt.key.clone())).collect();
    let loaded = trial.load(account, &names)?;
    let state = account_of(account, &loaded)?;
    let Some(head) = loaded.head else {
        return fail(format!("account `{account}` has no head, and commits to it were answered for"));
    };
    let journal = trial.journal(account)?;
    let folded = Account::from_entries(account.clone(), unit()?, journal.iter().map(AsRef::as_ref))?;
    ensure(folded == state, || {
        let found = difference(&folded.snapshot(), &state.snapshot());
        format!("the entries of account `{account}` add up to something else than its snapshot: {found}")
    })?;
    let mut stored: BTreeMap<_, _> = loaded.records.into_iter().map(|record| (record.name(), record)).collect();
    for receipt in receipts {
        let key = &receipt.key;
        let Some(Record::Receipt(found)) = stored.remove(&RecordName::Receipt(key.clone())) else {
            return fail(format!("`receipt/{key}` is not found, and its command was answered for"));
        };
        ensure(found == *receipt, || format!("`receipt/{key}` is {}", difference(receipt, &found)))?;
        let entries = journal.iter().filter(|entry| entry.key.as_ref() == Some(key));
        ensure(entries.eq(&receipt.entries), || {
            format!("the entries of key `{key}` are not in the journal as its receipt has them, once each")
        })?;
    }
    Ok((head, state))
}

/// Somebody who asks for one thing after the other, and remembers what came of it.
#[derive(Default)]
struct Customer {
    name: String,
    dice: Dice,
    receipts: Vec<(Receipt, Command)>,
    open: Vec<HoldId>,
    charged: Vec<HoldId>,
}

impl Customer {
    fn ask<S: Subject>(&mut self, client: &mut Client<'_, '_, S>, at: usize) -> Verdict {
        let key = Key::new(&format!("{}/{at}", self.name))?;
        let chance = self.dice.below(9);
        let command = match (chance, self.open.last(), self.charged.last()) {
            (0, ..) => give(10)?,
            (1, Some(hold), _) => Command::Release { hold: hold.clone(), outcome: Outcome::Cancelled },
            (2 | 3, Some(hold), _) => Command::Settle { hold: hold.clone(), settlement: Settlement::whole() },
            (4, _, Some(charge)) => {
                let amount = Some(Credits::from_whole(1));
                Command::Refund { charge: charge.clone(), amount, reason: Reason::new("it was black")? }
            }
            (5, ..) => Command::Charge(spend(3)?),
            (6, ..) => return self.repeat(client),
            _ => Command::Hold(spend(7)?),
        };
        let receipt = match client.ask(&key, &command)? {
            Told::Done(receipt) => receipt,
            Told::Declined(declined) if matches!(*declined, Declined::Insufficient { .. }) => return Ok(()),
            told => return fail(format!("{command:?} under key `{key}` comes to {told:?}")),
        };
        match &command {
            Command::Hold(_) => self.open.push(HoldId::from(&key)),
            Command::Charge(_) => self.charged.push(HoldId::from(&key)),
            Command::Settle { .. } => self.charged.extend(self.open.pop()),
            Command::Release { .. } => drop(self.open.pop()),
            // One refund a charge, so that none asks for more than is left.
            Command::Refund { .. } => drop(self.charged.pop()),
            _ => {}
        }
        self.receipts.push((receipt, command));
        Ok(())
    }

    /// Asks for something once more, as after a lost answer.
    fn repeat<S: Subject>(&mut self, client: &mut Client<'_, '_, S>) -> Verdict {
        let Some((receipt, command)) = self.receipts.get(self.dice.below(self.receipts.len())) else {
            return Ok(());
        };
        match client.ask(&receipt.key, command)? {
            Told::Repeated(again) if again == *receipt => Ok(()),
            told => fail(format!("{command:?} under key `{}`, asked for once more, comes to {told:?}", receipt.key)),
        }
    }
}

/// Numbers that look random, and are the same each time.
#[derive(Default)]
struct Dice(u64);

impl Dice {
    fn of(client: usize) -> Self {
        Self(u64::try_from(client).unwrap_or(0))
    }

    /// One of so many numbers from 0 on; 0 of none.
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(count).unwrap_or(0)
    }
}
