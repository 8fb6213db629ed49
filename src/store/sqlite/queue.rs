//! A queue of requests to a thread, and the thread.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{SyncSender, TrySendError},
    thread::{self, Builder, JoinHandle},
};

use tokio::sync::oneshot;

use super::super::{SchemaError, StoreError};

/// How many requests wait in one queue at most.
pub(super) const WAITING: usize = 4_096;

/// What came of a request.
pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Hands a request to a thread, and waits for what comes of it.
pub(super) async fn ask<R, T>(queue: &SyncSender<R>, request: impl FnOnce(Answer<T>) -> R) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    match queue.try_send(request(answer)) {
        Ok(()) => answered.await.unwrap_or_else(|_| Err(StoreError::unknown("the thread of the database panicked"))),
        Err(TrySendError::Full(_)) => Err(StoreError::not_written(format!("{WAITING} requests wait already"))),
        Err(TrySendError::Disconnected(_)) => Err(StoreError::fatal("the thread of the database is gone")),
    }
}

/// Threads that end when their queue is closed. Whoever drops them waits for that, so they come after the queue.
#[derive(Default)]
pub(super) struct Threads(Vec<JoinHandle<()>>);

impl Threads {
    /// Starts a thread that serves a queue until that is closed.
    pub(super) fn start(&mut self, name: &str, mut serve: impl FnMut() + Send + 'static) -> Result<(), SchemaError> {
        // A waker is the caller's own code: if it panics, the others go on.
        let work = move || while catch_unwind(AssertUnwindSafe(&mut serve)).is_err() {};
        let thread = Builder::new().name(name.to_owned()).spawn(work);
        self.0.push(thread.map_err(|error| SchemaError::Database(error.into()))?);
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        let this = thread::current().id();
        // It is one of them that drops the last handle if that was in a future which a waker has dropped.
        for thread in self.0.drain(..).filter(|thread| thread.thread().id() != this) {
            // What it panics with has been told already.
            let _ = thread.join();
        }
    }
}
