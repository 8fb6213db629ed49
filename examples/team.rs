//! A shared account: seats, a member's own limit, who may buy, and credits that are bought without being asked.
//!
//! `cargo run --example team` prints who does what, and what is left for all of them.

use std::{error::Error, fmt::Write, sync::Arc};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, Credits, GenerationRequest, Key, Member, Reference, Unit, books,
    journal::{Command, Event, MonthMax, Receipt, Role, SubscriptionCommand, TeamCommand},
    ledger::{Ledger, LedgerError, Order, Purchase, block_on},
    plan::{AutoTopUp, Plan, PlanBook, PlanName, Term, TopUpName},
    pricing::CostEngine,
    store::MemoryStore,
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Answer {
    print!("{}", block_on(story())?);
    Ok(())
}

pub(crate) async fn story() -> Answer<String> {
    // ImagineArt's plans, but for one thing: on Standard, credits may be bought without being asked.
    let auto = AutoTopUp::new(Credits::from_whole(1_000), Credits::from_whole(5_000))?;
    let book = books::imagineart_plans();
    let plans = book.plans().iter().map(|plan| match plan.name().as_str() {
        "standard" => Plan::clone(plan).with_auto_top_up(auto),
        _ => Plan::clone(plan),
    });
    let plans = PlanBook::new(plans)?.with_base(PlanName::new("free")?)?;
    let mut team = Team::new(plans)?;

    team.scene("Three seats and one pool");
    team.join("ada", Role::Owner).await?;
    let plan = team.plans.plan("standard", team.now)?.clone();
    let (reference, by) = (Reference::new("in-1")?, Some(Member::new("ada")?));
    let subscribe = SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by };
    team.run("ada", "subscribes to standard", "pay-1", subscribe).await?;
    team.join("ben", Role::Member).await?;
    team.join("cy", Role::Member).await?;
    team.join("dee", Role::Member).await?;

    team.scene("A limit is a ceiling: nothing is set aside for it");
    let limit =
        TeamCommand::Limit { member: Member::new("ben")?, month_max: MonthMax::Credits(Credits::from_whole(200)) };
    team.run("ada", "limits ben to 200 a month", "limit-1", limit).await?;
    team.charge("ben", "job-1", image("imagineart-1.5-pro", "1k", 6)?).await?;
    team.charge("ben", "job-2", image("nano-banana-2", "2k", 1)?).await?;
    team.charge("cy", "job-3", image("nano-banana-2", "1k", 4)?).await?;

    team.scene("Whoever leaves makes room");
    team.run("ada", "lets cy go", "leave-1", TeamCommand::Leave { member: Member::new("cy")? }).await?;
    team.join("dee", Role::Member).await?;
    team.charge("cy", "job-4", image("nano-banana-2", "1k", 1)?).await?;

    team.scene("Only owners buy");
    team.buy("ben", "pay-2", "medium").await?;
    let chosen = Command::SetAutoTopUp { values: Some(auto), by: Some(Member::new("ada")?) };
    team.run("ada", "lets 5000 be bought below 1000", "auto-1", chosen).await?;

    team.scene("Bought without being asked: told once, when it runs low");
    let low = team.charge("ada", "job-5", video("kling-2.6-pro", 16)?).await?;
    team.charge("dee", "job-6", image("seedream-v4.5", "2k", 1)?).await?;
    team.buy_what_is_due(low.as_ref()).await?;

    team.scene("An answer was lost: the same is asked for again, and nothing is done twice");
    let again = team.charge("ada", "job-5", video("kling-2.6-pro", 16)?).await?;
    assert_eq!(again, low, "whoever lost the answer is told the same");
    team.buy_what_is_due(again.as_ref()).await?;

    team.scene("It runs low again");
    let low = team.charge("dee", "job-7", video("kling-2.6-pro", 12)?).await?;
    team.buy_what_is_due(low.as_ref()).await?;
    Ok(team.pages)
}

fn image(model: &str, resolution: &str, count: u64) -> Answer<GenerationRequest> {
    Ok(GenerationRequest::new("image", model)?.with_setting("resolution", resolution)?.with_count(count)?)
}

fn video(model: &str, count: u64) -> Answer<GenerationRequest> {
    Ok(GenerationRequest::new("video", model)?.with_count(count)?)
}

/// One account, and those who share it.
struct Team {
    ledger: Ledger<MemoryStore>,
    engine: Arc<CostEngine>,
    plans: PlanBook,
    account: AccountId,
    now: DateTime<Utc>,
    pages: String,
}

