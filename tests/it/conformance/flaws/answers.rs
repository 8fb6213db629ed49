//! What a commit leaves behind, what is answered to it, and what others see and do meanwhile.

use studio_credits::store::{Committed, Freshness, StoreError};

use super::super::plain::{Between, Flaw, SOUND};
use super::{Row, head};

pub(super) const ROWS: &[Row] = &[
    // What a commit leaves, and what is answered to it.
    (
        "it leaves the entries and records of a commit that loses",
        Flaw { lost: |kept, flaw, commit| kept.write_rest(flaw, commit), ..SOUND },
        &["stale_version", "receipt_once", "opened_once"],
    ),
    (
        "it leaves the head of a commit that loses",
        Flaw { lost: |kept, flaw, commit| kept.write_head(flaw, commit), ..SOUND },
        &["stale_version", "receipt_once", "version_of_no_account"],
    ),
    (
        "it opens an account for a commit that loses",
        Flaw {
            lost: |kept, flaw, commit| {
                kept.shelf_mut(flaw, &commit.account).head.get_or_insert((0, commit.snapshot.clone()));
            },
            ..SOUND
        },
        &["version_of_no_account"],
    ),
    (
        "it says conflict of what it has written",
        Flaw { answer: |_, _, _| Ok(Committed::Conflict), ..SOUND },
        &["first_commit"],
    ),
    (
        "it says conflict of some that it has written",
        Flaw {
            answer: |committed, commit, _| Ok(if commit.version() % 7 == 0 { Committed::Conflict } else { committed }),
            ..SOUND
        },
        &["increments_all_count", "many_clients", "accounts_apart"],
    ),
    (
        "it ignores what is there already",
        Flaw { answer: |_, _, _| Ok(Committed::Applied), ..SOUND },
        &["stale_version", "sent_twice", "receipt_once"],
    ),
    (
        "it knows a commit that it has written",
        Flaw {
            answer: |committed, commit, _| Ok(if commit.entries.is_empty() { committed } else { Committed::Applied }),
            ..SOUND
        },
        &["sent_twice"],
    ),
    (
        "it says that a conflict is an error",
        Flaw {
            answer: |committed, _, _| {
                if committed == Committed::Applied {
                    Ok(committed)
                } else {
                    Err(StoreError::not_written("duplicate key"))
                }
            },
            ..SOUND
        },
        &["opened_once", "future_version"],
    ),
    (
        "it loses a connection with each conflict",
        Flaw {
            answer: |committed, _, conflicts| {
                if conflicts > 50 { Err(StoreError::unknown("too many connections")) } else { Ok(committed) }
            },
            ..SOUND
        },
        &["goes_on_after_conflicts"],
    ),
    (
        "it says that nothing was written when the answer is lost",
        Flaw { failures: [StoreError::not_written, StoreError::not_written], ..SOUND },
        &["fates_are_true"],
    ),
    (
        "it says fatal when the answer is lost",
        Flaw { failures: [StoreError::not_written, StoreError::fatal], ..SOUND },
        &["fates_are_true"],
    ),
    (
        "it says that nothing was written of some that are",
        Flaw {
            answer: |committed, commit, _| {
                if commit.version() % 7 == 0 {
                    Err(StoreError::not_written("the answer is late"))
                } else {
                    Ok(committed)
                }
            },
            ..SOUND
        },
        &["increments_all_count", "many_clients"],
    ),
    // What others see and do meanwhile.
    (
        "it checks, and writes later",
        Flaw { between: Between::CheckAndWrite, ..SOUND },
        &["increments_all_count", "one_settles", "many_clients", "one_key_one_commit"],
    ),
    (
        "it writes the head, and the rest later",
        Flaw { between: Between::HeadAndRest, ..SOUND },
        &["commits_dropped", "loads_of_one_moment", "entries_keep_up"],
    ),
    (
        "it writes the head, and the rest with the next commit if it is called off",
        Flaw { between: Between::HeadAndRestLater, ..SOUND },
        &["commits_dropped", "loads_of_one_moment"],
    ),
    (
        "it loads the head, and the records later",
        Flaw { between: Between::HeadAndRecords, ..SOUND },
        &["loads_of_one_moment"],
    ),
    ("it says conflict when it is busy", Flaw { between: Between::CommitAndCommit, ..SOUND }, &["accounts_apart"]),
    (
        "it stays locked after a load that is dropped",
        Flaw { between: Between::LoadAndUnlock, ..SOUND },
        &["loads_dropped"],
    ),
    (
        "it loads from a copy that is behind",
        Flaw {
            head: |shelf, nth| Ok(if nth % 2 == 0 { shelf.before.clone() } else { shelf.head.clone() }.map(head)),
            ..SOUND
        },
        &["freshness_told", "loads_of_the_latest"],
    ),
    ("it does not say that it has the latest", Flaw { freshness: |_| Freshness::Any, ..SOUND }, &["freshness_told"]),
];
