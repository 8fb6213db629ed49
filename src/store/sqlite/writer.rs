//! The one who writes: whatever queued up is one transaction, and each request has an outcome of its own.

use std::{
    collections::VecDeque,
    iter::repeat_with,
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

pub(super) struct Writer {
    queue: SyncSender<Write>,
    _threads: Threads,
}

/// Work inside a transaction, and the number that is the answer. It may be done more than once, each time as if it had
/// never been done before.
type Work = dyn Fn(&Connection) -> rusqlite::Result<usize> + Send;

/// What is to be written, and who waits for it.
struct Write {
    work: Box<Work>,
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
    pub(super) fn start(connection: Connection, patience: Duration) -> Result<Self, SchemaError> {
        // Waiting is done here: SQLite would wait longer and longer between two attempts, and so lose against a process
        // that writes all the time.
        connection.busy_timeout(Duration::ZERO).map_err(unopened)?;
        let mut threads = Threads::default();
        let (queue, requests) = sync_channel(WAITING);
        threads.start("sqlite-writer", move || serve(&connection, patience, &requests))?;
        Ok(Self { queue, _threads: threads })
    }

    /// Does some work, and answers when it is on the disk.
    pub(super) async fn write(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize, StoreError> {
        ask(&self.queue, |answer| Write { work: Box::new(work), answer }).await
    }
}

fn serve(connection: &Connection, patience: Duration, queue: &Receiver<Write>) {
    while let Ok(first) = queue.recv() {
        let mut batch = VecDeque::from([first]);
        let begun = begin(connection, patience);
        if begun.is_err() {
            // They have waited for the same lock.
            batch.extend(queue.try_iter().take(BATCH));
        }
        let mut outcome = begun.and_then(|transaction| attempt(&transaction, &mut batch, Some(queue)));
        // What cannot be done keeps nobody else: the others are done without it.
        while let Err(Undone::One(place, error)) = outcome {
            answer(batch.remove(place), [Err(error)]);
            outcome = begin(connection, patience).and_then(|transaction| attempt(&transaction, &mut batch, None));
        }
        match outcome {
            Ok(numbers) => answer(batch, numbers.into_iter().map(Ok)),
            Err(Undone::One(_, error) | Undone::All(error)) => answer(batch, repeat_with(|| Err(error.clone()))),
        }
    }
}

fn answer(writes: impl IntoIterator<Item = Write>, outcomes: impl IntoIterator<Item = Result<usize, StoreError>>) {
    for (write, outcome) in writes.into_iter().zip(outcomes) {
        // Whoever does not wait any more will ask again.
        let _ = write.answer.send(outcome);
    }
}

/// Takes the lock that only one writer has, of all processes.
fn begin(connection: &Connection, patience: Duration) -> Result<Transaction<'_>, Undone> {
    let attempt = || Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
    for _ in 0..patience.as_millis() {
        match attempt() {
            Err(error) if is_busy(&error) => thread::sleep(PAUSE),
            begun => return begun.map_err(|error| Undone::All(undone(error))),
        }
    }
    attempt().map_err(|error| Undone::All(if is_busy(&error) { locked_out(patience) } else { undone(error) }))
}

fn locked_out(patience: Duration) -> StoreError {
    StoreError::not_written(format!("the database was locked by somebody else for {patience:?}"))
}

/// Does all of it, or nothing: unless it is committed, the transaction is rolled back as it is dropped. Whatever queues
/// up until then is done along with it, as what takes long is to commit.
fn attempt(
    transaction: &Transaction<'_>,
    batch: &mut VecDeque<Write>,
    queue: Option<&Receiver<Write>>,
) -> Result<Vec<usize>, Undone> {
    // What nobody waits for was not begun, and is not missed.
    batch.retain(|write| !write.answer.is_closed());
    let mut numbers = Vec::with_capacity(batch.len());
    loop {
        let place = numbers.len();
        let Some(write) = batch.get(place) else {
            let mut waiting = queue.filter(|_| place < BATCH).into_iter().flat_map(Receiver::try_iter);
            let Some(next) = waiting.find(|write| !write.answer.is_closed()) else { break };
            batch.push_back(next);
            continue;
        };
        // An error ends the attempt, since with some of them SQLite has rolled back by itself.
        numbers.push((write.work)(transaction).map_err(|error| Undone::One(place, undone(error)))?);
    }
    commit(transaction).map_err(Undone::All)?;
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
