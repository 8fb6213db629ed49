//! A store inside a transaction of the caller's own.

use std::{fmt, sync::Arc};

use tokio_postgres::{
    Row, Transaction,
    types::{ToSql, Type},
};

use super::{
    PostgresStore,
    commits::{self, Columns},
    fault::Told,
    loads::{self, Ask},
    pages,
    statements::Statements,
};
use crate::{
    ids::AccountId,
    journal::{Entry, RecordName},
    store::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError, row::Rows},
};

/// The store inside a transaction of the caller's own, from [`PostgresStore::within`].
pub struct Within<'a> {
    transaction: &'a Transaction<'a>,
    statements: &'a Statements,
}

impl PostgresStore {
    /// The same accounts, inside a transaction of the caller's own: what a ledger over this does is done if the
    /// transaction commits, together with all else in it. The transaction must be of a connection to the same database.
    ///
    /// The row of an account that is written to stays locked until the transaction ends, so commands of others for the
    /// same account wait: keep the transaction short, and touch the accounts of one in the order of their names. An
    /// error ends the transaction: whatever its text, [nothing of it was written](crate::store::Fate::Fatal), and the
    /// caller may begin anew with the same key. A ledger with lanes in this or another process finds out by a conflict,
    /// and loads the account again.
    ///
    /// ```no_run
    /// # use studio_credits::{AccountId, Key, Unit, ledger::Ledger, store::PostgresStore};
    /// # async fn run(store: PostgresStore, account: AccountId, key: Key, quote: studio_credits::pricing::Quote<'_>)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// # let now = "2026-11-25T12:00:00Z".parse()?;
    /// let mut client = store.pool().get().await?;
    /// let transaction = client.transaction().await?;
    /// transaction.execute("INSERT INTO job (id) VALUES ($1)", &[&key.as_str()]).await?;
    /// let ledger = Ledger::new(store.within(&transaction), Unit::new("credits")?);
    /// ledger.hold(&account, &key, &quote, now).await?;
    /// drop(ledger);
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn within<'a>(&'a self, transaction: &'a Transaction<'a>) -> Within<'a> {
        Within { transaction, statements: &self.server.statements }
    }

    /// Writes one commit inside a transaction of the caller's own, as [`PostgresStore::within`] does.
    ///
    /// ```no_run
    /// # use studio_credits::store::{Commit, Committed, PostgresStore};
    /// # async fn run(store: PostgresStore, commit: Commit) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut client = store.pool().get().await?;
    /// let transaction = client.transaction().await?;
    /// if store.commit_in(&transaction, &commit).await? == Committed::Applied {
    ///     transaction.commit().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError::fatal`]: the transaction is over, and nothing of it was written.
    pub async fn commit_in(&self, transaction: &Transaction<'_>, commit: &Commit) -> Result<Committed, StoreError> {
        self.within(transaction).commit(commit).await
    }
}

impl Within<'_> {
    /// In one round trip, prepared or not.
    async fn send(&self, sql: &str, types: &[Type], values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let typed: Vec<_> = values.iter().copied().zip(types.iter().cloned()).collect();
        self.transaction.query_typed(sql, &typed).await.map_err(over)
    }
}

impl LedgerStore for Within<'_> {
    async fn load(&self, account: &AccountId, records: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let asks = [Ask::new(account, records)];
        let columns = loads::Columns::of(&asks);
        let rows = self.send(&self.statements.load, &loads::TYPES, &columns.values()).await?;
        let found = loads::found(1, rows).map_err(over)?;
        found.first().map_or_else(|| Ok(Loaded::latest(None, Vec::new())), |found| found.read(account))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let Some(commit) = Rows::of(commit)? else { return Ok(Committed::Conflict) };
        let commits = [commit];
        let columns = Columns::of(&commits);
        let rows = self.send(commits::statement(self.statements, &commits), &commits::TYPES, &columns.values()).await?;
        let outcomes = commits::outcomes(&commits, &rows).map_err(over)?;
        Ok(outcomes.first().copied().unwrap_or(Committed::Conflict))
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let Some((after, max)) = pages::bounds(after, max) else { return Ok(Vec::new()) };
        let types = [Type::TEXT, Type::INT8, Type::INT8];
        let rows = self.send(&self.statements.entries, &types, &[&account.as_str(), &after, &max]).await?;
        pages::read(account, &rows)
    }
}

impl fmt::Debug for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").finish_non_exhaustive()
    }
}

/// An error in a transaction ends it, and what it wrote is gone with it.
fn over(error: tokio_postgres::Error) -> StoreError {
    StoreError::fatal(Told::of(error))
}
