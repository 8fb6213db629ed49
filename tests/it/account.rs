//! What an account answers to what is asked of it, and what is stored of that: in tables, and against a naive model of it
//! under long random histories.

mod auditor;
mod crowd;
mod desk;
mod golden;
mod ledger;
mod limits;
mod make;
mod model;
mod periods;
#[cfg(planted)]
mod planted;
mod play;
mod properties;
mod quoting;
pub(crate) mod sheet;
mod shrink;
mod tables;
mod tally;
mod tell;
mod texts;
mod words;
