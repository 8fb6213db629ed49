//! What a store tells across accounts, and what it forgets.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Subject,
    author::{Author, give, noon, spend},
    stop::{Verdict, difference, ensure, fail},
    trial::{Trial, told},
};
use crate::{
    grant::{Grant, GrantKind},
    ids::{AccountId, HoldId, Reference},
    journal::{Command, Record},
    outcome::Outcome,
    spend::{Life, Terms},
    store::{Commit, Inventory, Listing},
};

/// Names in the order of their bytes, which no dictionary and no list of numbers has.
const NAMES: &[&str] =
    &["10", "9", "Zoe", "_zoe", "adam", "zoe", "zoe ann", "zoe-ann", "zoeann", "zoë", "Åsa", "\u{ffff}", "🎬"];

/// How many are asked for at most, page by page.
const PAGES: [usize; 4] = [1, 2, 3, usize::MAX];

pub(super) fn accounts_listed<S: Subject<Store: Inventory>>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    is_listed(&trial, Listing::All, &[])?;
    // Backwards, so that the order is not that in which they came.
    for name in NAMES.iter().rev() {
        let mut author = Author::new(name)?;
        let commit = author.draft("gift", give(5)?)?;
        trial.write(&mut author, &commit)?;
    }
    let all = NAMES.iter().map(|name| Ok(AccountId::new(name)?)).collect::<Verdict<Vec<_>>>()?;
    is_listed(&trial, Listing::All, &all)?;
    is_listed(&trial, Listing::Holding, &[])?;
    // A page begins after a name, whether or not there is an account of that name.
    for after in ["0", "1", "10", "90", "Zoe!", "zo", "zoe", "zoe b", "zz", "zoë", "🎬", "🎬🎬"] {
        let after = AccountId::new(after)?;
        let expected: Vec<_> = all.iter().filter(|name| name.as_str() > after.as_str()).cloned().collect();
        for max in [0, 1, 2, usize::MAX] {
            let page = page(&trial, Listing::All, Some(&after), max)?;
            let expected: Vec<_> = expected.iter().take(max).cloned().collect();
            ensure(page == expected, || {
                format!("{max} accounts after `{after}` are {page:?}: {expected:?} are expected")
            })?;
        }
    }
    Ok(())
}

pub(super) fn holds_listed<S: Subject<Store: Inventory>>(subject: &S) -> Verdict {
    let (trial, mut authors) = (Trial::fresh(subject), Vec::new());
    for (name, lives) in [("Zoe", &[60][..]), ("adam", &[]), ("zoe", &[600, 120]), ("zoë", &[90]), ("🎬", &[])] {
        let mut author = Author::new(name)?;
        let commit = author.draft("gift", give(100)?)?;
        trial.write(&mut author, &commit)?;
        for &life in lives {
            let terms = Terms::default().with_life(Life::seconds(life)?);
            let commit = author.draft(&format!("job-{life}"), Command::Hold(spend(3)?.with_terms(terms)))?;
            trial.write(&mut author, &commit)?;
        }
        authors.push(author);
    }
    are_held(&trial, &authors)?;
    // The first of two that is over, the only one, and one under an account that then has a later entry.
    for (name, job) in [("zoe", "job-120"), ("zoë", "job-90"), ("Zoe", "")] {
        for author in authors.iter_mut().filter(|author| author.id().as_str() == name) {
            let command = match job {
                "" => Command::Charge(spend(1)?),
                job => Command::Release { hold: HoldId::new(job)?, outcome: Outcome::Failed },
            };
            let commit = author.draft("end", command)?;
            trial.write(author, &commit)?;
        }
        are_held(&trial, &authors)?;
    }
    Ok(())
}

