//! All that a credits window shows.

use std::sync::Arc;

use axum::{Json, extract::State};
use studio_credits::{
    GenerationRequest,
    ledger::{CreditsView, ViewAsk},
};

use crate::{account::Payer, problem::Problem, studio::Studio};

/// How many entries of the journal are looked at for what happened last.
const RECENT: usize = 50;

/// Of which "so many more" is shown.
const SHOWN: [(&str, &str); 3] = [("image", "nano-banana-2"), ("image", "imagineart-2.0"), ("video", "wan-2.2")];

/// The window, from the state that decides: what it shows as available is what can be spent.
pub(crate) async fn credits(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
) -> Result<Json<CreditsView>, Problem> {
    let shown = SHOWN.iter().map(|(studio, model)| GenerationRequest::new(studio, model));
    let shown = shown.collect::<Result<Vec<_>, _>>()?;
    let ask = ViewAsk::default().with_recent(RECENT).with_generations(&studio.engine, shown);
    Ok(Json(studio.ledger.view(&account, &ask, studio.now()).await?))
}
