//! Many tasks that pay from one account at the same moment: a check before a charge, beside a hold.
//!
//! `cargo run --example race -- --tasks 50 --amount 90 --balance 600`; with `--features sqlite`, over a file as well.

use std::{
    env,
    error::Error,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Model, Spend, Studio, Unit, Work,
    journal::Command,
    ledger::{Ledger, LedgerError, block_on},
    store::{LedgerStore, MemoryStore},
};

struct Race {
    tasks: u32,
    amount: i32,
    balance: i32,
}

fn main() -> Result<(), Box<dyn Error>> {
    for line in lines(env::args().skip(1))? {
        println!("{line}");
    }
    Ok(())
}

pub(crate) fn lines(mut args: impl Iterator<Item = String>) -> Result<Vec<String>, Box<dyn Error>> {
    let mut race = Race { tasks: 50, amount: 90, balance: 600 };
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("`{name}` has no number"))?;
        match name.as_str() {
            "--tasks" => race.tasks = value.parse()?,
            "--amount" => race.amount = value.parse()?,
            "--balance" => race.balance = value.parse()?,
            _ => return Err(format!("`{name}` is unknown: there are --tasks, --amount and --balance").into()),
        }
    }
    if race.tasks == 0 || race.tasks > 1_000 || race.amount <= 0 || race.balance <= 0 {
        return Err("1 to 1000 tasks, and amounts above 0".into());
    }
    Ok(vec![
        race.checked()?,
        race.held("studio-credits", MemoryStore::default())?,
        #[cfg(feature = "sqlite")]
        race.on_a_file()?,
    ])
}

impl Race {
    /// Looks at the balance, and then takes the amount: everybody has looked before anybody takes.
    fn checked(&self) -> Result<String, Box<dyn Error>> {
        let (balance, admitted, all_looked) =
            (Mutex::new(i64::from(self.balance)), AtomicU32::new(0), Barrier::new(usize::try_from(self.tasks)?));
        thread::scope(|scope| {
            for _ in 0..self.tasks {
                scope.spawn(|| {
                    let enough = *balance.lock().expect("a lock") >= i64::from(self.amount);
                    all_looked.wait();
                    if enough {
                        *balance.lock().expect("a lock") -= i64::from(self.amount);
                        admitted.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Ok(self.told("check, then charge", admitted.into_inner(), &balance.into_inner()?.to_string()))
    }

    /// Holds the amount: each hold is decided on top of all others.
    fn held(&self, name: &str, store: impl LedgerStore) -> Result<String, Box<dyn Error>> {
        let ledger = Ledger::new(store, Unit::new("credits")?).with_pause(|duration| {
            thread::sleep(duration);
            std::future::ready(())
        });
        let now: DateTime<Utc> = "2026-11-25T12:00:00Z".parse()?;
        let user = AccountId::new("user-7")?;
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(self.balance))?;
        block_on(ledger.grant(&user, &Key::new("sign-up")?, grant, now))?;
        let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
        let hold = Command::Hold(Spend::new(work, Credits::from_whole(self.amount))?);

        let admitted = AtomicU32::new(0);
        thread::scope(|scope| {
            for task in 0..self.tasks {
                let (ledger, user, hold, admitted) = (&ledger, &user, &hold, &admitted);
                scope.spawn(move || {
                    let key = Key::new(&format!("job-{task}")).expect("a key");
                    loop {
                        match block_on(ledger.run(user, &key, hold.clone(), now)) {
                            Ok(_) => {
                                admitted.fetch_add(1, Ordering::SeqCst);
                                break;
                            }
                            Err(LedgerError::Declined(_)) => break,
                            Err(LedgerError::Busy { .. }) => {} // nothing was done: once more
                            Err(error) => panic!("{error}"),
                        }
                    }
                });
            }
        });
        let available = block_on(ledger.balance(&user, now))?.available;
        Ok(self.told(name, admitted.into_inner(), &available.to_string()))
    }

    /// The same over a SQLite file.
    #[cfg(feature = "sqlite")]
    fn on_a_file(&self) -> Result<String, Box<dyn Error>> {
        use std::{fs, process, sync::atomic::AtomicUsize};
        use studio_credits::store::SqliteStore;

        static FOLDERS: AtomicUsize = AtomicUsize::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("studio-credits-race-{}-{number}", process::id()));
        fs::create_dir_all(&folder)?;
        let path = folder.join("race.db");
        SqliteStore::migrate(&path)?;
        let line = self.held("studio-credits, in a SQLite file", SqliteStore::open(&path)?);
        fs::remove_dir_all(&folder)?;
        line
    }

    fn told(&self, name: &str, admitted: u32, available: &str) -> String {
        format!("{name}: admitted {admitted}, available {available}, refused {}", self.tasks - admitted)
    }
}
