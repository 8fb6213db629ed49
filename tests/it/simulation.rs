//! Many clients, accounts and faults, all told by one seed: whatever happens between a ledger and its store, each command
//! is done once or not at all, and whoever asks can find out which.
//!
//! Clients drive operations against a store, call by call, in an order that a seed gives. On the way there and back
//! calls fail, get lost, arrive late or see what was there before; clients crash, repeat themselves, and have clocks
//! that are wrong. An auditor sees what is asked, what is answered, and what each commit leaves in the store.
//!
//! A run that fails says how to see it again. `SIM_SEEDS`, `SIM_COMMANDS` and `SIM_SEED` (the first) say how many there
//! are; `SIM_TRACE=1` has all events told of one that fails, or that is the only one.

mod ask;
mod auditor;
mod faults;
mod make;
mod mistakes;
mod past;
mod plans;
#[cfg(planted)]
mod planted;
mod prices;
mod run;
pub(crate) mod runs;
mod shelves;
mod small;
pub(crate) mod store;
mod tally;
mod together;
mod weather;
