//! Whose request it is.

use axum::{extract::FromRequestParts, http::StatusCode, http::request::Parts};
use studio_credits::AccountId;

use crate::problem::Problem;

const HEADER: &str = "x-account";

/// The account that pays.
///
/// This is where a host puts its authentication: a session or a token in, the account that it belongs to out, and 401
/// for everybody else. The example believes whatever the header says, and listens on the machine itself only.
pub(crate) struct Payer(pub(crate) AccountId);

impl<S: Sync> FromRequestParts<S> for Payer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let refused = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "account", detail);
        let mut named = parts.headers.get_all(HEADER).iter();
        let name = match (named.next(), named.next()) {
            (None, _) => "demo",
            (Some(name), None) => name.to_str().map_err(|_| refused(format!("`{HEADER}` is no text")))?,
            (Some(_), Some(_)) => return Err(refused(format!("`{HEADER}` is given twice"))),
        };
        AccountId::new(name).map(Self).map_err(|error| refused(error.to_string()))
    }
}
