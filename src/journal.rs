//! The facts of an account: what its journal, its records and its snapshot are made of.
//!
//! Everything here is plain data in a stored form: a store keeps it and need not understand it. Amounts are decimal
//! strings, instants have whole microseconds, lists keep their order, and each kind of thing carries the number of its
//! format. A kind, a field or a format that this build does not know is an error, never skipped: what is not understood
//! in a journal of money must not be guessed.
//!
//! | what | says | how many |
//! |---|---|---|
//! | [`Entry`] | one fact, its legs, and the totals after it | only ever added |
//! | [`Snapshot`] | what all entries so far add up to; it saves time, and means no more than they do | one an account |
//! | [`Record`] | a row under a name of its own: a [`Receipt`], a [`Charge`], a used-up lot, a reference, … | kept for
//! good |
//! | [`Command`] | what was asked for, kept whole in the receipt | one a key |

mod charge;
mod command;
mod counter;
mod debt;
mod entry;
mod event;
mod fact;
mod format;
mod hash;
mod hold;
mod lot;
mod posting;
mod record;
mod reward;
mod snapshot;
mod standing;
mod subscription;
mod team;
mod totals;

pub use charge::{Charge, ChargeState};
pub use command::{Adjustment, Command, Difference, RewardCommand, SubscriptionCommand, TeamCommand};
pub use counter::{Counted, Counter, Given, Window};
pub use debt::{Debt, DebtChange, DebtOf};
pub use entry::Entry;
pub use event::Event;
pub use fact::Fact;
pub use format::Format;
pub use hash::EntryHash;
pub use hold::Hold;
pub use lot::{Ended, Lot};
pub use posting::{Bucket, Part, Posting};
pub use record::{Receipt, Record, RecordName};
pub use reward::{Earned, EarnedIn, Referral, Referred, ReferredState};
pub use snapshot::{Snapshot, Status};
pub use standing::{KindEnded, Standing};
pub use subscription::{Scheduled, Subscription, SubscriptionState};
pub use team::{MonthMax, Role, Seat};
pub use totals::Totals;
