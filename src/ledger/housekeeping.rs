//! What is done now and then, by nobody's order: looking for work that hangs, and checking what is stored.
//!
//! Nothing here is needed for a decision. A hold whose deadline has passed counts no more, whether or not it is found.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{Ledger, LedgerError};
use crate::{
    ids::AccountId,
    journal::Hold,
    store::{Fate, Inventory, Listing, StoreError},
};

/// How long the receipt of a command is kept at least.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Which holds to look for.
///
/// Complete on purpose: an open hold is on its way, has an end that nobody knows, or is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldsAsk {
    /// All that are open.
    Open,
    /// Those of work of which nobody knows how it ended.
    Unknown,
    /// Those whose deadline is at or before an instant: nobody settled them, and their credits are free again.
    Overdue(DateTime<Utc>),
}

/// A hold of some account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HoldOf {
    /// Whose.
    pub account: AccountId,
    /// What is set aside, and for which work.
    pub hold: Hold,
}

/// An account that does not read, or of which the head is not what the entries say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("account `{account}`: {what}")]
#[non_exhaustive]
pub struct Drift {
    /// Whose.
    pub account: AccountId,
    /// What is not as it must be.
    pub what: String,
}

/// What a page of accounts has to show, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Found<T> {
    /// What was found, in the order of the accounts.
    pub found: Vec<T>,
    /// The last account that was looked at: the next page follows it. None where there are no more.
    pub next: Option<AccountId>,
}

impl<S: Inventory> Ledger<S> {
    /// The holds of at most `max` accounts that have some, from the account that follows `after` on: for a page of
    /// work under way, and for an alarm on work that hangs. In place of the holds of an account that does not read
    /// stands [what is wrong with it](Drift), and those after it are found all the same.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read. What is wrong with an account is no error, but the
    /// answer, and so is what [never reads](Fate::Fatal).
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, Key, Unit, books};
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// use studio_credits::ledger::HoldsAsk;
    ///
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = CostEngine::new(&books::imagineart())?;
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?;
    /// # let quote = engine.quote(&request, now)?;
    /// ledger.hold(&account, &Key::new("job-41")?, &quote, now).await?;
    /// let page = ledger.holds(HoldsAsk::Open, None, 100).await?;
    /// for of in page.found {
    ///     let of = of?; // or to tell somebody of the one account, and to go on
    ///     assert_eq!((of.account.as_str(), of.hold.id.as_str()), ("user-7", "job-41"));
    /// }
    /// assert!(ledger.holds(HoldsAsk::Overdue(now), None, 100).await?.found.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn holds(
        &self,
        ask: HoldsAsk,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Found<Result<HoldOf, Drift>>, LedgerError> {
        let listing = match ask {
            HoldsAsk::Open | HoldsAsk::Unknown => Listing::Holding,
            HoldsAsk::Overdue(at) => Listing::Due(at),
        };
        let is_asked = |hold: &Hold| match ask {
            HoldsAsk::Open => true,
            HoldsAsk::Unknown => hold.unknown,
            HoldsAsk::Overdue(at) => hold.lapses_at <= at,
        };
        let accounts = self.listed(listing, after, max).await?;
        let mut found = Vec::new();
        for id in &accounts {
            match self.account(id).await {
                Ok(account) => {
                    let holds = account.holds().filter(|hold| is_asked(hold));
                    found.extend(holds.map(|hold| Ok(HoldOf { account: id.clone(), hold: hold.clone() })));
                }
                Err(error) => found.push(Err(Drift { account: id.clone(), what: damage(error)? })),
            }
        }
        Ok(Found { found, next: next(accounts, max) })
    }

    /// Holds the heads of at most `max` accounts against their last entries, from the account that follows `after` on:
    /// two short reads for each. [`Ledger::verify`](struct.Ledger.html#method.verify) reads a whole journal.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read. What is wrong with an account is no error, but the
    /// answer, and so is what [never reads](Fate::Fatal).
    ///
    /// ```
    /// # use studio_credits::{Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// let mut after = None;
    /// loop {
    ///     let page = ledger.drift(after.as_ref(), 1_000).await?;
    ///     page.found.iter().for_each(|drift| eprintln!("{drift}"));
    ///     let Some(last) = page.next else { break };
    ///     after = Some(last);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn drift(&self, after: Option<&AccountId>, max: usize) -> Result<Found<Drift>, LedgerError> {
        let accounts = self.listed(Listing::All, after, max).await?;
        let mut found = Vec::new();
        for id in &accounts {
            let what = match self.drifted(id).await {
                Ok(what) => what,
                Err(error) => Some(damage(error)?),
            };
            found.extend(what.map(|what| Drift { account: id.clone(), what }));
        }
        Ok(Found { found, next: next(accounts, max) })
    }

    /// Forgets the receipts of commands that were done before an instant, at most `max`, and says how many it forgot.
    /// Unless this is asked for, they are kept for ever, and a key means the same for ever: a command whose receipt is
    /// gone, and which is repeated, is done once more; or it is [refused](crate::account::Declined::Forgotten), as long
    /// as the grant or the hold that it made is there. Nothing of the last seven days is forgotten.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be written to, or the instant is less than seven days ago.
    ///
    /// ```
    /// # use studio_credits::{Unit, ledger::Ledger, store::MemoryStore};
    /// # use chrono::{DateTime, TimeDelta, Utc};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let now: DateTime<Utc> = "2026-11-25T12:00:00Z".parse()?;
    /// let year = TimeDelta::days(365);
    /// while ledger.forget_receipts(now - year, 10_000, now).await? > 0 {}
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn forget_receipts(
        &self,
        before: DateTime<Utc>,
        max: usize,
        now: DateTime<Utc>,
    ) -> Result<usize, LedgerError> {
        let forgotten = if now.signed_duration_since(before) < KEPT {
            Err(StoreError::fatal(format!("receipts are kept for {} days at least", KEPT.num_days())))
        } else {
            self.store().forget_receipts(before, max).await
        };
        forgotten.map_err(|source| LedgerError::Unavailable { source })
    }

    async fn listed(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, LedgerError> {
        let listed = self.store().accounts(listing, after, max).await;
        listed.map_err(|source| LedgerError::Unavailable { source })
    }

    /// What the head says and the last entry does not, if anything.
    async fn drifted(&self, id: &AccountId) -> Result<Option<String>, LedgerError> {
        let account = self.account(id).await?;
        let last = self.entries(id, account.seq().saturating_sub(1), 1).await?;
        Ok(match last.last() {
            None if account.seq() > 0 => Some(format!("entry {} is missing", account.seq())),
            Some(entry) if entry.seq != account.seq() => {
                Some(format!("the head counts {} entries, and the next one is {}", account.seq(), entry.seq))
            }
            Some(entry) if entry.totals != *account.totals() => {
                Some(format!("entry {} does not say the sums that the snapshot says", entry.seq))
            }
            Some(entry) if entry.hash != account.hash() => {
                Some(format!("entry {} does not have the hash that the snapshot has", entry.seq))
            }
            _ => None,
        })
    }
}

/// What is wrong with one account, which keeps nobody from those after it; or why none of them can be read now.
fn damage(error: LedgerError) -> Result<String, LedgerError> {
    match error {
        LedgerError::Corrupt(corrupt) => Ok(corrupt.what),
        LedgerError::Unavailable { source } if source.fate() == Fate::Fatal => Ok(source.to_string()),
        error => Err(error),
    }
}

/// Where the next page begins, if this one is full.
fn next(accounts: Vec<AccountId>, max: usize) -> Option<AccountId> {
    accounts.into_iter().nth(max.checked_sub(1)?)
}
