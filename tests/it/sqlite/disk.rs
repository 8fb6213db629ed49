//! A disk that is full, and one that cannot be written to: a small file system in memory, which only a process with a
//! name space of its own sees. Where none may be made, this is skipped, and says so.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::{env, fs};

use studio_credits::ledger::block_on;
use studio_credits::store::{Committed, Fate, Freshness, LedgerStore, SqliteStore};

use super::batch::gifts;
use super::files::Folder;

/// What the script ends with where it may not mount.
const NOT_HERE: i32 = 77;
const SCRIPT: &str = "mount -t tmpfs -o size=12m tmpfs \"$0\" || exit 77; exec \"$@\"";
/// How much a block of a disk is, in bytes.
const BLOCK: usize = 4_096;

#[test]
fn a_disk_that_is_full_or_read_only_is_told() {
    let (folder, test) = (Folder::new(), env::current_exe().unwrap());
    let mut process = Process::new("unshare");
    process.args(["--map-root-user", "--mount", "sh", "-c", SCRIPT]).arg(folder.path()).arg(test);
    process.args(["sqlite::disk::on_a_small_disk", "--exact", "--nocapture"]).env("SQLITE_DISK", folder.path());
    match process.status() {
        Ok(status) if status.code() != Some(NOT_HERE) && status.code() != Some(1) => assert!(status.success()),
        other => println!("skipped: no file system can be mounted here: {other:?}"),
    }
}

/// What runs in that process; nothing where it was not started for that.
#[test]
fn on_a_small_disk() {
    let Some(disk) = env::var_os("SQLITE_DISK").map(PathBuf::from) else { return };
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

/// Writes a file until the disk has so many blocks left.
fn fill(filler: &Path, left: u64) {
    let mut file = fs::File::create(filler).unwrap();
    while file.write_all(&[0; BLOCK]).is_ok() {}
    let size = file.metadata().unwrap().len();
    file.set_len(size.saturating_sub(left * BLOCK as u64)).unwrap();
}

fn read_only(disk: &Path) {
    let path = disk.join("credits.db");
    let status = Process::new("mount").args(["-o", "remount,ro"]).arg(disk).status().unwrap();
    assert!(status.success());
    let text = format!("the database is read-only: {}", path.display());
    assert_eq!(SqliteStore::open(&path).unwrap_err().to_string(), text);
    assert_eq!(SqliteStore::migrate(&path).unwrap_err().to_string(), text);
}
