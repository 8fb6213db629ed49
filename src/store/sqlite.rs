//! A store in one SQLite file.

mod commit;
mod fault;
mod look;
mod options;
mod queue;
mod reader;
mod schema;
mod writer;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};

pub use self::options::SqliteOptions;
use self::{reader::Readers, writer::Writer};
use super::{
    Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, SchemaError, StoreError,
    row::{self, Rows},
};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName},
};

/// Keeps accounts in one SQLite file: nothing to install, and nothing to run beside the service.
///
/// Make the tables once, open the file, and share the store: copies are handles on the same threads, and any runtime
/// may poll the futures, or none. The last handle that is dropped closes the file, and waits for what is under way.
///
/// ```
/// use studio_credits::{
///     AccountId, Credits, Grant, GrantKind, Key, Unit,
///     ledger::{Ledger, block_on},
///     store::SqliteStore,
/// };
///
/// # let folder = std::env::temp_dir().join(format!("studio-credits-guide-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("credits.db");
/// SqliteStore::migrate(&path)?;
/// let ledger = Ledger::new(SqliteStore::open(&path)?, Unit::new("credits")?);
///
/// let (user, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
/// let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
/// block_on(ledger.grant(&user, &Key::new("sign-up")?, grant, now))?;
/// drop(ledger);
///
/// let ledger = Ledger::new(SqliteStore::open(&path)?, Unit::new("credits")?);
/// assert_eq!(block_on(ledger.balance(&user, now))?.available.to_string(), "200");
/// # drop(ledger);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
#[doc = include_str!("sqlite/guide.md")]
#[derive(Clone)]
pub struct SqliteStore(Arc<Handle>);

struct Handle {
    path: PathBuf,
    readers: Readers,
    /// Last, as whoever closes a file last takes its log away: two at once would each leave that to the other.
    writer: Writer,
}

impl SqliteStore {
    /// The SQL of each version, for hosts that run their own migrations: each text as it is, in its order, in a
    /// transaction. The file then is as [`migrate`](Self::migrate) leaves it.
    ///
    /// ```
    /// use studio_credits::store::SqliteStore;
    ///
    /// assert!(SqliteStore::MIGRATIONS[0].starts_with("CREATE TABLE studio_credits_migration"));
    /// ```
    pub const MIGRATIONS: &[&str] = schema::MIGRATIONS;

    /// Opens a file that has the tables, with the [options](SqliteOptions) that hold unless others are stated.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where the file or its tables are not as they must be, or nobody can write to it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SchemaError> {
        SqliteOptions::default().open(path)
    }

    /// Makes the tables in a file, and the file where there is none, or brings them up to this build. Where that is
    /// done already, it changes nothing.
    ///
    /// # Errors
    ///
    /// [`SchemaError`], and nothing is changed.
    pub fn migrate(path: impl AsRef<Path>) -> Result<(), SchemaError> {
        options::migrate(path.as_ref())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.0.path).finish_non_exhaustive()
    }
}

impl LedgerStore for SqliteStore {
    async fn load(&self, account: &AccountId, records: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let (account, names) = (account.clone(), row::names(records));
        self.0.readers.read(move |connection| look::load(connection, &account, &names)).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let Some(rows) = Rows::of(commit)? else { return Ok(Committed::Conflict) };
        let written = self.0.writer.write(move |connection| commit::write(connection, &rows)).await?;
        Ok(if written == 0 { Committed::Conflict } else { Committed::Applied })
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let Ok(after) = i64::try_from(after) else { return Ok(Vec::new()) };
        let account = account.clone();
        self.0.readers.read(move |connection| look::entries(connection, &account, after, limit(max))).await
    }
}

impl Inventory for SqliteStore {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let due = match listing {
            Listing::All => None,
            Listing::Holding => Some(i64::MAX),
            Listing::Due(at) => Some(at.timestamp_micros()),
        };
        let after = after.map_or("", AccountId::as_str).to_owned();
        self.0.readers.read(move |connection| look::accounts(connection, &after, limit(max), due)).await
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        let (account, after) = (account.clone(), after.unwrap_or_default().to_owned());
        self.0.readers.read(move |connection| look::records(connection, &account, &after, limit(max))).await
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        let (before, max) = (before.timestamp_micros(), limit(max));
        self.0.writer.write(move |connection| commit::forget_receipts(connection, before, max)).await
    }
}

/// No table has more rows than this.
fn limit(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}
