//! The task: one table of 60 models by 3 resolutions, a count, an optional surcharge of 12.5 %; and what is asked for.

use rust_decimal::Decimal;
use studio_credits::{
    GenerationRequest, RequestError, Value,
    pricing::{Price, PriceBook, PricingRule, Setting},
};

/// The models, and what an output costs in 1k, 2k and 4k, in tenths of a credit.
macro_rules! models {
    ($($model:literal: $k1:literal $k2:literal $k4:literal,)*) => {
        pub(crate) const MODELS: [(&str, [u32; 3]); 60] = [$(($model, [$k1, $k2, $k4])),*];

        /// The row of a model, found by a `match`.
        pub(crate) fn match_model(model: &str) -> Option<&'static [Decimal; 3]> {
            Some(match model {
                $($model => const { &[tenths($k1), tenths($k2), tenths($k4)] },)*
                _ => return None,
            })
        }
    };
}

#[rustfmt::skip]
models! {
    "imagineart-1.5": 240 360 480,
    "imagineart-1.5-pro": 80 120 160,
    "imagineart-2.0": 250 375 500,
    "nano-banana": 600 900 1200,
    "nano-banana-2": 490 735 980,
    "nano-banana-pro": 50 75 100,
    "chatgpt-image-2": 365 547 730,
    "chatgpt-image-1.5": 50 75 100,
    "seedream-v4": 240 360 480,
    "seedream-v4.5": 490 735 980,
    "seedream-v5-lite": 40 60 80,
    "recraft-v4": 365 547 730,
    "recraft-v4-pro": 120 180 240,
    "recraft-v4.1": 40 60 80,
    "ideogram-v3": 50 75 100,
    "ideogram-v4": 250 375 500,
    "krea-flux-1": 250 375 500,
    "midjourney-v7": 50 75 100,
    "xai-grok-imagine": 120 180 240,
    "flux-2-max": 50 75 100,
    "flux-2-pro": 365 547 730,
    "flux-1.1-ultra": 250 375 500,
    "flux-1-dev": 40 60 80,
    "z-image-turbo": 490 735 980,
    "imagen-4-ultra": 50 75 100,
    "dreamina-3.1": 120 180 240,
    "qwen-image": 600 900 1200,
    "minimax-image-01": 600 900 1200,
    "happy-horse": 490 735 980,
    "kling-3.0-4k": 40 60 80,
    "kling-3.0-pro": 490 735 980,
    "kling-o3-standard": 490 735 980,
    "kling-o1-standard": 250 375 500,
    "kling-2.6-pro": 40 60 80,
    "kling-2.5-turbo-pro": 120 180 240,
    "kling-2.1-master": 40 60 80,
    "seedance-2": 365 547 730,
    "seedance-2-fast": 80 120 160,
    "seedance-1.5-pro": 150 225 300,
    "seedance-pro-fast": 250 375 500,
    "runway-gen-4.5": 80 120 160,
    "runway-gen-4-turbo": 365 547 730,
    "pika-2.2": 50 75 100,
    "luma-ray-2": 490 735 980,
    "hailuo-02-standard": 150 225 300,
    "hailuo-02-pro": 365 547 730,
    "hailuo-2.3-standard": 600 900 1200,
    "hailuo-2.3-fast-pro": 80 120 160,
    "wan-2.2-a14b": 50 75 100,
    "wan-2.5-preview": 490 735 980,
    "wan-2.6-fun": 490 735 980,
    "pixverse-v5": 600 900 1200,
    "pixverse-v5.5": 120 180 240,
    "lucy-edit-pro": 240 360 480,
    "sora-2-pro": 50 75 100,
    "google-veo-3.1-lite": 365 547 730,
    "google-veo-3.1-fast": 705 1057 1410,
    "google-veo-3.1": 50 75 100,
    "ltx-2.3-distilled": 490 735 980,
    "stable-diffusion-3.5-large": 40 60 80,
}

pub(crate) const fn tenths(tenths: u32) -> Decimal {
    Decimal::from_parts(tenths, 0, 0, false, 1)
}

pub(crate) const RESOLUTIONS: [&str; 3] = ["1k", "2k", "4k"];

pub(crate) fn book() -> PriceBook {
    let book = PriceBook::new("bench", "2026-11", "credits")
        .with_setting("resolution", Setting::choice(RESOLUTIONS).with_default("1k"))
        .with_setting("priority", Setting::flag().with_default(false));
    MODELS.iter().fold(book, |book, (model, prices)| {
        let cells = RESOLUTIONS.into_iter().zip(prices.map(tenths));
        let rule = PricingRule::new("image", model).per("output", Price::by("resolution", cells));
        book.with_rule(rule.times("priority", "priority", "1.125"))
    })
}

/// What is asked for, as plain values; each setting is left out now and then.
pub(crate) struct Asked {
    model: &'static str,
    count: u32,
    resolution: Option<&'static str>,
    priority: Option<bool>,
}

/// Drawn at random, and always the same.
pub(crate) fn asked(size: usize) -> impl Iterator<Item = Asked> {
    let mut state = 7_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let place = |drawn| usize::try_from(drawn).expect("a small number");
    (0..size).map(move |_| Asked {
        model: MODELS[place(draw(60))].0,
        count: u32::try_from(draw(8)).expect("a small number") + 1,
        resolution: RESOLUTIONS.get(place(draw(4))).copied(),
        priority: [Some(true), Some(false), None, None][place(draw(4))],
    })
}

impl Asked {
    pub(crate) fn request(&self) -> Result<GenerationRequest, RequestError> {
        let mut request = GenerationRequest::new("image", self.model)?.with_count(self.count.into())?;
        if let Some(resolution) = self.resolution {
            request = request.with_setting("resolution", resolution)?;
        }
        if let Some(priority) = self.priority {
            request = request.with_setting("priority", priority)?;
        }
        Ok(request)
    }

    /// What it costs, reckoned in whole ten-thousandths and by nothing that takes part.
    pub(crate) fn total(&self) -> Decimal {
        let (_, rates) = MODELS.iter().find(|(model, _)| *model == self.model).expect("a model");
        let resolution = self.resolution.unwrap_or(RESOLUTIONS[0]);
        let at = RESOLUTIONS.iter().position(|known| *known == resolution).expect("a resolution");
        let factor = if self.priority == Some(true) { 1_125 } else { 1_000 };
        Decimal::new(i64::from(rates[at] * self.count * factor), 4)
    }
}

/// The values that settings have, to read a request by: it hands them out as they are, and not as texts.
pub(crate) struct Known {
    resolutions: [Value; 3],
    yes: Value,
}

impl Known {
    pub(crate) fn new() -> Self {
        Self { resolutions: RESOLUTIONS.map(Value::from), yes: Value::from(true) }
    }

    /// The place of the resolution that is asked for.
    pub(crate) fn resolution(&self, request: &GenerationRequest) -> Option<usize> {
        let given = request.setting("resolution");
        given.map_or(Some(0), |given| self.resolutions.iter().position(|known| known == given))
    }

    pub(crate) fn priority(&self, request: &GenerationRequest) -> bool {
        request.setting("priority") == Some(&self.yes)
    }
}
