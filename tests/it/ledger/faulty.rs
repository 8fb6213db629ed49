//! A store that fails at calls that a test names.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError};

use super::shelves::Shelves;

/// How a call fails. A read has nothing to write, and fails with the same fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is written, and it is known.
    NotWritten,
    /// It is written, and the reply is lost.
    Written,
    /// It is lost on the way.
    Lost,
    /// It is lost from sight, and arrives with the next call.
    Late,
    /// It is lost from sight, and arrives when nobody waits for it any more.
    AtLast,
    /// Somebody has to look at the store. Nothing is written.
    Fatal,
}

impl Fault {
    pub(crate) const ALL: [Self; 6] =
        [Self::NotWritten, Self::Written, Self::Lost, Self::Late, Self::AtLast, Self::Fatal];

    pub(crate) fn error(self) -> StoreError {
        match self {
            Self::NotWritten => StoreError::not_written("no connection"),
            Self::Fatal => StoreError::fatal("the disk is full"),
            Self::Written | Self::Lost | Self::Late | Self::AtLast => StoreError::unknown("the connection was reset"),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faulty {
    pub(crate) shelves: Shelves,
    /// At which calls, counted from 1, and how.
    plan: Vec<(u64, Fault)>,
    calls: AtomicU64,
    late: Mutex<Vec<Commit>>,
    at_last: Mutex<Vec<Commit>>,
    /// Whether no snapshot reads, so that entries are folded each time.
    unread: bool,
}

impl Faulty {
    pub(crate) fn new(plan: impl IntoIterator<Item = (u64, Fault)>) -> Self {
        Self { plan: plan.into_iter().collect(), ..Self::default() }
    }

    /// A store of which no snapshot reads.
    #[must_use]
    pub(crate) fn unread(self, unread: bool) -> Self {
        Self { unread, ..self }
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Lets everything arrive that is under way, whether it is still of use or not.
    pub(crate) fn land(&self) {
        for lost in [&self.late, &self.at_last] {
            for commit in lost.lock().unwrap().drain(..) {
                let _ = self.shelves.write(&commit);
            }
        }
    }

    fn next(&self) -> Option<Fault> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        for commit in self.late.lock().unwrap().drain(..) {
            let _ = self.shelves.write(&commit);
        }
        self.plan.iter().find(|(at, _)| *at == call).map(|(_, fault)| *fault)
    }
}

impl LedgerStore for Faulty {
    async fn load(&self, account: &AccountId, names: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        self.next().map_or(Ok(()), |fault| Err(fault.error()))?;
        let loaded = self.shelves.read(account, names);
        let head = loaded.head.map(|head| if self.unread { Head::unread(head.version, head.seq) } else { head });
        Ok(Loaded::latest(head, loaded.records))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let Some(fault) = self.next() else {
            return Ok(self.shelves.write(commit));
        };
        match fault {
            Fault::NotWritten | Fault::Lost | Fault::Fatal => {}
            Fault::Written => drop(self.shelves.write(commit)),
            Fault::Late => self.late.lock().unwrap().push(commit.clone()),
            Fault::AtLast => self.at_last.lock().unwrap().push(commit.clone()),
        }
        Err(fault.error())
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let read = self.next().map_or(Ok(()), |fault| Err(fault.error()));
        read.map(|()| self.shelves.page(account, after, max))
    }
}
