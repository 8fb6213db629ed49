//! A book as text: TOML in, TOML out.

mod declare;
mod file;
mod keys;
mod overrides;
mod reader;
mod slip;
mod terms;
mod write;

pub use self::file::BookError;
pub(crate) use self::file::Reading;
