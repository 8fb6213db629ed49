//! A book as text: TOML in, TOML out.

mod declare;
mod file;
mod keys;
mod overrides;
mod terms;
mod write;

pub(crate) use self::file::Reading;
