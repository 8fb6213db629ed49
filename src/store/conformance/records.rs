//! Which records a load finds, and which entries a page has.

use std::collections::BTreeMap;

use super::{
    Subject,
    author::{Author, give, spend},
    stop::{Verdict, ensure},
    trial::{Trial, follows, same_records},
};
use crate::{
    credits::Credits,
    ids::{AccountId, GrantId, HoldId, Key, Reason, Reference},
    journal::{Command, RecordName},
};

pub(super) fn records_asked_for<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    let charges = (0..10).map(|at| Ok((format!("job-{at}"), Command::Charge(spend(1)?))));
    let commit = author.draft_all(charges.collect::<Verdict<Vec<_>>>()?)?;
    trial.write(&mut author, &commit)?;
    let receipt = |key: &str| -> Verdict<_> { Ok(RecordName::Receipt(Key::new(key)?)) };
    let charge = |key: &str| -> Verdict<_> { Ok(RecordName::Charge(HoldId::new(key)?)) };
    let missing = || -> Verdict<_> {
        Ok([
            receipt("job-10")?,
            charge("gift")?,
            RecordName::Lot(GrantId::new("gift")?),
            RecordName::Reference(Reference::new("job-1")?),
        ])
    };
    let one = vec![receipt("job-7")?];
    let backwards = vec![charge("job-9")?, receipt("job-0")?, charge("job-3")?, receipt("gift")?];
    let among_missing = [vec![charge("job-2")?], missing()?.to_vec(), vec![receipt("job-2")?]].concat();
    for asked in [Vec::new(), one, backwards, among_missing, missing()?.to_vec()] {
        let found = trial.load(author.id(), &asked)?.records;
        let known: BTreeMap<_, _> =
            asked.iter().filter_map(|name| Some((name.clone(), author.records.get(name)?.clone()))).collect();
        same_records(author.id(), &known, &found)?;
    }
    Ok(())
}

pub(super) fn records_of_the_account<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let mut authors = [Author::new("user-7")?, Author::new("user-77")?, Author::new("user-8")?];
    for (author, amount) in authors.iter_mut().zip(1..) {
        let commit = author.draft("gift", give(50)?)?;
        trial.write(author, &commit)?;
        let commit = author.draft("job", Command::Charge(spend(amount)?))?;
        trial.write(author, &commit)?;
    }
    authors.iter().try_for_each(|author| trial.holds(author, "after three accounts used the same keys"))?;
    let names = authors.first().map(Author::names).unwrap_or_default();
    let found = trial.load(&AccountId::new("user-9")?, &names)?.records;
    ensure(found.is_empty(), || "an account that was never written to has the records of another one".to_owned())
}

pub(super) fn record_replaced<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(50)?)?;
    trial.write(&mut author, &commit)?;
    let commit = author.draft("job", Command::Charge(spend(40)?))?;
    trial.write(&mut author, &commit)?;
    for at in 1..=3 {
        let (amount, reason) = (Some(Credits::from_whole(at)), Reason::new("a part of it was black")?);
        let refund = Command::Refund { charge: HoldId::new("job")?, amount, reason };
        let commit = author.draft(&format!("ticket-{at}"), refund)?;
        trial.write(&mut author, &commit)?;
        trial.holds(&author, &format!("after record `charge/job` was replaced {at} times"))?;
    }
    Ok(())
}

pub(super) fn pages_of_entries<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let mut other = Author::new("user-8")?;
    for at in 0..8 {
        let grants = (0..3).map(|part| Ok((format!("gift-{at}-{part}"), give(1)?))).collect::<Verdict<Vec<_>>>()?;
        let commit = author.draft_all(grants)?;
        trial.write(&mut author, &commit)?;
        let commit = other.draft(&format!("gift-{at}"), give(2)?)?;
        trial.write(&mut other, &commit)?;
    }
    let account = author.id();
    for after in 0..=27 {
        for max in [0, 1, 2, 7, 24, 25, 26, usize::MAX] {
            let rest: Vec<_> = author.entries.iter().filter(|entry| entry.seq > after).collect();
            let page = trial.page(account, after, max)?;
            follows(account, after, max, &page)?;
            let missing = page.is_empty() && !rest.is_empty() && max > 0;
            ensure(!missing, || {
                format!("a page of {max} entries after entry {after} is empty, and there are {} more", rest.len())
            })?;
            ensure(page.len() <= rest.len() && page.iter().eq(rest.into_iter().take(page.len())), || {
                format!("a page of {max} entries after entry {after} has entries that were not written")
            })?;
        }
    }
    Ok(())
}
