//! The plans of the tests: few, small, and each with something that the others have not.

use std::sync::{Arc, LazyLock};

use studio_credits::plan::PlanBook;

const BOOK: &str = r#"
edition = "first"
unit = "credits"
base = "free"
kinds = ["community"]

[allowance.daily]
kind = "free"
amount = 50
every = "day"
zone = "account"

[top_up.small]
amount = 100
price = "4.99 USD"

[top_up.large]
amount = 300
price = "9.99 USD"
on_sale = "while-subscribed"
expiry_days = 30
studios = ["image"]

[top_up.old]
amount = 10
price = "1 USD"
on_sale = "never"

[reward.welcome]
amount = 30
max = { day = 2, month = 3, ever = 5 }
once_per_referee = false

[reward.referral]
amount = 20
max = { month = 2 }
pending_until = "first-invoice"

[reward.friend]
amount = 10
expiry_days = 20
revocable = false

[[plan]]
name = "free"
until = 2027-02-01T00:00:00Z
allowances = ["daily"]
top_ups = ["small", "large", "old"]
rewards = ["welcome", "friend"]
limits = { holds = 12, credits = { day = 120, month = 900 } }
entitlements.except_models = ["kling"]
notices = { low_balance = 20, expiring_days = 1 }

[[plan]]
name = "free"
edition = "second"
from = 2027-02-01T00:00:00Z
allowances = ["daily"]
top_ups = ["small", "large"]
rewards = ["welcome", "friend"]
limits = { credits = { day = 150 } }

[[plan]]
name = "basic"
allowances = ["daily"]
top_ups = ["small", "large", "old"]
rewards = ["welcome", "referral", "friend"]
at_end = { subscription = "expire", reward = "expire" }
refund = { days = 3, used_max = 40 }
grace_days = 2
notices = { low_balance = 60, expiring_days = 4 }
auto_top_up = { below = 40, amount = 100 }
limits = { seats = 2, outputs = 3, credits = { month = 700 }, member_credits.month = 90 }
studio.video = { holds = 2, credits = { day = 70 } }
[plan.allowance.monthly]
kind = "subscription"
amount = 200
every = "month"
rollover = { cap = 90, months = 1 }

[[plan]]
name = "pro"
top_ups = ["small", "large"]
rewards = ["welcome", "referral"]
at_end = { subscription = "expire", free = "expire", reward = "expire" }
upgrade = "carry-over"
proration = "by-time"
refund = { days = 7, used_max = 100 }
terms = { overage = { debt = 60 }, late_settle = "absorb", life_seconds = 900 }
auto_top_up = { below = 70, amount = 200 }
limits = { seats = 4, member_credits.month = 300 }
studio.image.credits = { day = 400, month = 2000 }
[plan.allowance.daily]
kind = "free"
amount = 80
every = "day"
at = "06:30"
[plan.allowance.monthly]
kind = "subscription"
amount = 500
every = "month"
rollover = { cap = 300, months = 2 }

[[plan]]
name = "max"
top_ups = ["small"]
rewards = ["referral"]
at_end = { subscription = "keep", top-up = "expire", community = "expire" }
grace_days = 1
proration = "by-time"
[plan.allowance.monthly]
kind = "subscription"
amount = 900
every = "month"
late_refund = "renews"
[plan.allowance.video]
kind = "community"
amount = 150
every = "month"
studios = ["video"]
priority = -1
"#;

static PARSED: LazyLock<Arc<PlanBook>> = LazyLock::new(|| Arc::new(PlanBook::parse(BOOK).unwrap()));

pub(crate) fn book() -> Arc<PlanBook> {
    PARSED.clone()
}

#[test]
fn the_plans_of_the_tests_mean_what_they_say() {
    let doubts: Vec<_> = book().check().into_iter().map(|doubt| doubt.message).collect();
    // Which is so on purpose: the day of a user moves from one plan to the other.
    let daily = "allowance `daily` comes anew at `00:00 account` in plan `free`, and at `06:30 UTC` in plan `pro`";
    assert_eq!(doubts, [daily]);
}
