//! Commands for one account, from asking to answer, without any I/O.

mod attempt;
mod known;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use self::attempt::Pending;
pub(super) use self::known::Known;
use super::{LedgerError, Order, pause::pause};
use crate::{
    account::{Account, Changes, Corrupt},
    ids::{AccountId, Key, Unit},
    journal::{Entry, Receipt, RecordName},
    plan::PlanBook,
    planted::planted,
    store::{Commit, Committed, Fate, Freshness, Loaded, StoreError},
};

/// How many entries are read at once where an account is folded anew.
const PAGE: usize = 1_000;

/// How often a thing is tried that fails, unless something else is said.
pub(super) const ATTEMPTS: u32 = 8;

/// One thing that is asked of an account: under which key, what, and when.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is known by.
    pub key: Key,
    /// What is asked for.
    pub order: Order,
    /// The instant of the caller.
    pub now: DateTime<Utc>,
}

/// What is done to entries before they are written on top of an account.
pub(super) type Seal = fn(&Account, Changes) -> Result<Changes, Corrupt>;

/// What became of a job.
pub type Answer = Result<Receipt, LedgerError>;

/// Commands for one account, from asking to answer: a machine that says what is to be done next, and is told what came
/// of it.
///
/// The ledger, its lanes, and whoever wants neither drive the same machine: do what [`Operation::step`] says, hand the
/// outcome to [`Operation::reply`], until it is done. It may be dropped at any time.
///
/// Several commands are decided one after the other and committed as one version, and each has an answer of its own.
#[derive(Debug)]
pub struct Operation {
    account: AccountId,
    /// What a new account is counted in.
    unit: Unit,
    plans: Option<Arc<PlanBook>>,
    seal: Option<Seal>,
    seats: Vec<Seat>,
    known: Option<Known>,
    /// The records that were found to be needed.
    names: Vec<RecordName>,
    /// The latest version that was seen.
    seen: u64,
    failed: u32,
    attempts: u32,
    /// How often more was found to be needed since the last commit that was written.
    looks: u32,
    /// What the store said last, where it failed.
    trouble: Option<StoreError>,
    corrupt: Option<Corrupt>,
    state: State,
}

/// One job, and how it stands.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) job: Job,
    /// The latest version on top of which it may have been written. As long as the head is there, it may still be; and
    /// once the head is beyond, its receipt tells.
    pub(super) doubt: Option<u64>,
    pub(super) answer: Option<Answer>,
}

#[derive(Debug)]
enum State {
    Load(Freshness),
    /// The account is folded from its entries, up to those that the head counts.
    Fold {
        known: Box<Known>,
        seq: u64,
    },
    Commit(Box<Pending>),
    Pause(Duration, Freshness),
    Done,
}

/// What is to be done next.
///
/// Complete on purpose: whoever drives an operation must do each.
#[must_use = "nothing happens until it is done"]
#[derive(Debug)]
pub enum Step<'a> {
    /// [Load](crate::store::LedgerStore::load), and reply [`Reply::Loaded`].
    Load {
        /// The account.
        account: &'a AccountId,
        /// The records.
        records: &'a [RecordName],
        /// How recent it must be.
        freshness: Freshness,
    },
    /// [Read entries](crate::store::LedgerStore::entries), and reply [`Reply::Entries`].
    Entries {
        /// The account.
        account: &'a AccountId,
        /// After which.
        after: u64,
        /// How many at most.
        max: usize,
    },
    /// [Commit](crate::store::LedgerStore::commit), and reply [`Reply::Committed`].
    Commit(&'a Commit),
    /// Wait for so long, and reply [`Reply::Paused`].
    Pause(Duration),
    /// All is answered.
    Done,
}

/// What came of a step.
///
/// Complete on purpose: there is one for each [`Step`] but the last.
#[derive(Debug)]
pub enum Reply {
    /// Of a load.
    Loaded(Result<Loaded, StoreError>),
    /// Of a page of entries.
    Entries(Result<Vec<Arc<Entry>>, StoreError>),
    /// Of a commit.
    Committed(Result<Committed, StoreError>),
    /// Of a pause.
    Paused,
}

impl Operation {
    /// What is asked of an account, in the order in which it is to be decided. `unit` is what the account is counted in
    /// if this opens it.
    pub fn new(account: AccountId, unit: Unit, jobs: impl IntoIterator<Item = Job>) -> Self {
        let seats: Vec<_> = jobs.into_iter().map(|job| Seat { job, doubt: None, answer: None }).collect();
        let mut operation = Self {
            account,
            unit,
            plans: None,
            seal: None,
            seats,
            known: None,
            names: Vec::new(),
            seen: 0,
            failed: 0,
            attempts: ATTEMPTS,
            looks: 0,
            trouble: None,
            corrupt: None,
            state: State::Load(Freshness::Any),
        };
        operation.guess_names();
        operation
    }

