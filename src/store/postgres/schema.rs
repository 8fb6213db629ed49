//! The tables: how they are made, and whether they are as they were made.

use std::fmt;

use deadpool_postgres::{Object, Pool, PoolError};
use tokio::{runtime::Handle, time};
use tokio_postgres::error::SqlState;

use super::{
    PostgresStore,
    fault::Told,
    server::{PATIENCE, Server},
    shape,
};
use crate::store::SchemaError;

/// The version of the tables that this build needs.
const NEEDED: u32 = 1;

/// How often a migration is tried where another process migrates at the same time.
const TRIES: u32 = 10;

/// The longest name that the server does not cut.
const NAME_MAX: usize = 63;

/// What each version adds to the one before. What was released never changes.
const MIGRATIONS: [(u32, &str); 1] = [(1, include_str!("schema/1.sql"))];

/// Where the tables are: a schema of their own, `studio_credits` unless something else is said.
///
/// ```
/// use studio_credits::store::postgres::PostgresSchema;
///
/// let schema = PostgresSchema::named("billing")?;
/// let first = &schema.migrations()[0];
/// assert_eq!(first.version, 1);
/// assert!(first.sql.starts_with("CREATE SCHEMA IF NOT EXISTS \"billing\";\n"));
/// # Ok::<(), studio_credits::store::SchemaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresSchema(String);

/// One step from one version of the tables to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// The version of the tables after it.
    pub version: u32,
    /// What it does: statements for one transaction.
    pub sql: String,
}

impl Default for PostgresSchema {
    fn default() -> Self {
        Self("studio_credits".to_owned())
    }
}

impl PostgresSchema {
    /// A schema of another name: 1 to 63 lower-case letters, digits and `_`, not beginning with a digit or `pg_`.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Name`] for any other name.
    pub fn named(name: &str) -> Result<Self, SchemaError> {
        let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins_well = name.starts_with(|first: char| !first.is_ascii_digit()) && !name.starts_with("pg_");
        if begins_well && name.len() <= NAME_MAX && name.bytes().all(is_known) {
            return Ok(Self(name.to_owned()));
        }
        Err(SchemaError::Name { name: name.chars().take(NAME_MAX).collect() })
    }

    /// The SQL that makes the tables, step by step, for a host that runs it by itself. Run each step that is later than
    /// the version of the tables as one transaction, in their order.
    pub fn migrations(&self) -> Vec<Migration> {
        let steps = MIGRATIONS.iter().map(|&(version, sql)| Migration { version, sql: self.fill(sql) });
        steps.collect()
    }

    /// Makes the tables, or brings them up to date, in one transaction. Where nothing is to be done it does nothing,
    /// and several processes may do it at once. It needs a runtime of tokio, with I/O and time.
    ///
    /// A connection, and then the answers to all of it, are waited for 30 seconds each.
    ///
    /// ```no_run
    /// # use studio_credits::store::postgres::{PostgresSchema, deadpool_postgres::Pool};
    /// # async fn run(pool: Pool) -> Result<(), Box<dyn std::error::Error>> {
    /// PostgresSchema::named("billing")?.migrate(&pool).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SchemaError::Newer`] for the tables of a later build; [`SchemaError::Database`] when the server has no answer,
    /// or a refusal. Nothing was changed then, or all of it where the last answer was lost: once more is safe.
    pub async fn migrate(&self, pool: &Pool) -> Result<(), SchemaError> {
        let mut object = connected(pool).await?;
        match time::timeout(PATIENCE, self.migrate_on(&mut object)).await {
            Ok(done) => done,
            Err(_) => Err(given_up(object)),
        }
    }

