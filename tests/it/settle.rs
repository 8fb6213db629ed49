//! What was delivered, and how the work ended, decides what is due.

use chrono::{DateTime, Utc};
use studio_credits::{
    Delivery, GenerationRequest, Outcome,
    pricing::{Basis, CostEngine, PriceBook},
};

const BOOK: &str = r#"
name = "acme"
edition = "1"
unit = "credits"

[settings]
duration = { unit = "second", min = 1, max = 60, default = 8 }
gpu_seconds = { unit = "gpu_second", max = 600, measured = true }
tokens = { unit = "token", max = 4000, default = 1000, measured = true }
words = { unit = "word", default = 100, measured = true }

[[rule]]
studio = "demo"
models = [
  { model = "image", per.output = 73.5 },
  { model = "video", per.second = 10, times = [{ what = "audio", by = 1.25 }] },
  { model = "strict", per.output = 5, charge = { failed = "all", blocked = "all", cancelled = "all", partial = "all" } },
  { model = "lenient", per.output = 5, charge = { cancelled = "nothing", partial = "nothing" } },
  { model = "set-up", per = { call = 100, output = 5 } },
  { model = "metered", per.gpu_second = "0.266" },
  { model = "tokens", per.token = "0.01" },
  { model = "words", per.word = "0.01" },
  { model = "by-count", per.call.count = { 1 = 3, 4 = 10 } },
  { model = "cheaper-together", per.output.volume = { "<= 10" = 2, else = 1 } },
  { model = "watched", per.output = 4, settings = ["gpu_seconds"] },
  { model = "floor", per.output = 3, exactness = "from" },
  { model = "by-floor", per.output = "price('demo', 'floor')" },
  { model = "wholesale", when = "count > 10", per.output = 1 },
  { model = "wholesale", per.output = 2 },
  { model = "gift", free = true },
  { model = "gift", tool = "restyle", like = "draw", plus = [{ what = "restyle", per.output = 5 }] },
  { model = "gift", tool = "draw", free = true },
]
"#;

