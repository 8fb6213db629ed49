//! Credits and plans that are bought.
//!
//! A host takes the payment first, and names its invoice as the reference, which is granted for once whatever is
//! repeated. Here each purchase is taken as paid, under a reference made of its key.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use studio_credits::{
    AccountId, Credits, Key, Reason, Reference,
    journal::{Command, Event, SubscriptionCommand},
    ledger::Order,
    plan::{Plan, Term, TopUpName},
};

use crate::{account::Payer, ask::Asked, key::IdempotencyKey, problem::Problem, studio::Studio};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopUp {
    pack: TopUpName,
}

/// What is asked of the plan. The client names the change, since what a plan means depends on the one in force, and a
/// repeat must mean the same.
#[derive(Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Change {
    Subscribe { plan: String, term_months: Option<Term> },
    Upgrade { plan: String, term_months: Option<Term> },
    Schedule { plan: String, term_months: Option<Term> },
    Cancel,
    Resume,
}

/// What was bought, as its receipt has it.
#[derive(Serialize)]
struct Bought<'r> {
    id: &'r Key,
    at: DateTime<Utc>,
    available: Credits,
    events: &'r [Event],
}

pub(crate) async fn top_up(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    IdempotencyKey(key): IdempotencyKey,
    Asked(TopUp { pack }): Asked<TopUp>,
) -> Result<Response, Problem> {
    let buy = Command::BuyTopUp { pack, reference: paid(&key)?, by: None };
    studio.buy(&account, &key, buy).await
}

pub(crate) async fn plan(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    IdempotencyKey(key): IdempotencyKey,
    Asked(change): Asked<Change>,
) -> Result<Response, Problem> {
    let command = match change {
        Change::Subscribe { plan, term_months } => {
            let (plan, term) = (studio.plan(&plan)?, term_months.unwrap_or(Term::MONTH));
            SubscriptionCommand::Subscribe { plan, term, reference: paid(&key)?, by: None }
        }
        Change::Upgrade { plan, term_months: term } => {
            SubscriptionCommand::Upgrade { plan: studio.plan(&plan)?, term, reference: paid(&key)?, by: None }
        }
        Change::Schedule { plan, term_months: term } => {
            SubscriptionCommand::Schedule { plan: studio.plan(&plan)?, term, by: None }
        }
        Change::Cancel => {
            let reason = Reason::new("the user asked for it").map_err(|error| Problem::internal(&error))?;
            SubscriptionCommand::Cancel { reason, by: None }
        }
        Change::Resume => SubscriptionCommand::Resume { by: None },
    };
    studio.buy(&account, &key, command).await
}

impl Studio {
    fn plan(&self, name: &str) -> Result<Arc<Plan>, Problem> {
        let known = self.plans.plan(name, self.now());
        known.cloned().map_err(|error| Problem::unprocessable("plan", error.to_string()))
    }

    /// One step, so that a client that hangs up finds it done with its receipt, or not at all.
    async fn buy(&self, account: &AccountId, key: &Key, order: impl Into<Order>) -> Result<Response, Problem> {
        let receipt = self.ledger.run(account, key, order, self.now()).await?;
        let Some(last) = receipt.entries.last() else { return Err(Problem::internal(&"a purchase without an entry")) };
        let (at, available) = (last.at, last.totals.available);
        let bought = Bought { id: &receipt.key, at, available, events: &receipt.events };
        Ok((StatusCode::CREATED, Json(bought)).into_response())
    }
}

fn paid(key: &Key) -> Result<Reference, Problem> {
    Reference::new(&format!("invoice {key}")).map_err(|error| Problem::internal(&error))
}
