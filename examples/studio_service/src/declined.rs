//! Which status each refusal of an account has.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use studio_credits::account::Declined;

use crate::problem::Problem;

impl From<Declined> for Problem {
    fn from(declined: Declined) -> Self {
        let (code, numbers) = match serde_json::to_value(&declined) {
            Ok(Value::String(code)) => (code, Map::new()),
            Ok(Value::Object(tagged)) => match tagged.into_iter().next() {
                Some((code, Value::Object(numbers))) => (code, numbers),
                Some((code, _)) => (code, Map::new()),
                None => return Self::internal(&declined),
            },
            Ok(_) | Err(_) => return Self::internal(&declined),
        };
        Self::new(status(&declined), &code, declined.to_string()).with_numbers(numbers)
    }
}

/// Without a wildcard, as a new refusal is to be thought about.
fn status(declined: &Declined) -> StatusCode {
    match declined {
        Declined::Insufficient { .. } => StatusCode::PAYMENT_REQUIRED,
        Declined::Closed | Declined::Frozen | Declined::NotEntitled { .. } | Declined::Team(_) => StatusCode::FORBIDDEN,
        Declined::UnknownCharge { .. } | Declined::UnknownGrant { .. } | Declined::UnknownHold { .. } => {
            StatusCode::NOT_FOUND
        }
        Declined::Already { .. }
        | Declined::GrantEnded { .. }
        | Declined::HoldResolved { .. }
        | Declined::Forgotten { .. }
        | Declined::HoldTooLong { .. }
        | Declined::HoldsOpen { .. }
        | Declined::Limit { .. }
        | Declined::MarkSound { .. }
        | Declined::NotOnSale { .. }
        | Declined::NothingCharged { .. }
        | Declined::OutcomeUnknown { .. }
        | Declined::OverCap { .. }
        | Declined::QuoteOver { .. }
        | Declined::ReferenceUsed { .. }
        | Declined::RefundTooMuch { .. }
        | Declined::Reward(_)
        | Declined::Subscription(_) => StatusCode::CONFLICT,
        Declined::OverLimit { .. } | Declined::TooManyHolds { .. } => StatusCode::TOO_MANY_REQUESTS,
        // The draft of the header asks for 422 where a key comes with another body.
        Declined::KeyReused { .. }
        | Declined::Grant(_)
        | Declined::GrantOver { .. }
        | Declined::NoAutoTopUp { .. }
        | Declined::NoTopUp { .. }
        | Declined::NotPositive { .. }
        | Declined::NotQuoted { .. }
        | Declined::OtherUnit { .. }
        | Declined::OutOfRange { .. }
        | Declined::TooManyOutputs { .. }
        | Declined::TooMuch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        // The clock of this machine is wrong, and no client can help it.
        Declined::TimeBehind { .. } | Declined::TimeOutOfRange { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
