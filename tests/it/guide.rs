//! The guide says the truth: what it shows is what the examples print, and what it names is there.

mod like;
mod named;
mod transcripts;

use std::{env, fs, path::PathBuf, process::Command as Process};

#[path = "../../examples/crash_recovery.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod crash_recovery;
#[cfg(all(feature = "postgres", feature = "sqlite"))]
#[path = "../../examples/migrations.rs"]
#[expect(dead_code, reason = "what `main` does is to print the text")]
mod migrations;

/// The pages of the guide and the README: path and text.
fn pages() -> Vec<(String, String)> {
    let folder = fs::read_dir("src/guide").unwrap().map(|entry| entry.unwrap().path().display().to_string());
    let mut paths: Vec<String> = folder.chain(["README.md".to_owned()]).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Each file is a page, and the table names each page.
#[test]
fn each_page_is_there_and_in_the_table() {
    let module = fs::read_to_string("src/guide.rs").unwrap();
    let mut count = 0;
    for (path, _) in pages().iter().filter(|(path, _)| path != "README.md") {
        let name = path.strip_prefix("src/guide/").and_then(|file| file.strip_suffix(".md")).unwrap();
        let included = format!("#[doc = include_str!(\"guide/{name}.md\")]\npub mod {name} {{}}\n");
        assert!(module.contains(&included), "{path} is no page");
        assert!(module.contains(&format!("//! | [`{name}`] | ")), "{path} is not in the table");
        count += 1;
    }
    assert_eq!(count, module.matches("include_str!").count());
}

/// What the example `crash_recovery` prints; the worker is this binary.
fn crash_recovery_story() -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("guide-crash-{}", std::process::id()));
    let mut worker = Process::new(env::current_exe().unwrap());
    worker.args(["guide::as_a_worker", "--exact", "--nocapture"]).env("GUIDE_WORKER", &folder);
    let story = crash_recovery::story(&folder, worker);
    fs::remove_dir_all(&folder).unwrap();
    story.unwrap()
}

/// No test by itself: the worker of the story, in a process of its own.
#[test]
fn as_a_worker() {
    if let Some(folder) = env::var_os("GUIDE_WORKER") {
        println!();
        crash_recovery::worker(folder.into()).unwrap();
    }
}

#[test]
fn a_worker_that_is_killed_leaves_a_hold_that_lapses() {
    let expected = "\
worker              held 40 for a minute, and works
killed              available  60, held 40
a moment before     available  60, held 40
the deadline        available 100, held  0
settled late        available  60, held  0
and once more       available  60, held  0
";
    assert_eq!(crash_recovery_story(), expected);
}
