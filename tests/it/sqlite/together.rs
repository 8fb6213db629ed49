//! More than one store on one file.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use studio_credits::store::{SqliteOptions, SqliteStore};

use super::files::Folder;
use super::load::{CLIENTS, clients, give, process, sound};

const EACH: u64 = 25;

fn tell(told: &Mutex<BTreeSet<String>>, key: &str) {
    assert!(told.lock().unwrap().insert(key.to_owned()), "`{key}` is told twice");
}

#[test]
fn two_stores_on_one_file_lose_nothing() {
    let folder = Folder::new();
    let store = folder.store(&SqliteOptions::default());
    let other = SqliteStore::open(store.path()).unwrap();
    give(&store);
    let told = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for (store, name) in [(&store, "one"), (&other, "two")] {
            let told = &told;
            scope.spawn(move || clients(store, name, EACH, |key| tell(told, key)));
        }
    });
    assert_eq!(sound(store.path(), &told.into_inner().unwrap()), 2 * CLIENTS * u32::try_from(EACH).unwrap());
}

#[test]
fn two_processes_on_one_file_lose_nothing() {
    let folder = Folder::new();
    let store = folder.store(&SqliteOptions::default());
    give(&store);
    let (mut process, theirs) = process(store.path(), "two", EACH);
    let told = Mutex::new(BTreeSet::new());
    clients(&store, "one", EACH, |key| tell(&told, key));
    let mut told = told.into_inner().unwrap();
    told.extend(theirs);
    assert!(process.wait().unwrap().success());
    let all = 2 * CLIENTS * u32::try_from(EACH).unwrap();
    assert_eq!(u32::try_from(told.len()).unwrap(), all);
    assert_eq!(sound(store.path(), &told), all);
}
