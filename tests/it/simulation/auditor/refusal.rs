//! Whether a refusal is right: it must have been so of the account at some moment between asking and answering.

use std::cell::OnceCell;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::Declined;
use studio_credits::journal::{Adjustment, ChargeState, Command, Status};
use studio_credits::pricing::PriceError;
use studio_credits::{AccountId, Credits, Grant, Life, Outcome, Spend};

use super::Request;
use super::history::{History, Standing};
use super::scene::Scene;
use crate::account::model::nanos;
use crate::simulation::ask::Asked;

/// How far a clock may be behind an account.
const BEHIND: TimeDelta = TimeDelta::minutes(5);

/// An account after one of its entries, at an instant.
pub(super) struct Moment<'a> {
    pub(super) history: &'a History,
    pub(super) seq: u64,
    now: DateTime<Utc>,
    mark: DateTime<Utc>,
    /// The instant that a command happens at.
    pub(super) at: DateTime<Utc>,
    scene: OnceCell<Scene<'a>>,
}

/// Whether it was so at some moment.
pub(super) fn is_right(history: &History, request: &Request, declined: &Declined) -> bool {
    at_some_moment(history, request, |moment| moment.refuses(request, declined))
}

/// Whether an engine could not price what was delivered.
pub(super) fn has_no_price(history: &History, request: &Request, error: &PriceError) -> bool {
    let Asked::Delivered { hold, both: false, .. } = &request.asked else { return false };
    matches!(error, PriceError::OtherBasis(_))
        && at_some_moment(history, request, |moment| {
            let made = moment.standing(hold) != Standing::None;
            let basis = moment.history.holds.get(hold).and_then(|hold| hold.basis.as_ref());
            made && basis.is_some_and(|basis| basis.edition() == "2")
        })
}

