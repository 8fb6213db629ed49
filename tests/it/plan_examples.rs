//! What the examples `month`, `team`, `calendar` and `what_if` print.

use studio_credits::ledger::block_on;

#[cfg(feature = "chrono-tz")]
#[path = "../../examples/calendar.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
pub(crate) mod calendar;
#[path = "../../examples/month.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod month;
#[path = "../../examples/team.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod team;
#[path = "../../examples/what_if.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod what_if;

/// Line by line, so that a failure shows the first one that differs.
fn prints(story: &str, expected: &str) {
    for (at, (line, expected)) in story.lines().zip(expected.lines()).enumerate() {
        assert_eq!(line, expected, "line {}", at + 1);
    }
    assert_eq!(story, expected);
}

#[test]
fn an_account_goes_through_a_month_and_adds_up() {
    prints(&block_on(month::story()).unwrap(), include_str!("../data/examples/month.txt"));
}

#[test]
fn a_team_shares_one_pool_within_its_limits() {
    prints(&block_on(team::story()).unwrap(), include_str!("../data/examples/team.txt"));
}

#[cfg(feature = "chrono-tz")]
#[test]
fn what_the_calendar_shows_is_what_is_enforced() {
    prints(&block_on(calendar::story()).unwrap(), include_str!("../data/examples/calendar.txt"));
}

#[test]
fn last_month_is_priced_by_other_prices() {
    prints(&block_on(what_if::story()).unwrap(), include_str!("../data/examples/what_if.txt"));
}
