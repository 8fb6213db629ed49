//! Formulas over lists, open texts, and prices that refer to other rules.

use std::collections::BTreeMap;

use studio_credits::{
    GenerationRequest, Value,
    pricing::{CostEngine, PriceBook},
};

const BOOK: &str = r#"
name = "acme"
edition = "2026-11"
unit = "credits"

[convert]
USD = 1000
EUR = "1100"

[settings]
stages = { type = "list", max_items = 9, items = { fields = { kind = { values = ["make", "mend"] }, steps = { min = 0, max = 99 }, hd = { default = false }, size = { min = 1, max = 9, default = 2 } } } }
tags = { type = "list", max_items = 9, items = { values = ["red", "blue"] } }
width = { min = 1, max = 4096, default = 1000 }
height = { min = 1, max = 4096, default = 1000 }
ratings = { type = "list", max_items = 9, items = { min = 0, max = 9 } }
made_by = { type = "text", default = "flux" }
size = { values = ["s", "m"], default = "s" }

[facts]
plan = { values = ["free", "pro"], default = "free" }

[[rule]]
studio = "image"
models = [
  { model = "flux", per.output.size = { s = 4, m = 6 } },
  { model = "mini", per.output = 0.5 },
  { model = "2.5", per.output = 7 },
  { model = "*", per.output = 1 },
  { model = "by-size", per.output."width x height" = { 1000x1500 = 5, 1500x1000 = 7, "1100 x 1100" = "not offered", 1200x1200 = 6 } },
]

[[rule]]
studio = "image"
tool = "restyle"
model = "*"
like = "paint"
times = [{ what = "style", by = 1.5 }]

[[rule]]
studio = "image"
tool = "paint"
model = "brush"
per.output = 10

[[rule]]
studio = "colour"
model = "grade"
per.output.made_by = { "2.5" = 9, else = 2 }

[[rule]]
studio = "provider"
models = [{ model = "a", unit = "USD", per.output = 0.04 }, { model = "b", unit = "EUR", per.output = "price('provider', 'a')" }]
"#;

