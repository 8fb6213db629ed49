//! One attempt at all that is not answered yet: decided on top of one version, and committed as the next.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Answer, Known, Operation, Seal, Seat, State};
use crate::{
    account::{Account, Changes, Corrupt, DecideError, Decision, Records},
    journal::{Entry, Record, RecordName},
    ledger::LedgerError,
    planted::planted,
    store::{Commit, Freshness, StoreError},
};

/// How many entries one commit has at most, unless a single command causes more.
const ENTRIES: usize = 512;

/// A commit under way, and what is answered once it is done.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) commit: Commit,
    /// What is known after it.
    known: Known,
    /// For each seat; none for those that have their answer, or are left for the next attempt.
    pub(super) verdicts: Vec<Option<Verdict>>,
}

/// What is decided for a job, and holds if the attempt does.
#[derive(Debug)]
pub(super) struct Verdict {
    answer: Answer,
    /// Whether the commit has something of it.
    pub(super) writes: bool,
    /// Whether it was done before this attempt.
    is_repeat: bool,
}

/// What an attempt writes, command by command.
#[derive(Default)]
struct Draft {
    entries: Vec<Arc<Entry>>,
    records: BTreeMap<RecordName, Record>,
}

impl Operation {
    /// Names what the commands need of an account that nothing is known of: most need no more.
    pub(super) fn guess_names(&mut self) {
        let (guess, none) = (Account::new(self.account.clone(), self.unit.clone()), Records::default());
        let jobs = self.open().map(|seat| &seat.job);
        let names = jobs.flat_map(|job| guess.needs(&none, &job.key, job.order.intent()));
        self.names = names.collect::<BTreeSet<_>>().into_iter().collect();
    }

    /// Loads again, with more names than before: a store that answers otherwise each time is asked so often only.
    fn look_again(&mut self, freshness: Freshness) {
        self.looks = self.looks.saturating_add(1);
        if self.looks > self.attempts.saturating_mul(4) {
            self.trouble = Some(StoreError::fatal("the store has something else each time that it is asked"));
            self.give_up();
        } else {
            self.state = State::Load(freshness);
        }
    }

    /// Starts from what is known already, as of the last commit of somebody who has made them all.
    #[cfg(feature = "lanes")]
    pub(in crate::ledger) fn start_from(&mut self, known: Known) {
        self.seen = known.version;
        let records = Records::default();
        self.decide(Known { freshness: Freshness::Any, presumes: true, records, ..known });
    }

    /// What is known at the end, for the next operation to start from.
    #[cfg(feature = "lanes")]
    pub(in crate::ledger) fn take_known(&mut self) -> Option<Known> {
        self.known.take().filter(|known| known.now.is_none())
    }

    /// Decides on all that is not answered, and says what is to be done about it.
    pub(super) fn decide(&mut self, mut known: Known) {
        if let Some(freshness) = self.lacks(&mut known) {
            return self.look_again(freshness);
        }
        let (expected, freshness) = (known.version, known.freshness);
        let mut draft = Draft::default();
        let mut verdicts = Vec::with_capacity(self.seats.len());
        for seat in &self.seats {
            if seat.answer.is_some() || draft.entries.len() >= ENTRIES {
                verdicts.push(None);
                continue;
            }
            match seat.decide(&mut known, &mut draft, self.seal) {
                Ok(verdict) => verdicts.push(Some(verdict)),
                Err(DecideError::Unknown { name }) => {
                    // What came before it in this attempt made it need more.
                    self.names.push(name);
                    return self.look_again(Freshness::Latest);
                }
                Err(DecideError::Corrupt(_)) if known.presumes => {
                    // A key that was used before, and was taken for a new one.
                    self.guess_names();
                    return self.look_again(Freshness::Latest);
                }
                Err(DecideError::Corrupt(corrupt)) => return self.corrupt(&corrupt),
                Err(DecideError::Declined(declined)) => {
                    let answer = Err(LedgerError::Declined(declined));
                    verdicts.push(Some(Verdict { answer, writes: false, is_repeat: false }));
                }
            }
        }
        self.answer_repeats(&mut verdicts);
        let refused_in_doubt = self.seats.iter().zip(&verdicts).any(|(seat, verdict)| {
            let refused = verdict.as_ref().is_some_and(|verdict| verdict.answer.is_err());
            refused && seat.doubt.is_some_and(|doubt| doubt >= expected)
        });
        if draft.entries.is_empty() && (!refused_in_doubt || planted!("fence-forgotten")) {
            self.conclude(known, verdicts, freshness == Freshness::Latest);
        } else if self.failed >= self.attempts {
            self.give_up();
        } else {
            let (entries, records) = (draft.entries, draft.records.into_values().collect());
            let snapshot = Arc::new(known.account.snapshot());
            let commit = Commit::new(self.account.clone(), expected, entries, snapshot, records);
            self.state = State::Commit(Box::new(Pending { commit, known, verdicts }));
        }
    }

