//! Files that are not opened, and what is told then.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use studio_credits::ledger::block_on;
use studio_credits::store::{Committed, LedgerStore, SchemaError, SqliteOptions, SqliteStore};

use super::batch::gifts;
use super::files::Folder;

/// A file with the tables, changed by somebody.
fn changed(folder: &Folder, sql: &str) -> std::path::PathBuf {
    let path = folder.file();
    SqliteStore::migrate(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    path
}

fn opened(path: &Path) -> String {
    SqliteStore::open(path).map_or_else(|error| error.to_string(), |_| "opened".to_owned())
}

fn migrated(path: &Path) -> String {
    SqliteStore::migrate(path).map_or_else(|error| error.to_string(), |()| "migrated".to_owned())
}

/// All that the file has, as text.
fn schema(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut all = connection.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
    all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn migrating_twice_is_migrating_once() {
    let folder = Folder::new();
    let path = folder.file();
    assert_eq!(migrated(&path), "migrated");
    let once = schema(&path);
    assert_eq!(migrated(&path), "migrated");
    assert_eq!(schema(&path), once);
    let versions = "SELECT group_concat(version) FROM studio_credits_migration";
    let versions: String = Connection::open(&path).unwrap().query_row(versions, [], |row| row.get(0)).unwrap();
    assert_eq!(versions, "1");
    assert_eq!(opened(&path), "opened");
}

#[test]
fn a_host_may_make_the_tables_itself() {
    let folder = Folder::new();
    let path = folder.file();
    Connection::open(&path).unwrap().execute_batch(&SqliteStore::MIGRATIONS.concat()).unwrap();
    assert_eq!(opened(&path), "opened");
    assert_eq!(migrated(&path), "migrated");
}

#[test]
fn what_a_host_adds_for_itself_is_no_fault() {
    let folder = Folder::new();
    let path = changed(
        &folder,
        "CREATE TABLE job (id TEXT PRIMARY KEY);
         CREATE TRIGGER job_added AFTER INSERT ON job BEGIN SELECT 1; END;
         CREATE INDEX by_kind ON studio_credits_entry (kind, at);
         CREATE VIEW studio_credits_rich AS SELECT account FROM studio_credits_account;",
    );
    assert_eq!(opened(&path), "opened");
}

#[test]
fn a_schema_that_is_another_is_told() {
    let folder = Folder::new();
    #[rustfmt::skip]
    let cases = [
        ("DROP TABLE studio_credits_migration", "there are no tables of version 1: run `migrate` once"),
        ("DELETE FROM studio_credits_migration", "the tables are of version 0, and this build needs 1: run `migrate`"),
        ("INSERT INTO studio_credits_migration (version) VALUES (7)", "the tables are of version 7, and this build knows 1 at most: run a newer build"),
        ("DROP TABLE studio_credits_entry", "the tables are not as `migrate` made them: `studio_credits_entry` is missing"),
        ("DROP INDEX studio_credits_record_done", "the tables are not as `migrate` made them: `studio_credits_record_done` is missing"),
        ("ALTER TABLE studio_credits_account ADD COLUMN note TEXT", "the tables are not as `migrate` made them: `studio_credits_account` was changed"),
        ("CREATE UNIQUE INDEX one_of_a_kind ON studio_credits_entry (kind)", "the tables are not as `migrate` made them: `one_of_a_kind` was added"),
        ("CREATE TRIGGER audit AFTER INSERT ON studio_credits_entry BEGIN SELECT 1; END", "the tables are not as `migrate` made them: `audit` was added"),
    ];
    for (sql, expected) in cases {
        let path = changed(&folder, sql);
        let before = schema(&path);
        assert_eq!(opened(&path), expected, "{sql}");
        assert_ne!(migrated(&path), "migrated", "{sql}");
        assert_eq!(schema(&path), before, "{sql}");
    }
}

#[test]
fn a_newer_schema_is_left_as_it_is() {
    let folder = Folder::new();
    let path = changed(&folder, "INSERT INTO studio_credits_migration (version) VALUES (7)");
    let before = fs::read(&path).unwrap();
    assert!(matches!(SqliteStore::migrate(&path), Err(SchemaError::Newer { found: 7, needed: 1 })));
    assert!(matches!(SqliteStore::open(&path), Err(SchemaError::Newer { found: 7, needed: 1 })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_path_that_leads_nowhere_is_told() {
    let folder = Folder::new();
    let (path, text) = (folder.file(), |path: &Path| format!("unable to open database file: {}", path.display()));
    assert_eq!(opened(&path), text(&path));
    assert!(!path.exists(), "opening makes no file");
    let nowhere = path.join("no").join("such.db");
    assert_eq!(opened(&nowhere), text(&nowhere));
    assert_eq!(migrated(&nowhere), text(&nowhere));
}

#[test]
fn a_file_that_is_something_else_is_told() {
    let folder = Folder::new();
    let path = folder.file();
    fs::write(&path, "this is a letter, and not a database; ".repeat(100)).unwrap();
    assert_eq!(opened(&path), "file is not a database");
    assert_eq!(migrated(&path), "file is not a database");
    fs::write(&path, "").unwrap();
    assert_eq!(opened(&path), "there are no tables of version 1: run `migrate` once");
    assert_eq!(opened(Path::new(":memory:")), "there are no tables of version 1: run `migrate` once");
}

#[test]
fn how_it_was_opened_is_told() {
    let folder = Folder::new();
    let store = folder.store(&SqliteOptions::default().with_readers(0));
    assert_eq!(format!("{store:?}"), format!("SqliteStore {{ path: {:?}, .. }}", store.path()));
}

#[test]
fn a_lock_is_waited_for_as_long_as_can_be_said() {
    let (folder, commits) = (Folder::new(), gifts(1));
    for lock_wait in [Duration::ZERO, Duration::from_secs(u64::from(u32::MAX)), Duration::MAX] {
        let store = folder.store(&SqliteOptions::default().with_lock_wait(lock_wait));
        assert_eq!(block_on(store.commit(&commits[0])).unwrap(), Committed::Applied, "{lock_wait:?}");
    }
}

#[test]
fn a_file_whose_log_cannot_be_written_ahead_is_told() {
    let folder = Folder::new();
    let path = folder.file();
    SqliteStore::migrate(&path).unwrap();
    // Without locks between processes, there is no such log.
    for how in ["vfs=unix-none", "nolock=1"] {
        let uri = format!("file:{}?{how}", path.display());
        assert_eq!(opened(Path::new(&uri)), "the journal mode is `delete`, and has to be `wal`", "{how}");
    }
}
