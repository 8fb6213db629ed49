//! Values: what text and JSON mean, and what is refused at the door.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::de::value::{Error as PlainError, F64Deserializer, MapDeserializer};
use serde::de::{Deserialize, DeserializeOwned};
use studio_credits::{GenerationRequest, Value, ValueError};

fn list<const N: usize>(items: [Value; N]) -> Value {
    items.into_iter().collect()
}

#[test]
fn text_that_reads_as_a_number_or_a_flag_is_one() {
    for (text, debug) in [
        ("5", "Number(5)"),
        ("0", "Number(0)"),
        ("-2", "Number(-2)"),
        ("4.5", "Number(4.5)"),
        ("18446744073709551616", "Number(18446744073709551616)"),
        ("true", "Flag(true)"),
        ("false", "Flag(false)"),
        ("2k", "Text(\"2k\")"),
        ("", "Text(\"\")"),
        ("-", "Text(\"-\")"),
        ("-0", "Text(\"-0\")"),
        ("4.50", "Text(\"4.50\")"),
        ("05", "Text(\"05\")"),
        ("1e3", "Text(\"1e3\")"),
        ("+5", "Text(\"+5\")"),
        ("5.", "Text(\"5.\")"),
        (".5", "Text(\".5\")"),
        ("1_000", "Text(\"1_000\")"),
        ("True", "Text(\"True\")"),
        ("2026-08-08", "Text(\"2026-08-08\")"),
        // More digits than a number keeps: it stays what it was.
        ("123456789012345678901234567890", "Text(\"123456789012345678901234567890\")"),
    ] {
        assert_eq!(format!("{:?}", Value::from(text)), debug, "{text}");
        assert_eq!(Value::from(text), Value::from(text.to_owned()), "{text}");
        assert_eq!(Value::from(text).to_string(), text, "{text}");
    }
    assert_eq!(Value::from(Decimal::new(4_500, 3)), Value::from("4.5"));
}

#[test]
fn values_are_written_for_people() {
    let stage = Value::record([("steps", Value::from(20)), ("kind", Value::from("upscaler"))]).unwrap();
    assert_eq!(Value::from(vec!["adetailer", "20"]).to_string(), "adetailer|20");
    assert_eq!(list([stage, Value::from(true)]).to_string(), "{kind=upscaler, steps=20}|true");
}

#[test]
fn json_means_what_text_means() {
    for (json, value) in [
        ("5", Value::from(5)),
        ("\"5\"", Value::from(5)),
        ("4.5", Value::from("4.5")),
        ("0.1", Value::from("0.1")),
        ("-0.0", Value::from(0)),
        ("1e3", Value::from(1_000)),
        ("-9223372036854775808", Value::from(i64::MIN)),
        ("18446744073709551615", Value::from(u64::MAX)),
        ("\"true\"", Value::from(true)),
        ("[1, \"a\", []]", list([Value::from(1), Value::from("a"), list([])])),
        ("{\"b\": 1, \"a\": 2}", Value::record([("a", 2), ("b", 1)]).unwrap()),
    ] {
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value, "{json}");
    }
    for (value, json) in [
        (Value::from(i64::MAX), "9223372036854775807"),
        (Value::from(u64::MAX), "\"18446744073709551615\""),
        (Value::from("4.5"), "\"4.5\""),
        (Value::from("4.50"), "\"4.50\""),
        (Value::from("false"), "false"),
        (Value::record([("b", 1), ("a", 2)]).unwrap(), "{\"a\":2,\"b\":1}"),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
    }
}

#[test]
fn a_json_number_handed_over_as_text_is_a_number() {
    // What `serde_json` does once any crate in the build asks for `arbitrary_precision`.
    for (text, value) in [("5", Value::from(5)), ("4.50", Value::from("4.5")), ("2e3", Value::from(2_000))] {
        let number = MapDeserializer::<_, PlainError>::new([("$serde_json::private::Number", text)].into_iter());
        assert_eq!(Value::deserialize(number), Ok(value), "{text}");
    }
}

