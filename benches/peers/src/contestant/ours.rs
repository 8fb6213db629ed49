//! This crate: one book, from names, and resolved beforehand.

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest, RequestError,
    pricing::{CostEngine, Price, PriceBook, PricingRule, ResolvedRequest, Setting},
};

use crate::{
    field::{Field, Form},
    table::{MODELS, Model, Plain, tenths},
};

pub const FROM_NAMES: &str = "price";

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain], engine: &'a CostEngine, ready: &'a [GenerationRequest]) {
    let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let resolved: Vec<ResolvedRequest<'a>> =
        ready.iter().map(|request| engine.resolve(request, now).expect("it is sold")).collect();
    field.enter(FROM_NAMES, "studio-credits", Form::Ready, move |at| engine.price(&ready[at], now).expect("a price"));
    field.enter(FROM_NAMES, "studio-credits", Form::Plain, move |at| {
        let request = request(&requests[at]).expect("a request");
        engine.price(&request, now).expect("a price")
    });
    field.enter("price of a resolved request", "studio-credits", Form::Ready, move |at| {
        resolved[at].price().expect("a price")
    });
}

pub fn request(plain: &Plain) -> Result<GenerationRequest, RequestError> {
    let mut request = GenerationRequest::new(plain.studio, plain.model)?.with_count(plain.count.into())?;
    if let Some(resolution) = plain.resolution {
        request = request.with_setting("resolution", resolution)?;
    }
    if let Some(seconds) = plain.seconds {
        request = request.with_setting("seconds", seconds)?;
    }
    if let Some(audio) = plain.audio {
        request = request.with_setting("audio", audio)?;
    }
    Ok(request)
}

pub fn engine() -> CostEngine {
    let resolutions = ["480p", "720p", "768p", "1080p", "1k", "2k", "4k"];
    let book = PriceBook::new("peers", "2026-11", "credits")
        .with_setting("resolution", Setting::choice(resolutions))
        .with_setting("seconds", Setting::number(1, 60).with_unit("second"))
        .with_setting("audio", Setting::flag().with_default(false));
    CostEngine::new(&MODELS.iter().map(rule).fold(book, PriceBook::with_rule)).expect("the book is sound")
}

fn rule(model: &Model) -> PricingRule {
    let rate = match model.rates {
        [(_, rate)] => Price::from(tenths(*rate)),
        rates => Price::by("resolution", rates.iter().map(|&(resolution, rate)| (resolution, tenths(rate)))),
    };
    let unit = if model.video { "second" } else { "output" };
    let rule = PricingRule::new(model.studio(), model.name).per(unit, rate);
    match model.audio {
        Some(audio) => rule.plus("audio", "audio", unit, tenths(audio)),
        None => rule,
    }
}
