//! What a request leaves out and a price book fills in: a plan judges it like what is set, and a repeat is one whatever
//! it has become since.

use std::sync::Arc;

use serde_json::json;
use studio_credits::account::Declined;
use studio_credits::journal::{Command, Receipt};
use studio_credits::ledger::{Ledger, LedgerError, Purchase, block_on};
use studio_credits::plan::{NotEntitled, PlanBook};
use studio_credits::pricing::{CostEngine, PriceBook, PriceError, PricingRule, Setting};
use studio_credits::{AccountId, GenerationRequest, Key, Quoted, Spend, SpendError, Value};

use super::catalogue::unit;
use super::script::account;
use super::shelves::Shelves;
use crate::account::quoting;
use crate::account::words::instant;

/// `late` is known only after the work, and so is `open`, of which nothing is said.
const PRICES: &str = r#"
name = "acme"
edition = "first"
unit = "credits"

[settings]
resolution = { values = ["720p", "1080p"], default = "1080p" }
ratios = { type = "list", max_items = 3, default = ["1:1"], items = { values = ["1:1", "4:3"] } }
quality = ["low", "high"]
late = { min = 0, max = 9, default = 3, measured = true }
open = { min = 0, max = 9, measured = true }

[facts]
plan = { values = ["free", "pro"], default = "free" }

[[rule]]
studio = "video"
model = "kling"
per.output = 2
settings = ["resolution", "ratios", "quality", "late", "open"]
"#;

const PLANS: &str = r#"
edition = "2026"
unit = "credits"
base = "free"

[allowance.daily]
kind = "free"
amount = 50
every = "day"

[[plan]]
name = "free"
allowances = ["daily"]
studio.video.settings.resolution = ["720p"]

[[plan]]
name = "pro"
allowances = ["daily"]
"#;

/// A ledger of which the usual account has the free plan.
struct Desk {
    ledger: Ledger<Shelves>,
    id: AccountId,
}

impl Desk {
    fn new() -> Self {
        let plans = PlanBook::parse(PLANS).unwrap();
        let ledger = Ledger::new(Shelves::default(), unit()).with_plans(Arc::new(plans));
        Self { ledger, id: account("user-7") }
    }

    fn hold(&self, purchase: Purchase) -> Result<Receipt, LedgerError> {
        block_on(self.ledger.hold(&self.id, &Key::new("h").unwrap(), purchase, instant("12:00").unwrap()))
    }

    fn charge(&self, purchase: Purchase) -> Result<Receipt, LedgerError> {
        block_on(self.ledger.charge(&self.id, &Key::new("c").unwrap(), purchase, instant("12:00").unwrap()))
    }
}

fn kling() -> GenerationRequest {
    GenerationRequest::new("video", "kling").unwrap()
}

fn small() -> GenerationRequest {
    kling().with_setting("resolution", "720p").unwrap()
}

fn engine(prices: &str) -> CostEngine {
    CostEngine::new(&quoting::book(prices)).unwrap()
}

fn purchase(prices: &str, request: &GenerationRequest) -> Purchase {
    Purchase::new(&engine(prices).quote(request, instant("12:00").unwrap()).unwrap())
}

fn told<'v>(settings: impl Iterator<Item = (&'v str, &'v Value)>) -> Vec<String> {
    settings.map(|(name, value)| format!("{name}={value}")).collect()
}

fn quoted(spend: &Spend) -> &Quoted {
    spend.quoted().unwrap()
}

#[test]
fn a_quote_tells_the_settings_that_it_was_made_with() {
    let engine = engine(PRICES);
    let pro = small().with_setting("quality", "low").unwrap().with_fact("plan", "pro").unwrap();
    let measured = kling().with_setting("late", 4).unwrap().with_setting("open", 5).unwrap();
    let table = [
        (kling(), vec!["late=3", "ratios=1:1", "resolution=1080p"], vec!["late=3", "ratios=1:1", "resolution=1080p"]),
        (pro, vec!["late=3", "quality=low", "ratios=1:1", "resolution=720p"], vec!["late=3", "ratios=1:1"]),
        (measured, vec!["late=4", "open=5", "ratios=1:1", "resolution=1080p"], vec!["ratios=1:1", "resolution=1080p"]),
    ];
    for (request, settings, defaults) in table {
        let quote = engine.quote(&request, instant("12:00").unwrap()).unwrap();
        assert_eq!(told(quote.settings()), settings);
        assert_eq!(told(quoted(&Purchase::new(&quote).to_charge().unwrap()).defaults()), defaults);
    }
}

