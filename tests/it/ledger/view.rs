//! What a credits window is sent, byte for byte: `tests/data/golden/view.json`. `REWRITE=1` writes it.

use std::sync::Arc;

use serde_json::{Value, json};
use studio_credits::ledger::{Ledger, Order, ViewAsk, block_on};
use studio_credits::pricing::CostEngine;
use studio_credits::store::MemoryStore;
use studio_credits::{AccountId, GenerationRequest, Unit, books};

use crate::account::sheet::{data, same};
use crate::account::words::{self, Offer, instant};

/// Everything that a window can show, at once: a team with a plan that gives way, work in each state, grants of each
/// kind, one of them not usable yet, a debt, and limits that are used in part.
const STORY: &str = "\
2026-11-20T09:00 subscribe standard inv-1
join ada owner
join bob
limit bob 500
top-up small inv-2
grant welcome 30 reward until=2026-12-20 for=image
grant later 200 promotional from=2026-12-24
2026-11-20T10:00 hold a imagineart on=image/nano-banana-2 set=resolution:2k count=4 member=bob
settle a 220.5
refund a 73.5
hold b imagineart on=video/kling-3.0-pro member=ada
release b blocked
hold c imagineart on=video/sora-2 member=ada life=60
2026-11-25T10:00 charge d imagineart on=image/recraft-v4-pro tool=text-to-image member=bob
grant stolen 40 top-up priority=-1
charge e 40 on=image/flux-dev member=ada
charge-back stolen
2026-11-29T11:00 schedule ultimate
fail inv-3
2026-11-29T11:30 hold f imagineart on=image/nano-banana-pro count=2 member=ada life=7200
hold g imagineart on=video/wan-2.2 member=bob
unknown g 86400";

#[test]
fn a_credits_window() {
    let (account, now) = (AccountId::new("user-7").unwrap(), instant("2026-11-29T12:00").unwrap());
    let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits").unwrap());
    let ledger = ledger.with_plans(books::imagineart_plans().into());
    let engine = Arc::new(CostEngine::new(&books::imagineart()).unwrap());
    let mut offer = Offer::default();
    let request = |studio, model| GenerationRequest::new(studio, model).unwrap();
    let generations = [
        request("image", "nano-banana-2").with_setting("resolution", "2k").unwrap(),
        request("video", "google-veo-3.1"),
        request("image", "nano-banana-3"),
        request("image", "chatgpt-image-2"),
        request("image", "imagineart-2.0").with_count(4).unwrap(),
    ];
    block_on(async {
        let ask = ViewAsk::default().with_generations(&engine, generations[..1].to_vec());
        let before = ledger.view(&account, &ask, now).await.unwrap();
        let before = serde_json::to_value(&before).unwrap();
        assert_eq!(
            [&before["available"], &before["plan"]["name"], &before["recent"]],
            [&json!("50"), &json!("free"), &json!([])]
        );
        assert_eq!((&before["fits"][0]["price"], &before["fits"][0]["times"]), (&json!("73.5"), &json!(0)));

        for (at, row) in (1..).zip(STORY.lines()) {
            let timed = row.split_once(' ').filter(|(at, _)| at.starts_with("2026"));
            offer.at = timed.map_or(offer.at, |(at, _)| instant(at).unwrap());
            let asked = timed.map_or(row, |(_, asked)| asked);
            let (key, command) = words::command_under(&offer, asked, &format!("row-{at}")).unwrap();
            ledger.run(&account, &key, Order::from(command), offer.at).await.unwrap();
        }
        let ask = ViewAsk::default().with_recent(100).by("bob".parse().unwrap());
        let ask = ask.with_generations(&engine, generations.to_vec());
        let view = ledger.view(&account, &ask, now).await.unwrap();
        let balance = ledger.balance(&account, now).await.unwrap();
        assert_eq!((view.account.available, view.account.debt), (balance.available, balance.debt));
        same(&data("golden/view.json"), &format!("{}\n", serde_json::to_string_pretty(&view).unwrap()));
        counts("", &serde_json::to_value(&view).unwrap());
    });
}

/// Whatever is no count is no number: amounts are decimal text, and instants are RFC 3339 in UTC.
fn counts(name: &str, value: &Value) {
    match value {
        Value::Number(number) => {
            let known = ["term_months", "open", "max", "expiry_days", "count", "times"].contains(&name);
            assert!(known && !number.is_f64(), "{name}: {number}");
        }
        Value::Array(items) => items.iter().for_each(|item| counts(name, item)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| counts(name, field)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
