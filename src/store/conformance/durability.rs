//! What is there after a restart.

use super::{
    Subject,
    author::{Author, give, noon, spend, unit},
    stop::{Verdict, difference, ensure},
    story::story,
    trial::Trial,
};
use crate::{account::Account, journal::Command, store::Commit};

pub(super) fn kept<S: Subject>(subject: &S) -> Verdict {
    let (mut trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let mut other = Author::new("user-8")?;
    for (at, (seconds, key, command)) in story()?.into_iter().enumerate() {
        author.now = noon(seconds)?;
        let commit = author.draft(key, command)?;
        trial.write(&mut author, &commit)?;
        if at % 6 == 0 {
            let commit = other.draft(key, give(1)?)?;
            trial.write(&mut other, &commit)?;
            trial = trial.reopened()?;
            trial.holds(&author, "after the store was opened again")?;
            trial.holds(&other, "after the store was opened again")?;
        }
    }
    let trial = trial.reopened()?;
    trial.holds(&author, "after the store was opened again")?;
    let journal = trial.journal(author.id())?;
    let folded = Account::from_entries(author.id().clone(), unit()?, journal.iter().map(AsRef::as_ref))?;
    let (folded, snapshot) = (folded.snapshot(), author.account.snapshot());
    ensure(folded == snapshot, || {
        format!("the entries add up to something else than the snapshot: {}", difference(&snapshot, &folded))
    })
}

pub(super) fn guarded<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let opening = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &opening)?;
    let late = author.draft("late", give(1)?)?;
    let charge = author.draft("job", Command::Charge(spend(8)?))?;
    trial.write(&mut author, &charge)?;
    let trial = trial.reopened()?;
    trial.refuse(&author, &opening, "the account is there since before the store was opened again")?;
    trial.refuse(&author, &late, "the head was at a later version before the store was opened again")?;
    let repeated = Commit { records: charge.records, ..author.draft("more", give(1)?)? };
    trial.refuse(&author, &repeated, "its receipt is there since before the store was opened again")?;
    let commit = author.draft("more", give(1)?)?;
    trial.write(&mut author, &commit)?;
    trial.reopened()?.holds(&author, "after the store was opened again, written to, and opened again")
}
