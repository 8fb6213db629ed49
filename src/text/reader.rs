//! Reads the values of a TOML text with their places, and collects every fault on the way.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use rust_decimal::Decimal;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
    value::{Datetime, Offset},
};

use super::{Faults, Span, slip::meant};
use crate::{
    diagnostic::{listed, nearest, quoted},
    number::Number,
    value::Value,
};

/// The longest text of a book, in bytes.
const TEXT_MAX: usize = 8 << 20;

/// A key with its value, as it stands in the text.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'t> {
    pub(crate) key: &'t str,
    pub(crate) key_span: Span,
    pub(crate) value: &'t Spanned<DeValue<'t>>,
}

impl Faults {
    /// Parses the text that `start` is in, as far as it is TOML; what is none is a fault, each with its place.
    pub(crate) fn parse<'t>(&mut self, start: Span, text: &'t str) -> Option<Spanned<DeTable<'t>>> {
        if text.len() > TEXT_MAX {
            let size = text.len();
            self.say(start.beside(0..1), format!("the text has {size} bytes; a book has at most {TEXT_MAX}"));
            return None;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let bytes = error.span().unwrap_or_default();
            let (at, end) = (bytes.start, bytes.end.max(bytes.start.saturating_add(1)));
            let hint = error.span().and_then(|_| meant(text, at, end));
            self.add(start.beside(at..end), format!("not TOML: {}", error.message()), hint);
        }
        Some(table)
    }

    /// The entries of a table, in the order written.
    pub(crate) fn entries<'t>(&mut self, entry: &Entry<'t>, holds: &str) -> Vec<Entry<'t>> {
        if let DeValue::Table(table) = entry.value.get_ref() {
            return entries_of(entry.key_span, table);
        }
        let found = entry.value.get_ref().type_str();
        let message = format!("{} must be a table of {holds}, not {}", quoted(entry.key), with_article(found));
        self.say(entry.span(), message);
        Vec::new()
    }

    /// The tables of a list; a table by itself is a fault, since its keys are then taken for names.
    pub(crate) fn tables<'t>(&mut self, entry: &Entry<'t>, form: &str) -> Vec<Entry<'t>> {
        if let DeValue::Array(_) = entry.value.get_ref() {
            return items(entry);
        }
        self.add(
            entry.key_span,
            format!("{} must be a list of tables", quoted(entry.key)),
            Some(format!("write {form}")),
        );
        Vec::new()
    }

    pub(crate) fn text<'t>(&mut self, entry: &Entry<'t>) -> Option<&'t str> {
        if let DeValue::String(text) = entry.value.get_ref() {
            return Some(text);
        }
        self.wrong(entry, "a text in quotes");
        None
    }

    pub(crate) fn flag(&mut self, entry: &Entry<'_>) -> Option<bool> {
        if let DeValue::Boolean(flag) = entry.value.get_ref() {
            return Some(*flag);
        }
        self.wrong(entry, "true or false");
        None
    }

    pub(crate) fn texts(&mut self, entry: &Entry<'_>) -> Vec<Box<str>> {
        let items = items(entry);
        items.iter().filter_map(|item| self.text(item)).map(Into::into).collect()
    }

    /// One of the texts that a key may have.
    pub(crate) fn one_of<T: Copy>(&mut self, entry: &Entry<'_>, texts: &[(&'static str, T)]) -> Option<T> {
        let given = self.text(entry)?;
        let found = texts.iter().find(|(text, _)| *text == given);
        if found.is_none() {
            let known = listed(texts.iter().map(|(text, _)| *text));
            self.say(entry.span(), format!("{} is {}; it may be {known}", quoted(entry.key), quoted(given)));
        }
        found.map(|(_, meaning)| *meaning)
    }

    pub(crate) fn decimal(&mut self, entry: &Entry<'_>) -> Option<Decimal> {
        let text = match entry.value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            bare => number_text(bare),
        };
        let number = text.and_then(|text| Number::parse(text).ok()).and_then(Number::to_decimal);
        if number.is_none() {
            self.wrong(entry, "a number of at most 28 digits");
        }
        number
    }

    /// A whole number, as far as the type holds it.
    pub(crate) fn whole<T: TryFrom<i64>>(&mut self, entry: &Entry<'_>) -> Option<T> {
        let number = self.decimal(entry)?;
        let whole = Some(number).filter(|number| number.fract().is_zero());
        let read = whole.and_then(|whole| i64::try_from(whole).ok()).and_then(|whole| T::try_from(whole).ok());
        if read.is_none() {
            let why = match whole {
                None => "a whole number is expected",
                Some(whole) if whole.is_sign_negative() => "that is too low",
                Some(_) => "that is too high",
            };
            self.say(entry.span(), format!("{} is {number}: {why}", quoted(entry.key)));
        }
        read
    }

    /// What a setting or fact may be set to.
    pub(crate) fn value(&mut self, entry: &Entry<'_>) -> Option<Value> {
        match entry.value.get_ref() {
            DeValue::String(text) => Some(Value::from(text.as_ref())),
            DeValue::Boolean(flag) => Some(Value::from(*flag)),
            DeValue::Integer(_) | DeValue::Float(_) => self.decimal(entry).map(Value::from),
            DeValue::Array(items) => {
                let items = items.iter().filter_map(|value| self.value(&Entry { value, ..*entry }));
                Some(Value::from(items.collect::<Vec<_>>()))
            }
            DeValue::Table(table) => {
                let fields = entries_of(entry.key_span, table);
                let fields = fields.iter().filter_map(|field| Some((field.key, self.value(field)?)));
                let record = Value::record(fields.collect::<Vec<_>>());
                record.map_err(|error| self.say(entry.span(), error.to_string())).ok()
            }
            DeValue::Datetime(_) => {
                self.wrong(entry, "a text, a number, true, false, a list or a table");
                None
            }
        }
    }

    /// A date (its first instant, UTC) or a date and time with an offset.
    pub(crate) fn instant(&mut self, entry: &Entry<'_>) -> Option<DateTime<Utc>> {
        let instant = match entry.value.get_ref() {
            DeValue::Datetime(datetime) => instant(datetime),
            _ => None,
        };
        if instant.is_none() {
            self.wrong(entry, "a date, or a date and time with an offset, such as 2026-11-22T00:00:00Z");
        }
        instant
    }

    pub(crate) fn unknown(&mut self, entry: &Entry<'_>, known: &[&str]) {
        if self.is_full() {
            return;
        }
        let parts = entry.key.split_once('_').filter(|(first, _)| known.contains(first));
        let hint = match (parts, nearest(entry.key, known.iter().copied())) {
            (Some((first, rest)), _) => format!("did you mean `{first}.{rest}`?"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("expected one of {}", known.join(", ")),
        };
        self.add(entry.key_span, format!("unknown key {}", quoted(entry.key)), Some(hint));
    }

    fn wrong(&mut self, entry: &Entry<'_>, expected: &str) {
        let found = with_article(entry.value.get_ref().type_str());
        let message = format!("{} must be {expected}, not {found}", quoted(entry.key));
        self.say(entry.span(), message);
    }
}

