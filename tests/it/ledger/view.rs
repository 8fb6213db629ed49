//! What a credits window is sent, byte for byte: `tests/data/golden/view.json`. `REWRITE=1` writes it.

use std::sync::Arc;

use serde_json::{Value, json};
use studio_credits::ledger::{Ledger, Order, ViewAsk, block_on};
use studio_credits::pricing::CostEngine;
use studio_credits::store::MemoryStore;
use studio_credits::{AccountId, GenerationRequest, Key, Unit, books};

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
settle a delivered:3,failed:1
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
            let known =
                ["term_months", "open", "max", "expiry_days", "count", "times", "delivered", "asked"].contains(&name);
            assert!(known && !number.is_f64(), "{name}: {number}");
        }
        Value::Array(items) => items.iter().for_each(|item| counts(name, item)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| counts(name, field)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn work_is_told_with_how_it_ended() {
    let four = "imagineart on=image/nano-banana-2 count=4";
    #[rustfmt::skip]
    let table: [(&str, &[&str], _, _, _, _); 13] = [
        (four, &[],                                     "held",     json!(null),        json!(null), "0"),
        (four, &["unknown h 600"],                      "unknown",  json!(null),        json!(null), "0"),
        (four, &["release h failed"],                   "released", json!("failed"),    json!(null), "0"),
        (four, &["release h blocked"],                  "released", json!("blocked"),   json!(null), "0"),
        (four, &["release h cancelled"],                "released", json!("cancelled"), json!(null), "0"),
        (four, &["deliver h"],                          "settled",  json!("delivered"), of(4, 4),    "196"),
        (four, &["deliver h outputs=3"],                "settled",  json!("delivered"), of(3, 4),    "147"),
        (four, &["deliver h outcome=failed"],           "settled",  json!("failed"),    of(0, 4),    "0"),
        (four, &["deliver h outcome=cancelled outputs=1"], "settled", json!("cancelled"), of(1, 4), "49"),
        (four, &["deliver h outputs=3", "refund h 10"], "settled",  json!("delivered"), of(3, 4),    "147"),
        ("40 on=image/flux", &["settle h delivered:1,blocked:3"], "settled", json!("delivered"), of(1, 4), "10"),
        ("40 on=image/flux", &["settle h 5 outcome=empty"], "settled", json!("empty"),  json!(null), "5"),
        ("40 on=image/flux life=60", &["2026-11-29T13:00 grant b 1"], "lapsed", json!(null),       json!(null), "0"),
    ];
    for (held, rows, state, outcome, outputs, settled) in table {
        let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits").unwrap());
        let engine = Arc::new(CostEngine::new(&books::imagineart()).unwrap());
        let account = AccountId::new("user-7").unwrap();
        let mut offer = Offer { at: instant("2026-11-29T12:00").unwrap(), ..Offer::default() };
        let before = ["grant a 1000".to_owned(), format!("hold h {held}")];
        for (place, row) in before.iter().map(String::as_str).chain(rows.iter().copied()).enumerate() {
            let timed = row.split_once(' ').filter(|(time, _)| time.contains(':'));
            let row = timed.map_or(row, |(time, row)| {
                offer.at = instant(time).unwrap();
                row
            });
            let (key, order) = if let Some(row) = row.strip_prefix("deliver ") {
                let (hold, delivery) = words::delivery(row);
                (Key::new("end").unwrap(), Order::settle(hold, delivery, &engine).unwrap())
            } else {
                let (key, command) = words::command_under(&offer, row, &format!("row-{place}")).unwrap();
                (key, Order::from(command))
            };
            block_on(ledger.run(&account, &key, order, offer.at)).unwrap();
        }
        let view = block_on(ledger.view(&account, &ViewAsk::default().with_recent(100), offer.at)).unwrap();
        let recent = serde_json::to_value(&view.recent).unwrap();
        let work = recent.as_array().unwrap().iter().find(|it| it["what"] == "work").unwrap();
        let told = [&work["state"], &work["outcome"], &work["outputs"], &work["settled"]];
        assert_eq!(told, [&json!(state), &outcome, &outputs, &json!(settled)], "{rows:?}");
    }
}

fn of(delivered: u64, asked: u64) -> Value {
    json!({ "delivered": delivered, "asked": asked })
}
