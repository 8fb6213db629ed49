//! The end of a run: nothing goes wrong any more, and everything that is open is brought to an end.

use studio_credits::ledger::LedgerError;

use super::{Again, Busy, Run, answers};
use crate::simulation::store::Store;

impl<S: Store> Run<S> {
    pub(super) fn finish(&mut self) -> Result<(), String> {
        self.weather.calm_down();
        // Some of what is late arrives before the rest of the work, and some of it after everything.
        let early = self.store.late.len() / 2;
        for _ in 0..early {
            self.arrive(0)?;
        }
        for client in 0..self.clients.len() {
            if let Some(busy) = self.clients[client].busy.take() {
                let busy = self.bring_to_an_end(client, busy)?;
                self.answer(client, busy)?;
            }
        }
        for client in 0..self.clients.len() {
            self.clients[client].both = true;
            for Again { account, key, asked } in std::mem::take(&mut self.clients[client].again) {
                self.weather.attempts = 2;
                let now = self.clock;
                let clocked = (now, true);
                let asked = self.maker.again(&mut self.chance, &mut self.accounts[account].1, &asked, clocked);
                let busy = self.ask(client, account, vec![(key, asked, now)]);
                let busy = self.bring_to_an_end(client, busy)?;
                self.answered_for_good(client, busy)?;
            }
        }
        while !self.store.late.is_empty() {
            self.arrive(0)?;
        }
        for (account, _) in &self.accounts {
            if self.auditor.seq(account) > 0 {
                self.tally.count("accounts");
            }
        }
        self.auditor.end(&mut self.store.inner)
    }

    fn bring_to_an_end(&mut self, client: usize, mut busy: Busy) -> Result<Busy, String> {
        loop {
            if let Some(reply) = busy.reply.take() {
                busy.operation.reply(reply);
            }
            match self.call(client, &mut busy)? {
                Some(reply) => busy.reply = Some(reply),
                None => return Ok(busy),
            }
        }
    }

    /// Where nothing goes wrong, a command is done or refused.
    fn answered_for_good(&mut self, client: usize, busy: Busy) -> Result<(), String> {
        let Busy { operation, account, requests, .. } = busy;
        for (request, answer) in requests.iter().zip(operation.into_answers()) {
            let key = self.auditor.requests[*request].key.clone();
            let answer = answer.ok_or_else(|| format!("{key} has no answer"))?;
            let text = answers::told(&answer);
            self.note(account, || format!("client {client} is answered at last for {key}: {text}"));
            if !matches!(answer, Ok(_) | Err(LedgerError::Declined(_) | LedgerError::Price(_))) {
                return Err(format!("nothing goes wrong any more, and {key} is answered with: {text}"));
            }
            self.auditor.answered(*request, &requests, &answer)?;
            self.tally.count("answers at last");
        }
        Ok(())
    }
}
