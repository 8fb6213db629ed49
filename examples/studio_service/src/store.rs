//! Where the accounts are: a SQLite file, or a PostgreSQL server.

use std::{error::Error, path::Path};

use studio_credits::store::{
    AnyInventory, PostgresStore, SqliteStore,
    postgres::{
        deadpool_postgres::{Manager, Pool},
        tokio_postgres::{Config, NoTls},
    },
};

/// Why a service does not start.
pub type Failure = Box<dyn Error + Send + Sync>;

/// One of two, chosen as the service starts.
#[derive(Clone, Debug)]
pub struct Store(pub(crate) AnyInventory);

impl Store {
    /// A file, which is made if it is not there.
    pub fn sqlite(path: impl AsRef<Path>) -> Result<Self, Failure> {
        SqliteStore::migrate(&path)?;
        Ok(Self(AnyInventory::new(SqliteStore::open(path)?)))
    }

    /// A server, in a schema that is made if it is not there.
    pub async fn postgres(url: &str) -> Result<Self, Failure> {
        let config: Config = url.parse()?;
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(10).build()?;
        PostgresStore::migrate(&pool).await?;
        Ok(Self(AnyInventory::new(PostgresStore::open(pool).await?)))
    }
}
