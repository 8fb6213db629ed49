//! How long to wait before the next attempt.

use std::time::Duration;

use crate::digest;

/// The longest wait before the second attempt; it doubles with each further one.
const FIRST: u64 = 4_000;
/// The longest wait, in microseconds.
const MOST: u64 = 250_000;

/// A wait of anything up to the longest, so that those who met once do not meet again: told by a name and the
/// attempt, so that the same is tried alike.
pub(super) fn pause(name: &str, attempt: u32) -> Duration {
    let longest = FIRST.saturating_mul(1_u64.checked_shl(attempt).unwrap_or(u64::MAX)).clamp(FIRST, MOST);
    let spread = digest::text(name, &attempt.to_string());
    Duration::from_micros(spread.checked_rem(longest).unwrap_or(longest))
}
