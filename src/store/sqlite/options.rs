//! How a file is opened.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::{super::SchemaError, Handle, SqliteStore, fault::unopened, reader::Readers, schema, writer::Writer};

/// How many pages the log has before it is moved into the file, which takes as long as several commits: 16 MiB. With
/// SQLite's own 1,000, that would be after some ten commits of 32 accounts each.
const LOG_PAGES: u32 = 4_000;
/// How long to wait for somebody else's lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// The longest wait that SQLite can be told, 24 days.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(24 * 24 * 60 * 60);

/// How a file is opened as a store; [`SqliteStore::open`] does it with what is said here unless something else is.
///
/// ```
/// use std::time::Duration;
///
/// use studio_credits::store::SqliteOptions;
///
/// # let folder = std::env::temp_dir().join(format!("studio-credits-options-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("credits.db");
/// # studio_credits::store::SqliteStore::migrate(&path)?;
/// let store = SqliteOptions::default().with_lock_wait(Duration::from_secs(1)).with_readers(4).open(&path)?;
/// # drop(store);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    lock_wait: Duration,
    readers: usize,
    is_synced: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { lock_wait: LOCK_WAIT, readers: 2, is_synced: true }
    }
}

impl SqliteOptions {
    /// States how long to wait for a lock that somebody else holds; 5 seconds unless this is said.
    #[must_use = "the options are returned, not changed in place"]
    pub fn with_lock_wait(self, lock_wait: Duration) -> Self {
        Self { lock_wait, ..self }
    }

    /// States how many threads read; 2 unless this is said, and 1 at least.
    #[must_use = "the options are returned, not changed in place"]
    pub fn with_readers(self, readers: usize) -> Self {
        Self { readers: readers.max(1), ..self }
    }

    /// Answers before a commit has reached the disk itself (`synchronous = NORMAL`): many times faster, and the last
    /// commits are gone after a power failure or a crash of the system, although they were answered. What is left is
    /// sound, and a process that is killed loses nothing.
    #[must_use = "the options are returned, not changed in place"]
    pub fn losing_the_last_commits_on_power_loss(self) -> Self {
        Self { is_synced: false, ..self }
    }

    /// Opens a file that has the tables.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where the file or its tables are not as they must be, or nobody can write to it.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<SqliteStore, SchemaError> {
        let path = path.as_ref();
        let writing = self.connect(path)?;
        schema::check(&writing)?;
        self.prepare(&writing)?;
        let reading = (0..self.readers).map(|_| self.connect(path)).collect::<Result<_, _>>()?;
        let (readers, writer) = (Readers::start(reading)?, Writer::start(writing, self.lock_wait)?);
        Ok(SqliteStore(Arc::new(Handle { path: path.to_owned(), readers, writer })))
    }

    /// A connection to a file that is there.
    fn connect(&self, path: &Path) -> Result<Connection, SchemaError> {
        connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, self.lock_wait)
    }

    /// Says how the connection writes. That the log is written ahead stays with the file, the rest does not.
    fn prepare(&self, connection: &Connection) -> Result<(), SchemaError> {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(unopened)?;
        if mode != "wal" {
            return Err(SchemaError::Database(format!("the journal mode is `{mode}`, and has to be `wal`").into()));
        }
        // Without `fullfsync`, macOS takes for done what the disk only has in its cache.
        let synced = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON";
        let sql = if self.is_synced { synced } else { "PRAGMA synchronous = NORMAL" };
        connection.execute_batch(sql).map_err(unopened)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(unopened)
    }
}

/// Makes the tables in a file, or brings them up to this build; makes the file where there is none.
pub(super) fn migrate(path: &Path) -> Result<(), SchemaError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    schema::migrate(&mut connect(path, flags, LOCK_WAIT)?)
}

/// A connection has one thread, so that it needs no lock of its own. SQLite as it is built here takes what begins with
/// `file:` for a URI; what could do harm in one is refused as the file is opened.
fn connect(path: &Path, flags: OpenFlags, lock_wait: Duration) -> Result<Connection, SchemaError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(unopened)?;
    // SQLite opens a file that nobody may write to all the same, for reading.
    if connection.is_readonly(MAIN_DB).map_err(unopened)? {
        return Err(SchemaError::Database(format!("the database is read-only: {}", path.display()).into()));
    }
    connection.busy_timeout(lock_wait.min(LOCK_WAIT_MAX)).map_err(unopened)?;
    Ok(connection)
}
