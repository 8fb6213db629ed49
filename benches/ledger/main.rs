//! What a ledger costs on top of the rules: loading, deciding and committing.
//!
//! - Memory: holds and their settlements, over one account and many, by one client and 64.
//! - Hot: one account and 64 clients over a store that takes 2 ms a commit, lanes against retries.
//! - History: the balance and the credits window of an account with forty entries and with a million.
//!
//! `cargo bench --features lanes --bench ledger` prints the figures. `-- --test` runs each case once and smaller.

mod history;
mod slow;

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use slow::SlowStore;
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Model, Settlement, Spend, Studio, Unit, Work,
    journal::Command,
    ledger::{Ledger, LedgerError},
    store::{LedgerStore, MemoryStore},
};
use tokio::{runtime::Runtime, task::JoinSet};

/// What a store takes for a commit, where it is slow.
const COMMIT: Duration = Duration::from_millis(2);

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let runtime = Runtime::new().expect("a runtime");
    println!("memory: pairs of hold and settle a second");
    let pairs = if test { 64 } else { 40_000 };
    for (accounts, clients) in [(1, 1), (1, 64), (256, 1), (256, 64)] {
        let [plain, lanes] = [false, true].map(|lanes| {
            let ledger = ledger(MemoryStore::default(), lanes);
            runtime.block_on(run(ledger, accounts, clients, pairs / clients)).rate() / 2.0
        });
        println!("  {accounts:>3} accounts, {clients:>2} clients: {plain:>9.0}, with lanes {lanes:>9.0}");
    }
    println!("a store of {} ms a commit, one account: commands a second", COMMIT.as_millis());
    let rounds = if test { 1 } else { 5 };
    for clients in [1, 64] {
        let [retried, lanes] = [false, true].map(|lanes| {
            let pairs = if test {
                1
            } else if lanes {
                200
            } else {
                4
            };
            let mut rates: Vec<f64> = (0..rounds)
                .map(|_| {
                    let ledger = ledger(SlowStore::new(COMMIT), lanes);
                    runtime.block_on(run(ledger, 1, clients, pairs)).rate()
                })
                .collect();
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        });
        println!(
            "  {clients:>2} clients: retried compare-and-set {retried:>7.0}, lanes {lanes:>7.0}: {:.1} times",
            lanes / retried
        );
    }
    history::compare(&runtime, if test { 1_000 } else { 1_000_000 });
}

struct Done {
    commands: u32,
    time: Duration,
}

impl Done {
    /// Commands a second.
    fn rate(&self) -> f64 {
        f64::from(self.commands) / self.time.as_secs_f64()
    }
}

/// Clients that hold and settle, each one pair after the other.
async fn run<S: LedgerStore + 'static>(ledger: Ledger<S>, accounts: usize, clients: usize, pairs: usize) -> Done {
    let ledger = Arc::new(ledger);
    for account in 0..accounts {
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(1_000_000)).expect("a grant");
        ledger.grant(&account_of(account), &key("grant"), grant, now(0)).await.expect("credits");
    }
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let ledger = ledger.clone();
        tasks.spawn(async move {
            for pair in 0..pairs {
                let account = account_of((client + pair) % accounts);
                let (hold, settle) = (format!("{client}/{pair}"), format!("{client}/{pair}/end"));
                again(&ledger, &account, &hold, spend()).await;
                let hold = hold.parse().expect("a name");
                again(&ledger, &account, &settle, Command::Settle { hold, settlement: Settlement::whole() }).await;
            }
        });
    }
    tasks.join_all().await;
    let commands = u32::try_from(2 * clients * pairs).expect("so many");
    Done { commands, time: start.elapsed() }
}

/// Asks until it is done, as a client would.
async fn again<S: LedgerStore>(ledger: &Ledger<S>, account: &AccountId, name: &str, command: Command) {
    let key = key(name);
    loop {
        match ledger.run(account, &key, command.clone(), now(0)).await {
            Ok(_) => return,
            Err(LedgerError::Busy { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn ledger<S: LedgerStore>(store: S, lanes: bool) -> Ledger<S> {
    let ledger = Ledger::new(store, Unit::new("credits").expect("a unit")).with_pause(tokio::time::sleep);
    if lanes { ledger.with_lanes() } else { ledger }
}

fn spend() -> Command {
    let work = Work::new(Studio::new("image").expect("a studio"), Model::new("flux").expect("a model"));
    Command::Hold(Spend::new(work, Credits::from_whole(1)).expect("an amount"))
}

fn account_of(number: usize) -> AccountId {
    AccountId::new(&format!("user-{number}")).expect("a name")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn now(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_795_000_000 + seconds)
}