/// The price of a formula, for settings that are written as JSON.
fn price(formula: &str, settings: &str) -> String {
    let rule = format!("[[rule]]\nstudio = \"demo\"\nmodel = \"m\"\nper.call = \"{formula}\"\nsettings = [\"size\"]\n");
    let book = PriceBook::parse(&format!("{BOOK}{rule}")).unwrap();
    let engine = CostEngine::new(&book).unwrap_or_else(|error| panic!("{error}"));
    let settings: BTreeMap<String, Value> = serde_json::from_str(settings).unwrap();
    let mut request = GenerationRequest::new("demo", "m").unwrap();
    for (name, value) in settings {
        request = request.with_setting(&name, value).unwrap();
    }
    match engine.price(&request, "2026-11-22T00:00:00Z".parse().unwrap()) {
        Ok(price) => price.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
#[rustfmt::skip]
fn what_lists_come_to() {
    let three = r#"{"stages": [{"kind": "make", "steps": 20}, {"kind": "mend", "hd": true}, {"kind": "mend", "steps": 30, "size": 5}]}"#;
    let none = r#"{"stages": []}"#;
    for (formula, settings, expected) in [
        ("length(stages)", three, "3"),
        ("sum(s in stages: s.size)", three, "9"),
        ("sum(s in stages inherit steps: s.steps)", three, "70"),
        ("sum(s in stages inherit steps where s.kind = 'mend': s.steps)", three, "50"),
        ("sum(s in stages where s.hd: 1)", three, "1"),
        ("sum(s in stages: s.steps)", three, "`steps` is missing, and the price depends on it; it may be a number from 0 to 99"),
        ("sum(s in stages where s.kind = 'mend': 1)", none, "0"),
        ("max(s in stages inherit steps: s.steps, else: 7)", three, "30"),
        ("min(s in stages inherit steps: s.steps, else: 7)", three, "20"),
        ("first(s in stages where s.kind = 'mend' and not s.hd: s.steps, else: 7)", three, "30"),
        ("first(s in stages where s.size > 5: s.steps, else: 7)", three, "7"),
        ("max(s in stages: s.size, else: 7)", none, "7"),
        ("if any(s in stages: s.hd) then 1 else 2", three, "1"),
        ("if any(s in stages: s.hd) then 1 else 2", none, "2"),
        ("if any(s in stages where s.kind = 'make': s.hd) then 1 else 2", three, "2"),
        ("if all(s in stages: s.size > 1) then 1 else 2", three, "1"),
        ("if all(s in stages: s.hd) then 1 else 2", three, "2"),
        ("if all(s in stages: s.hd) then 1 else 2", none, "1"),
        ("sum(t in tags where t = 'red': 1)", r#"{"tags": ["red", "blue", "red"]}"#, "2"),
        ("if any(t in tags: t in ('blue')) then 1 else 2", r#"{"tags": "red"}"#, "2"),
        ("max(r in ratings: r, else: 0) - min(r in ratings: r, else: 0)", r#"{"ratings": [3, 8, 5]}"#, "5"),
        ("sum(a in ratings: sum(b in ratings where b < a: 1))", r#"{"ratings": [3, 8, 5]}"#, "3"),
        ("max(2, 3)", "{}", "3"),
    ] {
        assert_eq!(price(formula, settings), expected, "{formula} {settings}");
    }
}

#[test]
#[rustfmt::skip]
fn the_size_itself_or_else_the_cheapest_that_covers_it() {
    for (width, height, expected) in [
        (1000, 1500, "5"),
        (1500, 1000, "7"),
        (1200, 1200, "6"),
        (900, 1200, "5"),
        (1200, 900, "5"),
        (1100, 1200, "6"),
        (1050, 1050, "6"),
        (1100, 1100, "`image/by-size` is not offered: the book says so for these settings"),
        (1600, 900, "`image/by-size` is not offered for this `width x height`; offered are `1000x1500`, `1500x1000`, `1200x1200`"),
    ] {
        let engine = CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap();
        let request = GenerationRequest::new("image", "by-size").unwrap();
        let request = request.with_setting("width", width).unwrap().with_setting("height", height).unwrap();
        let answer = match engine.price(&request, "2026-11-22T00:00:00Z".parse().unwrap()) {
            Ok(price) => price.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(answer, expected, "{width} x {height}");
    }
}

#[test]
#[rustfmt::skip]
fn what_other_rules_say() {
    for (formula, settings, expected) in [
        ("price('image', made_by)", "{}", "4"),
        ("price('image', made_by, size: 'm')", r#"{"made_by": "flux"}"#, "6"),
        ("price('image', made_by)", r#"{"made_by": "mini"}"#, "0.5"),
        ("price('image', made_by)", r#"{"made_by": "of tomorrow"}"#, "1"),
        ("price('image', 'brush', tool: 'paint')", "{}", "10"),
        ("price('image', 'brush', tool: 'restyle')", "{}", "15"),
        ("price('provider', 'a')", "{}", "40"),
        // A price is rounded in its own unit before it is converted: 0.036363637 EUR.
        ("price('provider', 'b') * 1.3", "{}", "52.00000091"),
        ("price('provider', 'a') * 1.3", "{}", "52"),
        ("if made_by = 'mini' then 1 else 2", r#"{"made_by": "mini"}"#, "1"),
        ("if made_by = 'mini' then 1 else 2", r#"{"made_by": "?"}"#, "2"),
        ("if made_by = 'mini' then 1 else 2", r#"{"made_by": ["mini", "flux"]}"#, "`made_by` is `mini|flux`; it may be any text"),
        // A text may read as a number or a flag: those are told apart from other texts alone.
        ("if made_by = 'mini' then 1 else 2", r#"{"made_by": 7}"#, "2"),
        ("if made_by = '4.5' then 1 else 2", r#"{"made_by": "4.5"}"#, "1"),
        ("if made_by = '4.5' then 1 else 2", r#"{"made_by": 4.5}"#, "1"),
        ("if made_by = '4.5' then 1 else 2", r#"{"made_by": "4.50"}"#, "2"),
        ("if made_by in ('4', '4.51', '4.5') then 1 else 2", r#"{"made_by": 4.51}"#, "1"),
        ("if made_by in ('4', '4.51') then 1 else 2", r#"{"made_by": 4.5}"#, "2"),
        ("if made_by = 'true' then 1 else 2", r#"{"made_by": true}"#, "1"),
        ("price('image', made_by)", r#"{"made_by": "2.5"}"#, "7"),
        ("price('colour', 'grade', made_by: '2.5')", "{}", "9"),
    ] {
        assert_eq!(price(formula, settings), expected, "{formula} {settings}");
    }
}

/// A text that lists its values is one of them, also where all of them read as numbers.
#[test]
fn a_text_is_narrowed_by_its_values() {
    let rules = "[[rule]]\nstudio = \"demo\"\nmodels = [\
                 { model = \"m\", per.output = \"price('image', made_by)\", settings.made_by = [\"flux\", \"mini\"] }, \
                 { model = \"n\", per.output = \"price('image', made_by)\", settings.made_by = { values = [2.5], default = 2.5 } }, \
                 { model = \"o\", per.output.made_by = { mini = 3, \"2.5\" = 4, else = 5 } }]";
    let above = "name = \"top\"\nedition = \"1\"\nextends = \"acme\"\n[[override]]\nmodel = \"o\"\n\
                 settings.made_by = { values = [\"2.5\", \"7\"], default = 7 }";
    let below = PriceBook::parse(&format!("{BOOK}{rules}")).unwrap();
    let engine = CostEngine::new(&PriceBook::parse(above).unwrap().over(&below).unwrap()).unwrap();
    let price = |model: &str, made_by: &str| {
        let request = GenerationRequest::new("demo", model).unwrap().with_setting("made_by", made_by).unwrap();
        match engine.price(&request, "2026-11-22T00:00:00Z".parse().unwrap()) {
            Ok(price) => price.to_string(),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!([price("m", "mini"), price("n", "2.5"), price("o", "2.5"), price("o", "7")], ["0.5", "7", "4", "5"]);
    assert_eq!(price("m", "other"), "`made_by` is `other`; it may be `flux`, `mini`");
    assert_eq!(price("n", "flux"), "`made_by` is `flux`; it may be `2.5`");
    assert_eq!(price("o", "mini"), "`made_by` is `mini`; it may be `2.5`, `7`");
}

#[test]
fn a_book_rounds_amounts_in_its_own_unit_alone() {
    let book = BOOK.replace("unit = \"credits\"\n\n[convert]", "unit = \"credits\"\nround.up = 1\n\n[convert]");
    let engine = CostEngine::new(&PriceBook::parse(&book).unwrap()).unwrap();
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let price = |studio, model| engine.price_of(studio, model, 1, now).unwrap().to_string();
    assert_eq!([price("image", "mini"), price("provider", "a")], ["1", "0.04"]);
}

#[test]
fn what_a_reference_states_is_no_default() {
    let rules = "[[rule]]\nstudio = \"train\"\nmodel = \"lora\"\nlet.work = \"width / 10\"\nper.call = \"work\"\n\
                 minimum = \"0.8 * default(work)\"\n\
                 [[rule]]\nstudio = \"demo\"\nmodel = \"m\"\nper.call = \"price('train', 'lora', width: 500)\"\n";
    let engine = CostEngine::new(&PriceBook::parse(&format!("{BOOK}{rules}")).unwrap()).unwrap();
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    assert_eq!(engine.price_of("demo", "m", 1, now).unwrap().to_string(), "80");
}

#[test]
fn what_a_reference_states_of_a_setting_without_a_default_is_reckoned_at_defaults_too() {
    let rules = "[settings]\nscale = { min = 0, max = 9, default = 4 }\nheight = { min = 0, max = 9 }\n\
                 [let]\nwork = \"height\"\n\
                 [[rule]]\nstudio = \"parts\"\nmodel = \"b\"\nper.output = \"height + 10 * default(work)\"\n\
                 [[rule]]\nstudio = \"parts\"\nmodel = \"a\"\nper.output = \"price('parts', 'b', height: scale)\"\n\
                 [[rule]]\nstudio = \"demo\"\nmodel = \"m\"\nper.call = \"price('parts', 'a', scale: 2)\"\n";
    let book = format!("name = 'acme'\nedition = '1'\nunit = 'credits'\n{rules}");
    let engine = CostEngine::new(&PriceBook::parse(&book).unwrap()).unwrap();
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let price = |studio, model| engine.price_of(studio, model, 1, now).unwrap().to_string();
    assert_eq!([price("parts", "a"), price("demo", "m")], ["44", "42"]);
}
