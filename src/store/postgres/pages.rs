//! Rows of entries and of records, as they are read.

use std::sync::Arc;

use tokio_postgres::Row;

use super::server::Server;
use crate::{
    ids::AccountId,
    journal::{Entry, Record},
    store::{
        StoreError,
        row::{self, RecordText},
    },
};

/// How many entries a page has at most, whatever is asked for.
const PAGE: usize = 5_000;

/// A page as numbers of the database; none where it is empty for sure.
pub(super) fn bounds(after: u64, max: usize) -> Option<(i64, i64)> {
    let after = i64::try_from(after).ok()?;
    let max = i64::try_from(max.min(PAGE)).ok()?;
    (max > 0).then_some((after, max))
}

pub(super) async fn entries(
    server: &Arc<Server>,
    account: &AccountId,
    after: u64,
    max: usize,
) -> Result<Vec<Arc<Entry>>, StoreError> {
    let Some((after, max)) = bounds(after, max) else { return Ok(Vec::new()) };
    let whose = account.as_str().to_owned();
    let rows = server.ask(|statements| &statements.entries, [Box::new(whose), Box::new(after), Box::new(max)]).await?;
    read(account, &rows)
}

pub(super) fn read(account: &AccountId, rows: &[Row]) -> Result<Vec<Arc<Entry>>, StoreError> {
    let entry = |row: &Row| {
        let (seq, body) = (row.try_get(0), row.try_get(1));
        let (seq, body): (i64, &str) = (seq.map_err(StoreError::unknown)?, body.map_err(StoreError::unknown)?);
        row::entry(account, seq, body).map(Arc::new)
    };
    rows.iter().map(entry).collect()
}

/// A record of which the columns begin somewhere in a row: name, first and last entry, body, entries.
pub(super) fn record(account: &AccountId, row: &Row, from: usize) -> Result<Record, StoreError> {
    row::record(account, &text(row, from).map_err(StoreError::unknown)?)
}

fn text(row: &Row, from: usize) -> Result<RecordText<'_>, tokio_postgres::Error> {
    let [name, first, last, body, entries] = [0, 1, 2, 3, 4].map(|column| from.saturating_add(column));
    let (first, last): (Option<i64>, Option<i64>) = (row.try_get(first)?, row.try_get(last)?);
    Ok(RecordText {
        name: row.try_get(name)?,
        body: row.try_get(body)?,
        caused: first.zip(last).map(<[i64; 2]>::from),
        entries: row.try_get(entries)?,
    })
}