    /// Answers what was done before: that holds whatever becomes of this attempt.
    fn answer_repeats(&mut self, verdicts: &mut [Option<Verdict>]) {
        for (seat, verdict) in self.seats.iter_mut().zip(verdicts) {
            if let Some(Verdict { answer, .. }) = verdict.take_if(|verdict| {
                verdict.is_repeat || verdict.answer.is_err() && planted!("refused-before-the-commit")
            }) {
                seat.answer = Some(answer);
            }
        }
    }

    /// Notes which records are needed and were not looked up; how recent they have to be if there are any.
    fn lacks(&mut self, known: &mut Known) -> Option<Freshness> {
        let mut lacking = Vec::new();
        for seat in self.open() {
            for name in known.account.needs(&known.records, &seat.job.key, seat.job.order.intent()) {
                let is_new = matches!(name, RecordName::Receipt(_) | RecordName::Reference(_));
                if known.presumes && is_new {
                    known.records.set(name, None);
                } else {
                    lacking.push(name);
                }
            }
        }
        if lacking.is_empty() {
            return None;
        }
        let freshness = if known.presumes { Freshness::Any } else { known.freshness };
        if known.presumes {
            self.guess_names();
        }
        // Several jobs may lack the same.
        for name in lacking {
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        Some(freshness)
    }

    /// The commit is written: what was decided holds, as nobody else wrote meanwhile.
    pub(super) fn applied(&mut self, pending: Pending) {
        let Pending { commit, known, verdicts } = pending;
        self.seen = self.seen.max(commit.version());
        // What is left is begun anew, and has not been asked for yet.
        self.looks = 0;
        let known = Known { version: commit.version(), freshness: Freshness::Latest, ..known };
        self.conclude(known, verdicts, true);
    }

    /// Answers what is decided for good, and goes on with what is not.
    fn conclude(&mut self, known: Known, verdicts: Vec<Option<Verdict>>, is_latest: bool) {
        let presumes = known.presumes && !planted!("presumed-receipt");
        let is_sure = is_latest && !presumes || planted!("stale-refusal");
        for (seat, verdict) in self.seats.iter_mut().zip(verdicts) {
            match verdict {
                Some(Verdict { answer: Err(_), .. }) if !is_sure => {}
                Some(Verdict { answer, .. }) => seat.answer = Some(answer),
                None => {}
            }
        }
        if self.open().next().is_none() {
            self.known = Some(known);
            self.state = State::Done;
        } else {
            // What is refused must not be refused for what has changed since, or for a key that was used before.
            self.guess_names();
            self.look_again(Freshness::Latest);
        }
    }
}

impl Seat {
    /// What a job comes to on top of those before it.
    fn decide(&self, known: &mut Known, draft: &mut Draft, seal: Option<Seal>) -> Result<Verdict, DecideError> {
        let (key, now) =
            (&self.job.key, known.now.filter(|_| !planted!("store-clock-ignored")).unwrap_or(self.job.now));
        let receipt = known.records.get(&RecordName::Receipt(key.clone()));
        let command = match receipt {
            Some(_) => Ok(Cow::Borrowed(self.job.order.intent())),
            None => self.job.order.command(&known.account, &known.records),
        };
        let command = match command {
            Ok(command) => command,
            Err(refusal) => return Ok(Verdict { answer: Err(refusal), writes: false, is_repeat: false }),
        };
        match known.account.decide(&known.records, key, &command, now)? {
            Decision::Repeat(receipt) => {
                // A receipt of this very attempt counts once the attempt does.
                let is_new = draft.records.contains_key(&RecordName::Receipt(key.clone()));
                let is_repeat = !is_new || planted!("repeat-before-the-commit");
                Ok(Verdict { answer: Ok(receipt), writes: false, is_repeat })
            }
            Decision::Write(changes) => {
                let changes = match seal {
                    Some(seal) => seal(&known.account, changes)?,
                    None => changes,
                };
                let receipt = changes.receipt.clone();
                known.write(draft, changes)?;
                Ok(Verdict { answer: Ok(receipt), writes: true, is_repeat: false })
            }
        }
    }
}

impl Known {
    /// Adds what a command writes to the account, to its records, and to the draft.
    fn write(&mut self, draft: &mut Draft, changes: Changes) -> Result<(), Corrupt> {
        changes.entries.iter().try_for_each(|entry| self.account.apply(entry))?;
        draft.entries.extend(changes.entries.iter().cloned());
        for record in changes.into_records() {
            let name = record.name();
            if !planted!("records-of-the-attempt-forgotten") {
                self.records.set(name.clone(), Some(record.clone()));
            }
            draft.records.insert(name, record);
        }
        Ok(())
    }
}
