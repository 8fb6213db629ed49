//! Which commits are written.

use studio_credits::store::StoreError;

use super::super::plain::{Flaw, SOUND};
use super::{Row, head};

pub(super) const ROWS: &[Row] = &[
    (
        "the last write wins",
        Flaw { fits: |_, _| true, ..SOUND },
        &["stale_version", "opened_once", "late_after_a_fence", "sent_twice"],
    ),
    (
        "it opens accounts that are there",
        Flaw { fits: |head, expected| expected == 0 || head == Some(expected), ..SOUND },
        &["opened_once"],
    ),
    (
        "it writes to accounts that are not there",
        Flaw { fits: |head, expected| head.is_none_or(|head| head == expected), ..SOUND },
        &["version_of_no_account", "numbers_of_versions"],
    ),
    (
        "it takes commits from the future",
        Flaw { fits: |head, expected| head.unwrap_or(0) <= expected, ..SOUND },
        &["future_version"],
    ),
    (
        "it takes a commit that is one behind",
        Flaw { fits: |head, expected| head.unwrap_or(0).abs_diff(expected) <= 1, ..SOUND },
        &["sent_twice", "stale_version", "late_after_a_fence"],
    ),
    (
        "it cuts versions to 32 bits",
        Flaw { fits: |head, expected| head.unwrap_or(0) == expected % (1 << 32), ..SOUND },
        &["numbers_of_versions"],
    ),
    ("it moves the version by two", Flaw { version: |commit| commit.expected + 2, ..SOUND }, &["first_commit"]),
    ("it counts entries as versions", Flaw { version: |commit| commit.snapshot.seq, ..SOUND }, &["empty_commit"]),
    (
        "it skips commits without entries",
        Flaw { version: |commit| commit.expected + u64::from(!commit.entries.is_empty()), ..SOUND },
        &["empty_commit", "empty_commit_opens", "late_after_a_fence"],
    ),
    (
        "it refuses commits without entries",
        Flaw {
            answer: |committed, commit, _| {
                if commit.entries.is_empty() { Err(StoreError::fatal("nothing to insert")) } else { Ok(committed) }
            },
            ..SOUND
        },
        &["empty_commit", "empty_commit_opens"],
    ),
    (
        "it has no head where there are no entries",
        Flaw { head: |shelf, _| Ok(shelf.head.clone().map(head).filter(|head| head.seq > 0)), ..SOUND },
        &["empty_commit_opens"],
    ),
];
