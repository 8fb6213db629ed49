//! What is sold.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use crate::{problem::Problem, studio::Studio};

/// Studios, tools, models and settings, with what one output costs: all that a page needs to draw its controls.
pub(crate) async fn catalog(State(studio): State<Arc<Studio>>) -> Result<Response, Problem> {
    Ok(Json(studio.engine.catalog(studio.now())?).into_response())
}
