//! Mistakes planted in the account, each of which some history has to show.

use studio_credits::planted::plant;

use super::properties::extent;
use super::shrink::{Under, history, replay, shrink};

const MISTAKES: &[&str] = &[
    "any-grant-repays",
    "cap-exceeded",
    "charge-back-owes-nothing",
    "debt-limit-for-each-hold",
    "debt-not-repaid",
    "expired-comes-back",
    "expiry-needs-a-sweep",
    "expiry-not-ordered",
    "frozen-goes-on",
    "held-charge-back-forgotten",
    "lapse-needs-a-sweep",
    "late-terms-ignored",
    "newest-debt-first",
    "other-intent-answered",
    "priority-ignored",
    "raw-clock",
    "receipt-ignored",
    "receipt-tells-of-time",
    "reference-forgotten",
    "refund-forwards",
    "refund-not-recorded",
    "refund-revives-expired",
    "released-twice",
    "restriction-ignored",
    "used-up-lot-stale",
];

#[test]
fn each_planted_mistake_is_found() {
    let (cases, length, first) = extent();
    let mut missed = Vec::new();
    for mistake in MISTAKES {
        plant(Some(mistake));
        let found = (first..first + cases).find_map(|seed| {
            let (_, steps, end) = history(seed, length, Under::Nothing);
            end.err().map(|_| (seed, steps))
        });
        match found {
            Some((seed, steps)) => {
                let few = shrink(steps, Under::Nothing);
                let why = replay(&few, Under::Nothing).err().unwrap_or_default();
                let why = why.lines().next().unwrap_or_default();
                println!("{mistake}: {} seeds, {} steps: {why}", seed - first + 1, few.len());
            }
            None => missed.push(*mistake),
        }
        plant(None);
    }
    assert_eq!(missed, [""; 0], "not found in {cases} histories of {length} steps");
}
