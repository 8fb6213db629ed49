//! What is put to the test: each has accounts, and everybody has been given more than will ever be spent.

pub mod by_hand;
pub mod cala;
pub mod doubleentry;
pub mod group_commit;
pub mod ours;
pub mod sqlx_ledger;
mod template;

use std::pin::Pin;

/// What takes its time.
pub type Act<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What each account was given, in whole credits, before anything is measured.
pub const GIVEN: i64 = 1_000_000_000;

/// What a hold and a charge take unless more is asked for.
pub const ONE: i64 = 1;

pub trait Contestant: Send + Sync {
    fn name(&self) -> &'static str;

    /// How many accounts there are.
    fn accounts(&self) -> usize;

    /// How many clients are let loose on it at most.
    fn clients_max(&self) -> usize;

    /// Whether it keeps anybody from spending what is not there.
    fn refuses(&self) -> bool;

    /// Holds so many credits of an account, and settles all of the hold.
    fn pair(&self, client: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>>;

    /// Takes so many credits of an account in one step.
    fn charge(&self, client: usize, account: usize, amount: i64) -> Act<'_, Result<(), Failed>>;

    /// What there is in all accounts together.
    fn sums(&self) -> Act<'_, Sums>;
}

/// Why something was not done.
#[derive(Debug)]
pub struct Failed {
    /// Whether the hold of a pair was made, and is still there.
    pub held: bool,
    pub why: String,
}

impl Failed {
    pub fn at_once(why: String) -> Self {
        Self { held: false, why }
    }

    pub fn later(why: String) -> Self {
        Self { held: true, why }
    }
}

/// Whole credits of all accounts.
#[derive(Debug, PartialEq, Eq)]
pub struct Sums {
    /// What can be held or charged.
    pub available: i64,
    pub held: i64,
    /// What the poorest account has available.
    pub least: i64,
}

impl Sums {
    /// Of what each account has available and holds.
    pub fn of(accounts: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let none = Self { available: 0, held: 0, least: i64::MAX };
        accounts.into_iter().fold(none, |sums, (available, held)| Self {
            available: sums.available + available,
            held: sums.held + held,
            least: sums.least.min(available),
        })
    }
}
