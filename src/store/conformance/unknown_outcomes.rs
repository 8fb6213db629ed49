//! Nobody knows what became of a commit: its answer is lost, it comes late, or it is called off.

use super::{
    Subject,
    author::{Author, give, spend},
    dropped::Dropped,
    stop::{Stop, Verdict, ensure, fail},
    trial::{Trial, is_loaded, told},
};
use crate::{
    journal::Command,
    store::{Commit, Committed, Fate, Freshness, LedgerStore, StoreError},
};

/// How many polls a future is given at most before it is dropped.
const POLLS_MAX: u32 = 64;
/// How many steps of a commit are disturbed, one at a time.
const STEPS: u32 = 32;

pub(super) fn sent_twice<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    for key in ["gift", "another"] {
        let commit = author.draft(key, give(50)?)?;
        trial.write(&mut author, &commit)?;
        trial.refuse(&author, &commit, "it is written already")?;
    }
    let fence = author.fence();
    trial.write(&mut author, &fence)?;
    trial.refuse(&author, &fence, "it is written already, and has no entries")
}

pub(super) fn late_after_a_fence<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = granted(subject, "user-7")?;
    let late = author.draft("job", Command::Charge(spend(8)?))?;
    let fence = author.fence();
    trial.write(&mut author, &fence)?;
    trial.refuse(&author, &late, "a commit without entries has moved the version on")?;
    let commit = author.draft("job", Command::Charge(spend(9)?))?;
    trial.write(&mut author, &commit)?;
    trial.refuse(&author, &late, "its key was used again, after a commit without entries")
}

pub(super) fn commits_dropped<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    for polls in 0..=POLLS_MAX {
        let mut author = open(&trial, &format!("user-{polls}"))?;
        let commit = author.draft("job", Command::Charge(spend(8)?))?;
        let answer = subject.block_on(Dropped::after(polls, trial.store.commit(&commit)));
        let when = format!("after a commit whose future was dropped after {polls} polls");
        resolve(&trial, &mut author, &commit, answer).map_err(|stop| stop.within(&when))?;
    }
    goes_on(&trial)
}

pub(super) fn loads_dropped<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = granted(subject, "user-7")?;
    for polls in 0..=POLLS_MAX {
        let names = author.names();
        let load = trial.store.load(author.id(), &names, Freshness::Latest);
        let _ = subject.block_on(Dropped::after(polls, load));
        let _ = subject.block_on(Dropped::after(polls, trial.store.entries(author.id(), 0, 10)));
        let commit = author.draft(&format!("job-{polls}"), give(1)?)?;
        trial.write(&mut author, &commit)?;
    }
    trial.holds(&author, "after loads whose futures were dropped")?;
    goes_on(&trial)
}

pub(super) fn fates_are_true<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    for step in 0..STEPS {
        let mut author = open(&trial, &format!("user-{step}"))?;
        let commit = author.draft("job", Command::Charge(spend(8)?))?;
        let Some(answer) = subject.disturb(&trial.store, step, || trial.commit(&commit)) else {
            return Err(Stop::Skipped("the subject does not disturb its stores"));
        };
        let when = format!("after a commit that was disturbed at step {step}");
        resolve(&trial, &mut author, &commit, Some(answer)).map_err(|stop| stop.within(&when))?;
        // A load that is disturbed may end in an error, and may not answer with something else than there is.
        let names = author.names();
        let load = || trial.subject.block_on(trial.store.load(author.id(), &names, Freshness::Latest));
        if let Some(Ok(loaded)) = subject.disturb(&trial.store, step, load) {
            is_loaded(&author, &loaded).map_err(|stop| {
                stop.within(&format!("a load that was disturbed at step {step} answers, and not with what is there"))
            })?;
        }
    }
    goes_on(&trial)
}

fn granted<'s, S: Subject>(subject: &'s S, account: &str) -> Verdict<(Trial<'s, S>, Author)> {
    let trial = Trial::fresh(subject);
    let author = open(&trial, account)?;
    Ok((trial, author))
}

fn open<S: Subject>(trial: &Trial<'_, S>, account: &str) -> Verdict<Author> {
    let mut author = Author::new(account)?;
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    Ok(author)
}

/// Finds out what became of a commit, and holds that against what its answer says: `None` where there was none.
fn resolve<S: Subject>(
    trial: &Trial<'_, S>,
    author: &mut Author,
    commit: &Commit,
    answer: Option<Result<Committed, StoreError>>,
) -> Verdict {
    match answer {
        Some(Ok(Committed::Applied)) => author.take(commit)?,
        Some(Ok(Committed::Conflict)) => return fail("it answers conflict, and nobody else writes"),
        Some(Err(error)) if error.fate() != Fate::Unknown => {
            let said = format!("it ended in an error that says that nothing was written, {}", told(&error));
            trial.holds(author, &said)?;
            let fence = author.fence();
            let sent = trial.send(&fence)?;
            ensure(sent == Committed::Applied, || format!("{said}, and yet it was written later"))?;
            author.take(&fence)?;
        }
        None | Some(Err(_)) => {
            whole_or_not(trial, author, commit)?;
            let fence = author.fence();
            match trial.send(&fence)? {
                Committed::Applied => author.take(&fence)?,
                Committed::Conflict => author.take(commit)?,
            }
        }
    }
    trial.holds(author, "all things considered")
}

/// One load sees the account as it was before a commit, or as it is after it.
fn whole_or_not<S: Subject>(trial: &Trial<'_, S>, before: &Author, commit: &Commit) -> Verdict {
    let mut after = before.clone();
    after.take(commit)?;
    let loaded = trial.load(before.id(), &after.names())?;
    let version = loaded.head.as_ref().map_or(0, |head| head.version);
    let seen = if version == before.version { before } else { &after };
    is_loaded(seen, &loaded)
}

/// 100 commits are written as if nothing had happened.
fn goes_on<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    let mut author = open(trial, "afterwards")?;
    for at in 0..100 {
        let commit = author.draft(&format!("job-{at}"), give(1)?)?;
        trial.write(&mut author, &commit)?;
    }
    trial.holds(&author, "after 100 commits that followed")
}