impl Team {
    fn new(plans: PlanBook) -> Answer<Self> {
        Ok(Self {
            ledger: Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_plans(plans.clone().into()),
            engine: CostEngine::new(&books::imagineart())?.into(),
            plans,
            account: AccountId::new("team-3")?,
            now: "2026-11-05T12:00:00Z".parse()?,
            pages: format!("{:<49}{:>11}\n", "", "left for all"),
        })
    }

    fn scene(&mut self, title: &str) {
        self.pages.extend(["\n", title, "\n"]);
    }

    async fn join(&mut self, who: &str, role: Role) -> Answer {
        let what = if role == Role::Owner { "joins as an owner" } else { "joins" };
        let join = TeamCommand::Join { member: Member::new(who)?, role };
        self.run(who, what, &format!("join-{who}"), join).await?;
        Ok(())
    }

    /// Charges a member's work to the account of all.
    async fn charge(&mut self, who: &str, key: &str, request: GenerationRequest) -> Answer<Option<Receipt>> {
        let resolution = request.setting("resolution").map_or_else(String::new, |value| format!(" at {value}"));
        let work = format!("{} x {}{resolution}", request.count(), request.model());
        let request = self.ledger.account(&self.account).await?.with_facts(request, self.now)?;
        let quote = self.engine.quote(&request, self.now)?;
        let purchase = Purchase::new(&quote).by(Member::new(who)?);
        let answer = self.ledger.charge(&self.account, &Key::new(key)?, purchase, self.now).await;
        self.tell(who, &format!("asks for {work}: {}", quote.total()), answer).await
    }

    async fn buy(&mut self, who: &str, key: &str, pack: &str) -> Answer<Option<Receipt>> {
        let (pack, reference) = (TopUpName::new(pack)?, Reference::new(key)?);
        let what = format!("buys a {pack} top-up");
        let buy = Command::BuyTopUp { pack, reference, by: Some(Member::new(who)?) };
        self.run(who, &what, key, buy).await
    }

    /// Buys what a receipt says is due. Its key is a part of the purchase's, so that whoever reads it twice buys once.
    async fn buy_what_is_due(&mut self, receipt: Option<&Receipt>) -> Answer {
        let receipt = receipt.ok_or("it was not refused")?;
        for event in &receipt.events {
            let Event::AutoTopUpDue { amount, .. } = event else { continue };
            let plan = self.plans.plan("standard", self.now)?;
            let pack = plan.top_ups().iter().find(|pack| pack.amount() == *amount).ok_or("a pack of that size")?;
            let (what, pack) =
                (format!("buys {amount} for {} {}", pack.price().amount, pack.price().unit), pack.name());
            let key = format!("{}/top-up", receipt.key);
            let buy = Command::BuyTopUp { pack: pack.clone(), reference: Reference::new(&key)?, by: None };
            self.run("host", &what, &key, buy).await?;
        }
        Ok(())
    }

    async fn run(&mut self, who: &str, what: &str, key: &str, order: impl Into<Order>) -> Answer<Option<Receipt>> {
        let answer = self.ledger.run(&self.account, &Key::new(key)?, order, self.now).await;
        self.tell(who, what, answer).await
    }

    /// Tells what somebody did, what is left for all, and what the host is told; or why it was refused.
    async fn tell(&mut self, who: &str, what: &str, answer: Result<Receipt, LedgerError>) -> Answer<Option<Receipt>> {
        let (receipt, result, more) = match answer {
            Ok(receipt) => {
                let available = self.ledger.balance(&self.account, self.now).await?.available.to_string();
                let more = receipt.events.iter().filter_map(due).collect();
                (Some(receipt), available, more)
            }
            Err(LedgerError::Declined(declined)) => {
                (None, "refused".to_owned(), declined.to_string().split("; ").map(str::to_owned).collect::<Vec<_>>())
            }
            Err(error) => return Err(error.into()),
        };
        writeln!(self.pages, "  {who:<6}{what:<44}{result:>8}")?;
        for line in more {
            writeln!(self.pages, "{:<10}{line}", "")?;
        }
        Ok(receipt)
    }
}

fn due(event: &Event) -> Option<String> {
    match event {
        Event::AutoTopUpDue { available, below, amount } => {
            Some(format!("{amount} are to be bought, as {available} is below {below}"))
        }
        _ => None,
    }
}
