//! One run of a script, along a path.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::ledger::{Job, Operation, Reply, Step};
use studio_credits::store::Fate;
use studio_credits::{AccountId, Key, Unit};

use super::path::Path;
use super::scripts::{Jobs, Script};
use crate::simulation::ask::Asked;
use crate::simulation::auditor::Auditor;
use crate::simulation::faults::{Faulty, Late, OnCommit, OnRead};
use crate::simulation::shelves::{Mistake, Shelves};
use crate::simulation::{plans, prices};

/// How many calls an operation makes at most.
const CALLS: u64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Commit(OnCommit),
    Read(OnRead),
    /// The client is gone before the call, and begins anew.
    Crash,
    /// The call is sent, and the client is gone before the answer.
    CrashAfter,
    /// The call is sent and arrives late, and the client is gone.
    CrashLate,
}

const ON_COMMIT: &[Fault] = &[
    Fault::Commit(OnCommit::Sound),
    Fault::Commit(OnCommit::LostReply),
    Fault::Commit(OnCommit::Late),
    Fault::Commit(OnCommit::Lost),
    Fault::Commit(OnCommit::NotWritten),
    Fault::Crash,
    Fault::CrashAfter,
    Fault::CrashLate,
];

const ON_READ: &[Fault] = &[
    Fault::Read(OnRead::Sound),
    Fault::Read(OnRead::Failed),
    Fault::Read(OnRead::Stale(1)),
    Fault::Read(OnRead::Unread),
    Fault::Crash,
];

pub(super) struct Stage<'a> {
    script: &'a Script,
    account: AccountId,
    store: Faulty<Shelves>,
    auditor: Auditor,
    clients: [Client<'a>; 2],
    clock: DateTime<Utc>,
    faults: usize,
    pub(super) calls: u64,
    /// What happened, where somebody has to understand it.
    pub(super) told: Option<Vec<String>>,
}

struct Client<'a> {
    left: VecDeque<&'a Jobs>,
    busy: Option<Busy<'a>>,
}

struct Busy<'a> {
    operation: Operation,
    jobs: &'a Jobs,
    requests: Vec<usize>,
    calls: u64,
}

impl<'a> Stage<'a> {
    pub(super) fn new(script: &'a Script, mistake: Option<Mistake>) -> Self {
        let client = |jobs: &'a [Jobs]| Client { left: jobs.iter().collect(), busy: None };
        Self {
            script,
            account: AccountId::new("user-7").unwrap(),
            store: Faulty::new(Shelves::new(mistake)),
            auditor: if script.plans { Auditor::under(plans::book().clone()) } else { Auditor::default() },
            clients: [client(&script.first), client(&script.second)],
            clock: prices::start(),
            faults: 0,
            calls: 0,
            told: None,
        }
    }

    /// The same, telling what happens.
    pub(super) fn telling(self) -> Self {
        Self { told: Some(Vec::new()), ..self }
    }

    pub(super) fn play(&mut self, path: &mut Path) -> Result<(), String> {
        let left = std::mem::replace(&mut self.clients[0].left, self.script.before.iter().collect());
        while self.is_busy(0)? {
            self.call(0, path)?;
        }
        self.clients[0].left = left;
        self.faults = self.script.faults;
        loop {
            let busy = [self.is_busy(0)?, self.is_busy(1)?];
            let actors: Vec<_> = (0..2).filter(|client| busy[*client]).collect();
            let late = self.store.late.len();
            if actors.is_empty() {
                break;
            }
            let chosen = path.choose(actors.len() + late);
            match actors.get(chosen) {
                Some(client) => self.call(*client, path)?,
                None => self.arrive(chosen - actors.len())?,
            }
        }
        while !self.store.late.is_empty() {
            self.arrive(0)?;
        }
        self.auditor.end(&mut self.store.inner)
    }

    /// Has a client go on until it calls the store, or has nothing left to do.
    fn is_busy(&mut self, place: usize) -> Result<bool, String> {
        loop {
            let client = &mut self.clients[place];
            let Some(busy) = &mut client.busy else {
                let Some(jobs) = client.left.pop_front() else { return Ok(false) };
                let busy = self.begin(jobs);
                self.clients[place].busy = Some(busy);
                continue;
            };
            match busy.operation.step() {
                Step::Done => {}
                Step::Pause(_) => {
                    busy.operation.reply(Reply::Paused);
                    continue;
                }
                _ => return Ok(true),
            }
            let Some(Busy { operation, requests, .. }) = client.busy.take() else { continue };
            for (request, answer) in requests.iter().zip(operation.into_answers()) {
                let answer = answer.ok_or("a job has no answer")?;
                let key = self.auditor.requests[*request].key.clone();
                let text = || answer.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
                self.tell(|| format!("  {place} is answered for {key}: {}\n", text()));
                self.auditor.answered(*request, &requests, &answer)?;
            }
            return if self.clients[place].left.is_empty() { Ok(false) } else { self.is_busy(place) };
        }
    }

