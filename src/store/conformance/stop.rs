//! Why a case ends before its end.

use std::{error::Error, fmt::Debug};

/// Why a case ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// It cannot be run on this store.
    Skipped(&'static str),
    /// The store does not do what it must.
    Failed(String),
}

impl Stop {
    /// Says when a failure was seen, or what it means.
    pub(super) fn within(self, context: &str) -> Self {
        match self {
            Self::Failed(why) => Self::Failed(format!("{context}: {why}")),
            Self::Skipped(_) => self,
        }
    }
}

pub(super) type Verdict<T = ()> = Result<T, Stop>;

/// Whatever the accounts say about commands that this kit makes up.
impl<E: Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(format!("the case cannot go on: {error}"))
    }
}

/// The store does not do what it must.
pub(super) fn fail<T>(why: impl Into<String>) -> Verdict<T> {
    Err(Stop::Failed(why.into()))
}

/// Fails with a sentence unless something holds.
pub(super) fn ensure(holds: bool, why: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { fail(why()) }
}

/// Where what was read first differs from what was written, with a little of what stands around it.
pub(super) fn difference(written: &impl Debug, read: &impl Debug) -> String {
    let (written, read) = (format!("{written:?}"), format!("{read:?}"));
    let same = written.chars().zip(read.chars()).take_while(|(written, read)| written == read).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(40)).take(80).collect::<String>();
    format!("written `{}`, read `{}`", around(&written), around(&read))
}
