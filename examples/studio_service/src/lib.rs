//! A studio over HTTP, as a host of `studio-credits` would write it.
//!
//! | | |
//! |---|---|
//! | `GET /` | a page for people, over all that follows |
//! | `GET /catalog` | what is sold, for a page to draw |
//! | `POST /quote` | what a generation costs, and whether the account may have it now |
//! | `POST /generations` | sets the price aside and begins the work |
//! | `GET /generations/{id}` | how it stands |
//! | `POST /generations/{id}/cancel` | calls it off |
//! | `GET /credits` | all that a credits window shows |
//! | `GET /statement` | what happened in a period, as JSON or CSV |
//! | `POST /top-ups`, `POST /plan` | purchases, of which the payment is taken as made |
//! | `GET /health` | whether the store answers |
//!
//! | header | |
//! |---|---|
//! | `X-Account` | whose request it is; `demo` unless it is given |
//! | `Idempotency-Key` | what the client knows a purchase or a generation by |
//! | `X-Simulate` | how the simulated job ends: `delivered`, `partly`, `failed`, `blocked` or `unknown` |
//!
//! Every refusal is a problem of RFC 9457. Whoever is refused has the account that they had before.

mod account;
mod ask;
mod catalog;
mod credits;
mod declined;
mod generation;
mod job;
mod key;
mod page;
mod problem;
mod purchase;
mod quote;
mod statement;
mod store;
mod studio;
mod vendor;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use tracing::{Instrument, field::Empty, info, info_span};

use crate::problem::Problem;
pub use crate::{
    store::{Failure, Store},
    studio::{Setup, Studio},
    vendor::Fate,
};

/// More than any request needs: settings that are kept have at most 4,096 bytes.
const BODY_BYTES_MAX: usize = 64 * 1_024;

/// All that the service answers.
pub fn router(studio: Arc<Studio>) -> Router {
    page::page()
        .route("/catalog", get(catalog::catalog))
        .route("/quote", post(quote::quote))
        .route("/generations", post(generation::begin))
        .route("/generations/{id}", get(generation::show))
        .route("/generations/{id}/cancel", post(generation::cancel))
        .route("/credits", get(credits::credits))
        .route("/statement", get(statement::statement))
        .route("/top-ups", post(purchase::top_up))
        .route("/plan", post(purchase::plan))
        .route("/health", get(health))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not-found", "there is nothing here") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this is asked for by another method")
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(told))
        .with_state(studio)
}

/// Tells what was asked and answered. Bodies and keys of clients are no matter of a log.
async fn told(request: Request, next: Next) -> Response {
    let span = info_span!("request", method = %request.method(), path = request.uri().path(), status = Empty);
    async move {
        let mut response = next.run(request).await;
        // What an account has is true for a moment.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        tracing::Span::current().record("status", response.status().as_u16());
        info!("answered");
        response
    }
    .instrument(span)
    .await
}

async fn health(studio: axum::extract::State<Arc<Studio>>) -> Result<&'static str, Problem> {
    studio.is_reachable().await.map(|()| "ok\n")
}
