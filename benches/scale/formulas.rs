//! Prices by formulas: a ratio, a sum over a list, a power.

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest, RequestError, Value, ValueError,
    pricing::{CostEngine, PriceBook},
};

use crate::{Scale, market::Draw, race::Race};

const BOOK: &str = r#"
name = "formulas"
edition = "2026-11"
unit = "credits"

[settings]
width = { min = 64, max = 8192, default = 1280 }
height = { min = 64, max = 8192, default = 720 }
steps = { min = 1, max = 100, default = 20 }
repeats = { min = 1, max = 8, default = 1, step = 1 }
stages.type = "list"
stages.max_items = 8
stages.items.fields.kind = { values = ["diffusion", "adetailer"] }
stages.items.fields.steps = { min = 1, max = 100 }

[[rule]]
studio = "demo"
models = [
  { model = "ratio", per.output = "8 * (width * height / 1048576) * (steps / 20)" },
  { model = "list", per.output = "sum(s in stages: s.steps * (if s.kind = 'diffusion' then 0.04 else 0.08))" },
  { model = "power", per.output = "max(1, ceil(width * height / 1e6)) * 2 ^ repeats" },
]
"#;

pub(crate) fn compare(scale: &Scale, now: DateTime<Utc>) {
    let book = PriceBook::parse(BOOK).expect("the text is a book");
    let engine = CostEngine::new(&book).expect("the book is sound");
    let requests = ["ratio", "list", "power"].map(|model| {
        let mut draw = Draw::new();
        (model, (0..scale.few).map(|_| request(model, &mut draw).expect("a request")).collect::<Vec<_>>())
    });
    let mut race = Race::of_rounds(scale.rounds);
    for (model, requests) in &requests {
        let resolved: Vec<_> =
            requests.iter().map(|request| engine.resolve(request, now).expect("it is sold")).collect();
        for (request, resolved) in requests.iter().zip(&resolved) {
            assert_eq!(resolved.price(), engine.price(request, now), "{request:?}");
            resolved.price().expect("a price");
        }
        let (size, passes) = (requests.len(), scale.many / requests.len());
        let engine = &engine;
        race.enter(format!("{model}, price"), size, passes, move |at| engine.price(&requests[at], now).ok());
        race.enter(format!("{model}, price of a resolved request"), size, passes, move |at| resolved[at].price().ok());
    }
    println!("\nformulas: {} requests each; the list holds two to five stages", scale.few);
    race.run().show();
}

fn request(model: &str, draw: &mut Draw) -> Result<GenerationRequest, RequestError> {
    let request = GenerationRequest::new("demo", model)?.with_count(draw.between(1, 8).into())?;
    if model == "list" {
        let stages: Result<Vec<Value>, ValueError> = (0..draw.between(2, 5)).map(|_| stage(draw)).collect();
        return request.with_setting("stages", stages.expect("stages"));
    }
    let request =
        request.with_setting("width", draw.between(64, 8_192))?.with_setting("height", draw.between(64, 8_192))?;
    match model {
        "ratio" => request.with_setting("steps", draw.between(1, 100)),
        _ => request.with_setting("repeats", draw.between(1, 8)),
    }
}

fn stage(draw: &mut Draw) -> Result<Value, ValueError> {
    let kind = ["diffusion", "adetailer"][draw.below(2)];
    Value::record([("kind", Value::from(kind)), ("steps", Value::from(draw.between(1, 100)))])
}
