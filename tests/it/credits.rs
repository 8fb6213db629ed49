//! Amounts: their text, their range, their sums.

use proptest::prelude::*;
use rust_decimal::Decimal;
use studio_credits::{Credits, CreditsError};

fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

#[test]
fn text_is_read_and_written_canonically() {
    for (text, canonical) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("73.5", "73.5"),
        ("73.50", "73.5"),
        ("007", "7"),
        ("100", "100"),
        ("0.000000001", "0.000000001"),
        ("-0.000000001", "-0.000000001"),
        ("-12.25", "-12.25"),
        ("999999999999999999.999999999", "999999999999999999.999999999"),
        ("1000000000000000000", "1000000000000000000"),
        ("-1000000000000000000.0", "-1000000000000000000"),
    ] {
        let amount = credits(text);
        assert_eq!(amount.to_string(), canonical, "{text}");
        let json = format!("\"{canonical}\"");
        assert_eq!(serde_json::to_string(&amount).unwrap(), json, "{text}");
        assert_eq!(serde_json::from_str::<Credits>(&json).unwrap(), amount, "{text}");
    }
}

#[test]
fn other_text_is_refused() {
    let not_a_number = [
        "", "-", ".", "1.", ".5", "-.5", "+1", "--1", "1e3", " 1", "1 ", "1,5", "1.2.3", "1_000", "٣", "abc", "NaN",
        "inf", "0x1",
    ];
    for text in not_a_number {
        assert_refused(
            text,
            &format!("`{text}` is not an amount of credits: write a plain decimal such as `73.5` or `-2`"),
        );
    }
    for text in ["0.0000000001", "1.0000000000"] {
        assert_refused(text, &format!("`{text}` has more than nine decimal places"));
    }
    for text in ["1000000000000000000.000000001", "-1000000000000000001", "99999999999999999999999999999999999999999"] {
        assert_refused(
            text,
            &format!("`{text}` is out of range: credits go from -1000000000000000000 to 1000000000000000000"),
        );
    }
}

#[track_caller]
fn assert_refused(text: &str, message: &str) {
    assert_eq!(text.parse::<Credits>().unwrap_err().to_string(), message);
}

#[test]
fn a_message_quotes_no_more_than_sixty_characters_on_one_line() {
    let flood = "é".repeat(1_000_000);
    assert_refused(
        &flood,
        &format!("`{}…` is not an amount of credits: write a plain decimal such as `73.5` or `-2`", "é".repeat(60)),
    );
    assert_refused("1\n2", r"`1\n2` is not an amount of credits: write a plain decimal such as `73.5` or `-2`");
}

#[test]
fn json_is_text_or_an_integer() {
    for (json, amount) in [("7", "7"), ("-7", "-7"), ("\"7.5\"", "7.5"), ("1000000000000000000", "1000000000000000000")]
    {
        assert_eq!(serde_json::from_str::<Credits>(json).unwrap(), credits(amount), "{json}");
    }
    for (json, message) in [
        ("7.5", "invalid type: floating point `7.5`, expected credits as decimal text or as an integer"),
        ("null", "invalid type: null, expected credits as decimal text or as an integer"),
        (
            "18446744073709551615",
            "`18446744073709551615` is out of range: credits go from -1000000000000000000 to 1000000000000000000",
        ),
    ] {
        let refusal = serde_json::from_str::<Credits>(json).unwrap_err().to_string();
        assert!(refusal.starts_with(message), "{json}: {refusal}");
    }
}

#[test]
fn decimals_are_taken_by_value() {
    assert_eq!(Credits::try_from(Decimal::new(1_000_000_000_000, 11)), Ok(credits("10")));
    assert_eq!(Credits::try_from(Decimal::new(1, 10)), Err(CreditsError::TooPrecise { text: "0.0000000001".into() }));
    assert_eq!(
        Credits::try_from(Decimal::MAX),
        Err(CreditsError::OutOfRange { text: "79228162514264337593543950335".into() })
    );
    assert_eq!(Decimal::from(credits("73.500")).to_string(), "73.5");
    assert_eq!(Decimal::from(Credits::MIN).to_string(), "-1000000000000000000");
}

#[test]
fn sums_end_at_the_range() {
    let least = credits("0.000000001");
    assert_eq!(Credits::MAX.checked_add(least), None);
    assert_eq!(Credits::MIN.checked_sub(least), None);
    assert_eq!(Credits::MAX.checked_add(Credits::MIN), Some(Credits::ZERO));
    assert_eq!(Credits::MAX.checked_mul(1), Some(Credits::MAX));
    assert_eq!(Credits::MAX.checked_mul(2), None);
    assert_eq!(Credits::MIN.checked_mul(u64::MAX), None);
    assert_eq!(Credits::checked_sum([]), Some(Credits::ZERO));
    assert_eq!(Credits::checked_sum([Credits::MAX, least]), None);
    assert_eq!(Credits::checked_sum([Credits::MAX, least, Credits::MIN]), Some(least), "in whichever order");
    assert_eq!(Credits::from_whole(i32::MIN), credits("-2147483648"));
}

#[test]
fn signs_and_widths() {
    assert!(Credits::default().is_zero() && !Credits::ZERO.is_negative());
    assert!(credits("-0.1").is_negative() && credits("-0.1") < Credits::ZERO);
    assert_eq!(format!("{:>8}|{:<6}|", credits("-7.5"), credits("12")), "    -7.5|12    |");
    assert_eq!(format!("{:?}", credits("7.50")), "Credits(7.5)");
}

fn any_amount() -> impl Strategy<Value = Credits> {
    let small = (-1_000_000_i64..1_000_000, 0_u32..=9);
    let large = (any::<i64>(), 1_u32..=9);
    prop_oneof![small, large]
        .prop_map(|(digits, places)| Decimal::new(digits, places))
        .prop_map(|decimal| Credits::try_from(decimal).unwrap())
}

proptest! {
    #[test]
    fn text_round_trips(amount in any_amount()) {
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
    }

    #[test]
    fn decimal_round_trips_with_the_same_text(amount in any_amount()) {
        let decimal = Decimal::from(amount);
        prop_assert_eq!(Credits::try_from(decimal), Ok(amount));
        prop_assert_eq!(decimal.to_string(), amount.to_string());
    }

    #[test]
    fn subtraction_undoes_addition(left in any_amount(), right in any_amount()) {
        if let Some(sum) = left.checked_add(right) {
            prop_assert_eq!(sum.checked_sub(right), Some(left));
            prop_assert_eq!(Credits::checked_sum([right, left]), Some(sum));
        }
    }

    #[test]
    fn any_text_is_refused_or_means_the_same_as_a_decimal(text in "-?[0-9]{0,12}(\\.[0-9]{0,11})?") {
        if let Ok(amount) = text.parse::<Credits>() {
            prop_assert_eq!(Decimal::from(amount), Decimal::from_str_exact(&text).unwrap());
        }
    }
}
