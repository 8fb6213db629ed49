//! What a command writes.

use std::sync::Arc;

use crate::journal::{Entry, Receipt, Record};

/// What a command writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The facts, to be folded and stored in this order.
    pub entries: Vec<Arc<Entry>>,
    /// The rows; the first is the receipt.
    pub records: Vec<Record>,
}

impl Changes {
    /// The receipt of the command.
    pub fn receipt(&self) -> Option<&Receipt> {
        self.records.iter().find_map(|record| if let Record::Receipt(receipt) = record { Some(receipt) } else { None })
    }
}
