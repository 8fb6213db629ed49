//! Plans held against what a price book sells.

use studio_credits::books::{self, FreeCredits};
use studio_credits::plan::{PlanBook, Sold};
use studio_credits::pricing::CostEngine;

/// All names that ImagineArt's price book has.
pub(super) fn imagineart() -> Sold {
    let engine = CostEngine::new(&books::imagineart()).unwrap();
    let catalog = engine.catalog("2026-11-25T12:00:00Z".parse().unwrap()).unwrap();
    let mut sold = Sold::default();
    for fact in &catalog.facts {
        sold = sold.with_fact(fact.name, fact.values.clone());
    }
    for studio in &catalog.studios {
        // A rule for every model names none.
        for model in studio.models.iter().filter(|model| model.name != "*") {
            sold = sold.with_model(studio.name, model.name);
            for setting in model.offers.iter().flat_map(|offer| &offer.settings) {
                sold = sold.with_setting(studio.name, setting.name, setting.values.clone());
            }
        }
        sold = studio.tools.iter().fold(sold, |sold, tool| sold.with_tool(studio.name, tool));
    }
    sold
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
