//! What there is to see at an instant.

use chrono::{DateTime, Utc};
use studio_credits::account::{Balance, Considered, Verdict};
use studio_credits::journal::Status;
use studio_credits::{Credits, GrantKind, Spend};

use super::{Model, Sums, credits, nanos};

/// What an account has at an instant, in the fields of [`Balance`].
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    at: DateTime<Utc>,
    /// What is available, how much of it for some work only, what is not usable yet, held, and owed.
    amounts: [Credits; 5],
    by_kind: Vec<(GrantKind, Credits)>,
    next_expiry: Option<(DateTime<Utc>, Credits)>,
}

impl From<Balance> for Seen {
    fn from(balance: Balance) -> Self {
        let Balance { at, available, restricted, upcoming, held, debt, by_kind, next_expiry, .. } = balance;
        Self {
            at,
            amounts: [available, restricted, upcoming, held, debt],
            by_kind,
            next_expiry: next_expiry.map(|next| (next.at, next.amount)),
        }
    }
}

impl Model {
    /// The model as time alone leaves it at an instant, and that instant.
    fn later(&self, now: DateTime<Utc>) -> (Self, DateTime<Utc>) {
        let at = super::stored(now.max(self.mark.unwrap_or(DateTime::UNIX_EPOCH))).unwrap();
        let mut later = self.clone();
        if later.status == Status::Closed {
            return (later, at); // No time passes for it.
        }
        later.begin(at, true).expect("time alone is not refused");
        (later, at)
    }

    pub(crate) fn seen(&self, now: DateTime<Utc>) -> Seen {
        let (later, at) = self.later(now);
        let (lots, all) = (later.by_lot(), later.sums());
        let with: Vec<_> = later.lots.iter().zip(lots).filter(|(_, sum)| sum.available > 0).collect();
        let usable: Vec<_> = with.iter().filter(|(lot, _)| lot.pays(None, at)).collect();
        let available = usable.iter().map(|(_, sum)| sum.available).sum();
        let restricted = usable.iter().filter(|(lot, _)| !lot.allows.any()).map(|(_, sum)| sum.available).sum();
        let upcoming = with.iter().filter(|(lot, _)| !lot.started(at)).map(|(_, sum)| sum.available).sum();
        let mut kinds: Vec<_> = usable.iter().map(|(lot, _)| lot.terms.kind().clone()).collect();
        kinds.sort();
        kinds.dedup();
        let of_kind = |kind: &GrantKind| {
            let of = usable.iter().filter(|(lot, _)| lot.terms.kind() == kind);
            credits(of.map(|(_, sum)| sum.available).sum())
        };
        let end = usable.iter().filter_map(|(lot, _)| lot.terms.expires_at()).min();
        let next_expiry = end.map(|end| {
            let ending = usable.iter().filter(|(lot, _)| lot.terms.expires_at() == Some(end));
            (end, credits(ending.map(|(_, sum)| sum.available).sum()))
        });
        let by_kind = kinds.into_iter().map(|kind| (kind.clone(), of_kind(&kind))).collect();
        Seen { at, amounts: [available, restricted, upcoming, all.held, all.debt].map(credits), by_kind, next_expiry }
    }

    /// What each lot, that had something left at the last command, gives to a spend, and why.
    pub(crate) fn verdicts(&self, spend: &Spend, now: DateTime<Utc>) -> Vec<(String, Credits, Verdict)> {
        let (later, at) = self.later(now);
        let (before, sums) = (self.by_lot(), later.by_lot());
        let mut left = nanos(spend.amount());
        let live = |sum: &Sums| sum.available > 0 || sum.held > 0;
        // What is over by then is told of, and what was given by then; what has ended is not.
        let told = |place: &usize| match before.get(*place) {
            Some(sum) => live(sum) && (live(&sums[*place]) || later.lots[*place].over(at)),
            None => live(&sums[*place]),
        };
        let alive = later.in_order().into_iter().filter(told);
        let verdict = |place: usize| {
            let lot = &later.lots[place];
            let amount = sums[place].available.min(left);
            let verdict = match (lot.terms.effective_at(), lot.terms.expires_at()) {
                (Some(start), _) if start > at => Verdict::NotYet(start),
                (_, Some(end)) if end <= at => Verdict::Over(end),
                _ if !lot.allows.work(spend.work()) => Verdict::OtherWork,
                _ if left == 0 => Verdict::NotNeeded,
                _ if amount == 0 => Verdict::AllHeld,
                _ => {
                    left -= amount;
                    return (lot.id.to_string(), credits(amount), Verdict::Taken);
                }
            };
            (lot.id.to_string(), Credits::ZERO, verdict)
        };
        alive.map(verdict).collect()
    }

    /// Whether a spend is possible at an instant, as far as credits go.
    pub(crate) fn possible(&self, spend: &Spend, now: DateTime<Utc>) -> bool {
        let (later, at) = self.later(now);
        later.afford(spend, true, at).is_ok()
    }
}

pub(crate) fn told(considered: &[Considered]) -> Vec<(String, Credits, Verdict)> {
    considered.iter().map(|lot| (lot.grant.to_string(), lot.taken, lot.verdict)).collect()
}
