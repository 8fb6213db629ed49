//! Why a ledger has no receipt to show.

use super::PeriodError;
use crate::{
    account::{Corrupt, DecideError, Declined},
    credits::Credits,
    ids::{IdError, Key},
    pricing::PriceError,
    settlement::SettlementError,
    spend::SpendError,
    store::StoreError,
};

/// Why a ledger has no receipt to show.
///
/// | | was it done? | what to do |
/// |---|---|---|
/// | [`Declined`](Self::Declined), [`Price`](Self::Price) | no | ask for something else, or again once it can be |
/// | [`NoMaximum`](Self::NoMaximum), [`Spend`](Self::Spend), [`Id`](Self::Id) | no | ask for something else |
/// | [`Period`](Self::Period) | no | ask for another period |
/// | [`Busy`](Self::Busy), [`Unavailable`](Self::Unavailable) | no | ask again later |
/// | [`QueueFull`](Self::QueueFull) | no | ask again later, or spread the work |
/// | [`OutcomeUnknown`](Self::OutcomeUnknown) | nobody knows | ask again, with the same key |
/// | [`Corrupt`](Self::Corrupt) | no | have somebody look at the store |
///
/// What a repeat after [`OutcomeUnknown`](Self::OutcomeUnknown) is told, it is told of itself. If that is no receipt,
/// the first attempt may still arrive as long as nothing else is written to the account: keep asking, or
/// [look for its receipt](super::Ledger::receipt) later.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The rules say no.
    #[error(transparent)]
    Declined(#[from] Box<Declined>),
    /// What was delivered has no price, or a default of the book is more than a request could have set.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// It is not known how much the work may cost at most.
    #[error("{total} is no more than an estimate: a hold for it needs a cap")]
    NoMaximum {
        /// What the quote says.
        total: Credits,
    },
    /// What is to be spent cannot be.
    #[error(transparent)]
    Spend(#[from] SpendError),
    /// The work cannot be settled so.
    #[error(transparent)]
    Settlement(#[from] SettlementError),
    /// A name is none.
    #[error(transparent)]
    Id(#[from] IdError),
    /// There is no statement of such a period.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// Others were faster each time.
    #[error("nothing was done: others wrote to the account first each time, attempts made: {attempts}")]
    Busy {
        /// How many times it was tried.
        attempts: u32,
    },
    /// Too many wait for the same account.
    #[error("nothing was done: {waiting} commands wait for the account")]
    QueueFull {
        /// How many.
        waiting: usize,
    },
    /// The store failed each time, and nothing was written.
    #[error("nothing was done: {source}")]
    Unavailable {
        /// What the store says.
        source: StoreError,
    },
    /// The store failed, and it is not known whether it wrote what it was told.
    #[error("nobody knows whether `{key}` was done, so ask again with the same key: {source}")]
    OutcomeUnknown {
        /// The key of the command.
        key: Key,
        /// What the store says.
        source: StoreError,
    },
    /// What the store has contradicts itself: nothing is written on top of it.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

impl From<DecideError> for LedgerError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Declined(declined) => Self::Declined(declined),
            DecideError::Corrupt(corrupt) => Self::Corrupt(corrupt),
            unknown @ DecideError::Unknown { .. } => {
                Self::Unavailable { source: StoreError::fatal(unknown.to_string()) }
            }
        }
    }
}
