//! Work under way: begun once its credits are set aside, and charged by what was delivered.
//!
//! A hold in the store is the only note that there is a job, so nothing has to be kept in step with it. Wherever the
//! process dies, the next start finds what is open; and where there is no next start, the hold lapses within the hour
//! and its credits are free.

use std::{sync::Arc, time::Duration};

use studio_credits::{
    AccountId, Delivery, HoldId, Key, Life,
    account::Declined,
    journal::{ChargeState, Command, Hold},
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
/// The longest pause between attempts to ask the store what a job is, and to write how it ended.
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
        let Some(count) = self.asked().await else { return };
        // If the process dies here, nothing was begun: the hold is open, and the next start comes to this line.
        let fate = fate.unwrap_or_else(|| Fate::of(self.id.as_str()));
        let delivery = vendor::generate(fate, count, self.studio.setup.job_time).await;
        // If it dies here, the vendor is done and nobody has written it down: the next start asks the vendor again.
        self.end(delivery).await;
        // If it dies here, how it ended is written, with its receipt.
    }

    /// How many outputs are asked for, as long as it is open.
    async fn asked(&self) -> Option<u64> {
        for attempt in 0..ATTEMPTS {
            match self.studio.ledger.account(&self.account).await {
                Ok(account) => {
                    let is_open = |hold: &&Hold| !hold.unknown && self.studio.now() < hold.lapses_at;
                    let open = account.hold(&self.id).filter(is_open)?;
                    return Some(open.basis.as_ref().map_or(1, |basis| basis.request().count()));
                }
                Err(error) if is_passing(&error) => pause(&error, attempt).await,
                Err(error) => {
                    error!(%error, "not begun: the job is left to the next start");
                    return None;
                }
            }
        }
        error!("not begun: the next start tries again, if it comes before the hold lapses");
        None
    }

    /// Writes how it ended: what was delivered, or that nobody knows. As long as the store has no answer, it is asked
    /// again.
    async fn end(&self, mut delivery: Option<Delivery>) {
        for attempt in 0..ATTEMPTS {
            match self.write(delivery.as_ref()).await {
                Ok(()) => return,
                Err(error) if is_passing(&error) => pause(&error, attempt).await,
                Err(LedgerError::Declined(declined)) if is_called_off(&declined) => {
                    return info!(%declined, "called off meanwhile");
                }
                Err(error) if delivery.is_some() => {
                    // Such as an engine without the edition that the quote was made by: a matter for a person.
                    error!(%error, "cannot be settled");
                    delivery = None;
                }
                Err(error) => {
                    return error!(%error, "cannot be marked as unknown: its credits are free at its deadline");
                }
            }
        }
        error!("how it ended is not written: the next start tries again, if it comes before the hold lapses");
    }

    /// If the process dies within this call, it is written with its receipt, or not at all. The same key finds out
    /// which, and does it once.
    async fn write(&self, delivery: Option<&Delivery>) -> Result<(), LedgerError> {
        let (Studio { ledger, engine, .. }, now) = (&*self.studio, self.studio.now());
        if let Some(delivery) = delivery {
            // By the rule of the quote. The book says what work costs that failed or was blocked, so all ends are told
            // the same way.
            let key = Key::new(&format!("{}/end", self.id))?;
            ledger.settle(&self.account, &key, &self.id, delivery.clone(), engine, now).await?;
            info!(outcome = %delivery.outcome(), "settled");
        } else {
            // Keeps the credits set aside for another hour, for somebody to find out. If nobody does, they are free
            // then.
            let key = Key::new(&format!("{}/unknown", self.id))?;
            let mark = Command::MarkUnknown { hold: self.id.clone(), life: Life::default() };
            ledger.run(&self.account, &key, mark, now).await?;
            info!("nobody knows how it ended");
        }
        Ok(())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Ok(mut at_work) = self.studio.at_work.lock() {
            at_work.remove(&(self.account.clone(), self.id.clone()));
        }
    }
}

/// Waits before the same is asked again, longer each time.
async fn pause(error: &LedgerError, attempt: u32) {
    warn!(%error, attempt, "the store has no answer yet");
    tokio::time::sleep(Duration::from_secs(1 << attempt.min(5)).min(PAUSE_MAX)).await;
}

/// Whether somebody else ended the hold. One that lapsed was ended by nobody.
fn is_called_off(declined: &Declined) -> bool {
    matches!(declined, Declined::HoldResolved { state, .. } if *state != ChargeState::Lapsed)
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
