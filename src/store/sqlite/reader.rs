//! Those who read: each load is one transaction, which sees one moment, beside whoever writes.

use std::sync::{
    Arc, Mutex, PoisonError,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{
    super::{SchemaError, StoreError},
    fault::Halt,
    queue::{Answer, Threads, WAITING, ask},
};

pub(super) struct Readers {
    queue: SyncSender<Read>,
    _threads: Threads,
}

type Read = Box<dyn FnOnce(&Connection) + Send>;

impl Readers {
    /// Starts a thread for each of the connections.
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self, SchemaError> {
        // Before the queue, so that this is closed first where a thread cannot be started.
        let mut threads = Threads::default();
        let (queue, requests) = sync_channel(WAITING);
        let requests = Arc::new(Mutex::new(requests));
        for connection in connections {
            let requests = requests.clone();
            threads.start("sqlite-reader", move || serve(&connection, &requests))?;
        }
        Ok(Self { queue, _threads: threads })
    }

    /// Does some work inside a transaction, and answers with what came of it.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, StoreError> {
        let request = |answer: Answer<T>| -> Read {
            Box::new(move |connection| {
                // Nobody waits for it any more, if it was dropped.
                if !answer.is_closed() {
                    let _ = answer.send(at_once(connection, work).map_err(|Halt(error)| error));
                }
            })
        };
        ask(&self.queue, request).await
    }
}

fn serve(connection: &Connection, queue: &Mutex<Receiver<Read>>) {
    while let Some(read) = next(queue) {
        read(connection);
    }
}

/// Whoever has the lock waits for a request, and the others wait for the lock.
fn next(queue: &Mutex<Receiver<Read>>) -> Option<Read> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn at_once<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T, Halt>) -> Result<T, Halt> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    work(&transaction)
}
