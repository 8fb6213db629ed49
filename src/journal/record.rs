//! Rows that outlive the snapshot, each under a name of its own.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::charge::Charge;
use super::command::Command;
use super::entry::Entry;
use super::event::Event;
use super::format::Format;
use super::lot::Lot;
use super::posting::Posting;
use super::reward::{Referral, Referred};
use crate::ids::{GrantId, HoldId, Key, Reference};
use crate::quoted::LineItem;
use crate::settlement::Portion;

/// A row under a name, inside one account. A later one under the same name takes its place, except that receipts and
/// references are written once.
///
/// Complete on purpose: a store keeps them without a look, and whoever looks must have an answer for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Record {
    /// What became of the command under a key.
    Receipt(Receipt),
    /// What became of a hold.
    Charge(Charge),
    /// A lot that was used up.
    Lot(Lot),
    /// What was granted for once, and under which key.
    Reference {
        /// The stored form.
        format: Format,
        /// What was granted for.
        reference: Reference,
        /// The command.
        key: Key,
    },
    /// What became of a reward for one referee.
    Referred(Referred),
}

impl Record {
    /// The name of the row.
    pub fn name(&self) -> RecordName {
        match self {
            Self::Receipt(receipt) => RecordName::Receipt(receipt.key.clone()),
            Self::Charge(charge) => RecordName::Charge(charge.id.clone()),
            Self::Lot(lot) => RecordName::Lot(lot.id.clone()),
            Self::Reference { reference, .. } => RecordName::Reference(reference.clone()),
            Self::Referred(referred) => RecordName::Referred(referred.referral.clone()),
        }
    }

    /// Whether a row of that name must not be there yet when this one is written.
    pub fn is_new(&self) -> bool {
        matches!(self, Self::Receipt(_) | Self::Reference { .. })
    }

    /// When the command of a receipt was done; none for other records, and for what caused nothing.
    pub fn done_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Receipt(receipt) => receipt.entries.last().map(|entry| entry.at),
            _ => None,
        }
    }
}

/// The name of a row: what it is, and its key. As text, `receipt/job-41`.
///
/// Complete on purpose, as [`Record`] is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordName {
    /// What became of the command under a key.
    Receipt(Key),
    /// What became of a hold.
    Charge(HoldId),
    /// A lot that was used up.
    Lot(GrantId),
    /// What was granted for once.
    Reference(Reference),
    /// What became of a reward for one referee.
    Referred(Referral),
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receipt(key) => write!(f, "receipt/{key}"),
            Self::Charge(hold) => write!(f, "charge/{hold}"),
            Self::Lot(grant) => write!(f, "lot/{grant}"),
            Self::Reference(reference) => write!(f, "reference/{reference}"),
            Self::Referred(referral) => write!(f, "referred/{referral}"),
        }
    }
}

/// The stored outcome of one command: what was asked for, and what it caused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The stored form.
    pub format: Format,
    /// The command's key.
    pub key: Key,
    /// What was asked for.
    pub command: Command,
    /// What it caused: its own entries, without what time did by itself at that instant.
    pub entries: Vec<Arc<Entry>>,
    /// What somebody should be told, now that it is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

impl Receipt {
    /// What its amount is made of, where it was quoted or priced.
    pub fn lines(&self) -> &[LineItem] {
        match &self.command {
            Command::Hold(spend) | Command::Charge(spend) => spend.quoted().map_or(&[], |quoted| quoted.lines()),
            Command::Settle { settlement, .. } => match settlement.due() {
                Portion::Priced { lines, .. } => lines,
                Portion::Whole | Portion::Exactly(_) | Portion::Items(_) => &[],
            },
            _ => &[],
        }
    }

    /// Which credits it moved: of which lots, from where to where.
    pub fn postings(&self) -> impl Iterator<Item = &Posting> {
        self.entries.iter().flat_map(|entry| &entry.postings)
    }
}

/// The hold or charge that a receipt is about: the one that its command made, or the one that it named.
impl From<&Receipt> for HoldId {
    fn from(receipt: &Receipt) -> Self {
        match &receipt.command {
            Command::Settle { hold, .. }
            | Command::MarkUnknown { hold, .. }
            | Command::Extend { hold, .. }
            | Command::Release { hold, .. }
            | Command::Refund { charge: hold, .. } => hold.clone(),
            _ => Self::from(&receipt.key),
        }
    }
}
