//! The key that a client knows its request by.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{StatusCode, request::Parts},
};
use studio_credits::Key;

use crate::problem::Problem;

const HEADER: &str = "idempotency-key";
const BYTES_MAX: usize = 64;

/// The key of a request that changes something: the same again changes nothing more, and has the same answer.
///
/// Keys of clients have no `/`. The service adds `/end` and the like for what it does with a generation later, so no
/// client can take such a key first and keep the work from being charged.
pub(crate) struct IdempotencyKey(pub(crate) Key);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing =
            || refused("the header `Idempotency-Key` is missing: without it, a repeat would be paid for twice");
        read(parts)?.ok_or_else(missing)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        read(parts)
    }
}

fn read(parts: &Parts) -> Result<Option<IdempotencyKey>, Problem> {
    let mut given = parts.headers.get_all(HEADER).iter();
    let text = match (given.next(), given.next()) {
        (None, _) => return Ok(None),
        (Some(text), None) => text.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Err(refused("the header `Idempotency-Key` is given twice")),
    };
    // The draft of the header writes it as a quoted string, and most clients write it bare.
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let begins_well = bare.starts_with(|first: char| first.is_ascii_alphanumeric());
    let is_plain = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    if !begins_well || !is_plain || bare.len() > BYTES_MAX {
        return Err(refused(
            "an idempotency key has 1 to 64 letters, digits, `-`, `_`, `.` and `:`, and begins with a letter or digit",
        ));
    }
    Key::new(bare).map(|key| Some(IdempotencyKey(key))).map_err(|error| refused(&error.to_string()))
}

fn refused(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "idempotency-key", detail)
}
