//! The statements of what is read.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::{
    super::{
        Loaded, StoreError,
        row::{self, RecordText},
    },
    fault::Halt,
};
use crate::{
    ids::AccountId,
    journal::{Entry, Record},
};

const HEAD: &str = "SELECT version, seq, snapshot FROM studio_credits_account WHERE account = ?1";

/// What a record is made of: a receipt has its entries in the journal.
macro_rules! select_record {
    ($rest:literal) => {
        concat!(
            "SELECT name, record, first_entry, last_entry, \
                (SELECT '[' || group_concat(entry, ',' ORDER BY seq) || ']' FROM studio_credits_entry AS entry \
                WHERE entry.account = record.account AND seq BETWEEN first_entry AND last_entry) \
            FROM studio_credits_record AS record WHERE account = ?1 AND ",
            $rest
        )
    };
}

const RECORD: &str = select_record!("name = ?2");

const ENTRIES: &str = "\
    SELECT seq, entry FROM studio_credits_entry WHERE account = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";

const RECORDS: &str = select_record!("name > ?2 ORDER BY name LIMIT ?3");

const ACCOUNTS: &str = "SELECT account FROM studio_credits_account WHERE account > ?1 ORDER BY account LIMIT ?2";

const HOLDING: &str = "\
    SELECT account FROM studio_credits_account WHERE account > ?1 AND lapses_at <= ?3 ORDER BY account LIMIT ?2";

pub(super) fn load(connection: &Connection, account: &AccountId, names: &[String]) -> Result<Loaded, Halt> {
    let mut statement = connection.prepare_cached(HEAD)?;
    let head = statement.query_row([account.as_str()], |row| {
        // A snapshot that is no text is one that does not read.
        Ok(row::head(account, row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str().unwrap_or_default()))
    });
    let head = head.optional()?.transpose()?;
    let mut records = Vec::new();
    for name in names {
        records.extend(all(connection, RECORD, (account.as_str(), name), |row| record(account, row))?);
    }
    Ok(Loaded::latest(head, records))
}

pub(super) fn entries(
    connection: &Connection,
    account: &AccountId,
    after: i64,
    max: i64,
) -> Result<Vec<Arc<Entry>>, Halt> {
    all(connection, ENTRIES, (account.as_str(), after, max), |row| {
        let (seq, body): (_, String) = row.try_into()?;
        Ok(row::entry(account, seq, &body)?.into())
    })
}

pub(super) fn records(
    connection: &Connection,
    account: &AccountId,
    after: &str,
    max: i64,
) -> Result<Vec<Record>, Halt> {
    all(connection, RECORDS, (account.as_str(), after, max), |row| record(account, row))
}

/// Accounts in their order; where an instant is named, in microseconds, those with a hold that is over by then.
pub(super) fn accounts(
    connection: &Connection,
    after: &str,
    max: i64,
    due: Option<i64>,
) -> Result<Vec<AccountId>, Halt> {
    let name = |row: &Row<'_>| Ok(AccountId::new(&row.get::<_, String>(0)?).map_err(StoreError::fatal)?);
    match due {
        None => all(connection, ACCOUNTS, (after, max), name),
        Some(at) => all(connection, HOLDING, (after, max, at), name),
    }
}

fn record(account: &AccountId, row: &Row<'_>) -> Result<Record, Halt> {
    let (name, body): (String, String) = (row.get(0)?, row.get(1)?);
    let (first, last): (Option<_>, Option<_>) = (row.get(2)?, row.get(3)?);
    let (caused, entries): (_, Option<String>) = (first.zip(last).map(<[i64; 2]>::from), row.get(4)?);
    Ok(row::record(account, &RecordText { name: &name, body: &body, caused, entries: entries.as_deref() })?)
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T, Halt>,
) -> Result<Vec<T>, Halt> {
    connection.prepare_cached(sql)?.query_and_then(params, read)?.collect()
}
