//! What there is, across accounts.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::{PostgresStore, pages};
use crate::{
    ids::AccountId,
    journal::Record,
    store::{Inventory, Listing, StoreError},
};

impl Inventory for PostgresStore {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let (is_all, due) = match listing {
            Listing::All => (true, None),
            Listing::Holding => (false, Some(DateTime::<Utc>::MAX_UTC)),
            Listing::Due(at) => (false, Some(known(at))),
        };
        // Every name has at least one byte.
        let after = after.map_or_else(String::new, |after| after.as_str().to_owned());
        let max = bounded(max);
        let rows = self
            .server
            .ask(|statements| &statements.accounts, [Box::new(after), Box::new(is_all), Box::new(due), Box::new(max)])
            .await?;
        let account =
            |row: &Row| AccountId::new(row.try_get(0).map_err(StoreError::unknown)?).map_err(StoreError::fatal);
        rows.iter().map(account).collect()
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        let (whose, after, max) = (account.as_str().to_owned(), after.unwrap_or_default().to_owned(), bounded(max));
        let rows = self
            .server
            .ask(|statements| &statements.records, [Box::new(whose), Box::new(after), Box::new(max)])
            .await?;
        rows.iter().map(|row| pages::record(account, row, 0)).collect()
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        let max = bounded(max);
        let rows = self.server.ask(|statements| &statements.forget, [Box::new(known(before)), Box::new(max)]).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(StoreError::unknown)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// An instant that the server has, as it has none before 4713 BC: nothing that is stored is of before the year 0.
fn known(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(-62_167_219_200, 0).map_or(at, |first| at.max(first))
}

fn bounded(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}
