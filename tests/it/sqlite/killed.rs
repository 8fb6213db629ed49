//! A process that writes is killed in mid-load, again and again: what it was told is there, and nothing is there twice.

use std::collections::BTreeSet;
use std::env;

use studio_credits::store::SqliteOptions;

use super::files::Folder;
use super::load::{give, process, sound};
use crate::oracle::chance::Chance;

/// How often a process is killed on one file.
const TIMES: u64 = 10;

#[test]
fn what_a_process_that_is_killed_was_told_is_there() {
    let kills = env::var("FAULTS").map_or(5, |text| text.parse().unwrap());
    let (mut told, mut charges) = (0, 0);
    for first in (0..kills).step_by(usize::try_from(TIMES).unwrap()) {
        let (folder, mut chance) = (Folder::new(), Chance::new(first, 12));
        let store = folder.store(&SqliteOptions::default());
        let path = store.path().to_owned();
        give(&store);
        drop(store);
        let mut keys = BTreeSet::new();
        for kill in first..kills.min(first + TIMES) {
            let (mut process, mut lines) = process(&path, &format!("life-{kill}"), u64::MAX);
            let until = usize::try_from(chance.between(1, 60)).unwrap();
            keys.extend(lines.by_ref().take(until));
            process.kill().unwrap();
            process.wait().unwrap();
            // What it has told until then is still to be read.
            keys.extend(lines);
            charges += sound(&path, &keys);
        }
        told += keys.len();
    }
    println!("{kills} kills, {told} charges told, {charges} looked at: none lost, none doubled");
    assert!(told > 0);
}
