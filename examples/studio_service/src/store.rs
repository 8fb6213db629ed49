//! Where the accounts are: a SQLite file, or a PostgreSQL server.

use std::{error::Error, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId,
    journal::{Entry, Record, RecordName},
    store::{
        Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, PostgresStore, SqliteStore, StoreError,
        postgres::{
            deadpool_postgres::{Manager, Pool},
            tokio_postgres::{Config, NoTls},
        },
    },
};

/// Why a service does not start.
pub type Failure = Box<dyn Error + Send + Sync>;

/// One of two, chosen as the service starts.
#[derive(Clone, Debug)]
pub enum Store {
    /// One file.
    Sqlite(SqliteStore),
    /// A server.
    Postgres(PostgresStore),
}

impl Store {
    /// A file, which is made if it is not there.
    pub fn sqlite(path: impl AsRef<Path>) -> Result<Self, Failure> {
        SqliteStore::migrate(&path)?;
        Ok(Self::Sqlite(SqliteStore::open(path)?))
    }

    /// A server, in a schema that is made if it is not there.
    pub async fn postgres(url: &str) -> Result<Self, Failure> {
        let config: Config = url.parse()?;
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(10).build()?;
        PostgresStore::migrate(&pool).await?;
        Ok(Self::Postgres(PostgresStore::open(pool).await?))
    }
}

impl LedgerStore for Store {
    async fn load(&self, account: &AccountId, records: &[RecordName], fresh: Freshness) -> Result<Loaded, StoreError> {
        match self {
            Self::Sqlite(store) => store.load(account, records, fresh).await,
            Self::Postgres(store) => store.load(account, records, fresh).await,
        }
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        match self {
            Self::Sqlite(store) => store.commit(commit).await,
            Self::Postgres(store) => store.commit(commit).await,
        }
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        match self {
            Self::Sqlite(store) => store.entries(account, after, max).await,
            Self::Postgres(store) => store.entries(account, after, max).await,
        }
    }
}

impl Inventory for Store {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        match self {
            Self::Sqlite(store) => store.accounts(listing, after, max).await,
            Self::Postgres(store) => store.accounts(listing, after, max).await,
        }
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        match self {
            Self::Sqlite(store) => store.records(account, after, max).await,
            Self::Postgres(store) => store.records(account, after, max).await,
        }
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(store) => store.forget_receipts(before, max).await,
            Self::Postgres(store) => store.forget_receipts(before, max).await,
        }
    }
}