fn at_some_moment(history: &History, request: &Request, so: impl Fn(&Moment<'_>) -> bool) -> bool {
    let told = if request.instants.is_empty() { std::slice::from_ref(&request.now) } else { &request.instants };
    (request.since..=history.seq()).rev().any(|seq| {
        told.iter().rev().any(|now| {
            let mark = history.mark(seq);
            so(&Moment { history, seq, now: *now, mark, at: mark.max(*now), scene: OnceCell::new() })
        })
    })
}

impl Moment<'_> {
    /// As time alone would leave the account.
    pub(super) fn scene(&self) -> &Scene<'_> {
        self.scene.get_or_init(|| Scene::new(self.history, self.seq, self.at))
    }

    pub(super) fn standing(&self, hold: &studio_credits::HoldId) -> Standing {
        self.history.standing(hold, self.seq, self.at)
    }

    fn status(&self) -> Status {
        self.history.status.at(self.seq).copied().unwrap_or_default()
    }

    fn refuses(&self, request: &Request, declined: &Declined) -> bool {
        let (history, seq) = (self.history, self.seq);
        if let Declined::TimeBehind { now, mark } = declined {
            return *now == self.now && *mark == self.mark && *mark - *now > BEHIND;
        }
        if let Declined::KeyReused { key, .. } = declined {
            let first = history.receipts.get(key).filter(|(last, _)| *last <= seq);
            return *key == request.key && first.is_some_and(|(_, first)| !request.asked.means(&first.command));
        }
        if let Declined::MarkSound { now, mark } = declined {
            let repairs = matches!(request.asked, Asked::Command(Command::RepairMark { .. }));
            return repairs && *now == self.now && *mark == self.mark && now >= mark;
        }
        if matches!(declined, Declined::Closed) || self.status() == Status::Closed {
            return matches!(declined, Declined::Closed) && self.status() == Status::Closed;
        }
        if self.mark - self.now > BEHIND {
            return false;
        }
        match &request.asked {
            Asked::Delivered { hold, .. } => match declined {
                Declined::NotQuoted { .. } => {
                    self.standing(hold) != Standing::None && history.holds[hold].basis.is_none()
                }
                _ => self.is_over(hold, declined),
            },
            Asked::Command(command) => self.refuses_command(&request.account, command, declined),
        }
    }

    fn refuses_command(&self, account: &AccountId, command: &Command, declined: &Declined) -> bool {
        match command {
            Command::Grant(grant) | Command::Adjust { adjustment: Adjustment::Give(grant), .. } => {
                self.refuses_grant(grant, declined)
            }
            Command::Hold(spend) => self.refuses_spend(spend, true, declined),
            Command::Charge(spend) => self.refuses_spend(spend, false, declined),
            Command::Settle { hold, .. } => self.is_over(hold, declined),
            Command::Release { hold, outcome } => match declined {
                Declined::OutcomeUnknown { .. } => {
                    *outcome == Outcome::Unknown && self.standing(hold) == Standing::Open
                }
                _ => self.is_over(hold, declined),
            },
            Command::MarkUnknown { hold, life } | Command::Extend { hold, life } => match declined {
                Declined::HoldTooLong { lapses_at, latest, .. } => {
                    let Some(known) = self.history.holds.get(hold) else { return false };
                    let until = known.lapses.at(self.seq).copied().unwrap_or_default().max(self.at + life.delta());
                    let most = known.made.1 + Life::MAX.delta();
                    self.standing(hold) == Standing::Open
                        && (until, most) == (*lapses_at, *latest)
                        && lapses_at > latest
                }
                _ => self.is_over(hold, declined),
            },
            Command::Refund { charge, amount, .. } => self.refuses_refund(charge, *amount, declined),
            Command::Revoke { grant, .. } | Command::ChargeBack { grant, .. } => {
                let lot = self.history.lots.get(grant).filter(|lot| lot.available.at(self.seq).is_some());
                match declined {
                    Declined::UnknownGrant { .. } => lot.is_none(),
                    Declined::GrantEnded { grant, ended } => {
                        let of_entry = lot.and_then(|lot| lot.ended.at(self.seq)).copied();
                        of_entry.or_else(|| self.scene().ended(grant)) == Some(*ended)
                    }
                    _ => false,
                }
            }
            Command::Adjust { adjustment: Adjustment::Take(amount), .. } => match declined {
                Declined::TooMuch { most, .. } => nanos(*most) == self.scene().available(None)[0] && amount > most,
                Declined::NotPositive { .. } => *amount <= Credits::ZERO,
                _ => false,
            },
            Command::Adjust { adjustment: Adjustment::Forgive(amount), .. } => match declined {
                Declined::TooMuch { most, .. } => nanos(*most) == self.scene().debt && amount > most,
                Declined::NotPositive { .. } => *amount <= Credits::ZERO,
                _ => false,
            },
            Command::Freeze { .. } => self.is_already(Status::Frozen, declined),
            Command::Thaw { .. } => self.is_already(Status::Open, declined),
            Command::Close { .. } => match declined {
                Declined::HoldsOpen { holds, held } => {
                    let open = self.history.holds.keys().filter(|hold| self.standing(hold) == Standing::Open);
                    let still = self.history.still_held(self.seq, self.at);
                    open.count() == *holds && nanos(*held) == still
                }
                _ => false,
            },
            Command::Subscription(command) => self.refuses_subscription(command, declined),
            Command::BuyTopUp { pack, reference, by } => self.refuses_top_up(pack, (reference, by.as_ref()), declined),
            Command::Reward(command) => self.refuses_reward(account, command, declined),
            Command::Team(command) => self.refuses_team(command, declined),
            Command::SetAutoTopUp { values, by } => match declined {
                Declined::NoAutoTopUp { plan, lifts } => {
                    let known = self.scene().plan();
                    let allows = known.is_some_and(|plan| plan.auto_top_up().is_some());
                    let is_told = plan.as_ref() == known.map(|plan| plan.name());
                    let others = self.plans_after(|plan, _| plan.auto_top_up().is_some());
                    values.is_some() && !allows && is_told && lifts.plans == others && lifts.top_ups.is_empty()
                }
                _ => self.may_not_purchase(by.as_ref(), declined),
            },
            Command::RepairMark { .. } | Command::SetZone { .. } => false,
        }
    }

    fn is_already(&self, wanted: Status, declined: &Declined) -> bool {
        matches!(declined, Declined::Already { account_status } if *account_status == wanted) && self.status() == wanted
    }

    /// A hold that is named is not there, or not open.
    fn is_over(&self, hold: &studio_credits::HoldId, declined: &Declined) -> bool {
        match declined {
            Declined::UnknownHold { .. } => self.standing(hold) == Standing::None,
            Declined::HoldResolved { state, resolved_at, .. } => {
                self.standing(hold) == Standing::Ended(*state, *resolved_at)
            }
            _ => false,
        }
    }

    fn refuses_grant(&self, grant: &Grant, declined: &Declined) -> bool {
        match declined {
            Declined::GrantOver { expires_at, at } => {
                grant.expires_at() == Some(*expires_at) && *at == self.at && expires_at <= at
            }
            _ => self.is_used(grant.reference(), declined),
        }
    }

    fn refuses_spend(&self, spend: &Spend, is_hold: bool, declined: &Declined) -> bool {
        match declined {
            Declined::Frozen => self.status() == Status::Frozen,
            Declined::OverCap { amount, max } => {
                spend.amount() == *amount && spend.amount_max() == Some(*max) && amount > max
            }
            Declined::QuoteOver { valid_until, at } => {
                let until = spend.quoted().map(|quoted| quoted.valid_until());
                until == Some(*valid_until) && *at == self.at && valid_until <= at
            }
            Declined::Insufficient { required, available, held, shortfall, elsewhere, upcoming, lifts, .. } => {
                let told = [*available, *elsewhere, *upcoming].map(nanos);
                let missing = nanos(*required) - told[0];
                *required == spend.amount()
                    && told == self.scene().available(Some(spend.work()))
                    && nanos(*held) == self.history.still_held(self.seq, self.at)
                    && nanos(*shortfall) == missing
                    && required > available
                    && self.is_within_limits(spend)
                    && self.makes_up(missing, (spend, is_hold), lifts)
            }
            _ => self.refuses_work(spend, is_hold, declined),
        }
    }

    fn refuses_refund(&self, id: &studio_credits::HoldId, wanted: Option<Credits>, declined: &Declined) -> bool {
        let sums = self.history.charges.get(id).and_then(|charge| charge.at(self.seq));
        match declined {
            Declined::UnknownCharge { .. } => self.standing(id) == Standing::None,
            Declined::NothingCharged { .. } => match self.standing(id) {
                Standing::None => false,
                Standing::Ended(ChargeState::Settled, _) => sums.is_some_and(|sums| sums.0 == 0),
                Standing::Open | Standing::Ended(..) => true,
            },
            Declined::NotPositive { amount } => wanted == Some(*amount) && *amount <= Credits::ZERO,
            Declined::RefundTooMuch { amount, settled, refunded, forgiven, left, .. } => {
                let told = (nanos(*settled), nanos(*refunded), nanos(*forgiven));
                let rest = told.0 - told.1 - told.2;
                sums == Some(&told)
                    && nanos(*left) == rest
                    && (*amount > *left || rest == 0)
                    && wanted.unwrap_or(*left) == *amount
            }
            _ => false,
        }
    }
}
