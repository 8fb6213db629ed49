//! Accounts in a store: what a ledger does and answers, and that it does so whatever becomes of its store, of its
//! futures, and of the ledgers beside it.

mod audit;
mod batch;
mod catalogue;
mod client;
mod clock;
mod cost;
mod damaged;
mod defaults;
mod doubt;
mod drops;
mod failing;
mod faults;
mod faulty;
mod foreign;
mod formats;
mod housekeeping;
mod long;
mod moves;
mod nonsense;
mod period;
mod quotes;
mod race;
mod script;
mod shelves;
mod slow;
mod texts;
mod twisted;
mod view;
mod written;
