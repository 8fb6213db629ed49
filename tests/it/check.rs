//! All that is wrong and doubtful in a book is told at once, and nothing of a good one.

mod bad;
mod formulas;
mod prices;
mod rules;
mod sound;
mod together;
mod words;

use studio_credits::{books, diagnostic::Severity, pricing::PriceBook};

const HEAD: &str = "name = \"acme\"\nedition = \"1\"\nunit = \"credits\"\n";

/// What is told of a book that begins with the three lines above: `line:column`, whether it is an error, and a hint.
fn told(rest: &str) -> Vec<String> {
    let found = PriceBook::check_file("", &format!("{HEAD}{rest}"));
    let told = found.iter().map(|found| {
        let place = found.place.as_ref().map(|place| format!("{}:{} ", place.line, place.column)).unwrap_or_default();
        let error = if found.severity == Severity::Error { "error: " } else { "" };
        let hint = found.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place}{error}{}{hint}", found.message)
    });
    told.collect()
}

/// Rows of the rest of a book and all that is told of it.
#[track_caller]
fn tell(rows: &[(&str, &[&str])]) {
    for (rest, expected) in rows {
        assert_eq!(told(rest), *expected, "\n{rest}");
    }
}

#[test]
fn nothing_is_told_of_good_books() {
    let read = |path: std::path::PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    let folder = std::fs::read_dir("tests/data/books").unwrap().map(|entry| entry.unwrap().path());
    let mut good: Vec<(String, String)> = folder.map(read).collect();
    assert_eq!(good.len(), 37);
    good.push(("imagineart".to_owned(), books::imagineart().to_toml()));
    good.push(read("src/books/imagineart.toml".into()));
    let guide = ["outcomes", "price_book"].map(|name| format!("src/guide/{name}.md"));
    for page in ["README.md".to_owned(), "src/pricing/language.md".to_owned()].into_iter().chain(guide) {
        let (_, text) = read(page.clone().into());
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        for block in blocks.filter(|block| !block.contains("[[plan]]")) {
            let head = if block.contains("edition = ") { "" } else { HEAD };
            good.push((page.clone(), format!("{head}{block}")));
        }
    }
    let acme = good.iter().find(|(_, text)| text.starts_with("name = \"acme\"")).unwrap().clone();
    for (file, text) in good {
        let found = PriceBook::check_layers(&file, &text, |_| Some(acme.clone()));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{}\n{text}", found.join("\n"));
    }
}
