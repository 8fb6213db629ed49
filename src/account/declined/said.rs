//! How parts of a refusal are said.

use std::fmt::Display;

use serde::Serializer;

use super::instant;
use crate::{
    account::Upcoming,
    ids::Studio,
    journal::{ChargeState, Counted, Ended, Status},
    plan::{OnSale, PlanName, TopUpName},
};

pub(super) fn coming(refill: Option<&Upcoming>) -> String {
    refill.map_or_else(String::new, |Upcoming { at, amount }| format!("; {amount} come at {}", instant(at)))
}

pub(super) fn counted_name(of: &Counted) -> String {
    let (span, studio) = match of {
        Counted::Member(member) => return format!("`{member}` in this month of the calendar"),
        Counted::Purchase => return "the account since the purchase".to_owned(),
        Counted::Day(studio) => ("today", studio),
        Counted::Month(studio) => ("in this month of the calendar", studio),
    };
    format!("the account{} {span}", in_studio(studio.as_ref()))
}

pub(super) fn in_studio(studio: Option<&Studio>) -> String {
    studio.map_or_else(String::new, |studio| format!(" in studio `{studio}`"))
}

pub(super) fn meant(nearest: Option<&TopUpName>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

pub(super) fn sale_name(on_sale: OnSale) -> &'static str {
    match on_sale {
        OnSale::Always => "on sale",
        OnSale::WhileSubscribed => "on sale while a plan is subscribed to",
        OnSale::Never => "no longer on sale",
    }
}

pub(super) fn state_name(state: ChargeState) -> &'static str {
    match state {
        ChargeState::Settled => "was settled",
        ChargeState::Released => "was released",
        ChargeState::Lapsed => "lapsed",
    }
}

pub(super) fn quoted(value: Option<&str>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
}

pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Frozen => "frozen",
        Status::Closed => "closed",
    }
}

pub(super) fn ended_name(ended: Ended) -> &'static str {
    match ended {
        Ended::Revoked => "revoked",
        Ended::ChargedBack => "charged back",
        Ended::WithPlan => "over with its plan",
    }
}

pub(super) fn plan_name(plan: Option<&PlanName>) -> String {
    plan.map_or_else(|| "an account without a plan".to_owned(), |plan| format!("plan `{plan}`"))
}

/// A cause that has no fields to act on.
pub(super) fn as_text<S: Serializer>(cause: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cause)
}
