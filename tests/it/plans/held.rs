//! A book that is about to be published, against what accounts hold.

use studio_credits::plan::{EditionName, PlanBook, PlanName};

use super::text::person;

fn told(book: &PlanBook, held: &[(&str, &str)]) -> String {
    let held = held.iter().map(|(plan, edition)| (PlanName::new(plan).unwrap(), EditionName::new(edition).unwrap()));
    let held: Vec<_> = held.collect();
    let checked = book.check_held(held.iter().map(|(plan, edition)| (plan, edition)));
    checked.map_or_else(|warning| warning.to_string(), |()| "nothing".to_owned())
}

#[test]
#[rustfmt::skip]
fn what_no_renewal_could_name_is_told() {
    let book = person();
    let table: [(&[(&str, &str)], &str); 7] = [
        (&[], "nothing"),
        (&[("pro", "2026-11"), ("free", "2026-10"), ("free", "2026-11")], "nothing"),
        // An edition that is gone was of a plan that is not.
        (&[("pro", "2025-01")], "nothing"),
        (&[("pro", "2026-11"), ("basic", "2026-09")], "plan `basic` (`2026-09`) is held and not in the book"),
        (&[("basic", "2026-09"), ("basic", "2026-09")], "plan `basic` (`2026-09`) is held and not in the book"),
        (&[("Pro", "2026-11"), ("basic", "2026-09"), ("basic", "2026-08")],
            "plans `Pro` (`2026-11`), `basic` (`2026-08`), `basic` (`2026-09`) are held and not in the book"),
        (&[("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"), ("a", "5"), ("a", "6"), ("a", "7"), ("a", "8"), ("a", "9"), ("b", "1")],
            "plans `a` (`1`), `a` (`2`), `a` (`3`), `a` (`4`), `a` (`5`), `a` (`6`), `a` (`7`), `a` (`8`), and 2 more are held and not in the book"),
    ];
    for (held, expected) in table {
        assert_eq!(told(&book, held), expected, "{held:?}");
    }
}

/// The names are there as data, too.
#[test]
fn what_is_held_is_named() {
    let (basic, edition) = (PlanName::new("basic").unwrap(), EditionName::new("2026-09").unwrap());
    let warning = person().check_held([(&basic, &edition)]).unwrap_err();
    assert_eq!(warning.plans, [(basic, edition)]);
}

/// A plan is looked up in all editions of the book, in force or not.
#[test]
fn an_edition_that_is_over_is_one() {
    let text = "edition = '1'\nunit = 'credits'\nuntil = 1971-01-01\n[[plan]]\nname = 'basic'\n";
    assert_eq!(told(&PlanBook::parse(text).unwrap(), &[("basic", "0")]), "nothing");
}
