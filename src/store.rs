//! Where journals are kept: the trait that a host implements, and a store in memory.
//!
#![doc = include_str!("store/writing.md")]

mod any;
mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
mod fault;
mod forward;
mod inventory;
mod loaded;
mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
mod routed;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod row;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::Arc;

#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use self::schema::SchemaError;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStore};
pub use self::{
    any::{AnyInventory, AnyStore},
    commit::{Commit, Committed},
    fault::{Fate, StoreError},
    inventory::{Inventory, Listing},
    loaded::{Freshness, Head, Loaded},
    memory::MemoryStore,
    routed::Routed,
};
use crate::{
    ids::AccountId,
    journal::{Entry, RecordName},
};

/// Keeps the journals of accounts, and never has to understand them.
///
/// Three operations, and one promise: a [`Commit`] is written whole or not at all, and only on top of the head that it
/// was decided on. What a store must do is told [step by step](self#writing-a-store).
///
/// The methods are `async fn` for whoever implements them; the futures have to be [`Send`], and may be dropped at any
/// time. [`AnyStore`] is the same behind a pointer.
///
/// ```
/// use studio_credits::{
///     AccountId, Unit,
///     account::Account,
///     ledger::block_on,
///     store::{Commit, Committed, Freshness, LedgerStore, MemoryStore},
/// };
///
/// let (store, id) = (MemoryStore::default(), AccountId::new("user-7")?);
/// let account = Account::new(id.clone(), Unit::new("credits")?);
/// block_on(async {
///     let first = Commit::new(id.clone(), 0, Vec::new(), account.snapshot().into(), Vec::new());
///     assert_eq!(store.commit(&first).await?, Committed::Applied);
///     assert_eq!(store.commit(&first).await?, Committed::Conflict);
///     let loaded = store.load(&id, &[], Freshness::Latest).await?;
///     assert_eq!(loaded.head.map(|head| head.version), Some(1));
///     assert!(store.entries(&id, 0, 100).await?.is_empty());
///     Ok::<(), Box<dyn std::error::Error>>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(note = "`&S`, `Arc<S>` and `Box<S>` of a store are stores, and so is `AnyStore`")]
pub trait LedgerStore: Send + Sync {
    /// The head of an account and those of the named records that there are, as of one moment.
    ///
    /// For [`Freshness::Latest`] that moment must not be before the last commit that anybody was told of. For
    /// [`Freshness::Any`] a replica or a cache may answer, and then says so in [`Loaded::freshness`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing can be read now. A load writes nothing, so its fate matters only if it is
    /// [`Fate::Fatal`].
    fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> impl Future<Output = Result<Loaded, StoreError>> + Send;

    /// Writes entries, snapshot and records, all or nothing, if the head is exactly at the expected version and no
    /// record [that is new](crate::journal::Record::is_new) has a forerunner; otherwise writes nothing and answers
    /// [`Committed::Conflict`].
    ///
    /// # Errors
    ///
    /// [`StoreError`], which says what is known of the commit: [`Fate::Unknown`] unless it is certain.
    fn commit(&self, commit: &Commit) -> impl Future<Output = Result<Committed, StoreError>> + Send;

    /// At most `max` entries of an account, in their order, from the one that follows entry `after` on. A page may be
    /// shorter than it could be; it is empty only where there are no more, or where `max` is 0.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing can be read now.
    fn entries(
        &self,
        account: &AccountId,
        after: u64,
        max: usize,
    ) -> impl Future<Output = Result<Vec<Arc<Entry>>, StoreError>> + Send;
}
