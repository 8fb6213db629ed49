//! One case, and what it answers.

use std::{
    any::Any,
    fmt,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
};

use super::{
    CASES, INVENTORY_CASES, Subject, body, inventory_body,
    stop::{Stop, Verdict},
};
use crate::store::Inventory;

/// Something that must hold of every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The group of cases that it belongs to, such as `races`.
    pub group: &'static str,
    /// Its name, which is that of its test.
    pub name: &'static str,
    /// What must hold.
    pub what: &'static str,
}

impl Case {
    /// The case of a name.
    ///
    /// ```
    /// use studio_credits::store::conformance::Case;
    ///
    /// assert_eq!(Case::named("receipt_once").map(|case| case.group), Some("versions"));
    /// assert_eq!(Case::named("receipts"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        CASES.iter().chain(INVENTORY_CASES).find(|case| case.name == name).copied()
    }

    /// Runs the case on a store that is fresh, on a thread of its own, and gives up after the
    /// [patience](Subject::patience) of the subject: a store that hangs fails like any other.
    ///
    /// ```
    /// use studio_credits::store::{MemoryStore, conformance::{Answer, Case, Subject}};
    ///
    /// struct InMemory;
    ///
    /// impl Subject for InMemory {
    ///     type Store = MemoryStore;
    ///
    ///     fn fresh(&self) -> MemoryStore {
    ///         MemoryStore::default()
    ///     }
    /// }
    ///
    /// let answer = Case::named("kept").map(|case| case.run(InMemory));
    /// assert_eq!(answer, Some(Answer::Skipped("the subject does not open a store again")));
    /// ```
    pub fn run<S: Subject>(self, subject: S) -> Answer {
        match body::<S>(self.name) {
            Some(body) => self.run_body(subject, body),
            None => Answer::Skipped("it is for stores that are an `Inventory`: `run_inventory` runs it"),
        }
    }

    /// Runs one of the [`INVENTORY_CASES`](super::INVENTORY_CASES), or any other, as [`run`](Self::run) does.
    ///
    /// ```
    /// use studio_credits::store::{MemoryStore, conformance::{Answer, INVENTORY_CASES, Subject}};
    ///
    /// # struct InMemory;
    /// # impl Subject for InMemory {
    /// #     type Store = MemoryStore;
    /// #     fn fresh(&self) -> MemoryStore { MemoryStore::default() }
    /// # }
    /// for case in INVENTORY_CASES {
    ///     assert_eq!(case.run_inventory(InMemory), Answer::Passed, "{}", case.what);
    /// }
    /// ```
    pub fn run_inventory<S: Subject<Store: Inventory>>(self, subject: S) -> Answer {
        match inventory_body::<S>(self.name) {
            Some(body) => self.run_body(subject, body),
            None => self.run(subject),
        }
    }

    fn run_body<S: Subject>(self, subject: S, body: fn(&S) -> Verdict) -> Answer {
        let patience = subject.patience();
        let (tell, told) = channel();
        let spawned = thread::Builder::new().name(self.name.to_owned()).spawn(move || {
            let verdict = body(&subject);
            drop(subject);
            // Nobody listens any more if the case has been given up.
            let _ = tell.send(verdict);
        });
        let thread = match spawned {
            Ok(thread) => thread,
            Err(error) => return Answer::Failed(format!("no thread can be started: {error}")),
        };
        match told.recv_timeout(patience) {
            Ok(verdict) => Answer::of(verdict),
            Err(RecvTimeoutError::Timeout) => {
                Answer::Failed(format!("it does not end within {patience:?}: a call to the store hangs"))
            }
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Ok(()) => Answer::Failed("it ended without an answer".to_owned()),
                Err(panic) => Answer::Failed(panicked(&*panic)),
            },
        }
    }
}

/// What came of a case.
///
/// Complete on purpose: a case that was not run is neither of the others.
#[must_use = "a case that failed says so here, and nowhere else"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The store does what it must.
    Passed,
    /// The case cannot be run on this store, and why.
    Skipped(&'static str),
    /// The store does something else: what was expected, and what came.
    Failed(String),
}

impl Answer {
    /// Whether the store does something else than it must.
    pub fn is_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Self::Passed,
            Err(Stop::Skipped(why)) => Self::Skipped(why),
            Err(Stop::Failed(why)) => Self::Failed(why),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
        }
    }
}

/// What a thread said that ended in a panic.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the store panicked: {}", text.unwrap_or("it did not say why"))
}
