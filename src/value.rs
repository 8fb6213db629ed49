//! What a setting or a fact is set to, and sorted lists of such, by name.

mod named;
mod read;

use std::{cmp::Ordering, fmt};

use rust_decimal::Decimal;
use serde::ser::{Serialize, Serializer};

pub(crate) use self::named::Named;
use crate::ids::IdError;

const TEXT_BYTES_MAX: usize = 4_096;
const ITEMS_MAX: usize = 1_000;
/// How many lists and records may stand inside one another.
const LEVELS_MAX: u8 = 4;

/// What a setting or a fact is set to: a number, a text, a flag, a list of values, or a record of named values.
///
/// A text that reads as a canonical number (`5`, `4.5`, `-2`; not `4.50`, `05` or `1e3`), as `true` or as `false` *is*
/// that number or flag, so that a command line, a CSV file and JSON all mean the same:
///
/// ```
/// use studio_credits::Value;
///
/// assert_eq!(Value::from("5"), Value::from(5));
/// assert_eq!(Value::from("true"), Value::from(true));
/// assert_ne!(Value::from("05"), Value::from(5));
/// ```
///
/// In JSON and other self-describing formats a whole number that fits `i64` is a number, any other one a text, so that
/// no reader rounds it. A float is read by its shortest decimal text; long decimals are better sent as text.
///
/// A text has at most 4,096 bytes, a list or record at most 1,000 items, and they nest at most four deep. This is
/// checked when a value is read, put into a record, or put into a request.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Value(Shape);

/// The five kinds of value, to be matched on. Numbers are normalised; no text reads as a canonical number or a flag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Flag(bool),
    List(Box<[Value]>),
    Number(Decimal),
    Record(Named),
    Text(Box<str>),
}

impl Value {
    /// Several named values as one, such as one stage of a pipeline.
    ///
    /// ```
    /// use studio_credits::Value;
    ///
    /// let stage = Value::record([("steps", Value::from(20)), ("kind", Value::from("diffusion"))])?;
    /// assert_eq!(stage.to_string(), "{kind=diffusion, steps=20}");
    /// # Ok::<(), studio_credits::ValueError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValueError`] when a name is given twice or cannot be one, or when a bound of [`Value`] is exceeded.
    pub fn record<N, V>(fields: impl IntoIterator<Item = (N, V)>) -> Result<Self, ValueError>
    where
        N: AsRef<str>,
        V: Into<Value>,
    {
        let mut record = Named::default();
        for (name, value) in fields {
            record.add(name.as_ref(), value.into())?;
        }
        let value = Self(Shape::Record(record));
        value.check(LEVELS_MAX)?;
        Ok(value)
    }

    #[inline]
    pub(crate) fn shape(&self) -> &Shape {
        &self.0
    }

    /// How what it reads as stands to a text, in the order of texts; nothing is allocated.
    pub(crate) fn spelt(&self, text: &str) -> Ordering {
        /// What is left of the text, and how what was read so far stands to what came before that.
        struct Rest<'t>(&'t [u8], Ordering);
        impl fmt::Write for Rest<'_> {
            fn write_str(&mut self, part: &str) -> fmt::Result {
                let (before, rest) = self.0.split_at(part.len().min(self.0.len()));
                self.1 = self.1.then_with(|| part.as_bytes().cmp(before));
                self.0 = rest;
                Ok(())
            }
        }
        let mut rest = Rest(text.as_bytes(), Ordering::Equal);
        let read = fmt::write(&mut rest, format_args!("{self}"));
        let left = if rest.0.is_empty() { Ordering::Equal } else { Ordering::Less };
        read.map_or(Ordering::Less, |()| rest.1.then(left))
    }

    /// About how many bytes it takes where it is kept.
    fn bytes(&self) -> usize {
        /// What a flag takes, and a number, and an item beside what is in it.
        const EACH: usize = 8;
        match &self.0 {
            Shape::Flag(_) | Shape::Number(_) => EACH,
            Shape::Text(text) => text.len().saturating_add(EACH),
            Shape::List(items) => items.iter().map(Self::bytes).fold(EACH, usize::saturating_add),
            Shape::Record(fields) => fields.bytes().saturating_add(EACH),
        }
    }

    /// Checks the bounds of a value that may stand inside lists and records `levels` deep.
    fn check(&self, levels: u8) -> Result<(), ValueError> {
        let inner = || levels.checked_sub(1).ok_or(ValueError::TooDeep);
        match &self.0 {
            Shape::Flag(_) | Shape::Number(_) => Ok(()),
            Shape::Text(text) => check_text(text),
            Shape::List(items) => {
                let inner = inner()?;
                check_items(items.len())?;
                items.iter().try_for_each(|item| item.check(inner))
            }
            Shape::Record(fields) => {
                let inner = inner()?;
                check_items(fields.as_slice().len())?;
                fields.as_slice().iter().try_for_each(|(_, field)| field.check(inner))
            }
        }
    }
}