/// Whoever has holds is listed, and whoever has one that is over by an instant.
fn are_held<S: Subject<Store: Inventory>>(trial: &Trial<'_, S>, authors: &[Author]) -> Verdict {
    let of = |is_listed: &dyn Fn(DateTime<Utc>) -> bool| -> Vec<_> {
        let has = |author: &&Author| author.account.holds().any(|hold| is_listed(hold.lapses_at));
        authors.iter().filter(has).map(|author| author.id().clone()).collect()
    };
    is_listed(trial, Listing::Holding, &of(&|_| true))?;
    let mut instants = vec![DateTime::<Utc>::MIN_UTC, DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC];
    for hold in authors.iter().flat_map(|author| author.account.holds()) {
        let near = [-1, 0, 1].map(TimeDelta::microseconds);
        instants.extend(near.into_iter().filter_map(|near| hold.lapses_at.checked_add_signed(near)));
    }
    instants.into_iter().try_for_each(|at| is_listed(trial, Listing::Due(at), &of(&|lapses_at| lapses_at <= at)))
}

pub(super) fn records_listed<S: Subject<Store: Inventory>>(subject: &S) -> Verdict {
    let (trial, mut authors) = (Trial::fresh(subject), [Author::new("user-7")?, Author::new("user-77")?]);
    for author in &mut authors {
        for key in NAMES {
            let grant = Grant::new(GrantKind::Reward, "3".parse()?)?.with_reference(Reference::new(key)?);
            let commit = author.draft(key, Command::Grant(grant.into()))?;
            trial.write(author, &commit)?;
            let commit = author.draft(&format!("{key}-job"), Command::Charge(spend(1)?))?;
            trial.write(author, &commit)?;
        }
    }
    let [author, other] = &authors;
    are_records(&trial, author.id(), &named(author))?;
    are_records(&trial, other.id(), &named(other))?;
    are_records(&trial, &AccountId::new("user-8")?, &BTreeMap::new())?;
    for after in ["", "charge", "charge/zz", "receipt/", "receipt/Zoe", "receipt/zoe ", "reference/🎬", "zz"] {
        let page = records(&trial, author.id(), Some(after), 1)?;
        let names: Vec<_> = page.iter().map(|record| record.name().to_string()).collect();
        let expected = named(author).into_keys().find(|name| name.as_str() > after);
        ensure(names.iter().eq(&expected), || {
            format!("the record after `{after}` is {names:?}: {expected:?} is expected")
        })?;
    }
    let none = records(&trial, author.id(), None, 0)?;
    ensure(none.is_empty(), || "a page of no records has some".to_owned())
}

pub(super) fn receipts_forgotten<S: Subject<Store: Inventory>>(subject: &S) -> Verdict {
    let (trial, mut authors) = (Trial::fresh(subject), [Author::new("user-7")?, Author::new("user-8")?]);
    for author in &mut authors {
        for seconds in 0..5 {
            author.now = noon(seconds)?;
            let grant = Grant::new(GrantKind::Reward, "3".parse()?)?;
            let grant = grant.with_reference(Reference::new(&format!("friend-{seconds}"))?);
            let commit = author.draft(&format!("gift-{seconds}"), Command::Grant(grant.into()))?;
            trial.write(author, &commit)?;
            let commit = author.draft(&format!("job-{seconds}"), Command::Charge(spend(1)?))?;
            trial.write(author, &commit)?;
        }
    }
    let now = noon(3)?;
    let before_now = (now, usize::MAX);
    let never = (DateTime::<Utc>::MIN_UTC, usize::MAX);
    for ((before, max), expected) in [
        (never, 0),
        ((noon(0)?, usize::MAX), 0),
        ((now, 0), 0),
        ((now, 5), 5),
        ((now, 4), 4),
        (before_now, 3),
        (before_now, 0),
    ] {
        let forgotten = forget(&trial, before, max)?;
        ensure(forgotten == expected, || {
            format!("{forgotten} receipts of before {before} are forgotten, {max} at most: {expected} are expected")
        })?;
    }
    let mut gone = Vec::new();
    for author in &mut authors {
        let is_old = |record: &Record| record.done_at().is_some_and(|done_at| done_at < now);
        gone.extend(author.records.values().filter(|record| is_old(record)).cloned());
        author.records.retain(|_, record| !is_old(record));
        trial.holds(author, "after older receipts were forgotten")?;
        are_records(&trial, author.id(), &named(author))?;
    }
    let [author, _] = &mut authors;
    let kept = author.records.values().find(|record| record.done_at().is_some()).cloned();
    let commit = Commit { records: kept.into_iter().collect(), ..author.draft("more", give(1)?)? };
    trial.refuse(author, &commit, "its receipt was not forgotten")?;
    let commit = Commit { records: gone.into_iter().take(1).collect(), ..author.draft("more", give(1)?)? };
    trial.write(author, &commit)?;
    trial.holds(author, "after a key was used again whose receipt was forgotten")
}

