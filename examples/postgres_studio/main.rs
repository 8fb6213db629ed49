//! A small studio on PostgreSQL: three users, eight workers, and a server that is killed while they work.
//!
//! `cargo run --example postgres_studio --features lanes,postgres` starts a server of its own from the binaries that are
//! installed, and removes it at the end. With `DATABASE_URL` it uses that server, kills nothing, and drops its schema.

mod database;
mod server;

use std::error::Error;
use std::process;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use database::Database;
use studio_credits::ledger::{Answer, Ledger, LedgerError};
use studio_credits::pricing::CostEngine;
use studio_credits::store::PostgresStore;
use studio_credits::store::postgres::PostgresSchema;
use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, Key, Unit, books};
use tokio::task::JoinSet;

const WORKERS: usize = 8;
const JOBS: usize = 25;

type Failure = Box<dyn Error + Send + Sync>;

/// What every worker needs.
struct Studio {
    ledger: Ledger<PostgresStore>,
    engine: Arc<CostEngine>,
    now: DateTime<Utc>,
}

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run())
}

async fn run() -> Result<(), Failure> {
    let Database { pool, server } = Database::open(8)?;

    // A service does this once, as it is rolled out.
    let schema = PostgresSchema::named(&format!("postgres_studio_{}", process::id()))?;
    schema.migrate(&pool).await?;

    let store = schema.open(pool.clone()).await?;
    let ledger = Ledger::new(store, Unit::new("credits")?).with_lanes().with_pause(tokio::time::sleep);
    let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    let studio = Arc::new(Studio { ledger, engine, now: "2026-11-25T12:00:00Z".parse()? });
    for user in users()? {
        let grant = Grant::new(GrantKind::TopUp, Credits::from_whole(100_000))?;
        studio.ledger.grant(&user, &Key::new("invoice-1")?, grant, studio.now).await?;
    }

    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let studio = studio.clone();
        workers.spawn(async move { studio.work(worker).await });
    }
    if let Some(server) = &server {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.kill()?;
        println!("the server is killed, and starts again");
        server.start_again()?;
    }
    let mut asked_again = 0;
    while let Some(worker) = workers.join_next().await {
        asked_again += worker??;
    }
    println!("{} jobs are done; workers asked again {asked_again} times", WORKERS * JOBS);

    // The columns beside the journals are for people.
    let sql = format!("SELECT account, available::text, held::text, version FROM {schema}.account ORDER BY account");
    for row in pool.get().await?.query(&sql, &[]).await? {
        let (account, available, held): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
        println!("{account}: {available} available, {held} held, {} commits", row.get::<_, i64>(3));
    }
    let jobs = format!("SELECT count(DISTINCT (account, key)) FROM {schema}.entry WHERE kind = 'settled'");
    let settled: i64 = pool.get().await?.query_one(&jobs, &[]).await?.get(0);
    pool.get().await?.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await?;
    if usize::try_from(settled)? == WORKERS * JOBS {
        Ok(())
    } else {
        Err(format!("{settled} jobs were charged").into())
    }
}

fn users() -> Result<Vec<AccountId>, Failure> {
    Ok(["ada", "grace", "hedy"].into_iter().map(AccountId::new).collect::<Result<_, _>>()?)
}

impl Studio {
    /// Does jobs one after the other; how often it had to ask again.
    async fn work(&self, worker: usize) -> Result<u32, Failure> {
        let users = users()?;
        let request = GenerationRequest::new("image", "nano-banana-2")?;
        let mut again = 0;
        for job in 0..JOBS {
            let user = &users[job % users.len()];
            let quote = self.engine.quote(&request, self.now)?;
            let (begin, end) =
                (Key::new(&format!("job-{worker}-{job}"))?, Key::new(&format!("job-{worker}-{job}/end"))?);
            let hold = || self.ledger.hold(user, &begin, &quote, self.now);
            let held = insistently(hold, &mut again).await?;
            // Here the model would be at work.
            let settle = || self.ledger.settle(user, &end, &held, Delivery::outputs(1), &self.engine, self.now);
            insistently(settle, &mut again).await?;
        }
        Ok(again)
    }
}

/// Asks under the same key until the store has an answer: what was done before is not done again.
async fn insistently<F: Future<Output = Answer>>(ask: impl Fn() -> F, again: &mut u32) -> Answer {
    loop {
        match ask().await {
            Err(LedgerError::OutcomeUnknown { .. } | LedgerError::Unavailable { .. } | LedgerError::Busy { .. }) => {
                *again += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            answer => return answer,
        }
    }
}
