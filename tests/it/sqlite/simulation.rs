//! Many clients, accounts and faults, over files.

use studio_credits::store::SqliteOptions;

use super::files::Folder;
use crate::simulation::run::Run;
use crate::simulation::runs::{extent_or, play_all};
use crate::simulation::store::Waited;

#[test]
fn every_command_is_done_once_or_not_at_all_over_files() {
    let (seeds, commands, first) = extent_or(6, 60);
    let folder = Folder::new();
    let run = |seed| Run::new(seed, commands, Waited(folder.store(&SqliteOptions::default())));
    let (_, failed) = play_all((first, seeds), run);
    assert_eq!(failed, None, "the first seed that fails");
}
