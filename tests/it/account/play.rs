//! The account and its model, asked the same, step by step, under the eyes of the auditor.

use chrono::{DateTime, Utc};
use studio_credits::account::{Cure, Declined, Lifts};
use studio_credits::journal::{Adjustment, Bucket, Command, EarnedIn, Entry, Fact, Role, Subscription};
use studio_credits::{Key, Spend};

use super::auditor::Auditor;
use super::ledger::{Answer, Ledger};
use super::lifts::{lifts_of, tried};
use super::model::{Line, Model, Reply, Seen, Sums, What, Where, nanos, stored, told};
use super::plan_book::book;
use super::shrink::Under;
use super::tally::{self, Tally};

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) key: Key,
    pub(crate) command: Command,
    pub(crate) now: DateTime<Utc>,
    /// What is looked at before it: an instant, and what might be spent.
    pub(crate) look: Option<(DateTime<Utc>, Spend)>,
}

pub(crate) struct Play {
    pub(crate) ledger: Ledger,
    pub(crate) model: Model,
    pub(crate) tally: Tally,
    auditor: Auditor,
    under: Under,
    /// The account as it is stored after the last step.
    stored: String,
}

type Alike = Result<(), String>;

fn same<T: PartialEq + std::fmt::Debug>(what: &str, crates: &T, models: &T) -> Alike {
    if crates == models {
        Ok(())
    } else {
        Err(format!("{what}\n  of the crate: {crates:?}\n  of the model: {models:?}"))
    }
}

impl Play {
    pub(crate) fn new(under: Under) -> Self {
        let (ledger, model, auditor) = match under {
            Under::Nothing => (Ledger::new(), Model::new(), Auditor::default()),
            Under::Plans => (Ledger::under(book()), Model::under(book()), Auditor::under(book())),
        };
        let stored = ledger.stored();
        Self { ledger, model, auditor, tally: Tally::default(), under, stored }
    }

    pub(crate) fn step(&mut self, step: &Step) -> Alike {
        if let Some((at, spend)) = &step.look {
            self.look(*at, spend)?;
        }
        let length = self.ledger.journal.len();
        let answer = self.ledger.run(&step.key, &step.command, step.now)?;
        let entries = &self.ledger.journal[length..];
        let after = self.ledger.stored();
        self.auditor.see((&step.key, &step.command), &answer, entries, (&self.stored, &after))?;
        self.stored = after;
        if self.ledger.account.seq() > 0 {
            self.auditor.alike(&self.ledger.account.snapshot())?;
        }
        match (&answer, self.model.ask(&step.key, &step.command, step.now)) {
            (Answer::Done(..), Reply::Done(lines)) => {
                let told: Vec<_> = entries.iter().map(line).collect();
                for entry in entries {
                    self.tally.count(tally::fact(&entry.fact));
                }
                same("what is done", &told, &lines)?;
            }
            (Answer::Repeat(_), Reply::Repeat) => self.tally.count("repeats"),
            (Answer::Declined(declined), Reply::Reused) => {
                let name = tally::declined(declined);
                self.tally.count(name);
                same("the refusal", &name, &"KeyReused")?;
            }
            (Answer::Declined(ours), Reply::Declined(theirs, coming)) => {
                self.tally.count(tally::declined(ours));
                let mut ours = ours.clone();
                if let Declined::Insufficient { next, refill, .. } = ours.as_mut() {
                    let next = next.take().map(|next| (next.at, nanos(next.amount)));
                    same("what is usable next", &next, &coming)?;
                    *refill = None;
                }
                // What would help is more than the model knows, and is tried.
                if let Some(lifts) = lifts_of(&mut ours).map(std::mem::take) {
                    if !lifts.plans.is_empty() {
                        self.tally.count("lifting plans");
                    }
                    if !lifts.top_ups.is_empty() {
                        self.tally.count("lifting top-ups");
                    }
                    let asked = (&step.key, &step.command);
                    let tried = match self.under {
                        Under::Nothing => Lifts::default(),
                        Under::Plans => tried(&self.ledger, &book(), asked, step.now),
                    };
                    same("what would lift it", &lifts, &tried)?;
                }
                if let Declined::NoTopUp { nearest, .. } = ours.as_mut() {
                    *nearest = None;
                }
                same("the refusal", &ours, &theirs)?;
            }
            (answer, Reply::Done(lines)) => return Err(format!("{answer:?}, and the model does {lines:?}")),
            (answer, Reply::Repeat) => return Err(format!("{answer:?}, and the model repeats")),
            (answer, Reply::Reused) => return Err(format!("{answer:?}, and the model says that the key was used")),
            (answer, Reply::Declined(declined, _)) => {
                return Err(format!("{answer:?}, and the model refuses: {declined}"));
            }
        }
        self.state()
    }

