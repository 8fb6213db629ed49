//! Two builds on one store, of which one writes a form that the other does not know.

use studio_credits::AccountId;
use studio_credits::ledger::Ledger;

use super::catalogue::{scenarios, unit};
use super::client::{asked, expected, ready, told};
use super::script::{Call, account};
use super::written::{Rows, Written};

const UNKNOWN: &str = "nothing was done: format 2 is not known: this build reads 1";

/// The same as a later build would write it.
fn newer(text: &str) -> String {
    let newer = text.replace("\"format\":1", "\"format\":2");
    assert_ne!(newer, text);
    newer
}

fn called(store: &Written, row: &str) -> Result<super::script::Told, String> {
    told(ready(asked(row).of(&Ledger::new(store, unit()))))
}

fn known() -> (Written, AccountId) {
    let store = Written::default();
    for row in ["grant a 100", "hold h 30", "charge c 10"] {
        called(&store, row).unwrap();
    }
    (store, account("user-7"))
}

#[test]
fn a_snapshot_that_a_later_build_wrote_is_folded_anew() {
    let (store, id) = known();
    let before = store.of(&id);
    store.edit(&id, |rows| rows.snapshot = newer(&rows.snapshot));
    called(&store, "settle h whole").unwrap();
    let (same, _) = known();
    called(&same, "settle h whole").unwrap();
    assert_eq!(store.of(&id), same.of(&id), "the snapshot is written in the form of this build");
    assert_eq!(before.version + 1, store.of(&id).version);
}

/// Plays each scenario by this build and, every other call, by a later one, which leaves its snapshot.
#[test]
fn two_builds_in_turns_answer_alike_whoever_begins() {
    for scenario in scenarios() {
        let expected = expected(&scenario);
        let play = |first: usize| {
            let store = Written::default();
            for (place, (call, expected)) in scenario.calls.iter().zip(&expected.answers).enumerate() {
                let before = store.of(&call.account).version;
                let answer = told(ready(Call::of(call, &Ledger::new(&store, unit()))));
                assert_eq!(&answer, expected, "{}: `{}`", scenario.name, call.text);
                if place % 2 == first && store.of(&call.account).version > before {
                    store.edit(&call.account, |rows| rows.snapshot = newer(&rows.snapshot));
                }
            }
            let ids = expected.kept.keys();
            let rows = ids.map(|id| Rows { snapshot: String::new(), ..store.of(id) });
            rows.collect::<Vec<_>>()
        };
        assert_eq!(play(0), play(1), "{}", scenario.name);
    }
}

#[track_caller]
fn refuses(store: &Written, row: &str, text: &str) {
    let before = store.of(&account("user-7"));
    assert_eq!(called(store, row).unwrap_err(), text, "{row}");
    assert_eq!(store.of(&account("user-7")), before, "{row}: nothing is written");
}

#[test]
fn an_entry_that_a_later_build_wrote_is_in_the_way_only_where_it_has_to_be_read() {
    let (store, id) = known();
    let text = format!("{UNKNOWN} at line 1 column 11");
    store.edit(&id, |rows| {
        let entry = rows.entries.get_mut(&3).unwrap();
        *entry = newer(entry);
    });
    called(&store, "charge d 10").unwrap();
    store.edit(&id, |rows| rows.snapshot = newer(&rows.snapshot));
    for row in ["charge e 10", "balance", "settle h whole", "hold h 30"] {
        refuses(&store, row, &text);
    }
}

#[test]
fn a_record_that_a_later_build_wrote_is_in_the_way_of_what_needs_it() {
    let (store, id) = known();
    for record in ["receipt/h", "charge/c"] {
        store.edit(&id, |rows| {
            let record = rows.records.get_mut(record).unwrap();
            *record = newer(record);
        });
    }
    refuses(&store, "hold h 30", &format!("{UNKNOWN} at line 1 column 22"));
    refuses(&store, "hold h 31", &format!("{UNKNOWN} at line 1 column 22"));
    refuses(&store, "refund c", &format!("{UNKNOWN} at line 1 column 21"));
    called(&store, "settle h whole").unwrap();
    called(&store, "balance").unwrap();
}

#[test]
fn what_is_torn_or_of_an_unknown_kind_is_not_guessed_at() {
    let (store, id) = known();
    store.edit(&id, |rows| rows.snapshot.truncate(rows.snapshot.len() / 2));
    called(&store, "charge d 10").unwrap();
    store.edit(&id, |rows| {
        rows.snapshot.clear();
        let entry = rows.entries.get_mut(&2).unwrap();
        *entry = entry.replace("\"granted\":{\"grant\"", "\"sold\":{\"grant\"");
    });
    let error = called(&store, "charge e 10").unwrap_err();
    assert!(error.starts_with("nothing was done: unknown variant `sold`, expected one of `opened`,"), "{error}");
}
