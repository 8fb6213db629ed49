//! Whether the tables are as a migration made them.

use tokio_postgres::{Client, Row};

use super::database;
use crate::store::SchemaError;

/// Each column: of which table, its name, and what it is.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("account", "account", NAME),
    ("account", "available", AMOUNT),
    ("account", "body", NAME),
    ("account", "debt", AMOUNT),
    ("account", "held", AMOUNT),
    ("account", "lapses_at", "timestamp with time zone"),
    ("account", "plan", "text C"),
    ("account", "seq", NUMBER),
    ("account", "status", NAME),
    ("account", "unit", NAME),
    ("account", "version", NUMBER),
    ("entry", "account", NAME),
    ("entry", "at", "timestamp with time zone not null"),
    ("entry", "available", AMOUNT),
    ("entry", "body", NAME),
    ("entry", "held", AMOUNT),
    ("entry", "key", "text C"),
    ("entry", "kind", NAME),
    ("entry", "seq", NUMBER),
    ("record", "account", NAME),
    ("record", "body", NAME),
    ("record", "done_at", "timestamp with time zone"),
    ("record", "name", NAME),
];

const NAME: &str = "text C not null";
const AMOUNT: &str = "numeric not null";
const NUMBER: &str = "bigint not null";

/// Each table, and by what its rows are told apart.
const TABLES: &[(&str, &str)] = &[("account", "account"), ("entry", "account, seq"), ("record", "account, name")];

/// A column that a value is not needed for is somebody's own, and no harm.
const COLUMNS_FOUND: &str = "
SELECT c.relname::text, a.attname::text,
    format_type(a.atttypid, a.atttypmod) || coalesce(' ' || o.collname, '')
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
    a.attnotnull AND NOT a.atthasdef
FROM pg_namespace AS n
JOIN pg_class AS c ON c.relnamespace = n.oid
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation AS o ON o.oid = a.attcollation
WHERE n.nspname = $1 AND c.relname IN ('account', 'entry', 'record')";

const TABLES_FOUND: &str = "
SELECT c.relname::text, c.relpersistence::text, (
    SELECT string_agg(a.attname, ', ' ORDER BY k.place)
    FROM pg_index AS i
    CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_namespace AS n
JOIN pg_class AS c ON c.relnamespace = n.oid
WHERE n.nspname = $1 AND c.relname IN ('account', 'entry', 'record')";

pub(super) async fn check(client: &Client, schema: &str) -> Result<(), SchemaError> {
    let tables = client.query(TABLES_FOUND, &[&schema]).await.map_err(database)?;
    let columns = client.query(COLUMNS_FOUND, &[&schema]).await.map_err(database)?;
    match compared(&tables, &columns).map_err(database)? {
        None => Ok(()),
        Some(what) => Err(SchemaError::Edited { what }),
    }
}

/// What is first found to be different.
fn compared(tables: &[Row], columns: &[Row]) -> Result<Option<String>, tokio_postgres::Error> {
    for &(table, expected) in TABLES {
        let Some(row) = by_name(tables, &[table])? else { return Ok(Some(format!("there is no table `{table}`"))) };
        if row.try_get::<_, &str>(1)? != "p" {
            return Ok(Some(format!("table `{table}` does not outlive a crash, as it is unlogged or temporary")));
        }
        let key: Option<&str> = row.try_get(2)?;
        if key != Some(expected) {
            let key = key.map_or_else(|| "none".to_owned(), |key| format!("`({key})`"));
            return Ok(Some(format!("the primary key of table `{table}` is {key}, not `({expected})`")));
        }
    }
    for &(table, column, expected) in COLUMNS {
        let Some(row) = by_name(columns, &[table, column])? else {
            return Ok(Some(format!("there is no column `{column}` in table `{table}`")));
        };
        let found: &str = row.try_get(2)?;
        if found != expected {
            return Ok(Some(format!("column `{column}` of table `{table}` is `{found}`, not `{expected}`")));
        }
    }
    for row in columns {
        let (table, column): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        let is_known = COLUMNS.iter().any(|&(known, name, _)| (known, name) == (table, column));
        if !is_known && row.try_get(3)? {
            return Ok(Some(format!("column `{column}` of table `{table}` is a new one that needs a value")));
        }
    }
    Ok(None)
}

/// The row whose first values are these names.
fn by_name<'a>(rows: &'a [Row], names: &[&str]) -> Result<Option<&'a Row>, tokio_postgres::Error> {
    for row in rows {
        let mut is_it = true;
        for (place, name) in names.iter().enumerate() {
            is_it &= row.try_get::<_, &str>(place)? == *name;
        }
        if is_it {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
