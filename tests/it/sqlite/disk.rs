//! A disk that is full, and one that cannot be written to.

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use studio_credits::ledger::block_on;
use studio_credits::store::{Committed, Fate, Freshness, LedgerStore, SqliteStore};

use super::batch::gifts;
use crate::small_disk::{User, fill, here, run};

#[test]
fn a_disk_that_is_full_or_read_only_is_told() {
    run("sqlite::disk::on_a_small_disk", 12, User::Root);
}

/// What runs in that process; nothing where it was not started for that.
#[test]
fn on_a_small_disk() {
    let Some(disk) = here() else { return };
    full(&disk);
    read_only(&disk);
}

/// Leaves so many blocks free, and sends commits until one is refused; with room, it is done.
fn full(disk: &Path) {
    let (path, filler) = (disk.join("credits.db"), disk.join("filler"));
    SqliteStore::migrate(&path).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    let commits = gifts(400);
    let mut waiting = commits.iter();
    let (mut refused, mut unknown) = (0, 0);
    for left in 0..40 {
        fill(&filler, left);
        for commit in waiting.by_ref() {
            let error = match block_on(store.commit(commit)) {
                Ok(committed) => {
                    assert_eq!(committed, Committed::Applied);
                    continue;
                }
                Err(error) => error,
            };
            let text = error.to_string();
            assert!(["database or disk is full", "disk I/O error"].contains(&&*text), "{text}");
            fs::remove_file(&filler).unwrap();
            let again = block_on(store.commit(commit)).unwrap();
            match error.fate() {
                Fate::NotWritten => assert_eq!(again, Committed::Applied),
                fate => assert_eq!(fate, Fate::Unknown),
            }
            refused += 1;
            unknown += usize::from(error.fate() == Fate::Unknown);
            break;
        }
    }
    println!("{refused} refused, of which {unknown} at the end of a transaction");
    // What fails while the log is written could count after a crash, so that nobody may say that it is not written.
    assert!(refused == 40 && unknown > 0, "{refused} refused, {unknown} of unknown fate");
    let sent = commits.len() - waiting.len();
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    for (place, commit) in commits.iter().enumerate() {
        let head = block_on(store.load(&commit.account, &[], Freshness::Latest)).unwrap().head;
        let entries = block_on(store.entries(&commit.account, 0, 9)).unwrap();
        let expected = if place < sent { (Some(1), commit.entries.len()) } else { (None, 0) };
        assert_eq!((head.map(|head| head.version), entries.len()), expected, "{}", commit.account);
    }
}

fn read_only(disk: &Path) {
    let path = disk.join("credits.db");
    let status = Process::new("mount").args(["-o", "remount,ro"]).arg(disk).status().unwrap();
    assert!(status.success());
    let text = format!("the database is read-only: {}", path.display());
    assert_eq!(SqliteStore::open(&path).unwrap_err().to_string(), text);
    assert_eq!(SqliteStore::migrate(&path).unwrap_err().to_string(), text);
}
