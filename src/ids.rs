//! Names of studios, tools and models: one type each, checked when made.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::diagnostic::excerpt;

/// Declares one kind of name: a checked text that cannot be mistaken for another kind.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $kind:literal) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes a name of 1 to 100 bytes, without control characters, and without white space at either end.
            ///
            /// # Errors
            ///
            /// [`IdError`] tells which of these does not hold.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check($kind, text).map(|()| Self(text.into()))
            }

            /// The name as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = IdError;

            fn try_from(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                check($kind, &text).map(|()| Self(text.into()))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

id! {
    /// Names a studio: the part of the product that a generation belongs to, such as `image` or `voice`.
    ///
    /// ```
    /// let studio = studio_credits::Studio::new("image")?;
    /// assert_eq!(studio.as_str(), "image");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    Studio, "studio"
}

id! {
    /// Names a tool: what is done with a model inside a studio, such as `restyle` or `upscale`.
    ///
    /// ```
    /// let tool = studio_credits::Tool::new("restyle")?;
    /// assert_eq!(tool.as_str(), "restyle");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    Tool, "tool"
}

id! {
    /// Names a model as its vendor does, such as `kling-3.0-pro`, `sdxl/comfy` or `4x-remacri`.
    ///
    /// ```
    /// let model = studio_credits::Model::new("kling-3.0-pro")?;
    /// assert_eq!(model.as_str(), "kling-3.0-pro");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    ///
    /// A model is not a studio; swapping the two does not compile:
    ///
    /// ```compile_fail,E0308
    /// use studio_credits::{Model, Studio};
    ///
    /// fn label(studio: &Studio, model: &Model) -> String {
    ///     format!("{studio} by {model}")
    /// }
    ///
    /// let (studio, model) = (Studio::new("image").unwrap(), Model::new("flux").unwrap());
    /// label(&model, &studio);
    /// ```
    Model, "model"
}

/// Why a text cannot be a name; `kind` says of what (`"model"`), `text` is its beginning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// A control character is in it.
    #[error("{kind} `{text}` has a control character: none is allowed")]
    ControlCharacter {
        /// What was to be named.
        kind: &'static str,
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// Nothing is in it.
    #[error("{kind} is empty: it has 1 to 100 bytes")]
    Empty {
        /// What was to be named.
        kind: &'static str,
    },
    /// White space is at its start or at its end.
    #[error("{kind} `{text}` has white space at an end: none is allowed there")]
    OuterSpace {
        /// What was to be named.
        kind: &'static str,
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
    /// It is longer than 100 bytes.
    #[error("{kind} `{text}` has {bytes} bytes: at most 100 are allowed")]
    TooLong {
        /// What was to be named.
        kind: &'static str,
        /// At most 60 characters of what was given.
        text: Box<str>,
        /// Its length.
        bytes: usize,
    },
}

/// The rule for every name, of settings and records too.
pub(crate) fn check(kind: &'static str, text: &str) -> Result<(), IdError> {
    const BYTES_MAX: usize = 100;

    if text.is_empty() {
        return Err(IdError::Empty { kind });
    }
    if text.len() > BYTES_MAX {
        return Err(IdError::TooLong { kind, text: excerpt(text), bytes: text.len() });
    }
    // Nearly all names, and neither a control character nor white space is among these.
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::ControlCharacter { kind, text: excerpt(text) });
    }
    if text.trim().len() != text.len() {
        return Err(IdError::OuterSpace { kind, text: excerpt(text) });
    }
    Ok(())
}
