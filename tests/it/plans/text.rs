//! Books written out: the canonical text, and that it reads back to an equal book.

use std::{env, fs, path::PathBuf, sync::Arc};

use studio_credits::books::{FreeCredits, imagineart_plans_with};
use studio_credits::plan::{PlanBook, PlanName};

/// Every key of the language, as a person writes it.
pub(super) const PERSON: &str = include_str!("../../data/plans/person.toml");

pub(super) fn person() -> PlanBook {
    PlanBook::parse_file("person.toml", PERSON).unwrap_or_else(|error| panic!("{error}"))
}

/// A file of the data of these tests; `REWRITE=1` writes it.
#[track_caller]
pub(super) fn same_as_file(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/plans").join(name);
    if env::var_os("REWRITE").is_some() {
        fs::write(&path, text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{name}");
}

#[test]
fn the_text_is_canonical() {
    same_as_file("canonical.toml", &person().to_toml());
}

#[test]
fn a_text_reads_back_to_an_equal_book_and_the_same_text() {
    let rules = [FreeCredits::FiftyForAll, FreeCredits::HundredForAll, FreeCredits::HundredWithoutSubscription];
    for book in rules.map(imagineart_plans_with).into_iter().chain([person()]) {
        let text = book.to_toml();
        let read = PlanBook::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read, book);
        assert_eq!(read.to_toml(), text);
    }
}

#[test]
fn a_good_book_has_no_doubts() {
    assert_eq!(PlanBook::check_file("person.toml", PERSON), []);
    assert_eq!(person().check(), []);
    let pages = [
        include_str!("../../../src/guide/calendars.md"),
        include_str!("../../../src/guide/plans.md"),
        include_str!("../../../src/plan/language.md"),
    ];
    let blocks = pages.into_iter().flat_map(|page| page.split("```toml\n").skip(1));
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let plans: Vec<&str> = blocks.filter(|block| block.contains("[[plan]]")).collect();
    assert_eq!(plans.len(), 5);
    for plan in plans {
        assert_eq!(PlanBook::check_file("page", plan), []);
    }
}

/// Names that TOML takes for something else, and texts with every character that needs an escape.
#[test]
fn any_name_and_any_text_is_written_so_that_it_reads_back() {
    let text = r#"
        edition = "a \"b\" \\ 'c'"
        unit = "credits"
        kinds = ["a.b"]
        base = "[[plan]]"

        [[plan]]
        name = "kling-3.0 = {x}"
        title = "tab\there"
        note = "two\nlines, \u0001 and ä"
        allowance."a.b" = { kind = "a.b", amount = 1, every = "month" }
        facts."x y" = "true story"
        facts.number = "5"
        studio."im.age".holds = 1
        studio."im.age".settings."a b" = ["1,5", "1"]
        top_up."5 $" = { amount = "0.000000001", price = "1000000000000000000 US dollars" }
        reward."new\u0020line" = { amount = 1000000000000000000 }

        [[plan]]
        name = "[[plan]]"
    "#;
    let book = PlanBook::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let written = book.to_toml();
    assert_eq!(PlanBook::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}")), book);
}

/// A zone by its name needs the feature that reads it.
#[test]
fn a_zone_may_have_a_name() {
    let text = "edition = '1'\nunit = 'credits'\n[[plan]]\nname = 'a'\n\
                allowance.daily = { kind = 'free', amount = 1, every = 'day', zone = 'Europe/Amsterdam' }\n";
    let read = PlanBook::parse(text);
    if cfg!(feature = "chrono-tz") {
        assert!(read.unwrap().to_toml().contains(r#"zone = "Europe/Amsterdam""#));
    } else {
        assert!(read.unwrap_err().to_string().contains("needs the feature `chrono-tz`"));
    }
}

#[test]
fn the_order_of_parts_plays_no_part() {
    let one = "edition = '1'\nunit = 'credits'\n[[plan]]\nname = 'a'\nfacts = { x = 1, y = 2 }\n";
    let other = "unit = 'credits'\n[[plan]]\nfacts.y = 2\nfacts.x = 1\nedition = '1'\nname = 'a'\n";
    let [one, other] = [one, other].map(|text| PlanBook::parse(text).unwrap());
    assert_eq!(one, other);
    assert_eq!(one.to_toml(), other.to_toml());
}

/// Two plans that mean different things by one name share neither.
#[test]
fn what_two_plans_mean_differently_is_not_shared() {
    let text = r#"edition = "1"
unit = "credits"

[allowance.daily]
kind = "free"
amount = 50
every = "day"

[[plan]]
name = "a"
allowances = ["daily"]

[[plan]]
name = "b"
allowance.daily = { kind = "free", amount = 100, every = "day" }

[[plan]]
name = "c"
allowances = ["daily"]
"#;
    assert_eq!(PlanBook::parse(text).unwrap().to_toml(), text);
}

#[test]
fn a_plan_is_looked_up_by_name_and_instant() {
    let book = person();
    let edition = |at: &str| book.plan("free", at.parse().unwrap()).map(|plan| plan.edition().to_string());
    assert_eq!(edition("2026-10-31T23:59:59Z").unwrap(), "2026-10");
    assert_eq!(edition("2026-11-01T00:00:00Z").unwrap(), "2026-11");
    assert_eq!(
        edition("2025-12-31T23:59:59Z").unwrap_err().to_string(),
        "plan `free` is not in force at 2025-12-31T23:59:59Z"
    );
    let unknown = book.plan("fre", "2026-11-25T12:00:00Z".parse().unwrap()).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no plan `fre`; did you mean `free`?");
    let unknown = book.plan("enterprise", "2026-11-25T12:00:00Z".parse().unwrap()).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no plan `enterprise`");

    let in_force = |at: &str| book.plans_at(at.parse().unwrap()).map(|plan| plan.name().as_str()).collect::<Vec<_>>();
    assert_eq!(in_force("2026-11-25T12:00:00Z"), ["pro", "free"]);
    assert_eq!(in_force("2027-01-01T00:00:00.25Z"), ["free"]);
    let old = book.edition(&"free".parse().unwrap(), &"2026-10".parse().unwrap()).unwrap();
    assert_eq!(old.allowances(), []);
    assert_eq!(book.edition(&"free".parse().unwrap(), &"2026-12".parse().unwrap()), None);
}

#[test]
fn the_base_is_looked_up_by_instant() {
    let book = person();
    let base = |at: &str| book.base_at(at.parse().unwrap()).map(|plan| plan.edition().as_str());
    assert_eq!(book.base().map(PlanName::as_str), Some("free"));
    let table = [
        ("2025-12-31T23:59:59Z", None),
        ("2026-01-01T00:00:00Z", Some("2026-10")),
        ("2026-10-31T23:59:59Z", Some("2026-10")),
        ("2026-11-01T00:00:00Z", Some("2026-11")),
        ("2027-01-01T00:00:01Z", Some("2026-11")),
    ];
    for (at, edition) in table {
        assert_eq!(base(at), edition, "{at}");
    }

    let baseless = PlanBook::parse("edition = '1'\nunit = 'credits'\n[[plan]]\nname = 'free'\n").unwrap();
    assert_eq!((baseless.base(), baseless.base_at("2026-11-25T12:00:00Z".parse().unwrap())), (None, None));
    let based = baseless.clone().with_base("free".parse().unwrap()).unwrap();
    assert_ne!(based, baseless);
    assert_eq!(based.to_toml(), baseless.to_toml().replace("\n\n", "\nbase = \"free\"\n\n"));
}

/// Whoever looked up a plan keeps it, whatever becomes of the book.
#[test]
fn a_plan_outlives_its_book() {
    let book = person();
    let free = Arc::clone(book.base_at("2026-11-25T12:00:00Z".parse().unwrap()).unwrap());
    drop(book);
    assert_eq!(free.edition().as_str(), "2026-11");
}
