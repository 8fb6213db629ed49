//! A commit is written on the version that it was decided on, or not at all.

use std::sync::Arc;

use super::{
    Subject,
    author::{Author, give, spend},
    stop::Verdict,
    trial::Trial,
};
use crate::{
    credits::Credits,
    grant::{Grant, GrantKind},
    ids::{HoldId, Reason, Reference},
    journal::{Command, Entry, Record},
    store::Commit,
};

/// A store with an account that was granted something, and charged 8 for `job`.
fn charged<S: Subject>(subject: &S) -> Verdict<(Trial<'_, S>, Author)> {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    let commit = author.draft("job", Command::Charge(spend(8)?))?;
    trial.write(&mut author, &commit)?;
    Ok((trial, author))
}

/// Has entries, a record that is new, and one that would take the place of another.
fn refund(author: &Author) -> Verdict<Commit> {
    let (charge, amount) = (HoldId::new("job")?, Some(Credits::from_whole(1)));
    author.draft("ticket", Command::Refund { charge, amount, reason: Reason::new("it was black")? })
}

pub(super) fn opened_once<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let other = author.draft("other", give(7)?)?;
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    trial.refuse(&author, &other, "the account is there")?;
    let commit = author.draft("job", Command::Charge(spend(8)?))?;
    trial.write(&mut author, &commit)?;
    trial.refuse(&author, &other, "the account is there, at version 2")
}

pub(super) fn empty_commit<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = charged(subject)?;
    for _ in 0..3 {
        let fence = author.fence();
        trial.write(&mut author, &fence)?;
        trial.holds(&author, "after a commit without entries and records")?;
    }
    let commit = refund(&author)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after a commit that follows one without entries")
}

pub(super) fn empty_commit_opens<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let late = author.draft("gift", give(50)?)?;
    let fence = author.fence();
    trial.write(&mut author, &fence)?;
    trial.holds(&author, "after a first commit without entries and records")?;
    trial.refuse(&author, &late, "the account is there, without entries")?;
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after the first entries, at version 2")
}

pub(super) fn stale_version<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = charged(subject)?;
    let stale = refund(&author)?;
    let fence = author.fence();
    trial.write(&mut author, &fence)?;
    for expected in (0..=stale.expected).rev() {
        let commit = Commit { expected, ..stale.clone() };
        trial.refuse(&author, &commit, "the head is at a later version")?;
    }
    trial.refuse(&author, &fence, "the head is at a later version, also for a commit without entries")
}

pub(super) fn future_version<S: Subject>(subject: &S) -> Verdict {
    let (trial, author) = charged(subject)?;
    let commit = refund(&author)?;
    for ahead in [1, 2, 100] {
        let commit = Commit { expected: commit.expected.saturating_add(ahead), ..commit.clone() };
        trial.refuse(&author, &commit, "the head is at an earlier version")?;
    }
    let fence = Commit { expected: author.version.saturating_add(1), ..author.fence() };
    trial.refuse(&author, &fence, "the head is at an earlier version, also for a commit without entries")
}

pub(super) fn version_of_no_account<S: Subject>(subject: &S) -> Verdict {
    let (trial, _) = charged(subject)?;
    let nobody = Author::new("nobody")?;
    for expected in [1, 2, 3, 100] {
        let commit = Commit { expected, ..nobody.draft("gift", give(50)?)? };
        trial.refuse(&nobody, &commit, "the account is not there")?;
        let fence = Commit { expected, ..nobody.fence() };
        trial.refuse(&nobody, &fence, "the account is not there, also for a commit without entries")?;
    }
    Ok(())
}

pub(super) fn receipt_once<S: Subject>(subject: &S) -> Verdict {
    let (trial, author) = charged(subject)?;
    let mut commit = refund(&author)?;
    let receipt = author.records.values().find(|record| matches!(record, Record::Receipt(_))).cloned();
    // The last of the records, so that all others could have been written before anybody looks.
    commit.records.extend(receipt.clone());
    trial.refuse(&author, &commit, "its receipt is there")?;
    let snapshot = Arc::new(author.account.snapshot());
    let alone = Commit::new(author.id().clone(), author.version, Vec::new(), snapshot, receipt.into_iter().collect());
    trial.refuse(&author, &alone, "its receipt is there, and it has nothing else")
}

pub(super) fn reference_once<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = charged(subject)?;
    let referred = |author: &Author, key| {
        let grant = Grant::new(GrantKind::Reward, Credits::from_whole(3))?;
        author.draft(key, Command::Grant(grant.with_reference(Reference::new("friend-9")?).into()))
    };
    let twin = Author { records: author.records.clone(), ..author.clone() };
    let commit = referred(&author, "reward")?;
    trial.write(&mut author, &commit)?;
    let again = referred(&twin, "reward-again")?;
    // As it would be decided by somebody who does not know of the reference.
    let entries = again.entries.iter().map(|entry| Entry { seq: entry.seq.saturating_add(1), ..Entry::clone(entry) });
    let entries = entries.map(Arc::new).collect();
    let commit = Commit { expected: author.version, entries, ..again };
    trial.refuse(&author, &commit, "its reference is there, under another key")
}

pub(super) fn key_of_two_accounts<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let mut authors = [Author::new("user-7")?, Author::new("user-8")?];
    for author in &mut authors {
        let grant = Grant::new(GrantKind::Reward, Credits::from_whole(3))?.with_reference(Reference::new("friend-9")?);
        let commit = author.draft("reward", Command::Grant(grant.into()))?;
        trial.write(author, &commit)?;
    }
    authors.iter().try_for_each(|author| trial.holds(author, "after two accounts used one key and one reference"))
}

pub(super) fn goes_on_after_conflicts<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = charged(subject)?;
    let late = refund(&author)?;
    let fence = author.fence();
    trial.write(&mut author, &fence)?;
    for _ in 0..100 {
        trial.refuse(&author, &late, "the head is at a later version")?;
    }
    for at in 0..20 {
        let commit = author.draft(&format!("more-{at}"), give(1)?)?;
        trial.write(&mut author, &commit)?;
    }
    trial.holds(&author, "after 100 conflicts and 20 commits")
}
