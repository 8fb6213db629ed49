//! What all requests share.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, HoldId, Unit, books,
    ledger::Ledger,
    plan::PlanBook,
    pricing::CostEngine,
    store::{AnyInventory, Inventory, Listing},
};

use crate::{
    problem::Problem,
    store::{Failure, Store},
};

/// Shorter than the hour that a hold lasts, so that a job ends while its credits are set aside.
const JOB_TIME_MAX: Duration = Duration::from_secs(30 * 60);

/// What differs from one studio to another.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// How long a simulated job takes.
    pub job_time: Duration,
    /// What time it is. The library never asks; the service does, once for each request.
    pub clock: fn() -> DateTime<Utc>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { job_time: Duration::from_secs(3), clock: || SystemTime::now().into() }
    }
}

/// Prices, plans and accounts, and the jobs that this process works on.
#[derive(Debug)]
pub struct Studio {
    pub(crate) ledger: Ledger<AnyInventory>,
    pub(crate) engine: Arc<CostEngine>,
    pub(crate) plans: Arc<PlanBook>,
    pub(crate) setup: Setup,
    pub(crate) at_work: Mutex<BTreeSet<(AccountId, HoldId)>>,
}

impl Studio {
    /// A studio that sells what `ImagineArt` sells. Whoever comes is on the Free plan, without being signed up here.
    pub fn new(store: Store, setup: Setup) -> Result<Arc<Self>, Failure> {
        if setup.job_time > JOB_TIME_MAX {
            return Err(
                format!("a job of {:?} is too long: at most {JOB_TIME_MAX:?} are allowed", setup.job_time).into()
            );
        }
        let plans = Arc::new(books::imagineart_plans());
        let ledger = Ledger::new(store.0, Unit::new("credits")?).with_plans(plans.clone());
        let ledger = ledger.with_pause(tokio::time::sleep).with_lanes();
        let engine = Arc::new(CostEngine::new(&books::imagineart())?);
        Ok(Arc::new(Self { ledger, engine, plans, setup, at_work: Mutex::default() }))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.setup.clock)()
    }

    /// Whether the store answers.
    pub(crate) async fn is_reachable(&self) -> Result<(), Problem> {
        let asked = self.ledger.store().accounts(Listing::Holding, None, 1).await;
        asked.map(drop).map_err(|source| studio_credits::ledger::LedgerError::Unavailable { source }.into())
    }
}
