//! The number of the stored form.

use serde::{Deserialize, Serialize};

/// The number of the stored form that this build writes, and the only one that it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Format;

impl Format {
    /// The number, as it is stored.
    pub const NUMBER: u32 = 1;
}

impl From<Format> for u32 {
    fn from(_: Format) -> Self {
        Format::NUMBER
    }
}

impl TryFrom<u32> for Format {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        let known = Self::NUMBER;
        if number == known { Ok(Self) } else { Err(format!("format {number} is not known: this build reads {known}")) }
    }
}
