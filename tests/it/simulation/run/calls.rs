//! What a client does next: a call to the store, or taking what came of one.

use chrono::TimeDelta;
use studio_credits::ledger::{Reply, Step};
use studio_credits::store::{Commit, Committed};

use super::{Again, Busy, Run};
use crate::simulation::faults::{Landing, Late, OnCommit, OnRead};
use crate::simulation::store::Store;
use crate::simulation::tally;

/// How many calls an operation makes at most, whatever happens.
const CALLS: u32 = 80;

impl<S: Store> Run<S> {
    pub(super) fn go_on(&mut self, client: usize, mut busy: Busy) -> Result<(), String> {
        if let Some(reply) = busy.reply.take() {
            busy.operation.reply(reply);
            self.clients[client].busy = Some(busy);
            return Ok(());
        }
        match self.call(client, &mut busy)? {
            None => self.answer(client, busy),
            Some(reply) => {
                busy.reply = Some(reply);
                self.clients[client].busy = Some(busy);
                Ok(())
            }
        }
    }

    /// Does what an operation says; nothing once it is done.
    pub(super) fn call(&mut self, client: usize, busy: &mut Busy) -> Result<Option<Reply>, String> {
        busy.calls += 1;
        if busy.calls > CALLS {
            return Err(format!("an operation does not end within {CALLS} calls"));
        }
        let account = busy.account;
        match busy.operation.step() {
            Step::Done => Ok(None),
            Step::Pause(_) => {
                self.tally.count("pauses");
                if self.chance.percent(self.weather.slow_pauses) {
                    self.tally.count("slow pauses");
                    self.clock += TimeDelta::seconds(self.chance.below(1_800).cast_signed());
                }
                Ok(Some(Reply::Paused))
            }
            Step::Load { account: id, records, freshness } => {
                let fault = self.weather.on_read(&mut self.chance);
                self.tally.count(read_fault(fault));
                let clock = self.weather.store_clock.then_some(self.clock);
                let loaded = self.store.load(id, records, freshness, (fault, clock));
                if let Some(now) = loaded.as_ref().ok().and_then(|loaded| loaded.now) {
                    self.auditor.told(&busy.requests, now);
                }
                self.note(account, || {
                    let version = loaded.as_ref().map(|loaded| loaded.head.as_ref().map_or(0, |head| head.version));
                    let found = loaded.as_ref().map_or(0, |loaded| loaded.records.len());
                    format!("client {client} loads {freshness:?} ({fault:?}): {version:?}, {found} records")
                });
                Ok(Some(Reply::Loaded(loaded)))
            }
            Step::Entries { account: id, after, max } => {
                let fault = self.weather.on_read(&mut self.chance);
                self.tally.count("pages of entries");
                let page = self.store.entries(id, (after, max), fault);
                self.note(account, || {
                    format!("client {client} reads {:?} entries after {after}", page.as_ref().map(Vec::len))
                });
                Ok(Some(Reply::Entries(page)))
            }
            Step::Commit(commit) => {
                let fault = self.weather.on_commit(&mut self.chance);
                self.tally.count(commit_fault(fault));
                if commit.entries.is_empty() {
                    self.tally.count("fences");
                }
                let landing = self.store.commit(commit, &busy.requests, fault);
                let told = told(commit, fault, &landing);
                if let Some(said) = &landing.said {
                    let requests = &busy.requests;
                    let is_written = self.auditor.committed(requests, commit, said, &mut self.store.inner);
                    self.concerned = account;
                    let is_written = is_written.map_err(|what| format!("{what}\n  of client {client}: {told}"))?;
                    self.tally.count(if is_written { "commits" } else { "conflicts" });
                    if is_written {
                        self.count_events(commit);
                    }
                }
                if landing.reply.as_ref().is_err_and(|error| error.fate() == studio_credits::store::Fate::Unknown) {
                    self.tally.count("unknowns");
                    self.auditor.doubted(&busy.requests, commit);
                }
                self.note(account, || format!("client {client} {told}"));
                Ok(Some(Reply::Committed(landing.reply)))
            }
        }
    }

    /// What was under way for too long arrives.
    pub(super) fn arrive(&mut self, place: usize) -> Result<(), String> {
        let (Late { commit, by }, said) = self.store.arrive(place);
        self.concerned = self.accounts.iter().position(|(id, _)| *id == commit.account).unwrap_or(0);
        let account = self.concerned;
        self.note(account, || format!("late: version {} arrives: {said:?}", commit.version()));
        let is_written = self.auditor.committed(&by, &commit, &said, &mut self.store.inner)?;
        self.tally.count(if is_written { "late landings" } else { "late refusals" });
        if is_written {
            self.tally.count("commits");
            self.count_events(&commit);
        }
        Ok(())
    }

    fn count_events(&mut self, commit: &Commit) {
        let receipts = commit.records.iter().filter_map(tally::receipt_of);
        receipts.flat_map(|receipt| &receipt.events).for_each(|event| self.tally.count(tally::event(event)));
    }

    /// A client loses what it is doing. It may remember what that was.
    pub(super) fn crash(&mut self, client: usize, busy: Busy) {
        self.tally.count("crashes");
        let Busy { operation, account, requests, reply, .. } = busy;
        self.note(account, || format!("client {client} crashes"));
        if let (Step::Commit(commit), None) = (operation.step(), &reply)
            && self.chance.percent(50)
        {
            // It was sent, and nobody is there to be answered.
            self.tally.count("commits of the crashed");
            self.store.late.push(Late { commit: commit.clone(), by: requests.clone() });
        }
        self.auditor.forgotten(&requests);
        for request in requests {
            if self.chance.percent(60) {
                let request = &self.auditor.requests[request];
                let (key, asked) = (request.key.clone(), request.asked.clone());
                self.clients[client].again.push(Again { account, key, asked });
            }
        }
    }
}

fn told(commit: &Commit, fault: OnCommit, landing: &Landing) -> String {
    let said = match &landing.said {
        Some(Ok(Committed::Applied)) => "written",
        Some(Ok(Committed::Conflict)) => "a conflict",
        Some(Err(_)) => "an error",
        None => "not there",
    };
    let facts: Vec<_> = commit.entries.iter().map(|entry| crate::account::tally::fact(&entry.fact)).collect();
    format!("commits version {} ({fault:?}), {said}: {facts:?}", commit.version())
}

fn commit_fault(fault: OnCommit) -> &'static str {
    match fault {
        OnCommit::Sound => "sound commits",
        OnCommit::LostReply => "lost replies",
        OnCommit::Late => "late commits",
        OnCommit::Lost => "lost commits",
        OnCommit::NotWritten => "commits not written",
        OnCommit::Fatal => "fatal commits",
    }
}

fn read_fault(fault: OnRead) -> &'static str {
    match fault {
        OnRead::Sound => "sound reads",
        OnRead::Failed => "failed reads",
        OnRead::Fatal => "fatal reads",
        OnRead::Stale(_) => "stale reads",
        OnRead::Unread => "unread snapshots",
    }
}
