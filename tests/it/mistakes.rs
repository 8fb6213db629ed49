//! Good price books with one mistake each: the check finds the mistake, where it is, and nothing else.
//!
//! The first line of a book says what is to be found, the second how the line at fault should read; its number is given
//! where the place that is told is not the line to mend.

use std::{fs, path::Path};

use studio_credits::{
    diagnostic::{Diagnostic, Severity},
    pricing::PriceBook,
};

const MISTAKES: usize = 40;

struct Mistake {
    file: String,
    text: String,
}

#[test]
fn each_mistake_is_found_and_nothing_else() {
    let wrong: Vec<_> = mistakes().iter().filter_map(Mistake::found_otherwise).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn mended_books_are_good() {
    let wrong: Vec<_> = mistakes().iter().filter_map(Mistake::doubtful_when_mended).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn mistakes() -> Vec<Mistake> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mistakes");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let mistakes: Vec<_> = paths
        .iter()
        .map(|path| Mistake {
            file: path.file_name().unwrap().to_str().unwrap().to_owned(),
            text: fs::read_to_string(path).unwrap(),
        })
        .collect();
    for (number, mistake) in (1..).zip(&mistakes) {
        assert!(mistake.file.starts_with(&format!("{number:02}-")), "{} is not number {number}", mistake.file);
    }
    assert_eq!(mistakes.len(), MISTAKES);
    mistakes
}

impl Mistake {
    /// `# expect LINE:COLUMN SEVERITY: MESSAGE`, and ` -- hint` where the hint is part of the help.
    fn expected(&self) -> &str {
        self.line(1).strip_prefix("# expect ").unwrap_or_else(|| panic!("{}: nothing is expected", self.file))
    }

    fn found_otherwise(&self) -> Option<String> {
        let hinted = self.expected().ends_with(" -- hint");
        let found: Vec<_> = self.check(&self.text).iter().map(|found| told(found, hinted)).collect();
        (found != [self.expected()]).then(|| format!("{}: {found:#?}", self.file))
    }

    fn doubtful_when_mended(&self) -> Option<String> {
        let (number, good) = self.mended();
        let lines = (1..).zip(self.text.lines());
        let lines: Vec<_> = lines.map(|(at, line)| if at == number { good } else { line }).collect();
        let text = lines.join("\n") + "\n";
        assert_ne!(text, self.text, "{}: nothing is mended", self.file);
        let found: Vec<_> = self.check(&text).iter().map(|found| told(found, true)).collect();
        (!found.is_empty()).then(|| format!("{}: {found:#?}", self.file))
    }

    /// `# instead of: GOOD LINE`, for the line that is told, or `# instead of LINE: GOOD LINE`.
    fn mended(&self) -> (usize, &str) {
        let mend = self.line(2).strip_prefix("# instead of").and_then(|rest| rest.split_once(": "));
        let (number, good) = mend.unwrap_or_else(|| panic!("{}: no line is mended", self.file));
        let number = if number.is_empty() { self.expected().split(':').next().unwrap() } else { number.trim() };
        (number.parse().unwrap(), good)
    }

    fn check(&self, text: &str) -> Vec<Diagnostic> {
        PriceBook::check_file(&self.file, text)
    }

    fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number - 1).unwrap_or_default()
    }
}

/// A diagnostic as the first line of a book expects it.
fn told(found: &Diagnostic, hinted: bool) -> String {
    let place = found.place.as_ref().map(|place| format!("{}:{}", place.line, place.column));
    let severity = if found.severity == Severity::Error { "error" } else { "warning" };
    let hint = if hinted && found.hint.is_some() { " -- hint" } else { "" };
    format!("{} {severity}: {}{hint}", place.unwrap_or_default(), found.message)
}
