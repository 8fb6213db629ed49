//! Books of any size, and requests for their models.

use std::fmt::Write;

use rust_decimal::Decimal;
use studio_credits::{
    GenerationRequest, RequestError,
    pricing::{CostEngine, Price, PriceBook, PricingRule, Setting},
};

pub(crate) const SIZES: [&str; 3] = ["1k", "2k", "4k"];
pub(crate) const RESOLUTIONS: [&str; 3] = ["720p", "1080p", "4k"];
pub(crate) const SECONDS: [u32; 2] = [5, 10];
const VENDORS: [&str; 8] = ["seedream", "flux", "kling", "hailuo", "nano-banana", "imagen", "runway-gen", "wan"];
const TIERS: [&str; 4] = ["standard-preview", "pro", "turbo-preview", "ultra-edit"];
/// How many models stand in a family, of which one is of images and the next of videos.
const FAMILY: usize = 4;

/// How a model is priced, in tenths of a credit: the first model of a family of images is flat, the second a table.
pub(crate) enum Kind {
    Flat(u32),
    BySize([u32; 3]),
    PerSecond([u32; 3]),
}

/// The first so many models of the market, in an edition in which every price is raised by so many tenths.
#[derive(Clone, Copy)]
pub(crate) struct Market {
    pub(crate) models: usize,
    pub(crate) raise: u32,
}

impl Market {
    pub(crate) fn new(models: usize) -> Self {
        Self { models, raise: 0 }
    }

    /// The book, as code makes it: as text, the largest would be longer than a book may be.
    pub(crate) fn engine(self) -> CostEngine {
        let book = PriceBook::new("market", "2026-11", "credits")
            .with_setting("size", Setting::choice(SIZES).with_default(SIZES[0]))
            .with_setting("resolution", Setting::choice(RESOLUTIONS).with_default(RESOLUTIONS[0]))
            .with_setting("seconds", Setting::choice(SECONDS).with_default(SECONDS[0]).with_unit("second"));
        let book = (0..self.models).fold(book, |book, at| {
            let rule = PricingRule::new(studio(at), &model(at));
            book.with_rule(match self.kind(at) {
                Kind::Flat(rate) => rule.per("output", tenths(rate)),
                Kind::BySize(rates) => rule.per("output", Price::by("size", SIZES.into_iter().zip(rates.map(tenths)))),
                Kind::PerSecond(rates) => {
                    rule.per("second", Price::by("resolution", RESOLUTIONS.into_iter().zip(rates.map(tenths))))
                }
            })
        });
        CostEngine::new(&book).expect("the book is sound")
    }

    /// The book as a person would write it, about 105 bytes a model.
    pub(crate) fn text(self) -> String {
        let mut text = String::from(HEAD);
        for at in 0..self.models {
            let (place, model) = (at % FAMILY, model(at));
            if place == 0 {
                writeln!(text, "\n[[rule]]\nstudio = \"{}\"\nmodels = [", studio(at)).expect("a line");
            }
            let price = match self.kind(at) {
                Kind::Flat(rate) => format!("output = {}", tenths(rate)),
                Kind::BySize(rates) => format!("output.size = {}", cells(SIZES, rates)),
                Kind::PerSecond(rates) => format!("second.resolution = {}", cells(RESOLUTIONS, rates)),
            };
            writeln!(text, "  {{ model = \"{model}\", per.{price} }},").expect("a line");
            if place == FAMILY - 1 || at == self.models - 1 {
                text.push_str("]\n");
            }
        }
        text
    }

    pub(crate) fn kind(self, at: usize) -> Kind {
        let rate = 10 + u32::try_from(at * 7_919 % 997).expect("less than 997") + self.raise;
        let rates = [rate, rate * 3 / 2, rate * 2];
        match (is_video(at), at % 2) {
            (true, _) => Kind::PerSecond(rates),
            (false, 0) => Kind::Flat(rate),
            (false, _) => Kind::BySize(rates),
        }
    }

    /// A request for a model; each setting is left out now and then.
    pub(crate) fn request(self, at: usize, draw: &mut Draw) -> Result<GenerationRequest, RequestError> {
        let count = draw.between(1, 8).into();
        let mut request = GenerationRequest::new(studio(at), &model(at))?.with_count(count)?;
        match self.kind(at) {
            Kind::Flat(_) => {}
            Kind::BySize(_) => {
                if let Some(size) = SIZES.get(draw.below(4)) {
                    request = request.with_setting("size", *size)?;
                }
            }
            Kind::PerSecond(_) => {
                if let Some(resolution) = RESOLUTIONS.get(draw.below(4)) {
                    request = request.with_setting("resolution", *resolution)?;
                }
                if let Some(seconds) = SECONDS.get(draw.below(3)) {
                    request = request.with_setting("seconds", *seconds)?;
                }
            }
        }
        Ok(request)
    }

    /// So many requests for models drawn at random, and always the same.
    pub(crate) fn requests(self, number: usize) -> Vec<GenerationRequest> {
        let mut draw = Draw::new();
        let mut request = || {
            let at = draw.below(self.models);
            self.request(at, &mut draw).expect("a request")
        };
        (0..number).map(|_| request()).collect()
    }
}

const HEAD: &str = r#"name = "market"
edition = "2026-11"
unit = "credits"

[settings]
size = { values = ["1k", "2k", "4k"], default = "1k" }
resolution = { values = ["720p", "1080p", "4k"], default = "720p" }
seconds = { values = [5, 10], default = 5, unit = "second" }
"#;

fn is_video(at: usize) -> bool {
    at / FAMILY % 2 == 1
}

fn studio(at: usize) -> &'static str {
    if is_video(at) { "video" } else { "image" }
}

fn model(at: usize) -> String {
    let (family, vendor) = (at / FAMILY, VENDORS[at / FAMILY % VENDORS.len()]);
    format!("{vendor}-{}.{}-{}", family / 10, family % 10, TIERS[at % FAMILY])
}

pub(crate) fn tenths(tenths: u32) -> Decimal {
    Decimal::new(tenths.into(), 1)
}

fn cells(keys: [&str; 3], rates: [u32; 3]) -> String {
    let [a, b, c] = rates.map(tenths);
    format!("{{ {} = {a}, {} = {b}, {} = {c} }}", keys[0], keys[1], keys[2])
}

/// Numbers drawn by a linear congruence, so that every run sees the same.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new() -> Self {
        Self(7)
    }

    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % below
    }

    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = usize::try_from(high - low + 1).expect("32 bits");
        low + u32::try_from(self.below(span)).expect("less than the span")
    }
}

pub(crate) fn names(models: usize) -> Vec<(&'static str, String)> {
    (0..models).map(|at| (studio(at), model(at))).collect()
}
