//! Reads what can be earned.

use super::restriction::{is_restriction, restriction};
use super::scalar::{amount, days, good, missing, name, promised};
use crate::plan::count::counted;
use crate::plan::places::Places;
use crate::plan::{ConditionName, Reward};
use crate::text::{Entry, Faults};

const REWARD: [&str; 11] = [
    "amount",
    "expiry_days",
    "studios",
    "tools",
    "models",
    "except_models",
    "priority",
    "once_per_referee",
    "max",
    "pending_until",
    "revocable",
];
pub(super) fn reward(faults: &mut Faults, places: &mut Places, entry: &Entry<'_>) -> Option<Reward> {
    let part = format!("reward {}", entry.key);
    places.note(&part, entry.key_span);
    let entries = faults.entries(entry, "what the reward gives, and how often");
    let (mut given, mut expiry, mut priority, mut condition) = (None, None, None, None::<ConditionName>);
    let (mut once, mut revocable, mut most, mut said) = (None, None, Most::default(), false);
    for entry in &entries {
        match entry.key {
            "amount" => (given, said) = (amount(faults, entry, "the amount"), true),
            "expiry_days" => expiry = days(faults, entry),
            "priority" => priority = faults.whole(entry),
            "once_per_referee" => once = faults.flag(entry),
            "max" => most = Most::of(faults, entry),
            "pending_until" => condition = name(faults, entry),
            "revocable" => revocable = faults.flag(entry),
            key if is_restriction(key) => {}
            _ => faults.unknown(entry, &REWARD),
        }
    }
    let restriction = restriction(faults, places, &part, &entries);
    if !said && entry.value.get_ref().is_table() {
        missing(faults, entry, "reward", "amount", "say how many credits it gives, such as amount = 100");
    }
    let name = good(faults, entry.key_span, entry.key.parse())?;
    let reward = promised(faults, entry.key_span, Reward::new(name, given?))?;
    let reward = expiry.into_iter().fold(reward, Reward::expiring);
    let reward = condition.into_iter().fold(reward, Reward::pending_until);
    let reward = if once == Some(false) { reward.repeatable() } else { reward };
    let reward = if revocable == Some(false) { reward.irrevocable() } else { reward };
    let reward = promised(faults, entry.key_span, most.set(reward.with_priority(priority.unwrap_or(0))))?;
    promised(faults, entry.key_span, reward.with_restriction(restriction))
}

/// How often a reward is given to one account.
#[derive(Default)]
struct Most {
    day: Option<u32>,
    month: Option<u32>,
    ever: Option<u32>,
}

impl Most {
    fn of(faults: &mut Faults, entry: &Entry<'_>) -> Self {
        let mut most = Self::default();
        for entry in faults.entries(entry, "how often a day, a month and ever") {
            let field = match entry.key {
                "day" => &mut most.day,
                "month" => &mut most.month,
                "ever" => &mut most.ever,
                _ => {
                    faults.unknown(&entry, &["day", "month", "ever"]);
                    continue;
                }
            };
            let rewards: Option<u32> = faults.whole(&entry);
            let max = Reward::COUNT_MAX.into();
            *field = rewards
                .filter(|rewards| promised(faults, entry.span(), counted("rewards", (*rewards).into(), max)).is_some());
        }
        most
    }

    fn set(self, mut reward: Reward) -> Result<Reward, crate::plan::PlanError> {
        if let Some(rewards) = self.day {
            reward = reward.with_day_max(rewards)?;
        }
        if let Some(rewards) = self.month {
            reward = reward.with_month_max(rewards)?;
        }
        match self.ever {
            Some(rewards) => reward.with_ever_max(rewards),
            None => Ok(reward),
        }
    }
}
