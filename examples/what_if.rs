//! What last month would have cost by other prices: who pays more, and for which models.
//!
//! `cargo run --example what_if` prices the work of a few accounts anew. A hold keeps the request that it was quoted
//! for, and its settlement what was delivered: nothing else is needed, and nothing is guessed.

use std::{collections::BTreeMap, error::Error, fmt::Write, sync::Arc};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, Key, Outcome, Portion, Reference, Unit, books,
    journal::{Fact, SubscriptionCommand},
    ledger::{Ledger, block_on},
    plan::Term,
    pricing::{CostEngine, PriceBook},
    store::MemoryStore,
};

type Answer<T = ()> = Result<T, Box<dyn Error>>;

/// What is thought of: small images cheaper, large ones dearer, and a video model at a discount.
const DRAFT: &str = r#"
name = "draft"
edition = "2026-12"
extends = "imagineart"

[[rule]]
studio = "image"
tool = ["text-to-image", "image-editor"]
model = "nano-banana-2"
settings.resolution = { values = ["1k", "2k", "4k"], default = "1k" }
settings.aspect_ratio = ["1:1", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "9:16", "16:9", "21:9"]
per.output.resolution = { 1k = 45, 2k = 75, 4k = 120 }

[[override]]
studio = "video"
model = "kling-2.6-pro"
times = [{ what = "december discount", by = 0.8 }]
"#;

/// Who asked for what in November: the day, the model and its resolution, how many were asked for and delivered.
#[rustfmt::skip]
const NOVEMBER: [(&str, u32, &str, &str, &str, u64, u64); 12] = [
    ("ada", 2,  "image", "nano-banana-2",  "1k", 8,  8),
    ("ada", 9,  "image", "nano-banana-2",  "1k", 6,  6),
    ("ada", 17, "image", "imagineart-1.5", "2k", 10, 10),
    ("ben", 3,  "image", "nano-banana-2",  "4k", 12, 11),
    ("ben", 12, "image", "nano-banana-2",  "4k", 20, 20),
    ("ben", 26, "image", "flux-2-pro",     "2k", 5,  5),
    ("cy",  5,  "video", "kling-2.6-pro",  "",   6,  6),
    ("cy",  6,  "video", "kling-2.6-pro",  "",   4,  0),
    ("cy",  20, "image", "nano-banana-2",  "2k", 16, 16),
    ("dee", 8,  "video", "hailuo-2.3-sd",  "",   3,  3),
    ("dee", 14, "image", "flux-2-pro",     "2k", 4,  4),
    ("dee", 30, "image", "seedream-v4.5",  "2k", 9,  9),
];

fn main() -> Answer {
    print!("{}", block_on(story())?);
    Ok(())
}

pub(crate) async fn story() -> Answer<String> {
    let prices = books::imagineart();
    let engine = Arc::new(CostEngine::new(&prices)?);
    let draft = CostEngine::new(&PriceBook::parse(DRAFT)?.over(&prices)?)?;
    let ledger = november(&engine).await?;

    let (mut models, mut accounts, mut all) = (BTreeMap::new(), Vec::new(), Sum::default());
    for name in ["ada", "ben", "cy", "dee"] {
        let account = AccountId::new(name)?;
        let mut of_account = Sum::default();
        for entry in ledger.entries(&account, 0, 1_000).await? {
            let Fact::Settled { hold, settlement, charged, .. } = &entry.fact else { continue };
            let charge = ledger.charge_of(&account, hold).await?.ok_or("it is settled")?;
            let (Some(basis), Portion::Priced { delivery, .. }) = (&charge.basis, settlement.due()) else { continue };
            assert_eq!(engine.charge_for(basis, delivery)?.total, *charged, "by the book of then, it costs the same");
            let anew = draft.quote(basis.request(), basis.quoted_at())?.basis();
            let would = draft.charge_for(&anew, delivery)?.total;
            let model = format!("{}/{}", charge.work.studio, charge.work.model);
            for sum in [models.entry(model).or_default(), &mut of_account, &mut all] {
                sum.add(*charged, would)?;
            }
        }
        accounts.push((name.to_owned(), of_account));
    }
    accounts.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.more()));

    let mut table = "What was charged in November, and what it would be by the draft\n\n".to_owned();
    for (title, rows) in [("by account", accounts), ("by model", models.into_iter().collect())] {
        writeln!(table, "{title:<24}{:>5}{:>9}{:>9}{:>9}", "jobs", "charged", "draft", "change")?;
        for (name, sum) in rows.iter().map(|(name, sum)| (name.as_str(), sum)).chain([("all", &all)]) {
            writeln!(table, "  {name:<22}{}", sum.told())?;
        }
        table.push('\n');
    }
    table.truncate(table.trim_end().len() + 1);
    Ok(table)
}

/// The journals of November: everybody on ImagineArt's plan Standard, and each job held and settled.
async fn november(engine: &Arc<CostEngine>) -> Answer<Ledger<MemoryStore>> {
    let plans = Arc::new(books::imagineart_plans());
    let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_plans(plans.clone());
    let first: DateTime<Utc> = "2026-11-01T09:00:00Z".parse()?;
    for name in ["ada", "ben", "cy", "dee"] {
        let (plan, reference) = (plans.plan("standard", first)?.clone(), Reference::new("in-1")?);
        let subscribe = SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by: None };
        ledger.run(&AccountId::new(name)?, &Key::new("pay-1")?, subscribe, first).await?;
    }
    for (name, day, studio, model, resolution, asked, delivered) in NOVEMBER {
        let (account, now) = (AccountId::new(name)?, format!("2026-11-{day:02}T12:00:00Z").parse()?);
        let request = GenerationRequest::new(studio, model)?.with_count(asked)?;
        let request = if resolution.is_empty() { request } else { request.with_setting("resolution", resolution)? };
        let request = ledger.account(&account).await?.with_facts(request, now)?;
        let delivery = if delivered == 0 { Delivery::ended(Outcome::Failed) } else { Delivery::outputs(delivered) };
        let (job, end) = (Key::new(&format!("job-{day}"))?, Key::new(&format!("job-{day}/end"))?);
        let held = ledger.hold(&account, &job, &engine.quote(&request, now)?, now).await?;
        ledger.settle(&account, &end, &held, delivery, engine, now).await?;
    }
    Ok(ledger)
}

/// What some jobs were charged, and what they would be.
#[derive(Clone, Copy, Default)]
struct Sum {
    jobs: u32,
    charged: Credits,
    anew: Credits,
}

impl Sum {
    fn add(&mut self, charged: Credits, anew: Credits) -> Answer {
        self.jobs += 1;
        self.charged = self.charged.checked_add(charged).ok_or("in range")?;
        self.anew = self.anew.checked_add(anew).ok_or("in range")?;
        Ok(())
    }

    fn more(&self) -> Decimal {
        Decimal::from(self.anew) - Decimal::from(self.charged)
    }

    fn told(&self) -> String {
        let Self { jobs, charged, anew } = self;
        let more = self.more();
        let percent = more.checked_mul(100.into()).and_then(|more| more.checked_div((*charged).into()));
        let change = match percent {
            Some(percent) if !more.is_zero() => format!("{more:>+9}{:>+8.1} %", percent.round_dp(1)),
            _ => format!("{:>9}", "same"),
        };
        format!("{jobs:>5}{charged:>9}{anew:>9}{change}")
    }
}
