//! Files to put stores into.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use studio_credits::store::{SqliteOptions, SqliteStore};

/// Numbers the folders of this process.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A folder of its own, gone with all that is in it when it is dropped.
pub(crate) struct Folder {
    path: PathBuf,
    count: AtomicUsize,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let name = format!("sqlite-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self { path, count: AtomicUsize::new(0) }
    }

    /// Another path in it every time.
    pub(crate) fn file(&self) -> PathBuf {
        self.path.join(format!("credits-{}.db", self.count.fetch_add(1, Relaxed)))
    }

    /// A store in a file of its own.
    pub(crate) fn store(&self, options: &SqliteOptions) -> SqliteStore {
        let path = self.file();
        SqliteStore::migrate(&path).unwrap();
        options.open(&path).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whatever is left there is below the target folder.
        let _ = fs::remove_dir_all(&self.path);
    }
}
