//! Values that come back otherwise than they were written.

use std::sync::Arc;

use chrono::SubsecRound;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use studio_credits::journal::{Entry, Record, Snapshot};
use studio_credits::store::{Commit, Head};

use super::super::plain::{Flaw, SOUND};
use super::Row;

/// No flaw: every value is written as JSON, with its keys sorted, and read again.
pub(crate) const AS_JSON: Flaw = Flaw { cut: |commit| recoded(commit, |_| None), ..SOUND };

pub(super) const ROWS: &[Row] = &[
    ("it keeps amounts as floats", Flaw { cut: |commit| recoded(commit, as_float), ..SOUND }, &["extreme_amounts"]),
    (
        "it keeps amounts to four places",
        Flaw { cut: |commit| recoded(commit, to_four_places), ..SOUND },
        &["extreme_amounts"],
    ),
    (
        "it keeps instants to the millisecond",
        Flaw { cut: |commit| recoded(commit, to_millisecond), ..SOUND },
        &["every_kind_of_value", "first_commit"],
    ),
    (
        "it has two bytes for a letter of a value",
        Flaw { cut: |commit| recoded(commit, |text| Some(text.replace(|c| c > '\u{ffff}', "?"))), ..SOUND },
        &["every_kind_of_value"],
    ),
    (
        "it takes back slashes from values",
        Flaw { cut: |commit| recoded(commit, |text| Some(text.replace('\\', ""))), ..SOUND },
        &["every_kind_of_value"],
    ),
    ("it sorts lists", Flaw { cut: sorted, ..SOUND }, &["every_kind_of_value"]),
    (
        "it cuts values to 32 KiB",
        Flaw { head: |shelf, _| Ok(shelf.head.clone().map(cut_head)), ..SOUND },
        &["largest_account"],
    ),
    (
        "it cannot read snapshots",
        Flaw {
            head: |shelf, _| Ok(shelf.head.clone().map(|(version, snapshot)| Head::unread(version, snapshot.seq))),
            ..SOUND
        },
        &["first_commit"],
    ),
    (
        "it keeps the mark of a snapshot to the second",
        Flaw {
            cut: |commit| changed(commit, |commit| commit.snapshot = snapshot_to_second(&commit.snapshot).into()),
            ..SOUND
        },
        &["first_commit", "many_clients"],
    ),
    (
        "it keeps the instant of an entry to the second",
        Flaw { cut: |commit| changed(commit, |commit| commit.entries.iter_mut().for_each(entry_to_second)), ..SOUND },
        &["first_commit", "pages_of_entries", "entries_keep_up", "many_clients"],
    ),
    (
        "it keeps the instant of a charge to the second",
        Flaw { cut: |commit| changed(commit, |commit| commit.records.iter_mut().for_each(charge_to_second)), ..SOUND },
        &["first_commit", "loads_of_one_moment"],
    ),
    (
        "it writes 100 entries at most",
        Flaw { cut: |commit| changed(commit, |commit| commit.entries.truncate(100)), ..SOUND },
        &["many_entries_at_once"],
    ),
    (
        "it writes 1,000 records at most",
        Flaw { cut: |commit| changed(commit, |commit| commit.records.truncate(1_000)), ..SOUND },
        &["largest_account"],
    ),
    (
        "it does not write the used-up lots",
        Flaw {
            cut: |commit| changed(commit, |commit| commit.records.retain(|it| !matches!(it, Record::Lot(_)))),
            ..SOUND
        },
        &["every_kind_of_value", "largest_account"],
    ),
];

fn cut_head((version, snapshot): (u64, Arc<Snapshot>)) -> Head {
    let bytes = serde_json::to_string(&*snapshot).unwrap().len();
    if bytes > 32_768 { Head::unread(version, snapshot.seq) } else { Head::new(version, snapshot) }
}

fn changed(commit: &Commit, change: fn(&mut Commit)) -> Commit {
    let mut commit = commit.clone();
    change(&mut commit);
    commit
}

/// A commit, written as JSON in which each text is changed, and read again.
fn recoded(commit: &Commit, change: fn(&str) -> Option<String>) -> Commit {
    rewritten(commit, |value| each_text(value, change))
}

fn sorted(commit: &Commit) -> Commit {
    rewritten(commit, sort_lists)
}

fn rewritten(commit: &Commit, change: impl Fn(&mut Value)) -> Commit {
    fn again<T: Serialize + DeserializeOwned>(value: &T, change: impl Fn(&mut Value)) -> T {
        let mut json = serde_json::to_value(value).unwrap();
        change(&mut json);
        serde_json::from_value(json).unwrap()
    }
    let entries = commit.entries.iter().map(|entry| Arc::new(again(&**entry, &change))).collect();
    let records = commit.records.iter().map(|record| again(record, &change)).collect();
    Commit::new(commit.account.clone(), commit.expected, entries, Arc::new(again(&*commit.snapshot, &change)), records)
}

fn each_text(value: &mut Value, change: fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => *text = change(text).unwrap_or_else(|| text.clone()),
        Value::Array(list) => list.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| each_text(value, change)),
        _ => {}
    }
}

fn sort_lists(value: &mut Value) {
    match value {
        Value::Array(list) => {
            list.iter_mut().for_each(sort_lists);
            list.sort_by_key(ToString::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(sort_lists),
        _ => {}
    }
}

fn snapshot_to_second(snapshot: &Snapshot) -> Snapshot {
    Snapshot { mark: snapshot.mark.trunc_subsecs(0), ..snapshot.clone() }
}

fn entry_to_second(entry: &mut Arc<Entry>) {
    *entry = Arc::new(Entry { at: entry.at.trunc_subsecs(0), ..Entry::clone(entry) });
}

fn charge_to_second(record: &mut Record) {
    if let Record::Charge(charge) = record {
        charge.resolved_at = charge.resolved_at.trunc_subsecs(0);
    }
}

fn as_float(text: &str) -> Option<String> {
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number.to_string())
}

fn to_four_places(text: &str) -> Option<String> {
    let (whole, places) =
        text.split_once('.').filter(|(whole, _)| whole.parse::<i64>().is_ok_and(|whole| whole > 0))?;
    let rest = places.get(..4).unwrap_or(places);
    Some(if rest == "0000" { whole.to_owned() } else { format!("{whole}.{rest}") })
}

fn to_millisecond(text: &str) -> Option<String> {
    text.strip_suffix("457Z").map(|rest| format!("{rest}Z"))
}