    /// Looks at an account, and at some of its records, and changes nothing.
    pub(super) fn look(account: AccountId, unit: Unit, names: Vec<RecordName>, freshness: Freshness) -> Self {
        let looking = Self::new(account, unit, []);
        Self { names, state: State::Load(freshness), ..looking }
    }

    /// States which plans are sold, and which one everybody has.
    #[must_use = "the operation is returned, not changed in place"]
    pub fn with_plans(self, plans: Arc<PlanBook>) -> Self {
        Self { plans: Some(plans), ..self }
    }

    /// States what is done to entries before they are written.
    pub(super) fn with_seal(self, seal: Option<Seal>) -> Self {
        Self { seal, ..self }
    }

    /// States how often a thing is tried that fails; once at least.
    #[must_use = "the operation is returned, not changed in place"]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// What is to be done next.
    pub fn step(&self) -> Step<'_> {
        match &self.state {
            State::Load(freshness) => {
                Step::Load { account: &self.account, records: &self.names, freshness: *freshness }
            }
            State::Fold { known, .. } => {
                Step::Entries { account: &self.account, after: known.account.seq(), max: PAGE }
            }
            State::Commit(pending) => Step::Commit(&pending.commit),
            State::Pause(duration, _) => Step::Pause(*duration),
            State::Done => Step::Done,
        }
    }

    /// Takes what came of a step. What does not answer the step that was asked for changes nothing.
    pub fn reply(&mut self, reply: Reply) {
        match (std::mem::replace(&mut self.state, State::Done), reply) {
            (State::Load(freshness), Reply::Loaded(Ok(loaded))) => self.loaded(loaded, freshness),
            (State::Load(freshness), Reply::Loaded(Err(error))) => self.read_failed(error, freshness),
            (State::Fold { known, seq }, Reply::Entries(Ok(page))) => self.folded(known, seq, &page),
            (State::Fold { .. }, Reply::Entries(Err(error))) => self.read_failed(error, Freshness::Latest),
            (State::Commit(pending), Reply::Committed(Ok(Committed::Applied))) => self.applied(*pending),
            (State::Commit(pending), Reply::Committed(Ok(Committed::Conflict))) => {
                if planted!("conflict-taken-as-applied") {
                    return self.applied(*pending);
                }
                self.lost(None);
            }
            (State::Commit(pending), Reply::Committed(Err(error))) => self.commit_failed(*pending, error),
            (State::Pause(_, freshness), Reply::Paused) => self.state = State::Load(freshness),
            (state, _) => self.state = state,
        }
    }

    /// States for each job on top of which version it may have been written before.
    #[cfg(feature = "lanes")]
    pub(super) fn with_doubts(mut self, doubts: impl IntoIterator<Item = Option<u64>>) -> Self {
        self.seats.iter_mut().zip(doubts).for_each(|(seat, doubt)| seat.doubt = doubt);
        self
    }

    /// Leaves as things stand: each job with its answer, or with what is doubtful about it.
    #[cfg(feature = "lanes")]
    pub(super) fn leave(&mut self) -> impl Iterator<Item = Seat> {
        if let State::Commit(pending) = std::mem::replace(&mut self.state, State::Done) {
            self.doubt(&pending);
        }
        self.seats.drain(..)
    }

    /// What there was to look at.
    pub(super) fn into_known(self) -> Result<Known, LedgerError> {
        let (account, trouble) = (self.account, self.trouble);
        self.known.ok_or_else(|| match (self.corrupt, trouble) {
            (Some(corrupt), _) => LedgerError::Corrupt(corrupt),
            (None, Some(source)) => LedgerError::Unavailable { source },
            (None, None) => LedgerError::Unavailable { source: StoreError::fatal(format!("`{account}` was not read")) },
        })
    }

    /// What became of each job, in their order; none of those that are not answered yet.
    pub fn into_answers(self) -> impl Iterator<Item = Option<Answer>> {
        self.seats.into_iter().map(|seat| seat.answer)
    }

    fn loaded(&mut self, loaded: Loaded, freshness: Freshness) {
        let head_seq = loaded.head.as_ref().map(|head| head.seq);
        match Known::of(&self.account, &self.unit, &self.names, loaded) {
            Ok(known) if known.freshness < freshness => {
                self.contradicted(&known, "the latest was asked for, and there may be something later".to_owned());
            }
            Ok(known) if known.version < self.seen && freshness == Freshness::Latest => {
                let what = format!("version {} was there, and the store now has {}", self.seen, known.version);
                self.contradicted(&known, what);
            }
            Ok(known) => {
                let known = known.under(self.plans.as_ref());
                self.seen = self.seen.max(known.version);
                self.dispel(&known);
                let seq = head_seq.unwrap_or(0);
                if known.account.seq() == seq || planted!("unread-taken-as-new") {
                    self.decide(known);
                } else {
                    self.state = State::Fold { known: Box::new(known), seq };
                }
            }
            Err(corrupt) => self.corrupt(&corrupt),
        }
    }

    fn folded(&mut self, mut known: Box<Known>, seq: u64, page: &[Arc<Entry>]) {
        match known.fold(page, seq) {
            Ok(()) if known.account.seq() == seq => self.decide(*known),
            Ok(()) => self.state = State::Fold { known, seq },
            Err(corrupt) => self.corrupt(&corrupt),
        }
    }

    /// A read failed: it is tried again, once more than anything else, as it may find what became of a lost commit.
    fn read_failed(&mut self, error: StoreError, freshness: Freshness) {
        self.failed = self.failed.saturating_add(1);
        let is_last = error.fate() == Fate::Fatal || self.failed > self.attempts;
        self.trouble = Some(error);
        if is_last {
            self.give_up();
        } else {
            self.wait(freshness);
        }
    }

    /// A commit wrote nothing, for certain.
    fn lost(&mut self, error: Option<StoreError>) {
        self.failed = self.failed.saturating_add(1);
        let is_fatal = error.as_ref().is_some_and(|error| error.fate() == Fate::Fatal);
        if error.is_none() && planted!("doubt-forgotten-after-a-conflict") {
            self.seats.iter_mut().for_each(|seat| seat.doubt = None);
        }
        self.trouble = error;
        if is_fatal {
            self.give_up();
        } else {
            self.wait(Freshness::Latest);
        }
    }

    fn commit_failed(&mut self, pending: Pending, error: StoreError) {
        if error.fate() == Fate::Unknown && !planted!("unknown-taken-as-not-written") {
            if planted!("unknown-taken-as-done") {
                return self.applied(pending);
            }
            self.doubt(&pending);
        }
        self.lost(Some(error));
    }

    /// Notes that a commit may have been written, or may still be.
    fn doubt(&mut self, pending: &Pending) {
        let expected = pending.commit.expected;
        for (seat, verdict) in self.seats.iter_mut().zip(&pending.verdicts) {
            if verdict.as_ref().is_some_and(|verdict| verdict.writes) {
                let latest = seat.doubt.max(Some(expected));
                seat.doubt = if planted!("fence-of-the-last-doubt") { Some(expected) } else { latest };
                if planted!("doubt-of-the-first-job-only") {
                    return;
                }
            }
        }
    }

    /// What has no receipt, although the head is beyond where it could have been written, was not and will not be.
    fn dispel(&mut self, known: &Known) {
        for seat in self.seats.iter_mut().filter(|seat| seat.doubt.is_some_and(|doubt| doubt < known.version)) {
            let receipt = RecordName::Receipt(seat.job.key.clone());
            let is_absent = known.records.knows(&receipt) && known.records.get(&receipt).is_none();
            if is_absent || planted!("doubt-dispelled-unseen") {
                seat.doubt = None;
            }
        }
    }

    fn wait(&mut self, freshness: Freshness) {
        let name = self.open().next().map_or(self.account.as_str(), |seat| seat.job.key.as_str());
        self.state = State::Pause(pause(name, self.failed), freshness);
    }

    /// Answers what is left, as nothing more can be tried.
    fn give_up(&mut self) {
        let (attempts, trouble) = (self.failed, self.trouble.clone());
        let lost = || StoreError::unknown("a commit was lost");
        for seat in self.seats.iter_mut().filter(|seat| seat.answer.is_none()) {
            let in_doubt = seat.doubt.is_some() && !planted!("doubt-denied");
            let key = seat.job.key.clone();
            seat.answer = Some(Err(match trouble.clone() {
                source if in_doubt => LedgerError::OutcomeUnknown { key, source: source.unwrap_or_else(lost) },
                Some(source) => LedgerError::Unavailable { source },
                None => LedgerError::Busy { attempts },
            }));
        }
        self.state = State::Done;
    }

    fn contradicted(&mut self, known: &Known, what: String) {
        self.corrupt(&Corrupt { account: self.account.clone(), seq: known.account.seq(), what });
    }

    /// Answers what is left: nothing is written on top of what contradicts itself.
    fn corrupt(&mut self, corrupt: &Corrupt) {
        self.corrupt = Some(corrupt.clone());
        for seat in self.seats.iter_mut().filter(|seat| seat.answer.is_none()) {
            let key = seat.job.key.clone();
            let source = || StoreError::fatal(corrupt.to_string());
            seat.answer = Some(Err(match seat.doubt {
                Some(_) => LedgerError::OutcomeUnknown { key, source: source() },
                None => LedgerError::Corrupt(corrupt.clone()),
            }));
        }
        self.state = State::Done;
    }

    fn open(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.answer.is_none())
    }
}
