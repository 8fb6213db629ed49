//! Which work a plan opens: a table of answers.

use studio_credits::plan::{Plan, PlanBook};
use studio_credits::{GenerationRequest, Work};

const PLANS: &str = r#"
edition = "1"
unit = "credits"

[[plan]]
name = "all"

[[plan]]
name = "some"
[plan.entitlements]
studios = ["image", "video"]
except_models = ["sora-2-pro"]
settings.resolution = ["1k", "2k"]
settings.steps = { max = 20 }
[plan.studio.video.settings]
resolution = ["480p", "720p"]
duration = { min = 3, max = 6 }

[[plan]]
name = "tools"
entitlements.tools = ["restyle", "upscale"]

[[plan]]
name = "models"
entitlements = { models = ["flux-dev", "flux-pro"], except_models = ["flux-pro"] }
"#;

/// `image/flux-dev resolution=1k`, with a tool in the middle if there is one.
fn answer(plan: &Plan, text: &str) -> String {
    let mut words = text.split(' ');
    let request = match words.next().unwrap().split('/').collect::<Vec<_>>()[..] {
        [studio, model] => GenerationRequest::new(studio, model).unwrap(),
        [studio, tool, model] => GenerationRequest::new(studio, model).unwrap().with_tool(tool).unwrap(),
        _ => panic!("{text}"),
    };
    let request = words.fold(request, |request, word| {
        let (name, value) = word.split_once('=').unwrap();
        let value = value.split('|').collect::<Vec<_>>();
        match value[..] {
            [value] => request.with_setting(name, value).unwrap(),
            _ => request.with_setting(name, value).unwrap(),
        }
    });
    match plan.check(&Work::of(&request), request.settings()) {
        Ok(()) => "yes".to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
#[rustfmt::skip]
fn what_is_not_listed_is_not_opened() {
    let book = PlanBook::parse(PLANS).unwrap_or_else(|error| panic!("{error}"));
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let table = [
        ("all",    "music/songs/default resolution=8k",             "yes"),
        ("some",   "image/flux-dev",                                "yes"),
        ("some",   "image/restyle/flux-dev",                        "yes"),
        ("some",   "voice/default",                                 "the plan does not open the studio `voice`: it opens `image`, `video`"),
        ("some",   "Image/flux-dev",                                "the plan does not open the studio `Image`: it opens `image`, `video`"),
        ("some",   "video/sora-2-pro",                              "the plan does not open the model `sora-2-pro`"),
        ("some",   "voice/sora-2-pro resolution=8k",                "the plan does not open the studio `voice`: it opens `image`, `video`"),
        ("some",   "image/flux-dev resolution=2k style=any",        "yes"),
        ("some",   "image/flux-dev resolution=4k",                  "the plan does not open `4k` as `resolution`: it opens `1k`, `2k`"),
        ("some",   "image/flux-dev resolution=720p",                "the plan does not open `720p` as `resolution`: it opens `1k`, `2k`"),
        ("some",   "video/kling-3.0 resolution=720p duration=3",    "yes"),
        ("some",   "video/kling-3.0 resolution=1k",                 "the plan does not open `1k` as `resolution`: it opens `480p`, `720p`"),
        ("some",   "video/kling-3.0 duration=6",                    "yes"),
        ("some",   "video/kling-3.0 duration=6.1",                  "the plan does not open `6.1` as `duration`: it opens 3 to 6"),
        ("some",   "video/kling-3.0 duration=2.9",                  "the plan does not open `2.9` as `duration`: it opens 3 to 6"),
        ("some",   "video/kling-3.0 duration=auto",                 "the plan does not open `auto` as `duration`: it opens 3 to 6"),
        ("some",   "image/flux-dev duration=60",                    "yes"),
        ("some",   "video/kling-3.0 steps=20",                      "yes"),
        ("some",   "video/kling-3.0 steps=21",                      "the plan does not open `21` as `steps`: it opens up to 20"),
        ("some",   "image/flux-dev resolution=1k|2k",               "yes"),
        ("some",   "image/flux-dev resolution=1k|4k",               "the plan does not open `1k|4k` as `resolution`: it opens `1k`, `2k`"),
        ("tools",  "image/restyle/flux-dev",                        "yes"),
        ("tools",  "image/reimagine/flux-dev",                      "the plan does not open the tool `reimagine`: it opens `restyle`, `upscale`"),
        ("tools",  "image/flux-dev",                                "the plan does not open work without a tool: it opens `restyle`, `upscale`"),
        ("models", "image/flux-dev",                                "yes"),
        ("models", "image/flux-max",                                "the plan does not open the model `flux-max`: it opens `flux-dev`, `flux-pro`"),
        ("models", "image/flux-pro",                                "the plan does not open the model `flux-pro`"),
    ];
    let answers = table.map(|(plan, request, expected)| (plan, request, answer(book.plan(plan, now).unwrap(), request), expected));
    let wrong: Vec<_> = answers.into_iter().filter(|(_, _, answer, expected)| answer != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A refusal can be told to a program: the names are there.
#[test]
fn a_refusal_is_data() {
    let book = PlanBook::parse(PLANS).unwrap();
    let some = book.plan("some", "2026-11-25T12:00:00Z".parse().unwrap()).unwrap();
    let request = GenerationRequest::new("video", "kling-3.0").unwrap().with_setting("duration", 9).unwrap();
    let refusal = some.check(&Work::of(&request), request.settings()).unwrap_err();
    assert_eq!(
        serde_json::to_string(&refusal).unwrap(),
        r#"{"setting":{"setting":"duration","value":9,"opened":{"range":{"min":3,"max":6}}}}"#
    );
}
