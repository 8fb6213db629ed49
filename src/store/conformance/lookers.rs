//! One writer, and others who look on.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    thread,
};

use super::{
    Subject,
    author::{Author, give, spend},
    crew::together,
    stop::{Verdict, ensure},
    trial::Trial,
};
use crate::{
    credits::Credits,
    ids::{HoldId, Reason},
    journal::Command,
    store::{Commit, Committed},
};

const LOOKERS: usize = 3;
const COMMITS: i32 = 120;
/// How often one of them looks at most, if the writer does not come to its end.
const LOOKS_MAX: usize = 5_000;

/// An account as it is before its writer begins, and what that writes: each commit replaces one record, and has a
/// receipt and an entry.
pub(super) struct Scene {
    pub(super) before: Author,
    pub(super) commits: Vec<Commit>,
}

impl Scene {
    pub(super) fn on<S: Subject>(trial: &Trial<'_, S>) -> Verdict<Self> {
        let mut before = Author::new("user-7")?;
        let commit = before.draft("gift", give(1_000)?)?;
        trial.write(&mut before, &commit)?;
        let commit = before.draft("job", Command::Charge(spend(500)?))?;
        trial.write(&mut before, &commit)?;
        let (mut author, mut commits) = (before.clone(), Vec::new());
        for at in 1..=COMMITS {
            let (charge, amount) = (HoldId::new("job")?, Some(Credits::from_whole(1)));
            let refund = Command::Refund { charge, amount, reason: Reason::new("a part of it was black")? };
            let commit = author.draft(&format!("ticket-{at}"), refund)?;
            author.take(&commit)?;
            commits.push(commit);
        }
        Ok(Self { before, commits })
    }

    /// Lets the writer write while others look. Whoever looks is told which version is there at least, as the writer
    /// had an answer or it saw it itself, and answers with the one that it sees.
    pub(super) fn play<S: Subject>(&self, trial: &Trial<'_, S>, look: impl Fn(u64) -> Verdict<u64> + Sync) -> Verdict {
        let (told, looks, over) = (AtomicU64::new(self.before.version), AtomicU64::new(0), AtomicBool::new(false));
        let write = || {
            for commit in &self.commits {
                let sent = trial.send(commit)?;
                ensure(sent == Committed::Applied, || {
                    format!("a commit on version {} answers conflict, and nobody else writes", commit.expected)
                })?;
                told.store(commit.version(), SeqCst);
                // On few cores the writer would be through before anybody looks.
                let before = looks.load(SeqCst);
                for _ in 0..100 {
                    if looks.load(SeqCst) != before {
                        break;
                    }
                    thread::yield_now();
                }
            }
            Ok(())
        };
        together(LOOKERS.saturating_add(1), |member| {
            if member == 0 {
                let written = write();
                over.store(true, SeqCst);
                return written;
            }
            let mut seen = 0;
            for _ in 0..LOOKS_MAX {
                let last = over.load(SeqCst);
                seen = look(told.load(SeqCst).max(seen))?;
                looks.fetch_add(1, SeqCst);
                if last {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}
