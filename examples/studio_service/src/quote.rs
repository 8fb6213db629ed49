//! What a generation costs, before anybody agrees to it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use studio_credits::pricing::Quote;

use crate::{
    account::Payer,
    ask::{Asked, Wish},
    key::IdempotencyKey,
    problem::Problem,
    studio::Studio,
};

/// A price, and why the account could not have it now, if it could not.
#[derive(Serialize)]
struct Told<'q> {
    quote: &'q Quote<'q>,
    refusal: Option<Problem>,
}

/// A key is looked at and not kept: a quote changes nothing, so it can be asked for again as it is.
pub(crate) async fn quote(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    _: Option<IdempotencyKey>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let (request, now) = (wish.request()?, studio.now());
    let account = studio.ledger.account(&account).await?;
    let request = account.with_facts(request, now)?;
    let quote = studio.engine.quote(&request, now)?;
    // What `POST /generations` would say, from the same rules, without asking for it.
    let refusal = match wish.purchase(&quote).to_hold() {
        Ok(spend) => account.explain(&spend, now)?.declined.map(Problem::from),
        Err(error) => Some(error.into()),
    };
    Ok(Json(Told { quote: &quote, refusal }).into_response())
}
