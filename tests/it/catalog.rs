//! The catalog: what is listed under which names, in which order, with which base prices.

use serde_json::json;
use studio_credits::pricing::{Catalog, CostEngine, PriceBook, PriceError};

const BOOK: &str = r#"
name = "acme"
edition = "2026-11"
unit = "credits"
from = 2026-01-01
until = 2028-01-01

[facts]
plan = { values = ["free", "pro"], default = "free" }

[settings]
resolution = { values = ["1k", "2k", "4k"], default = "1k", note = "the longer side" }
duration = { unit = "second", min = 4, max = 15, step = 0.5, default = 5 }
words = { unit = "word", max = 500 }
audio = { default = false }
fps = { values = [24, 30, 60], default = 24 }
seconds = { unit = "gpu_second", max = 600, measured = true }
stages = { type = "list", max_items = 8, items = { fields = { kind = { values = ["slow", "fast"] }, steps = { min = 1, max = 100 } } } }

[[rule]]
studio = "video"
tool = ["text-to-video", "image-to-video"]
models = [
  { model = "zoom", per.second.plan = { free = 20, pro = 10 } },
  { model = "alpha", per.output.audio = { true = "7.5", false = 5 }, settings = ["resolution"] },
]

[[rule]]
studio = "image"
models = [
  { model = "both", tool = "text-to-image", per.output = 10 },
  { model = "both", tool = "edit", per.output = 12 },
  { model = "own", per.output = 10, settings.resolution = ["1k", "2k"] },
  { model = "own", tool = "upscale", per.output.resolution = { 2k = 3, 4k = 4 } },
  { model = "own", tool = "vary", per.output = 10, settings.resolution = ["1k", "2k"] },
  { model = "new", from = 2027-01-01, per.output = 1 },
  { model = "*", per.output = 99, exactness = "estimate", note = "a stand-in" },
]

[[rule]]
studio = "image"
tool = ["restyle", "restructure"]
model = "*"
like = "text-to-image"
times = [{ what = "style reference", by = 1.5 }]

[[rule]]
studio = "voice"
models = [
  { model = "read", per.word = "0.5" },
  { model = "metered", per.gpu_second = "0.25" },
  { model = "staged", unit = "tokens", per.output = 1, settings = ["stages"] },
  { model = "framed", per.output = 1, settings.fps = { max = 30 } },
  { model = "floor", per.output = 2, exactness = "from" },
  { model = "gift", free = true },
]
"#;

fn engine() -> CostEngine {
    CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap()
}

fn catalog_at<'a>(engine: &'a CostEngine, at: &str) -> Result<Catalog<'a>, PriceError> {
    engine.catalog(at.parse().unwrap())
}

/// One line an offer: model, tools, base price.
fn lines(catalog: &Catalog<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for studio in &catalog.studios {
        lines.push(format!("{}: {}", studio.name, studio.tools.join(" ")));
        for model in &studio.models {
            for offer in &model.offers {
                let none = if offer.needs_tool { "" } else { "no tool " };
                let base = match &offer.base {
                    None => "no base price".to_owned(),
                    Some(base) => format!("{} {}, {}", base.amount, base.unit, base.exactness),
                };
                let note = offer.base.as_ref().and_then(|base| base.note);
                let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
                let settings: Vec<_> = offer.settings.iter().map(|setting| setting.name).collect();
                let (tools, settings) = (offer.tools.join(" "), settings.join(" "));
                lines.push(format!("  {} [{none}{tools}] {base}{note} [{settings}]", model.name));
            }
        }
    }
    lines
}

#[test]
fn studios_models_and_tools_are_listed_by_name_and_once() {
    let engine = engine();
    let catalog = catalog_at(&engine, "2026-11-22T12:00:00Z").unwrap();
    assert_eq!((catalog.book, catalog.edition), ("acme", "2026-11"));
    #[rustfmt::skip]
    assert_eq!(lines(&catalog), [
        "image: edit restructure restyle text-to-image upscale vary",
        "  * [no tool ] 99 credits, estimate (a stand-in) []",
        "  both [edit] 12 credits, exact []",
        "  both [restructure restyle] 15 credits, exact []",
        "  both [text-to-image] 10 credits, exact []",
        "  own [no tool vary] 10 credits, exact [resolution]",
        "  own [upscale] no base price [resolution]",
        "video: image-to-video text-to-video",
        "  alpha [no tool image-to-video text-to-video] 5 credits, exact [resolution audio]",
        "  zoom [no tool image-to-video text-to-video] 100 credits, exact [duration]",
        "voice: ",
        "  floor [no tool ] 2 credits, from []",
        "  framed [no tool ] 1 credits, exact [fps]",
        "  gift [no tool ] 0 credits, exact []",
        "  metered [no tool ] 150 credits, at most [seconds]",
        "  read [no tool ] no base price [words]",
        "  staged [no tool ] 1 tokens, exact [stages]",
    ]);
}

