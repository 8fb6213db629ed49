//! The book that ships with the crate: what is published is priced as published, and the rest says that it is not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest, books,
    pricing::{CostEngine, Exactness, PriceError, Quote},
};

/// The published tables, under the names of the book: the image and video tables as of 2026-09-11, and the pages on
/// apps, downloads and API calls.
const PUBLISHED: &str = include_str!("../data/imagineart-prices.csv");

/// A published price: one request of each tool in turn costs so much.
struct Published {
    studio: &'static str,
    tools: Vec<&'static str>,
    model: &'static str,
    setting: &'static str,
    credits: &'static str,
}

fn published() -> Vec<Published> {
    let rows = PUBLISHED.lines().skip(1).map(|row| match row.split(',').collect::<Vec<_>>()[..] {
        [_page, studio, tools, model, setting, credits] => {
            Published { studio, tools: tools.split(' ').collect(), model, setting, credits }
        }
        _ => panic!("{row}"),
    });
    rows.collect()
}

fn engine() -> CostEngine {
    CostEngine::new(&books::imagineart()).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// `4 image/restyle/flux-dev resolution=1k @plan=free`: count, studio, tool (or none), model, settings, facts.
fn request(text: &str) -> GenerationRequest {
    let (count, text) = text.split_once(' ').unwrap();
    let mut words = text.split_whitespace();
    let request = match words.next().unwrap().split('/').collect::<Vec<_>>()[..] {
        [studio, model] => GenerationRequest::new(studio, model),
        [studio, tool, model] => GenerationRequest::new(studio, model).and_then(|request| request.with_tool(tool)),
        _ => panic!("{text}"),
    };
    let request = request.and_then(|request| request.with_count(count.parse().unwrap())).unwrap();
    words.fold(request, |request, word| {
        let (name, value) = word.split_once('=').unwrap();
        match name.strip_prefix('@') {
            Some(fact) => request.with_fact(fact, value).unwrap(),
            None => request.with_setting(name, value).unwrap(),
        }
    })
}

/// What the steps of a workflow cost together, with the unit where it is not credits.
fn total(engine: &CostEngine, steps: &str) -> String {
    let steps: Vec<_> = steps.split(" + ").map(request).collect();
    let quote = engine.quote_workflow(&steps, now()).unwrap();
    match quote.unit() {
        "credits" => quote.total().to_string(),
        unit => format!("{} {unit}", quote.total()),
    }
}

#[track_caller]
fn quoted<T>(engine: &CostEngine, text: &str, look: impl FnOnce(&Quote<'_>) -> T) -> T {
    look(&engine.quote(&request(text), now()).unwrap())
}

#[test]
#[rustfmt::skip]
fn worked_examples() {
    let engine = engine();
    for (example, steps, costs) in [
        ("1",  "1 image/nano-banana-2 resolution=2k", "73.5"),
        ("2",  "3 image/nano-banana-2 resolution=2k", "220.5"),
        ("3",  "4 image/nano-banana-2 resolution=2k", "294"),
        ("4",  "2 image/nano-banana-2 resolution=1k", "98"),
        ("5",  "1 image/nano-banana-2 resolution=4k", "98"),
        ("6",  "1 image/nano-banana-2 + 1 image/nano-banana-2 resolution=2k + 1 image/nano-banana-2 resolution=4k", "220.5"),
        ("7",  "3 image/nano-banana-2 resolution=2k + 2 image/nano-banana-2 resolution=1k", "318.5"),
        ("8",  "2 image/nano-banana-pro resolution=1k", "160"),
        ("8",  "2 image/nano-banana-pro resolution=2k", "160"),
        ("9",  "3 image/nano-banana-pro resolution=4k", "480"),
        ("10", "4 image/imagineart-2.0", "100"),
        ("11", "5 image/imagineart-1.5", "75"),
        ("12", "20 image/z-image-turbo", "100"),
        ("13", "4 image/chatgpt-1.5", "140"),
        ("13", "4 image/chatgpt", "180"),
        ("14", "16 image/chatgpt-image-2", "96"),
        ("15", "3 image/flux-2-max", "150"),
        ("15", "5 image/flux-2-pro", "140"),
        ("16", "4 image/seedream-v4.5", "96"),
        ("16", "4 image/seedream-v4.5 resolution=4k", "96"),
        ("17", "3 image/ideogram-v4", "108"),
        ("17", "3 image/ideogram-v3", "75"),
        ("18", "2 image/midjourney-v7", "120"),
        ("19", "8 image/xai-grok-imagine", "96"),
        ("20", "3 video/wan-2.2", "90"),
        ("21", "1 video/kling-2.6-pro + 1 video/hailuo-02-pro", "710"),
        ("22", "2 video/google-veo-3.1-fast + 1 image/nano-banana-2 resolution=2k", "773.5"),
        ("23", "1 image/nano-banana-2 resolution=1k + 1 video/kling-3.0-pro", "349"),
        ("24", "1 image/nano-banana-2 resolution=2k + 1 video/wan-2.2", "103.5"),
        ("25", "1 image/nano-banana-2 resolution=2k + 1 video/wan-2.2 + 1 community/app-run/default tier=medium", "123.5"),
        ("26", "1 image/nano-banana-2 resolution=2k + 1 community/app-run/default tier=none", "73.5"),
        ("26", "1 image/nano-banana-2 resolution=2k + 1 community/app-run/default tier=low", "83.5"),
        ("26", "1 image/nano-banana-2 resolution=2k + 1 community/app-run/default tier=medium", "93.5"),
        ("26", "1 image/nano-banana-2 resolution=2k + 1 community/app-run/default tier=high", "103.5"),
        ("27", "4 image/imagineart-2.0 + 1 community/app-run/default tier=high", "130"),
        ("28", "4 image/nano-banana-2 resolution=2k + 4 community/app-run/default tier=low", "334"),
        ("28", "4 community/app-run/default tier=low", "40"),  // the publisher's part
        ("29", "3 community/download/default resolution=2k + 2 community/download/default resolution=4k", "70"),
        ("30", "1 image/text-to-image/imagineart-2.0 @unlimited=true", "0"),
        ("30", "1 image/text-to-image/imagineart-2.0 @unlimited=true @channel=workflow", "25"),
        ("31", "10 api/flux-dev", "150 tokens"),
    ] {
        assert_eq!(total(&engine, steps), costs, "example {example}: {steps}");
    }
}

#[test]
fn every_published_price_is_the_price_under_every_tool_it_is_published_for() {
    let engine = engine();
    let rows = published();
    for Published { studio, tools, model, setting, credits } in &rows {
        let tools = tools.iter().map(|tool| format!("{studio}/{tool}/{model}"));
        // A request that names no tool is for the model, which costs the same under all of these.
        let without = (*model != "default").then(|| format!("{studio}/{model}"));
        for work in tools.chain(without) {
            let text = format!("1 {work} {setting}");
            let (total, exactness, maximum) =
                quoted(&engine, &text, |quote| (quote.total().to_string(), quote.exactness(), quote.maximum()));
            assert_eq!(total, *credits, "{text}");
            let floor = *model == "chatgpt-image-2";
            assert_eq!(exactness, if floor { Exactness::From } else { Exactness::Exact }, "{text}");
            assert_eq!(maximum.is_none(), floor, "{text}");
        }
    }
    let count = |studio| {
        let of_studio = rows.iter().filter(|row| row.studio == studio);
        let models: BTreeSet<_> = of_studio.clone().map(|row| row.model).collect();
        (models.len(), of_studio.count())
    };
    assert_eq!(
        [count("image"), count("video"), count("community"), count("api")],
        [(29, 33), (36, 36), (1, 6), (6, 6)]
    );
}

#[test]
fn no_model_is_sold_that_is_not_published() {
    let engine = engine();
    for (studio, tool) in [("image", "text-to-image"), ("video", "image-to-video"), ("api", "text-to-image")] {
        let rows = published();
        let models: BTreeSet<_> = rows.iter().filter(|row| row.studio == studio).map(|row| row.model).collect();
        let Err(PriceError::Unknown(unknown)) = engine.price(&request(&format!("1 {studio}/{tool}/none")), now())
        else {
            panic!("{studio} has a price for any model");
        };
        assert_eq!(unknown.known, Vec::from_iter(models), "{studio}");
    }
}

#[test]
#[rustfmt::skip]
fn every_tool_of_the_studios_has_a_price_and_says_how_exact_it_is() {
    use Exactness::{Estimate, Exact, From};
    let engine = engine();
    for (work, costs, exactness) in [
        ("2 image/text-to-image/flux-dev", "10", Exact),
        ("2 image/image-editor/flux-dev", "10", Exact),
        ("2 image/reimagine/flux-dev", "10", Estimate),
        ("2 image/restructure/flux-dev", "10", Estimate),
        ("2 image/restyle/nano-banana-2 resolution=2k aspect_ratio=16:9", "147", Estimate),
        ("2 image/restyle/chatgpt-image-2", "12", From),
        ("2 image/imagine-bot/flux-dev", "10", Estimate),
        ("2 image/consistent-character/flux-dev", "20", Estimate),
        ("1 image/creative-upscale/topaz", "20", Estimate),
        ("1 image/creative-upscale/topaz factor=8", "80", Estimate),
        ("3 image/creative-upscale/magnific-precision-v2 factor=4", "180", Estimate),
        ("1 image/train-model/default", "500", Estimate),
        ("1 image/realtime/default duration=10", "5", Estimate),
        ("1 video/text-to-video/wan-2.2", "30", Exact),
        ("1 video/image-to-video/wan-2.2 duration=5 resolution=720p", "30", Exact),
        ("1 sketch/sketch-to-image/default", "15", Estimate),
        ("1 voice/text-to-speech/default characters=100", "1", Estimate),
        ("1 voice/text-to-speech/default characters=101", "2", Estimate),
        ("3 voice/text-to-speech/default characters=101", "6", Estimate),
        ("1 music/ai-songs/default", "40", Estimate),
        ("1 music/ai-songs/default duration=121", "80", Estimate),
        ("2 music/ai-music/default", "60", Estimate),
        ("1 shorts/ai-shorts/default duration=15", "150", Estimate),
    ] {
        quoted(&engine, work, |quote| {
            assert_eq!((quote.total().to_string().as_str(), quote.exactness()), (costs, exactness), "{work}");
            let note = quote.note().unwrap_or_default();
            let demonstration = note.starts_with("demonstration value: ImagineArt does not publish");
            assert_eq!(demonstration, exactness != Exact, "{work}");
        });
    }
}

#[test]
fn longer_and_larger_is_refused_rather_than_invented() {
    let engine = engine();
    for (work, refusal) in [
        ("1 video/kling-3.0-pro duration=5", "`duration` is `5`; it may be `3`"),
        ("1 video/kling-3.0-pro resolution=4k", "`resolution` is `4k`; it may be `1080p`"),
        ("1 video/seedance-2 duration=auto", "`duration` is `auto`; it may be `4`"),
        ("1 video/sora-2 duration=4", "model `sora-2` has no setting `duration`; it has no settings"),
        (
            "1 video/wan-2.2 preview=true",
            "model `wan-2.2` has no setting `preview`; its settings are `duration`, `resolution`",
        ),
        ("1 image/imagineart-1.5 resolution=4k", "`resolution` is `4k`; it may be `1k`, `2k`"),
        ("1 image/nano-banana-2 resolution=3k", "`resolution` is `3k`; it may be `1k`, `2k`, `4k`"),
        ("1 image/chatgpt-1.5 aspect_ratio=16:9", "`aspect_ratio` is `16:9`; it may be `1:1`, `2:3`, `3:2`"),
        ("1 image/recraft-v4 resolution=1k", "model `recraft-v4` has no setting `resolution`; it has no settings"),
        ("1 music/ai-songs/default duration=241", "`duration` is `241`; it may be a number from 1 to 240"),
        (
            "1 voice/text-to-speech/default",
            "`characters` is missing, and the price depends on it; it may be a number from 1 to 5000 in steps of 1",
        ),
        ("1 community/download/default", "`resolution` is missing, and the price depends on it; it may be `2k`, `4k`"),
        (
            "1 image/restyle/topaz",
            "model `topaz` of studio `image` has no tool `restyle`; its tools are `creative-upscale`",
        ),
    ] {
        assert_eq!(engine.price(&request(work), now()).unwrap_err().to_string(), refusal, "{work}");
    }
}

#[test]
fn a_window_of_unlimited_generation_covers_its_models_in_the_tools_alone() {
    let engine = engine();
    for (work, costs) in [
        ("4 image/imagineart-2.0", "100"),
        ("4 image/imagineart-2.0 @unlimited=true", "0"),
        ("4 image/image-editor/imagineart-1.5-pro resolution=4k @unlimited=true @channel=mcp", "0"),
        ("4 image/restyle/imagineart-2.0 @unlimited=true", "0"),
        ("4 image/imagineart-2.0 @unlimited=false @plan=creator", "100"),
        ("4 image/imagineart-1.5 @unlimited=true", "60"),
        ("1 image/nano-banana-2 @unlimited=true @plan=creator", "49"),
        ("1 video/wan-2.2 @unlimited=true", "30"),
    ] {
        assert_eq!(total(&engine, work), costs, "{work}");
    }
}

#[test]
fn the_lines_of_a_quote_name_the_model_or_the_work() {
    let engine = engine();
    for (work, line) in [
        ("1 image/nano-banana-2", "1 output of image/nano-banana-2 at 49"),
        ("1 image/imagineart-2.0", "1 output of image/imagineart-2.0 at 25"),
        ("1 video/wan-2.2", "1 output of video/wan-2.2 at 30"),
        ("2 voice/text-to-speech/default characters=101", "4 hundred_characters of text to speech at 1"),
        ("1 image/realtime/default duration=10", "10 second of realtime generation at 0.5"),
        ("4 community/app-run/default tier=low", "4 output of app run at 10"),
    ] {
        let shown = quoted(&engine, work, |quote| {
            let line = &quote.lines()[0];
            format!("{} {} of {} at {}", line.quantity, line.unit, line.what, line.rate)
        });
        assert_eq!(shown, line, "{work}");
    }
}

#[test]
fn before_the_tables_were_published_there_is_no_price() {
    let engine = engine();
    let price = |at: &str| engine.price(&request("1 image/flux-dev"), at.parse().unwrap());
    assert_eq!(price("2026-09-11T00:00:00Z").unwrap().to_string(), "5");
    let refusal = price("2026-09-10T23:59:59Z").unwrap_err().to_string();
    assert_eq!(refusal, "`imagineart` has no price at 2026-09-10T23:59:59Z: its first is from 2026-09-11T00:00:00Z");
}
