//! Three commands in one lane, in every order of their polls: one of them is dropped anywhere, and commits and reads fail
//! meanwhile.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake};

use studio_credits::journal::{Command, Entry, RecordName};
use studio_credits::ledger::{Answer, Ledger, block_on};
use studio_credits::store::{Commit, Committed, Fate, Freshness, LedgerStore, Loaded, StoreError};
use studio_credits::{AccountId, Key, Unit};

use super::path::Path;
use super::scripts::{charge, give, grant, hold};
use crate::lanes::stage::turn;
use crate::simulation::ask::Asked;
use crate::simulation::auditor::Auditor;
use crate::simulation::faults::{Faulty, OnCommit, OnRead};
use crate::simulation::prices;
use crate::simulation::shelves::Shelves;

/// How many faults there are at most, beside somebody who is dropped.
const FAULTS: usize = 3;

/// The store that the lane is over, with the auditor at hand.
struct Gate(Mutex<Inner>);

struct Inner {
    store: Faulty<Shelves>,
    auditor: Auditor,
    path: Path,
    faults: usize,
    broken: Option<String>,
    told: Vec<String>,
}

impl Inner {
    fn choose<T: Copy>(&mut self, of: &[T]) -> T {
        if self.faults == 0 {
            return of[0];
        }
        let chosen = self.path.choose(of.len());
        self.faults -= usize::from(chosen > 0);
        of[chosen]
    }

    fn audit(&mut self, sound: Result<bool, String>) {
        if let Err(what) = sound {
            self.broken.get_or_insert(what);
        }
    }
}

impl LedgerStore for Gate {
    async fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        let loaded = {
            let mut inner = self.0.lock().unwrap();
            let any: &[_] = &[OnRead::Sound, OnRead::Stale(1)];
            let fault = inner.choose(if freshness == Freshness::Any { any } else { &any[..1] });
            inner.told.push(format!("  loads {freshness:?}: {fault:?}\n"));
            inner.store.load(account, records, freshness, (fault, None))
        };
        turn().await;
        loaded
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let reply = {
            let mut inner = self.0.lock().unwrap();
            let fault = inner.choose(&[OnCommit::Sound, OnCommit::Late, OnCommit::Lost]);
            let all: Vec<_> = (0..inner.auditor.requests.len()).collect();
            let keys: Vec<_> = commit.entries.iter().filter_map(|entry| entry.key.as_ref()).collect();
            let told = format!("  commits version {}: {fault:?}: {keys:?}\n", commit.version());
            inner.told.push(told);
            let inner = &mut *inner;
            let landing = inner.store.commit(commit, &all, fault);
            if let Some(said) = &landing.said {
                let sound = inner.auditor.committed(&all, commit, said, &mut inner.store.inner);
                inner.audit(sound);
            }
            if landing.reply.as_ref().is_err_and(|error| error.fate() == Fate::Unknown) {
                inner.auditor.doubted(&all, commit);
            }
            landing.reply
        };
        turn().await;
        reply
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.lock().unwrap().store.entries(account, (after, max), OnRead::Sound)
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

type Task<'a> = (usize, Pin<Box<dyn Future<Output = Answer> + 'a>>, Arc<Flag>);

/// Tries all there is; how many runs there were, and what is broken.
pub(in crate::simulation) fn search() -> (u64, Option<String>) {
    let (mut path, mut runs) = (Path::default(), 0);
    loop {
        let inner = Inner {
            store: Faulty::new(Shelves::default()),
            auditor: Auditor::default(),
            path,
            faults: 0,
            broken: None,
            told: Vec::new(),
        };
        let gate = Arc::new(Gate(Mutex::new(inner)));
        let played = play(&gate);
        runs += 1;
        let mut inner = gate.0.lock().unwrap();
        if let Some(what) = played.err().or_else(|| inner.broken.take()) {
            return (runs, Some(format!("{what}\n{}", inner.told.concat())));
        }
        path = std::mem::take(&mut inner.path);
        if !path.turn() {
            return (runs, None);
        }
    }
}

fn play(gate: &Arc<Gate>) -> Result<(), String> {
    let ledger = Ledger::new(gate.clone(), Unit::new("credits").unwrap()).with_lanes().with_attempts(3);
    block_on(ask(gate, &ledger, "g", grant(give(5))).1).map_err(|error| error.to_string())?;
    gate.0.lock().unwrap().faults = FAULTS;
    // Credits that only others make possible, as long as they are spent meanwhile.
    let commands = [("x", charge(5)), ("y", grant(give(9))), ("a", hold(5))];
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for (name, command) in commands {
        let (request, future) = ask(gate, &ledger, name, command);
        tasks.push((request, Box::pin(future), Arc::new(Flag(AtomicBool::new(true)))));
    }
    // All of them queue up in their order.
    for at in 0..tasks.len() {
        poll(gate, &mut tasks, at)?;
    }
    let mut drops = 1;
    while !tasks.is_empty() {
        let awake: Vec<_> = (0..tasks.len()).filter(|at| tasks[*at].2.0.load(Ordering::SeqCst)).collect();
        if awake.is_empty() {
            return Err(format!("{} tasks sleep, and nobody wakes them", tasks.len()));
        }
        let chosen = gate.0.lock().unwrap().path.choose(awake.len() * (1 + drops));
        if chosen < awake.len() {
            poll(gate, &mut tasks, awake[chosen])?;
        } else {
            drops = 0;
            let (request, future, _) = tasks.swap_remove(awake[chosen - awake.len()]);
            let mut inner = gate.0.lock().unwrap();
            inner.auditor.forgotten(&[request]);
            inner.told.push(format!("  request {request} is dropped\n"));
            drop(inner);
            drop(future);
        }
    }
    let mut inner = gate.0.lock().unwrap();
    let inner = &mut *inner;
    while !inner.store.late.is_empty() {
        let (late, said) = inner.store.arrive(0);
        inner.told.push(format!("  version {} arrives: {said:?}\n", late.commit.version()));
        inner.auditor.committed(&late.by, &late.commit, &said, &mut inner.store.inner)?;
    }
    inner.auditor.end(&mut inner.store.inner)
}

fn poll(gate: &Gate, tasks: &mut Vec<Task<'_>>, at: usize) -> Result<(), String> {
    let (request, future, flag) = &mut tasks[at];
    flag.0.store(false, Ordering::SeqCst);
    let waker = flag.clone().into();
    let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(&waker)) else { return Ok(()) };
    let request = *request;
    drop(tasks.remove(at));
    let mut inner = gate.0.lock().unwrap();
    let all: Vec<_> = (0..inner.auditor.requests.len()).collect();
    let text = answer.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
    inner.told.push(format!("  request {request} is answered: {text}\n"));
    inner.auditor.answered(request, &all, &answer)
}

fn ask<'a>(
    gate: &Gate,
    ledger: &'a Ledger<Arc<Gate>>,
    name: &str,
    command: Command,
) -> (usize, impl Future<Output = Answer> + use<'a>) {
    let (account, key) = (AccountId::new("team-1").unwrap(), Key::new(name).unwrap());
    let asked = Asked::Command(command.clone());
    let request = gate.0.lock().unwrap().auditor.asked(&account, &key, &asked, prices::start());
    (request, async move { ledger.run(&account, &key, command, prices::start()).await })
}

#[test]
fn every_order_of_polls_in_a_lane() {
    let (runs, broken) = search();
    println!("{runs:>9} runs of a lane");
    if let Some(broken) = broken {
        panic!("{broken}");
    }
}