#[test]
fn a_default_that_the_plan_does_not_open_is_refused() {
    let desk = Desk::new();
    for answer in [desk.hold(purchase(PRICES, &kling())), desk.charge(purchase(PRICES, &kling()))] {
        let refusal = answer.unwrap_err();
        assert!(refusal.to_string().starts_with("the plan does not open `1080p` as `resolution`: it opens `720p`"));
        let LedgerError::Declined(declined) = refusal else { panic!("{refusal:?}") };
        let Declined::NotEntitled { what: NotEntitled::Setting { setting, value, .. }, lifts, .. } = *declined else {
            panic!("{declined:?}")
        };
        assert_eq!((&*setting, value), ("resolution", "1080p".into()));
        assert_eq!(lifts.plans, ["pro".parse().unwrap()]);
    }
    assert!(desk.ledger.store().kept().is_empty(), "what is refused leaves nothing");
}

#[test]
fn a_setting_that_the_plan_opens_passes_given_or_by_default() {
    let lower = PRICES.replace("default = \"1080p\"", "default = \"720p\"");
    let none = PRICES.replace(", default = \"1080p\"", "");
    for (prices, request) in [(PRICES, small()), (&lower, kling()), (&lower, small()), (&none, kling())] {
        let desk = Desk::new();
        desk.hold(purchase(prices, &request)).unwrap();
        desk.charge(purchase(prices, &request)).unwrap();
    }
    let desk = Desk::new();
    let large = kling().with_setting("resolution", "1080p").unwrap();
    assert!(desk.hold(purchase(&lower, &large)).is_err(), "the default does not stand for what is set");
}

#[test]
fn a_repeat_is_one_whatever_the_default_has_become() {
    let desk = Desk::new();
    let lower = PRICES.replace("default = \"1080p\"", "default = \"720p\"");
    let first = purchase(&lower, &kling());
    let (held, charged) = (desk.hold(first.clone()).unwrap(), desk.charge(first).unwrap());
    let kept = desk.ledger.store().kept();
    for prices in [PRICES, &lower, &PRICES.replace(", default = \"1080p\"", "")] {
        assert_eq!(desk.hold(purchase(prices, &kling())).unwrap(), held);
        assert_eq!(desk.charge(purchase(prices, &kling())).unwrap(), charged);
    }
    assert_eq!(desk.ledger.store().kept(), kept);
    let text = "key `h` was used before, and what is set differs: none then, `resolution = 720p` now";
    assert_eq!(desk.hold(purchase(&lower, &small())).unwrap_err().to_string(), text);
}

#[test]
fn defaults_are_stored_by_name_and_none_are_left_out() {
    let desk = Desk::new();
    let receipt = desk.hold(purchase(PRICES, &small())).unwrap();
    let stored = serde_json::to_value(&receipt).unwrap();
    let Command::Hold(spend) = &receipt.command else { panic!("{receipt:?}") };
    let stored = &stored["command"]["hold"]["quoted"]["defaults"];
    assert_eq!(*stored, json!({"late": 3, "ratios": ["1:1"]}));
    let mut older = serde_json::to_value(spend).unwrap();
    older["quoted"].as_object_mut().unwrap().remove("defaults");
    let read: Spend = serde_json::from_value(older.clone()).unwrap();
    assert_eq!(quoted(&read).defaults().count(), 0);
    assert_eq!(serde_json::to_value(&read).unwrap(), older);
}

#[test]
fn defaults_are_bounded_like_what_is_set() {
    let quote = |default: Value, given: &str| {
        let rule = PricingRule::new("video", "kling").per("output", "2").with_setting("given", Setting::text());
        let rule = rule.with_setting("left", Setting::text().with_default(default));
        let engine = CostEngine::new(&PriceBook::new("acme", "first", "credits").with_rule(rule)).unwrap();
        let request = kling().with_setting("given", given).unwrap();
        Purchase::new(&engine.quote(&request, instant("12:00").unwrap()).unwrap()).to_hold()
    };
    let x = |count| "x".repeat(count);
    // A name and a text each, with 8 bytes beside it.
    quote(x(2_000).into(), &x(2_071)).unwrap();
    #[rustfmt::skip]
    let table = [
        (quote(x(2_000).into(), &x(2_072)),
            "settings and facts of about 4097 bytes are too much to be kept: at most 4096 are"),
        (quote(x(4_097).into(), "x"),
            "setting `left`: a text of 4097 bytes is too long: at most 4096 are allowed"),
    ];
    for (answer, text) in table {
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), text);
        assert!(matches!(
            error,
            LedgerError::Price(PriceError::Request(_)) | LedgerError::Spend(SpendError::RequestTooLarge { .. })
        ));
    }
}
