//! Somebody who uses a ledger as one should: what is not known, or could not be done, is asked for again under the same
//! key.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use studio_credits::AccountId;
use studio_credits::ledger::{Ledger, LedgerError};
use studio_credits::store::LedgerStore;

use super::catalogue::{Scenario, unit};
use super::script::{Answer, Call, Reader, Told};
use super::shelves::{Kept, Shelves};

/// How often somebody asks again before giving up.
const PATIENCE: usize = 20;

/// Which ledgers are used, one after the other, over one store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ledgers {
    One,
    Two,
    #[cfg(feature = "lanes")]
    OneWithLanes,
    #[cfg(feature = "lanes")]
    TwoWithLanes,
}

impl Ledgers {
    pub(crate) const ALL: &[Self] = &[
        Self::One,
        Self::Two,
        #[cfg(feature = "lanes")]
        Self::OneWithLanes,
        #[cfg(feature = "lanes")]
        Self::TwoWithLanes,
    ];

    /// Those of which each call has another ledger than the one before.
    pub(crate) const IN_TURNS: &[Self] = &[
        Self::Two,
        #[cfg(feature = "lanes")]
        Self::TwoWithLanes,
    ];

    pub(crate) fn over<S: LedgerStore>(self, store: &Arc<S>, attempts: u32) -> Vec<Ledger<Arc<S>>> {
        let ledger = || Ledger::new(store.clone(), unit()).with_attempts(attempts);
        match self {
            Self::One => vec![ledger()],
            Self::Two => vec![ledger(), ledger()],
            #[cfg(feature = "lanes")]
            Self::OneWithLanes => vec![ledger().with_lanes()],
            #[cfg(feature = "lanes")]
            Self::TwoWithLanes => vec![ledger().with_lanes(), ledger().with_lanes()],
        }
    }
}

/// What comes of a scenario when nothing goes wrong.
pub(crate) struct Expected {
    pub(crate) answers: Vec<Result<Told, String>>,
    pub(crate) kept: BTreeMap<AccountId, Kept>,
}

pub(crate) fn expected(scenario: &Scenario) -> Expected {
    let ledger = Ledger::new(Shelves::default(), unit());
    let answers = scenario.calls.iter().map(|call| told(ready(call.of(&ledger)))).collect();
    Expected { answers, kept: ledger.store().kept() }
}

/// An answer to compare.
pub(crate) fn told(answer: Answer) -> Result<Told, String> {
    answer.map_err(|error| error.to_string())
}

/// Polls a future until it is ready.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    polled(future, usize::MAX).expect("it is polled until it is ready")
}

/// Polls a future so often at most, and then drops it.
pub(crate) fn polled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    (0..polls).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// Calls until there is an answer that stands. `denied` is told whenever it is said that nothing was done, and whether
/// it was never said before that nobody knows: a ledger denies what it has tried itself, and not what was tried
/// before.
pub(crate) fn insist<S: LedgerStore>(
    ledgers: &[Ledger<Arc<S>>],
    turn: &mut usize,
    call: &Call,
    denied: impl Fn(&LedgerError, bool),
) -> Result<Told, String> {
    let mut sure = true;
    for _ in 0..PATIENCE {
        let ledger = &ledgers[*turn % ledgers.len()];
        *turn += 1;
        match ready(call.of(ledger)) {
            Err(LedgerError::OutcomeUnknown { .. }) => sure = false,
            Err(error @ (LedgerError::Unavailable { .. } | LedgerError::Busy { .. })) => denied(&error, sure),
            Err(error) => {
                denied(&error, sure);
                return Err(error.to_string());
            }
            Ok(answer) => return Ok(answer),
        }
    }
    panic!("`{}` is not answered", call.text)
}

/// Makes calls, each of which is done.
pub(crate) fn played(shelves: &Shelves, rows: &[&str]) {
    let (ledger, mut reader) = (Ledger::new(shelves, unit()), Reader::default());
    for row in rows {
        let call = reader.call(row).unwrap();
        if let Err(error) = ready(call.of(&ledger)) {
            panic!("`{row}`: {error}");
        }
    }
}

/// One call on its own.
pub(crate) fn asked(row: &str) -> Call {
    Reader::default().call(row).unwrap()
}
