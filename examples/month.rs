//! One account from its sign-up to the end of its plan, on ImagineArt's plans and prices.
//!
//! `cargo run --example month` prints what happens row by row, with what is available after it, and what each month
//! adds up to.

use std::{error::Error, fmt::Write, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, GrantKind, HoldId, Key, Reason, Reference, Unit, books,
    journal::{Command, Event, SubscriptionCommand, Totals},
    ledger::{Ledger, LedgerError, Order, block_on},
    plan::{Cycle, Plan, PlanBook, Proration, Term, TopUpName, Zone},
    pricing::CostEngine,
    store::MemoryStore,
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

const KINDS: [GrantKind; 3] = [GrantKind::Free, GrantKind::Subscription, GrantKind::TopUp];

fn main() -> Answer {
    print!("{}", block_on(story())?);
    Ok(())
}

pub(crate) async fn story() -> Answer<String> {
    let mut diary = Diary::new()?;

    // Nobody opens an account, and nobody gives it what everybody has.
    diary.look("2026-11-01T09:00:00Z", "signs up; nothing is written yet").await?;
    diary.hold("2026-11-01T09:05:00Z", "job-1", image("nano-banana-2", "1k", 1)?).await?;
    diary.settle("2026-11-01T09:06:00Z", "job-1", Delivery::all()).await?;
    diary.look("2026-11-03T20:00:00Z", "skipped a day: there is one day's credits").await?;
    diary.hold("2026-11-03T20:01:00Z", "job-2", image("nano-banana-pro", "2k", 1)?).await?;

    // What was refused can be asked for again, under the same key.
    let (plan, reference) = (diary.plan("basic")?, Reference::new("in-1")?);
    let subscribe = SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by: None };
    diary.run("2026-11-04T08:00:00Z", "pay-1", "subscribes to basic", subscribe).await?;
    diary.hold("2026-11-04T08:10:00Z", "job-2", image("nano-banana-pro", "2k", 1)?).await?;
    diary.settle("2026-11-04T08:11:00Z", "job-2", Delivery::all()).await?;
    diary.hold("2026-11-04T08:12:00Z", "job-3", image("nano-banana-2", "2k", 4)?).await?;
    diary.settle("2026-11-04T08:14:00Z", "job-3", Delivery::outputs(3)).await?;

    // A fresh cycle begins, and what is left of the old plan's month is gone.
    let (plan, reference) = (diary.plan("standard")?, Reference::new("in-2")?);
    let upgrade = SubscriptionCommand::Upgrade { plan, term: None, reference, by: None };
    diary.run("2026-11-09T10:00:00Z", "pay-2", "upgrades to standard: a fresh cycle", upgrade).await?;
    diary.hold("2026-11-09T10:05:00Z", "job-4", image("nano-banana-2", "4k", 8)?).await?;
    diary.settle("2026-11-09T10:07:00Z", "job-4", Delivery::all()).await?;
    let (charge, amount) = (HoldId::new("job-4")?, Some(Credits::from_whole(98)));
    let refund = Command::Refund { charge, amount, reason: Reason::new("one image was black")? };
    diary.run("2026-11-10T12:00:00Z", "ticket-1", "gets 98 back: one image was black", refund).await?;

    // What was bought never expires, and is spent last.
    let small = Command::BuyTopUp { pack: TopUpName::new("small")?, reference: Reference::new("in-3")?, by: None };
    diary.run("2026-11-20T09:00:00Z", "pay-3", "buys a small top-up", small).await?;
    diary.hold("2026-11-21T09:00:00Z", "job-5", video("kling-2.6-pro", 18)?).await?;
    diary.settle("2026-11-21T09:30:00Z", "job-5", Delivery::all()).await?;
    diary.hold("2026-11-22T15:00:00Z", "job-6", video("google-veo-3.1-fast", 1)?).await?;

    let renew = SubscriptionCommand::Renew { reference: Reference::new("in-4")?, plan: None };
    diary.run("2026-12-09T10:00:00Z", "pay-4", "renews; another month begins", renew).await?;
    diary.hold("2026-12-12T18:00:00Z", "job-7", image("imagineart-1.5", "2k", 20)?).await?;
    diary.settle("2026-12-12T18:02:00Z", "job-7", Delivery::all()).await?;
    let cancel = SubscriptionCommand::Cancel { reason: Reason::new("a long holiday")?, by: None };
    diary.run("2026-12-15T08:00:00Z", "cancel-1", "cancels; the month goes on", cancel).await?;
    diary.look("2027-01-09T09:59:59Z", "has a second of it left").await?;
    diary.look("2027-01-09T10:00:00Z", "has what was bought, and the free plan").await?;
    diary.hold("2027-01-10T12:00:00Z", "job-8", image("nano-banana-2", "2k", 1)?).await?;
    diary.settle("2027-01-10T12:01:00Z", "job-8", Delivery::all()).await?;

    diary.add_up(["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]).await?;
    diary.would_carry_over("2026-11-04T08:00:00Z", "2026-11-09T10:00:00Z")?;
    Ok(diary.pages)
}

fn image(model: &str, resolution: &str, count: u64) -> Answer<GenerationRequest> {
    Ok(GenerationRequest::new("image", model)?.with_setting("resolution", resolution)?.with_count(count)?)
}

fn video(model: &str, count: u64) -> Answer<GenerationRequest> {
    Ok(GenerationRequest::new("video", model)?.with_count(count)?)
}

/// What becomes of one account, row by row.
struct Diary {
    ledger: Ledger<MemoryStore>,
    engine: Arc<CostEngine>,
    plans: PlanBook,
    user: AccountId,
    now: DateTime<Utc>,
    day: NaiveDate,
    pages: String,
}

impl Diary {
    fn new() -> Answer<Self> {
        let (plans, prices) = (books::imagineart_plans(), books::imagineart());
        Ok(Self {
            ledger: Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_plans(plans.clone().into()),
            engine: CostEngine::new(&prices)?.into(),
            plans,
            user: AccountId::new("user-7")?,
            now: DateTime::UNIX_EPOCH,
            day: NaiveDate::MIN,
            pages: format!("{:<54}{:>6}{:>9}{:>8}{:>7}  events\n", "", "free", "monthly", "bought", "held"),
        })
    }

    /// A plan as it is sold now.
    fn plan(&self, name: &str) -> Answer<Arc<Plan>> {
        Ok(self.plans.plan(name, self.now)?.clone())
    }

    /// Looks at what there is, which writes nothing.
    async fn look(&mut self, at: &str, what: &str) -> Answer {
        self.now = at.parse()?;
        self.row(what, &[]).await
    }

    async fn run(&mut self, at: &str, key: &str, what: &str, order: impl Into<Order>) -> Answer {
        self.now = at.parse()?;
        let receipt = self.ledger.run(&self.user, &Key::new(key)?, order, self.now).await?;
        self.row(what, &receipt.events).await
    }

    /// Sets aside the most that a request can cost, unless that is refused.
    async fn hold(&mut self, at: &str, key: &str, request: GenerationRequest) -> Answer {
        self.now = at.parse()?;
        let resolution = request.setting("resolution").map_or_else(String::new, |value| format!(" at {value}"));
        let work = format!("{} x {}{resolution}", request.count(), request.model());
        let request = self.ledger.account(&self.user).await?.with_facts(request, self.now)?;
        let quote = self.engine.quote(&request, self.now)?;
        match self.ledger.hold(&self.user, &Key::new(key)?, &quote, self.now).await {
            Ok(receipt) => self.row(&format!("holds {} for {work}", quote.total()), &receipt.events).await,
            Err(LedgerError::Declined(declined)) => {
                self.row(&format!("is refused {work}:"), &[]).await?;
                for part in declined.to_string().split("; ") {
                    writeln!(self.pages, "{:<14}{part}", "")?;
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Charges what was delivered, at the price that was quoted.
    async fn settle(&mut self, at: &str, hold: &str, delivery: Delivery) -> Answer {
        self.now = at.parse()?;
        let (key, hold) = (Key::new(&format!("{hold}/end"))?, HoldId::new(hold)?);
        let receipt = self.ledger.settle(&self.user, &key, hold.clone(), delivery, &self.engine, self.now).await?;
        let charge = self.ledger.charge_of(&self.user, &hold).await?.ok_or("it is settled")?;
        let returned = if charge.settled < charge.held { "; the rest returns" } else { "" };
        self.row(&format!("is charged {}{returned}", charge.settled), &receipt.events).await
    }

    /// Tells what there is by now.
    async fn row(&mut self, what: &str, events: &[Event]) -> Answer {
        let day = self.now.date_naive();
        let date = if day == self.day { String::new() } else { day.to_string() };
        self.day = day;
        let balance = self.ledger.balance(&self.user, self.now).await?;
        let [free, monthly, bought] = KINDS.map(|kind| of_kind(&balance.by_kind, &kind));
        let (held, events) = (balance.held, events.iter().map(told).collect::<Vec<_>>().join(", "));
        let row = format!("{date:<12}{what:<42}{free:>6}{monthly:>9}{bought:>8}{held:>7}  {events}");
        writeln!(self.pages, "{}", row.trim_end())?;
        Ok(())
    }

    /// Sums up each month from its own entries, and all of them by the totals of the account.
    async fn add_up(&mut self, firsts: [&str; 4]) -> Answer {
        let rows = ["", "there was", "+ free", "+ monthly", "+ bought", "- spent", "- expired", "there is"];
        let mut rows = rows.map(str::to_owned);
        for month in firsts.windows(2) {
            let [from, until] = [month[0], month[1]].map(|day| format!("{day}T00:00:00Z").parse::<DateTime<Utc>>());
            let (from, until) = (from?, until?);
            let sum = self.ledger.statement(&self.user, from, until).await?;
            let [free, monthly, bought] = KINDS.map(|kind| of_kind(&sum.granted, &kind));
            let (was, is) = (there(sum.opening)?, there(sum.closing)?);
            let came = Credits::checked_sum([was, free, monthly, bought]);
            assert_eq!(came, Credits::checked_sum([sum.spent, sum.expired, is]), "what came has gone, or is there");
            let column = [was, free, monthly, bought, sum.spent, sum.expired, is].map(|amount| amount.to_string());
            for (row, cell) in rows.iter_mut().zip([from.format("%B").to_string()].into_iter().chain(column)) {
                *row = format!("{row:<12}{cell:>10}");
            }
        }
        let account = self.ledger.account(&self.user).await?;
        let Totals { granted, available, spent, expired, .. } = account.totals();
        writeln!(self.pages, "\n{}", rows.join("\n"))?;
        writeln!(self.pages, "\n{granted} granted = {spent} spent + {expired} expired + {available} available")?;
        Ok(())
    }
}

impl Diary {
    /// What the upgrade would have given under other policies: the same cycle, and as much as there is time left.
    fn would_carry_over(&mut self, purchased_at: &str, upgraded_at: &str) -> Answer {
        let cycle = Cycle::monthly(purchased_at.parse()?, Zone::UTC)?;
        let (month, at) = (cycle.window(0)?, upgraded_at.parse::<DateTime<Utc>>()?);
        let more = Credits::from_whole(8_000 - 3_000);
        let (all, part) = (Proration::None.part(more, month, at), Proration::ByTime.part(more, month, at));
        let (left, whole) = (month.closes_at - at, month.closes_at - month.opens_at);
        let (left, whole) = (left.num_hours(), whole.num_hours());
        writeln!(
            self.pages,
            "\nHad the upgrade kept the month, all that was left of basic would have stayed, with {all} more;"
        )?;
        writeln!(self.pages, "or, by the time that was left, {left} of {whole} hours, with {part} more")?;
        Ok(())
    }
}

/// What is available or held.
fn there(totals: Option<Totals>) -> Answer<Credits> {
    let Totals { available, held, .. } = totals.unwrap_or_default();
    Ok(available.checked_add(held).ok_or("in range")?)
}

/// How much of a kind there is.
fn of_kind(amounts: &[(GrantKind, Credits)], kind: &GrantKind) -> Credits {
    amounts.iter().find(|(known, _)| known == kind).map_or(Credits::ZERO, |(_, amount)| *amount)
}

fn told(event: &Event) -> String {
    match event {
        Event::AllowanceGranted { allowance, amount, .. } => format!("{allowance} {amount}"),
        Event::SubscriptionEnded { plan } => format!("{plan} ended"),
        other => format!("{other:?}"),
    }
}
