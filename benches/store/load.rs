//! Clients that charge, or hold and settle, each one thing after the other, for a while.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::{
    AccountId, Credits, Grant, GrantKind, Key, Model, Settlement, Spend, Studio, Unit, Work,
    journal::Command,
    ledger::{Ledger, LedgerError},
    store::LedgerStore,
};
use tokio::{runtime::Runtime, sync::Barrier, task::JoinSet};

/// What a client does, over and over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Charge,
    HoldAndSettle,
}

/// How long clients are watched, and over how many accounts they are spread.
#[derive(Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) accounts: u64,
    pub(crate) time: Duration,
}

/// What came of it.
pub(crate) struct Figures {
    pub(crate) rate: f64,
    p50: Duration,
    p99: Duration,
    pub(crate) most: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50, p99, most } = self;
        let [p50, p99, most] = [p50, p99, most].map(|time| time.as_secs_f64() * 1e3);
        write!(f, "{rate:>8.0}/s  p50 {p50:>7.2}  p99 {p99:>7.2}  max {most:>7.1} ms")
    }
}

/// Each account of a store is given credits once.
pub(crate) fn ledger<S: LedgerStore + 'static>(runtime: &Runtime, store: S, accounts: u64) -> Arc<Ledger<S>> {
    let unit = Unit::new("credits").expect("a unit");
    let ledger = Arc::new(Ledger::new(store, unit).with_lanes().with_pause(tokio::time::sleep));
    let next = Arc::new(AtomicU64::new(0));
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (ledger, next) = (ledger.clone(), next.clone());
            tasks.spawn(async move {
                loop {
                    let account = next.fetch_add(1, Ordering::Relaxed);
                    if account >= accounts {
                        break;
                    }
                    let grant = Grant::new(GrantKind::TopUp, Credits::from_whole(2_000_000_000)).expect("a grant");
                    run(&ledger, &account_of(account), "grant", Command::Grant(grant.into())).await;
                }
            });
        }
        tasks.join_all().await;
    });
    ledger
}

/// So many clients for so long: how much they got done, and how long each waited for it. `round` keeps their keys from
/// those of before.
pub(crate) fn measure<S: LedgerStore + 'static>(
    runtime: &Runtime,
    ledger: &Arc<Ledger<S>>,
    (scene, clients, round): (Scene, u64, &str),
    deed: Deed,
) -> Figures {
    let (waits, time) = runtime.block_on(async {
        let start = Arc::new(Barrier::new(usize::try_from(clients).expect("so many") + 1));
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            let (ledger, start, round) = (ledger.clone(), start.clone(), round.to_owned());
            tasks.spawn(async move {
                start.wait().await;
                let (mut waits, begun) = (Vec::new(), Instant::now());
                for number in 0_u64.. {
                    // Spread as hashing would, without two clients in step.
                    let account = account_of((client.wrapping_mul(7_919).wrapping_add(number * 31)) % scene.accounts);
                    let key = format!("{round}/{client}/{number}");
                    let asked = Instant::now();
                    match deed {
                        Deed::Charge => run(&ledger, &account, &key, Command::Charge(spend())).await,
                        Deed::HoldAndSettle => {
                            run(&ledger, &account, &key, Command::Hold(spend())).await;
                            let (hold, settlement) = (key.parse().expect("a name"), Settlement::whole());
                            run(&ledger, &account, &format!("{key}/end"), Command::Settle { hold, settlement }).await;
                        }
                    }
                    waits.push(asked.elapsed());
                    if begun.elapsed() >= scene.time {
                        break;
                    }
                }
                waits
            });
        }
        start.wait().await;
        let begun = Instant::now();
        (tasks.join_all().await.concat(), begun.elapsed())
    });
    figures(waits, time)
}

fn figures(mut waits: Vec<Duration>, time: Duration) -> Figures {
    waits.sort_unstable();
    let part = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
    let done = u32::try_from(waits.len()).expect("so many");
    Figures { rate: f64::from(done) / time.as_secs_f64(), p50: part(50), p99: part(99), most: part(100) }
}

/// Asks until it is done, as a client would.
async fn run<S: LedgerStore>(ledger: &Ledger<S>, account: &AccountId, key: &str, command: Command) {
    let key = Key::new(key).expect("a key");
    loop {
        match ledger.run(account, &key, command.clone(), now()).await {
            Ok(_) => return,
            Err(LedgerError::Busy { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn spend() -> Spend {
    let work = Work::new(Studio::new("image").expect("a studio"), Model::new("flux").expect("a model"));
    Spend::new(work, Credits::from_whole(1)).expect("an amount")
}

fn account_of(number: u64) -> AccountId {
    AccountId::new(&format!("user-{number}")).expect("a name")
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_795_000_000)
}
