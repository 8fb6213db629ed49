//! Plans held against what a price book sells.

use studio_credits::Value;
use studio_credits::books::{self, FreeCredits};
use studio_credits::plan::{PlanBook, Sold};
use studio_credits::pricing::{CostEngine, PriceBook};

/// All names that ImagineArt's price book has.
pub(super) fn imagineart() -> Sold {
    let engine = CostEngine::new(&books::imagineart()).unwrap();
    let catalog = engine.catalog("2026-11-25T12:00:00Z".parse().unwrap()).unwrap();
    Sold::from(&catalog)
}

#[test]
fn imagineart_sells_all_that_its_plans_name() {
    let sold = imagineart();
    for free in [FreeCredits::FiftyForAll, FreeCredits::HundredForAll, FreeCredits::HundredWithoutSubscription] {
        assert_eq!(books::imagineart_plans_with(free).check_against(&sold), []);
    }
}

#[test]
fn what_is_not_sold_is_told_where_it_is_named() {
    let text = r#"edition = "1"
unit = "credits"

[allowance.daily]
kind = "free"
amount = 50
every = "day"
except_models = ["sora-2", "sora-3"]

[[plan]]
name = "free"
allowances = ["daily"]
facts = { plan = "fre", level = 3, unlimited = true }
entitlements = { studios = ["image", "vidoe"], tools = ["restile"], models = ["flux-dev"], settings.size = ["1k"] }
studio.music.holds = 1
studio.musik.holds = 1
studio.video.settings = { resolution = ["720p", "768p", "1k"], duration.max = 6, fps = [24] }
studio.film.settings.resolution = ["720p"]

[[plan]]
name = "basic"
allowances = ["daily"]
top_up.small = { amount = 1, price = "1 USD", models = "flux" }
reward.welcome = { amount = 1, studios = "images" }
entitlements.settings.resolution = ["1k", "720p", "8k"]
"#;
    let book = PlanBook::parse_file("plans.toml", text).unwrap_or_else(|error| panic!("{error}"));
    let found: Vec<String> = book
        .check_against(&imagineart())
        .iter()
        .map(|found| {
            let place = found.place.as_ref().unwrap();
            let hint = found.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
            format!("{}:{} {}{hint}", place.line, place.column, found.message)
        })
        .collect();
    super::text::same_as_file("not-sold.txt", &(found.join("\n") + "\n"));
}

/// A rule for every model opens its studio and its settings, and names no model.
#[test]
fn a_catalog_tells_studios_tools_models_settings_and_facts() {
    let prices = PriceBook::parse(
        r#"
        name = "acme"
        edition = "1"
        unit = "credits"

        [facts]
        plan = { values = ["free", "pro"], default = "free" }

        [settings]
        resolution = { values = ["1k", "2k"], default = "1k" }
        voice = { values = ["deep", "high"], default = "deep" }

        [[rule]]
        studio = "image"
        tool = "restyle"
        model = "flux-dev"
        per.output.resolution = { 1k = 5, 2k = 6 }
        plus = [{ what = "fee", when = "plan == 'free'", per.output = 1 }]

        [[rule]]
        studio = "voice"
        model = "*"
        per.output.voice = { deep = 3, high = 4 }

        [[rule]]
        studio = "music"
        model = "*"
        per.output = 2
        "#,
    );
    let prices = prices.unwrap_or_else(|error| panic!("{error}"));
    let engine = CostEngine::new(&prices).unwrap_or_else(|error| panic!("{error}"));
    let sold = Sold::from(&engine.catalog("2026-11-25T12:00:00Z".parse().unwrap()).unwrap());
    let by_hand = Sold::default()
        .with_fact("plan", ["free", "pro"].map(Value::from))
        .with_model("image", "flux-dev")
        .with_tool("image", "restyle")
        .with_setting("image", "resolution", ["1k", "2k"].map(Value::from))
        .with_studio("music")
        .with_setting("voice", "voice", ["deep", "high"].map(Value::from));
    assert_eq!(sold, by_hand);

    let plan = |entitled: &str| {
        let text = format!("edition = \"1\"\nunit = \"credits\"\n[[plan]]\nname = \"free\"\nentitlements.{entitled}");
        PlanBook::parse(&text).unwrap_or_else(|error| panic!("{error}"))
    };
    let told = |entitled: &str| {
        let found = plan(entitled).check_against(&sold);
        found.into_iter().map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(told("studios = [\"voice\", \"music\"]"), [""; 0]);
    assert_eq!(told("models = [\"flux-dev\", \"any-voice\"]"), ["no model `any-voice` is sold"]);
}
