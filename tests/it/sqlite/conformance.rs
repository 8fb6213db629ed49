//! Every case of the kit.

use std::time::Duration;

use rusqlite::Connection;
use studio_credits::store::conformance::Subject;
use studio_credits::store::{SqliteOptions, SqliteStore};

use super::files::Folder;

mod cases {
    studio_credits::conformance_tests!(super::Files(super::Folder::new()));
    studio_credits::inventory_tests!(super::Files(super::Folder::new()));
}

/// What fails, step by step: a statement of a commit, so that the statement, the commit or the transaction is undone,
/// the end of the transaction, and its beginning.
const STEPS: &[&str] = &[
    "BEFORE INSERT ON studio_credits_account BEGIN SELECT RAISE(ABORT, 'disturbed'); END",
    "BEFORE UPDATE ON studio_credits_account BEGIN SELECT RAISE(ABORT, 'disturbed'); END",
    "AFTER UPDATE ON studio_credits_account BEGIN SELECT RAISE(FAIL, 'disturbed'); END",
    "BEFORE INSERT ON studio_credits_entry BEGIN SELECT RAISE(ROLLBACK, 'disturbed'); END",
    "AFTER INSERT ON studio_credits_entry BEGIN SELECT RAISE(FAIL, 'disturbed'); END",
    "BEFORE INSERT ON studio_credits_record BEGIN SELECT RAISE(ROLLBACK, 'disturbed'); END",
    "AFTER INSERT ON studio_credits_record BEGIN SELECT RAISE(FAIL, 'disturbed'); END",
    "AFTER INSERT ON studio_credits_record BEGIN INSERT INTO late VALUES (1); END",
    "",
];

struct Files(Folder);

impl Subject for Files {
    type Store = SqliteStore;

    fn fresh(&self) -> SqliteStore {
        self.0.store(&options())
    }

    fn reopen(&self, store: SqliteStore) -> Option<SqliteStore> {
        let path = store.path().to_owned();
        drop(store);
        Some(options().open(path).unwrap())
    }

    fn disturb<T>(&self, store: &SqliteStore, step: u32, work: impl FnOnce() -> T) -> Option<T> {
        let other = Connection::open(store.path()).unwrap();
        other.execute_batch("CREATE TABLE IF NOT EXISTS early (id INTEGER PRIMARY KEY)").unwrap();
        let late = "CREATE TABLE IF NOT EXISTS late (id REFERENCES early (id) DEFERRABLE INITIALLY DEFERRED)";
        other.execute_batch(late).unwrap();
        let (before, after) = match STEPS.get(usize::try_from(step).unwrap()) {
            None => return Some(work()),
            Some(&"") => ("BEGIN IMMEDIATE".to_owned(), "ROLLBACK"),
            Some(trigger) => (format!("CREATE TRIGGER disturbance {trigger}"), "DROP TRIGGER disturbance"),
        };
        other.execute_batch(&before).unwrap();
        let done = work();
        other.execute_batch(after).unwrap();
        Some(done)
    }
}

fn options() -> SqliteOptions {
    SqliteOptions::default().with_lock_wait(Duration::from_millis(50))
}
