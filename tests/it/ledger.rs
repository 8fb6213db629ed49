//! Accounts in a store: quotes that become holds, charges and receipts.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::ledger::{Ledger, LedgerError, block_on};
use studio_credits::pricing::CostEngine;
use studio_credits::store::MemoryStore;
use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Unit, books};

fn now() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

#[test]
fn a_quote_becomes_a_hold_and_a_charge_with_lines_and_lots() -> Result<(), LedgerError> {
    let engine = Arc::new(CostEngine::new(&books::imagineart()).unwrap());
    let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    let (account, now) = (AccountId::new("user-7")?, now());
    let request = GenerationRequest::new("image", "nano-banana-2").unwrap().with_count(4).unwrap();
    let quote = engine.quote(&request, now)?;
    block_on(async {
        let refused = ledger.hold(&account, &key("job-1"), &quote, now).await.unwrap_err();
        assert_eq!(refused.to_string(), "196 required and 0 available for this work: 196 missing");
        let grant = Grant::new(GrantKind::Free, Credits::from_whole(200)).unwrap();
        ledger.grant(&account, &key("sign-up"), grant, now).await?;
        let held = ledger.hold(&account, &key("job-1"), &quote, now).await?;
        assert_eq!(ledger.hold(&account, &key("job-1"), &quote, now).await?, held);
        let hold = HoldId::from(&held.key);
        let settled = ledger.settle(&account, &key("job-1/end"), &hold, Delivery::outputs(3), &engine, now).await?;
        assert_eq!(settled.entries[0].totals.spent.to_string(), "147");
        assert_eq!(ledger.balance(&account, now).await?.available.to_string(), "53");
        Ok(())
    })
}
