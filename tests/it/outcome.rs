//! How work ends, and what of it was delivered.

use serde_json::json;
use studio_credits::{Delivery, Outcome};

use crate::value::refusal;

#[test]
fn outcomes_are_words() {
    for (outcome, word) in [
        (Outcome::Delivered, "delivered"),
        (Outcome::Failed, "failed"),
        (Outcome::Blocked, "blocked"),
        (Outcome::Cancelled, "cancelled"),
        (Outcome::Empty, "empty"),
        (Outcome::Unknown, "unknown"),
    ] {
        assert_eq!(outcome.to_string(), word);
        assert_eq!(word.parse(), Ok(outcome));
        assert_eq!(serde_json::to_value(outcome).unwrap(), json!(word));
    }
    assert_eq!(
        "Failed".parse::<Outcome>().unwrap_err().to_string(),
        "`Failed` is no outcome: one of delivered, failed, blocked, cancelled, empty, unknown"
    );
}

#[test]
fn a_delivery_says_how_many_of_those_asked_for() {
    for (delivery, outcome, of_four) in [
        (Delivery::all(), Outcome::Delivered, 4),
        (Delivery::outputs(3), Outcome::Delivered, 3),
        (Delivery::ended(Outcome::Failed), Outcome::Failed, 0),
        (Delivery::ended(Outcome::Cancelled).with_outputs(2), Outcome::Cancelled, 2),
        (Delivery::ended(Outcome::Unknown), Outcome::Unknown, 0),
    ] {
        assert_eq!((delivery.outcome(), delivery.delivered_of(4)), (outcome, of_four), "{delivery:?}");
        let json = serde_json::to_string(&delivery).unwrap();
        assert_eq!(serde_json::from_str::<Delivery>(&json).unwrap(), delivery);
    }
}

#[test]
fn the_stored_form_of_a_delivery() {
    let delivery = Delivery::outputs(3).with_measured("duration", 5).unwrap();
    assert_eq!(delivery.measured("duration"), Some(&5.into()));
    assert_eq!(delivery.measurements().count(), 1);
    assert_eq!(
        serde_json::to_string(&delivery).unwrap(),
        r#"{"outcome":"delivered","outputs":3,"measured":{"duration":5}}"#
    );
    assert_eq!(serde_json::from_str::<Delivery>(r#"{"outcome":"delivered"}"#).unwrap(), Delivery::all());
    for (json, message) in [
        (r#"{"outputs":3}"#, "missing field `outcome`"),
        (r#"{"outcome":"partial"}"#, "unknown variant `partial`"),
        (r#"{"outcome":"failed","why":"x"}"#, "unknown field `why`"),
    ] {
        assert!(refusal::<Delivery>(json).starts_with(message), "{}", refusal::<Delivery>(json));
    }
    assert_eq!(
        Delivery::all().with_measured("", 5).unwrap_err().to_string(),
        "measured ``: name is empty: it has 1 to 100 bytes"
    );
    let refused = (0..65).try_fold(Delivery::all(), |all, index| all.with_measured(&format!("m{index}"), index));
    assert_eq!(refused.unwrap_err().to_string(), "65 measured values are too many: a delivery has at most 64");
}
