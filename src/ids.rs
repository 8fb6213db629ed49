//! Names of studios, tools, models, accounts and what happens to them: one type each, checked when made.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::diagnostic::excerpt;

/// Declares one kind of name: a checked text that cannot be mistaken for another kind, and is cheap to copy.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $kind:literal) => {
        id! { $(#[$docs])* $name, $kind, check }
    };
    ($(#[$docs:meta])* $name:ident, $kind:literal, $check:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a name of 1 to 100 bytes, without control characters, and without white space at either end.
            ///
            /// # Errors
            ///
            /// [`IdError`] tells which of these does not hold.
            pub fn new(text: &str) -> Result<Self, IdError> {
                $check($kind, text).map(|()| Self(text.into()))
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
                $check($kind, &text).map(|()| Self(text.into()))
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

pub(crate) use id;

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

id! {
    /// Names an account, as the caller's own system does.
    ///
    /// ```
    /// let account = studio_credits::AccountId::new("user-7")?;
    /// assert_eq!(account.as_str(), "user-7");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias = "wallet")]
    AccountId, "account"
}

id! {
    /// Names one command for good, so that repeating it changes nothing: an idempotency key, inside its account.
    ///
    /// A key does not begin with `~`: such names are given to what an account does by itself.
    ///
    /// ```
    /// let key = studio_credits::Key::new("job-41")?;
    /// assert_eq!(key.as_str(), "job-41");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias = "idempotency")]
    Key, "key", check_key
}

id! {
    /// Names a hold, and the charge that comes of it, inside its account: the key under which it was made.
    ///
    /// ```
    /// use studio_credits::{HoldId, Key};
    ///
    /// let key = Key::new("job-41")?;
    /// assert_eq!(HoldId::from(&key).as_str(), "job-41");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias("ChargeId", "reservation"))]
    HoldId, "hold"
}

id! {
    /// Names a grant, and the lot that is left of it, inside its account: the key under which it was made.
    ///
    /// ```
    /// use studio_credits::{GrantId, Key};
    ///
    /// let key = Key::new("invoice-9")?;
    /// assert_eq!(GrantId::from(&key).as_str(), "invoice-9");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias("LotId", "block"))]
    GrantId, "grant"
}

id! {
    /// Names a kind of grant that is the caller's own, such as `community`.
    ///
    /// ```
    /// let kind = studio_credits::KindName::new("community")?;
    /// assert_eq!(kind.as_str(), "community");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    KindName, "kind"
}

id! {
    /// Names who spends from a shared account.
    ///
    /// ```
    /// let member = studio_credits::Member::new("ada")?;
    /// assert_eq!(member.as_str(), "ada");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias = "seat")]
    Member, "member"
}

id! {
    /// Names what amounts are counted in, such as `credits`, `tokens` or `USD`.
    ///
    /// ```
    /// let unit = studio_credits::Unit::new("credits")?;
    /// assert_eq!(unit.as_str(), "credits");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias = "currency")]
    Unit, "unit"
}

id! {
    /// Names what happened outside and may be granted for once only, such as an invoice or a referee.
    ///
    /// ```
    /// let reference = studio_credits::Reference::new("invoice 2026-11-0042")?;
    /// assert_eq!(reference.as_str(), "invoice 2026-11-0042");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    Reference, "reference"
}

id! {
    /// Names who did something by hand: a person, or a part of the host.
    ///
    /// ```
    /// let actor = studio_credits::Actor::new("support: Ann")?;
    /// assert_eq!(actor.as_str(), "support: Ann");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    Actor, "actor"
}

id! {
    /// Says in one line why something was done.
    ///
    /// ```
    /// let reason = studio_credits::Reason::new("the video was black")?;
    /// assert_eq!(reason.as_str(), "the video was black");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    Reason, "reason"
}

impl From<&Key> for HoldId {
    fn from(key: &Key) -> Self {
        Self(Arc::clone(&key.0))
    }
}

impl From<&HoldId> for HoldId {
    fn from(hold: &HoldId) -> Self {
        hold.clone()
    }
}

impl Key {
    /// Stands for a command where an account is only looked at.
    pub(crate) fn of_nobody() -> Self {
        Self("~nobody".into())
    }
}

impl Reference {
    /// Stands for a payment that is only thought of.
    pub(crate) fn of_nobody() -> Self {
        Self("~nobody".into())
    }
}

impl GrantId {
    /// The name of what an entry gives by itself: no key begins like it.
    pub(crate) fn renewed(seq: u64) -> Self {
        Self(format!("~renewed/{seq}").into())
    }

    /// The name of what an entry gives of an allowance.
    pub(crate) fn allowed(seq: u64) -> Self {
        Self(format!("~allowed/{seq}").into())
    }

    /// The name of what an entry rolls over.
    pub(crate) fn rolled_over(seq: u64) -> Self {
        Self(format!("~rolled-over/{seq}").into())
    }

    /// Its text, and the number of the entry that gave it, where that did so by itself: then the text is what stands
    /// before the number.
    pub(crate) fn numbered(&self) -> (&str, Option<u64>) {
        let (text, number) = self.0.rsplit_once('/').filter(|_| self.0.starts_with('~')).unwrap_or((&self.0, ""));
        number.parse().map_or((&self.0, None), |number| (text, Some(number)))
    }
}

impl From<&Key> for GrantId {
    fn from(key: &Key) -> Self {
        Self(Arc::clone(&key.0))
    }
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
    /// It begins with `~`, which is kept for what an account does by itself.
    #[error("{kind} `{text}` begins with `~`: such names are not the caller's to give")]
    Reserved {
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

fn check_key(kind: &'static str, text: &str) -> Result<(), IdError> {
    if text.starts_with('~') { Err(IdError::Reserved { kind, text: excerpt(text) }) } else { check(kind, text) }
}
