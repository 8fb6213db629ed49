#![doc = include_str!("../README.md")]
//!
//! # Map
//!
//! ```text
//!    books           ledger                      the books that ship │ load, decide, commit: a quote to a receipt
//!         ╲      ╱      │     ╲
//!          pricing   account   store             what work costs │ the rules │ where journals are kept
//!          ╱    │      │  ╲    ╱
//!   formula   number   │  journal                formulas │ exact fractions │ the facts
//!          ╲    │      │   ╱
//!            ╲  │     plan                       what is promised
//!             ╲ │       │
//!              ╲│   grant · spend ·              on which terms credits are given,
//!               │   settlement · work            taken, and charged for which work
//!               │       │
//!    ids · credits · value · request ·           names, amounts, what is asked for, what a price was based on,
//!    basis · quoted · outcome · diagnostic ·     how work ended, how faults are told, books as text
//!    text
//! ```
//!
//! The two halves do not know each other: [`pricing`] never sees an account, and [`account`] never sees a quote, only
//! an amount to spend and the work it is for. Only the [`ledger`] makes one of the other. A [`plan`] is what an account
//! is promised, and knows neither prices nor accounts.
//!
//! A module names only what stands below it. What is not here on purpose: a clock, I/O, an async runtime, random
//! numbers, floats, hash maps, `unsafe`, panics, and operators on amounts that could overflow.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::todo,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a library about other people's money answers with a value or an error, never with a panic"
)]

pub mod account;
mod basis;
pub mod books;
mod credits;
pub mod diagnostic;
mod digest;
mod formula;
mod grant;
pub mod guide;
mod ids;
pub mod journal;
pub mod ledger;
mod number;
mod outcome;
pub mod plan;
#[cfg(not(planted))]
mod planted;
#[cfg(planted)]
#[doc(hidden)]
pub mod planted;
pub mod pricing;
mod quoted;
mod request;
mod settlement;
mod spend;
pub mod store;
mod text;
mod value;
mod work;

pub use credits::{Credits, CreditsError};
pub use grant::{Cost, Grant, GrantError, GrantKind, LateRefund};
pub use ids::{
    AccountId, Actor, GrantId, HoldId, IdError, Key, KindName, Member, Model, Reason, Reference, Studio, Tool, Unit,
};
pub use outcome::{Delivery, DeliveryError, Outcome};
pub use quoted::{LineItem, Quoted};
pub use request::{GenerationRequest, RequestError};
pub use settlement::{Portion, Settlement, SettlementError};
pub use spend::{LateSettle, Life, Overage, Spend, SpendError, Terms};
pub use value::{Value, ValueError};
pub use work::{Restriction, Work};
