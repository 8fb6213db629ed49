//! What has no price is refused, and the refusal names what is allowed.

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest, Value,
    pricing::{CostEngine, PriceBook},
};

const BOOK: &str = r#"
name = "acme"
edition = "2026-11"
unit = "credits"
from = 2026-11-01
until = 2026-12-01

[settings]
resolution = { values = ["1k", "2k", "4k"], default = "1k" }
duration = { unit = "second", min = 4, max = 15, step = "0.5" }
factor = { values = [2, 4], default = 2 }
frames = { min = 5, max = 121, step = 4, default = 81 }
audio = { default = false }
divisor = { min = 0, max = 10, default = 1 }
stages = { type = "list", max_items = 3, items = { fields = { kind = { values = ["draw", "scale"] }, steps = { min = 1, max = 50 } } } }
sizes = { type = "list", max_items = 3, items = { min = 1, max = 9 }, default = [2, 3] }

[facts]
plan = { values = ["free", "pro"], default = "free" }

[[rule]]
studio = "image"
tool = "text-to-image"
models = [
  { model = "flux-dev", per.output = 5 },
  { model = "flux-pro", per.output.resolution = { 1k = 10, 2k = 20 } },
  { model = "flux-max", per.output.resolution = { 1k = 10, 2k = "not offered", else = 30 } },
]

[[rule]]
studio = "image"
tool = "upscale"
models = [{ model = "topaz", per.output.factor = { 2 = 16, 4 = 28 } }]

[[rule]]
studio = "video"
models = [
  { model = "kling", per.second = 20, settings = ["audio"] },
  { model = "split", per.output = "10 / divisor" },
  { model = "below", per.output = "5 - divisor" },
  { model = "turned", per.output = 5, times = [{ what = "turn", by = "0 - divisor" }], plus = [{ what = "back", per.call = 9 }] },
  { model = "vast", per.output = "10 ^ 12 * 10 ^ 6" },
  { model = "framed", per.output = "frames" },
  { model = "staged", per.output = "sum(s in stages: s.steps)" },
  { model = "sized", per.output = "sum(s in sizes: s)" },
  { model = "early", until = 2026-11-10, per.output = 1 },
  { model = "pro-only", when = "plan = 'pro'", per.output = 1 },
]

[[rule]]
studio = "mixed"
model = "one"
tool = "draw"
per.output = 1

[[rule]]
studio = "mixed"
model = "one"
tool = "paint"
per.output = 2

[[rule]]
studio = "mixed"
model = "*"
per.output = 7
"#;

