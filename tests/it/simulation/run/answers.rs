//! What clients do about answers.

use studio_credits::account::Declined;
use studio_credits::ledger::{Answer, LedgerError};

use super::{Again, Busy, Run};
use crate::account::tally;
use crate::simulation::store::Store;

impl<S: Store> Run<S> {
    /// An operation is done: has its answers looked at, and sees what is to be asked again.
    pub(super) fn answer(&mut self, client: usize, busy: Busy) -> Result<(), String> {
        let Busy { operation, account, requests, .. } = busy;
        let answers: Vec<_> = operation.into_answers().collect();
        for (request, answer) in requests.iter().zip(answers) {
            let key = self.auditor.requests[*request].key.clone();
            let answer = answer.ok_or_else(|| format!("{key} has no answer"))?;
            self.note(account, || format!("client {client} is answered for {key}: {}", told(&answer)));
            self.auditor.answered(*request, &requests, &answer)?;
            self.tally.count(name(&answer));
            if let Ok(receipt) = &answer {
                self.accounts[account].1.done(receipt);
            }
            if let Err(LedgerError::Declined(declined)) = &answer {
                self.tally.count(tally::declined(declined));
            }
            let declined = answer.as_ref().err().and_then(|error| match error {
                LedgerError::Declined(declined) => Some(&**declined),
                _ => None,
            });
            let names = &mut self.accounts[account].1;
            names.is_ahead = matches!(declined, Some(Declined::TimeBehind { .. }));
            names.is_frozen = matches!(declined, Some(Declined::Frozen));
            names.refused(declined);
            let again = match &answer {
                Ok(_) => 2,
                Err(LedgerError::Declined(_)) => 8,
                Err(LedgerError::Price(_)) => 50,
                Err(_) => 75,
            };
            if self.chance.percent(again) {
                let asked = self.auditor.requests[*request].asked.clone();
                self.clients[client].again.push(Again { account, key, asked });
            }
        }
        Ok(())
    }
}

pub(super) fn name(answer: &Answer) -> &'static str {
    match answer {
        Ok(_) => "answered: receipt",
        Err(LedgerError::Declined(_)) => "answered: declined",
        Err(LedgerError::Price(_)) => "answered: no price",
        Err(LedgerError::Busy { .. }) => "answered: busy",
        Err(LedgerError::Unavailable { .. }) => "answered: unavailable",
        Err(LedgerError::OutcomeUnknown { .. }) => "answered: outcome unknown",
        Err(_) => "answered: something else",
    }
}

pub(super) fn told(answer: &Answer) -> String {
    match answer {
        Ok(receipt) => {
            let entries: Vec<_> = receipt.entries.iter().map(|entry| entry.seq).collect();
            format!("done, with entries {entries:?}")
        }
        Err(error) => error.to_string(),
    }
}
