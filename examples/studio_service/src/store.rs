//! Where the accounts are: a SQLite file, a PostgreSQL server, or what else can tell what it has.

use std::{error::Error, path::Path};

use studio_credits::store::{
    AnyInventory, Inventory, PostgresStore, SqliteStore,
    postgres::{
        deadpool_postgres::{Manager, Pool, QueueMode},
        tokio_postgres::{Config, NoTls},
    },
};

/// Why a service does not start.
pub type Failure = Box<dyn Error + Send + Sync>;

/// One of any kind, chosen as the service starts.
#[derive(Clone, Debug)]
pub struct Store(pub(crate) AnyInventory);

impl Store {
    /// Any other one, such as one in memory.
    pub fn new(store: impl Inventory + 'static) -> Self {
        Self(AnyInventory::new(store))
    }

    /// A file, which is made if it is not there.
    pub fn sqlite(path: impl AsRef<Path>) -> Result<Self, Failure> {
        SqliteStore::migrate(&path)?;
        Ok(Self::new(SqliteStore::open(path)?))
    }

    /// A server, in a schema that is made if it is not there.
    pub async fn postgres(url: &str) -> Result<Self, Failure> {
        let config: Config = url.parse()?;
        let pool = Pool::builder(Manager::new(config, NoTls)).max_size(10).queue_mode(QueueMode::Lifo).build()?;
        PostgresStore::migrate(&pool).await?;
        Ok(Self::new(PostgresStore::open(pool).await?))
    }
}
