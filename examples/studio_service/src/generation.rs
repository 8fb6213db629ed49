//! Generations: paid for before they begin, and charged by what comes of them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use studio_credits::{
    AccountId, Credits, Delivery, GenerationRequest, HoldId, Key, LineItem, Outcome,
    journal::{ChargeState, Event, Fact, Receipt},
    ledger::WorkState,
};

use crate::{
    account::Payer,
    ask::{Asked, Wish},
    key::IdempotencyKey,
    problem::Problem,
    studio::Studio,
    vendor::Fate,
};

/// Says how a simulated job ends, for tests and demonstrations: `delivered`, `partly`, `failed`, `blocked`, `unknown`.
const FATE: &str = "x-simulate";

/// A generation that was begun, as its receipt has it: the same whenever it is asked for again.
#[derive(Serialize)]
struct Begun<'r> {
    id: HoldId,
    held: Credits,
    lines: &'r [LineItem],
    held_at: DateTime<Utc>,
    lapses_at: DateTime<Utc>,
    /// What the account could spend right after.
    available: Credits,
    events: &'r [Event],
}

/// Sets the price aside and begins the work. The generation is known by the key of the request.
pub(crate) async fn begin(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let (request, fate) = (wish.request()?, fate(&headers)?);
    let now = studio.now();
    // The quote is made here and now: a price that the client was told earlier is bound by its `max`, and by nothing
    // else that it says.
    let request = studio.ledger.account(&account).await?.with_facts(request, now)?;
    let purchase = wish.purchase(&studio.engine.quote(&request, now)?);

    // A client that hangs up drops this future, and with it whatever stands after an await. So the two steps that
    // belong together run by themselves.
    let held = tokio::spawn(async move {
        // If the process dies here, nothing was done, and the same key does it.
        let receipt = studio.ledger.hold(&account, &key, purchase, now).await?;
        // If it dies here, the credits are set aside and nobody works: the next start finds the hold, and begins.
        studio.start_job(account, HoldId::from(&key), fate);
        Ok::<_, Problem>(receipt)
    });
    let receipt = held.await.map_err(|error| Problem::internal(&error))??;
    begun(&receipt)
}

fn begun(receipt: &Receipt) -> Result<Response, Problem> {
    let found = receipt.entries.iter().find_map(|entry| match &entry.fact {
        Fact::Held { amount, lapses_at, .. } => Some((entry, *amount, *lapses_at)),
        _ => None,
    });
    let Some((entry, held, lapses_at)) = found else { return Err(Problem::internal(&"a hold without an entry")) };
    let id = HoldId::from(receipt);
    let location = format!("/generations/{id}");
    let (lines, events, available) = (receipt.lines(), receipt.events.as_slice(), entry.totals.available);
    let begun = Begun { id, held, lines, held_at: entry.at, lapses_at, available, events };
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(begun)).into_response())
}

fn fate(headers: &HeaderMap) -> Result<Option<Fate>, Problem> {
    let Some(text) = headers.get(FATE) else { return Ok(None) };
    let fate = text.to_str().unwrap_or_default().parse();
    fate.map(Some).map_err(|error: String| Problem::new(StatusCode::BAD_REQUEST, "simulate", error))
}

/// A generation as it is by now.
#[derive(Serialize)]
pub(crate) struct Generation {
    id: HoldId,
    state: WorkState,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<GenerationRequest>,
    held: Credits,
    charged: Credits,
    refunded: Credits,
    /// What the charge is made of.
    lines: Vec<LineItem>,
    held_at: DateTime<Utc>,
    /// When it is over unless something happens before; of one that is over, when that was.
    ends_at: DateTime<Utc>,
}

pub(crate) async fn show(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Generation>, Problem> {
    studio.generation(&account, &named(id)?).await.map(Json)
}

/// Calls a generation off. What that costs is the book's to say; here, nothing.
pub(crate) async fn cancel(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Generation>, Problem> {
    let (id, now) = (named(id)?, studio.now());
    let known = studio.ledger.account(&account).await?;
    if known.hold(&id).is_some_and(|hold| hold.unknown) {
        let detail = format!("nobody knows how `{id}` ended: it cannot be called off any more");
        return Err(Problem::new(StatusCode::CONFLICT, "outcome-unknown", detail));
    }
    // One key for each generation, so that a repeat needs none from the client. The job has another: whichever of the
    // two is first ends the hold, and the other is told so.
    // What is marked as unknown right after the look above is called off all the same, as if this had been first.
    let key = Key::new(&format!("{id}/cancel")).map_err(|_| nowhere())?;
    let delivery = Delivery::ended(Outcome::Cancelled);
    studio.ledger.settle(&account, &key, &id, delivery, &studio.engine, now).await?;
    studio.generation(&account, &id).await.map(Json)
}

impl Studio {
    async fn generation(&self, account: &AccountId, id: &HoldId) -> Result<Generation, Problem> {
        if let Some(hold) = self.ledger.account(account).await?.hold(id) {
            let state = match hold.unknown {
                _ if hold.lapses_at <= self.now() => WorkState::Lapsed,
                true => WorkState::Unknown,
                false => WorkState::Held,
            };
            return Ok(Generation {
                id: id.clone(),
                state,
                outcome: None,
                request: hold.basis.as_ref().map(|basis| basis.request().clone()),
                held: hold.amount,
                charged: Credits::ZERO,
                refunded: Credits::ZERO,
                lines: Vec::new(),
                held_at: hold.held_at,
                ends_at: hold.lapses_at,
            });
        }
        let charge = self.ledger.charge_of(account, id).await?.ok_or_else(nowhere)?;
        let end = Key::new(&format!("{id}/end")).map_err(|_| nowhere())?;
        let lines = self.ledger.receipt(account, &end).await?.map(|receipt| receipt.lines().to_vec());
        Ok(Generation {
            id: charge.id,
            state: match charge.state {
                ChargeState::Settled => WorkState::Settled,
                ChargeState::Released => WorkState::Released,
                ChargeState::Lapsed => WorkState::Lapsed,
            },
            outcome: charge.outcome,
            request: charge.basis.as_ref().map(|basis| basis.request().clone()),
            held: charge.held,
            charged: charge.settled,
            refunded: charge.refunded,
            lines: lines.unwrap_or_default(),
            held_at: charge.held_at,
            ends_at: charge.resolved_at,
        })
    }
}

fn named(id: Result<Path<String>, PathRejection>) -> Result<HoldId, Problem> {
    let Path(id) = id.map_err(|_| nowhere())?;
    HoldId::new(&id).map_err(|_| nowhere())
}

/// The same for what never was and for what is another account's, which nobody else is to know.
fn nowhere() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "this account has no such generation")
}
