//! Named cases that tell whether a store does what it must: run them on a store of your own.
//!
//! Say how a store of yours is made, as a [`Subject`], and name it once in a test file. The macro
//! [`conformance_tests!`](crate::conformance_tests) makes one `#[test]` of each case, so that a report names what is
//! wrong:
//!
//! ```
//! use studio_credits::store::{MemoryStore, conformance::Subject};
//!
//! struct InMemory;
//!
//! impl Subject for InMemory {
//!     type Store = MemoryStore;
//!
//!     fn fresh(&self) -> MemoryStore {
//!         MemoryStore::default()
//!     }
//! }
//!
//! studio_credits::conformance_tests!(InMemory);
//! ```
//!
//! Or run the [`CASES`] yourself, as the example `custom_store` does:
//!
//! ```
//! # use studio_credits::store::{MemoryStore, conformance::Subject};
//! use studio_credits::store::conformance::{Answer, CASES};
//! # struct InMemory;
//! # impl Subject for InMemory {
//! #     type Store = MemoryStore;
//! #     fn fresh(&self) -> MemoryStore { MemoryStore::default() }
//! # }
//!
//! for case in CASES.iter().filter(|case| case.group == "basics") {
//!     assert_eq!(case.run(InMemory), Answer::Passed, "{}", case.what);
//! }
//! ```
//!
//! A store that is an [`Inventory`] as well has cases for that beside them, the [`INVENTORY_CASES`], and the macro
//! [`inventory_tests!`](crate::inventory_tests) makes tests of these.
//!
//! A case writes what the [`Account`](crate::account::Account) decides, to a store that is fresh, and holds everything
//! that is read against what was written. The same is written each time: there is no clock in it and no chance, but
//! for the order in which the system runs threads. Each case has been seen to fail on a store that is broken on
//! purpose. What no case can show is what a power failure leaves: there a store needs a test of its own.

mod author;
mod basics;
mod case;
mod client;
mod crew;
mod dropped;
mod durability;
mod end_to_end;
mod executor;
mod inventory;
mod lookers;
mod names;
mod numbers;
mod races;
mod records;
mod stop;
mod story;
mod trial;
mod unknown_outcomes;
mod versions;

use std::time::Duration;

pub use self::case::{Answer, Case};
use super::{Inventory, LedgerStore};

/// How the stores under test are made, and what they need to run.
///
/// Only [`fresh`](Self::fresh) has to be written for a store whose futures need no runtime and which keeps nothing.
pub trait Subject: Send + Sync + 'static {
    /// The store.
    type Store: LedgerStore;

    /// A store with nothing in it, apart from all others: in a folder, a schema or a file of its own.
    ///
    /// It may panic where that cannot be had: the case then fails, and tells what the panic said.
    fn fresh(&self) -> Self::Store;

    /// The same store as after a restart: closed, and opened anew over what it has kept. `None` for one that keeps
    /// nothing; the cases that need it are then skipped.
    fn reopen(&self, store: Self::Store) -> Option<Self::Store> {
        drop(store);
        None
    }

    /// Does the work while one step of the store fails as it may in the field: step 0 is the first thing that it does
    /// from now on (a statement, a packet, a write to a file), 1 the one after it, and so on. Where the work has fewer
    /// steps, nothing fails. `None`, and no work done, for a store that cannot be disturbed; the case that needs it is
    /// then skipped.
    fn disturb<T>(&self, store: &Self::Store, step: u32, work: impl FnOnce() -> T) -> Option<T> {
        let _ = (store, step, work);
        None
    }

    /// Runs a future to its end on the thread that calls, which may be any of many at once. Unless this is said, that
    /// is a plain loop that sleeps until it is woken; a store that needs a runtime names that of the runtime here.
    fn block_on<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        executor::block_on(future)
    }

    /// How long a case may take before it is given up, as it hangs; two minutes unless this is said.
    fn patience(&self) -> Duration {
        Duration::from_secs(120)
    }
}

/// Makes a `#[test]` of each case, named after it, for the stores of a [`Subject`](crate::store::conformance::Subject).
///
/// The expression is evaluated in each test anew. Put two stores of one file into two modules. A case that is skipped
/// says so in what the test prints.
///
/// ```
/// # struct InMemory;
/// # impl studio_credits::store::conformance::Subject for InMemory {
/// #     type Store = studio_credits::store::MemoryStore;
/// #     fn fresh(&self) -> Self::Store { Self::Store::default() }
/// # }
/// mod in_memory {
///     studio_credits::conformance_tests!(super::InMemory);
/// }
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ((@each $run:ident $subject:expr) $($group:ident { $($name:ident: $what:literal,)* })*) => {
        $($(
            #[doc = $what]
            #[test]
            fn $name() {
                let case = $crate::store::conformance::Case::named(stringify!($name)).expect("every case has a name");
                let answer = case.$run($subject);
                println!("{}: {answer}", case.name);
                assert!(!answer.is_failed(), "{}: {}\n{answer}", case.name, case.what);
            }
        )*)*
    };
    ($subject:expr) => {
        $crate::store::conformance::each_case! { { $crate::store::conformance::tests } (@each run $subject) }
    };
}

