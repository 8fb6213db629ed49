//! The task: what the models cost, and what is asked for.

use rust_decimal::Decimal;

/// A model, its studio by its meters, and its prices in tenths of a credit.
pub struct Model {
    pub name: &'static str,
    /// The price of an output or, of a video, of a second of it, in each resolution.
    pub rates: &'static [(&'static str, u32)],
    pub video: bool,
    /// What a second with audio costs on top, where audio is a choice.
    pub audio: Option<u32>,
}

const fn image(name: &'static str, rates: &'static [(&'static str, u32)]) -> Model {
    Model { name, rates, video: false, audio: None }
}

const fn video(name: &'static str, rates: &'static [(&'static str, u32)], audio: Option<u32>) -> Model {
    Model { name, rates, video: true, audio }
}

pub const MODELS: [Model; 30] = [
    image("imagineart-1.5", &[("1k", 240), ("2k", 360)]),
    image("imagineart-1.5-pro", &[("1k", 80), ("2k", 120), ("4k", 160)]),
    image("imagineart-2.0", &[("1k", 250)]),
    image("nano-banana", &[("1k", 600)]),
    image("nano-banana-2", &[("1k", 490), ("2k", 735), ("4k", 980)]),
    image("nano-banana-pro", &[("1k", 1100), ("2k", 1100), ("4k", 2050)]),
    image("chatgpt-image-2", &[("1k", 365), ("2k", 547), ("4k", 730)]),
    image("chatgpt-image-1.5", &[("1k", 50)]),
    image("seedream-v4", &[("1k", 240), ("2k", 240), ("4k", 480)]),
    image("seedream-v4.5", &[("2k", 280), ("4k", 310)]),
    image("seedream-v5-lite", &[("2k", 245), ("4k", 260)]),
    image("recraft-v4", &[("1k", 280)]),
    image("recraft-v4-pro", &[("1k", 1750)]),
    image("ideogram-v3", &[("1k", 210)]),
    image("krea-flux-1", &[("1k", 175)]),
    image("midjourney-v7", &[("1k", 155), ("2k", 310)]),
    image("flux-2-max", &[("1k", 490), ("2k", 700), ("4k", 1400)]),
    image("flux-2-pro", &[("1k", 210), ("2k", 315), ("4k", 735)]),
    image("flux-1.1-ultra", &[("2k", 420)]),
    image("flux-1-dev", &[("1k", 35)]),
    video("kling-3.0-pro", &[("720p", 300), ("1080p", 395)], Some(105)),
    video("kling-2.6-pro", &[("1080p", 245)], Some(245)),
    video("kling-2.5-turbo-pro", &[("1080p", 245)], None),
    video("seedance-2", &[("480p", 220), ("720p", 475), ("1080p", 710)], None),
    video("seedance-1.5-pro", &[("480p", 45), ("720p", 90), ("1080p", 205)], Some(90)),
    video("google-veo-3.1", &[("720p", 700), ("1080p", 700), ("4k", 1400)], Some(700)),
    video("google-veo-3.1-fast", &[("720p", 350), ("1080p", 350), ("4k", 1050)], Some(175)),
    video("sora-2-pro", &[("720p", 1050), ("1080p", 1750)], None),
    video("hailuo-2.3-standard", &[("768p", 165), ("1080p", 285)], None),
    video("wan-2.6", &[("720p", 350), ("1080p", 525)], Some(52)),
];

impl Model {
    pub fn studio(&self) -> &'static str {
        if self.video { "video" } else { "image" }
    }
}

/// What is asked for, as plain values; a setting that the model does not take is `None`.
pub struct Plain {
    pub studio: &'static str,
    pub model: &'static str,
    pub resolution: Option<&'static str>,
    pub seconds: Option<u32>,
    pub audio: Option<bool>,
    pub count: u32,
}

impl Plain {
    /// What it costs, reckoned in whole tenths and by nothing that takes part.
    pub fn total(&self) -> Decimal {
        let model = MODELS.iter().find(|model| model.name == self.model).expect("a model");
        let rate = model.rates.iter().find(|(known, _)| self.resolution.is_none_or(|asked| asked == *known));
        let audio = if self.audio == Some(true) { model.audio } else { None };
        let rate = rate.expect("a rate").1 + audio.unwrap_or(0);
        tenths(rate * self.seconds.unwrap_or(1) * self.count)
    }
}

/// Requests drawn at random, and always the same.
pub fn requests(size: usize) -> Vec<Plain> {
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let mut small = |low: usize, high: usize| u32::try_from(low + draw(high - low + 1)).expect("a small number");
    let mut request = || {
        let model = &MODELS[small(0, MODELS.len() - 1) as usize];
        let resolution = model.rates[small(0, model.rates.len() - 1) as usize].0;
        Plain {
            studio: model.studio(),
            model: model.name,
            resolution: (model.rates.len() > 1).then_some(resolution),
            seconds: model.video.then(|| small(4, 15)),
            audio: model.audio.map(|_| small(0, 1) == 1),
            count: small(1, 8),
        }
    };
    (0..size).map(|_| request()).collect()
}

pub fn tenths(tenths: u32) -> Decimal {
    Decimal::new(tenths.into(), 1)
}

/// A formula for one model, in a language that writes a choice like this.
pub fn formula(model: &Model, choice: fn(&str, &str, &str) -> String) -> String {
    let literal = |rate: u32| format!("{:.1}", tenths(rate));
    let (&(_, first), others) = model.rates.split_first().expect("a rate");
    let rate = others.iter().fold(literal(first), |rate, (resolution, other)| {
        choice(&format!("resolution == \"{resolution}\""), &literal(*other), &rate)
    });
    let rate = match model.audio {
        Some(audio) => format!("({rate} + {})", choice("audio", &literal(audio), "0.0")),
        None => rate,
    };
    if model.video { format!("{rate} * seconds * count") } else { format!("{rate} * count") }
}
