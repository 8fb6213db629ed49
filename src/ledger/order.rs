//! What is asked of a ledger.

use std::{borrow::Cow, sync::Arc};

use super::{LedgerError, purchase::stored};
use crate::{
    account::{Account, Records},
    basis::Basis,
    credits::Credits,
    ids::HoldId,
    journal::{Command, Record, RecordName, RewardCommand, SubscriptionCommand, TeamCommand},
    outcome::Delivery,
    pricing::CostEngine,
    settlement::{Settlement, SettlementError},
};

/// What is asked of a ledger: a command, and where it has to be priced yet, the engine to do so.
///
/// A command is an order as it is. What was delivered has its price only once the hold is at hand, as that keeps the
/// rule and the edition of its quote.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it means. Where an engine is to price it, nothing is due yet.
    command: Command,
    pricing: Option<(Arc<Delivery>, Arc<CostEngine>)>,
}

impl Order {
    /// Settles a hold by what was delivered, at the price of its quote.
    ///
    /// # Errors
    ///
    /// [`SettlementError::TooLarge`] when what was measured is too much to be kept, and
    /// [`SettlementError::Unknown`] when nobody knows how the work ended: mark the hold as
    /// [unknown](Command::MarkUnknown) instead.
    ///
    /// ```
    /// use std::{borrow::Cow, sync::Arc};
    ///
    /// use studio_credits::{Delivery, HoldId, Outcome, books, ledger::Order, pricing::CostEngine};
    ///
    /// let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// assert!(Order::settle(HoldId::new("job-41")?, Delivery::outputs(3), &engine).is_ok());
    /// assert!(Order::settle(HoldId::new("job-41")?, Delivery::ended(Outcome::Unknown), &engine).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settle(hold: HoldId, delivery: Delivery, engine: &Arc<CostEngine>) -> Result<Self, SettlementError> {
        let delivery = Arc::new(delivery);
        let settlement = Settlement::priced(delivery.clone(), Credits::ZERO, Vec::new())?;
        Ok(Self { command: Command::Settle { hold, settlement }, pricing: Some((delivery, engine.clone())) })
    }

    /// What it means, whatever it costs.
    pub(super) fn intent(&self) -> &Command {
        &self.command
    }

    /// The command, priced by the quote of its hold. Where there is none, the account has an answer for that.
    pub(super) fn command(&self, account: &Account, records: &Records) -> Result<Cow<'_, Command>, LedgerError> {
        let (Some((delivery, engine)), Command::Settle { hold, .. }) = (&self.pricing, &self.command) else {
            return Ok(Cow::Borrowed(&self.command));
        };
        let Some(basis) = basis_of(hold, account, records) else {
            return Ok(Cow::Borrowed(&self.command));
        };
        let due = engine.charge_for(basis, delivery)?;
        let lines = due.lines.iter().map(stored).collect();
        let settlement = Settlement::priced(delivery.clone(), due.total, lines)?;
        Ok(Cow::Owned(Command::Settle { hold: hold.clone(), settlement }))
    }
}

impl From<Command> for Order {
    fn from(command: Command) -> Self {
        Self { command, pricing: None }
    }
}

impl From<SubscriptionCommand> for Order {
    fn from(command: SubscriptionCommand) -> Self {
        Command::from(command).into()
    }
}

impl From<RewardCommand> for Order {
    fn from(command: RewardCommand) -> Self {
        Command::from(command).into()
    }
}

impl From<TeamCommand> for Order {
    fn from(command: TeamCommand) -> Self {
        Command::from(command).into()
    }
}

fn basis_of<'a>(hold: &HoldId, account: &'a Account, records: &'a Records) -> Option<&'a Basis> {
    if let Some(hold) = account.hold(hold) {
        return hold.basis.as_deref();
    }
    match records.get(&RecordName::Charge(hold.clone())) {
        Some(Record::Charge(charge)) => charge.basis.as_deref(),
        _ => None,
    }
}