/// Makes a `#[test]` of each of the [cases](crate::store::conformance::INVENTORY_CASES) for stores that are an
/// [`Inventory`](crate::store::Inventory), as [`conformance_tests!`](crate::conformance_tests) does of the others. Both
/// may be in one module.
///
/// ```
/// # struct InMemory;
/// # impl studio_credits::store::conformance::Subject for InMemory {
/// #     type Store = studio_credits::store::MemoryStore;
/// #     fn fresh(&self) -> Self::Store { Self::Store::default() }
/// # }
/// studio_credits::conformance_tests!(InMemory);
/// studio_credits::inventory_tests!(InMemory);
/// ```
#[macro_export]
macro_rules! inventory_tests {
    ($subject:expr) => {
        $crate::store::conformance::each_inventory_case! {
            { $crate::store::conformance::tests } (@each run_inventory $subject)
        }
    };
}

/// The list of cases, handed to another macro: group, name, and what must hold.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ({ $($then:tt)* } $given:tt) => {
        $($then)* ! { $given
            basics {
                empty_account: "an account that was never written to has no head, no records and no entries",
                first_commit: "the first commit makes the account, and is read as it was written",
                every_kind_of_value: "every kind of entry and record is read as it was written",
                extreme_amounts: "amounts come back exactly, the largest, the smallest and the finest",
                many_entries_at_once: "a commit with 257 entries and 256 records is written whole",
                largest_account: "the largest account that there may be is written, and ends in the largest commit",
            }
            names {
                names_of_accounts: "accounts are apart whose names differ in case, accents, spaces or the last byte",
                names_of_records: "records are apart whose names differ in case, accents, spaces or the last byte",
            }
            records {
                records_asked_for: "a load answers with those of the records asked for that there are, and no others",
                records_of_the_account: "a load finds the records of its own account only",
                record_replaced: "a record that is not new takes the place of the one before of the same name",
                pages_of_entries: "a page begins after the entry named, is in order, and has no more than asked for",
            }
            numbers {
                numbers_of_pages: "pages after the largest numbers there are have no entries",
                numbers_of_versions: "no account is at the largest numbers there are: conflict",
                freshness_told: "what is said to be the latest is, and is said when it is asked for",
            }
            versions {
                opened_once: "a second commit that opens an account loses",
                empty_commit: "a commit without entries and records moves the version on by one, and nothing else",
                empty_commit_opens: "a commit without entries and records may be the first one",
                stale_version: "a commit on an earlier version loses, and nothing of it is written",
                future_version: "a commit on a version that is not there yet loses, and nothing of it is written",
                version_of_no_account: "a commit on a version of an account that is not there loses, and makes none",
                receipt_once: "a receipt that is there is a conflict at the right version, and nothing is written",
                reference_once: "a reference that is there is a conflict at the right version, and nothing is written",
                key_of_two_accounts: "the same key may be used in two accounts",
                goes_on_after_conflicts: "after 100 conflicts, commits are written as before",
            }
            races {
                increments_all_count: "of 32 writers with 50 charges each, none loses one: 1,600 in all",
                one_key_one_commit: "of 32 writers with one key, one writes: the receipt keeps out the others",
                accounts_apart: "32 writers with an account each never meet a conflict",
                loads_of_one_moment: "the head and the records of one load are of one moment",
                loads_of_the_latest: "a load for the latest is not behind any commit or load that was answered",
                entries_keep_up: "entries read during commits have no gap and keep up with heads",
            }
            unknown_outcomes {
                sent_twice: "a commit that is sent twice is written once",
                late_after_a_fence: "a commit that arrives after an empty one on the same version is not written",
                commits_dropped: "a commit whose future is dropped is written whole or not at all; the store goes on",
                loads_dropped: "a load whose future is dropped leaves nothing behind, and the store goes on",
                fates_are_true: "an error that says that nothing was written is right",
            }
            durability {
                kept: "everything is there when a store is opened again, and the entries add up to the snapshot",
                guarded: "a store that is opened again still refuses what it must",
            }
            end_to_end {
                many_clients: "what 8 clients were told on one account is what is stored, once each",
                one_settles: "of 100 settles of one hold, one is done",
            }
        }
    };
}

/// The list of cases for an inventory, handed to another macro in the same way.
#[doc(hidden)]
#[macro_export]
macro_rules! __inventory_cases {
    ({ $($then:tt)* } $given:tt) => {
        $($then)* ! { $given
            inventory {
                accounts_listed: "all accounts are listed, in the order of the bytes of their names, page by page",
                holds_listed: "those with holds are listed, and those with a hold whose deadline is reached",
                records_listed: "the records of an account are listed as they were written, by their names",
                receipts_forgotten: "receipts of before an instant are forgotten, as many as asked for, and no more",
            }
        }
    };
}
#[doc(hidden)]
pub use {__conformance_cases as each_case, __inventory_cases as each_inventory_case, conformance_tests as tests};

macro_rules! table {
    (
        ($(#[$doc:meta])* $cases:ident $body:ident [$($bound:tt)*])
        $($group:ident { $($name:ident: $what:literal,)* })*
    ) => {
        $(#[$doc])*
        pub const $cases: &[Case] = &[
            $($(Case { group: stringify!($group), name: stringify!($name), what: $what },)*)*
        ];

        /// What a case does.
        fn $body<S: $($bound)*>(name: &str) -> Option<fn(&S) -> stop::Verdict> {
            match name {
                $($(stringify!($name) => Some($group::$name::<S>),)*)*
                _ => None,
            }
        }
    };
}
__conformance_cases! { { table } (
    /// All cases, the plainest first: mend what the first failure names before you look at the others.
    CASES body [Subject]
) }
__inventory_cases! { { table } (
    /// The cases of a store that is an [`Inventory`]: [`Case::run_inventory`] runs them.
    INVENTORY_CASES inventory_body [Subject<Store: Inventory>]
) }
