//! What a page shows of a command is what the command prints.

use studio_credits::ledger::block_on;

use super::{crash_recovery_story, like::is_like, pages};
use crate::{ledger_examples, price_book_example, quote_example};

/// Commands of which what they print is not held to here: those of cargo itself and of the shell print nothing that is
/// shown, and those to the studio over HTTP are held to by its own tests.
const ELSEWHERE: &[&str] = &["cargo add ", "cargo new ", "cargo tree ", "cd ", "curl ", "git clone ", "tar "];

/// Each command that a page shows with what it prints: the lines between it and the next one.
fn shown(page: &str) -> Vec<(String, String)> {
    let blocks = page.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands = blocks.filter(|block| block.starts_with("$ ")).flat_map(|block| {
        let parts = block.strip_prefix("$ ").unwrap_or_default().split("\n$ ");
        parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect::<Vec<_>>()
    });
    commands.map(|(command, output)| (command.to_owned(), output.trim_end().to_owned())).collect()
}

/// What a command prints; `None` without the features that it needs.
fn printed(command: &str) -> Option<String> {
    let (run, args) = command.split_once(" -- ").unwrap_or((command, ""));
    let (features, name) = run.strip_prefix("cargo run ").and_then(|run| run.split_once("--example ")).unwrap();
    let args = || args.split_whitespace().map(str::to_owned);
    let now = || "2026-11-25T12:00:00Z".parse().unwrap();
    Some(match name {
        "quickstart" => block_on(ledger_examples::quickstart::story()).unwrap(),
        "race" => {
            let lines = ledger_examples::race::lines(args()).unwrap();
            let count = if features.contains("sqlite") { 3 } else { 2 };
            (lines.len() >= count).then(|| lines[..count].join("\n"))?
        }
        "crash_recovery" => crash_recovery_story(),
        "quote" => quote_example::quote::answer(args(), now()).unwrap(),
        "price_book" => {
            let (args, mut all): (Vec<_>, _) = (args().collect(), String::new());
            let (out, err, _) = price_book_example::run(&args.iter().map(String::as_str).collect::<Vec<_>>());
            all.extend([out, err]);
            all
        }
        #[cfg(feature = "chrono-tz")]
        "calendar" => block_on(crate::plan_examples::calendar::story()).unwrap(),
        #[cfg(not(feature = "chrono-tz"))]
        "calendar" => return None,
        #[cfg(all(feature = "postgres", feature = "sqlite"))]
        "migrations" => super::migrations::sql(&args().next().unwrap()).unwrap(),
        #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
        "migrations" => return None,
        other => panic!("nothing is known of what `{other}` prints: {command}"),
    })
}

#[test]
fn what_a_page_shows_is_what_is_printed() {
    let mut held = 0;
    for (path, page) in pages() {
        for (command, output) in shown(&page) {
            if ELSEWHERE.iter().any(|begin| command.starts_with(begin)) || output.is_empty() {
                continue;
            }
            let Some(printed) = printed(&command) else { continue };
            let printed = printed.trim_end();
            assert!(is_like(printed, &output), "{path}\n$ {command}\n{printed}\n\nis shown as\n\n{output}");
            held += 1;
        }
    }
    assert!(held >= 12, "{held} commands");
}

#[test]
fn what_is_left_out_is_anything_and_the_rest_is_not() {
    for (shown, is) in
        [("one two three", true), ("one … three", true), ("…three", true), ("one…", true), ("one … two", false)]
    {
        assert_eq!(is_like("one two three", shown), is, "{shown}");
    }
    assert!(!is_like("one two three", "one two"));
    let page = "```text\n$ a b\nc\n\nd\n$ e\n```\n```text\nf\n```\n";
    assert_eq!(shown(page), [("a b".into(), "c\n\nd".into()), ("e".into(), String::new())]);
}
