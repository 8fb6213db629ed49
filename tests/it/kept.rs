//! How much of a request, and of what was delivered, is kept with a hold.

use std::sync::Arc;

use studio_credits::ledger::{Order, Purchase};
use studio_credits::pricing::{CostEngine, PriceBook};
use studio_credits::{Delivery, GenerationRequest, HoldId};

const BOOK: &str = r#"
name = "acme"
edition = "1"
unit = "credits"

[settings]
prompt = { type = "text", default = "" }

[[rule]]
studio = "image"
model = "flux"
per.output = 5
plus = [{ what = "long", when = 'prompt != ""', per.output = 1 }]
"#;

fn engine() -> Arc<CostEngine> {
    Arc::new(CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap())
}

#[test]
fn a_request_is_kept_up_to_4096_bytes() {
    let engine = engine();
    let held = |bytes: usize| {
        let request =
            GenerationRequest::new("image", "flux").unwrap().with_setting("prompt", "x".repeat(bytes)).unwrap();
        let quote = engine.quote(&request, "2026-11-25T12:00:00Z".parse().unwrap()).unwrap();
        Purchase::new(&quote).to_hold().map(|spend| spend.amount().to_string()).map_err(|error| error.to_string())
    };
    assert_eq!(held(4_082), Ok("6".to_owned()));
    let refusal = "settings and facts of about 4097 bytes are too much to be kept: at most 4096 are";
    assert_eq!(held(4_083), Err(refusal.to_owned()));
}

#[test]
fn what_was_measured_is_kept_up_to_4096_bytes() {
    let settled = |bytes: usize| {
        let delivery = Delivery::all().with_measured("prompt", "x".repeat(bytes)).unwrap();
        Order::settle(HoldId::new("job-41").unwrap(), delivery, &engine()).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(settled(4_082), Ok(()));
    let refusal = "measured values of about 4097 bytes are too much to be kept: at most 4096 are";
    assert_eq!(settled(4_083), Err(refusal.to_owned()));
}
