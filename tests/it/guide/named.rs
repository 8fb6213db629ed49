//! The page on losses names tests that are there.

use std::fs;

/// The tests that a line names: `path.rs` and the name, each in backticks, one after the other.
fn named(line: &str) -> Vec<(&str, &str)> {
    let words: Vec<&str> = line.split('`').collect();
    let is_path = |at: usize| words[at].strip_suffix(".rs").is_some() && words.get(at + 1) == Some(&" ");
    (1..words.len()).step_by(2).filter(|&at| is_path(at)).map(|at| (words[at], words[at + 2])).collect()
}

/// Whether a file has a test of that name, by itself or in a list that a macro makes tests of.
fn has(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_it = |line: &&str| line.contains(&format!("fn {name}("));
    let by_itself = lines.iter().position(is_it).is_some_and(|at| {
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        above.into_iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    });
    let listed = text.split("tables! {\n").skip(1).filter_map(|rest| rest.split('}').next());
    by_itself || listed.flat_map(|list| list.split([',', ' ', '\n'])).any(|word| word == name)
}

#[test]
fn each_row_on_losses_names_tests_that_are_there() {
    let page = fs::read_to_string("src/guide/losses.md").unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| [")).collect();
    assert!(rows.len() >= 38, "{} rows", rows.len());
    let mut faults = Vec::new();
    for row in rows {
        let tests = named(row);
        if tests.is_empty() {
            faults.push(format!("no test: {row}"));
        }
        for (path, name) in tests {
            let text = fs::read_to_string(format!("tests/it/{path}")).unwrap_or_default();
            if !has(&text, name) {
                faults.push(format!("tests/it/{path} has no test `{name}`"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_is_no_test_is_seen() {
    assert_eq!(named("| a `x` | `a/b.rs` `one`; `c.rs` `two` |"), [("a/b.rs", "one"), ("c.rs", "two")]);
    let text = "#[test]\n// why\nfn one() {}\n\nfn two() {}\ntables! {\n    \"folder\":\n    three, four,\n}\n";
    let found = ["one", "two", "three", "four", "five", "folder"].map(|name| has(text, name));
    assert_eq!(found, [true, false, true, true, false, false]);
}
