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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use rusqlite::StatementStatus;

    use super::{super::schema::MIGRATIONS, *};

    const FILL: &str = "
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
        INSERT INTO studio_credits_entry SELECT ?1, n, 0, 'granted', NULL, '1', '0', '{}' FROM n";

    const RECORDS_OF_ENTRIES: &str = "
        INSERT INTO studio_credits_record
        SELECT account, 'receipt/' || seq, 0, seq, seq, '{}' FROM studio_credits_entry";

    const HEADS: &str = "
        INSERT INTO studio_credits_account
        SELECT account || seq, 1, 1, 'credits', 'open', NULL, '1', '0', '0', NULL, '{}' FROM studio_credits_entry
        UNION ALL SELECT DISTINCT account, 1, 1, 'credits', 'open', NULL, '1', '0', '0', NULL, '{}'
        FROM studio_credits_entry";

    /// How many steps a statement takes, and how many rows it walks over.
    fn steps(connection: &Connection, sql: &str, params: impl Params) -> (i32, i32) {
        let mut statement = connection.prepare(sql).unwrap();
        let mut rows = statement.query(params).unwrap();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        (statement.get_status(StatementStatus::VmStep), statement.get_status(StatementStatus::FullscanStep))
    }

    #[test]
    fn a_large_account_takes_as_many_steps_as_a_small_one() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&MIGRATIONS.concat()).unwrap();
        for (account, entries) in [("small", 10), ("large", 50_000)] {
            connection.execute(FILL, (account, entries)).unwrap();
        }
        connection.execute_batch(&[RECORDS_OF_ENTRIES, HEADS, "ANALYZE"].join(";")).unwrap();
        let taken = |account: &str| {
            [
                steps(&connection, HEAD, [account]),
                steps(&connection, RECORD, (account, "receipt/7")),
                steps(&connection, RECORD, (account, "receipt/none")),
                steps(&connection, ENTRIES, (account, 5, 4)),
                steps(&connection, RECORDS, (account, "receipt/1", 4)),
            ]
        };
        // Whether a number is a constant of the format or takes bytes of its own may cost a step.
        for ((small, walked), (large, walked_too)) in taken("small").into_iter().zip(taken("large")) {
            assert_eq!((walked, walked_too), (0, 0));
            assert!(small < 300 && large <= small.saturating_add(4), "{small} and {large}");
        }
    }
}