/// The records of an account, under the text of their names.
fn named(author: &Author) -> BTreeMap<String, Record> {
    author.records.iter().map(|(name, record)| (name.to_string(), record.clone())).collect()
}

/// All accounts of a listing are these, in pages of any size.
fn is_listed<S: Subject<Store: Inventory>>(trial: &Trial<'_, S>, listing: Listing, expected: &[AccountId]) -> Verdict {
    for max in PAGES {
        let mut all: Vec<AccountId> = Vec::new();
        loop {
            let page = page(trial, listing, all.last(), max)?;
            let (length, rest) = (page.len(), expected.len().saturating_sub(all.len()));
            all.extend(page);
            ensure(expected.starts_with(&all), || {
                format!("accounts of `{listing:?}`, {max} at a time, are {all:?}: {expected:?} are expected")
            })?;
            ensure(length == rest.min(max), || {
                format!("a page of accounts of `{listing:?}` has {length}, {max} were asked for, and there are {rest}")
            })?;
            if length == 0 {
                break;
            }
        }
    }
    Ok(())
}

fn page<S: Subject<Store: Inventory>>(
    trial: &Trial<'_, S>,
    listing: Listing,
    after: Option<&AccountId>,
    max: usize,
) -> Verdict<Vec<AccountId>> {
    let page = trial.subject.block_on(trial.store.accounts(listing, after, max));
    page.or_else(|error| fail(format!("listing accounts, `{listing:?}`, ends in an error: {}", told(&error))))
}

/// The records of an account are these, in pages of any size.
fn are_records<S: Subject<Store: Inventory>>(
    trial: &Trial<'_, S>,
    account: &AccountId,
    expected: &BTreeMap<String, Record>,
) -> Verdict {
    for max in PAGES {
        let mut all = Vec::new();
        loop {
            let after = all.last().map(|record: &Record| record.name().to_string());
            let page = records(trial, account, after.as_deref(), max)?;
            ensure(page.len() <= max, || {
                format!("a page of records of account `{account}` has {}, {max} at most were asked for", page.len())
            })?;
            if page.is_empty() {
                break;
            }
            all.extend(page);
            ensure(all.len() <= expected.len(), || {
                format!("account `{account}` has {} records: {} were written", all.len(), expected.len())
            })?;
        }
        let expected: Vec<_> = expected.values().cloned().collect();
        ensure(all == expected, || {
            format!("the records of account `{account}`, {max} at a time, are {}", difference(&expected, &all))
        })?;
    }
    Ok(())
}

fn records<S: Subject<Store: Inventory>>(
    trial: &Trial<'_, S>,
    account: &AccountId,
    after: Option<&str>,
    max: usize,
) -> Verdict<Vec<Record>> {
    let page = trial.subject.block_on(trial.store.records(account, after, max));
    page.or_else(|error| fail(format!("listing records of account `{account}` ends in an error: {}", told(&error))))
}

fn forget<S: Subject<Store: Inventory>>(trial: &Trial<'_, S>, before: DateTime<Utc>, max: usize) -> Verdict<usize> {
    let forgotten = trial.subject.block_on(trial.store.forget_receipts(before, max));
    forgotten.or_else(|error| fail(format!("forgetting receipts ends in an error: {}", told(&error))))
}
