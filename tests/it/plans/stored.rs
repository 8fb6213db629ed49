//! Plans as accounts keep them: the stored form, byte for byte, and what is refused when it is read back.

use serde_json::{Value, json};
use studio_credits::books;
use studio_credits::plan::Plan;

use super::text::{person, same_as_file};

fn pretty(plan: &Plan) -> String {
    serde_json::to_string_pretty(plan).unwrap() + "\n"
}

#[test]
fn the_stored_form_stays_as_it_is() {
    let book = person();
    for (file, plan) in [("plan-rich.json", &book.plans()[0]), ("plan-plain.json", &book.plans()[2])] {
        same_as_file(file, &pretty(plan));
        let read: Plan = serde_json::from_str(&pretty(plan)).unwrap();
        assert_eq!(read, **plan);
    }
    for plan in books::imagineart_plans().plans() {
        let stored = serde_json::to_string(plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&stored).unwrap(), **plan);
        assert!(stored.len() < 4_096, "{} has {} bytes", plan.name(), stored.len());
    }
}

/// No number in a stored plan is one that a reader could round, and no amount is a number at all.
#[test]
fn amounts_are_decimal_texts() {
    let stored = serde_json::to_value(&person().plans()[0]).unwrap();
    for path in
        ["/allowances/2/amount", "/limits/work/credits_month", "/top_ups/1/price/amount", "/terms/overage/debt/max"]
    {
        assert!(stored.pointer(path).unwrap().is_string(), "{path}");
    }
}

#[test]
#[rustfmt::skip]
fn what_cannot_be_promised_is_not_read_back() {
    let stored = serde_json::to_value(&person().plans()[0]).unwrap();
    let daily = stored.pointer("/allowances/1").unwrap().clone();
    let table = [
        ("",                                  "surprise",    json!(1),               "unknown field `surprise`"),
        ("/allowances/0",                     "surprise",    json!(1),               "unknown field `surprise`"),
        ("/allowances/1/every/day",           "surprise",    json!(1),               "unknown field `surprise`"),
        ("/entitlements",                     "surprise",    json!(1),               "unknown field `surprise`"),
        ("/entitlements/settings/0",          "surprise",    json!(1),               "unknown field `surprise`"),
        ("/limits",                           "surprise",    json!(1),               "unknown field `surprise`"),
        ("/limits/work",                      "surprise",    json!(1),               "unknown field `surprise`"),
        ("/limits/studios/0",                 "surprise",    json!(1),               "unknown field `surprise`"),
        ("/facts/0",                          "surprise",    json!(1),               "unknown field `surprise`"),
        ("/top_ups/0",                        "surprise",    json!(1),               "unknown field `surprise`"),
        ("/rewards/0",                        "surprise",    json!(1),               "unknown field `surprise`"),
        ("/refund",                           "surprise",    json!(1),               "unknown field `surprise`"),
        ("/at_end/0",                         "surprise",    json!(1),               "unknown field `surprise`"),
        ("/auto_top_up",                      "surprise",    json!(1),               "unknown field `surprise`"),
        ("/notices",                          "surprise",    json!(1),               "unknown field `surprise`"),
        ("",                                  "name",        json!(""),              "plan is empty"),
        ("",                                  "until",       json!("2026-10-01T00:00:00Z"), "the edition ends at 2026-10-01T00:00:00Z"),
        ("",                                  "title",       json!("x".repeat(101)), "the title has 101 bytes"),
        ("",                                  "allowances",  json!([daily, daily]),  "allowance `daily` is there twice"),
        ("/allowances/1",                     "amount",      json!("0"),             "the amount is 0"),
        ("/allowances/1",                     "rollover",    json!({"cap": "1", "months": 1}), "daily credits do not accumulate"),
        ("/allowances/2/rollover",            "months",      json!(0),               "0 months"),
        ("/allowances/1/every/day",           "at",          json!("24:00"),         "`24:00` is no time of a day"),
        ("/allowances/1/every/day",           "zone",        json!("+25:00"),        "+25:00"),
        ("/entitlements/settings/0",          "allowed",     json!({"values": []}),  "is allowed no value"),
        ("/limits",                           "seats",       json!(0),               "0 seats"),
        ("/limits/work",                      "holds",       json!(0),               "0 holds"),
        ("/limits/work",                      "credits_day", json!("0"),             "the daily limit is 0"),
        ("/facts/0",                          "value",       json!(["x"]),           "is a list or a record"),
        ("/facts/2",                          "days",        json!(0),               "0 days"),
        ("/top_ups/0/price",                  "amount",      json!("0"),             "the price is 0"),
        ("/rewards/0",                        "day_max",     json!(0),               "0 rewards"),
        ("/refund",                           "used_max",    json!("-1"),            "the amount used is -1"),
        ("",                                  "at_end",      json!([{"kind": "reward", "at_end": "keep"}, {"kind": "reward", "at_end": "keep"}]), "kind `reward` is there twice"),
        ("",                                  "grace_days",  json!(91),              "91 days of grace: 0 to 90 are allowed"),
        ("",                                  "grace_days",  json!(null),            "invalid type: null"),
        ("/auto_top_up",                      "below",       json!("0"),             "the threshold is 0"),
        ("/notices",                          "low_balance", json!("0"),             "the low balance is 0"),
    ];
    let mut wrong = Vec::new();
    for (path, field, value, refusal) in table {
        let mut changed = stored.clone();
        changed.pointer_mut(path).unwrap_or_else(|| panic!("{path}"))[field] = value;
        let error = serde_json::from_value::<Plan>(changed).err().map(|error| error.to_string()).unwrap_or_default();
        if !error.contains(refusal) {
            wrong.push(format!("{path} {field}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(serde_json::from_value::<Plan>(stored).unwrap(), *person().plans()[0]);
}

/// What is left out when a plan is stored may be left out when it is read.
#[test]
fn a_plan_that_says_nothing_is_short() {
    let Value::Object(fields) = serde_json::to_value(&person().plans()[2]).unwrap() else { panic!("no object") };
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["edition", "from", "grace_days", "name", "proration", "terms", "unit", "until", "upgrade"]);
}
