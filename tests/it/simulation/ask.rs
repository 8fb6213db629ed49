//! What a client asks for, and whether two of these mean the same.

use studio_credits::journal::Command;
use studio_credits::ledger::Order;
use studio_credits::{Delivery, HoldId, Portion, Spend};

use super::prices;

#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Command(Command),
    /// A hold is settled by what was delivered, at the price of an engine that has one edition, or both.
    Delivered {
        hold: HoldId,
        delivery: Delivery,
        both: bool,
    },
}

impl Asked {
    pub(crate) fn order(&self) -> Order {
        match self {
            Self::Command(command) => command.clone().into(),
            Self::Delivered { hold, delivery, both } => {
                Order::settle(hold.clone(), delivery.clone(), prices::engine(*both)).unwrap()
            }
        }
    }

    /// Whether it is what was done, perhaps quoted anew.
    pub(crate) fn means(&self, done: &Command) -> bool {
        match (self, done) {
            (Self::Command(Command::Hold(now)), Command::Hold(first))
            | (Self::Command(Command::Charge(now)), Command::Charge(first)) => same_spend(first, now),
            (Self::Command(now), first) => now == first,
            (Self::Delivered { hold, delivery, .. }, Command::Settle { hold: of, settlement }) => {
                let Portion::Priced { delivery: first, .. } = settlement.due() else { return false };
                hold == of && **first == *delivery
            }
            (Self::Delivered { .. }, _) => false,
        }
    }
}

fn same_spend(first: &Spend, now: &Spend) -> bool {
    let request = |spend: &Spend| spend.quoted().map(|quoted| quoted.basis().request().clone());
    let any_amount = first.amount_max().is_some() || first.quoted().is_some();
    let same = |spend: &Spend| (spend.work().clone(), spend.amount_max(), spend.unit().cloned(), spend.terms());
    request(first) == request(now) && same(first) == same(now) && (any_amount || first.amount() == now.amount())
}
