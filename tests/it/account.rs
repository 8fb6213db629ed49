//! The account against a naive model of it, under long random histories.

mod auditor;
mod crowd;
mod ledger;
mod make;
mod model;
#[cfg(planted)]
mod planted;
mod play;
mod properties;
mod shrink;
mod tally;