fn engine() -> CostEngine {
    CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn request(studio: &str, tool: &str, model: &str, settings: &[(&str, &str)]) -> GenerationRequest {
    let request = GenerationRequest::new(studio, model).unwrap();
    let request = if tool.is_empty() { request } else { request.with_tool(tool).unwrap() };
    settings.iter().fold(request, |request, (name, value)| request.with_setting(name, Value::from(*value)).unwrap())
}

/// Names and values of settings.
type Set = &'static [(&'static str, &'static str)];

#[test]
#[rustfmt::skip]
fn a_request_that_the_book_does_not_price_is_told_what_it_does() {
    let engine = engine();
    let now = at("2026-11-22T12:00:00Z");
    let table: [(&str, &str, &str, Set, &str); 20] = [
        ("imge", "", "flux-dev", &[], "price book `acme` has no studio `imge`; did you mean `image`?"),
        ("3d", "", "flux-dev", &[], "price book `acme` has no studio `3d`; its studios are `image`, `mixed`, `video`"),
        ("image", "", "flux-dve", &[], "studio `image` has no model `flux-dve`; did you mean `flux-dev`?"),
        ("image", "", "sdxl", &[], "studio `image` has no model `sdxl`; its models are `flux-dev`, `flux-max`, `flux-pro`, `topaz`"),
        ("image", "text-to-imag", "flux-dev", &[], "model `flux-dev` of studio `image` has no tool `text-to-imag`; did you mean `text-to-image`?"),
        ("image", "upscale", "flux-dev", &[], "model `flux-dev` of studio `image` has no tool `upscale`; its tools are `text-to-image`"),
        ("video", "animate", "kling", &[], "model `kling` of studio `video` has no tool `animate`; it has no tools"),
        ("mixed", "", "one", &[], "model `one` of studio `mixed` is priced by tool; name one of `draw`, `paint`"),
        ("image", "", "flux-pro", &[("resolutoin", "2k")], "model `flux-pro` has no setting `resolutoin`; did you mean `resolution`?"),
        ("image", "", "flux-dev", &[("resolution", "2k")], "model `flux-dev` has no setting `resolution`; it has no settings"),
        ("image", "", "flux-pro", &[("resolution", "2K")], "`resolution` is `2K`; it may be `1k`, `2k`, `4k`"),
        ("image", "", "flux-pro", &[("resolution", "4k")], "`image/flux-pro` is not offered with `resolution` = `4k`; offered are `1k`, `2k`"),
        ("image", "", "flux-max", &[("resolution", "2k")], "`image/flux-max` is not offered with `resolution` = `2k`; offered are `1k`, `any other`"),
        ("image", "", "topaz", &[("factor", "3")], "`factor` is `3`; it may be `2`, `4`"),
        ("video", "", "kling", &[], "`duration` is missing, and the price depends on it; it may be a number from 4 to 15 in steps of 0.5"),
        ("video", "", "kling", &[("duration", "16")], "`duration` is `16`; it may be a number from 4 to 15 in steps of 0.5"),
        ("video", "", "kling", &[("duration", "4.7")], "`duration` is `4.7`; it may be a number from 4 to 15 in steps of 0.5"),
        ("video", "", "framed", &[("frames", "80")], "`frames` is `80`; it may be a number from 5 to 121 in steps of 4"),
        ("video", "", "kling", &[("duration", "5"), ("audio", "yes")], "`audio` is `yes`; it may be `true` or `false`"),
        ("video", "", "pro-only", &[], "`video/pro-only` is not offered here: it is when `plan = 'pro'`"),
    ];
    for (studio, tool, model, settings, expected) in table {
        let request = request(studio, tool, model, settings);
        let error = engine.price(&request, now).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(engine.quote(&request, now).unwrap_err(), error);
        if let Ok(resolved) = engine.resolve(&request, now) {
            assert_eq!(resolved.price().unwrap_err(), error);
        }
    }
}

#[test]
#[rustfmt::skip]
fn a_formula_without_a_result_is_refused() {
    let engine = engine();
    let now = at("2026-11-22T12:00:00Z");
    let table: [(&str, Set, &str); 4] = [
        ("turned", &[], "`video/turned` has no price for this request: the price would be below 0"),
        ("split", &[("divisor", "0")], "`video/split` has no price for this request: it divides by 0"),
        ("below", &[("divisor", "6")], "`video/below` has no price for this request: the price would be below 0"),
        ("vast", &[], "`video/vast` has no price for this request: a number on the way is too large, or has too many digits, to be held exactly"),
    ];
    for (model, settings, expected) in table {
        let request = request("video", "", model, settings);
        let request = if model == "vast" { request.with_count(2).unwrap() } else { request };
        assert_eq!(engine.price(&request, now).unwrap_err().to_string(), expected);
    }
}

#[test]
fn what_is_lacking_is_told_from_the_left() {
    for sign in ["<", "<=", ">", ">=", "=", "!="] {
        let book = format!(
            "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
             [settings]\nsteps = {{ min = 0, max = 9 }}\nwidth = {{ min = 0, max = 9 }}\n\
             [[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = 'if steps {sign} width then 1 else 2'"
        );
        let engine = CostEngine::new(&PriceBook::parse(&book).unwrap()).unwrap();
        let error = engine.price_of("image", "flux", 1, at("2026-11-05T00:00:00Z")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`steps` is missing, and the price depends on it; it may be a number from 0 to 9",
            "{sign}"
        );
    }
}

#[test]
fn a_resolved_request_is_refused_for_a_count_that_its_only_rule_is_not_for() {
    let book = "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
                [[rule]]\nstudio = 'image'\nmodel = 'flux'\nwhen = 'count < 5'\nper.output = 2";
    let engine = CostEngine::new(&PriceBook::parse(book).unwrap()).unwrap();
    let request = GenerationRequest::new("image", "flux").unwrap();
    let now = at("2026-11-05T00:00:00Z");
    let of = |count| engine.resolve(&request, now).unwrap().with_count(count).and_then(|resolved| resolved.price());
    assert_eq!(of(4).unwrap().to_string(), "8");
    let full = engine.price(&request.clone().with_count(9).unwrap(), now);
    assert_eq!(of(9).unwrap_err().to_string(), full.unwrap_err().to_string());
}

#[test]
fn a_list_is_held_to_what_its_items_may_be() {
    let engine = engine();
    let now = at("2026-11-22T12:00:00Z");
    let stage = |kind: &str, steps: &[u32]| {
        let fields =
            std::iter::once(("kind", Value::from(kind))).chain(steps.iter().map(|&steps| ("steps", steps.into())));
        Value::record(fields).unwrap()
    };
    let price = |stages: Vec<Value>| {
        let request = GenerationRequest::new("video", "staged").unwrap().with_setting("stages", stages).unwrap();
        engine.price(&request, now).map(|price| price.to_string()).map_err(|error| error.to_string())
    };
    assert_eq!(price(vec![stage("draw", &[20]), stage("scale", &[30])]), Ok("50".into()));
    assert_eq!(
        price(vec![stage("draw", &[20]), stage("scale", &[])]),
        Err("`steps` is missing, and the price depends on it; it may be a number from 1 to 50".into())
    );
    let allowed =
        "it may be a list of at most 3 items, each a record of kind = `draw`, `scale`; steps = a number from 1 to 50";
    assert_eq!(price(vec![stage("paint", &[20])]), Err(format!("`stages` is `{{kind=paint, steps=20}}`; {allowed}")));
    let four = GenerationRequest::new("video", "sized").unwrap().with_setting("sizes", vec![1, 2, 3, 4]).unwrap();
    let error = engine.price(&four, now).unwrap_err().to_string();
    assert_eq!(error, "`sizes` is `1|2|3|4`; it may be a list of at most 3 items, each a number from 1 to 9");
    let left_out = |model| engine.price_of("video", model, 1, now).map(|price| price.to_string());
    assert_eq!(left_out("sized"), Ok("5".into()));
    assert_eq!(
        left_out("staged").unwrap_err().to_string(),
        format!("`stages` is missing, and the price depends on it; {allowed}")
    );
}

#[test]
fn a_fact_that_the_book_does_not_know_is_refused_even_where_no_rule_asks() {
    let engine = engine();
    let now = at("2026-11-22T12:00:00Z");
    let request = |name: &str, value: &str| {
        GenerationRequest::new("image", "flux-dev").unwrap().with_fact(name, Value::from(value)).unwrap()
    };
    let error = |name, value| engine.price(&request(name, value), now).unwrap_err().to_string();
    assert_eq!(error("plann", "pro"), "price book `acme` has no fact `plann`; did you mean `plan`?");
    assert_eq!(error("plan", "gold"), "`plan` is `gold`; it may be `free`, `pro`");
    assert_eq!(engine.price(&request("plan", "pro"), now).unwrap().to_string(), "5");
}

#[test]
fn a_count_that_no_request_can_have_is_refused() {
    let engine = engine();
    let now = at("2026-11-22T12:00:00Z");
    for count in [0, 1_000_001, u64::MAX] {
        let error = engine.price_of("image", "flux-dev", count, now).unwrap_err();
        assert_eq!(error.to_string(), format!("count is {count}: a request asks for 1 to 1000000 outputs"));
    }
    assert_eq!(engine.price_of("image", "flux-dev", 1_000_000, now).unwrap().to_string(), "5000000");
}

#[test]
#[rustfmt::skip]
fn outside_of_all_editions_there_is_no_price() {
    let engine = engine();
    let table = [
        ("flux-dev", "image", "2026-10-31T23:59:59.999Z", Some("`acme` has no price at 2026-10-31T23:59:59.999Z: its first is from 2026-11-01T00:00:00Z")),
        ("flux-dev", "image", "2026-11-01T00:00:00Z", None),
        ("flux-dev", "image", "2026-11-30T23:59:59.999Z", None),
        ("flux-dev", "image", "2026-12-01T00:00:00Z", Some("`acme` has no price at 2026-12-01T00:00:00Z: its last ended at 2026-12-01T00:00:00Z")),
        ("early", "video", "2026-11-09T23:59:59Z", None),
        ("early", "video", "2026-11-10T00:00:00Z", Some("`video/early` has no price at 2026-11-10T00:00:00Z: its last ended at 2026-11-10T00:00:00Z")),
    ];
    for (model, studio, instant, expected) in table {
        let price = engine.price_of(studio, model, 1, at(instant));
        assert_eq!(price.err().map(|error| error.to_string()).as_deref(), expected, "{instant}");
    }
}