#[test]
fn what_is_not_in_force_is_not_listed() {
    let engine = engine();
    let models = |at: &str| catalog_at(&engine, at).unwrap().studios[0].models.iter().map(|it| it.name).collect();
    let (before, after): (Vec<_>, Vec<_>) = (models("2026-12-31T23:59:59Z"), models("2027-01-01T00:00:00Z"));
    assert_eq!((before, after), (vec!["*", "both", "own"], vec!["*", "both", "new", "own"]));
    let error = catalog_at(&engine, "2028-01-01T00:00:00Z").unwrap_err();
    let text = "`acme` has no price at 2028-01-01T00:00:00Z: its last ended at 2028-01-01T00:00:00Z";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_setting_says_what_control_to_draw() {
    let engine = engine();
    let catalog = catalog_at(&engine, "2026-11-22T12:00:00Z").unwrap();
    let setting = |studio: &str, model: &str| {
        let studio = catalog.studios.iter().find(|it| it.name == studio).unwrap();
        let model = studio.models.iter().find(|it| it.name == model).unwrap();
        serde_json::to_value(&model.offers[0].settings).unwrap()
    };
    #[rustfmt::skip]
    let table = [
        ("image", "own",     json!([{"name": "resolution", "type": "choice", "values": ["1k", "2k"], "default": "1k",
                                     "measured": false, "note": "the longer side"}])),
        ("video", "zoom",    json!([{"name": "duration", "type": "number", "min": "4", "max": "15", "step": "0.5",
                                     "unit": "second", "default": 5, "measured": false}])),
        ("voice", "read",    json!([{"name": "words", "type": "number", "min": "0", "max": "500", "unit": "word",
                                     "measured": false}])),
        ("voice", "metered", json!([{"name": "seconds", "type": "number", "min": "0", "max": "600",
                                     "unit": "gpu_second", "measured": true}])),
        ("voice", "framed",  json!([{"name": "fps", "type": "choice", "values": [24, 30], "default": 24,
                                     "measured": false}])),
        ("voice", "staged",  json!([{"name": "stages", "type": "list", "max_items": 8, "measured": false,
                                     "items": {"name": "stages", "type": "record", "measured": false, "fields": [
            {"name": "kind", "type": "choice", "values": ["slow", "fast"], "measured": false},
            {"name": "steps", "type": "number", "min": "1", "max": "100", "measured": false},
        ]}}])),
    ];
    for (studio, model, expected) in table {
        assert_eq!(setting(studio, model), expected, "{studio}/{model}");
    }
    let facts = serde_json::to_value(&catalog.facts).unwrap();
    let plan =
        json!({"name": "plan", "type": "choice", "values": ["free", "pro"], "default": "free", "measured": false});
    assert_eq!(facts, json!([plan]));
}

#[test]
fn the_stored_form_of_a_catalog() {
    let text =
        "name = 'acme'\nedition = '1'\nunit = 'credits'\n[[rule]]\nstudio = 'video'\nmodel = 'a'\nper.output = '7.50'";
    let engine = CostEngine::new(&PriceBook::parse(text).unwrap()).unwrap();
    let catalog = catalog_at(&engine, "2026-11-22T12:00:00Z").unwrap();
    let offer =
        r#"{"tools":[],"needs_tool":false,"base":{"amount":"7.5","unit":"credits","exactness":"exact"},"settings":[]}"#;
    let studio = format!(r#"{{"name":"video","tools":[],"models":[{{"name":"a","offers":[{offer}]}}]}}"#);
    let expected = format!(r#"{{"book":"acme","edition":"1","facts":[],"studios":[{studio}]}}"#);
    assert_eq!(serde_json::to_string(&catalog).unwrap(), expected);
}
