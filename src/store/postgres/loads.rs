//! Loads, on their way to the server: many of them in one statement, each as of one moment.

use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{fault::Trouble, pages, queue::Work, server::Server};
use crate::{
    ids::AccountId,
    journal::RecordName,
    store::{Loaded, StoreError, row},
};

/// The types of the values.
pub(super) const TYPES: [Type; 4] = [Type::TEXT_ARRAY, Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::TEXT_ARRAY];

/// An account, and names of its records.
pub(super) struct Ask {
    account: AccountId,
    names: Vec<String>,
}

/// What is stored of it, unread.
#[derive(Default)]
pub(super) struct Found {
    head: Option<(i64, i64, String)>,
    records: Vec<Row>,
}

impl Ask {
    pub(super) fn new(account: &AccountId, records: &[RecordName]) -> Self {
        Self { account: account.clone(), names: row::names(records) }
    }
}

impl Work for Ask {
    type Answer = Found;

    const IS_EXCLUSIVE: bool = false;

    fn account(&self) -> &AccountId {
        &self.account
    }

    /// What comes back weighs more than what is sent, and is not known yet: a few kilobytes a row.
    fn bytes(&self) -> usize {
        self.names.len().saturating_add(1).saturating_mul(4_096)
    }

    fn decided_by(&self, _: &Self, _: &Found) -> Option<Found> {
        None
    }

    async fn send(server: &Server, asks: &[Self]) -> Result<Vec<Found>, Trouble> {
        let columns = Columns::of(asks);
        let rows = server.send(&server.statements.load, &columns.values()).await?;
        found(asks.len(), rows).map_err(Trouble::during)
    }
}

/// What was found for each of so many loads.
pub(super) fn found(asks: usize, rows: Vec<Row>) -> Result<Vec<Found>, tokio_postgres::Error> {
    let mut found: Vec<_> = (0..asks).map(|_| Found::default()).collect();
    for row in rows {
        // Numbered from 1 on, as arrays are there.
        let place: i64 = row.try_get(0)?;
        let place = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        let Some(found) = place.and_then(|place| found.get_mut(place)) else { continue };
        match row.try_get::<_, Option<&str>>(1)? {
            Some(_) => found.records.push(row),
            None => found.head = Some((row.try_get(2)?, row.try_get(3)?, row.try_get(4)?)),
        }
    }
    Ok(found)
}

impl Found {
    pub(super) fn read(&self, account: &AccountId) -> Result<Loaded, StoreError> {
        let head = self.head.as_ref().map(|(version, seq, body)| row::head(account, *version, *seq, body));
        let records = self.records.iter().map(|row| pages::record(account, row, 1));
        Ok(Loaded::latest(head.transpose()?, records.collect::<Result<_, _>>()?))
    }
}

/// The values of a statement.
#[derive(Default)]
pub(super) struct Columns<'a> {
    account: Vec<&'a str>,
    places: Vec<i64>,
    accounts: Vec<&'a str>,
    names: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(asks: &'a [Ask]) -> Self {
        let mut columns = Self::default();
        for (place, ask) in (1..).zip(asks) {
            columns.account.push(ask.account.as_str());
            for name in &ask.names {
                columns.places.push(place);
                columns.accounts.push(ask.account.as_str());
                columns.names.push(name);
            }
        }
        columns
    }

    /// In the order in which the statement numbers them.
    pub(super) fn values(&self) -> [&(dyn ToSql + Sync); TYPES.len()] {
        [&self.account, &self.places, &self.accounts, &self.names]
    }
}
