//! The price books that ship with the crate.

use crate::pricing::PriceBook;

/// ImagineArt's price book, edition `2026-09-11`: what each generation costs, in credits.
///
/// Published, and priced exactly as published on 2026-09-11 at docs.imagine.art and help.imagine.art:
///
/// - `image`: 29 models, under the tools `text-to-image` and `image-editor`; `nano-banana-2` and `nano-banana-pro` by
///   resolution, the others at one price. That of `chatgpt-image-2` is a floor, so its quotes have no maximum.
/// - `video`: 36 models, under `text-to-video` and `image-to-video`, at their shortest length and default settings. The
///   price of anything longer or larger is not published, so it is refused rather than invented.
/// - `community`: the fee of an `app-run` by the publisher's tier, and of a `download` by resolution.
/// - `api`: six styles of the REST API, in `tokens`.
///
/// Everything else has a demonstration value, since ImagineArt publishes none. Its quotes say so: they are
/// [estimates](crate::pricing::Exactness::Estimate) and carry a note. These are the other tools of `image`
/// (`reimagine`, `restructure`, `restyle`, `consistent-character`, `imagine-bot`, `creative-upscale`, `train-model`,
/// `realtime`) and the studios `sketch`, `voice`, `music` and `shorts`. A tool that offers no choice of model has the
/// model `default`.
///
/// The facts are `unlimited` (whether the account is within a window of unlimited generation, which makes
/// `imagineart-2.0` and `imagineart-1.5-pro` free), `channel` (in a `workflow` the window does not count) and `plan`.
///
/// Requests before 2026-09-11 have no price.
///
/// ```
/// use studio_credits::{GenerationRequest, books, pricing::{CostEngine, Exactness}};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let now = "2026-11-22T12:00:00Z".parse()?;
/// assert_eq!(engine.price_of("video", "google-veo-3.1-fast", 2, now)?.to_string(), "700");
///
/// let longer = GenerationRequest::new("video", "kling-3.0-pro")?.with_setting("duration", 5)?;
/// assert_eq!(engine.price(&longer, now).unwrap_err().to_string(), "`duration` is `5`; it may be `3`");
///
/// let song = GenerationRequest::new("music", "default")?.with_tool("ai-songs")?;
/// let quote = engine.quote(&song, now)?;
/// assert_eq!((quote.total().to_string().as_str(), quote.exactness()), ("40", Exactness::Estimate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the text ships with the crate, and a test reads it"
)]
pub fn imagineart() -> PriceBook {
    PriceBook::parse_file("imagineart.toml", include_str!("books/imagineart.toml")).expect("the shipped book is one")
}