    async fn migrate_on(&self, object: &mut Object) -> Result<(), SchemaError> {
        let mut tries = 1;
        loop {
            match self.migrate_once(object).await {
                Err(Stop::Server(error)) if is_raced(&error) && tries < TRIES => tries = tries.saturating_add(1),
                Err(Stop::Server(error)) => return Err(database(error)),
                Err(Stop::Schema(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// The first statement of a step notes its version, which no two transactions can: the second one waits for the
    /// first, fails, and looks again.
    async fn migrate_once(&self, object: &mut Object) -> Result<(), Stop> {
        let transaction = object.transaction().await?;
        let found = self.version(transaction.client()).await?.unwrap_or(0);
        if found > NEEDED {
            return Err(Stop::Schema(SchemaError::Newer { found, needed: NEEDED }));
        }
        for step in self.migrations().iter().filter(|step| step.version > found) {
            transaction.batch_execute(&step.sql).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A store over these tables. It is the runtime that this is called in which later sends what is asked, whoever
    /// asks: one of tokio, with I/O and time.
    ///
    /// A connection, and then the answers to all that is looked at, are waited for 30 seconds each.
    ///
    /// ```no_run
    /// # use studio_credits::store::postgres::{PostgresSchema, deadpool_postgres::Pool};
    /// # async fn run(pool: Pool) -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresSchema::named("billing")?.open(pool).await?;
    /// # drop(store);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where there are no tables, other ones, or no server.
    pub async fn open(&self, pool: Pool) -> Result<PostgresStore, SchemaError> {
        let runtime = Handle::try_current().map_err(|error| SchemaError::Database(error.into()))?;
        let object = connected(&pool).await?;
        match time::timeout(PATIENCE, self.check(&object)).await {
            Ok(checked) => checked?,
            Err(_) => return Err(given_up(object)),
        }
        drop(object);
        Ok(PostgresStore::over(Server::new(pool, runtime, self.clone())))
    }

    /// Whether the tables are those that this build needs.
    async fn check(&self, client: &tokio_postgres::Client) -> Result<(), SchemaError> {
        match self.version(client).await.map_err(database)? {
            None => Err(SchemaError::Missing { needed: NEEDED }),
            Some(found) if found < NEEDED => Err(SchemaError::Older { found, needed: NEEDED }),
            Some(found) if found > NEEDED => Err(SchemaError::Newer { found, needed: NEEDED }),
            Some(_) => shape::check(client, &self.0).await,
        }
    }

    /// The version of the tables; none where there is no table of versions.
    async fn version(&self, client: &tokio_postgres::Client) -> Result<Option<u32>, tokio_postgres::Error> {
        let sql = self.fill("SELECT to_regclass('{s}.migration') IS NOT NULL");
        if !client.query_one(&sql, &[]).await?.try_get::<_, bool>(0)? {
            return Ok(None);
        }
        let row = client.query_one(&self.fill("SELECT coalesce(max(version), 0) FROM {s}.migration"), &[]).await?;
        let version: i32 = row.try_get(0)?;
        Ok(Some(u32::try_from(version).unwrap_or(0)))
    }

    /// A text with the name of the schema in its places. The name has nothing that a quoted name could end with.
    pub(super) fn fill(&self, text: &str) -> String {
        text.replace("{s}", &format!("\"{}\"", self.0))
    }
}

impl fmt::Display for PostgresSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a migration is not done.
enum Stop {
    Server(tokio_postgres::Error),
    Schema(SchemaError),
}

impl From<tokio_postgres::Error> for Stop {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

async fn connected(pool: &Pool) -> Result<Object, SchemaError> {
    match time::timeout(PATIENCE, pool.get()).await {
        Ok(Ok(object)) => Ok(object),
        Ok(Err(PoolError::Backend(error))) => Err(database(error)),
        Ok(Err(other)) => Err(SchemaError::Database(other.into())),
        Err(_) => {
            Err(SchemaError::Database(format!("there was no connection within {} seconds", PATIENCE.as_secs()).into()))
        }
    }
}

/// Nobody is to find the answer of another on a connection, if it comes after all.
fn given_up(object: Object) -> SchemaError {
    drop(Object::take(object));
    SchemaError::Database(format!("the server has not answered within {} seconds", PATIENCE.as_secs()).into())
}

pub(super) fn database(error: tokio_postgres::Error) -> SchemaError {
    SchemaError::Database(Told::of(error).into())
}

/// Whether another process made the same at the same time, or the two met each other in another way.
fn is_raced(error: &tokio_postgres::Error) -> bool {
    let met = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_SCHEMA,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| met.contains(code))
}
