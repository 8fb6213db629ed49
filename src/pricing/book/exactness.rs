//! How much is known of a price.

use std::fmt;

use serde::Serialize;

/// How exact a price is.
///
/// Complete on purpose: a user interface has words for each. The order is from the best to the least known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exactness {
    /// This is the price.
    #[default]
    Exact,
    /// The price is known after the work; it is no more than this.
    AtMost,
    /// The price is a stand-in or an approximation.
    Estimate,
    /// The price is at least this; how much more it can be is not known.
    From,
}

impl Exactness {
    pub(crate) const TEXTS: [(&'static str, Exactness); 4] = [
        ("exact", Exactness::Exact),
        ("at most", Exactness::AtMost),
        ("estimate", Exactness::Estimate),
        ("from", Exactness::From),
    ];
}

impl fmt::Display for Exactness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Self::TEXTS.iter().find(|(_, exactness)| exactness == self);
        f.write_str(text.map_or("", |(text, _)| text))
    }
}
