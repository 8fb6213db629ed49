//! PostgreSQL.
//!
#![doc = include_str!("postgres/guide.md")]

mod commits;
mod fault;
mod inventory;
mod loads;
mod pages;
mod queue;
mod schema;
mod server;
mod shape;
mod statements;
mod within;

use std::{fmt, sync::Arc, time::Duration};

pub use deadpool_postgres;
use deadpool_postgres::Pool;
pub use tokio_postgres;

use self::{loads::Ask, queue::Queue, server::Server};
pub use self::{
    schema::{Migration, PostgresSchema},
    within::Within,
};
use super::{Commit, Committed, Freshness, LedgerStore, Loaded, SchemaError, StoreError, row::Rows};
use crate::{
    ids::AccountId,
    journal::{Entry, RecordName},
};

/// How many statements of commits, and as many of loads, are under way at once.
const WIDTH: usize = 4;

/// Journals in a PostgreSQL database, over a pool of connections that the caller makes. Copies share the queue.
///
/// ```no_run
/// use studio_credits::store::PostgresStore;
/// use studio_credits::store::postgres::deadpool_postgres::{Manager, Pool, QueueMode};
/// use studio_credits::store::postgres::tokio_postgres;
/// use studio_credits::{Unit, ledger::Ledger};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config: tokio_postgres::Config = std::env::var("DATABASE_URL")?.parse()?;
/// let manager = Manager::new(config, tokio_postgres::NoTls);
/// let pool = Pool::builder(manager).max_size(8).queue_mode(QueueMode::Lifo).build()?;
/// PostgresStore::migrate(&pool).await?;
/// let ledger = Ledger::new(PostgresStore::open(pool).await?, Unit::new("credits")?).with_lanes();
/// # drop(ledger);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    server: Arc<Server>,
    commits: Arc<Queue<Rows>>,
    loads: Arc<Queue<Ask>>,
}

impl PostgresStore {
    /// A store over the tables in the schema `studio_credits`; for another schema, [`PostgresSchema::open`].
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where there are no tables, other ones, or no server.
    pub async fn open(pool: Pool) -> Result<Self, SchemaError> {
        PostgresSchema::default().open(pool).await
    }

    /// Makes the tables in the schema `studio_credits`, or brings them up to date: [`PostgresSchema::migrate`].
    ///
    /// # Errors
    ///
    /// [`SchemaError::Newer`] for the tables of a later build; [`SchemaError::Database`] when the server has no answer,
    /// or a refusal. Nothing was changed then, or all of it where the last answer was lost: once more is safe.
    pub async fn migrate(pool: &Pool) -> Result<(), SchemaError> {
        PostgresSchema::default().migrate(pool).await
    }

    /// The SQL that makes the tables in the schema `studio_credits`: [`PostgresSchema::migrations`].
    pub fn migrations() -> Vec<Migration> {
        PostgresSchema::default().migrations()
    }

    fn over(server: Server) -> Self {
        let (commits, loads) = (Arc::new(Queue::new(WIDTH)), Arc::new(Queue::new(WIDTH)));
        Self { server: Arc::new(server), commits, loads }
    }

    /// States how many statements of commits are under way at once at most, and as many of loads: 4 unless this is
    /// said, and 1 at least. Fewer make larger batches, which cost less each; more help where a commit takes long for
    /// its way to a disk or a standby.
    #[must_use = "the store is returned, not changed in place"]
    pub fn with_width(self, width: usize) -> Self {
        let width = width.max(1);
        Self { commits: Arc::new(Queue::new(width)), loads: Arc::new(Queue::new(width)), ..self }
    }

    /// States how long a connection, and then the answer to a statement, is waited for: 30 seconds unless this is said.
    /// What became of a commit is then unknown, and the connection is given up. What waits behind others for longer is
    /// not sent any more, and not written.
    #[must_use = "the store is returned, not changed in place"]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { server: Arc::new(Server { patience, ..Server::clone(&self.server) }), ..self }
    }

    /// The schema that the tables are in.
    pub fn schema(&self) -> &PostgresSchema {
        &self.server.schema
    }

    /// The pool that it uses.
    pub fn pool(&self) -> &Pool {
        &self.server.pool
    }
}

impl LedgerStore for PostgresStore {
    async fn load(&self, account: &AccountId, records: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let found = self.loads.run(&self.server, Ask::new(account, records)).await?;
        found.read(account)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        match Rows::of(commit)? {
            Some(rows) => self.commits.run(&self.server, rows).await,
            None => Ok(Committed::Conflict),
        }
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        pages::entries(&self.server, account, after, max).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("server", &self.server).finish_non_exhaustive()
    }
}
