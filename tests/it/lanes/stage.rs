//! Tasks that run only when they were woken, one poll at a time, in an order that a seed gives.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use crate::oracle::chance::Chance;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Task<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    woken: Arc<Flag>,
}

/// What became of a task.
#[derive(Debug)]
pub(crate) enum End<T> {
    Done(T),
    Dropped,
}

/// Runs tasks to their end, each poll of one that was woken; before a poll, a task may be dropped. A task that nobody
/// wakes is a fault.
pub(crate) struct Stage<'a, T> {
    tasks: Vec<Option<Task<'a, T>>>,
    pub(crate) ends: Vec<Option<End<T>>>,
}

impl<'a, T> Stage<'a, T> {
    pub(crate) fn new() -> Self {
        Self { tasks: Vec::new(), ends: Vec::new() }
    }

    pub(crate) fn add(&mut self, future: impl Future<Output = T> + 'a) {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.push(Some(Task { future: Box::pin(future), woken }));
        self.ends.push(None);
    }

    /// Runs tasks, and drops one of them before a poll of its own, by its number.
    pub(crate) fn run_and_drop(&mut self, chance: &mut Chance, victim: usize, poll: u64) -> Result<(), String> {
        let mut polls = 0;
        self.run_with(chance, |_, at| {
            polls += u64::from(at == victim);
            at == victim && polls == poll
        })
    }

    pub(crate) fn run(&mut self, chance: &mut Chance, drop_percent: u64) -> Result<(), String> {
        self.run_with(chance, |chance, _| drop_percent > 0 && chance.percent(drop_percent))
    }

    fn run_with(
        &mut self,
        chance: &mut Chance,
        mut drops: impl FnMut(&mut Chance, usize) -> bool,
    ) -> Result<(), String> {
        loop {
            let awake = |(_, task): &(usize, &Option<Task<'_, T>>)| {
                task.as_ref().is_some_and(|task| task.woken.0.load(Ordering::SeqCst))
            };
            let ready: Vec<usize> = self.tasks.iter().enumerate().filter(awake).map(|(at, _)| at).collect();
            if ready.is_empty() {
                let asleep = self.tasks.iter().flatten().count();
                return if asleep == 0 { Ok(()) } else { Err(format!("{asleep} tasks sleep, and nobody wakes them")) };
            }
            let at = *chance.pick(&ready);
            let drops = drops(chance, at);
            self.step(at, drops);
        }
    }

    fn step(&mut self, at: usize, drops: bool) {
        let Some(mut task) = self.tasks[at].take() else { return };
        if drops {
            self.ends[at] = Some(End::Dropped);
            return;
        }
        task.woken.0.store(false, Ordering::SeqCst);
        let waker = task.woken.clone().into();
        match task.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => self.ends[at] = Some(End::Done(done)),
            Poll::Pending => self.tasks[at] = Some(task),
        }
    }
}

/// Waits for one other poll.
pub(crate) async fn turn() {
    let mut waited = false;
    std::future::poll_fn(move |context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
