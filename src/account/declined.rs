//! The rules said no, with the numbers.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Limit, Upcoming};
use crate::{
    credits::Credits,
    ids::{GrantId, HoldId, Key, Reference, Unit},
    journal::{ChargeState, Difference, Ended, Status},
};

/// Why a command is refused. Nothing has changed, and the same key may succeed later.
///
/// Exhaustive on purpose: whoever asks must have an answer for each, and a new one shall break their build.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// The account is frozen, thawed or closed already.
    #[error("the account is {status} already", status = status_name(*status))]
    Already {
        /// What it is.
        status: Status,
    },
    /// The account is closed.
    #[error("the account is closed: it takes no command any more")]
    Closed,
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
    #[error("{required} required and {available} available for this work: {shortfall} missing")]
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
    /// Something was granted for this before.
    #[error("`{reference}` was granted for before, under key `{key}`")]
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

pub(super) fn instant(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn state_name(state: ChargeState) -> &'static str {
    match state {
        ChargeState::Settled => "was settled",
        ChargeState::Released => "was released",
        ChargeState::Lapsed => "lapsed",
    }
}

fn quoted(value: Option<&str>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Frozen => "frozen",
        Status::Closed => "closed",
    }
}

fn ended_name(ended: Ended) -> &'static str {
    match ended {
        Ended::Revoked => "revoked",
        Ended::ChargedBack => "charged back",
    }
}
