//! What the oracle answers: a value, or why there is none.

/// Why a request has no price; the names are those of the crate's refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refusal {
    Unknown,
    ToolNeeded,
    Missing,
    NotAllowed,
    NotOffered,
    NotInForce,
    TooLarge,
    DivisionByZero,
    Undefined,
    RoundsOver,
    Negative,
    OutcomeUnknown,
}

pub(crate) type Answer<T> = Result<T, Refusal>;
