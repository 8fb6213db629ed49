//! One account's queue in this process.
//!
//! Whoever comes queues up, and then waits for an answer or for its turn, whatever is first. Who has the turn takes all
//! that queued up, has it decided one by one and committed as one, and hands out the answers. If it is dropped
//! meanwhile, what it took goes back to the queue, with what is doubtful about it, and the next one goes on.

use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use tokio::sync::{self, oneshot};

use super::{
    Answer, Job, Ledger, LedgerError, Operation,
    operation::{Known, Seat},
};
use crate::{ids::AccountId, planted::planted, store::LedgerStore};

/// How many commands are committed as one at most.
const BATCH: usize = 256;
/// How many commands wait for one account at most.
const WAITING: usize = 1_024;
/// How many accounts are kept at hand before those that nobody waits for are let go.
const LANES: usize = 16_384;

#[derive(Default)]
pub(super) struct Lanes(Mutex<Map>);

#[derive(Default)]
struct Map {
    lanes: BTreeMap<AccountId, Arc<Lane>>,
    /// How many lanes there may be before the idle ones are let go.
    room: usize,
}

#[derive(Default)]
struct Lane {
    queue: Mutex<VecDeque<Waiting>>,
    /// Whose turn it is. What is known of the account is left there for the next one.
    turn: sync::Mutex<Option<Known>>,
}

struct Waiting {
    job: Job,
    doubt: Option<u64>,
    answer: oneshot::Sender<Answer>,
}

impl Lanes {
    pub(super) async fn run<S: LedgerStore>(&self, ledger: &Ledger<S>, account: &AccountId, job: Job) -> Answer {
        let lane = self.lane(account);
        let mut answer = lane.enqueue(job)?;
        loop {
            let mut turn = pin!(lane.turn.lock());
            let first = poll_fn(|context| match Pin::new(&mut answer).poll(context) {
                Poll::Ready(answer) => Poll::Ready(Ok(answer)),
                Poll::Pending => turn.as_mut().poll(context).map(Err),
            });
            match first.await {
                Ok(answer) => return answer.unwrap_or(Err(LedgerError::Busy { attempts: 0 })),
                Err(mut known) => lane.serve(ledger, account, &mut known).await,
            }
        }
    }

    fn lane(&self, account: &AccountId) -> Arc<Lane> {
        let mut map = locked(&self.0);
        if let Some(lane) = map.lanes.get(account) {
            return lane.clone();
        }
        if map.lanes.len() >= map.room.max(LANES) {
            map.lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
            map.room = map.lanes.len().saturating_mul(2);
        }
        map.lanes.entry(account.clone()).or_default().clone()
    }
}

impl Lane {
    fn enqueue(&self, job: Job) -> Result<oneshot::Receiver<Answer>, LedgerError> {
        let mut queue = locked(&self.queue);
        if queue.len() >= WAITING {
            // Whoever takes the turn would leave them out; but where all were dropped, nobody is there to take it.
            queue.retain(|waiting| !waiting.answer.is_closed());
        }
        let waiting = queue.len();
        if waiting >= WAITING {
            return Err(LedgerError::QueueFull { waiting });
        }
        let (sender, receiver) = oneshot::channel();
        queue.push_back(Waiting { job, doubt: None, answer: sender });
        Ok(receiver)
    }

    /// Does what has queued up, and answers it.
    async fn serve<S: LedgerStore>(&self, ledger: &Ledger<S>, account: &AccountId, known: &mut Option<Known>) {
        let Some(mut batch) = Batch::of(self, ledger, account) else { return };
        // Taken out, so that nothing is known if this is dropped.
        if let Some(known) = known.take() {
            batch.operation.start_from(known);
        }
        ledger.drive(&mut batch.operation).await;
        *known = batch.operation.take_known();
    }
}

/// Commands under way, and who waits for them. When it is dropped, what has an answer gets it, and what has none goes
/// back to the queue.
struct Batch<'a> {
    lane: &'a Lane,
    operation: Operation,
    answers: Vec<oneshot::Sender<Answer>>,
}

impl<'a> Batch<'a> {
    fn of<S: LedgerStore>(lane: &'a Lane, ledger: &Ledger<S>, account: &AccountId) -> Option<Self> {
        let mut queue = locked(&lane.queue);
        let (mut jobs, mut doubts, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(Waiting { job, doubt, answer }) = (jobs.len() < BATCH).then(|| queue.pop_front()).flatten() {
            // Nobody is told of what nobody waits for: it was not begun, or may have been done.
            if !answer.is_closed() {
                jobs.push(job);
                doubts.push(doubt);
                answers.push(answer);
            }
        }
        if jobs.is_empty() {
            return None;
        }
        let operation = ledger.operation(account, jobs).with_doubts(doubts);
        Some(Self { lane, operation, answers })
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut left = VecDeque::new();
        for (seat, waiting) in self.operation.leave().zip(self.answers.drain(..)) {
            let Seat { job, doubt, answer } = seat;
            match answer {
                // Whoever does not wait any more will ask again.
                Some(answer) => drop(waiting.send(answer)),
                None if planted!("doubt-lost-with-the-turn") => {
                    left.push_back(Waiting { job, doubt: None, answer: waiting });
                }
                None if planted!("jobs-lost-with-the-turn") => {
                    drop(waiting.send(Err(LedgerError::Busy { attempts: 0 })));
                }
                None => left.push_back(Waiting { job, doubt, answer: waiting }),
            }
        }
        let mut queue = locked(&self.lane.queue);
        left.append(&mut queue);
        *queue = left;
    }
}

/// Nothing is left half done while one of these locks is held, so that a panic elsewhere spoils nothing.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
