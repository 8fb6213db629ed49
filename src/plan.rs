//! What plans promise: allowances, entitlements, limits and terms, as data that a product manager can review.

mod allowance;
mod book;
mod change;
mod check;
mod count;
mod edition;
mod entitlements;
mod error;
mod fact;
mod limits;
mod name;
mod not_entitled;
mod notices;
mod places;
mod reset;
mod reward;
mod setting;
mod sold;
mod stored;
mod text;
mod top_up;
mod zone;

pub use self::{
    allowance::{Allowance, Rollover},
    book::{NoPlan, PlanBook},
    change::{AtEnd, Proration, RefundTerms, Upgrade},
    count::Days,
    edition::Plan,
    entitlements::Entitlements,
    error::PlanError,
    fact::PlanFact,
    limits::{Limits, WorkLimits},
    name::{AllowanceName, ConditionName, EditionName, PlanName, RewardName, TopUpName},
    not_entitled::NotEntitled,
    notices::Notices,
    reset::{Every, ResetTime, ResetZone},
    reward::Reward,
    setting::{AllowedSetting, AllowedValues},
    sold::Sold,
    top_up::{AutoTopUp, OnSale, TopUp},
    zone::{Zone, ZoneError},
};
pub use crate::text::BookError;
