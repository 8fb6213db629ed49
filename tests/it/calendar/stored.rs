//! What is stored of a calendar, and what is refused when it is read again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use studio_credits::plan::{Cycle, CycleWindow, DailyReset, DayWindow, Zone};

fn same<T: Serialize + DeserializeOwned>(text: &str) {
    let value: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}

fn refusal<T: DeserializeOwned>(text: &str) -> String {
    let refusal = serde_json::from_str::<T>(text).err().expect(text).to_string();
    refusal.split(" at line ").next().unwrap().to_owned()
}

#[test]
fn each_is_written_as_it_is_read() {
    same::<Zone>(r#""+05:30""#);
    same::<DailyReset>(r#"{"time":"04:00","zone":"UTC"}"#);
    same::<DayWindow>(
        r#"{"opens_at":"2026-11-24T00:00:00Z","closes_at":"2026-11-25T00:00:00Z","floor":"2026-11-24T04:00:00Z"}"#,
    );
    same::<Cycle>(r#"{"anchor_at":"2026-11-24T12:34:56.789012Z","zone":"-09:00","months":3}"#);
    same::<CycleWindow>(r#"{"ordinal":7,"opens_at":"2026-11-24T00:00:00Z","closes_at":"2026-12-24T00:00:00Z"}"#);
}

#[test]
fn a_zone_is_read_as_its_text_is() {
    assert_eq!(serde_json::from_str::<Zone>(r#""+00:00""#).unwrap(), Zone::UTC);
    assert_eq!(refusal::<Zone>(r#""+15:00""#), "offset `+15:00` is out of range: -12:00 to +14:00 are allowed");
    let flood = serde_json::to_string(&format!("+{}\n", "9".repeat(500))).unwrap();
    assert!(refusal::<Zone>(&flood).len() < 200);
}

#[cfg(feature = "chrono-tz")]
#[test]
fn a_name_is_written_as_it_is_read() {
    same::<Zone>(r#""America/Argentina/Buenos_Aires""#);
    same::<DailyReset>(r#"{"time":"00:00","zone":"Europe/Amsterdam"}"#);
}

#[cfg(not(feature = "chrono-tz"))]
#[test]
fn a_name_needs_the_feature() {
    assert_eq!(
        refusal::<Zone>(r#""Europe/Amsterdam""#),
        "zone `Europe/Amsterdam` needs the feature `chrono-tz`: without it there are `UTC` and offsets such as `+05:30`"
    );
}

#[test]
fn what_no_constructor_makes_is_refused() {
    assert_eq!(
        refusal::<DailyReset>(r#"{"time":"04:00:30","zone":"UTC"}"#),
        "04:00:30 is no time of a daily reset: whole minutes are allowed"
    );
    assert_eq!(
        refusal::<Cycle>(r#"{"anchor_at":"2026-11-24T00:00:00Z","zone":"UTC","months":0}"#),
        "a cycle of 0 months is none: 1 to 255 are allowed"
    );
    assert_eq!(
        refusal::<Cycle>(r#"{"anchor_at":"1969-11-24T00:00:00Z","zone":"UTC","months":1}"#),
        "year 1969 is out of range: 1970 to 9999 are allowed"
    );
}

#[test]
fn a_window_whose_parts_do_not_fit_is_refused() {
    let window = |opens: &str, closes: &str, floor: &str| {
        format!(r#"{{"opens_at":"{opens}Z","closes_at":"{closes}Z","floor":"{floor}Z"}}"#)
    };
    let (today, tonight, tomorrow) = ("2026-11-24T00:00:00", "2026-11-24T20:00:00", "2026-11-25T00:00:00");
    same::<DayWindow>(&window(today, tonight, today));
    same::<DayWindow>(&window(today, tomorrow, tomorrow));
    assert_eq!(
        refusal::<DayWindow>(&window(today, "2026-11-24T19:59:59", today)),
        "no day opens at 2026-11-24T00:00:00Z, closes at 2026-11-24T19:59:59Z and not before 2026-11-24T00:00:00Z"
    );
    for (closes, floor) in [
        (tomorrow, "2026-11-23T23:59:59"),
        (tonight, "2026-11-24T20:00:01"),
        ("2026-11-26T00:00:00", "2026-11-25T00:00:01"),
        ("2026-11-23T00:00:00", today),
    ] {
        assert!(refusal::<DayWindow>(&window(today, closes, floor)).starts_with("no day opens at"), "{closes} {floor}");
    }
    assert_eq!(
        refusal::<DayWindow>(
            r#"{"opens_at":"9999-12-31T00:00:00Z","closes_at":"+10000-01-01T00:00:00Z","floor":"9999-12-31T00:00:00Z"}"#
        ),
        "year 10000 is out of range: 1970 to 9999 are allowed"
    );
}
