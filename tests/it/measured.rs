//! Prices of what is known only after the work: how exact they are, and the most that they come to.

use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, PriceBook},
};

const BOOK: &str = r#"
name = "acme"
edition = "2026-11"
unit = "credits"

[settings]
gpu_seconds = { unit = "gpu_second", max = 600, measured = true }
tokens = { unit = "token", max = 1000, default = 100, measured = true }

[facts]
channel = { values = ["own", "resold"], default = "own" }

[[rule]]
studio = "image"
models = [
  { model = "by-seconds", per.gpu_second = 0.5 },
  { model = "by-tokens", per.token = 0.01 },
  { model = "both", per = { gpu_second = 0.5, token = 0.01 } },
  { model = "mixed", when = "channel = 'resold'", per.token = 0.01 },
  { model = "mixed", per.output = 7 },
  { model = "floor", per.token = 0.01, exactness = "from" },
]
"#;

#[test]
#[rustfmt::skip]
fn a_price_is_as_exact_as_what_its_rule_reads() {
    let engine = CostEngine::new(&PriceBook::parse(BOOK).unwrap()).unwrap();
    let table = [
        ("by-seconds", &[][..],                                  "own",    "300 at most, at most 300"),
        ("by-seconds", &[("gpu_seconds", 20)],                   "own",    "10 exact, at most 10"),
        ("by-tokens",  &[],                                      "own",    "1 estimate, at most 10"),
        ("by-tokens",  &[("tokens", 7)],                         "own",    "0.07 exact, at most 0.07"),
        ("both",       &[],                                      "own",    "301 estimate, at most 310"),
        ("both",       &[("gpu_seconds", 20)],                   "own",    "11 estimate, at most 20"),
        ("both",       &[("tokens", 7), ("gpu_seconds", 20)],    "own",    "10.07 exact, at most 10.07"),
        // What only the other rule reads does not blur this one.
        ("mixed",      &[],                                      "own",    "7 exact, at most 7"),
        ("mixed",      &[],                                      "resold", "1 estimate, at most 10"),
        ("floor",      &[],                                      "own",    "1 from, at most nothing known"),
    ];
    for (model, settings, channel, expected) in table {
        let mut request = GenerationRequest::new("image", model).unwrap().with_fact("channel", channel).unwrap();
        for (name, value) in settings {
            request = request.with_setting(name, *value).unwrap();
        }
        let quote = engine.quote(&request, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
        let most = quote.maximum().map_or("nothing known".to_owned(), |most| most.to_string());
        let told = format!("{} {}, at most {most}", quote.total(), quote.exactness());
        assert_eq!(told, expected, "{model} {settings:?} {channel}");
        assert_eq!(engine.price(&request, quote.quoted_at()), Ok(quote.total()));
    }
}
