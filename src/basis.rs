//! What a price was based on, by name.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::diagnostic::quoted;
use crate::request::GenerationRequest;

/// What a quote was based on, by name: what a hold keeps, so that the work is later charged by the same rule.
///
/// It holds no price. It can be stored and read back; the engine that charges by it must have the edition.
///
/// ```
/// use studio_credits::{GenerationRequest, books, pricing::{Basis, CostEngine}};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let request = GenerationRequest::new("image", "nano-banana-2")?;
/// let basis = engine.quote(&request, "2026-11-22T12:00:00Z".parse()?)?.basis();
///
/// let stored = serde_json::to_string(&basis)?;
/// assert_eq!(serde_json::from_str::<Basis>(&stored)?, basis);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    pub(crate) book: Box<str>,
    pub(crate) edition: Box<str>,
    pub(crate) checksum: Checksum,
    pub(crate) rule: Box<str>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) request: GenerationRequest,
}

/// A checksum of a price book, against accidents: another text under the same name and edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checksum(pub(crate) u64);

impl Basis {
    /// The request that was quoted.
    pub fn request(&self) -> &GenerationRequest {
        &self.request
    }

    /// The edition that it was quoted by.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// The rule that it was quoted by.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The instant that it was quoted for.
    pub fn quoted_at(&self) -> DateTime<Utc> {
        self.at
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<str>::deserialize(deserializer)?;
        let number = u64::from_str_radix(&text, 16).ok().map(Self).filter(|read| read.to_string() == *text);
        number.ok_or_else(|| D::Error::custom(format!("{} is no checksum: 16 hexadecimal digits", quoted(&text))))
    }
}
