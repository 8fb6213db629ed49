//! Periods of a journal: where one stands, and what it adds up to.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Ledger, LedgerError};
use crate::{
    account::{Corrupt, Statement},
    ids::AccountId,
    store::{Freshness, LedgerStore},
};

/// How many entries are read at once.
const PAGE: usize = 1_000;

/// Why there is no statement of a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// The period has no instant.
    #[error(
        "a period ends after it begins: this one is from {from} until {until}",
        from = text(from), until = text(until)
    )]
    Empty {
        /// Its first instant.
        from: DateTime<Utc>,
        /// The first instant after it.
        until: DateTime<Utc>,
    },
    /// A sum is beyond the largest amount.
    #[error("the sums from {from} until {until} are beyond the largest amount", from = text(from), until = text(until))]
    OutOfRange {
        /// Its first instant.
        from: DateTime<Utc>,
        /// The first instant after it.
        until: DateTime<Utc>,
    },
}

impl<S: LedgerStore> Ledger<S> {
    /// What happened to an account from an instant on, until another one, which is not part of it. The entries are
    /// summed up page by page: it costs the pages of the period, and to find the two ends of it about 20 reads of one
    /// entry each in a journal of a million.
    ///
    /// It is of what is written. Where nothing is, of an account that nobody knows as in a period in which nothing
    /// happened, it has no opening and no closing, and all sums are 0. What time does by itself (credits that expire, a
    /// hold that lapses, the next month of a plan) is written with the next command, at the instant when it was due: so
    /// the statement of a period that is over stands once the account has been used after it. The day of a daily
    /// allowance is written when the account is first used in it, and a day that nobody used leaves no trace.
    ///
    /// Periods that adjoin have each entry in one of them, and one closes with what the next one opens with. That holds
    /// as well where a time mark was repaired: what was written between the wrong clock and the repair is of whichever
    /// of the two it stands beside.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Period`] when the period has no instant, as it does not end after it begins, or when a sum of it
    /// is beyond the largest amount; [`LedgerError::Unavailable`] when the store cannot be read, and
    /// [`LedgerError::Corrupt`] when an entry is missing.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// let (from, until) = ("2026-11-01T00:00:00Z".parse()?, "2026-12-01T00:00:00Z".parse()?);
    /// let november = ledger.statement(&account, from, until).await?;
    /// assert_eq!(november.granted, [(GrantKind::Free, Credits::from_whole(200))]);
    /// assert_eq!(november.closing.map(|sums| sums.available), Some(Credits::from_whole(200)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn statement(
        &self,
        account: &AccountId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Statement, LedgerError> {
        if until <= from {
            return Err(PeriodError::Empty { from, until }.into());
        }
        let seq = self.seq(account).await?;
        let (mut after, last) = (self.before(account, seq, from).await?, self.before(account, seq, until).await?);
        let mut statement = Statement::default();
        while after < last {
            let left = usize::try_from(last.saturating_sub(after)).unwrap_or(usize::MAX);
            let page = self.entries(account, after, left.min(PAGE)).await?;
            if page.is_empty() {
                return Err(missing(account, after.saturating_add(1)));
            }
            for entry in page {
                after = after.saturating_add(1);
                if entry.account != *account || entry.seq != after {
                    return Err(missing(account, after));
                }
                statement.add(&entry).ok_or(PeriodError::OutOfRange { from, until })?;
            }
        }
        Ok(statement)
    }

    /// How many entries there are before an instant: so, for the entries of a period, [`Ledger::entries`] begins after
    /// those before its first instant, and ends with the last of those before its end. In a journal of a million
    /// entries it costs a load and 20 reads of one entry each.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read, and [`LedgerError::Corrupt`] when an entry is
    /// missing.
    ///
    /// ```
    /// # use chrono::{DateTime, TimeDelta, Utc};
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse::<DateTime<Utc>>()?);
    /// # for day in 0..3 {
    /// #     let (key, now) = (Key::new(&format!("gift-{day}"))?, now + TimeDelta::days(day));
    /// #     ledger.grant(&account, &key, Grant::new(GrantKind::Free, Credits::from_whole(5))?, now).await?;
    /// # }
    /// // It was opened on the 25th, and on each of three days something was granted.
    /// let (from, until) = ("2026-11-26T00:00:00Z".parse()?, "2026-11-27T00:00:00Z".parse()?);
    /// let before = ledger.entries_before(&account, from).await?;
    /// let last = ledger.entries_before(&account, until).await?;
    /// assert_eq!((before, last), (2, 3));
    /// let page = ledger.entries(&account, before, usize::try_from(last - before)?.min(1_000)).await?;
    /// assert_eq!(page.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn entries_before(&self, account: &AccountId, at: DateTime<Utc>) -> Result<u64, LedgerError> {
        let seq = self.seq(account).await?;
        self.before(account, seq, at).await
    }

    /// How many entries there are.
    async fn seq(&self, account: &AccountId) -> Result<u64, LedgerError> {
        let loaded = self.store.load(account, &[], Freshness::Latest).await;
        let loaded = loaded.map_err(|source| LedgerError::Unavailable { source })?;
        Ok(loaded.head.map_or(0, |head| head.seq))
    }

    /// How many of so many entries are of before an instant.
    ///
    /// The places that are looked at are made of powers of two, the largest first, and not by halving what there is: so
    /// an instant has the same place when the journal has grown, and a later one never has an earlier place, also where
    /// a repaired mark lets the times of entries fall.
    async fn before(&self, account: &AccountId, seq: u64, at: DateTime<Utc>) -> Result<u64, LedgerError> {
        let mut before = 0_u64;
        for power in (0..u64::BITS).rev() {
            let place = before | (1 << power);
            if place > seq {
                continue;
            }
            let page = self.entries(account, place.saturating_sub(1), 1).await?;
            let entry = page.first().filter(|entry| entry.seq == place).ok_or_else(|| missing(account, place))?;
            if entry.at < at {
                before = place;
            }
        }
        Ok(before)
    }
}

fn missing(account: &AccountId, seq: u64) -> LedgerError {
    Corrupt { account: account.clone(), seq, what: format!("entry {seq} is missing") }.into()
}

fn text(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
