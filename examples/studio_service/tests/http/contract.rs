//! One account from its first look to its last, one request a line.

use serde_json::Value;

use crate::client::Client;

/// What is asked, under which key, with which body; the status, and a part of the answer with what it is.
type Row = (&'static str, &'static str, &'static str, u16, &'static str, &'static str);

const FOUR: &str = r#"{"studio": "image", "model": "nano-banana-2", "count": 4}"#;
const FLUX: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4}"#;
const FLUX_AT_MOST_19: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4, "max": 19}"#;
const FLUX_AT_MOST_20: &str = r#"{"studio": "image", "model": "flux-dev", "count": 4, "max": "20"}"#;
const FLOOR: &str = r#"{"studio": "image", "model": "chatgpt-image-2"}"#;
const SHARP: &str = r#"{"studio": "image", "model": "nano-banana-2", "settings": {"resolution": "2k"}, "count": 2}"#;
const VEO: &str = r#"{"studio": "video", "model": "google-veo-3.1"}"#;
const BASIC: &str = r#"{"change": "subscribe", "plan": "basic"}"#;
const STANDARD: &str = r#"{"change": "upgrade", "plan": "standard", "term_months": 12}"#;
const SMALL: &str = r#"{"pack": "small"}"#;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("GET /health", "", "", 200, "", ""),
    ("GET /catalog", "", "", 200, "/book", "imagineart"),
    // Nobody has signed up, and today's credits are there.
    ("GET /credits", "", "", 200, "/available", "50"),
    ("GET /credits", "", "", 200, "/plan/title", "Free"),
    ("GET /credits", "", "", 200, "/next_refill/at", "2026-11-30T00:00:00Z"),
    ("GET /credits", "", "", 200, "/fits/1/times", "2"),
    // A price, and whether it can be paid.
    ("POST /quote", "", FLUX, 200, "/quote/total", "20"),
    ("POST /quote", "", FLUX, 200, "/refusal", "null"),
    ("POST /quote", "q1", FLUX, 200, "/quote/lines/0/amount", "20"),
    ("POST /quote", "", FOUR, 200, "/quote/total", "196"),
    ("POST /quote", "", FOUR, 200, "/refusal/code", "insufficient"),
    ("POST /quote", "", FLUX_AT_MOST_19, 200, "/refusal/code", "over-cap"),
    ("POST /quote", "", VEO, 200, "/refusal/code", "not-entitled"),
    ("POST /quote", "", FLOOR, 200, "/refusal/code", "no-maximum"),
    // Not enough: all the numbers, and what would help.
    ("POST /generations", "g1", FOUR, 402, "/required", "196"),
    ("POST /generations", "g1", FOUR, 402, "/available", "50"),
    ("POST /generations", "g1", FOUR, 402, "/held", "0"),
    ("POST /generations", "g1", FOUR, 402, "/shortfall", "146"),
    ("POST /generations", "g1", FOUR, 402, "/refill/at", "2026-11-30T00:00:00Z"),
    ("POST /generations", "g1", FOUR, 402, "/lifts/plans/0", "basic"),
    ("POST /generations", "g2", VEO, 403, "/lifts/plans/0", "ultimate"),
    ("POST /generations", "g3", FLOOR, 422, "/code", "no-maximum"),
    ("POST /generations", "g4", FLUX_AT_MOST_19, 409, "/code", "over-cap"),
    // The Free plan has one job at once.
    ("POST /generations", "g5", FLUX_AT_MOST_20, 202, "/held", "20"),
    ("GET /generations/g5", "", "", 200, "/state", "held"),
    ("GET /credits", "", "", 200, "/available", "30"),
    ("GET /credits", "", "", 200, "/held", "20"),
    ("GET /credits", "", "", 200, "/recent/0/hold", "g5"),
    ("POST /generations", "g6", FLUX, 429, "/max", "1"),
    // Called off: nothing is charged, however often it is asked for.
    ("POST /generations/g5/cancel", "", "", 200, "/outcome", "cancelled"),
    ("POST /generations/g5/cancel", "", "", 200, "/charged", "0"),
    ("GET /credits", "", "", 200, "/available", "50"),
    ("POST /generations/g9/cancel", "", "", 404, "/code", "unknown-hold"),
    ("GET /generations/g9", "", "", 404, "/code", "not-found"),
    // Packs are for subscribers; a plan lifts what was refused.
    ("POST /top-ups", "t1", SMALL, 422, "/code", "no-top-up"),
    ("POST /plan", "p1", BASIC, 201, "/available", "3050"),
    ("POST /plan", "p1", BASIC, 201, "/available", "3050"),
    ("POST /plan", "p2", BASIC, 409, "/code", "subscription"),
    ("POST /top-ups", "t1", SMALL, 201, "/available", "4050"),
    ("POST /top-ups", "t1", SMALL, 201, "/available", "4050"),
    ("POST /top-ups", "t2", r#"{"pack": "smal"}"#, 422, "/code", "no-top-up"),
    ("POST /generations", "g1", FOUR, 202, "/held", "196"),
    ("POST /generations", "g7", SHARP, 202, "/lines/0/rate", "73.5"),
    ("GET /credits", "", "", 200, "/available", "3707"),
    ("POST /plan", "p3", STANDARD, 201, "/id", "p3"),
    ("GET /credits", "", "", 200, "/plan/name", "standard"),
    ("POST /plan", "p4", r#"{"change": "cancel"}"#, 201, "/id", "p4"),
    ("POST /plan", "p5", r#"{"change": "resume"}"#, 201, "/id", "p5"),
    ("POST /plan", "p6", r#"{"change": "subscribe", "plan": "basik"}"#, 422, "/code", "plan"),
    ("GET /statement", "", "", 200, "/entries/0/fact/opened/unit", "credits"),
    ("GET /nothing", "", "", 404, "/code", "not-found"),
    ("GET /quote", "", "", 405, "/code", "method"),
];

#[tokio::test]
async fn a_studio_answers_line_by_line() {
    let client = Client::slow();
    for (line, key, body, status, pointer, expected) in ROWS {
        let headers: &[_] = if key.is_empty() { &[] } else { &[("idempotency-key", *key)] };
        let reply = client.ask(line, headers, *body).await;
        let told = format!("{line} {key} {body}: {} {}", reply.status, reply.text);
        assert_eq!(reply.status.as_u16(), *status, "{told}");
        assert_eq!(reply.header("cache-control"), "no-store", "{told}");
        if !pointer.is_empty() {
            let answer = reply.json();
            let found = match answer.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}: {told}")) {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(found, *expected, "{told}");
        }
    }
}