    /// The account at the end: its entries add up to it, and it is what the auditor has seen.
    pub(crate) fn end(&self) -> Alike {
        self.ledger.fold()?;
        if self.ledger.journal.is_empty() {
            return Ok(());
        }
        self.auditor.last(self.ledger.account.seq(), self.ledger.account.mark())
    }

    fn state(&self) -> Alike {
        let (account, model) = (&self.ledger.account, &self.model);
        same("the status", &account.status(), &model.status)?;
        same("the mark", &account.mark(), &model.mark.unwrap_or(DateTime::UNIX_EPOCH))?;
        let lots: Vec<_> = account
            .lots()
            .map(|lot| (&lot.id, lot.ended, [lot.available, lot.held, lot.spent, lot.expired, lot.revoked].map(nanos)))
            .collect();
        let sums = model.by_lot();
        let alive = model.lots.iter().zip(&sums).filter(|(_, sum)| sum.available > 0 || sum.held > 0);
        let parts = |sum: &Sums| [sum.available, sum.held, sum.spent, sum.expired, sum.revoked];
        let mut modelled: Vec<_> = alive.map(|(lot, sum)| (&lot.id, lot.ended, parts(sum))).collect();
        modelled.sort_by_key(|(id, _, _)| id.as_str());
        same("the lots", &lots, &modelled)?;
        let holds: Vec<_> = account.holds().map(|hold| (&hold.id, hold.lapses_at, nanos(hold.amount))).collect();
        let open = model.jobs.iter().filter(|job| job.fate.is_none());
        let mut modelled: Vec<_> = open.map(|job| (&job.id, job.lapses, job.amount)).collect();
        modelled.sort_by_key(|(id, _, _)| id.as_str());
        same("the holds", &holds, &modelled)?;
        let debts: Vec<_> = account.debts().iter().map(|debt| (&debt.of, nanos(debt.amount))).collect();
        let modelled = model.debts.iter().filter(|debt| debt.amount > 0);
        same("the debts", &debts, &modelled.map(|debt| (&debt.of, debt.amount)).collect())
    }

    /// What is to be seen at an instant, and what a spend would take then.
    fn look(&mut self, at: DateTime<Utc>, spend: &Spend) -> Alike {
        if stored(at).is_err() {
            return Ok(());
        }
        let balance = self.ledger.account.balance_at(at).map_err(|error| error.to_string())?;
        same("the balance", &Seen::from(balance), &self.model.seen(at))?;
        let explanation = self.ledger.account.explain(spend, at).map_err(|error| error.to_string())?;
        same("the explanation", &told(&explanation.considered), &self.model.verdicts(spend, at))?;
        for lot in &explanation.considered {
            self.tally.count(tally::verdict(lot.verdict));
        }
        for cure in &explanation.cures {
            if let Cure::Wait(until) = cure {
                self.tally.count("wait");
                same("what waiting does", &true, &self.model.possible(spend, *until))?;
            }
        }
        Ok(())
    }
}