fn check_text(text: &str) -> Result<(), ValueError> {
    let bytes = text.len();
    if bytes > TEXT_BYTES_MAX { Err(ValueError::TextTooLong { bytes }) } else { Ok(()) }
}

fn check_items(items: usize) -> Result<(), ValueError> {
    if items > ITEMS_MAX { Err(ValueError::TooManyItems) } else { Ok(()) }
}

/// Why something cannot be a value, or cannot stand under a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The name of a value is not one.
    #[error(transparent)]
    Name(#[from] IdError),
    /// A name is given twice.
    #[error("name `{name}` is given twice")]
    NamedTwice {
        /// The name.
        name: Box<str>,
    },
    /// A number is too large or too precise to be kept exactly.
    #[error("number `{text}` does not fit: at most 28 digits are kept")]
    NumberOutOfRange {
        /// At most 60 characters of its decimal text.
        text: Box<str>,
    },
    /// A text is longer than 4,096 bytes.
    #[error("a text of {bytes} bytes is too long: at most {TEXT_BYTES_MAX} are allowed")]
    TextTooLong {
        /// Its length.
        bytes: usize,
    },
    /// Lists and records stand more than four deep in one another.
    #[error("lists and records nest too deep: at most {LEVELS_MAX} levels are allowed")]
    TooDeep,
    /// A list or a record has more than 1,000 items.
    #[error("a list or record has too many items: at most {ITEMS_MAX} are allowed")]
    TooManyItems,
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self(Shape::Flag(flag))
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self(Shape::Number(number.normalize()))
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self(Shape::Number(number.into()))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self(Shape::Number(number.into()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self(Shape::Number(number.into()))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self(Shape::Number(number.into()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        scalar(text).unwrap_or_else(|| Self(Shape::Text(text.into())))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        scalar(&text).unwrap_or_else(|| Self(Shape::Text(text.into())))
    }
}

/// The flag or the number whose canonical text this is.
fn scalar(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::from(true)),
        "false" => Some(Value::from(false)),
        // Parsing anything else, such as `2k`, would make an error only to drop it.
        _ if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) => {
            let number = Decimal::from_str_exact(text).ok()?.normalize();
            (number.to_string() == text).then(|| Value::from(number))
        }
        _ => None,
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(items: Vec<V>) -> Self {
        items.into_iter().collect()
    }
}

/// A list, in the order given.
impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self(Shape::List(items.into_iter().map(Into::into).collect()))
    }
}

/// Number, text and flag as they are read; a list as `a|b`; a record as `{k=v, k=v}`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Flag(flag) => flag.fmt(f),
            Shape::Number(number) => number.fmt(f),
            Shape::Text(text) => f.pad(text),
            Shape::List(items) => separated(f, "|", items, |f, item| write!(f, "{item}")),
            Shape::Record(fields) => {
                f.write_str("{")?;
                separated(f, ", ", fields.as_slice(), |f, (name, value)| write!(f, "{name}={value}"))?;
                f.write_str("}")
            }
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    separator: &str,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}

/// The kind and what it holds, as in `Number(5)`.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Shape::Flag(flag) => serializer.serialize_bool(*flag),
            Shape::List(items) => items.serialize(serializer),
            Shape::Number(number) => match i64::try_from(number.mantissa()) {
                Ok(whole) if number.scale() == 0 => serializer.serialize_i64(whole),
                _ => serializer.collect_str(number),
            },
            Shape::Record(fields) => fields.serialize(serializer),
            Shape::Text(text) => serializer.serialize_str(text),
        }
    }
}
