//! The one who writes: whatever queued up is one transaction, and each request has an outcome of its own.

use std::{
    collections::VecDeque,
    iter::once,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{
    super::{SchemaError, StoreError},
    fault::{is_busy, undone, unopened},
    queue::{Answer, Threads, WAITING, ask},
};

/// How many requests are one transaction at most.
const BATCH: usize = 128;
/// How long to wait before a lock that somebody else holds is tried again.
const PAUSE: Duration = Duration::from_millis(1);

pub(super) struct Writer(SyncSender<Write>);

/// What is to be written, and who waits for it.
struct Write {
    work: Box<dyn Fn(&Connection) -> rusqlite::Result<usize> + Send>,
    answer: Answer<usize>,
}

/// Why a transaction was rolled back.
enum Undone {
    /// One request of it cannot be done.
    One(usize, StoreError),
    /// None of it can.
    All(StoreError),
}

impl Writer {
    /// Starts the thread. `patience` is how long it waits for the lock of another process.
    pub(super) fn start(
        connection: Connection,
        patience: Duration,
        threads: &mut Threads,
    ) -> Result<Self, SchemaError> {
        // Waiting is done here: SQLite would wait longer and longer between two attempts, and so lose against a process
        // that writes all the time.
        connection.busy_timeout(Duration::ZERO).map_err(unopened)?;
        let (sender, queue) = sync_channel(WAITING);
        threads.start("sqlite-writer", move || serve(&connection, patience, &queue))?;
        Ok(Self(sender))
    }

    /// Does some work inside a transaction, and answers with its number when that is on the disk. The work may be done
    /// more than once, each time as if it had never been done before.
    pub(super) async fn write(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize, StoreError> {
        ask(&self.0, |answer| Write { work: Box::new(work), answer }).await
    }
}

fn serve(connection: &Connection, patience: Duration, queue: &Receiver<Write>) {
    while let Ok(first) = queue.recv() {
        // First the lock, then whatever has queued up until it was there.
        let mut begun = begin(connection, patience);
        // What nobody waits for was not begun, and is not missed.
        let waiting = once(first).chain(queue.try_iter()).filter(|write| !write.answer.is_closed());
        let mut batch: VecDeque<_> = waiting.take(BATCH).collect();
        loop {
            match begun.map_or_else(|error| Err(Undone::All(locked_out(error, patience))), |it| attempt(it, &batch)) {
                Ok(numbers) => {
                    for (write, number) in batch.into_iter().zip(numbers) {
                        // Whoever does not wait any more will ask again.
                        let _ = write.answer.send(Ok(number));
                    }
                    break;
                }
                Err(Undone::All(error)) => {
                    for write in batch {
                        let _ = write.answer.send(Err(error.clone()));
                    }
                    break;
                }
                Err(Undone::One(place, error)) => {
                    if let Some(write) = batch.remove(place) {
                        let _ = write.answer.send(Err(error));
                    }
                    begun = begin(connection, patience);
                }
            }
        }
    }
}

/// Takes the lock that only one writer has, of all processes.
fn begin(connection: &Connection, patience: Duration) -> rusqlite::Result<Transaction<'_>> {
    let attempt = || Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
    for _ in 0..patience.as_millis() {
        match attempt() {
            Err(error) if is_busy(&error) => thread::sleep(PAUSE),
            begun => return begun,
        }
    }
    attempt()
}

fn locked_out(error: rusqlite::Error, patience: Duration) -> StoreError {
    if is_busy(&error) {
        return StoreError::not_written(format!("somebody else has kept the database locked for {patience:?}"));
    }
    undone(error)
}

/// Does all of it, or nothing: unless it is committed, the transaction is rolled back as it is dropped.
fn attempt(transaction: Transaction<'_>, batch: &VecDeque<Write>) -> Result<Vec<usize>, Undone> {
    let mut numbers = Vec::with_capacity(batch.len());
    for (place, write) in batch.iter().enumerate() {
        // An error ends the attempt, since with some of them SQLite has rolled back by itself.
        numbers.push((write.work)(&transaction).map_err(|error| Undone::One(place, undone(error)))?);
    }
    commit(&transaction).map_err(Undone::All)?;
    Ok(numbers)
}

fn commit(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute_batch("COMMIT").map_err(|error| {
        if transaction.is_autocommit() {
            // It is over, with an error: what was written last may be found and taken for good after a crash.
            return StoreError::unknown(error);
        }
        // It is still open, so that nothing was tried, and is rolled back.
        undone(error)
    })
}