    fn begin(&mut self, jobs: &'a Jobs) -> Busy<'a> {
        let mut requests = Vec::new();
        let key = |name: &str| Key::new(name).unwrap();
        for (name, asked) in jobs {
            requests.push(self.auditor.asked(&self.account, &key(name), asked, self.clock));
        }
        let job = |(name, asked): &(&str, Asked)| Job { key: key(name), order: asked.order(), now: self.clock };
        let operation = Operation::new(self.account.clone(), Unit::new("credits").unwrap(), jobs.iter().map(job));
        let operation = operation.with_attempts(self.script.attempts);
        let operation = if self.script.plans { operation.with_plans(plans::book().clone()) } else { operation };
        Busy { operation, jobs, requests, calls: 0 }
    }

    fn fault(&mut self, path: &mut Path, kinds: &[Fault]) -> Fault {
        if self.faults == 0 {
            return kinds[0];
        }
        let chosen = path.choose(kinds.len());
        self.faults -= usize::from(chosen > 0);
        kinds[chosen]
    }

    fn call(&mut self, place: usize, path: &mut Path) -> Result<(), String> {
        let Some(mut busy) = self.clients[place].busy.take() else { return Ok(()) };
        self.calls += 1;
        busy.calls += 1;
        if busy.calls > CALLS {
            return Err(format!("an operation does not end within {CALLS} calls"));
        }
        let is_commit = matches!(busy.operation.step(), Step::Commit(_));
        let fault = self.fault(path, if is_commit { ON_COMMIT } else { ON_READ });
        let read = if let Fault::Read(fault) = fault { fault } else { OnRead::Sound };
        let reply = match busy.operation.step() {
            Step::Commit(commit) => {
                let how = match fault {
                    Fault::Commit(how) => how,
                    Fault::CrashAfter => OnCommit::LostReply,
                    Fault::CrashLate => OnCommit::Late,
                    _ => OnCommit::Lost,
                };
                self.tell(|| format!("  {place} commits version {}: {fault:?}\n", commit.version()));
                let landing = self.store.commit(commit, &busy.requests, how);
                if let Some(said) = &landing.said {
                    self.auditor.committed(&busy.requests, commit, said, &mut self.store.inner)?;
                }
                if landing.reply.as_ref().is_err_and(|error| error.fate() == Fate::Unknown) {
                    self.auditor.doubted(&busy.requests, commit);
                }
                Reply::Committed(landing.reply)
            }
            Step::Load { account, records, freshness } => {
                // The clock of the store goes on with each load, where it has one.
                self.clock += self.script.minutes.map_or(TimeDelta::zero(), TimeDelta::minutes);
                let clock = self.script.minutes.map(|_| self.clock);
                let loaded = self.store.load(account, records, freshness, (read, clock));
                let now = self.clock;
                self.tell(|| format!("  {place} loads {freshness:?} at {now}: {fault:?}\n"));
                if let Some(now) = loaded.as_ref().ok().and_then(|loaded| loaded.now) {
                    self.auditor.told(&busy.requests, now);
                }
                Reply::Loaded(loaded)
            }
            Step::Entries { account, after, max } => Reply::Entries(self.store.entries(account, (after, max), read)),
            Step::Pause(_) | Step::Done => Reply::Paused,
        };
        if matches!(fault, Fault::Crash | Fault::CrashAfter | Fault::CrashLate) {
            self.auditor.forgotten(&busy.requests);
            self.clients[place].left.push_front(busy.jobs);
            return Ok(());
        }
        busy.operation.reply(reply);
        self.clients[place].busy = Some(busy);
        Ok(())
    }

    fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(told) = &mut self.told {
            told.push(what());
        }
    }

    fn arrive(&mut self, place: usize) -> Result<(), String> {
        let (Late { commit, by }, said) = self.store.arrive(place);
        self.tell(|| format!("  version {} arrives: {said:?}\n", commit.version()));
        self.auditor.committed(&by, &commit, &said, &mut self.store.inner).map(drop)
    }
}
