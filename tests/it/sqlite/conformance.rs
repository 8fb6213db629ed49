//! Every case of the kit.

use std::time::Duration;

use studio_credits::store::conformance::Subject;
use studio_credits::store::{SqliteOptions, SqliteStore};

use super::files::Folder;

mod cases {
    studio_credits::conformance_tests!(super::Files(super::Folder::new()));
}

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
}

fn options() -> SqliteOptions {
    SqliteOptions::default().with_lock_wait(Duration::from_millis(50))
}
