//! From a quote to a receipt: what it costs, who pays, and where the credits went.

use std::{error::Error, fmt::Write, sync::Arc};

use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, Key, Unit, books,
    ledger::{Ledger, block_on},
    pricing::CostEngine,
    store::MemoryStore,
};

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", block_on(story())?);
    Ok(())
}

pub(crate) async fn story() -> Result<String, Box<dyn Error>> {
    let mut story = String::new();
    let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    let (user, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);

    // 1. Credits are given, under a key that makes sure of once.
    let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    ledger.grant(&user, &Key::new("sign-up")?, grant, now).await?;
    writeln!(story, "granted     200")?;

    // 2. A request is quoted, and the most that it can cost is set aside.
    let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    let quote = engine.quote(&request, now)?;
    let held = ledger.hold(&user, &Key::new("job-41")?, &quote, now).await?;
    writeln!(story, "held       {:>4}", quote.total())?;

    // 3. The work runs, three of four come out, and three are charged.
    let end = Key::new("job-41/end")?;
    let settled = ledger.settle(&user, &end, &held, Delivery::outputs(3), &engine, now).await?;
    for line in settled.lines() {
        writeln!(story, "charged    {:>4} for {} x {} {}", line.amount, line.quantity, line.rate, line.what)?;
    }

    // 4. Whoever lost the answer asks again, and has the same receipt.
    let again = ledger.settle(&user, &end, &held, Delivery::outputs(3), &engine, now).await?;
    assert_eq!(again, settled);

    writeln!(story, "available  {:>4}", ledger.balance(&user, now).await?.available)?;
    Ok(story)
}
