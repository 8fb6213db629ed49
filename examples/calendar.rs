//! When credits come anew: while clocks are put back, at the end of each month, and for somebody who travels.
//!
//! `cargo run --features chrono-tz --example calendar` prints the days and months of three accounts. What is shown as
//! the next reset is what is enforced: a moment before it there is what was left, and then there is all of it again.

use std::{error::Error, fmt::Write};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use studio_credits::{
    AccountId, Credits, Key, Model, Reference, Spend, Studio, Unit, Work,
    journal::{Command, SubscriptionCommand},
    ledger::{Ledger, ViewAsk, block_on},
    plan::{PlanBook, Term, Zone},
    store::MemoryStore,
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

const PLANS: &str = r#"
edition = "2026-10"
unit = "credits"
base = "free"

[[plan]]
name = "free"
allowance.daily = { kind = "free", amount = 50, every = "day", zone = "account" }

[[plan]]
name = "basic"
allowance.monthly = { kind = "subscription", amount = 3000, every = "month" }
"#;

fn main() -> Answer {
    print!("{}", block_on(story())?);
    Ok(())
}

pub(crate) async fn story() -> Answer<String> {
    Ok([days().await?, months().await?, journey().await?].join("\n"))
}

/// Days in Amsterdam, while clocks are put back in October and forward in March.
async fn days() -> Answer<String> {
    let user = User::new("user-7")?;
    user.moves_to("Europe/Amsterdam", "2026-10-21T12:00:00Z".parse()?).await?;
    let mut lines = heading("Days in Amsterdam, while clocks are put back and forward");
    for noon in ["2026-10-24T10:00:00Z", "2026-10-25T11:00:00Z", "2026-10-26T11:00:00Z", "2027-03-28T10:00:00Z"] {
        let noon = noon.parse()?;
        user.spends(49, noon).await?;
        lines += &user.window(noon).await?;
    }
    Ok(lines)
}

/// Months from a 31st on: each keeps that day, or has its last one instead.
async fn months() -> Answer<String> {
    let (user, from) = (User::new("user-8")?, "2026-10-31T10:00:00Z".parse()?);
    user.moves_to("Europe/Amsterdam", from).await?;
    user.spends(50, from).await?;
    let (plan, term) = (user.plans.plan("basic", from)?.clone(), Term::new(24)?);
    let subscribe = SubscriptionCommand::Subscribe { plan, term, reference: Reference::new("in-1")?, by: None };
    user.ledger.run(&user.id, &Key::new("pay-1")?, subscribe, from).await?;
    let mut lines = heading("Months in Amsterdam from 31 October on, and a leap year's February");
    let mut now = from;
    for month in 0..18 {
        user.spends(2_900, now).await?;
        if !(6..15).contains(&month) {
            lines += &user.window(now).await?;
        }
        now = user.next_reset(now).await?;
    }
    Ok(lines)
}

/// Three days of somebody who moves from UTC to Auckland and on to Honolulu, and asks for credits every hour.
async fn journey() -> Answer<String> {
    let (user, from) = (User::new("user-9")?, "2026-11-02T00:00:00Z".parse::<DateTime<Utc>>()?);
    let mut lines = heading("Three days, from UTC to Auckland after 9 hours and to Honolulu after 12");
    let (mut granted, mut by_date, mut date) = (0, 0, None);
    for hour in 0..72 {
        let now = from + TimeDelta::hours(hour);
        match hour {
            9 => user.moves_to("Pacific/Auckland", now).await?,
            12 => user.moves_to("Pacific/Honolulu", now).await?,
            _ => {}
        }
        if user.available(now).await? == Credits::from_whole(50) {
            user.spends(49, now).await?;
            lines += &user.window(now).await?;
            granted += 1;
        }
        let today = user.zone().await?.local(now)?.date();
        by_date += u32::from(date.replace(today) != Some(today));
    }
    writeln!(
        lines,
        "  50 came {granted} times, which can be 4 at most; by the date on the local clock, {by_date} times"
    )?;
    Ok(lines)
}

fn heading(title: &str) -> String {
    let columns = ["on the local clock", "from", "to", "length", "just before", "then"];
    let [local, from, to, length, before, then] = columns;
    format!("{title}\n  {local:<20}{from:<22}{to:<22}{length:>8}{before:>13}{then:>6}\n")
}

/// An account on the plans above.
struct User {
    ledger: Ledger<MemoryStore>,
    plans: PlanBook,
    id: AccountId,
}

impl User {
    fn new(id: &str) -> Answer<Self> {
        let plans = PlanBook::parse(PLANS)?;
        let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_plans(plans.clone().into());
        Ok(Self { ledger, plans, id: AccountId::new(id)? })
    }

    async fn moves_to(&self, zone: &str, now: DateTime<Utc>) -> Answer {
        let set = Command::SetZone { zone: zone.parse()? };
        self.ledger.run(&self.id, &Key::new(&format!("move-{}", now.timestamp()))?, set, now).await?;
        Ok(())
    }

    async fn spends(&self, amount: i32, now: DateTime<Utc>) -> Answer {
        let work = Work::new(Studio::new("image")?, Model::new("flux")?);
        let charge = Command::Charge(Spend::new(work, Credits::from_whole(amount))?);
        self.ledger.run(&self.id, &Key::new(&format!("job-{amount}-{}", now.timestamp()))?, charge, now).await?;
        Ok(())
    }

    async fn available(&self, now: DateTime<Utc>) -> Answer<Credits> {
        Ok(self.ledger.balance(&self.id, now).await?.available)
    }

    /// The next reset, as a credits window shows it.
    async fn next_reset(&self, now: DateTime<Utc>) -> Answer<DateTime<Utc>> {
        let view = self.ledger.view(&self.id, &ViewAsk::default(), now).await?;
        Ok(view.account.next_refill.ok_or("a plan that gives")?.at)
    }

    async fn zone(&self) -> Answer<Zone> {
        Ok(self.ledger.account(&self.id).await?.standing().zone)
    }

    /// The day or month that the account is in, and what there is just before it is over, and then.
    async fn window(&self, now: DateTime<Utc>) -> Answer<String> {
        let (account, shown) = (self.ledger.account(&self.id).await?, self.next_reset(now).await?);
        let given =
            account.standing().given.iter().find(|given| given.window.closes_at() == shown).ok_or("a window")?;
        let opens = given.window.opens_at();
        let zone = account.standing().zone;
        let local = zone.local(opens)?;
        let length = match zone.local(shown)?.signed_duration_since(local).num_days() {
            0 | 1 => format!("{} h", shown.signed_duration_since(opens).num_hours()),
            days => format!("{days} days"),
        };
        let before = self.available(shown - TimeDelta::microseconds(1)).await?;
        let then = self.available(shown).await?;
        let [from, to] = [opens, shown].map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let local = local.format("%Y-%m-%d %H:%M");
        Ok(format!("  {local:<20}{from:<22}{to:<22}{length:>8}{before:>13}{then:>6}\n"))
    }
}
