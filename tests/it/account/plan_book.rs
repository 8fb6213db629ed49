//! The plans that accounts are asked under by chance: few, and each with something that the others have not.

use std::sync::{Arc, LazyLock};

use studio_credits::plan::PlanBook;

use super::words;

static BOOK: LazyLock<Arc<PlanBook>> = LazyLock::new(|| words::book("every"));

pub(crate) fn book() -> Arc<PlanBook> {
    BOOK.clone()
}

#[test]
fn the_plans_mean_what_they_say() {
    let doubts: Vec<_> = book().check().into_iter().map(|doubt| doubt.message).collect();
    let daily = "allowance `daily` comes anew at `00:00 account` in plan `free`, and at `06:30 UTC` in plan `pro`";
    assert_eq!(doubts, [daily]);
}
