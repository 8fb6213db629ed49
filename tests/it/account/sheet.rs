//! A table of cases in a text file: rows that ask for something, each with what comes of it.
//!
//! A case is a name and the rows below it. A row is what is asked for, and after `->` what comes of it, in that line or
//! in those below it. A row without `->` leads up to the others, and only has to be possible. `REWRITE=1` writes what
//! really comes of each row into the table, for a person to read.

use std::path::{Path, PathBuf};
use std::{env, fs};

const WIDTH: usize = 120;

/// What the rows of one case are asked of.
pub(crate) trait Case: Default {
    /// What comes of a row, a text for each thing; a refusal begins with `refused`, and a fault with `error`.
    fn ask(&mut self, asked: &str) -> Vec<String>;

    /// What holds after any case.
    fn check(&self) {}
}

pub(crate) fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

/// Writes a file when that is asked for, otherwise holds it against what it should be.
#[track_caller]
pub(crate) fn same(path: &Path, found: &str) {
    if env::var_os("REWRITE").is_some() {
        return fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    for (at, (expected, found)) in (1..).zip(expected.lines().zip(found.lines())) {
        assert_eq!(found, expected, "{}:{at}", path.display());
    }
    assert_eq!(found, expected, "{}", path.display());
}

#[track_caller]
pub(crate) fn check<C: Case>(path: &str) {
    let path = data(path);
    let text = fs::read_to_string(&path).unwrap();
    let blocks = text.trim_end().split("\n\n").map(told::<C>);
    same(&path, &blocks.collect::<Vec<_>>().join("\n"));
}

/// The cases of a table: the name of each, and what its rows ask for.
pub(crate) fn cases(path: &str) -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(data(path)).unwrap();
    let blocks = text.trim_end().split("\n\n").map(|block| {
        let (lines, notes): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with(' '));
        (notes.join(" "), Row::all(&lines).iter().map(|row| row.asked.to_owned()).collect::<Vec<_>>())
    });
    blocks.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// One case again, with what really comes of each row.
fn told<C: Case>(block: &str) -> String {
    let (lines, notes): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with(' '));
    let rows = Row::all(&lines);
    let widths = rows.iter().filter(|row| row.tells).map(|row| row.asked.chars().count());
    let width = widths.filter(|width| *width <= 48).max().unwrap_or(0);
    let mut case = C::default();
    let mut told = format!("{}\n", notes.join("\n"));
    for row in &rows {
        told += &row.told(&case.ask(row.asked), width);
    }
    case.check();
    told
}

struct Row<'a> {
    asked: &'a str,
    tells: bool,
}

impl<'a> Row<'a> {
    fn all(lines: &[&'a str]) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for line in lines {
            let (asked, told) = line.split_once("->").map_or((*line, None), |(asked, told)| (asked, Some(told)));
            match rows.last_mut() {
                Some(row) if asked.trim().is_empty() => row.tells = true,
                _ => rows.push(Self { asked: asked.trim(), tells: told.is_some() }),
            }
        }
        rows
    }

    /// In one line if that fits, otherwise a line for each thing.
    fn told(&self, parts: &[String], width: usize) -> String {
        let asked = self.asked;
        if !self.tells {
            let possible = !parts.iter().any(|part| part.starts_with("refused") || part.starts_with("error"));
            assert!(possible, "{asked}: {parts:?}");
            return format!("  {asked}\n");
        }
        let line = format!("  {asked:width$} -> {}", parts.join("; "));
        if line.chars().count() <= WIDTH && !parts.iter().skip(1).any(|part| part.starts_with("  ")) {
            return format!("{line}\n");
        }
        parts.iter().fold(format!("  {asked}\n"), |text, part| format!("{text}      -> {part}\n"))
    }
}
