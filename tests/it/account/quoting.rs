//! Quotes for accounts to keep: a book of two editions, requests in words, and what was delivered of them.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use serde_json::json;
use studio_credits::ledger::Purchase;
use studio_credits::pricing::{CostEngine, PriceBook};
use studio_credits::{Delivery, GenerationRequest, Settlement, Spend, Value, books};

/// Prices until the end of 2026-01-01. Nobody knows what `guess` costs at most.
pub(crate) const FIRST: &str = r#"
name = "acme"
edition = "first"
unit = "credits"
until = 2026-01-02
charge = { cancelled = "delivered" }

[settings]
resolution = { values = ["1k", "2k"], default = "1k" }
ratios = { type = "list", max_items = 3, default = [], items = { values = ["1:1", "4:3", "1:1|4:3"] } }
duration = { unit = "second", min = 1, max = 60, default = 5 }

[facts]
plan = { values = ["free", "pro"], default = "free" }

[[rule]]
studio = "image"
models = [
  { model = "flux", per.output.plan = { free = 10, pro = 8 }, settings = ["resolution", "ratios"] },
  { model = "sketch", free = true },
  { model = "guess", per.output = 5, exactness = "from" },
  { model = "tokens", unit = "tokens", per.output = 1 },
]

[[rule]]
studio = "video"
model = "kling"
per.second = 2
"#;

/// The same book with other prices.
pub(crate) fn second() -> String {
    let text = FIRST.replace("edition = \"first\"", "edition = \"second\"").replace("until =", "from =");
    text.replace("free = 10, pro = 8", "free = 12, pro = 9").replace("per.second = 2", "per.second = 3")
}

pub(crate) fn book(text: &str) -> PriceBook {
    PriceBook::parse(text).unwrap()
}

/// Both editions.
pub(crate) fn engine() -> &'static Arc<CostEngine> {
    static ENGINE: LazyLock<Arc<CostEngine>> = LazyLock::new(|| {
        let engine = CostEngine::new(&book(FIRST)).unwrap();
        Arc::new(engine.with_edition(&book(&second())).unwrap())
    });
    &ENGINE
}

/// The prices that ship with the crate.
pub(crate) fn imagineart() -> &'static CostEngine {
    static ENGINE: LazyLock<CostEngine> = LazyLock::new(|| CostEngine::new(&books::imagineart()).unwrap());
    &ENGINE
}

pub(crate) fn purchase(request: &GenerationRequest, at: DateTime<Utc>) -> Purchase {
    Purchase::new(&engine().quote(request, at).unwrap())
}

/// `resolution:2k,duration:5,ratios:[1:1;4:3]`: names and values, of which whole numbers are numbers.
pub(crate) fn named(text: &str) -> impl Iterator<Item = (&str, Value)> {
    text.split(',').map(|pair| {
        let (name, value) = pair.split_once(':').unwrap();
        let list = value.strip_prefix('[').and_then(|value| value.strip_suffix(']'));
        let value = match (list, value.parse::<i64>()) {
            (Some(items), _) => serde_json::from_value(json!(items.split(';').collect::<Vec<_>>())).unwrap(),
            (None, Ok(number)) => number.into(),
            (None, Err(_)) => value.into(),
        };
        (name, value)
    })
}

/// What was delivered, at a price: as a ledger has it from its engine.
pub(crate) fn priced(delivery: &Delivery, amount: &str) -> Result<Settlement, serde_json::Error> {
    let due = json!({"priced": {"delivery": delivery, "amount": amount, "lines": []}});
    serde_json::from_value(json!({"outcome": delivery.outcome(), "due": due}))
}

/// A spend as if so many outputs had been quoted at its amount.
pub(crate) fn as_quoted(spend: &Spend, count: u64, valid_until: DateTime<Utc>) -> Spend {
    let (work, mut stored) = (spend.work(), serde_json::to_value(spend).unwrap());
    let request = json!({
        "studio": work.studio, "tool": work.tool, "model": work.model, "count": count, "settings": {},
        "facts": {"day": valid_until.timestamp() % 7},
    });
    let basis = json!({
        "book": "acme", "edition": "first", "checksum": "00000000000000ff", "rule": "a rule", "at": valid_until,
        "request": request,
    });
    stored["quoted"] = json!({"basis": basis, "lines": [], "valid_until": valid_until});
    serde_json::from_value(stored).unwrap()
}
