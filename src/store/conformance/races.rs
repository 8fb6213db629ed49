//! Many at once.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Subject,
    author::{Author, give, noon, spend},
    client::{Client, Told, account_of},
    crew::together,
    end_to_end::audit,
    lookers::Scene,
    stop::{Verdict, ensure, fail},
    trial::{Trial, follows, is_loaded},
};
use crate::{
    account::{Decision, Records},
    ids::{AccountId, Key},
    journal::{Command, Record, RecordName},
    store::{Commit, Committed, Fate},
};

const WRITERS: usize = 32;

pub(super) fn increments_all_count<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(1_600)?)?;
    trial.write(&mut author, &commit)?;
    let receipts = together(WRITERS, |writer| {
        let mut client = Client::of(&trial, author.id());
        let charge = |at: usize| {
            let told = client.ask(&Key::new(&format!("writer-{writer}/{at}"))?, &Command::Charge(spend(1)?))?;
            match told {
                Told::Done(receipt) => Ok(receipt),
                told => fail(format!("a charge under a key of its own, which can be paid, comes to {told:?}")),
            }
        };
        (0..50).map(charge).collect::<Verdict<Vec<_>>>()
    })?;
    let receipts: Vec<_> = receipts.into_iter().flatten().collect();
    let (head, account) = audit(&trial, author.id(), &receipts)?;
    let spent = account.totals().spent;
    ensure(spent.to_string() == "1600", || format!("{spent} are spent after 1,600 charges of 1"))?;
    ensure(head.version == 1_601, || format!("the head is at version {} after 1,601 commits", head.version))
}

/// Writers who do not look for the receipt: it is the store that has to keep the second one out.
pub(super) fn one_key_one_commit<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(1_600)?)?;
    trial.write(&mut author, &commit)?;
    // Several keys, as the race for one is soon over.
    for nth in 0..5 {
        let key = Key::new(&format!("job-{nth}"))?;
        // On the second attempt at the latest, the version is right, and only the receipt is in the way.
        let attempts = |_| (0..3).map(|_| charge_blindly(&trial, author.id(), &key)).collect::<Verdict<Vec<_>>>();
        let answers: Vec<_> = together(WRITERS, attempts)?.into_iter().flatten().collect();
        let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
        let (applied, in_doubt) = (count(Ok(Committed::Applied)), count(Err(Fate::Unknown)));
        ensure(applied <= 1, || format!("{applied} commits with one receipt are applied"))?;
        ensure(applied == 1 || in_doubt > 0, || "of many commits with one receipt, none is applied".to_owned())?;
        let journal = trial.journal(author.id())?;
        let times = journal.iter().filter(|entry| entry.key.as_ref() == Some(&key)).count();
        ensure(times == 1, || format!("the one entry of key `{key}` is {times} times in the journal"))?;
    }
    Ok(())
}

/// Charges 1 on the latest head, without a look at the receipt, and tells what came of it.
fn charge_blindly<S: Subject>(
    trial: &Trial<'_, S>,
    account: &AccountId,
    key: &Key,
) -> Verdict<Result<Committed, Fate>> {
    let loaded = trial.load(account, &[])?;
    let (mut state, command) = (account_of(account, &loaded)?, Command::Charge(spend(1)?));
    let mut records = Records::default();
    records.set(RecordName::Receipt(key.clone()), None);
    let Decision::Write(changes) = state.decide(&records, key, &command, noon(0)?)? else {
        return fail("the case cannot go on: nothing is to be written");
    };
    for entry in &changes.entries {
        state.apply(entry)?;
    }
    let (entries, version) = (changes.entries.clone(), loaded.head.map_or(0, |head| head.version));
    let (snapshot, records) = (Arc::new(state.snapshot()), changes.into_records().collect());
    let commit = Commit::new(account.clone(), version, entries, snapshot, records);
    Ok(trial.commit(&commit).map_err(|error| error.fate()))
}

pub(super) fn accounts_apart<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    together(WRITERS, |writer| {
        let account = AccountId::new(&format!("user-{writer}"))?;
        let mut client = Client::of(&trial, &account);
        let mut receipts = Vec::new();
        for at in 0..10 {
            match client.ask(&Key::new(&format!("gift-{at}"))?, &give(1)?)? {
                Told::Done(receipt) => receipts.push(receipt),
                told => return fail(format!("a grant under a key of its own comes to {told:?}")),
            }
        }
        audit(&trial, &account, &receipts)?;
        Ok(())
    })?;
    Ok(())
}

pub(super) fn loads_of_one_moment<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let scene = Scene::on(&trial)?;
    let account = scene.before.id();
    // A record that each commit replaces, and some receipts: the fewer, the more looks.
    let some = scene.commits.iter().step_by(12).flat_map(|commit| &commit.records);
    let names: Vec<_> = some.map(Record::name).collect::<BTreeSet<_>>().into_iter().collect();
    let mut author = scene.before.clone();
    author.records.retain(|name, _| names.contains(name));
    let mut moments = vec![author.clone()];
    for commit in &scene.commits {
        author.take(commit)?;
        author.records.retain(|name, _| names.contains(name));
        moments.push(author.clone());
    }
    scene.play(&trial, |_| {
        let loaded = trial.load(account, &names)?;
        let version = loaded.head.as_ref().map_or(0, |head| head.version);
        let Some(moment) = moments.iter().find(|moment| moment.version == version) else {
            return fail(format!("a load answers with version {version}, which nobody wrote"));
        };
        is_loaded(moment, &loaded)
            .map_err(|stop| stop.within(&format!("a load has a head of version {version}, and what is of another")))?;
        Ok(version)
    })
}

pub(super) fn loads_of_the_latest<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let scene = Scene::on(&trial)?;
    scene.play(&trial, |least| {
        let version = trial.load(scene.before.id(), &[])?.head.map_or(0, |head| head.version);
        ensure(version >= least, || {
            format!("a load for the latest answers with version {version}, and {least} was answered for before")
        })?;
        Ok(version)
    })
}

pub(super) fn entries_keep_up<S: Subject>(subject: &S) -> Verdict {
    let trial = Trial::fresh(subject);
    let scene = Scene::on(&trial)?;
    let account = scene.before.id();
    let written = scene.commits.iter().flat_map(|commit| &commit.entries);
    let written: Vec<_> = scene.before.entries.iter().chain(written).collect();
    scene.play(&trial, |_| {
        let head = trial.load(account, &[])?.head;
        let (version, seq) = head.map_or((0, 0), |head| (head.version, head.seq));
        let mut after = seq.saturating_sub(10);
        loop {
            let page = trial.page(account, after, 7)?;
            follows(account, after, 7, &page)?;
            let known = written.iter().skip_while(|entry| entry.seq <= after).take(page.len());
            ensure(page.iter().eq(known.copied()), || {
                format!("a page of account `{account}` after entry {after} is not what was written")
            })?;
            match page.last() {
                Some(last) => after = last.seq,
                None => break,
            }
        }
        ensure(after >= seq, || format!("the head counts {seq} entries, and only {after} can be read after it"))?;
        Ok(version)
    })
}
