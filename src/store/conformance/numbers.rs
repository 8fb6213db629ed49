//! The largest numbers, and how recent a load says that it is.

use super::{
    Subject,
    author::{Author, give},
    stop::{Verdict, ensure},
    trial::Trial,
};
use crate::{
    ids::AccountId,
    store::{Commit, Freshness},
};

/// Where numbers of 32, 53, 63 and 64 bits end.
const LARGE: [u64; 8] = [
    2_147_483_647,
    2_147_483_648,
    4_294_967_296,
    9_007_199_254_740_993,
    9_223_372_036_854_775_807,
    9_223_372_036_854_775_808,
    18_446_744_073_709_551_614,
    18_446_744_073_709_551_615,
];

pub(super) fn numbers_of_pages<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(1)?)?;
    trial.write(&mut author, &commit)?;
    for account in [author.id(), &AccountId::new("nobody")?] {
        for after in LARGE {
            for max in [1, usize::MAX] {
                let page = trial.page(account, after, max)?;
                ensure(page.is_empty(), || format!("account `{account}` has entries after entry {after}"))?;
            }
        }
    }
    Ok(())
}

pub(super) fn numbers_of_versions<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    let commit = author.draft("gift", give(1)?)?;
    trial.write(&mut author, &commit)?;
    let nobody = Author::new("nobody")?;
    for author in [&author, &nobody] {
        for expected in LARGE {
            let commit = Commit { expected, ..author.draft("more", give(1)?)? };
            trial.refuse(author, &commit, &format!("no account is at version {expected}"))?;
        }
    }
    Ok(())
}

pub(super) fn freshness_told<S: Subject>(subject: &S) -> Verdict {
    let (trial, mut author) = (Trial::fresh(subject), Author::new("user-7")?);
    for at in 0..20 {
        for asked in [Freshness::Latest, Freshness::Any] {
            let loaded = trial.load_as(author.id(), &[], asked)?;
            ensure(asked == Freshness::Any || loaded.freshness == Freshness::Latest, || {
                "a load for the latest says that there may be something later".to_owned()
            })?;
            let (is, version) = (loaded.head.map_or(0, |head| head.version), author.version);
            let wrong = if loaded.freshness == Freshness::Latest { is != version } else { is > version };
            ensure(!wrong, || format!("a load that says that it is the latest has version {is}, and {version} is"))?;
        }
        let commit = author.draft(&format!("gift-{at}"), give(1)?)?;
        trial.write(&mut author, &commit)?;
    }
    Ok(())
}
