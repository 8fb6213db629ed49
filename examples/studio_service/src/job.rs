//! Work under way: begun once its credits are set aside, and charged by what was delivered.
//!
//! A hold in the store is the only note that there is a job, so nothing has to be kept in step with it. Wherever the
//! process dies, the next start finds what is open; and where there is no next start, the hold lapses within the hour
//! and its credits are free.

use std::{sync::Arc, time::Duration};

use studio_credits::{
    AccountId, Delivery, HoldId, Key, Life,
    account::Declined,
    journal::Command,
    ledger::{Drift, HoldsAsk, LedgerError},
};
use tracing::{Instrument, error, info, info_span, warn};

use crate::{
    store::Failure,
    studio::Studio,
    vendor::{self, Fate},
};

/// How many accounts are read at once where open jobs are looked for.
const PAGE: usize = 100;
/// The longest pause between attempts to write how a job ended.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// About an hour of attempts, which is as long as a hold lasts.
const ATTEMPTS: u32 = 120;

impl Studio {
    /// Takes up what an earlier process left open; how many jobs that were.
    ///
    /// What a client asked of the simulation is forgotten by then, so that the ids decide. Of several processes over
    /// one server, each start asks the vendor for all jobs, and gets those that are there: see [`vendor::generate`].
    pub async fn resume_jobs(self: &Arc<Self>) -> Result<usize, Failure> {
        let (mut resumed, mut after) = (0, None);
        loop {
            let page = self.ledger.holds(HoldsAsk::Open, after.as_ref(), PAGE).await?;
            for found in page.found {
                match found {
                    // Somebody said that nobody knows how it ended. It waits for a person, or lapses.
                    Ok(of) if of.hold.unknown => {}
                    Ok(of) => {
                        self.start_job(of.account, of.hold.id, None);
                        resumed += 1;
                    }
                    // A person has to mend it, which is no reason to keep all others waiting.
                    Err(Drift { account, what, .. }) => {
                        error!(%account, what, "the account does not read: its jobs are left to a later start");
                    }
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(resumed),
            }
        }
    }

    /// Begins a job, unless this process is at it, or it is over. Asking for it twice is safe.
    pub(crate) fn start_job(self: &Arc<Self>, account: AccountId, id: HoldId, fate: Option<Fate>) {
        let Some(at_work) = AtWork::begin(self.clone(), account, id) else { return };
        let span = info_span!("job", account = %at_work.account, id = %at_work.id);
        tokio::spawn(async move { at_work.run(fate).await }.instrument(span));
    }
}

/// A job that this process is at, until it is dropped.
struct AtWork {
    studio: Arc<Studio>,
    account: AccountId,
    id: HoldId,
}

impl AtWork {
    fn begin(studio: Arc<Studio>, account: AccountId, id: HoldId) -> Option<Self> {
        let is_new = match studio.at_work.lock() {
            Ok(mut at_work) => at_work.insert((account.clone(), id.clone())),
            Err(_) => false,
        };
        is_new.then_some(Self { studio, account, id })
    }

    async fn run(&self, fate: Option<Fate>) {
        let count = match self.asked().await {
            Ok(Some(count)) => count,
            Ok(None) => return,
            Err(error) => return warn!(%error, "the job is left to the next start"),
        };
        // If the process dies here, nothing was begun: the hold is open, and the next start comes to this line.
        let fate = fate.unwrap_or_else(|| Fate::of(self.id.as_str()));
        let delivery = vendor::generate(fate, count, self.studio.setup.job_time).await;
        // If it dies here, the vendor is done and nobody has written it down: the next start asks the vendor again.
        match delivery {
            Some(delivery) => self.settle(delivery).await,
            None => self.mark_unknown().await,
        }
        // If it dies here, the charge is written, with its receipt. The hold is not open any more.
    }

    /// How many outputs are asked for, as long as it is open.
    async fn asked(&self) -> Result<Option<u64>, LedgerError> {
        let account = self.studio.ledger.account(&self.account).await?;
        let open = account.hold(&self.id).filter(|hold| !hold.unknown && self.studio.now() < hold.lapses_at);
        Ok(open.map(|hold| hold.basis.as_ref().map_or(1, |basis| basis.request().count())))
    }

    /// Charges what was delivered, by the rule of the quote. The book says what work costs that failed or was blocked,
    /// so all ends are told the same way.
    async fn settle(&self, delivery: Delivery) {
        let Ok(key) = Key::new(&format!("{}/end", self.id)) else { return };
        for attempt in 0..ATTEMPTS {
            // If the process dies within this call, the charge is written with its receipt, or not at all. The same
            // key finds out which, and charges once.
            let Studio { ledger, engine, .. } = &*self.studio;
            let settled = ledger.settle(&self.account, &key, &self.id, delivery.clone(), engine, self.studio.now());
            match settled.await {
                Ok(_) => return info!(outcome = %delivery.outcome(), "settled"),
                Err(error) if is_passing(&error) => {
                    warn!(%error, attempt, "not settled yet");
                    tokio::time::sleep(Duration::from_secs(1 << attempt.min(5)).min(PAUSE_MAX)).await;
                }
                Err(LedgerError::Declined(declined)) if matches!(*declined, Declined::HoldResolved { .. }) => {
                    return info!(%declined, "called off meanwhile");
                }
                Err(error) => {
                    // Such as an engine without the edition that the quote was made by: a matter for a person.
                    error!(%error, "cannot be settled");
                    return self.mark_unknown().await;
                }
            }
        }
        error!("not settled: the next start tries again, if it comes before the hold lapses");
    }

    /// Keeps the credits set aside for another hour, for somebody to find out. If nobody does, they are free then.
    async fn mark_unknown(&self) {
        let Ok(key) = Key::new(&format!("{}/unknown", self.id)) else { return };
        let mark = Command::MarkUnknown { hold: self.id.clone(), life: Life::default() };
        match self.studio.ledger.run(&self.account, &key, mark, self.studio.now()).await {
            Ok(_) => info!("nobody knows how it ended"),
            Err(error) => warn!(%error, "not marked as unknown"),
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Ok(mut at_work) = self.studio.at_work.lock() {
            at_work.remove(&(self.account.clone(), self.id.clone()));
        }
    }
}

/// Whether the same may be asked again, with the same key.
fn is_passing(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::Busy { .. }
            | LedgerError::QueueFull { .. }
            | LedgerError::Unavailable { .. }
            | LedgerError::OutcomeUnknown { .. }
    )
}
