//! The books of prices and of plans that ship with the crate.

use crate::credits::Credits;
use crate::plan::{EditionName, Plan, PlanBook, PlanError};
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

/// Which of ImagineArt's rules on free credits holds: three were published one after the other, without dates.
///
/// Complete on purpose: these are all that were published until 2026-09-23.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FreeCredits {
    /// 50 a day for every user, the rule of 2025.
    #[default]
    FiftyForAll,
    /// 100 a day for every account, the rule after it.
    HundredForAll,
    /// 100 a day for accounts without an active subscription, the newest rule.
    HundredWithoutSubscription,
}

/// ImagineArt's plans, as of 2026-09-23, with 50 free credits a day for everybody.
///
/// Free, Basic, Standard, Ultimate and Creator: 3,000, 8,000, 16,000 and 100,000 credits a month, which do not roll
/// over. Free credits are given anew each day, do not accumulate, and cannot pay for Pro models.
///
/// What is published is told apart in the text of the book, by the mark of its source: an official page (free credits,
/// seats, refunds, what ends with a plan), a landing page of the company (how much may be under way at once), or others
/// (the monthly credits, the resolution of videos). Everything else is a demonstration value, since ImagineArt does not
/// publish it: which models are Pro, when a day begins, the top-up packs and their prices, and the rewards.
///
/// ```
/// use studio_credits::{GrantKind, books};
///
/// let plans = books::imagineart_plans();
/// let standard = plans.plan("standard", "2026-11-25T12:00:00Z".parse()?)?;
/// let given = standard.allowances().iter().map(|it| (it.kind().as_str(), it.amount().to_string()));
/// assert_eq!(given.collect::<Vec<_>>(), [("free", "50".into()), ("subscription", "8000".into())]);
/// assert_eq!(standard.limits().seats(), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn imagineart_plans() -> PlanBook {
    imagineart_plans_with(FreeCredits::default())
}

/// ImagineArt's plans under one of its rules on free credits, which is a part of the name of the edition.
///
/// ```
/// use studio_credits::books::{self, FreeCredits};
///
/// let now = "2026-11-25T12:00:00Z".parse()?;
/// let plans = books::imagineart_plans_with(FreeCredits::HundredWithoutSubscription);
/// let daily = |plan| plans.plan(plan, now).map(|plan| plan.allowance("daily"));
/// assert_eq!(daily("free")?.map(|daily| daily.amount().to_string()).as_deref(), Some("100"));
/// assert_eq!(daily("basic")?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the text ships with the crate, and a test reads it under each rule"
)]
pub fn imagineart_plans_with(free: FreeCredits) -> PlanBook {
    let text = include_str!("books/imagineart-plans.toml");
    let book = PlanBook::parse_file("imagineart-plans.toml", text).expect("the shipped book is one");
    let edition = match free {
        FreeCredits::FiftyForAll => return book,
        FreeCredits::HundredForAll => "2026-09-23-100-for-all",
        FreeCredits::HundredWithoutSubscription => "2026-09-23-100-without-subscription",
    };
    let edition = EditionName::new(edition).expect("a short name");
    let base = book.base().expect("the shipped book has one").clone();
    let plans = book.plans().iter().map(|plan| with_hundred(plan, *plan.name() == base, free, edition.clone()));
    let plans: Result<Vec<_>, _> = plans.collect();
    let book = PlanBook::new(plans.expect("an amount above 0")).and_then(|book| book.with_base(base));
    book.expect("the same plans as before")
}

/// The plan with 100 free credits a day, or with none where it is a subscription and those have none.
fn with_hundred(plan: &Plan, is_base: bool, free: FreeCredits, edition: EditionName) -> Result<Plan, PlanError> {
    let without = plan.clone().with_edition(edition).without_allowance("daily");
    match plan.allowance("daily") {
        Some(daily) if free == FreeCredits::HundredForAll || is_base => {
            without.with_allowance(daily.clone().with_amount(Credits::from_whole(100))?)
        }
        _ => Ok(without),
    }
}
