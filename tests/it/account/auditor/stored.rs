//! What is stored of an account says what its entries say.

use studio_credits::journal::{Bucket, Snapshot};

use super::books::State;
use super::{Auditor, Sound, holds};
use crate::account::model::nanos;

impl Auditor {
    /// Whether a snapshot is what the entries so far come to.
    pub(crate) fn alike(&self, snapshot: &Snapshot) -> Sound {
        let ours = (self.seq, self.mark, self.status);
        let same = (snapshot.seq, snapshot.mark, snapshot.status) == ours;
        holds(same, || format!("the snapshot is at {} of {ours:?}", snapshot.seq))?;
        self.books.add_up(&snapshot.totals)?;
        let mut lots = snapshot.lots.iter();
        for (id, page) in &self.books.lots {
            if page.of(Bucket::Available) == 0 && page.of(Bucket::Held) == 0 {
                continue;
            }
            let lot = lots.next().filter(|lot| lot.id == *id).ok_or_else(|| format!("the snapshot has no {id}"))?;
            let parts = [
                (Bucket::Available, lot.available),
                (Bucket::Held, lot.held),
                (Bucket::Spent, lot.spent),
                (Bucket::Expired, lot.expired),
                (Bucket::Revoked, lot.revoked),
            ];
            let same = parts.iter().all(|(bucket, amount)| page.of(*bucket) == nanos(*amount));
            let terms = lot.grant == page.terms && lot.granted_at == page.given && lot.ended == page.ended;
            holds(same && terms, || format!("the snapshot has another {id}"))?;
        }
        holds(lots.next().is_none(), || "the snapshot has a lot of which nothing is left".to_owned())?;
        let mut holds_open = snapshot.holds.iter();
        for (id, held) in self.books.holds.iter().filter(|(_, held)| held.state == State::Open) {
            let hold = holds_open.next().filter(|hold| hold.id == *id);
            let hold = hold.ok_or_else(|| format!("the snapshot has no hold {id}"))?;
            let parts = hold.parts.iter().map(|part| (&part.lot, nanos(part.amount)));
            let same = parts.eq(held.parts.iter().map(|(lot, amount)| (lot, *amount)));
            let terms = hold.lapses_at == held.lapses && hold.terms == held.terms;
            holds(same && terms, || format!("the snapshot has another hold {id}"))?;
        }
        holds(holds_open.next().is_none(), || "the snapshot has a hold that is resolved".to_owned())?;
        let debts = snapshot.debts.iter().map(|debt| (&debt.of, nanos(debt.amount)));
        let same = debts.eq(self.books.debts.iter().map(|(of, amount)| (of, *amount)));
        holds(same, || "the snapshot owes something else".to_owned())?;
        self.books.alike_plans(snapshot)?;
        self.books.alike_limits(snapshot)?;
        self.books.alike_rewards(snapshot)
    }
}
