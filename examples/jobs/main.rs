//! A job and the hold for it, in one transaction of the host's own: both are there, or neither.
//!
//! `cargo run --example jobs --features postgres` starts a server of its own from the binaries that are installed, and
//! removes it at the end. With `DATABASE_URL` it uses that server, and drops its schemas.

#[path = "../postgres_studio/database.rs"]
mod database;
#[path = "../postgres_studio/server.rs"]
#[expect(dead_code, reason = "nobody kills the server here")]
mod server;

use std::error::Error;
use std::process;

use chrono::{DateTime, Utc};
use database::Database;
use studio_credits::ledger::Ledger;
use studio_credits::pricing::CostEngine;
use studio_credits::store::PostgresStore;
use studio_credits::store::postgres::PostgresSchema;
use studio_credits::store::postgres::deadpool_postgres::Pool;
use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, Key, Unit, books};

type Failure = Box<dyn Error + Send + Sync>;

/// A host with a table of its own beside the accounts.
struct Host {
    store: PostgresStore,
    pool: Pool,
    engine: CostEngine,
    unit: Unit,
    schema: PostgresSchema,
    now: DateTime<Utc>,
}

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run())
}

async fn run() -> Result<(), Failure> {
    let Database { pool, server } = Database::open(4)?;
    let schema = PostgresSchema::named(&format!("jobs_{}", process::id()))?;
    schema.migrate(&pool).await?;
    pool.get().await?.batch_execute(&format!("CREATE TABLE {schema}.job (id text PRIMARY KEY, prompt text)")).await?;
    let host = Host {
        store: schema.open(pool.clone()).await?,
        pool,
        engine: CostEngine::new(&books::imagineart())?,
        unit: Unit::new("credits")?,
        schema,
        now: "2026-11-25T12:00:00Z".parse()?,
    };
    let user = AccountId::new("user-7")?;
    let grant = Grant::new(GrantKind::Free, Credits::from_whole(60))?;
    host.ledger().grant(&user, &Key::new("sign-up")?, grant, host.now).await?;

    host.begin(&user, "job-1", "a lighthouse at dawn").await?;
    host.tell(&user, "job-1 is begun").await?;
    let refused =
        host.begin(&user, "job-2", "a lighthouse at noon").await.err().ok_or("there is enough for two jobs")?;
    host.tell(&user, &format!("job-2 is not, as {refused}")).await?;
    let twice = host.begin(&user, "job-1", "a lighthouse at night").await.err().ok_or("job-1 is there twice")?;
    drop(twice);
    host.tell(&user, "job-1 cannot begin twice").await?;
    host.pool.get().await?.batch_execute(&format!("DROP SCHEMA {} CASCADE", host.schema)).await?;
    drop(server);
    Ok(())
}

impl Host {
    fn ledger(&self) -> Ledger<&PostgresStore> {
        Ledger::new(&self.store, self.unit.clone())
    }

    /// Notes a job and holds its price. If this ends early, in whatever way, neither was done.
    async fn begin(&self, user: &AccountId, job: &str, prompt: &str) -> Result<(), Failure> {
        let request = GenerationRequest::new("image", "nano-banana-2")?;
        let quote = self.engine.quote(&request, self.now)?;
        let mut client = self.pool.get().await?;
        let transaction = client.transaction().await?;
        let insert = format!("INSERT INTO {}.job (id, prompt) VALUES ($1, $2)", self.schema);
        transaction.execute(&insert, &[&job, &prompt]).await?;
        let ledger = Ledger::new(self.store.within(&transaction), self.unit.clone());
        ledger.hold(user, &Key::new(job)?, &quote, self.now).await?;
        drop(ledger);
        transaction.commit().await?;
        Ok(())
    }

    async fn tell(&self, user: &AccountId, what: &str) -> Result<(), Failure> {
        let count = format!("SELECT count(*) FROM {}.job", self.schema);
        let jobs: i64 = self.pool.get().await?.query_one(&count, &[]).await?.get(0);
        let balance = self.ledger().balance(user, self.now).await?;
        println!("{what}: {jobs} jobs, {} held, {} available", balance.held, balance.available);
        Ok(())
    }
}
