//! Clients who hold and settle, whatever happens meanwhile, and whether it all adds up afterwards.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use studio_credits::journal::Entry;
use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::pricing::{CostEngine, Quote};
use studio_credits::store::postgres::deadpool_postgres::Pool;
use studio_credits::store::{Commit, Freshness, LedgerStore, PostgresStore};
use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Unit, books};
use tokio::task::JoinSet;

pub(crate) static ENGINE: LazyLock<Arc<CostEngine>> =
    LazyLock::new(|| Arc::new(CostEngine::new(&books::imagineart()).unwrap()));

/// What everybody is given at first.
const GIFT: i32 = 1_000_000_000;
/// How often a client asks again before it gives up: longer than a fail-over takes.
const PATIENCE: u32 = 3_000;

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

pub(crate) fn account(number: usize) -> AccountId {
    AccountId::new(&format!("user-{number}")).unwrap()
}

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn quote() -> Quote<'static> {
    static REQUEST: LazyLock<GenerationRequest> =
        LazyLock::new(|| GenerationRequest::new("image", "nano-banana-2").unwrap());
    ENGINE.quote(&REQUEST, now()).unwrap()
}

pub(crate) fn gift() -> Grant {
    Grant::new(GrantKind::Reward, Credits::from_whole(GIFT)).unwrap()
}

pub(crate) fn ledger<S: LedgerStore>(store: S) -> Ledger<S> {
    let pause = |duration| tokio::time::sleep(duration);
    Ledger::new(store, Unit::new("credits").unwrap()).with_lanes().with_pause(pause)
}

/// A commit without entries on the version that an account is at, so that only the version can tell.
pub(crate) async fn fence(store: &PostgresStore, whose: &AccountId) -> Commit {
    let head = store.load(whose, &[], Freshness::Latest).await.unwrap().head.unwrap();
    Commit::new(whose.clone(), head.version, Vec::new(), head.snapshot.unwrap(), Vec::new())
}

/// How many clients do how much, on how many accounts.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) clients: usize,
    pub(crate) accounts: usize,
    pub(crate) jobs: usize,
}

impl Load {
    /// Has all jobs done: each client asks again, under the same key, until it has a receipt.
    pub(crate) async fn run(self, ledger: &Arc<Ledger<PostgresStore>>) {
        for number in 0..self.accounts {
            let whose = account(number);
            insistently(|| ledger.grant(&whose, &GIFT_KEY, gift(), now())).await;
        }
        let mut clients = JoinSet::new();
        for client in 0..self.clients {
            let ledger = ledger.clone();
            clients.spawn(async move {
                for job in 0..self.jobs {
                    self.one(&ledger, client, job).await;
                }
            });
        }
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
    }

    pub(crate) async fn one(self, ledger: &Ledger<PostgresStore>, client: usize, job: usize) {
        let whose = account((client * 7 + job) % self.accounts);
        let (name, quote) = (format!("job-{client}-{job}"), quote());
        let (begin, end, hold) = (key(&name), key(&format!("{name}/end")), HoldId::new(&name).unwrap());
        insistently(|| ledger.hold(&whose, &begin, &quote, now())).await;
        let done = Delivery::outputs(1);
        insistently(|| ledger.settle(&whose, &end, hold.clone(), done.clone(), &ENGINE, now())).await;
    }

    /// Everything was done once: the journals have each key once, and add up to the snapshots.
    pub(crate) async fn check(self, store: PostgresStore, pool: &Pool) {
        let fresh = || Ledger::new(store.clone(), Unit::new("credits").unwrap());
        let mut spent = Credits::ZERO;
        let mut keys = BTreeSet::new();
        let mut balances = Vec::new();
        for number in 0..self.accounts {
            let whose = account(number);
            for (place, entry) in (1..).zip(entries(&store, &whose).await) {
                assert_eq!(entry.seq, place, "account {whose}");
                // What opens an account is nobody's command.
                let Some(key) = entry.key.clone() else { continue };
                assert!(keys.insert((number, key.clone())), "key {key} of {whose} is there twice");
            }
            let balance = fresh().balance(&whose, now()).await.unwrap();
            assert_eq!(balance.held, Credits::ZERO, "account {whose}");
            spent = spent.checked_add(gift().amount().checked_sub(balance.available).unwrap()).unwrap();
            balances.push(balance);
        }
        let jobs = self.clients * self.jobs;
        assert_eq!(keys.len(), self.accounts + 2 * jobs, "each command left one entry");
        assert_eq!(spent, quote().total().checked_mul(jobs as u64).unwrap());
        // Without snapshots, the same comes of the entries alone.
        let sql = format!("UPDATE {}.account SET body = '{{}}'", store.schema());
        pool.get().await.unwrap().batch_execute(&sql).await.unwrap();
        for (number, balance) in balances.iter().enumerate() {
            assert_eq!(fresh().balance(&account(number), now()).await.unwrap(), *balance);
        }
    }
}

/// Clients who work until they are told to stop.
pub(crate) struct Crowd {
    clients: JoinSet<()>,
    is_over: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
}

impl Crowd {
    /// The clients of a load, whose accounts are open.
    pub(crate) fn start(load: Load, ledger: &Arc<Ledger<PostgresStore>>) -> Self {
        let mut crowd = Self { clients: JoinSet::new(), is_over: Arc::default(), done: Arc::default() };
        for client in 0..load.clients {
            let (ledger, is_over, done) = (ledger.clone(), crowd.is_over.clone(), crowd.done.clone());
            crowd.clients.spawn(async move {
                let mut job = 0;
                while !is_over.load(Ordering::Relaxed) {
                    load.one(&ledger, client, job).await;
                    done.fetch_add(1, Ordering::Relaxed);
                    job += 1;
                }
            });
        }
        crowd
    }

    /// Waits until so many more jobs are done.
    pub(crate) async fn more(&self, jobs: usize) {
        let before = self.done.load(Ordering::Relaxed);
        for _ in 0..1_200 {
            if self.done.load(Ordering::Relaxed) >= before + jobs {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no more than {} jobs in a minute", self.done.load(Ordering::Relaxed) - before);
    }

    /// How many jobs were done in all.
    pub(crate) async fn stop(mut self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(client) = self.clients.join_next().await {
            client.unwrap();
        }
        self.done.load(Ordering::Relaxed)
    }
}

/// All entries of an account, page by page.
async fn entries(store: &PostgresStore, whose: &AccountId) -> Vec<Arc<Entry>> {
    let mut all = Vec::new();
    loop {
        let page = store.entries(whose, all.len() as u64, usize::MAX).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

static GIFT_KEY: LazyLock<Key> = LazyLock::new(|| key("gift"));

/// Asks until there is an answer that is not about the store.
pub(crate) async fn insistently<T, F: Future<Output = Result<T, LedgerError>>>(mut ask: impl FnMut() -> F) -> T {
    for _ in 0..PATIENCE {
        match ask().await {
            Ok(answer) => return answer,
            Err(LedgerError::OutcomeUnknown { .. } | LedgerError::Unavailable { .. } | LedgerError::Busy { .. }) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the store does not come back");
}
