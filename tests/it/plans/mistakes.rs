//! Texts with mistakes: each is told with its place and a way out, and nothing else is.
//!
//! `tests/data/plans/mistakes.txt` has a title, a text, and what is told of it. Unless its title begins with `whole:`, a
//! text stands below a head of two lines, and counts from line 3. `REWRITE=1` writes what is told now.

use std::{env, fs, path::Path};

use studio_credits::diagnostic::{Diagnostic, Severity};
use studio_credits::plan::PlanBook;

const HEAD: &str = "edition = \"2026-11\"\nunit = \"credits\"\n";

struct Mistake<'f> {
    title: &'f str,
    text: &'f str,
    told: &'f str,
}

#[test]
fn each_mistake_is_told_and_nothing_else() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/plans/mistakes.txt");
    let file = fs::read_to_string(&path).unwrap();
    let mistakes = mistakes(&file);
    assert!(mistakes.len() >= 60, "{} mistakes", mistakes.len());
    let found: Vec<String> = mistakes.iter().map(found).collect();
    if env::var_os("REWRITE").is_some() {
        let blocks = mistakes.iter().zip(&found);
        let blocks = blocks.map(|(mistake, found)| format!("## {}\n{}\n--\n{found}\n", mistake.title, mistake.text));
        return fs::write(path, blocks.collect::<Vec<_>>().join("\n")).unwrap();
    }
    for (mistake, found) in mistakes.iter().zip(&found) {
        assert_eq!(found, mistake.told, "{}", mistake.title);
        assert!(!found.is_empty(), "{}: nothing is wrong", mistake.title);
    }
}

/// A text that cannot be used is refused by `parse` with the errors of `check_file`, and with those alone.
#[test]
fn parsing_refuses_what_the_check_calls_an_error() {
    let file = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/plans/mistakes.txt")).unwrap();
    for mistake in mistakes(&file) {
        let text = whole(&mistake);
        let mut errors = PlanBook::check_file("plans.toml", &text);
        errors.retain(|found| found.severity == Severity::Error);
        let refused = PlanBook::parse_file("plans.toml", &text).err().map(|error| error.faults).unwrap_or_default();
        assert_eq!(refused, errors, "{}", mistake.title);
    }
}

fn mistakes(file: &str) -> Vec<Mistake<'_>> {
    let blocks = file.strip_prefix("## ").unwrap().split("\n## ");
    let mistake = |block| -> Option<Mistake<'_>> {
        let (title, block): (_, &str) = str::split_once(block, '\n')?;
        let (text, told) = block.split_once("\n--")?;
        Some(Mistake { title, text, told: told.trim_matches('\n') })
    };
    blocks.map(|block| mistake(block).unwrap_or_else(|| panic!("{block}"))).collect()
}

fn whole(mistake: &Mistake<'_>) -> String {
    let head = if mistake.title.starts_with("whole:") { "" } else { HEAD };
    format!("{head}{}\n", mistake.text)
}

fn found(mistake: &Mistake<'_>) -> String {
    PlanBook::check_file("plans.toml", &whole(mistake)).iter().map(told).collect::<Vec<_>>().join("\n")
}

fn told(found: &Diagnostic) -> String {
    let place = found.place.as_ref().map_or_else(String::new, |place| format!("{}:{} ", place.line, place.column));
    let severity = if found.severity == Severity::Error { "error" } else { "warning" };
    let hint = found.hint.as_ref().map_or_else(String::new, |hint| format!("\n  help: {hint}"));
    format!("{place}{severity}: {}{hint}", found.message)
}
