//! The statements of a commit.

use rusqlite::{Connection, params};

use super::super::row::{EntryRow, HeadRow, RecordRow, Rows};
use crate::{ids::Key, plan::PlanName};

const IS_THERE: &str = "SELECT 1 FROM studio_credits_record WHERE account = ?1 AND name = ?2";

/// Does nothing where the account is there. It takes the same values as `MOVE`, and has no use for the second.
const OPEN: &str = "\
    INSERT INTO studio_credits_account
        (account, version, seq, unit, status, plan, available, held, debt, lapses_at, snapshot)
    VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    ON CONFLICT (account) DO NOTHING";

const MOVE: &str = "\
    UPDATE studio_credits_account
    SET version = ?3, seq = ?4, unit = ?5, status = ?6, plan = ?7, available = ?8, held = ?9, debt = ?10,
        lapses_at = ?11, snapshot = ?12
    WHERE account = ?1 AND version = ?2";

const ADD_ENTRY: &str = "\
    INSERT INTO studio_credits_entry (account, seq, at, kind, key, available, held, entry)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const ADD_RECORD: &str = "\
    INSERT INTO studio_credits_record (account, name, done_at, first_entry, last_entry, record)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const PUT_RECORD: &str = "\
    INSERT INTO studio_credits_record (account, name, done_at, first_entry, last_entry, record)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (account, name) DO UPDATE
    SET done_at = excluded.done_at, first_entry = excluded.first_entry, last_entry = excluded.last_entry,
        record = excluded.record";

const FORGET: &str = "\
    DELETE FROM studio_credits_record WHERE rowid IN
        (SELECT rowid FROM studio_credits_record WHERE done_at < ?1 ORDER BY done_at LIMIT ?2)";

/// Writes all rows of a commit, or none if it conflicts with what there is: how many commits were written, 0 or 1.
pub(super) fn write(connection: &Connection, rows: &Rows) -> rusqlite::Result<usize> {
    let Rows { account, expected, head, entries, records } = rows;
    let account = account.as_str();
    let mut is_there = connection.prepare_cached(IS_THERE)?;
    for record in records.iter().filter(|record| record.is_new) {
        if is_there.exists((account, &record.name))? {
            return Ok(0);
        }
    }
    if put_head(connection, account, *expected, head)? == 0 {
        return Ok(0);
    }
    for entry in entries {
        add_entry(connection, account, entry)?;
    }
    for record in records {
        put_record(connection, account, record)?;
    }
    Ok(1)
}

fn put_head(connection: &Connection, account: &str, expected: i64, row: &HeadRow) -> rusqlite::Result<usize> {
    let HeadRow { version, seq, unit, status, plan, available, held, debt, lapses_at, body } = row;
    let sql = if expected == 0 { OPEN } else { MOVE };
    connection.prepare_cached(sql)?.execute(params![
        account,
        expected,
        version,
        seq,
        unit.as_str(),
        status,
        plan.as_ref().map(PlanName::as_str),
        available.to_string(),
        held.to_string(),
        debt.to_string(),
        lapses_at.map(|at| at.timestamp_micros()),
        body,
    ])
}

fn add_entry(connection: &Connection, account: &str, row: &EntryRow) -> rusqlite::Result<usize> {
    let EntryRow { seq, at, kind, key, available, held, body } = row;
    let (at, key) = (at.timestamp_micros(), key.as_ref().map(Key::as_str));
    let row = params![account, seq, at, kind, key, available.to_string(), held.to_string(), body];
    connection.prepare_cached(ADD_ENTRY)?.execute(row)
}

fn put_record(connection: &Connection, account: &str, row: &RecordRow) -> rusqlite::Result<usize> {
    let RecordRow { name, is_new, done_at, caused, body } = row;
    let sql = if *is_new { ADD_RECORD } else { PUT_RECORD };
    let [first, last] = [caused.map(|caused| caused[0]), caused.map(|caused| caused[1])];
    let row = params![account, name, done_at.map(|at| at.timestamp_micros()), first, last, body];
    connection.prepare_cached(sql)?.execute(row)
}

/// Deletes receipts of before an instant, in microseconds, the oldest first: how many it deleted.
pub(super) fn forget_receipts(connection: &Connection, before: i64, max: i64) -> rusqlite::Result<usize> {
    connection.prepare_cached(FORGET)?.execute((before, max))
}
