//! Any formula, in each place of a book where one may stand, beside settings of every kind.
#![no_main]

use std::{fmt::Write, sync::OnceLock};

use libfuzzer_sys::fuzz_target;
use studio_credits::{
    GenerationRequest, RequestError, Value,
    pricing::{CostEngine, NoResultBecause, PriceBook, PriceError},
};
use studio_credits_fuzz::{agree, is_refused, is_told, now};

const BOOK: &str = include_str!("formula.toml");

/// The rule that the formula is put into, and what comes before and after it.
const HEAD: &str = r#"
[[rule]]
studio = "demo"
model = "fuzzed"
settings = ["width", "height", "duration", "steps", "audio", "mode", "source", "stages"]
"#;
const PLACES: [(&str, &str); 7] = [
    ("per.output = ", ""),
    ("per.call = 1\nminimum = 2\ntimes = [{ what = 'factor', by = ", " }]"),
    ("per.second = 2\nplus = [{ what = 'some', per.call = 1, when = ", " }]"),
    ("per.output.graduated = { '<= 2' = 'free', else = ", " }"),
    ("let.named = ", "\nper.output.named = { '<= 5' = 6, else = 8 }"),
    ("let.named = ", "\nper.output.named = { true = 6, else = 8 }"),
    ("let.named = ", "\nper.output.named = { turbo = 6, else = 8 }"),
];

fuzz_target!(|formula: &str| {
    static REQUESTS: OnceLock<Vec<GenerationRequest>> = OnceLock::new();
    let requests = REQUESTS.get_or_init(|| requests().expect("requests"));
    let formula = quoted(formula);
    for (before, after) in PLACES {
        let text = format!("{BOOK}{HEAD}{before}{formula}{after}\n");
        let book = PriceBook::parse_file("fuzzed.toml", &text).expect("only the formula can be wrong");
        let engine = match CostEngine::new(&book) {
            Ok(engine) => engine,
            Err(error) => {
                assert!(!error.faults.is_empty());
                is_told(&error.faults);
                continue;
            }
        };
        let found = book.check();
        is_told(&found);
        assert!(!is_refused(&found), "{found:?}");
        for request in requests {
            agree(&engine, request, now());
            // What the check finds nothing in has a result, unless the count or the digits make it too large.
            let because = match engine.price(request, now()) {
                Err(PriceError::NoResult(none)) => Some(none.because),
                _ => None,
            };
            let undecided = matches!(because, None | Some(NoResultBecause::TooLarge));
            assert!(undecided || !found.is_empty(), "{because:?} for {request:?}");
        }
    }
});

/// As TOML writes a text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => {
                write!(quoted, "\\u{:04X}", u32::from(character)).expect("a text");
            }
            character => quoted.push(character),
        }
    }
    quoted + "\""
}

fn requests() -> Result<Vec<GenerationRequest>, RequestError> {
    let stage = |kind: &str, steps: u32| Value::record([("kind", Value::from(kind)), ("steps", Value::from(steps))]);
    let stages = [stage("diffusion", 20), Value::record([("kind", "adetailer")])].map(|stage| stage.expect("a stage"));
    let request = GenerationRequest::new("demo", "fuzzed")?;
    Ok(vec![
        request.clone(),
        request
            .clone()
            .with_count(3)?
            .with_setting("width", 8_192)?
            .with_setting("duration", "0.5")?
            .with_setting("audio", true)?
            .with_setting("mode", "turbo")?
            .with_setting("stages", stages.to_vec())?
            .with_setting("source", "pro")?
            .with_fact("plan", "pro")?,
        request.with_count(1_000_000)?.with_setting("duration", 60)?.with_setting("steps", 0)?,
    ])
}
