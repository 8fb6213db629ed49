//! Commits, on their way to the server: many of them as the columns of one statement.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{fault::Trouble, queue::Work, server::Server, statements::Statements};
use crate::{
    ids::{AccountId, Key},
    plan::PlanName,
    store::{
        Committed,
        row::{EntryRow, HeadRow, RecordRow, Rows},
    },
};

/// The types of the values: 12 for the rows of accounts, 8 for those of entries, 7 for those of records.
pub(super) const TYPES: [Type; 27] = [
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
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::TEXT_ARRAY,
];

impl Work for Rows {
    type Answer = Committed;

    const IS_EXCLUSIVE: bool = true;

    fn account(&self) -> &AccountId {
        &self.account
    }

    fn bytes(&self) -> usize {
        let entries = self.entries.iter().map(|entry| entry.body.len());
        let records = self.records.iter().map(|record| record.body.len());
        entries.chain(records).fold(self.head.body.len(), usize::saturating_add)
    }

    /// Versions only grow, so what was decided on one that is gone has lost.
    fn decided_by(&self, other: &Self, answer: &Committed) -> Option<Committed> {
        (*answer == Committed::Applied && self.expected <= other.expected).then_some(Committed::Conflict)
    }

    async fn send(server: &Server, commits: &[Self]) -> Result<Vec<Committed>, Trouble> {
        let sql = statement(&server.statements, commits);
        let rows = server.send(sql, &Columns::of(commits).values()).await?;
        outcomes(commits, &rows).map_err(Trouble::during)
    }
}

pub(super) fn statement<'a>(statements: &'a Statements, commits: &[Rows]) -> &'a str {
    let are_there = commits.iter().all(|commit| commit.expected > 0);
    if are_there { &statements.advance } else { &statements.commit }
}

/// Whose commit is among those that were written, and whose is not.
pub(super) fn outcomes(commits: &[Rows], rows: &[Row]) -> Result<Vec<Committed>, tokio_postgres::Error> {
    let won: BTreeSet<&str> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let outcome = |commit: &Rows| {
        if won.contains(commit.account.as_str()) { Committed::Applied } else { Committed::Conflict }
    };
    Ok(commits.iter().map(outcome).collect())
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
    available: Vec<String>,
    held: Vec<String>,
    debt: Vec<String>,
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
    available: Vec<String>,
    held: Vec<String>,
    body: Vec<&'a str>,
}

#[derive(Default)]
struct Records<'a> {
    account: Vec<&'a str>,
    name: Vec<&'a str>,
    is_new: Vec<bool>,
    done_at: Vec<Option<DateTime<Utc>>>,
    first_entry: Vec<Option<i64>>,
    last_entry: Vec<Option<i64>>,
    body: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    /// In the order of the accounts' names, whose rows are locked in this order.
    pub(super) fn of(commits: &'a [Rows]) -> Self {
        let mut columns = Self::default();
        let mut commits: Vec<_> = commits.iter().collect();
        commits.sort_unstable_by_key(|commit| &commit.account);
        for commit in commits {
            columns.heads.push(commit);
            let account = commit.account.as_str();
            commit.entries.iter().for_each(|entry| columns.entries.push(account, entry));
            commit.records.iter().for_each(|record| columns.records.push(account, record));
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
            &records.first_entry,
            &records.last_entry,
            &records.body,
        ]
    }
}

impl<'a> Heads<'a> {
    fn push(&mut self, commit: &'a Rows) {
        let HeadRow { version, seq, unit, status, plan, available, held, debt, lapses_at, body } = &commit.head;
        self.account.push(commit.account.as_str());
        self.expected.push(commit.expected);
        self.version.push(*version);
        self.seq.push(*seq);
        self.unit.push(unit.as_str());
        self.status.push(status);
        self.plan.push(plan.as_ref().map(PlanName::as_str));
        self.available.push(available.to_string());
        self.held.push(held.to_string());
        self.debt.push(debt.to_string());
        self.lapses_at.push(*lapses_at);
        self.body.push(body);
    }
}

impl<'a> Entries<'a> {
    fn push(&mut self, account: &'a str, entry: &'a EntryRow) {
        self.account.push(account);
        self.seq.push(entry.seq);
        self.at.push(entry.at);
        self.kind.push(entry.kind);
        self.key.push(entry.key.as_ref().map(Key::as_str));
        self.available.push(entry.available.to_string());
        self.held.push(entry.held.to_string());
        self.body.push(&entry.body);
    }
}

impl<'a> Records<'a> {
    fn push(&mut self, account: &'a str, record: &'a RecordRow) {
        self.account.push(account);
        self.name.push(&record.name);
        self.is_new.push(record.is_new);
        self.done_at.push(record.done_at);
        self.first_entry.push(record.caused.map(|caused| caused[0]));
        self.last_entry.push(record.caused.map(|caused| caused[1]));
        self.body.push(&record.body);
    }
}
