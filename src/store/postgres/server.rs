//! The server: one statement on a connection of the pool.

use std::{fmt, sync::Arc, time::Duration};

use deadpool_postgres::{Object, Pool};
use tokio::{runtime::Handle, time};
use tokio_postgres::{Row, types::ToSql};

use super::{fault::Trouble, schema::PostgresSchema, statements::Statements};
use crate::store::{Fate, StoreError};

/// How long a statement is waited for, unless something else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(super) struct Server {
    pub(super) pool: Pool,
    /// The runtime that the connections belong to, whoever asks.
    pub(super) runtime: Handle,
    pub(super) schema: PostgresSchema,
    pub(super) statements: Statements,
    pub(super) patience: Duration,
}

impl Server {
    pub(super) fn new(pool: Pool, runtime: Handle, schema: PostgresSchema) -> Self {
        let statements = Statements::of(&schema);
        Self { pool, runtime, schema, statements, patience: PATIENCE }
    }

    /// Sends a statement that is a transaction of its own, in one round trip where the connection has sent it before.
    ///
    /// Only tasks that nobody drops do this: one that is dropped would leave the answer to the next one's wait.
    pub(super) async fn send(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Trouble> {
        let object = match time::timeout(self.patience, self.pool.get()).await {
            Ok(object) => object.map_err(Trouble::without_connection)?,
            Err(_) => return Err(Trouble::late(Fate::NotWritten, "there was no connection to be had in time")),
        };
        let answer = self.send_on(&object, sql, values).await;
        if answer.as_ref().is_err_and(|trouble| trouble.is_spent) {
            drop(Object::take(object));
        }
        answer
    }

    /// Sends a statement from a task of its own, which goes on where the caller is dropped.
    pub(super) async fn ask<const N: usize>(
        self: &Arc<Self>,
        sql: fn(&Statements) -> &str,
        values: [Box<dyn ToSql + Send + Sync>; N],
    ) -> Result<Vec<Row>, StoreError> {
        let server = self.clone();
        let task = self.runtime.spawn(async move {
            let values = values.each_ref().map(|value| -> &(dyn ToSql + Sync) { &**value });
            server.send(sql(&server.statements), &values).await
        });
        match task.await {
            Ok(rows) => rows.map_err(|trouble| trouble.error),
            Err(error) => Err(StoreError::unknown(error)),
        }
    }

    async fn send_on(&self, object: &Object, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Trouble> {
        let statement = match time::timeout(self.patience, object.prepare_cached(sql)).await {
            Ok(statement) => statement.map_err(Trouble::before)?,
            Err(_) => return Err(Trouble::late(Fate::NotWritten, "the server has no answer to a statement's form")),
        };
        match time::timeout(self.patience, object.query(&statement, values)).await {
            Ok(rows) => rows.map_err(Trouble::during),
            Err(_) => Err(Trouble::late(Fate::Unknown, "the server has no answer in time")),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("pool", &self.pool.status())
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
