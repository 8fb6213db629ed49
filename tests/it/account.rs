//! What an account answers to what is asked of it, and what is stored of that: in tables, and against a naive model of it
//! under long random histories.

pub(crate) mod auditor;
mod crowd;
mod cures;
pub(crate) mod desk;
mod golden;
pub(crate) mod ledger;
pub(crate) mod lifts;
mod limits;
mod make;
pub(crate) mod model;
mod periods;
mod plan_book;
#[cfg(planted)]
mod planted;
mod play;
mod properties;
pub(crate) mod quoting;
pub(crate) mod sheet;
mod shrink;
mod tables;
pub(crate) mod tally;
pub(crate) mod tell;
mod texts;
pub(crate) mod words;
