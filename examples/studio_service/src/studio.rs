//! What all requests share.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId, HoldId, Unit, books,
    ledger::{Ledger, LedgerError},
    plan::PlanBook,
    pricing::CostEngine,
    store::{AnyInventory, Freshness, LedgerStore, StoreError},
};

use crate::{
    problem::Problem,
    store::{Failure, Store},
};

/// Shorter than the hour that a hold lasts, so that a job ends while its credits are set aside.
const JOB_TIME_MAX: Duration = Duration::from_secs(30 * 60);

/// How long a store may take to be taken for healthy: far less than it is waited for otherwise.
const HEALTH_TIME_MAX: Duration = Duration::from_secs(5);

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

    /// Whether the store answers, and in time: it is asked for one account by its name, which costs the same however
    /// many there are. Whether there is such an account is no matter.
    pub(crate) async fn is_reachable(&self) -> Result<(), Problem> {
        let account = AccountId::new("health").map_err(|error| Problem::internal(&error))?;
        // Not by the ledger, which may have it at hand.
        let asked = self.ledger.store().load(&account, &[], Freshness::Latest);
        let answer = tokio::time::timeout(HEALTH_TIME_MAX, asked).await;
        let answer = answer.unwrap_or_else(|_| Err(StoreError::unknown("no answer in time")));
        answer.map(drop).map_err(|source| LedgerError::Unavailable { source }.into())
    }
}
