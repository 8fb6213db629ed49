//! Layers as text: what a book above says, and what it comes to with the one below.

use studio_credits::pricing::{
    Charged, Charging, Exactness, Override, PriceBook, PricingRule, Round, Rounding, Setting,
};
use studio_credits::{
    Outcome,
    pricing::{CostEngine, Price},
};

const LAYER: &str = r#"name = "contract"
edition = "2026-11"
extends = "acme"
round.up = 1

[[rule]]
studio = "image"
model = "flux"
per.output = 4

[[override]]
studio = "video"
tool = ["make", "edit"]
model = "kling"
when = "count > 1"
from = 2026-12-01
until = 2027-01-01
unit = "credits"
unit_round.up = 5
times = [
  { what = "contract", by = "0.8" },
]
plus = [
  { what = "fee", when = "seconds > 5", per.call = 1 },
]
minimum = 2
maximum = 90
round.half_up = "0.5"
exactness = "estimate"
charge.failed = "all"
note = "by contract"

[[override]]
model = ["wan", "sora"]
offered = false

[[override]]
settings.speed = { type = "choice", values = ["slow"] }
"#;

fn built() -> PriceBook {
    let midnight = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
    let terms = Override::new()
        .for_studio("video")
        .for_tool("make")
        .for_tool("edit")
        .for_model("kling")
        .when("count > 1")
        .from(midnight("2026-12-01"))
        .until(midnight("2027-01-01"))
        .in_unit("credits")
        .rounded_in_unit(Round::new(Rounding::Up, 5.into()))
        .times("contract", "", "0.8")
        .plus("fee", "seconds > 5", "call", 1)
        .with_minimum(2)
        .with_maximum(90)
        .rounded(Round::new(Rounding::HalfUp, "0.5".parse().unwrap()))
        .with_exactness(Exactness::Estimate)
        .charging(Charging::default().with(Outcome::Failed, Charged::All))
        .with_note("by contract");
    PriceBook::new("contract", "2026-11", "")
        .extending("acme")
        .rounded(Round::new(Rounding::Up, 1.into()))
        .with_rule(PricingRule::new("image", "flux").per("output", 4))
        .with_override(terms)
        .with_override(Override::new().for_model("wan").for_model("sora").withdrawn())
        .with_override(Override::new().with_setting("speed", Setting::choice(["slow"])))
}

#[test]
fn a_book_above_is_written_and_read_back() {
    let read = PriceBook::parse(LAYER).unwrap();
    assert_eq!(read.to_toml(), LAYER);
    assert_eq!(read, built());
}

const BELOW: &str = r#"
name = "acme"
edition = "2026-11"
unit = "USD"
note = "list prices"
[settings]
seconds = { unit = "second", max = 60, default = 5 }
[[rule]]
studio = "image"
tool = ["make", "edit"]
models = [
  { model = ["flux", "wan"], per.output = 10 },
  { model = "seedream", tool = "make", per.output = 12 },
]
[[rule]]
studio = "image"
tool = ["redo", "redraw"]
model = "*"
like = "make"
[[rule]]
name = "moving"
studio = "video"
tool = ["make", "edit"]
model = ["kling", "wan"]
per.second = 2
[[example]]
studio = "video"
model = "kling"
costs = 10
"#;

const ABOVE: &str = r#"
name = "contract"
edition = "7"
unit = "credits"
extends = "acme"
[settings]
seconds = { unit = "second", max = 30, default = 5 }
[[rule]]
studio = "image"
models = [{ model = "flux", tool = "make", per.output = 4 }, { model = "wan", tool = "redo", per.output = 1 }]
[[rule]]
studio = "video"
tool = "edit"
model = "wan"
per.second = 1
[[override]]
studio = "video"
when = "seconds > 5"
times = [{ what = "contract", by = 0.8 }]
"#;

const TOGETHER: &str = r#"name = "contract"
edition = "7"
unit = "credits"
note = "list prices"

[settings]
seconds = { unit = "second", max = 30, default = 5 }

[[rule]]
studio = "image"
tool = ["make", "edit"]
unit = "USD"
models = [
  { tool = "edit", model = "flux", per.output = 10 },
  { model = "wan", per.output = 10 },
  { tool = "make", model = "seedream", per.output = 12 },
]

[[rule]]
studio = "image"
tool = "redo"
model = "*"
except = "wan"
like = "make"

[[rule]]
studio = "image"
tool = "redraw"
model = "*"
like = "make"

[[rule]]
name = "moving/make,edit/kling"
studio = "video"
tool = ["make", "edit"]
model = "kling"
unit = "USD"
per.second = 2
overrides = [
  { studio = "video", when = "seconds > 5", times = [{ what = "contract", by = "0.8" }] },
]

[[rule]]
name = "moving/make/wan"
studio = "video"
tool = "make"
model = "wan"
unit = "USD"
per.second = 2
overrides = [
  { studio = "video", when = "seconds > 5", times = [{ what = "contract", by = "0.8" }] },
]

[[rule]]
studio = "image"
models = [
  { tool = "make", model = "flux", per.output = 4 },
  { tool = "redo", model = "wan", per.output = 1 },
]

[[rule]]
studio = "video"
tool = "edit"
model = "wan"
per.second = 1
"#;

#[test]
fn the_books_together_are_a_plain_book() {
    let merged = PriceBook::parse(ABOVE).unwrap().over(&PriceBook::parse(BELOW).unwrap()).unwrap();
    assert_eq!(merged.to_toml(), TOGETHER);
    let read = PriceBook::parse(TOGETHER).unwrap();
    assert_eq!(read, merged);
    let (one, other) = (CostEngine::new(&merged).unwrap(), CostEngine::new(&read).unwrap());
    assert_eq!(one.checksum("7"), other.checksum("7"));
}

#[test]
fn a_model_is_left_out_only_once() {
    let rule = |tool: &str, model: &str| PricingRule::new("x", model).with_tool(tool);
    let below = PriceBook::new("acme", "1", "credits")
        .with_rule(rule("make", "m").per("output", 1))
        .with_rule(rule("redo", "*").like("make").except("m"));
    let above = PriceBook::new("contract", "1", "").extending("acme").with_rule(rule("redo", "m").per("output", 2));
    let merged = above.over(&below).unwrap().to_toml();
    assert!(merged.contains("except = \"m\"\n"), "{merged}");
}

#[test]
fn the_checksum_is_of_what_the_books_say_together() {
    let below = |price: u32| {
        PriceBook::new("acme", "1", "credits").with_rule(PricingRule::new("x", "m").per("output", Price::from(price)))
    };
    let above = PriceBook::new("contract", "1", "").extending("acme");
    let sum = |price: u32| CostEngine::new(&above.clone().over(&below(price)).unwrap()).unwrap().checksum("1").unwrap();
    assert_eq!(sum(1), sum(1));
    assert_ne!(sum(1), sum(2));
}
