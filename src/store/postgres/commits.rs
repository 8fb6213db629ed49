//! Commits, on their way to the server: many of them as the columns of one statement.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{fault::Trouble, queue::Work, server::Server};
use crate::{
    ids::{AccountId, Key, Unit},
    plan::PlanName,
    store::{
        Commit, Committed, StoreError,
        row::{RecordRow, Rows},
    },
};

/// The types of the values: 12 for the rows of accounts, 8 for those of entries, 5 for those of records.
pub(super) const TYPES: [Type; 25] = [
    Type::TEXT_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TIMESTAMPTZ_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::INT8_ARRAY,
    Type::TIMESTAMPTZ_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::BOOL_ARRAY,
    Type::TIMESTAMPTZ_ARRAY,
    Type::TEXT_ARRAY,
];

/// A commit as it is stored, apart from what the caller holds.
pub(super) struct Parcel {
    account: AccountId,
    expected: i64,
    version: i64,
    seq: i64,
    unit: Unit,
    status: &'static str,
    plan: Option<PlanName>,
    sums: [String; 3],
    lapses_at: Option<DateTime<Utc>>,
    body: String,
    entries: Vec<Entry>,
    records: Vec<RecordRow>,
}

struct Entry {
    seq: i64,
    at: DateTime<Utc>,
    kind: &'static str,
    key: Option<Key>,
    sums: [String; 2],
    body: String,
}

impl Parcel {
    /// A commit as it is stored; none where no account is at such a version.
    pub(super) fn of(commit: &Commit) -> Result<Option<Self>, StoreError> {
        let Some(Rows { account, expected, head, entries, records }) = Rows::of(commit)? else { return Ok(None) };
        let entries = entries.into_iter().map(|entry| Entry {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            key: entry.key.cloned(),
            sums: [entry.available, entry.held].map(|sum| sum.to_string()),
            body: entry.body,
        });
        Ok(Some(Self {
            account: account.clone(),
            expected,
            version: head.version,
            seq: head.seq,
            unit: head.unit.clone(),
            status: head.status,
            plan: head.plan.cloned(),
            sums: [head.available, head.held, head.debt].map(|sum| sum.to_string()),
            lapses_at: head.lapses_at,
            body: head.body,
            entries: entries.collect(),
            records,
        }))
    }
}

impl Work for Parcel {
    type Answer = Committed;

    const IS_EXCLUSIVE: bool = true;

    fn account(&self) -> &AccountId {
        &self.account
    }

    fn bytes(&self) -> usize {
        let entries = self.entries.iter().map(|entry| entry.body.len());
        let records = self.records.iter().map(|record| record.body.len());
        entries.chain(records).fold(self.body.len(), usize::saturating_add)
    }

    /// Versions only grow, so what was decided on one that is gone has lost.
    fn decided_by(&self, other: &Self, answer: &Committed) -> Option<Committed> {
        (*answer == Committed::Applied && self.expected <= other.expected).then_some(Committed::Conflict)
    }

    async fn send(server: &Server, parcels: &[Self]) -> Result<Vec<Committed>, Trouble> {
        let columns = Columns::of(parcels);
        let rows = server.send(&server.statements.commit, &columns.values()).await?;
        Ok(outcomes(parcels, &rows).map_err(Trouble::during)?)
    }
}

/// Whose commit is among those that were written, and whose is not.
pub(super) fn outcomes(parcels: &[Parcel], rows: &[Row]) -> Result<Vec<Committed>, tokio_postgres::Error> {
    let won: BTreeSet<&str> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let outcome = |parcel: &Parcel| {
        if won.contains(parcel.account.as_str()) { Committed::Applied } else { Committed::Conflict }
    };
    Ok(parcels.iter().map(outcome).collect())
}

/// The values of a statement for commits of accounts that are all different.
#[derive(Default)]
pub(super) struct Columns<'a> {
    heads: Heads<'a>,
    entries: Entries<'a>,
    records: Records<'a>,
}

#[derive(Default)]
struct Heads<'a> {
    account: Vec<&'a str>,
    expected: Vec<i64>,
    version: Vec<i64>,
    seq: Vec<i64>,
    unit: Vec<&'a str>,
    status: Vec<&'a str>,
    plan: Vec<Option<&'a str>>,
    available: Vec<&'a str>,
    held: Vec<&'a str>,
    debt: Vec<&'a str>,
    lapses_at: Vec<Option<DateTime<Utc>>>,
    body: Vec<&'a str>,
}

#[derive(Default)]
struct Entries<'a> {
    account: Vec<&'a str>,
    seq: Vec<i64>,
    at: Vec<DateTime<Utc>>,
    kind: Vec<&'a str>,
    key: Vec<Option<&'a str>>,
    available: Vec<&'a str>,
    held: Vec<&'a str>,
    body: Vec<&'a str>,
}

#[derive(Default)]
struct Records<'a> {
    account: Vec<&'a str>,
    name: Vec<&'a str>,
    is_new: Vec<bool>,
    done_at: Vec<Option<DateTime<Utc>>>,
    body: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(parcels: &'a [Parcel]) -> Self {
        let mut columns = Self::default();
        for parcel in parcels {
            columns.heads.push(parcel);
            let account = parcel.account.as_str();
            parcel.entries.iter().for_each(|entry| columns.entries.push(account, entry));
            parcel.records.iter().for_each(|record| columns.records.push(account, record));
        }
        columns
    }

    /// In the order in which the statement numbers them.
    pub(super) fn values(&self) -> [&(dyn ToSql + Sync); TYPES.len()] {
        let Self { heads, entries, records } = self;
        [
            &heads.account,
            &heads.expected,
            &heads.version,
            &heads.seq,
            &heads.unit,
            &heads.status,
            &heads.plan,
            &heads.available,
            &heads.held,
            &heads.debt,
            &heads.lapses_at,
            &heads.body,
            &entries.account,
            &entries.seq,
            &entries.at,
            &entries.kind,
            &entries.key,
            &entries.available,
            &entries.held,
            &entries.body,
            &records.account,
            &records.name,
            &records.is_new,
            &records.done_at,
            &records.body,
        ]
    }
}

impl<'a> Heads<'a> {
    fn push(&mut self, parcel: &'a Parcel) {
        let [available, held, debt] = &parcel.sums;
        self.account.push(parcel.account.as_str());
        self.expected.push(parcel.expected);
        self.version.push(parcel.version);
        self.seq.push(parcel.seq);
        self.unit.push(parcel.unit.as_str());
        self.status.push(parcel.status);
        self.plan.push(parcel.plan.as_ref().map(PlanName::as_str));
        self.available.push(available);
        self.held.push(held);
        self.debt.push(debt);
        self.lapses_at.push(parcel.lapses_at);
        self.body.push(&parcel.body);
    }
}

impl<'a> Entries<'a> {
    fn push(&mut self, account: &'a str, entry: &'a Entry) {
        let [available, held] = &entry.sums;
        self.account.push(account);
        self.seq.push(entry.seq);
        self.at.push(entry.at);
        self.kind.push(entry.kind);
        self.key.push(entry.key.as_ref().map(Key::as_str));
        self.available.push(available);
        self.held.push(held);
        self.body.push(&entry.body);
    }
}

impl<'a> Records<'a> {
    fn push(&mut self, account: &'a str, record: &'a RecordRow) {
        self.account.push(account);
        self.name.push(&record.name);
        self.is_new.push(record.is_new);
        self.done_at.push(record.done_at);
        self.body.push(&record.body);
    }
}
