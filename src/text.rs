//! Books as text: TOML in, with every fault at its place, and TOML out. What the books of prices and of plans share.

mod error;
mod faults;
mod keys;
mod reader;
mod slip;
mod sources;
mod span;

pub use self::error::BookError;
pub(crate) use self::{
    faults::Faults,
    keys::{Keys, Rows, dotted, key, list, record, scalar, text_of, toml_text, value},
    reader::{Entry, entries_of, items, number_text, with_article},
    sources::Sources,
    span::Span,
};
