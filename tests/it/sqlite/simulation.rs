//! Many clients, accounts and faults, over files.

use studio_credits::store::SqliteOptions;

use super::files::Folder;
use crate::simulation::runs::play_over;

#[test]
fn every_command_is_done_once_or_not_at_all_over_files() {
    let folder = Folder::new();
    play_over(|| folder.store(&SqliteOptions::default()));
}
