//! What waits to be sent: many callers' work in one statement.
//!
//! Callers queue up and wait for their answers. A few tasks take what has queued up, send it as one statement, hand out
//! the answers, and end when nothing is left. So a caller who is dropped takes nothing along, and where nobody asks,
//! nothing runs.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem, slice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, task, time};

use super::{
    fault::{Cure, Trouble},
    server::Server,
};
use crate::{digest, ids::AccountId, store::StoreError};

/// How many callers wait at most, who would otherwise be more and more where the server has no answer.
const WAITING: usize = 16_384;
/// How many callers' work travels together at most.
const BATCH: usize = 128;
/// How many bytes travel together at most, unless one caller's work alone has more.
const BYTES: usize = 1 << 20;
/// What part of the work under way should wait before more is sent beside it. A statement costs the server as much as
/// four of its commits, so many small ones would cost more than they save.
const SHARE: usize = 2;
/// How long it may wait for that: what is under way may be held up by a lock of somebody else's.
const GATHERING: Duration = Duration::from_millis(1);
/// How often a statement is sent at most that others get in the way of.
const TRIES: u32 = 6;
/// The longest wait before the second try, in microseconds; it doubles with each further one.
const FIRST: u64 = 2_000;

/// What one caller asks of the server.
pub(super) trait Work: Send + Sync + Sized + 'static {
    type Answer: Send;

    /// Whether no two of one account may be under way at once.
    const IS_EXCLUSIVE: bool;

    fn account(&self) -> &AccountId;

    /// About how many bytes it sends.
    fn bytes(&self) -> usize;

    /// The answer to this, where what became of other work of the same account decides it.
    fn decided_by(&self, other: &Self, answer: &Self::Answer) -> Option<Self::Answer>;

    /// Sends work of many callers as one statement: an answer for each, in their order.
    fn send(server: &Server, works: &[Self]) -> impl Future<Output = Result<Vec<Self::Answer>, Trouble>> + Send;
}

type Answer<W> = Result<<W as Work>::Answer, StoreError>;

pub(super) struct Queue<W: Work> {
    state: Mutex<State<W>>,
    /// How many statements are under way at once, at most.
    width: usize,
}

struct State<W: Work> {
    waiting: VecDeque<Waiting<W>>,
    /// The accounts whose work is under way, where that keeps others of the same account waiting.
    taken: BTreeSet<AccountId>,
    /// Whether any of the same account is kept waiting.
    is_passed_over: bool,
    carriers: usize,
    /// How many callers' work is under way.
    under_way: usize,
}

struct Waiting<W: Work> {
    work: W,
    /// For patience alone: no rule of an account goes by it.
    since: Instant,
    answer: oneshot::Sender<Answer<W>>,
}