impl Entry<'_> {
    /// Where the value stands.
    pub(crate) fn span(&self) -> Span {
        self.key_span.beside(self.value.span())
    }

    /// From where the value begins to where the last of what it holds ends: the tables of TOML end with their headers.
    pub(crate) fn extent(&self) -> Span {
        self.key_span.beside(self.value.span().start..end_of(self.value))
    }
}

fn end_of(value: &Spanned<DeValue<'_>>) -> usize {
    let own = value.span().end;
    match value.get_ref() {
        DeValue::Table(table) => table.values().map(end_of).fold(own, usize::max),
        DeValue::Array(items) => items.iter().map(end_of).fold(own, usize::max),
        _ => own,
    }
}

/// The entries of a table of the text that `within` is in, in the order written.
pub(crate) fn entries_of<'t>(within: Span, table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry { key: key.get_ref(), key_span: within.beside(key.span()), value })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.bytes().map(|bytes| bytes.start));
    entries
}

/// The items of an array; what is no array counts as one item.
pub(crate) fn items<'t>(entry: &Entry<'t>) -> Vec<Entry<'t>> {
    match entry.value.get_ref() {
        DeValue::Array(items) => items.iter().map(|value| Entry { value, ..*entry }).collect(),
        _ => vec![*entry],
    }
}

/// The text of a number as it was written; exact, unlike what a binary float would hold.
pub(crate) fn number_text<'t>(value: &'t DeValue<'_>) -> Option<&'t str> {
    match value {
        DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str()),
        DeValue::Float(float) => Some(float.as_str()),
        _ => None,
    }
    .map(|text| text.strip_prefix('+').unwrap_or(text))
}

fn instant(datetime: &Datetime) -> Option<DateTime<Utc>> {
    let date = datetime.date?;
    let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let Some(time) = datetime.time else {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    };
    let (second, nanosecond) = (time.second.unwrap_or(0), time.nanosecond.unwrap_or(0));
    let time = NaiveTime::from_hms_nano_opt(time.hour.into(), time.minute.into(), second.into(), nanosecond)?;
    let offset = match datetime.offset? {
        Offset::Z => TimeDelta::zero(),
        Offset::Custom { minutes } => TimeDelta::minutes(minutes.into()),
    };
    // What is priced or promised keeps its instant in whole microseconds: none may be divided between two editions.
    Some(date.and_time(time).checked_sub_signed(offset)?.and_utc().trunc_subsecs(6))
}

pub(crate) fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}