fn engine() -> CostEngine {
    CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn basis(engine: &CostEngine, model: &str, count: u64) -> Basis {
    let request = GenerationRequest::new("demo", model).unwrap().with_count(count).unwrap();
    engine.quote(&request, now()).unwrap().basis()
}

#[test]
#[rustfmt::skip]
fn the_outcome_decides_how_much_of_the_price_is_due() {
    let engine = engine();
    let partly = |outcome, outputs| Delivery::ended(outcome).with_outputs(outputs);
    let table = [
        // model, asked, delivery, due, delivered
        ("image",   4, Delivery::all(),                      "294",   4),
        ("image",   4, Delivery::outputs(3),                 "220.5", 3),
        ("image",   4, Delivery::outputs(0),                 "0",     0),
        ("image",   4, Delivery::outputs(9),                 "294",   4), // more than asked for is not charged
        ("image",   4, Delivery::ended(Outcome::Failed),     "0",     0),
        ("image",   4, Delivery::ended(Outcome::Blocked),    "0",     0),
        ("image",   4, Delivery::ended(Outcome::Empty),      "0",     0),
        ("image",   4, Delivery::ended(Outcome::Cancelled),  "0",     0),
        ("image",   4, partly(Outcome::Cancelled, 1),        "73.5",  1),
        ("strict",  4, Delivery::ended(Outcome::Failed),     "20",    0),
        ("strict",  4, Delivery::ended(Outcome::Blocked),    "20",    0),
        ("strict",  4, partly(Outcome::Cancelled, 1),        "20",    1),
        ("strict",  4, Delivery::outputs(2),                 "20",    2),
        ("lenient", 4, Delivery::outputs(2),                 "0",     2),
        ("lenient", 4, partly(Outcome::Cancelled, 3),        "0",     3),
        ("set-up",  4, Delivery::outputs(2),                 "110",   2),
        ("by-count", 4, Delivery::outputs(1),                "3",     1),
        ("by-count", 4, Delivery::outputs(2),                "5",     2), // no price for two: half of that for four
        ("cheaper-together", 11, Delivery::outputs(10),      "11",    10), // ten by themselves would be 20
        ("watched", 4, Delivery::all(),                      "16",    4), // what is not priced need not be measured
        ("gift",    4, Delivery::all(),                      "0",     4),
    ];
    for (model, asked, delivery, due, delivered) in table {
        let charged = engine.charge_for(&basis(&engine, model, asked), &delivery).unwrap();
        assert_eq!((charged.total.to_string().as_str(), charged.delivered), (due, delivered), "{model}: {delivery:?}");
        let lines = charged.lines.iter().map(|line| line.amount);
        assert_eq!(studio_credits::Credits::checked_sum(lines), Some(charged.total), "the lines sum to the total");
    }
}

#[test]
fn the_share_of_a_price_is_rounded_on_a_line_of_its_own() {
    let text = "name = 'acme'\nedition = '1'\nunit = 'credits'\nround.up = 1\n\
                [[rule]]\nstudio = 'demo'\nmodel = 'set'\nper.call.count = { 1 = 3, 4 = 9 }";
    let engine = CostEngine::new(&PriceBook::parse(text).unwrap()).unwrap();
    let due = engine.charge_for(&basis(&engine, "set", 4), &Delivery::outputs(3)).unwrap();
    let told =
        due.lines.iter().map(|line| format!("{}: {} x {} = {}", line.what, line.quantity, line.rate, line.amount));
    assert_eq!(told.collect::<Vec<_>>(), ["demo/set: 3 x 2.25 = 6.75", "rounding: 1 x 0.25 = 0.25"]);
    assert_eq!(due.total.to_string(), "7");
}

#[test]
fn what_was_measured_takes_the_place_of_what_was_asked_for() {
    let engine = engine();
    let due = |model: &str, name: &str, value: &str| {
        let delivery = Delivery::all().with_measured(name, value).unwrap();
        engine.charge_for(&basis(&engine, model, 1), &delivery).map(|due| due.total.to_string())
    };
    assert_eq!(due("video", "duration", "5").unwrap(), "62.5");
    assert_eq!(due("metered", "gpu_seconds", "100").unwrap(), "26.6");
    let unmeasured = engine.charge_for(&basis(&engine, "metered", 1), &Delivery::all()).unwrap_err().to_string();
    let expected = "`gpu_seconds` is missing, and the price depends on it; it may be a number from 0 to 600";
    assert_eq!(unmeasured, expected);
    let refused = |model, name, value| due(model, name, value).unwrap_err().to_string();
    assert_eq!(refused("video", "duration", "61"), "`duration` is `61`; it may be a number from 1 to 60");
    assert_eq!(refused("video", "seconds", "5"), "model `video` has no setting `seconds`; its settings are `duration`");
}

#[test]
fn a_fact_that_is_known_only_after_the_work_is_measured_too() {
    let text = "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
                [facts]\ntokens = { unit = 'token', max = 1000, measured = true }\nvip = { default = false }\n\
                [[rule]]\nstudio = 'demo'\nmodel = 'text'\ncharge.failed = 'all'\nper.token = 0.01\n\
                times = [{ what = 'vip', when = 'vip', by = 0.5 }]";
    let engine = CostEngine::new(&PriceBook::parse(text).unwrap()).unwrap();
    let asked = GenerationRequest::new("demo", "text").unwrap();
    let known = asked.clone().with_fact("tokens", 300).unwrap();
    let due = |request: &GenerationRequest, delivery: Delivery| {
        let basis = engine.quote(request, now()).unwrap().basis();
        engine.charge_for(&basis, &delivery).map_or_else(|error| error.to_string(), |due| due.total.to_string())
    };
    let measured = |delivery: Delivery| delivery.with_measured("tokens", 200).unwrap();
    assert_eq!(due(&asked, measured(Delivery::all())), "2");
    assert_eq!(due(&known, measured(Delivery::all())), "2");
    assert_eq!(due(&known, Delivery::all()), "3");
    // Where all is charged, what was measured only fills in.
    assert_eq!(due(&asked, measured(Delivery::ended(Outcome::Failed))), "2");
    assert_eq!(due(&known, measured(Delivery::ended(Outcome::Failed))), "3");
    // A fact that is known before the work is no result of it.
    let vip = Delivery::all().with_measured("vip", true).unwrap();
    assert_eq!(due(&known, vip), "model `text` has no setting `vip`; it has no settings");
}

#[test]
#[rustfmt::skip]
fn what_is_known_only_after_the_work_is_an_estimate_or_a_bound() {
    let engine = engine();
    let table = [
        ("image",   "73.5",  "exact",    Some("73.5")),
        ("metered", "159.6", "at most",  Some("159.6")), // 600 s, the most there can be
        ("tokens",  "10",    "estimate", Some("40")),    // 1000 unless more, and never over 4000
        ("words",   "1",     "estimate", None),          // nobody says how many there can be
        ("by-floor", "3",    "from",     None),          // as little known as what it refers to
    ];
    for (model, total, exactness, maximum) in table {
        let request = GenerationRequest::new("demo", model).unwrap();
        let quote = engine.quote(&request, now()).unwrap();
        let told = (quote.total().to_string(), quote.exactness().to_string(), quote.maximum().map(|most| most.to_string()));
        assert_eq!(told, (total.into(), exactness.into(), maximum.map(String::from)), "{model}");
    }
}

#[test]
fn a_tool_on_a_free_model_costs_what_the_tool_adds() {
    let engine = engine();
    let request = GenerationRequest::new("demo", "gift").unwrap().with_tool("restyle").unwrap();
    assert_eq!(engine.price(&request, now()).unwrap().to_string(), "5");
}

#[test]
fn another_count_may_come_to_another_rule() {
    let engine = engine();
    let request = GenerationRequest::new("demo", "wholesale").unwrap().with_count(10).unwrap();
    let resolved = engine.resolve(&request, now()).unwrap();
    let price = |count| resolved.clone().with_count(count).unwrap().price().unwrap().to_string();
    assert_eq!([price(10), price(11), price(1)], ["20", "11", "2"]);
}

#[test]
fn an_unknown_outcome_is_not_charged_yet() {
    let engine = engine();
    let error = engine.charge_for(&basis(&engine, "strict", 1), &Delivery::ended(Outcome::Unknown)).unwrap_err();
    assert_eq!(error.to_string(), "the outcome is unknown, so there is nothing to charge yet");
}

#[test]
fn the_price_is_that_of_the_quote_whatever_the_price_has_become() {
    let edition = |name: &str, price: u32| {
        let text = format!(
            "name = 'acme'\nedition = '{name}'\nunit = 'credits'\nfrom = {name}\n\
             [[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = {price}"
        );
        PriceBook::parse(&text).unwrap()
    };
    let (january, february) = (edition("2026-01-01", 5), edition("2026-02-01", 9));
    let both = CostEngine::new(&january).unwrap().with_edition(&february).unwrap();
    let request = GenerationRequest::new("image", "flux").unwrap();
    let at = |instant: &str| instant.parse::<DateTime<Utc>>().unwrap();
    let basis = both.quote(&request, at("2026-01-31T23:59:59Z")).unwrap().basis();

    assert_eq!(both.price(&request, at("2026-02-01T00:00:00Z")).unwrap().to_string(), "9");
    assert_eq!(both.charge_for(&basis, &Delivery::all()).unwrap().total.to_string(), "5");

    let refused = |engine: &CostEngine| engine.charge_for(&basis, &Delivery::all()).unwrap_err().to_string();
    let newer = CostEngine::new(&february).unwrap();
    assert_eq!(refused(&newer), "the edition of the quote is `2026-01-01`, and the engine has `2026-02-01`");
    let changed = CostEngine::new(&edition("2026-01-01", 6)).unwrap();
    let (wanted, known) = (both.checksum("2026-01-01").unwrap(), changed.checksum("2026-01-01").unwrap());
    assert_eq!(refused(&changed), format!("the checksum of the quote is `{wanted}`, and the engine has `{known}`"));
}

#[test]
fn the_rule_is_that_of_the_quote_even_where_another_would_fire_now() {
    let text = "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
                [settings]\nseconds = { unit = 'second', default = 10, measured = true }\n\
                [[rule]]\nstudio = 'video'\nmodel = 'clip'\nwhen = 'seconds < 5'\nfree = true\n\
                [[rule]]\nstudio = 'video'\nmodel = 'clip'\nper.second = 2";
    let engine = CostEngine::new(&PriceBook::parse(text).unwrap()).unwrap();
    let request = GenerationRequest::new("video", "clip").unwrap();
    let basis = engine.quote(&request, now()).unwrap().basis();
    assert_eq!(basis.rule(), "video/clip");
    let short = Delivery::all().with_measured("seconds", 3).unwrap();
    assert_eq!(engine.charge_for(&basis, &short).unwrap().total.to_string(), "6");
}

#[test]
fn a_basis_keeps_its_stored_form() {
    let engine = engine();
    let basis = basis(&engine, "image", 2);
    let checksum = engine.checksum("1").unwrap();
    let stored = serde_json::to_string(&basis).unwrap();
    let expected = format!(
        r#"{{"book":"acme","edition":"1","checksum":"{checksum}","rule":"demo/image","at":"2026-11-22T12:00:00Z","request":{{"studio":"demo","model":"image","count":2,"settings":{{}},"facts":{{}}}}}}"#
    );
    assert_eq!(stored, expected);
    assert_eq!(serde_json::from_str::<Basis>(&stored).unwrap(), basis);
}
