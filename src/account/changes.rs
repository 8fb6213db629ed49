//! What a command writes.

use std::sync::Arc;

use crate::journal::{Entry, Receipt, Record};

/// What a command writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The facts, to be folded and stored in this order.
    pub entries: Vec<Arc<Entry>>,
    /// The receipt of the command, to be stored with the rows.
    pub receipt: Receipt,
    /// The other rows.
    pub records: Vec<Record>,
}

impl Changes {
    /// All rows to be stored, the receipt first.
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        std::iter::once(Record::Receipt(self.receipt)).chain(self.records)
    }
}