#[test]
fn hostile_values_are_refused() {
    let many = |items: usize| format!("[{}0]", "0,".repeat(items - 1));
    let fields = |items: usize| {
        let fields: Vec<_> = (0..items).map(|field| format!("\"f{field}\":0")).collect();
        format!("{{{}}}", fields.join(","))
    };
    for (json, message) in [
        ("null", "invalid type: null, expected a number, a text, a flag, a list or a record"),
        ("1e300", &format!("number `1{}…` does not fit: at most 28 digits are kept", "0".repeat(59))),
        ("1e-300", "number `0.0000000000000000000000000000000000000000000000000000000000…` does not fit"),
        ("[[[[[1]]]]]", "lists and records nest too deep: at most 4 levels are allowed"),
        ("[{\"a\":[{\"b\":[]}]}]", "lists and records nest too deep: at most 4 levels are allowed"),
        (&"[".repeat(1_000_000), "lists and records nest too deep: at most 4 levels are allowed"),
        (&many(1_001), "a list or record has too many items: at most 1000 are allowed"),
        (&fields(1_001), "a list or record has too many items: at most 1000 are allowed"),
        (&format!("\"{}\"", "x".repeat(4_097)), "a text of 4097 bytes is too long: at most 4096 are allowed"),
        ("{\"a\":1,\"a\":1}", "name `a` is given twice"),
        ("{\"\":1}", "name is empty: it has 1 to 100 bytes"),
        ("{\"$serde_json::private::Number\":\"inf\"}", "number `inf` does not fit: at most 28 digits are kept"),
        ("{\"$serde_json::private::Number\":\"x\"}", "invalid value: string \"x\", expected a number, a text"),
    ] {
        let refusal = refusal::<Value>(json);
        assert!(refusal.starts_with(message), "{refusal}");
    }
    for json in ["[[[[1]]]]", &many(1_000), &fields(1_000), &format!("\"{}\"", "x".repeat(4_096))] {
        assert!(serde_json::from_str::<Value>(json).is_ok());
    }
    for float in [f64::NAN, f64::INFINITY] {
        let float = F64Deserializer::<PlainError>::new(float);
        assert!(Value::deserialize(float).is_err());
    }
}

/// What is said to JSON that is refused.
#[track_caller]
pub(crate) fn refusal<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
    serde_json::from_str::<T>(json).unwrap_err().to_string()
}

#[test]
fn bounds_hold_for_values_that_are_built_too() {
    let deep = list([list([list([list([])])])]);
    assert!(GenerationRequest::new("image", "flux").unwrap().with_setting("deep", deep.clone()).is_ok());
    assert_eq!(Value::record([("deep", deep.clone())]), Err(ValueError::TooDeep));
    assert_eq!(Value::record([("a", 1), ("a", 2)]), Err(ValueError::NamedTwice { name: "a".into() }));
    assert_eq!(Value::record((0..1_001).map(|field| (field.to_string(), 0))), Err(ValueError::TooManyItems));
    for (name, value, message) in [
        ("deep", list([deep]), "setting `deep`: lists and records nest too deep: at most 4 levels are allowed"),
        (
            "long",
            "x".repeat(4_097).into(),
            "setting `long`: a text of 4097 bytes is too long: at most 4096 are allowed",
        ),
        (
            "many",
            vec![0; 1_001].into(),
            "setting `many`: a list or record has too many items: at most 1000 are allowed",
        ),
        ("", 1.into(), "setting ``: name is empty: it has 1 to 100 bytes"),
    ] {
        assert_eq!(
            GenerationRequest::new("image", "flux").unwrap().with_setting(name, value).unwrap_err().to_string(),
            message
        );
    }
}

pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (any::<i64>(), 0_u32..=28).prop_map(|(digits, places)| Value::from(Decimal::new(digits, places))),
        "-?[0-9]{0,3}(\\.[0-9]{0,3})?".prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|fields| Value::record(fields).unwrap()),
        ]
    })
}

proptest! {
    #[test]
    fn a_text_is_shown_as_it_was_given(text in "[-+0-9._eE]{0,40}|-?[0-9]{1,31}(\\.[0-9]{1,30})?|\\PC{0,20}") {
        prop_assert_eq!(Value::from(text.as_str()).to_string(), text);
    }

    #[test]
    fn a_value_that_is_no_list_or_record_reads_back_from_its_text(digits in any::<i64>(), places in 0_u32..=28) {
        let value = Value::from(Decimal::new(digits, places));
        prop_assert_eq!(Value::from(value.to_string()), value);
    }

    #[test]
    fn a_short_json_float_is_the_number_that_it_shows(digits in -999_999_i64..=999_999, places in 0_u32..=9) {
        let decimal = Decimal::new(digits, places);
        let read: Value = serde_json::from_str(&decimal.to_string()).unwrap();
        prop_assert_eq!(read, Value::from(decimal));
    }
}
