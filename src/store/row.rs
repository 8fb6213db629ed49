//! What a database keeps of a commit: each value whole, as JSON, and beside it what people look for.
//!
//! Only the JSON is ever read back. The columns beside it are for whoever looks into the database, and for listing.
//!
//! What a receipt says that it caused is in the journal already, and is not stored once more: its row names the first
//! and the last of those entries, and whoever reads it puts them in again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use super::{Commit, Head, StoreError};
use crate::{
    credits::Credits,
    ids::{AccountId, Key, Unit},
    journal::{Command, Entry, Event, Format, Receipt, Record, RecordName, Snapshot, Status},
    plan::PlanName,
};

/// All rows of one commit, which whoever writes them can take along.
pub(super) struct Rows {
    pub(super) account: AccountId,
    pub(super) expected: i64,
    pub(super) head: HeadRow,
    pub(super) entries: Vec<EntryRow>,
    pub(super) records: Vec<RecordRow>,
}

/// The row of an account.
pub(super) struct HeadRow {
    pub(super) version: i64,
    pub(super) seq: i64,
    pub(super) unit: Unit,
    pub(super) status: &'static str,
    pub(super) plan: Option<PlanName>,
    pub(super) available: Credits,
    pub(super) held: Credits,
    pub(super) debt: Credits,
    /// When the first of the open holds is over; none where none is open.
    pub(super) lapses_at: Option<DateTime<Utc>>,
    pub(super) body: String,
}

/// The row of an entry, with the sums after it.
pub(super) struct EntryRow {
    pub(super) seq: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) kind: &'static str,
    pub(super) key: Option<Key>,
    pub(super) available: Credits,
    pub(super) held: Credits,
    pub(super) body: String,
}

/// The row of a record.
pub(super) struct RecordRow {
    pub(super) name: String,
    /// Whether there must be none of that name yet.
    pub(super) is_new: bool,
    /// When the command of a receipt was done; none for other records, which are never forgotten.
    pub(super) done_at: Option<DateTime<Utc>>,
    /// The first and the last of the entries that a receipt caused, where it is stored without them.
    pub(super) caused: Option<[i64; 2]>,
    pub(super) body: String,
}

/// What was stored of a record.
pub(super) struct RecordText<'a> {
    pub(super) name: &'a str,
    pub(super) body: &'a str,
    /// The first and the last entry that it is stored without.
    pub(super) caused: Option<[i64; 2]>,
    /// Those entries, in their order, as one array of JSON.
    pub(super) entries: Option<&'a str>,
}

/// A receipt without its entries, in the form of a [`Record`].
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Bare<'a> {
    Receipt {
        format: &'a Format,
        key: &'a Key,
        command: &'a Command,
        entries: [(); 0],
        #[serde(skip_serializing_if = "<[Event]>::is_empty")]
        events: &'a [Event],
    },
}

impl Rows {
    /// The rows of a commit; none where a number is beyond what a column holds, and no account is at such a version.
    pub(super) fn of(commit: &Commit) -> Result<Option<Self>, StoreError> {
        let Commit { account, expected, entries, snapshot, records } = commit;
        let numbers = [*expected, commit.version(), snapshot.seq].map(|number| i64::try_from(number).ok());
        let [Some(expected), Some(version), Some(seq)] = numbers else { return Ok(None) };
        let head = HeadRow::of(snapshot, version, seq)?;
        let entries: Option<Vec<_>> = entries.iter().map(|entry| EntryRow::of(entry).transpose()).collect();
        let Some(entries) = entries else { return Ok(None) };
        let entries = entries.into_iter().collect::<Result<_, _>>()?;
        let records = records.iter().map(RecordRow::of).collect::<Result<_, _>>()?;
        Ok(Some(Self { account: account.clone(), expected, head, entries, records }))
    }
}

impl HeadRow {
    fn of(snapshot: &Snapshot, version: i64, seq: i64) -> Result<Self, StoreError> {
        Ok(Self {
            version,
            seq,
            unit: snapshot.unit.clone(),
            status: match snapshot.status {
                Status::Open => "open",
                Status::Frozen => "frozen",
                Status::Closed => "closed",
            },
            plan: snapshot.standing.subscription.as_ref().map(|subscription| subscription.plan.name().clone()),
            available: snapshot.totals.available,
            held: snapshot.totals.held,
            debt: snapshot.totals.debt,
            lapses_at: snapshot.holds.iter().map(|hold| hold.lapses_at).min(),
            body: written(snapshot)?,
        })
    }
}

