//! Refusals, as problems of RFC 9457.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};
use studio_credits::{
    RequestError,
    account::{DecideError, FactsError},
    ledger::LedgerError,
    pricing::PriceError,
    store::Fate,
};
use tracing::error;

/// Why there is no other answer, and what a client can do about it.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    numbers: Vec<(String, Value)>,
    retry_after: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), detail: detail.into(), numbers: Vec::new(), retry_after: None }
    }

    /// Something that the client said cannot be.
    pub(crate) fn unprocessable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A fault of the service: its log knows more than its clients.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        error!(%cause, "a fault");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something is wrong here, and somebody is told")
    }

    pub(crate) fn with_numbers(self, numbers: Map<String, Value>) -> Self {
        Self { numbers: numbers.into_iter().collect(), ..self }
    }

    pub(crate) fn with_retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format!("urn:studio-service:problem:{}", self.code))?;
        map.serialize_entry("title", self.status.canonical_reason().unwrap_or("refused"))?;
        map.serialize_entry("status", &self.status.as_u16())?;
        map.serialize_entry("detail", &self.detail)?;
        map.serialize_entry("code", &self.code)?;
        for (name, number) in &self.numbers {
            map.serialize_entry(name, number)?;
        }
        map.end()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        let detail = error.to_string();
        let later = |code, detail: &str| Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).with_retry_after(1);
        match error {
            LedgerError::Declined(declined) => Self::from(*declined),
            LedgerError::Price(error) => error.into(),
            LedgerError::NoMaximum { .. } => {
                Self::unprocessable("no-maximum", format!("{detail}; say how much you agree to, as `max`"))
            }
            LedgerError::Spend(_) => Self::unprocessable("spend", detail),
            LedgerError::Settlement(_) => Self::unprocessable("settlement", detail),
            LedgerError::Id(_) => Self::unprocessable("name", detail),
            LedgerError::Busy { .. } | LedgerError::QueueFull { .. } => {
                later("busy", "nothing was done: many ask for this account at once, so ask again")
            }
            LedgerError::Unavailable { ref source } if source.fate() == Fate::Fatal => Self::internal(&detail),
            LedgerError::Unavailable { .. } => {
                tracing::warn!(detail, "the store has no answer");
                later("unavailable", "nothing was done: the store has no answer now, so ask again")
            }
            LedgerError::OutcomeUnknown { .. } => {
                tracing::warn!(detail, "the store lost an answer");
                later(
                    "outcome-unknown",
                    "nobody knows whether it was done: ask again, with the same key, and it is done once",
                )
            }
            _ => Self::internal(&detail),
        }
    }
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        LedgerError::from(error).into()
    }
}

impl From<PriceError> for Problem {
    fn from(error: PriceError) -> Self {
        Self::unprocessable("no-price", error.to_string())
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        Self::unprocessable("request", error.to_string())
    }
}

impl From<FactsError> for Problem {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::Account(error) => error.into(),
            FactsError::Request(error) => error.into(),
        }
    }
}
