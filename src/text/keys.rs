//! The text of TOML: keys and their values, on lines of their own or in one.

use std::fmt;

use chrono::{DateTime, NaiveTime, SecondsFormat, Utc};

use crate::value::{Shape, Value};

/// The most digits of a number that stands without quotes: more may not fit a TOML integer.
const BARE_DIGITS_MAX: usize = 18;

/// The keys of a table with their values, as they are written.
#[derive(Default)]
pub(crate) struct Keys(Vec<String>);

impl Keys {
    pub(crate) fn put(&mut self, path: &str, value: impl fmt::Display) {
        self.0.push(format!("{path} = {value}"));
    }

    pub(crate) fn text(&mut self, path: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.put(path, toml_text(text));
        }
    }

    /// One text by itself, several as a list.
    pub(crate) fn texts(&mut self, path: &str, texts: &[Box<str>]) {
        match texts {
            [] => {}
            [text] => self.put(path, toml_text(text)),
            texts => {
                let texts: Vec<_> = texts.iter().map(|text| toml_text(text)).collect();
                self.put(path, Rows::Inline.of(&texts));
            }
        }
    }

    /// A midnight is written as its date.
    pub(crate) fn instant(&mut self, path: &str, instant: Option<DateTime<Utc>>) {
        match instant {
            Some(instant) if instant.time() == NaiveTime::MIN => self.put(path, instant.date_naive()),
            Some(instant) => self.put(path, instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => {}
        }
    }

    pub(crate) fn rows(&mut self, path: &str, rows: Rows, tables: impl Iterator<Item = Keys>) {
        let tables: Vec<_> = tables.map(|table| table.inline()).collect();
        if !tables.is_empty() {
            self.put(path, rows.of(&tables));
        }
    }

    /// The keys of a table that is no section of its own: each with the name of the table before it.
    pub(crate) fn put_under(&mut self, table: &str, keys: Keys) {
        self.0.extend(keys.0.into_iter().map(|line| format!("{table}.{line}")));
    }

    pub(crate) fn lines(&self) -> String {
        self.0.iter().flat_map(|line| [line, "\n"]).collect()
    }

    pub(crate) fn under(&self, header: &str) -> String {
        format!("{header}\n{}", self.lines())
    }

    pub(crate) fn inline(&self) -> String {
        if self.0.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", self.0.join(", ")) }
    }
}

/// How a list of tables is laid out: TOML has no line breaks within an inline table.
#[derive(Clone, Copy)]
pub(crate) enum Rows {
    Lines,
    Inline,
}

impl Rows {
    pub(crate) fn of(self, rows: &[String]) -> String {
        match self {
            Self::Lines => format!("[\n  {},\n]", rows.join(",\n  ")),
            Self::Inline => format!("[{}]", rows.join(", ")),
        }
    }
}

pub(crate) fn value(value: &Value) -> String {
    match value.shape() {
        Shape::Flag(flag) => flag.to_string(),
        Shape::Number(number) => scalar(&number.to_string()),
        Shape::Text(text) => toml_text(text),
        Shape::List(items) => list(items),
        Shape::Record(fields) => record(fields.as_slice()),
    }
}

pub(crate) fn list(values: &[Value]) -> String {
    let values: Vec<_> = values.iter().map(value).collect();
    Rows::Inline.of(&values)
}

pub(crate) fn record(fields: &[(Box<str>, Value)]) -> String {
    let mut keys = Keys::default();
    for (name, field) in fields {
        keys.put(&key(name), value(field));
    }
    keys.inline()
}

/// A number or a formula: bare if it is a whole number that every reader keeps, in quotes otherwise.
pub(crate) fn scalar(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let counted = (1..=BARE_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !digits.starts_with('0');
    if counted && canonical { text.to_owned() } else { toml_text(text) }
}

pub(crate) fn dotted(path: &str, name: &str) -> String {
    format!("{path}.{}", key(name))
}

pub(crate) fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { toml_text(name) }
}

/// The text as a basic string of TOML, on one line.
pub(crate) fn toml_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(control)).chars()),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The text by which a book says something.
pub(crate) fn text_of<T: PartialEq>(texts: &[(&'static str, T)], meaning: &T) -> &'static str {
    texts.iter().find(|(_, known)| known == meaning).map_or("", |(text, _)| text)
}
