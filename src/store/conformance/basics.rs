//! What is written is there, and is what was written.

use std::sync::Arc;

use super::{
    Subject,
    author::{Author, give, noon, spend, spend_of, unit},
    stop::{Verdict, ensure},
    story::story,
    trial::Trial,
};
use crate::{
    credits::Credits,
    grant::{Grant, GrantKind},
    ids::{AccountId, GrantId, HoldId, Key, Reference, Unit},
    journal::{Command, RecordName},
    store::Commit,
};

pub(super) fn empty_account<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let account = AccountId::new("nobody")?;
    let names = [
        RecordName::Receipt(Key::new("job-41")?),
        RecordName::Charge(HoldId::new("job-41")?),
        RecordName::Lot(GrantId::new("job-41")?),
        RecordName::Reference(Reference::new("job-41")?),
    ];
    for names in [&names[..], &[]] {
        let loaded = trial.load(&account, names)?;
        ensure(loaded.head.is_none(), || format!("account `{account}` has a head, and nobody wrote one"))?;
        ensure(loaded.records.is_empty(), || format!("account `{account}` has records, and nobody wrote any"))?;
    }
    let page = trial.page(&account, 0, 10)?;
    ensure(page.is_empty(), || format!("account `{account}` has {} entries, and nobody wrote any", page.len()))
}

pub(super) fn first_commit<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("sign-up", give(50)?)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after the first commit")?;
    let commit = author.draft("job-41", Command::Charge(spend(8)?))?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after the second commit")
}

pub(super) fn every_kind_of_value<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    for (seconds, key, command) in story()? {
        author.now = noon(seconds)?;
        let commit = author.draft(key, command)?;
        trial.write(&mut author, &commit)?;
        trial.holds(&author, &format!("after the command of key `{key}`"))?;
    }
    Ok(())
}

pub(super) fn extreme_amounts<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let largest = Credits::MAX;
    let nearly: Credits = "999999999999999999.999999999".parse()?;
    let beyond_53_bits: Credits = "9007199254740993".parse()?;
    let finest: Credits = "0.000000001".parse()?;
    let thirds: Credits = "0.333333333".parse()?;
    for (at, amount) in [largest, nearly, beyond_53_bits, thirds, finest].into_iter().enumerate() {
        let mut author = Author::new(&format!("user-{at}"))?;
        let cost = if at == 0 { Credits::MIN } else { finest };
        let grant = Grant::new(GrantKind::TopUp, amount)?.with_priority(i16::MIN).with_cost(cost, Unit::new("USD")?);
        let commit = author.draft("top-up", Command::Grant(grant.with_unit(unit()?).into()))?;
        trial.write(&mut author, &commit)?;
        trial.holds(&author, &format!("after a grant of {amount} at a cost of {cost}"))?;
        let commit = author.draft("job-41", Command::Charge(spend_of(finest)?))?;
        trial.write(&mut author, &commit)?;
        trial.holds(&author, &format!("after {finest} of {amount} was spent"))?;
    }
    Ok(())
}

pub(super) fn many_entries_at_once<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let grants = (0..256).map(|at| Ok((format!("gift-{at}"), give(1)?))).collect::<Verdict<Vec<_>>>()?;
    let commit = author.draft_all(grants)?;
    trial.write(&mut author, &commit)?;
    trial.holds(&author, "after a commit with 257 entries and 256 records")
}

/// As many lots as there may be, all of which expire at once.
pub(super) fn largest_account<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let grant = Grant::new(GrantKind::Free, Credits::from_whole(2))?.with_expiry(noon(3_600)?)?;
    let grant = Arc::new(grant);
    let commits = [0..256, 256..512, 512..768, 768..1_024];
    for range in commits {
        let grants = range.map(|at| (format!("gift-{at}"), Command::Grant(grant.clone())));
        let commit = author.draft_all(grants)?;
        trial.write(&mut author, &commit)?;
    }
    trial.holds(&author, "after 1,024 grants")?;
    author.now = noon(3_600)?;
    let commit = author.draft("gift-1024", give(1)?)?;
    let Commit { entries, records, .. } = &commit;
    let (entries, records) = (entries.len(), records.len());
    trial.write(&mut author, &commit)?;
    trial.holds(&author, &format!("after a commit with {entries} entries and {records} records"))
}
