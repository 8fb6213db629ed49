//! A small book of plans: everybody has `free`, which has two editions as `pro` has; all amounts are a few credits, so
//! that days run out, thresholds are crossed, and limits say no.

use std::sync::{Arc, LazyLock};

use studio_credits::plan::{Plan, PlanBook};

/// Editions change one and three days after a simulation begins.
const BOOK: &str = r#"
unit = "credits"
base = "free"

[allowance.daily]
kind = "free"
amount = 6
every = "day"
zone = "account"

[top_up.pack]
amount = 8
price = "4.99 USD"
expiry_days = 20

[top_up.extra]
amount = 5
price = "2.99 USD"
on_sale = "while-subscribed"

[top_up.old]
amount = 30
price = "1 USD"
on_sale = "never"

[reward.friend]
amount = 4
expiry_days = 9
max.month = 3
max.ever = 9
pending_until = "first-invoice"

[reward.post]
amount = 3
max.day = 2

[reward.visit]
amount = 1
expiry_days = 2
max.day = 1
once_per_referee = false
revocable = false

[[plan]]
name = "free"
edition = "1"
until = 2026-11-19T11:00:00Z
allowances = ["daily"]
top_ups = ["pack", "extra"]
rewards = ["friend", "post", "visit"]
limits.holds = 3
limits.outputs = 2
limits.credits.day = 30
notices = { low_balance = 3, expiring_days = 1 }

[[plan]]
name = "free"
edition = "2"
from = 2026-11-19T11:00:00Z
allowance.daily = { kind = "free", amount = 8, every = "day", at = "04:00", zone = "account" }
top_ups = ["pack", "extra", "old"]
rewards = ["friend", "visit"]
entitlements.studios = ["image"]
limits.holds = 4
limits.credits.day = 40
limits.member_credits.month = 30
notices = { low_balance = 4, expiring_days = 1 }

[[plan]]
name = "basic"
edition = "1"
allowances = ["daily"]
allowance.monthly = { kind = "subscription", amount = 20, every = "month", rollover = { cap = 9, months = 2 } }
top_ups = ["pack", "extra"]
rewards = ["friend", "post", "visit"]
limits.seats = 3
limits.holds = 5
limits.member_credits.month = 40
limits.credits = { day = 50, month = 300 }
studio.video = { holds = 2, credits.day = 25 }
terms = { overage = { debt = 6 }, life_seconds = 2400 }
upgrade = "carry-over"
proration = "by-time"
grace_days = 2
auto_top_up = { below = 5, amount = 8 }
notices = { low_balance = 6, expiring_days = 2 }

[[plan]]
name = "pro"
edition = "1"
until = 2026-11-21T11:00:00Z
allowances = ["daily"]
allowance.monthly = { kind = "subscription", amount = 35, every = "month" }
allowance.clips = { kind = "promotional", amount = 9, every = "month", studios = "video", priority = -1 }
top_ups = ["pack", "extra"]
rewards = ["friend", "visit"]
limits.seats = 4
limits.holds = 6
limits.credits.month = 400
terms = { overage = "absorb" }
at_end = { promotional = "expire", reward = "expire" }
refund = { days = 3, used_max = 10 }
grace_days = 0
auto_top_up = { below = 9, amount = 8 }
notices = { low_balance = 10, expiring_days = 3 }

[[plan]]
name = "pro"
edition = "2"
from = 2026-11-21T11:00:00Z
allowance.monthly = { kind = "subscription", amount = 45, every = "month", rollover = { cap = 20, months = 1 } }
allowance.night = { kind = "free", amount = 4, every = "day", at = "22:30" }
top_ups = ["pack", "extra"]
rewards = ["friend"]
limits.holds = 6
limits.credits = { day = 80, month = 400 }
refund = { days = 3, used_max = 10 }
upgrade = "carry-over"
auto_top_up = { below = 9, amount = 8 }
notices = { low_balance = 12, expiring_days = 3 }
"#;

/// The plans that are sold.
pub(crate) fn book() -> &'static Arc<PlanBook> {
    static PLANS: LazyLock<Arc<PlanBook>> = LazyLock::new(|| Arc::new(PlanBook::parse(BOOK).unwrap()));
    &PLANS
}

/// A plan by its place in the book, whether or not it can be had.
pub(crate) fn plan(place: usize) -> &'static Arc<Plan> {
    let plans = book().plans();
    &plans[place % plans.len()]
}
