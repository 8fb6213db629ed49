//! The rules said no, with the numbers.

mod reward;
mod said;
mod subscription;
mod team;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use self::said::{
    as_text, coming, counted_name, ended_name, in_studio, meant, plan_name, quoted, sale_name, state_name, status_name,
};
pub use self::{reward::RewardDeclined, subscription::SubscriptionDeclined, team::TeamDeclined};
use super::{Lifts, Limit, Upcoming};
use crate::{
    credits::Credits,
    grant::GrantError,
    ids::{GrantId, HoldId, Key, Reference, Studio, Unit},
    journal::{ChargeState, Counted, Difference, Ended, Status},
    plan::{NotEntitled, OnSale, PlanName, TopUpName},
};

/// Why a command is refused. Nothing has changed, and the same key may succeed later.
///
/// Exhaustive on purpose: whoever asks must have an answer for each, and a new one shall break their build. It is
/// serialised with its numbers, for a client to act on, and is never read back. No field has the name of a member of a
/// problem document (RFC 9457): `type`, `title`, `status`, `detail` or `instance`.
///
/// ```
/// use studio_credits::{AccountId, Credits, Model, Spend, Studio, Unit, Work, account::Account};
///
/// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
/// let spend = Spend::new(Work::new(Studio::new("image")?, Model::new("flux")?), Credits::from_whole(5))?;
/// let declined = account.explain(&spend, "2026-11-29T12:00:00Z".parse()?)?.declined;
/// assert_eq!(serde_json::to_value(&declined)?["insufficient"]["shortfall"], "5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Declined {
    /// The account is frozen, thawed or closed already.
    #[error("the account is {} already", status_name(*account_status))]
    Already {
        /// What it is.
        account_status: Status,
    },
    /// The account is closed.
    #[error("the account is closed: it takes no command any more")]
    Closed,
    /// What the command would make is there already, and the receipt of the command that made it was forgotten.
    #[error("what key `{key}` made before is still there, and its receipt is gone")]
    Forgotten {
        /// The key.
        key: Key,
    },
    /// The account is frozen.
    #[error("the account is frozen: nothing new is held or charged")]
    Frozen,
    /// The grant was ended before.
    #[error("grant `{grant}` was {ended} before", ended = ended_name(*ended))]
    GrantEnded {
        /// The grant.
        grant: GrantId,
        /// How.
        ended: Ended,
    },
    /// What is to be granted cannot be, as it would expire in a year that cannot be stored.
    #[error(transparent)]
    #[serde(serialize_with = "as_text")]
    Grant(#[from] GrantError),
    /// The grant would expire at once.
    #[error("the grant expires at {expires}, and it is {at} now", expires = instant(expires_at), at = instant(at))]
    GrantOver {
        /// When it expires.
        expires_at: DateTime<Utc>,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// A hold is already settled, released or lapsed.
    #[error("hold `{hold}` {state} at {at}", state = state_name(*state), at = instant(resolved_at))]
    HoldResolved {
        /// The hold.
        hold: HoldId,
        /// What became of it.
        state: ChargeState,
        /// When.
        resolved_at: DateTime<Utc>,
    },
    /// A hold would last longer than it may.
    #[error(
        "hold `{hold}` would last until {until}: {latest} is the latest",
        until = instant(lapses_at), latest = instant(latest)
    )]
    HoldTooLong {
        /// The hold.
        hold: HoldId,
        /// Until when it was to last.
        lapses_at: DateTime<Utc>,
        /// The latest that it can.
        latest: DateTime<Utc>,
    },
    /// The account is to be closed while holds are open.
    #[error("open holds are {holds}, with {held} set aside: an account is closed without any")]
    HoldsOpen {
        /// How many.
        holds: usize,
        /// What they set aside.
        held: Credits,
    },
    /// There is not enough for this work.
    #[error(
        "{required} required and {available} available for this work: {shortfall} missing{refill}{lifts}",
        refill = coming(refill.as_ref())
    )]
    Insufficient {
        /// What the work costs.
        required: Credits,
        /// What may be spent on it now.
        available: Credits,
        /// What open holds set aside.
        held: Credits,
        /// What is missing.
        shortfall: Credits,
        /// What is available for other work only.
        elsewhere: Credits,
        /// What is granted, and not usable yet.
        upcoming: Credits,
        /// What is usable next for this work, as far as it is known: a grant that takes effect, or a hold that lapses.
        next: Option<Upcoming>,
        /// What the plan gives next that this work may use.
        refill: Option<Upcoming>,
        /// What would lift it.
        lifts: Lifts,
    },
    /// The key stands for another command.
    #[error(
        "key `{key}` was used before, and {field} differs: {first} then, {now} now",
        field = difference.field, first = quoted(difference.first.as_deref()), now = quoted(difference.now.as_deref())
    )]
    KeyReused {
        /// The key.
        key: Key,
        /// Where the two differ.
        difference: Difference,
    },
    /// The account would have more of something than it may.
    #[error("{wanted} {limit} are too many: an account has at most {max}", max = limit.max())]
    Limit {
        /// The bound.
        limit: Limit,
        /// How many there would be.
        wanted: usize,
    },
    /// The mark is to be set back, and is not ahead.
    #[error("the time mark is {mark}, and it is {now} now: it is not ahead", mark = instant(mark), now = instant(now))]
    MarkSound {
        /// The instant of the command.
        now: DateTime<Utc>,
        /// The account's mark.
        mark: DateTime<Utc>,
    },
    /// The plan in force does not let credits be bought without being asked.
    #[error("{} does not let credits be bought without being asked{lifts}", plan_name(.plan.as_ref()))]
    NoAutoTopUp {
        /// The plan, if there is one.
        plan: Option<PlanName>,
        /// What would lift it.
        lifts: Lifts,
    },
    /// The plan in force sells no such pack.
    #[error("{} sells no top-up `{pack}`{lifts}{}", plan_name(.plan.as_ref()), meant(.nearest.as_ref()))]
    NoTopUp {
        /// What was to be bought.
        pack: TopUpName,
        /// The plan, if there is one.
        plan: Option<PlanName>,
        /// What was probably meant.
        nearest: Option<TopUpName>,
        /// What would lift it: the plans that sell it.
        lifts: Lifts,
    },
    /// The plan does not open the work.
    #[error("{what}{lifts}")]
    NotEntitled {
        /// The plan in force.
        plan: PlanName,
        /// What it does not open.
        what: NotEntitled,
        /// What would lift it.
        lifts: Lifts,
    },
    /// The pack cannot be bought now.
    #[error("top-up `{pack}` is {}{lifts}", sale_name(*.on_sale))]
    NotOnSale {
        /// The pack.
        pack: TopUpName,
        /// While it is on sale.
        on_sale: OnSale,
        /// What would lift it: the plans that sell it.
        lifts: Lifts,
    },
    /// A hold was released or lapsed, is still open, or was settled with nothing due: nothing of it was charged.
    #[error("nothing of `{charge}` was charged: there is nothing to refund")]
    NothingCharged {
        /// The charge.
        charge: HoldId,
    },
    /// What was delivered is to be priced, and the hold was made for an amount without a quote.
    #[error("hold `{hold}` was made without a quote: settle it by an amount or by items")]
    NotQuoted {
        /// The hold.
        hold: HoldId,
    },
    /// An amount is zero or below.
    #[error("{amount} is no amount to move: one above 0 is")]
    NotPositive {
        /// The amount that was given.
        amount: Credits,
    },
    /// The amount is in another unit than the account.
    #[error("the amount is in `{unit}`, and the account in `{account}`")]
    OtherUnit {
        /// What the account is counted in.
        account: Unit,
        /// What the amount is counted in.
        unit: Unit,
    },
    /// Nobody knows how the work ended, so its hold is not released.
    #[error("the outcome of `{hold}` is unknown: mark it so, and release or settle it once it is known")]
    OutcomeUnknown {
        /// The hold.
        hold: HoldId,
    },
    /// With this much more granted, owed or absorbed, the account would be beyond all amounts.
    #[error("with {amount} more, the account would be beyond the largest amount")]
    OutOfRange {
        /// The amount that was to be granted, owed or absorbed.
        amount: Credits,
    },
    /// The work would go beyond what may be used in a window.
    #[error(
        "{required} required, and {used} of {max} used by {of} until {resets}{lifts}",
        of = counted_name(of), resets = instant(resets_at)
    )]
    OverLimit {
        /// What the limit is on.
        of: Counted,
        /// What was used, and what is held.
        used: Credits,
        /// What the work costs.
        required: Credits,
        /// The most.
        max: Credits,
        /// When it is used anew.
        resets_at: DateTime<Utc>,
        /// What would lift it.
        lifts: Lifts,
    },
    /// The work costs more than it may.
    #[error("{amount} required, and the cap is {max}")]
    OverCap {
        /// What the work costs.
        amount: Credits,
        /// The most that it may cost.
        max: Credits,
    },
    /// The quote is too old.
    #[error("the quote held until {until}, and it is {at} now", until = instant(valid_until), at = instant(at))]
    QuoteOver {
        /// Until when it held.
        valid_until: DateTime<Utc>,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// Something was granted or purchased for this before.
    #[error("`{reference}` was used before, under key `{key}`")]
    ReferenceUsed {
        /// What was granted for.
        reference: Reference,
        /// Under which key.
        key: Key,
    },
    /// More is to be refunded than is left of a charge.
    #[error(
        "{amount} cannot be refunded of `{charge}`: {settled} charged, {refunded} refunded, \
         {forgiven} forgiven, {left} left"
    )]
    RefundTooMuch {
        /// The charge.
        charge: HoldId,
        /// How much was to be refunded.
        amount: Credits,
        /// What was charged.
        settled: Credits,
        /// What was refunded before.
        refunded: Credits,
        /// What is no longer owed of it, because somebody said so.
        forgiven: Credits,
        /// What can still be refunded.
        left: Credits,
    },
    /// A reward says no.
    #[error(transparent)]
    Reward(RewardDeclined),
    /// A subscription says no.
    #[error(transparent)]
    Subscription(SubscriptionDeclined),
    /// A team says no.
    #[error(transparent)]
    Team(TeamDeclined),
    /// The clock of the caller is behind that of others.
    #[error(
        "it is {now} by the caller, and the account has seen {mark}: clocks may differ by 5 minutes",
        now = instant(now), mark = instant(mark)
    )]
    TimeBehind {
        /// The instant of the command.
        now: DateTime<Utc>,
        /// The account's mark.
        mark: DateTime<Utc>,
    },
    /// The instant is of no year that can be stored.
    #[error("year {year} is out of range: 1970 to 9999 are allowed")]
    TimeOutOfRange {
        /// The year.
        year: i32,
    },
    /// As much work is under way as may be.
    #[error("open holds are {open}{}: at most {max} may be{lifts}", in_studio(.studio.as_ref()))]
    TooManyHolds {
        /// In which studio; `None` is in all.
        studio: Option<Studio>,
        /// How many are open.
        open: u32,
        /// How many may be.
        max: u32,
        /// What would lift it.
        lifts: Lifts,
    },
    /// More outputs are asked for than one request may.
    #[error("{outputs} outputs are asked for{}: at most {max} may be{lifts}", in_studio(.studio.as_ref()))]
    TooManyOutputs {
        /// In which studio; `None` is in all.
        studio: Option<Studio>,
        /// How many are asked for.
        outputs: u64,
        /// How many may be.
        max: u64,
        /// What would lift it.
        lifts: Lifts,
    },
    /// More is to be taken or forgiven than there is.
    #[error("{amount} is more than {what}, {most}")]
    TooMuch {
        /// How much was asked for.
        amount: Credits,
        /// The most that it can be.
        most: Credits,
        /// What that is.
        what: &'static str,
    },
    /// There is no such charge in this account.
    #[error("there is no charge `{charge}`")]
    UnknownCharge {
        /// The charge.
        charge: HoldId,
    },
    /// There is no such grant in this account.
    #[error("there is no grant `{grant}`")]
    UnknownGrant {
        /// The grant.
        grant: GrantId,
    },
    /// There is no such hold in this account.
    #[error("there is no hold `{hold}`")]
    UnknownHold {
        /// The hold.
        hold: HoldId,
    },
}

impl Declined {
    /// How much is left of the limit that refuses; none of other refusals.
    pub(super) fn room(&self) -> Option<Credits> {
        match self {
            Self::OverLimit { used, max, .. } => Some(max.checked_sub(*used).unwrap_or(Credits::ZERO)),
            _ => None,
        }
    }
}

pub(super) fn instant(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
