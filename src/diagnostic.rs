//! How faults in a text are told: what is wrong, where, and what would be right.

use std::{fmt, ops::Range, sync::Arc};

/// A fault or a doubt, with its place in the text and a way out.
///
/// `Display` prints it for a terminal, with the line it is about:
///
/// ```text
/// error: unknown key `per_secnd`
///   --> prices.toml:14:1
///    |
/// 14 | per_secnd = "10"
///    | ^^^^^^^^^
///    = help: did you mean `per`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether the text can be used all the same.
    pub severity: Severity,
    /// What is wrong, in one lower-case sentence without a full stop.
    pub message: String,
    /// Where; `None` for what was built in code.
    pub place: Option<Place>,
    /// What would be right.
    pub hint: Option<String>,
}

/// Whether a text with this diagnostic can be used.
///
/// Complete on purpose: a third severity would need a new kind of answer from every caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can, but it may not say what was meant.
    Warning,
    /// It cannot.
    Error,
}

/// A place in a text, for people: lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The name that the text was given, such as `prices.toml`.
    pub file: Option<Arc<str>>,
    /// The line, from 1.
    pub line: usize,
    /// The column of the first character, from 1.
    pub column: usize,
    /// How many characters of the line are meant, at least 1.
    pub width: usize,
    /// The line itself, cut at 200 characters.
    pub text: String,
}

/// The longest line of source that is shown, in characters.
const LINE_MAX: usize = 200;
/// Names longer than this are not compared, in bytes.
const NAME_BYTES_MAX: usize = 100;
/// The longest piece of user input that a message quotes, in characters.
const QUOTE_MAX: usize = 60;

impl Diagnostic {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: None, hint: None }
    }

    pub(crate) fn hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.message)?;
        if let Some(place) = &self.place {
            let line = place.line.to_string();
            let margin = " ".repeat(line.len());
            let before = " ".repeat(place.column.saturating_sub(1));
            let mark = "^".repeat(place.width);
            write!(f, "\n{margin}--> {place}\n{margin} |\n{line} | {}", place.text)?;
            write!(f, "\n{margin} | {before}{mark}")?;
            if let Some(hint) = &self.hint {
                write!(f, "\n{margin} = help: {hint}")?;
            }
        } else if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A text under a name, that byte offsets are turned to places in.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    file: Option<Arc<str>>,
    text: Arc<str>,
}

impl Source {
    pub(crate) fn new(file: Option<&str>, text: &str) -> Self {
        Self { file: file.map(Arc::from), text: Arc::from(text) }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn place(&self, bytes: Range<usize>) -> Place {
        let before = self.text.get(..bytes.start).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let line = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = before.get(start..).unwrap_or_default().chars().count();
        let meant = self.text.get(bytes).unwrap_or_default().lines().next().unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: before.bytes().filter(|byte| *byte == b'\n').count().saturating_add(1),
            column: column.saturating_add(1),
            width: meant.chars().count().clamp(1, LINE_MAX),
            text: cut(line, LINE_MAX),
        }
    }
}

/// User input as a message quotes it, in backticks; see [`excerpt`].
pub(crate) fn quoted(input: &str) -> String {
    format!("`{}`", excerpt(input))
}

/// User input as a message quotes it: at most 60 characters, on one line, so that a hostile value cannot flood or forge
/// a log.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    let mut short = String::new();
    for character in text.chars().take(QUOTE_MAX) {
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    if text.chars().nth(QUOTE_MAX).is_some() {
        short.push('…');
    }
    short.into()
}

/// Names as a message lists them, at most eight of them.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(8).map(quoted).collect();
    match names.count() {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}

fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The known name that was probably meant; see [`nearest_few`].
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(wanted, known).into_iter().next()
}

/// At most three known names that were probably meant, the closest first: those in which few letters differ (one, or
/// a third of the wanted name), whatever their case.
pub(crate) fn nearest_few<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let letters = |name: &str| -> Option<Vec<char>> {
        (name.len() <= NAME_BYTES_MAX).then(|| name.chars().flat_map(char::to_lowercase).collect())
    };
    let Some(wanted) = letters(wanted) else { return Vec::new() };
    let limit = wanted.len().div_euclid(3).max(1);
    let near = known.into_iter().filter_map(|name| Some((distance(&wanted, &letters(name)?)?, name)));
    let mut near: Vec<_> = near.filter(|(distance, _)| *distance <= limit).collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters to insert, drop, replace or swap with their neighbour (optimal string
/// alignment), row by row.
fn distance(left: &[char], right: &[char]) -> Option<usize> {
    let mut above_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_before = None;
    for left_letter in left {
        let mut row = vec![last.first()?.saturating_add(1)];
        let mut right_before = None;
        for (column, right_letter) in right.iter().enumerate() {
            let replaced = last.get(column)?.saturating_add((left_letter != right_letter).into());
            let dropped = last.get(column.saturating_add(1))?.saturating_add(1);
            let inserted = row.last()?.saturating_add(1);
            let mut least = replaced.min(dropped).min(inserted);
            if left_before == Some(right_letter) && right_before == Some(left_letter) {
                let swapped = above_last.get(column.checked_sub(1)?)?.saturating_add(1);
                least = least.min(swapped);
            }
            row.push(least);
            right_before = Some(right_letter);
        }
        above_last = std::mem::replace(&mut last, row);
        left_before = Some(left_letter);
    }
    last.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_probably_meant() {
        let known = ["min", "max", "ceil", "graduated", "Resolution", "größe"];
        #[rustfmt::skip]
        let table = [
            ("mim",        Some("min")),
            ("MAX",        Some("max")),
            ("mxa",        Some("max")),
            ("m",          None),
            ("mx",         Some("max")),
            ("cei",        Some("ceil")),
            ("ciel",       Some("ceil")),
            ("gradated",   Some("graduated")),
            ("graadutde",  Some("graduated")),
            ("resolutoin", Some("Resolution")),
            ("grösse",     Some("größe")),
            ("duration",   None),
            ("",           None),
        ];
        for (wanted, expected) in table {
            assert_eq!(nearest(wanted, known.into_iter()), expected, "{wanted}");
        }
    }

    #[test]
    fn long_names_are_not_compared() {
        let long = "x".repeat(101);
        assert_eq!(nearest(&long, [long.as_str()].into_iter()), None);
        assert_eq!(nearest("x", [long.as_str()].into_iter()), None);
    }

    #[test]
    fn a_quoted_text_is_cut_between_characters() {
        let sixty = "ä".repeat(60);
        assert_eq!(&*excerpt(&sixty), sixty);
        assert_eq!(&*excerpt(&format!("{sixty}ö")), format!("{sixty}…"));
    }
}
