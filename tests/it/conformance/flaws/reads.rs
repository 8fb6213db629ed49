//! What is found, and what is there after a restart.

use std::sync::Arc;

use studio_credits::journal::{Entry, Record, RecordName};
use studio_credits::store::StoreError;

use super::super::plain::{Flaw, SOUND, Shelf};
use super::Row;

pub(super) const ROWS: &[Row] = &[
    // Records.
    (
        "it writes receipts and references twice",
        Flaw { is_new: |_| false, ..SOUND },
        &["receipt_once", "reference_once", "one_key_one_commit"],
    ),
    (
        "it writes references twice",
        Flaw { is_new: |record| matches!(record, Record::Receipt(_)), ..SOUND },
        &["reference_once"],
    ),
    ("it takes every record for new", Flaw { is_new: |_| true, ..SOUND }, &["record_replaced"]),
    ("it does not replace records", Flaw { replaces: false, ..SOUND }, &["record_replaced"]),
    ("it finds every record", Flaw { asked: |_, shelf| shelf.names.concat(), ..SOUND }, &["records_asked_for"]),
    (
        "it finds every record unless something is asked for",
        Flaw { asked: |names, shelf| if names.is_empty() { shelf.names.concat() } else { names.to_vec() }, ..SOUND },
        &["records_asked_for"],
    ),
    (
        "it finds nothing where one is missing",
        Flaw {
            asked: |names, shelf| {
                if names.iter().all(|name| is_there(shelf, name)) { names.to_vec() } else { Vec::new() }
            },
            ..SOUND
        },
        &["records_asked_for"],
    ),
    (
        "it finds a record whose name is alike where there is none",
        Flaw { asked: |names, shelf| names.iter().map(|name| alike(shelf, name)).collect(), ..SOUND },
        &["names_of_records"],
    ),
    (
        "it finds one twice",
        Flaw { asked: |names, _| names.iter().chain(names.first()).cloned().collect(), ..SOUND },
        &["records_asked_for"],
    ),
    ("it looks up 1,000 at most", Flaw { asked: |names, _| first(names, 1_000), ..SOUND }, &["largest_account"]),
    // Entries.
    (
        "it has full pages only",
        Flaw {
            page: |entries, after, max| {
                (SOUND.page)(entries, after, max).map(|page| if page.len() < max { Vec::new() } else { page })
            },
            ..SOUND
        },
        &["pages_of_entries"],
    ),
    (
        "it begins a page with the entry named",
        Flaw { page: |entries, after, max| (SOUND.page)(entries, after.saturating_sub(1), max), ..SOUND },
        &["pages_of_entries"],
    ),
    (
        "it begins a page one later",
        Flaw { page: |entries, after, max| (SOUND.page)(entries, after.saturating_add(1), max), ..SOUND },
        &["pages_of_entries"],
    ),
    (
        "it has one more on a page",
        Flaw { page: |entries, after, max| (SOUND.page)(entries, after, max.saturating_add(1)), ..SOUND },
        &["pages_of_entries"],
    ),
    (
        "it takes none for all",
        Flaw {
            page: |entries, after, max| (SOUND.page)(entries, after, if max == 0 { usize::MAX } else { max }),
            ..SOUND
        },
        &["pages_of_entries"],
    ),
    (
        "it has the newest first",
        Flaw {
            page: |entries, after, max| (SOUND.page)(entries, after, max).map(|page| page.into_iter().rev().collect()),
            ..SOUND
        },
        &["pages_of_entries", "first_commit"],
    ),
    (
        "it sorts entries as text",
        Flaw {
            page: |entries, after, max| Ok(first(&as_text(&(SOUND.page)(entries, after, usize::MAX)?), max)),
            ..SOUND
        },
        &["pages_of_entries", "many_entries_at_once"],
    ),
    (
        "it takes large numbers for negative ones",
        Flaw {
            page: |entries, after, max| (SOUND.page)(entries, if after.cast_signed() < 0 { 0 } else { after }, max),
            ..SOUND
        },
        &["numbers_of_pages"],
    ),
    (
        "it does not take large numbers",
        Flaw {
            page: |entries, after, max| {
                i64::try_from(after).map_err(StoreError::fatal).and_then(|_| (SOUND.page)(entries, after, max))
            },
            ..SOUND
        },
        &["numbers_of_pages"],
    ),
    (
        "its last entry is not there yet",
        Flaw {
            page: |entries, after, max| (SOUND.page)(entries.split_last().map_or(&[], |(_, rest)| rest), after, max),
            ..SOUND
        },
        &["entries_keep_up", "first_commit"],
    ),
    (
        "it says that an account without entries is an error",
        Flaw {
            page: |entries, after, max| {
                if entries.is_empty() { Err(StoreError::fatal("no rows")) } else { (SOUND.page)(entries, after, max) }
            },
            ..SOUND
        },
        &["empty_account"],
    ),
    (
        "it says that an account without a head is an error",
        Flaw {
            head: |shelf, nth| {
                if shelf.head.is_none() { Err(StoreError::not_written("no rows")) } else { (SOUND.head)(shelf, nth) }
            },
            ..SOUND
        },
        &["empty_account"],
    ),
    // Restarts.
    ("it loses the last commit", Flaw { reopen: lose_last, ..SOUND }, &["kept", "guarded"]),
    ("it loses records", Flaw { reopen: |shelf| shelf.names.clear(), ..SOUND }, &["kept", "guarded"]),
    ("it loses snapshots", Flaw { reopen: |shelf| shelf.head = shelf.before.clone(), ..SOUND }, &["kept"]),
    ("it finds entries in another order", Flaw { reopen: |shelf| shelf.entries.reverse(), ..SOUND }, &["kept"]),
    (
        "it counts versions from 1 again",
        Flaw { reopen: |shelf| shelf.head = shelf.head.take().map(|(_, snapshot)| (1, snapshot)), ..SOUND },
        &["kept", "guarded"],
    ),
];

fn first<T: Clone>(all: &[T], count: usize) -> Vec<T> {
    all.iter().take(count).cloned().collect()
}

/// The name itself if there is a record, and otherwise one that differs in case only.
fn alike(shelf: &Shelf, name: &RecordName) -> RecordName {
    let folded = name.to_string().to_lowercase();
    let mut known = shelf.names.iter().flatten();
    let other = known.find(|known| known.to_string().to_lowercase() == folded);
    other.filter(|_| !is_there(shelf, name)).unwrap_or(name).clone()
}

fn is_there(shelf: &Shelf, name: &RecordName) -> bool {
    shelf.names.iter().flatten().any(|known| known == name)
}

fn as_text(entries: &[Arc<Entry>]) -> Vec<Arc<Entry>> {
    let mut entries = entries.to_vec();
    entries.sort_by_key(|entry| entry.seq.to_string());
    entries
}

fn lose_last(shelf: &mut Shelf) {
    shelf.head = shelf.before.take();
    shelf.entries.truncate(shelf.head.as_ref().map_or(0, |(_, snapshot)| usize::try_from(snapshot.seq).unwrap()));
    shelf.names.pop();
}
