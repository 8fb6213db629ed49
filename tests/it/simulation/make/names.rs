//! What there may be to name: what was asked for, and what was seen to be done.

use studio_credits::account::{Declined, SubscriptionDeclined, TeamDeclined};
use studio_credits::journal::{Adjustment, Command, Receipt, SubscriptionCommand, TeamCommand};
use studio_credits::{GrantId, HoldId, Key, Member};

use crate::oracle::chance::Chance;
use crate::simulation::ask::Asked;

/// What is known of an account by name, whether or not it was ever done.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that was asked for or not")]
pub(crate) struct Names {
    pub(super) keys: u64,
    /// Holds that were asked for, and whether for a quote.
    pub(super) holds: Vec<(HoldId, bool)>,
    pub(super) grants: Vec<GrantId>,
    /// Of those, what was seen to be done, and whether it is a charge by now.
    pub(super) held: Vec<(HoldId, bool)>,
    pub(super) charged: Vec<HoldId>,
    pub(super) granted: Vec<GrantId>,
    pub(in crate::simulation) sent: Vec<(Key, Asked)>,
    /// Its clock seems to be ahead.
    pub(in crate::simulation) is_ahead: bool,
    pub(in crate::simulation) is_frozen: bool,
    /// Whether plans are a matter, and what was seen of them.
    pub(in crate::simulation) plans: bool,
    pub(in crate::simulation) is_subscribed: bool,
    pub(super) members: Vec<Member>,
}

impl Names {
    /// Of an account that nothing is known of.
    pub(crate) fn of(plans: bool) -> Self {
        Self { plans, ..Self::default() }
    }

    /// Somebody has a receipt.
    pub(crate) fn done(&mut self, receipt: &Receipt) {
        let key = &receipt.key;
        match &receipt.command {
            Command::Grant(_) | Command::Adjust { adjustment: Adjustment::Give(_), .. } => {
                self.granted.push(key.into());
            }
            Command::Hold(spend) => self.held.push((key.into(), spend.quoted().is_some())),
            Command::Charge(_) => self.charged.push(key.into()),
            Command::Settle { hold, .. } => {
                self.charged.push(hold.clone());
                self.held.retain(|(open, _)| open != hold);
            }
            Command::Release { hold, .. } => self.held.retain(|(open, _)| open != hold),
            Command::BuyTopUp { .. } | Command::Reward(_) => self.granted.push(key.into()),
            Command::Subscription(command) => {
                self.is_subscribed = !matches!(command, SubscriptionCommand::End { .. });
            }
            Command::Team(TeamCommand::Join { member, .. }) => {
                self.members.retain(|known| known != member);
                self.members.push(member.clone());
            }
            Command::Team(TeamCommand::Leave { member }) => self.members.retain(|known| known != member),
            _ => {}
        }
    }

    /// Somebody was refused, which tells of a plan, or of who shares the account.
    pub(crate) fn refused(&mut self, declined: Option<&Declined>) {
        match declined {
            Some(Declined::Subscription(SubscriptionDeclined::NotSubscribed)) => self.is_subscribed = false,
            Some(Declined::Subscription(SubscriptionDeclined::SubscribedAlready { .. })) => self.is_subscribed = true,
            Some(Declined::Team(TeamDeclined::NotAMember { member })) => self.members.retain(|known| known != member),
            Some(Declined::Team(TeamDeclined::NoMember)) => self.members = super::plans::everybody().collect(),
            _ => {}
        }
    }

    /// A hold, mostly one that is open; whether for a quote.
    pub(super) fn hold(&self, chance: &mut Chance) -> (HoldId, bool) {
        let from = if chance.percent(80) && !self.held.is_empty() { &self.held } else { &self.holds };
        recent(chance, from).unwrap_or_else(|| (HoldId::new("nobody").unwrap(), false))
    }

    pub(super) fn charge(&self, chance: &mut Chance) -> HoldId {
        if chance.percent(20) || self.charged.is_empty() {
            return self.hold(chance).0;
        }
        recent(chance, &self.charged).unwrap_or_else(|| HoldId::new("nobody").unwrap())
    }

    pub(super) fn grant(&self, chance: &mut Chance) -> GrantId {
        let from = if chance.percent(85) { &self.granted } else { &self.grants };
        recent(chance, from).unwrap_or_else(|| GrantId::new("nobody").unwrap())
    }
}

/// One of the last few, mostly.
fn recent<T: Clone>(chance: &mut Chance, all: &[T]) -> Option<T> {
    if all.is_empty() || chance.percent(2) {
        return None;
    }
    let back = if chance.percent(75) { all.len().min(6) } else { all.len() };
    let near = &all[all.len() - back..];
    Some(chance.pick(near).clone())
}
