//! What a store has, across accounts: for housekeeping, never for a decision.

use chrono::{DateTime, Utc};

use super::{LedgerStore, StoreError};
use crate::{ids::AccountId, journal::Record};

/// Which accounts to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listing {
    /// All of them.
    All,
    /// Those with credits that are set aside.
    Holding,
    /// Those with a hold whose deadline is at or before an instant.
    Due(DateTime<Utc>),
}

/// A store that can tell what it has: for checks, exports, and for whoever looks after work that hangs.
///
/// No rule of an account needs it: a hold whose deadline has passed counts no more, whether or not anybody looks.
/// [`AnyInventory`](super::AnyInventory) is the same behind a pointer.
///
/// ```
/// use studio_credits::{
///     AccountId, Credits, Grant, GrantKind, Key, Unit,
///     ledger::{Ledger, block_on},
///     store::{Inventory, Listing, MemoryStore},
/// };
///
/// let store = MemoryStore::default();
/// let ledger = Ledger::new(&store, Unit::new("credits")?);
/// block_on(async {
///     let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
///     ledger.grant(&AccountId::new("user-7")?, &Key::new("sign-up")?, grant, "2026-11-25T12:00:00Z".parse()?).await?;
///     let accounts = store.accounts(Listing::All, None, 100).await?;
///     assert_eq!(accounts, [AccountId::new("user-7")?]);
///     assert_eq!(store.records(&accounts[0], None, 100).await?.len(), 1); // the receipt of the grant
///     assert_eq!(store.forget_receipts("2027-11-25T12:00:00Z".parse()?, 100).await?, 1);
///     Ok::<(), Box<dyn std::error::Error>>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    note = "`AnyStore` takes any store, and a ledger needs an `Inventory` only for what it does across accounts"
)]
pub trait Inventory: LedgerStore {
    /// The names of at most `max` accounts, in the order of their bytes, from the one that follows `after` on, whether
    /// or not there is an account of that name. Fewer than `max` are the last ones.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing can be read now.
    fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> impl Future<Output = Result<Vec<AccountId>, StoreError>> + Send;

    /// At most `max` records of an account, in the order of the bytes of their names as text, from the one that
    /// follows `after` on; none only where there are no more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing can be read now.
    fn records(
        &self,
        account: &AccountId,
        after: Option<&str>,
        max: usize,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// Forgets receipts of commands that were done before an instant, at most `max`; how many it forgot. A command that
    /// is repeated after that may be done once more, so choose an instant that nobody looks back beyond.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing can be written now.
    fn forget_receipts(
        &self,
        before: DateTime<Utc>,
        max: usize,
    ) -> impl Future<Output = Result<usize, StoreError>> + Send;
}
