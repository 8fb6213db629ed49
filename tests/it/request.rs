//! Requests: what they carry, how they are stored, and what is refused at the door.

use proptest::prelude::*;
use serde_json::json;
use studio_credits::{GenerationRequest, IdError, RequestError, Tool};

use crate::value::{any_value, refusal};

fn request() -> GenerationRequest {
    GenerationRequest::new("image", "nano-banana-2").unwrap()
}

#[test]
fn a_request_carries_what_it_was_given() {
    let request = request()
        .with_tool("restyle")
        .and_then(|request| request.with_setting("resolution", "1k"))
        .and_then(|request| request.with_setting("duration", 5))
        .and_then(|request| request.with_setting("resolution", "2k"))
        .and_then(|request| request.with_fact("plan", "pro"))
        .and_then(|request| request.with_count(4))
        .unwrap();
    assert_eq!((request.studio().as_str(), request.model().as_str()), ("image", "nano-banana-2"));
    assert_eq!(request.tool().map(Tool::as_str), Some("restyle"));
    assert_eq!(request.count(), 4);
    let settings: Vec<_> = request.settings().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(settings, ["duration=5", "resolution=2k"], "sorted, and the later resolution counts");
    assert_eq!(request.setting("plan"), None, "a fact is no setting");
    assert_eq!(request.fact("plan"), Some(&"pro".into()));
    assert_eq!(request.facts().count(), 1);

    let json = json!({
        "studio": "image", "tool": "restyle", "model": "nano-banana-2", "count": 4,
        "settings": {"duration": 5, "resolution": "2k"}, "facts": {"plan": "pro"},
    });
    assert_eq!(serde_json::to_value(&request).unwrap(), json);
    assert_eq!(serde_json::from_value::<GenerationRequest>(json).unwrap(), request);
}

#[test]
fn the_stored_form_of_a_request() {
    let written = r#"{"studio":"image","model":"nano-banana-2","count":1,"settings":{},"facts":{}}"#;
    assert_eq!(serde_json::to_string(&request()).unwrap(), written);
    for json in [written, r#"{"model":"nano-banana-2","studio":"image"}"#] {
        assert_eq!(serde_json::from_str::<GenerationRequest>(json).unwrap(), request(), "{json}");
    }
}

#[test]
fn hostile_requests_are_refused() {
    let with = |rest: &str| format!(r#"{{"studio":"image","model":"flux"{rest}}}"#);
    let named = |number: usize| {
        let values: Vec<_> = (0..number).map(|index| format!("\"n{index}\":0")).collect();
        values.join(",")
    };
    for (json, message) in [
        ("7", "invalid type: integer `7`, expected a generation request"),
        (r#"{"model":"flux"}"#, "missing field `studio`"),
        (r#"{"studio":"image","model":" "}"#, "model ` ` has white space at an end: none is allowed there"),
        (&with(r#","studio":"video""#), "duplicate field `studio`"),
        (&with(r#","price":"0""#), "unknown field `price`"),
        (&with(r#","tool":"""#), "tool is empty: it has 1 to 100 bytes"),
        (&with(r#","count":0"#), "count is 0: a request asks for 1 to 1000000 outputs"),
        (&with(r#","count":1000001"#), "count is 1000001: a request asks for 1 to 1000000 outputs"),
        (&with(r#","count":-1"#), "invalid value: integer `-1`"),
        (&with(r#","count":1.5"#), "invalid type: floating point `1.5`"),
        (&with(r#","settings":[]"#), "invalid type: sequence, expected values by name"),
        (&with(r#","settings":{"a":null}"#), "invalid type: null, expected a number, a text"),
        (&with(r#","settings":{"a":1,"a":2}"#), "name `a` is given twice"),
        (&with(r#","facts":{" a":1}"#), "name ` a` has white space at an end: none is allowed there"),
        (&with(&format!(r#","settings":{{{}}}"#, named(65))), "65 settings are too many: a request has at most 64"),
        (&with(&format!(r#","facts":{{{}}}"#, named(65))), "65 facts are too many: a request has at most 64"),
        (&with(&format!(r#","facts":{{{}}}"#, named(9_999))), "a list or record has too many items: at most 1000"),
    ] {
        let refusal = refusal::<GenerationRequest>(json);
        assert!(refusal.starts_with(message), "{refusal}");
    }
    let full = with(&format!(r#","settings":{{{0}}},"facts":{{{0}}}"#, named(64)));
    let full: GenerationRequest = serde_json::from_str(&full).unwrap();
    assert!(full.clone().with_setting("n0", 1).is_ok(), "one in place of another");
    let refusal = full.with_setting("one-more", 1).unwrap_err();
    assert_eq!(refusal, RequestError::TooMany { kind: "setting", count: 65 });
}

#[test]
fn a_count_is_one_to_a_million() {
    assert_eq!(request().with_count(GenerationRequest::COUNT_MAX).unwrap().count(), 1_000_000);
    for count in [0, 1_000_001, u64::MAX] {
        assert_eq!(request().with_count(count), Err(RequestError::Count { count }));
    }
    assert_eq!(GenerationRequest::new("image", ""), Err(RequestError::Id(IdError::Empty { kind: "model" })));
}

proptest! {
    #[test]
    fn requests_round_trip(
        values in proptest::collection::vec(("[a-z_]{1,8}", any_value()), 0..8),
        count in 1..=GenerationRequest::COUNT_MAX,
    ) {
        let mut request = request().with_count(count).unwrap();
        for (name, value) in values {
            request = request.with_setting(&name, value.clone()).unwrap().with_fact(&name, value).unwrap();
        }
        let json = serde_json::to_string(&request).unwrap();
        let read: GenerationRequest = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
        prop_assert_eq!(read, request);
    }
}