/// What an entry says, in the words of the model.
fn line(entry: &Entry) -> Line {
    let place = |bucket| match bucket {
        Bucket::Source => Where::Source,
        Bucket::Available => Where::Available,
        Bucket::Held => Where::Held,
        Bucket::Spent => Where::Spent,
        Bucket::Expired => Where::Expired,
        Bucket::Revoked => Where::Revoked,
    };
    let moves = entry.postings.iter().map(|leg| (leg.lot.clone(), place(leg.from), place(leg.to), nanos(leg.amount)));
    let mut moves: Vec<_> = moves.collect();
    moves.sort();
    let mut debts: Vec<_> = entry.debts.iter().map(|debt| (debt.of.clone(), nanos(debt.by))).collect();
    debts.sort();
    let totals = &entry.totals;
    let sums = Sums {
        granted: nanos(totals.granted),
        available: nanos(totals.available),
        held: nanos(totals.held),
        spent: nanos(totals.spent),
        expired: nanos(totals.expired),
        revoked: nanos(totals.revoked),
        debt: nanos(totals.debt),
        absorbed: nanos(totals.absorbed),
    };
    Line { at: entry.at, by_time: entry.key.is_none(), what: what(&entry.fact), moves, debts, sums }
}

fn what(fact: &Fact) -> What {
    let kind = tally::fact(fact);
    let new = |name: &dyn ToString| What::new(kind, &name.to_string(), &[]);
    match fact {
        Fact::Opened { unit } => new(unit),
        Fact::Granted { grant, terms }
        | Fact::Renewed { of: grant, terms, .. }
        | Fact::RolledOver { of: grant, terms, .. } => new(grant).on(terms),
        Fact::Allowed { grant, terms, given } => {
            What::new(kind, grant, &[nanos(given.amount)]).on(terms).until(given.window.closes_at())
        }
        Fact::Rewarded { grant, terms, earned, .. } => {
            let within = |earned: Option<EarnedIn>| earned.map_or(0, |earned| earned.count);
            let counts = [earned.ever, within(earned.day), within(earned.month)].map(i128::from);
            What::new(kind, grant, &counts).on(terms)
        }
        Fact::Repaid { grant }
        | Fact::Expired { grant }
        | Fact::Revoked { grant, .. }
        | Fact::ChargedBack { grant, .. } => new(grant),
        Fact::Held { hold, amount, lapses_at, .. } => What::new(kind, hold, &[nanos(*amount)]).until(*lapses_at),
        Fact::Settled { hold, charged, absorbed, late, held_at, .. } => {
            What::new(kind, hold, &[nanos(*charged), nanos(*absorbed), i128::from(*late)]).until(*held_at)
        }
        Fact::Released { hold, .. } | Fact::Lapsed { hold } => new(hold),
        Fact::MarkedUnknown { hold, lapses_at } | Fact::Extended { hold, lapses_at } => new(hold).until(*lapses_at),
        Fact::Charged { charge, amount, .. } => What::new(kind, charge, &[nanos(*amount)]),
        Fact::Refunded { charge, amount, held_at, .. } => What::new(kind, charge, &[nanos(*amount)]).until(*held_at),
        Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => new(&"").on(terms),
        Fact::Adjusted { adjustment: Adjustment::Take(amount) | Adjustment::Forgive(amount), .. } => {
            What::new(kind, "", &[nanos(*amount)])
        }
        Fact::Frozen { .. } | Fact::Thawed { .. } | Fact::Closed { .. } | Fact::AutoTopUpSet { .. } => new(&""),
        Fact::ZoneSet { zone } => new(zone),
        Fact::MarkRepaired { from, .. } => new(&"").until(*from),
        Fact::SubscriptionEnded { plan, .. } => new(plan),
        Fact::Subscribed { subscription }
        | Fact::SubscriptionRenewed { subscription }
        | Fact::PlanChanged { subscription, .. }
        | Fact::ChangeScheduled { subscription }
        | Fact::Cancelled { subscription, .. }
        | Fact::Resumed { subscription }
        | Fact::PaymentFailed { subscription, .. } => {
            let Subscription { term, first_month, months_paid, .. } = **subscription;
            let months = [term.months(), first_month, months_paid].map(i128::from);
            What::new(kind, subscription.plan.name(), &months).until(subscription.paid_until)
        }
        Fact::Joined { seat } | Fact::Limited { seat } => {
            What::new(kind, &seat.member, &[i128::from(seat.role == Role::Owner)])
        }
        Fact::Left { member } => new(member),
        Fact::RewardPromised { referral } | Fact::RewardWithdrawn { referral, .. } => new(referral),
    }
}
