//! What the example `sqlite_studio` prints, run after run.

use chrono::TimeDelta;
use studio_credits::ledger::block_on;

use super::files::Folder;
use super::load::now;

#[path = "../../../examples/sqlite_studio.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod sqlite_studio;

#[test]
fn each_run_finds_what_the_one_before_left() {
    let folder = Folder::new();
    let path = folder.file();
    let runs = [
        "job-1   is done, and is charged:                     30 available
job-2   is at work, and the program is gone:         10 available
",
        "job-2   was left by an earlier run, and is charged:  10 available
top-up  is bought, as credits run out:              110 available
job-3   is done, and is charged:                     90 available
job-4   is at work, and the program is gone:         70 available
",
        "job-4   was left by an earlier run, and is charged:  70 available
job-5   is done, and is charged:                     50 available
job-6   is at work, and the program is gone:         30 available
",
    ];
    for (run, at) in runs.iter().zip(0..) {
        let now = now() + TimeDelta::days(at);
        assert_eq!(block_on(sqlite_studio::story(&path, now)).unwrap(), *run);
    }
}
