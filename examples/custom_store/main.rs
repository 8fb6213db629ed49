//! A store of one's own: a folder for each account, and in it a file for each commit, named by its version.
//!
//! `cargo run --example custom_store --features conformance` runs the conformance kit on it. It is a store to begin
//! with: it keeps all that it has read in memory, blocks the thread that polls it, and does not sync files to the disk,
//! so that a commit that was answered for may be gone after a power failure.

mod folder_store;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{error::Error, fs, path::PathBuf, process};

use folder_store::FolderStore;
use studio_credits::store::conformance::{Answer, CASES, Subject};

/// How many folders there are, so that each store has one of its own.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// How the kit gets a store, each in a folder of its own below this one, and opens one again.
struct Folders(PathBuf);

impl Subject for Folders {
    type Store = FolderStore;

    fn fresh(&self) -> FolderStore {
        FolderStore::open(self.0.join(FOLDERS.fetch_add(1, Relaxed).to_string()))
    }

    fn reopen(&self, store: FolderStore) -> Option<FolderStore> {
        Some(FolderStore::open(store.folder))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("studio-credits-{}", process::id()));
    let (mut passed, mut skipped) = (0, 0);
    for case in CASES {
        let answer = case.run(Folders(folder.clone()));
        println!("{:<24}{answer}", case.name);
        passed += usize::from(answer == Answer::Passed);
        skipped += usize::from(matches!(answer, Answer::Skipped(_)));
    }
    fs::remove_dir_all(&folder)?;
    println!("{passed} passed, {skipped} skipped");
    if passed + skipped == CASES.len() { Ok(()) } else { Err("some failed".into()) }
}