impl<W: Work> Queue<W> {
    pub(super) fn new(width: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            taken: BTreeSet::new(),
            is_passed_over: false,
            carriers: 0,
            under_way: 0,
        };
        Self { state: Mutex::new(state), width }
    }

    /// Has some work done.
    pub(super) async fn run(self: &Arc<Self>, server: &Arc<Server>, work: W) -> Answer<W> {
        let (sender, receiver) = oneshot::channel();
        if let Some(carrier) = self.push(Waiting { work, since: Instant::now(), answer: sender })? {
            server.runtime.spawn(carrier.carry_on(server.clone()));
        }
        receiver.await.unwrap_or_else(|_| Err(StoreError::unknown("the runtime of the store was shut down")))
    }

    fn push(self: &Arc<Self>, waiting: Waiting<W>) -> Result<Option<Carrier<W>>, StoreError> {
        let mut state = self.locked();
        if state.waiting.len() >= WAITING {
            return Err(StoreError::not_written(format!("{WAITING} requests wait already")));
        }
        state.waiting.push_back(waiting);
        if state.carriers >= self.width {
            return Ok(None);
        }
        state.carriers = state.carriers.saturating_add(1);
        Ok(Some(Carrier { queue: self.clone(), has_left: false }))
    }

    /// Nothing is left half done while the lock is held, so that a panic elsewhere spoils nothing.
    fn locked(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Work> State<W> {
    /// Whether what waits should go at once, beside what is under way.
    fn is_enough(&self) -> bool {
        self.waiting.len() >= self.under_way.checked_div(SHARE).unwrap_or_default()
    }

    /// What is to travel next, in the order in which it came, of what has not waited for longer than `patience`.
    fn next(&mut self, patience: Duration) -> Vec<Waiting<W>> {
        let (mut batch, mut left, mut bytes) = (Vec::new(), VecDeque::new(), 0_usize);
        while let Some(waiting) = self.waiting.pop_front() {
            // What nobody waits for was not begun.
            if waiting.answer.is_closed() {
                continue;
            }
            if waiting.since.elapsed() > patience {
                drop(waiting.answer.send(Err(StoreError::not_written("the server did not get to it in time"))));
                continue;
            }
            if W::IS_EXCLUSIVE && self.taken.contains(waiting.work.account()) {
                self.is_passed_over = true;
                left.push_back(waiting);
                continue;
            }
            bytes = bytes.saturating_add(waiting.work.bytes());
            if !batch.is_empty() && (batch.len() >= BATCH || bytes > BYTES) {
                self.waiting.push_front(waiting);
                break;
            }
            if W::IS_EXCLUSIVE {
                self.taken.insert(waiting.work.account().clone());
            }
            batch.push(waiting);
        }
        if !left.is_empty() {
            left.append(&mut self.waiting);
            self.waiting = left;
        }
        batch
    }
}

/// A task that carries work to the server for as long as there is some.
struct Carrier<W: Work> {
    queue: Arc<Queue<W>>,
    has_left: bool,
}

impl<W: Work> Carrier<W> {
    async fn carry_on(mut self, server: Arc<Server>) {
        loop {
            // Whoever is ready to ask does so first, and travels along.
            task::yield_now().await;
            if !self.queue.locked().is_enough() {
                time::sleep(GATHERING).await;
            }
            let Some(batch) = self.next(server.patience) else { return };
            batch.carry(&server).await;
        }
    }

    /// A batch; where there is none, this has left, so that whoever comes next calls for another.
    fn next(&mut self, patience: Duration) -> Option<Batch<W>> {
        let mut state = self.queue.locked();
        let waiting = state.next(patience);
        if waiting.is_empty() {
            state.carriers = state.carriers.saturating_sub(1);
            self.has_left = true;
            return None;
        }
        state.under_way = state.under_way.saturating_add(waiting.len());
        drop(state);
        let (works, answers) = waiting.into_iter().map(|waiting| (waiting.work, waiting.answer)).unzip();
        Some(Batch { queue: self.queue.clone(), works, answers, is_over: false })
    }
}

/// Only where a runtime is shut down is a carrier dropped in the middle. If it was the last one, nobody serves those
/// who wait, and they are told so by their answers being dropped.
impl<W: Work> Drop for Carrier<W> {
    fn drop(&mut self) {
        if self.has_left {
            return;
        }
        let mut state = self.queue.locked();
        state.carriers = state.carriers.saturating_sub(1);
        if state.carriers == 0 {
            state.waiting.clear();
        }
    }
}

/// Work that is under way.
struct Batch<W: Work> {
    queue: Arc<Queue<W>>,
    works: Vec<W>,
    answers: Vec<oneshot::Sender<Answer<W>>>,
    is_over: bool,
}

impl<W: Work> Batch<W> {
    async fn carry(mut self, server: &Server) {
        let answers = self.answers.drain(..).collect::<Vec<_>>().into_iter();
        match sent(server, &self.works).await {
            Ok(found) => {
                self.end(&found);
                for (sender, answer) in answers.zip(found) {
                    // Whoever does not wait any more will ask again.
                    drop(sender.send(Ok(answer)));
                }
            }
            Err(trouble) if trouble.cure != Cure::None && self.works.len() > 1 => {
                for (sender, work) in answers.zip(&self.works) {
                    let answer = sent(server, slice::from_ref(work)).await;
                    let answer = answer.map(|mut found| found.pop()).map_err(|trouble| trouble.error);
                    let none = || Err(StoreError::unknown("the server has answered something else"));
                    drop(sender.send(answer.and_then(|found| found.map_or_else(none, Ok))));
                }
            }
            Err(trouble) => answers.for_each(|sender| drop(sender.send(Err(trouble.error.clone())))),
        }
    }

    /// Lets others of the same accounts go, and answers those among them that are decided by now: of many who saw the
    /// same version one wins, and the others need not ask the server.
    fn end(&mut self, answers: &[W::Answer]) {
        if mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut state = self.queue.locked();
        state.under_way = state.under_way.saturating_sub(self.works.len());
        if !W::IS_EXCLUSIVE {
            return;
        }
        for work in &self.works {
            state.taken.remove(work.account());
        }
        if answers.is_empty() || !mem::take(&mut state.is_passed_over) {
            return;
        }
        let done: BTreeMap<_, _> = self.works.iter().zip(answers).map(|done| (done.0.account(), done)).collect();
        for waiting in mem::take(&mut state.waiting) {
            let work = &waiting.work;
            match done.get(work.account()).and_then(|(other, answer)| work.decided_by(other, answer)) {
                Some(decided) => drop(waiting.answer.send(Ok(decided))),
                None => state.waiting.push_back(waiting),
            }
        }
    }
}

impl<W: Work> Drop for Batch<W> {
    fn drop(&mut self) {
        self.end(&[]);
    }
}

/// Sends a statement, and once more where others got in its way.
async fn sent<W: Work>(server: &Server, works: &[W]) -> Result<Vec<W::Answer>, Trouble> {
    let mut tries = 1;
    loop {
        match W::send(server, works).await {
            Err(trouble) if trouble.cure == Cure::Again && tries < TRIES => {
                let name = works.first().map_or("", |work| work.account().as_str());
                time::sleep(pause(name, tries)).await;
                tries = tries.saturating_add(1);
            }
            answer => return answer,
        }
    }
}

/// A wait of anything up to the longest, told by a name and the try, so that those who met once do not meet again.
fn pause(name: &str, tries: u32) -> Duration {
    let longest = FIRST.saturating_mul(1_u64.checked_shl(tries).unwrap_or(1));
    let spread = digest::text(name, &tries.to_string());
    Duration::from_micros(spread.checked_rem(longest).unwrap_or(longest))
}
