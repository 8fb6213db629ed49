//! What credits go through: they are granted, held for work, settled by what was delivered, and refunded.
//!
//! `cargo run --example lifecycle` prints what is available, held and spent after each step.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use studio_credits::account::{Account, Decision};
use studio_credits::journal::{Command, Record, RecordName};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Model, Outcome, Reason, Settlement, Spend, Studio, Unit, Work,
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Answer {
    print!("{}", story()?);
    Ok(())
}

/// The steps, each under a key of its own, and the table that they make.
pub(crate) fn story() -> Answer<String> {
    let mut wallet = Wallet::new("user-7")?;
    let mut table = format!("{:<44}{:>10}{:>6}{:>7}\n", "", "available", "held", "spent");
    let now = "2026-11-24T12:00:00Z".parse()?;

    let top_up = Grant::new(GrantKind::TopUp, Credits::from_whole(100))?;
    let video = Spend::new(Work::new(Studio::new("video")?, Model::new("kling-3.0")?), Credits::from_whole(40))?;
    let sketch = Spend::new(Work::new(Studio::new("sketch")?, Model::new("default")?), Credits::from_whole(8))?;
    let three_of_four = Settlement::items([(Outcome::Delivered, 3), (Outcome::Failed, 1)])?;
    let settle = Command::Settle { hold: "job-41".parse()?, settlement: three_of_four };
    let black = Command::Refund {
        charge: "job-41".parse()?,
        amount: Some(Credits::from_whole(10)),
        reason: Reason::new("one of the videos was black")?,
    };
    let cancelled = Command::Release { hold: "job-42".parse()?, outcome: Outcome::Cancelled };

    let steps = [
        ("grant 100, bought on top", "invoice-9", Command::Grant(top_up.into())),
        ("hold 40 for four videos", "job-41", Command::Hold(video)),
        ("settle: three came, one failed", "job-41/done", settle.clone()),
        ("settle once more, as after a lost answer", "job-41/done", settle),
        ("refund 10: one of the videos was black", "ticket-3", black),
        ("hold 8 for a sketch", "job-42", Command::Hold(sketch)),
        ("release: the user called it off", "job-42/done", cancelled),
    ];
    for (step, key, command) in steps {
        wallet.ask(key, &command, now)?;
        let totals = wallet.account.totals();
        writeln!(table, "{step:<44}{:>10}{:>6}{:>7}", totals.available, totals.held, totals.spent)?;
    }
    Ok(table)
}

/// An account, with a store in memory: its entries are folded as they come, and its records kept by name.
struct Wallet {
    account: Account,
    records: BTreeMap<RecordName, Record>,
}

impl Wallet {
    fn new(id: &str) -> Answer<Self> {
        let account = Account::new(AccountId::new(id)?, Unit::new("credits")?);
        Ok(Self { account, records: BTreeMap::new() })
    }

    /// Decides on a command with the records that it needs, and keeps what it writes.
    fn ask(&mut self, key: &str, command: &Command, now: DateTime<Utc>) -> Answer {
        let key = Key::new(key)?;
        let records = self.account.gather(&key, command, |name| self.records.get(name).cloned());
        if let Decision::Write(changes) = self.account.decide(&records, &key, command, now)? {
            for entry in &changes.entries {
                self.account.apply(entry)?;
            }
            self.records.extend(changes.into_records().map(|record| (record.name(), record)));
        }
        Ok(())
    }
}
