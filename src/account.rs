//! The rules of an account: what may be added to its journal, and what its journal adds up to.
//!
//! An account is the fold of its [entries](crate::journal::Entry). [`Account::decide`] takes a command, a key and an
//! instant, and answers with the entries and records to write, with the receipt of the same command done before, or
//! with a refusal; it changes nothing. [`Account::apply`] folds one entry and decides nothing.
//!
//! # The laws
//!
//! 1. **Nothing is minted or lost.** Of each grant, and of all together, granted = available + held + spent + expired +
//!    revoked, and no part is below zero.
//! 2. **A hold is resolved once.** Open, it is settled, released, or lapses; what was settled and what returned is what
//!    was held. It lapses at its deadline, whether or not anybody looks, and a lot expires likewise.
//! 3. **What goes back goes the way it came.** A release and a refund follow the recorded parts backwards; refunds
//!    never exceed what was settled, of a charge and of each lot. Nothing revives an expired lot or extends an expiry:
//!    what comes back to one expires at once, or becomes a grant of its own where the terms of the grant say so
//!    ([`LateRefund`](crate::LateRefund)). What comes back to a revoked grant is revoked.
//! 4. **One order of spending for everybody**: the lowest priority number, then the earliest expiry (never is last),
//!    then restricted before unrestricted, then given before paid, then the oldest, then by name, 9 before 10.
//! 5. **A key stands for one intent.** The same again gives the same receipt, and writes nothing; another intent is
//!    refused, and the refusal names what differs. Intent is the command without its instant, and of a spend with a cap
//!    without its amount. The key is looked up before anything is decided. A refusal is not kept: the same key may
//!    succeed later, after a top-up.
//! 6. **A refused command changes nothing**, and the refusal has the numbers: see [`Declined`].
//! 7. **Settling never fails for lack of credits**, and never takes what another hold set aside. What is above the hold
//!    goes by the [`Overage`](crate::Overage) it was made with. Debt is a number of its own beside lots that are never
//!    below zero. A grant that [repays debt](crate::Grant::repays_debt) and is in effect does so as it is
//!    given, the oldest debt first; everything else that is available can be spent meanwhile.
//! 8. **A late settle has a result**, the [`LateSettle`](crate::LateSettle) that the hold was made with. Work that
//!    nobody knows the end of keeps its hold, for at most 31 days from when it was made. Work that goes on and on is
//!    charged piece by piece, each under a key of its own.
//! 9. **A batch settles by item**: so many delivered, so many failed or blocked
//!    ([`Settlement::items`](crate::Settlement::items)).
//! 10. **A command touches what it names.** A grant, a revocation or a charge-back leaves the lots of other grants as
//!     they are, and so does what a plan gives, changes or ends: only lots of the kinds that it says end with it do.
//! 11. **Time never runs backwards.** An instant before the account's mark is raised to it; one that is more than
//!     [`BEHIND_MAX`] before it is refused. A mark that a wrong clock pushed ahead is set back by a command that says
//!     who and why. Instants are whole microseconds.
//! 12. **The same input gives the same bytes**, everywhere.
//! 13. **Everything is bounded**: see [`Limit`]. Each bound is a refusal of its own.
//! 14. **Each entry carries the totals after it**, so a [`Statement`] can start anywhere.
//! 15. **A frozen account holds and charges nothing new**; settles, refunds and grants go on. A closed one takes no
//!     command. A payment that is charged back takes what is left of its grant; what was spent of it is owed, and what
//!     is still held of it is owed once it is settled. What comes back of that lowers the debt, and gives
//!     nothing beyond it: to make up for what other grants have repaid of it by then is an adjustment.
//!
//! # Plans
//!
//! An account [under](Account::under) a book of plans has one plan in force at any time: the one that it subscribes to,
//! or the base plan of the book. A subscription keeps its plan as it was sold; the base plan is what the book says now.
//!
//! - **Allowances need no job.** A day is given when the account is touched in it, and a look shows it already. Days
//!   that nobody touches leave no trace, as nothing of them is kept. Months that are paid for are all given, each at
//!   its own instant. An allowance gives of one window once: a plan that takes over gives what is missing to its own
//!   amount.
//! - **A window closes when it was to close** as it opened, whatever the zone or the plan is by then, and that instant
//!   is the one that is shown.
//! - **A subscription** is purchased, renewed, upgraded, scheduled to change, cancelled, resumed and ended by commands,
//!   each once for an invoice. By itself it ends when what is paid for is over: at once if it was cancelled, else after
//!   the grace of its plan. A renewal within the grace gives the month that had begun.
//! - **What a plan opens and limits** is decided in the same step as the balance. Of several limits that say no, the
//!   one that leaves the least is named, and which plans, top-ups or resets would lift it. Work counts from when it is
//!   held, in the windows of then: what it is settled for takes the place of what was held, and what is given back no
//!   longer counts. Days and months of limits are those of the calendar in the zone of the account.
//! - **Members** share one pool. A limit of theirs is a ceiling, and sets nothing aside. Where there are members, work
//!   names one of them, and only owners purchase.
//! - **Events** are crossings from before a command to after it, kept in its receipt: published after the commit, and
//!   read again from the receipt if they were lost, each is told once.
//!
//! A mark that is [repaired](crate::journal::Command::RepairMark) opens anew what was opened in the future. What a
//! subscription did by itself there stays: subscribe again.