impl EntryRow {
    fn of(entry: &Entry) -> Result<Option<Self>, StoreError> {
        let Ok(seq) = i64::try_from(entry.seq) else { return Ok(None) };
        let (kind, key) = (entry.fact.kind(), entry.key.clone());
        let (available, held) = (entry.totals.available, entry.totals.held);
        Ok(Some(Self { seq, at: entry.at, kind, key, available, held, body: written(entry)? }))
    }
}

impl RecordRow {
    fn of(record: &Record) -> Result<Self, StoreError> {
        let (name, is_new, done_at) = (record.name().to_string(), record.is_new(), record.done_at());
        let caused = match record {
            Record::Receipt(receipt) => caused(&receipt.entries),
            _ => None,
        };
        let body = match (record, caused) {
            (Record::Receipt(receipt), Some(_)) => written(&Bare::of(receipt))?,
            _ => written(record)?,
        };
        Ok(Self { name, is_new, done_at, caused, body })
    }
}

impl<'a> Bare<'a> {
    fn of(receipt: &'a Receipt) -> Self {
        let Receipt { format, key, command, entries: _, events } = receipt;
        Self::Receipt { format, key, command, entries: [], events }
    }
}

/// The first and the last of some entries, if they are all that there are from one to the other.
fn caused(entries: &[Arc<Entry>]) -> Option<[i64; 2]> {
    let [first, last] = [entries.first()?, entries.last()?].map(|entry| i64::try_from(entry.seq).ok());
    let caused = [first?, last?];
    is_span(entries, caused).then_some(caused)
}

fn is_span(entries: &[Arc<Entry>], [first, last]: [i64; 2]) -> bool {
    (first..=last).eq(entries.iter().map(|entry| i64::try_from(entry.seq).unwrap_or_default()))
}

fn written(value: &impl Serialize) -> Result<String, StoreError> {
    // Most values fit, so that none has to be moved while it grows.
    let mut text = Vec::with_capacity(1_024);
    serde_json::to_writer(&mut text, value).map_err(StoreError::fatal)?;
    String::from_utf8(text).map_err(StoreError::fatal)
}

/// A head as it was stored. One whose snapshot does not read is folded anew; whether it is that of its row is for the
/// ledger to say.
pub(super) fn head(account: &AccountId, version: i64, seq: i64, body: &str) -> Result<Head, StoreError> {
    let [version, seq] = [version, seq].map(|number| u64::try_from(number).ok());
    let (Some(version), Some(seq)) = (version, seq) else {
        return Err(unread(account, "the head", "a number is below zero"));
    };
    let snapshot = serde_json::from_str(body).ok().map(Arc::new);
    Ok(Head { version, seq, snapshot })
}

/// An entry as it was stored under its number.
pub(super) fn entry(account: &AccountId, seq: i64, body: &str) -> Result<Entry, StoreError> {
    let what = || format!("entry {seq}");
    let entry: Entry = read(account, what, body)?;
    if i64::try_from(entry.seq) == Ok(seq) && entry.account == *account {
        return Ok(entry);
    }
    let found = format!("it says that it is entry {} of account `{}`", entry.seq, entry.account);
    Err(unread(account, &what(), &found))
}

/// A record as it was stored under its name.
pub(super) fn record(account: &AccountId, text: &RecordText<'_>) -> Result<Record, StoreError> {
    let RecordText { name, body, caused, entries } = *text;
    let what = || format!("record `{name}`");
    let mut record: Record = read(account, what, body)?;
    let found = record.name().to_string();
    if found != name {
        return Err(unread(account, &what(), &format!("it says that it is `{found}`")));
    }
    if let (Record::Receipt(receipt), Some([first, last])) = (&mut record, caused) {
        let entries: Vec<Arc<Entry>> = read(account, what, entries.unwrap_or("[]"))?;
        if !is_span(&entries, [first, last]) || entries.iter().any(|entry| entry.account != *account) {
            let why = format!("it caused entries {first} to {last}, and they are not all there");
            return Err(unread(account, &what(), &why));
        }
        receipt.entries = entries;
    }
    Ok(record)
}

/// The names of records, as they are stored.
pub(super) fn names(records: &[RecordName]) -> Vec<String> {
    records.iter().map(RecordName::to_string).collect()
}

fn read<T: DeserializeOwned>(account: &AccountId, what: impl Fn() -> String, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| unread(account, &what(), &error.to_string()))
}

fn unread(account: &AccountId, what: &str, why: &str) -> StoreError {
    StoreError::fatal(format!("{what} of account `{account}` does not read: {why}"))
}
