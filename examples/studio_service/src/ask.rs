//! What a client asks for, from the bytes of a body.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::error::Category;
use studio_credits::{Credits, GenerationRequest, Model, Studio, Tool, Value, ledger::Purchase, pricing::Quote};

use crate::problem::Problem;

/// What a client may say about its own request. All else that a price depends on is known to the plan of the account,
/// and whoever could say `"unlimited": true` would have everything for nothing.
const FACTS_OF_CLIENTS: [&str; 1] = ["channel"];

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body in JSON, read whole or refused with the reason.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // A form on another site can send text, but not this type, without the browser asking first.
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            let detail = "the body is wanted as `application/json`, which `curl --json` sends";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", detail));
        }
        // What says that it is too large is refused before any of it is read.
        if request.body().size_hint().lower() > crate::BODY_BYTES_MAX as u64 {
            return Err(too_large());
        }
        let read = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state)).await;
        let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "the body did not arrive in time");
        let bytes = read.map_err(late)?.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Problem::new(StatusCode::BAD_REQUEST, "body", "the body did not arrive whole"),
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| match error.classify() {
            Category::Data => Problem::unprocessable("body", error.to_string()),
            Category::Io | Category::Syntax | Category::Eof => {
                Problem::new(StatusCode::BAD_REQUEST, "json", format!("the body is no JSON: {error}"))
            }
        })
    }
}

fn too_large() -> Problem {
    let detail = format!("the body is too large: at most {} bytes are read", crate::BODY_BYTES_MAX);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}

/// A generation that somebody wants, and the most that it may cost. It has no field for a price: a price that a client
/// was told and sends back is refused like any other unknown field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    studio: Studio,
    tool: Option<Tool>,
    model: Model,
    #[serde(default)]
    settings: BTreeMap<String, Value>,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    #[serde(default = "one")]
    count: u64,
    max: Option<Credits>,
}

fn one() -> u64 {
    1
}

impl Wish {
    pub(crate) fn request(&self) -> Result<GenerationRequest, Problem> {
        let request = GenerationRequest::new(self.studio.as_str(), self.model.as_str())?.with_count(self.count)?;
        let request = match &self.tool {
            Some(tool) => request.with_tool(tool.as_str())?,
            None => request,
        };
        let set =
            |request: GenerationRequest, (name, value): (&String, &Value)| request.with_setting(name, value.clone());
        let request = self.settings.iter().try_fold(request, set)?;
        if let Some(name) = self.facts.keys().find(|name| !FACTS_OF_CLIENTS.contains(&name.as_str())) {
            let detail = format!("fact `{}` is not for clients to state", name.escape_debug());
            return Err(Problem::unprocessable("fact", detail));
        }
        let state =
            |request: GenerationRequest, (name, value): (&String, &Value)| request.with_fact(name, value.clone());
        Ok(self.facts.iter().try_fold(request, state)?)
    }

    /// A quote that is taken up, for at most what the client agrees to.
    pub(crate) fn purchase(&self, quote: &Quote<'_>) -> Purchase {
        let purchase = Purchase::new(quote);
        match self.max {
            Some(max) => purchase.with_amount_max(max),
            None => purchase,
        }
    }
}
