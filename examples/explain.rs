//! Why a spend takes what it takes, and why another one is refused.
//!
//! `cargo run --example explain` tells it lot by lot, in the order of spending.

use std::error::Error;

use chrono::{DateTime, Utc};
use studio_credits::account::{Account, Decision};
use studio_credits::journal::Command;
use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Model, Restriction, Spend, Studio, Unit, Work};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Answer {
    print!("{}", story()?);
    Ok(())
}

pub(crate) fn story() -> Answer<String> {
    let now = "2026-11-24T12:00:00Z".parse()?;
    let midnight = "2026-11-25T00:00:00Z".parse()?;
    let december = "2026-12-01T00:00:00Z".parse()?;
    let credits = Credits::from_whole;

    let daily = Grant::new(GrantKind::Free, credits(50))?.with_expiry(midnight)?;
    let offer = Grant::new(GrantKind::Promotional, credits(30))?
        .with_restriction(Restriction::default().to_studio(Studio::new("video")?))?;
    let bought = Grant::new(GrantKind::TopUp, credits(100))?.with_cost("4.99".parse()?, Unit::new("USD")?);
    let monthly = Grant::new(GrantKind::Subscription, credits(400))?.with_effect(december)?;

    let mut account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    for (key, grant) in [("daily", daily), ("video-offer", offer), ("invoice-9", bought), ("december", monthly)] {
        give(&mut account, key, grant, now)?;
    }
    let image = Work::new(Studio::new("image")?, Model::new("flux")?);
    let small = account.explain(&Spend::new(image.clone(), credits(60))?, now)?;
    let large = account.explain(&Spend::new(image, credits(500))?, now)?;
    Ok(format!("{small}\n{large}"))
}

/// Gives a grant under a key that nothing was asked under before.
fn give(account: &mut Account, key: &str, grant: Grant, now: DateTime<Utc>) -> Answer {
    let (key, command) = (Key::new(key)?, Command::Grant(grant.into()));
    let records = account.gather(&key, &command, |_| None);
    if let Decision::Write(changes) = account.decide(&records, &key, &command, now)? {
        for entry in &changes.entries {
            account.apply(entry)?;
        }
    }
    Ok(())
}
