//! The tables: how they are made, and whether they are still so.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{super::SchemaError, fault::unopened};

/// What makes the tables of each version out of those before: as many as there are versions.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];

/// Makes the tables, or brings them up to this build, whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SchemaError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unopened)?;
    let done = version(&transaction)?.map_or(Ok(0), usize::try_from).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration).map_err(unopened)?;
    }
    check(&transaction)?;
    transaction.commit().map_err(unopened)
}

/// Whether the tables are those that this build makes.
pub(super) fn check(connection: &Connection) -> Result<(), SchemaError> {
    let needed = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    match version(connection)? {
        None => Err(SchemaError::Missing { needed }),
        Some(found) if found < needed => Err(SchemaError::Older { found, needed }),
        Some(found) if found > needed => Err(SchemaError::Newer { found, needed }),
        Some(_) => edited(connection).map_err(unopened)?.map_or(Ok(()), |what| Err(SchemaError::Edited { what })),
    }
}

/// The version of the tables; none where there are none.
fn version(connection: &Connection) -> Result<Option<u32>, SchemaError> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'studio_credits_migration'";
    if connection.query_row(table, [], |_| Ok(())).optional().map_err(unopened)?.is_none() {
        return Ok(None);
    }
    let last = "SELECT coalesce(max(version), 0) FROM studio_credits_migration";
    connection.query_row(last, [], |row| row.get(0)).map(Some).map_err(unopened)
}

/// What differs from the tables that the migrations make, if anything does. Further tables, views and plain indexes are
/// welcome; what could change or refuse a row is not.
fn edited(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(&MIGRATIONS.concat())?;
    let mut found = definitions(connection)?;
    for (name, made) in definitions(&fresh)? {
        match found.remove(&name) {
            Some(definition) if definition == made => {}
            Some(_) => return Ok(Some(format!("`{name}` was changed"))),
            None => return Ok(Some(format!("`{name}` is missing"))),
        }
    }
    let rule = |definition: &String| ["CREATE TRIGGER", "CREATE UNIQUE"].iter().any(|it| definition.starts_with(it));
    let added = found.into_iter().find(|(_, definition)| rule(definition));
    Ok(added.map(|(name, _)| format!("`{name}` was added")))
}

/// Everything that belongs to the tables, by name: SQLite keeps the text that it was made with.
fn definitions(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let all = "SELECT name, sql FROM sqlite_schema WHERE tbl_name GLOB 'studio_credits_*' AND sql IS NOT NULL";
    connection.prepare(all)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
