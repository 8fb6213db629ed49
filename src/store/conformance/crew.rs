//! Several threads at once.

use std::{
    sync::{PoisonError, RwLock},
    thread::{self, ScopedJoinHandle},
};

use super::{
    case::panicked,
    stop::{Verdict, fail},
};

/// Does something on so many threads at once, and collects what comes of it; the first failure is that of all.
pub(super) fn together<T: Send>(crew: usize, work: impl Fn(usize) -> Verdict<T> + Sync) -> Verdict<Vec<T>> {
    let (work, gate) = (&work, &RwLock::new(()));
    thread::scope(|scope| {
        // Nobody starts before all are there; and if not all can come, the others start as this scope is left.
        let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
        let mut threads = Vec::new();
        for member in 0..crew {
            let wait_and_work = move || {
                drop(gate.read());
                work(member)
            };
            threads.push(thread::Builder::new().spawn_scoped(scope, wait_and_work)?);
        }
        drop(closed);
        let ended = threads.into_iter().map(ScopedJoinHandle::join);
        let verdicts: Vec<_> = ended.map(|ended| ended.unwrap_or_else(|panic| fail(panicked(&*panic)))).collect();
        verdicts.into_iter().collect()
    })
}