mod afford;
mod agenda;
mod allow;
mod apply;
mod balance;
mod burn_down;
mod changes;
mod credit;
mod decide;
mod declined;
mod draft;
mod end;
mod event;
mod explain;
mod facts;
mod fold;
mod hold;
mod intent;
mod law;
mod lifts;
mod limit;
mod lot;
mod lots;
mod member;
mod offer;
mod period;
mod permit;
mod reach;
mod records;
mod refill;
mod refund;
mod refundable;
mod reward;
mod settle;
mod staged;
mod standing;
mod statement;
mod subscription;
mod take;
mod top_up;
mod turn;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use self::{agenda::Due, lots::Lots, offer::Offer};
pub use self::{
    balance::{Balance, Upcoming},
    changes::Changes,
    decide::{BEHIND_MAX, DecideError, Decision},
    declined::{Declined, RewardDeclined, SubscriptionDeclined, TeamDeclined},
    explain::{Considered, Cure, Explanation, Verdict},
    facts::FactsError,
    fold::Corrupt,
    lifts::Lifts,
    limit::Limit,
    records::Records,
    refundable::Refundable,
    statement::{Statement, StudioModel},
    view::{
        AccountView, Added, HoldView, KindView, LotView, MemberView, PlanLimit, PlanView, Refill, SubscriptionView,
        TopUpView, UpgradeView,
    },
};
use crate::{
    ids::{AccountId, GrantId, HoldId, Unit},
    journal::{Debt, EntryHash, Hold, Lot, Standing, Status, Totals},
};

/// The state that one journal adds up to.
///
/// ```
/// use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit};
/// use studio_credits::account::{Account, Decision};
/// use studio_credits::journal::Command;
///
/// let mut account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
/// let (key, now) = (Key::new("sign-up")?, "2026-11-24T12:00:00Z".parse()?);
/// let command = Command::Grant(Grant::new(GrantKind::Free, Credits::from_whole(50))?.into());
///
/// let records = account.gather(&key, &command, |_| None); // a store would look it up
/// let Decision::Write(changes) = account.decide(&records, &key, &command, now)? else { panic!() };
/// for entry in &changes.entries {
///     account.apply(entry)?;
/// }
/// assert_eq!(account.balance_at(now)?.available.to_string(), "50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "wallet")]
pub struct Account {
    id: AccountId,
    unit: Unit,
    seq: u64,
    mark: DateTime<Utc>,
    status: Status,
    totals: Totals,
    lots: Lots,
    holds: BTreeMap<HoldId, Box<Hold>>,
    debts: Vec<Debt>,
    standing: Standing,
    hash: Option<EntryHash>,
    /// When which hold lapses, and when which lot with something available expires.
    dues: BTreeSet<Due>,
    /// How many parts all holds have together.
    parts: usize,
    /// When the subscription does something by itself next.
    turn_at: Option<DateTime<Utc>>,
    offer: Offer,
}

impl Account {
    /// An account that nothing has happened to yet: its first command opens it.
    pub fn new(id: AccountId, unit: Unit) -> Self {
        Self {
            id,
            unit,
            seq: 0,
            mark: DateTime::UNIX_EPOCH,
            status: Status::Open,
            totals: Totals::default(),
            lots: Lots::default(),
            holds: BTreeMap::new(),
            debts: Vec::new(),
            standing: Standing::default(),
            hash: None,
            dues: BTreeSet::new(),
            parts: 0,
            turn_at: None,
            offer: Offer::default(),
        }
    }

    /// Whose it is.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// What its amounts are counted in.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// How many entries its journal has.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The latest instant that it has seen; the beginning of 1970 before the first.
    pub fn mark(&self) -> DateTime<Utc> {
        self.mark
    }

    /// Whether it takes new work.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The sums over all grants, as of the last entry.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// A grant of which something is left, as of the last entry.
    pub fn lot(&self, id: &GrantId) -> Option<&Lot> {
        self.lots.get(id)
    }

    /// All grants of which something is left, by name, as of the last entry.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter()
    }

    /// A hold that was open at the last entry.
    pub fn hold(&self, id: &HoldId) -> Option<&Hold> {
        self.holds.get(id).map(AsRef::as_ref)
    }

    /// All holds that were open at the last entry, by name.
    pub fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values().map(AsRef::as_ref)
    }

    /// The hash of its last entry, where that has one.
    pub fn hash(&self) -> Option<EntryHash> {
        self.hash
    }

    /// How it stands with its plan, as of the last entry.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// What is owed, the oldest first.
    pub fn debts(&self) -> &[Debt] {
        &self.debts
    }
}
