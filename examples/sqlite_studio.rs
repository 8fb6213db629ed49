//! A studio that keeps its accounts in a SQLite file, and survives being killed: run it twice.
//!
//! `cargo run --example sqlite_studio --features sqlite` works for a user, and is gone in the middle of a job. The next
//! run finds what was left, charges it, and goes on. The file is `studio-credits.db` in the working directory, or where the
//! first argument says.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    path::{Path, PathBuf},
    process,
    time::SystemTime,
};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, HoldId, Key, Model, Settlement, Spend, Studio, Unit, Work,
    journal::Command,
    ledger::{Ledger, block_on},
    store::{Freshness, Inventory, LedgerStore, Listing, SqliteStore},
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Answer {
    let path = env::args_os().nth(1).map_or_else(|| PathBuf::from("studio-credits.db"), Into::into);
    println!("{}", path.display());
    print!("{}", block_on(story(&path, SystemTime::now().into()))?);
    // As if it were killed: nothing is closed, and nobody says goodbye.
    process::exit(0)
}

/// One run: what was left is charged, a job is done, and another one is begun.
pub(crate) async fn story(path: &Path, now: DateTime<Utc>) -> Answer<String> {
    SqliteStore::migrate(path)?;
    let desk = Desk { ledger: Ledger::new(SqliteStore::open(path)?, Unit::new("credits")?), now };
    let (user, mut told) = (AccountId::new("user-7")?, String::new());
    // The same key in every run, so that it is given once.
    desk.run(&user, "sign-up", given(GrantKind::Free, 50)?).await?;

    for (account, hold) in desk.left_open().await? {
        let available = desk.settle(&account, &hold).await?;
        writeln!(told, "{hold:<8}was left by an earlier run, and is charged: {available:>3} available")?;
    }
    let next = desk.jobs_of(&user).await? + 1;
    if desk.available(&user).await? < Credits::from_whole(40) {
        let available = desk.run(&user, &format!("top-up-{next}"), given(GrantKind::TopUp, 100)?).await?;
        writeln!(told, "{:<8}is bought, as credits run out:              {available:>3} available", "top-up")?;
    }
    let (done, begun) = (HoldId::new(&format!("job-{next}"))?, HoldId::new(&format!("job-{}", next + 1))?);
    desk.hold(&user, &done).await?;
    let available = desk.settle(&user, &done).await?;
    writeln!(told, "{done:<8}is done, and is charged:                    {available:>3} available")?;
    let available = desk.hold(&user, &begun).await?;
    writeln!(told, "{begun:<8}is at work, and the program is gone:        {available:>3} available")?;
    Ok(told)
}

/// Where work is taken in.
struct Desk {
    ledger: Ledger<SqliteStore>,
    now: DateTime<Utc>,
}

impl Desk {
    /// Does it, once for each key, and tells what is available then.
    async fn run(&self, account: &AccountId, key: &str, command: Command) -> Answer<Credits> {
        self.ledger.run(account, &Key::new(key)?, command, self.now).await?;
        self.available(account).await
    }

    /// Sets 20 credits aside for an hour of work.
    async fn hold(&self, account: &AccountId, job: &HoldId) -> Answer<Credits> {
        let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
        self.run(account, job.as_str(), Command::Hold(Spend::new(work, Credits::from_whole(20))?)).await
    }

    /// Charges what was set aside, as the vendor has finished.
    async fn settle(&self, account: &AccountId, job: &HoldId) -> Answer<Credits> {
        let settle = Command::Settle { hold: job.clone(), settlement: Settlement::whole() };
        self.run(account, &format!("{job}/end"), settle).await
    }

    async fn available(&self, account: &AccountId) -> Answer<Credits> {
        Ok(self.ledger.balance(account, self.now).await?.available)
    }

    /// What is still set aside, in all accounts.
    async fn left_open(&self) -> Answer<Vec<(AccountId, HoldId)>> {
        let mut open = Vec::new();
        for account in self.ledger.store().accounts(Listing::Holding, None, 100).await? {
            let head = self.ledger.store().load(&account, &[], Freshness::Latest).await?.head;
            let snapshot = head.and_then(|head| head.snapshot).ok_or("the snapshot does not read")?;
            open.extend(snapshot.holds.iter().map(|hold| (account.clone(), hold.id.clone())));
        }
        Ok(open)
    }

    /// How many jobs there ever were.
    async fn jobs_of(&self, account: &AccountId) -> Answer<usize> {
        let entries = self.ledger.store().entries(account, 0, usize::MAX).await?;
        Ok(entries.iter().filter(|entry| entry.fact.kind() == "held").count())
    }
}

fn given(kind: GrantKind, credits: i32) -> Answer<Command> {
    Ok(Command::Grant(Grant::new(kind, Credits::from_whole(credits))?.into()))
}
