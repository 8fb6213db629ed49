//! A statement, counted anew from the lines of the model and the days of the job.

use std::collections::BTreeMap;

use studio_credits::account::Statement;
use studio_credits::journal::Totals;
use studio_credits::{GrantKind, HoldId, Work};

use super::job::Job;
use crate::account::model::{Line, Nanos, Where, nanos};
use crate::plans_lived::life::At;

/// What a statement says, in billionths.
#[derive(Debug, Default, PartialEq)]
struct Said {
    granted: BTreeMap<GrantKind, Nanos>,
    /// By model: how many charges, what was charged, what was given back.
    work: BTreeMap<String, [Nanos; 3]>,
    spent: Nanos,
    repaid: Nanos,
    expired: Nanos,
    revoked: Nanos,
    absorbed: Nanos,
}

/// What there is in all.
#[derive(Debug, Default, PartialEq)]
struct All {
    granted: Nanos,
    available: Nanos,
    held: Nanos,
    spent: Nanos,
    expired: Nanos,
    revoked: Nanos,
    debt: Nanos,
    absorbed: Nanos,
}

impl From<&Statement> for Said {
    fn from(statement: &Statement) -> Self {
        let work = statement
            .work
            .iter()
            .map(|it| (it.model.to_string(), [Nanos::from(it.charges), nanos(it.charged), nanos(it.refunded)]));
        Self {
            granted: statement.granted.iter().map(|(kind, amount)| (kind.clone(), nanos(*amount))).collect(),
            work: work.collect(),
            spent: nanos(statement.spent),
            repaid: nanos(statement.repaid),
            expired: nanos(statement.expired),
            revoked: nanos(statement.revoked),
            absorbed: nanos(statement.absorbed),
        }
    }
}

impl From<&Totals> for All {
    fn from(totals: &Totals) -> Self {
        let amounts = [totals.granted, totals.available, totals.held, totals.spent, totals.expired, totals.revoked];
        let [granted, available, held, spent, expired, revoked] = amounts.map(nanos);
        let [debt, absorbed] = [totals.debt, totals.absorbed].map(nanos);
        Self { granted, available, held, spent, expired, revoked, debt, absorbed }
    }
}

impl Said {
    fn add(&mut self, line: &Line, works: &BTreeMap<HoldId, Work>) {
        for (_, from, to, amount) in &line.moves {
            match to {
                Where::Spent => self.spent += amount,
                Where::Expired => self.expired += amount,
                Where::Revoked => self.revoked += amount,
                _ => {}
            }
            if *from == Where::Spent {
                self.spent -= amount;
            }
            if line.what.kind == "repaid" {
                self.repaid += amount;
            }
        }
        if let Some(terms) = &line.what.terms {
            *self.granted.entry(terms.kind().clone()).or_default() += nanos(terms.amount());
        }
        let of = |counts: [Nanos; 3]| {
            let work = &works[&HoldId::new(&line.what.name).unwrap()];
            (work.model.to_string(), counts)
        };
        let counted = match (line.what.kind, &line.what.amounts[..]) {
            ("settled", [charged, absorbed, _]) => {
                self.absorbed += absorbed;
                of([1, *charged, 0])
            }
            ("charged", [charged]) => of([1, *charged, 0]),
            ("refunded", [refunded]) => of([0, 0, *refunded]),
            _ => return,
        };
        let known = self.work.entry(counted.0).or_default();
        known.iter_mut().zip(counted.1).for_each(|(sum, more)| *sum += more);
    }
}

impl Job {
    /// What there was before an instant by the model, without the days that were not touched by then.
    fn before(&self, lines: &[Line], at: At) -> All {
        let mut all = All::default();
        if let Some(line) = lines.iter().rev().find(|line| line.at < at) {
            let sums = &line.sums;
            (all.granted, all.available, all.held, all.spent) = (sums.granted, sums.available, sums.held, sums.spent);
            (all.expired, all.revoked, all.debt, all.absorbed) = (sums.expired, sums.revoked, sums.debt, sums.absorbed);
        }
        for days in &self.days {
            let amount = nanos(days.allowance.amount());
            for window in days.windows.iter().filter(|it| it.granted < at && it.touched.is_none_or(|it| it >= at)) {
                all.granted -= amount;
                match window.touched {
                    None if window.closes < at && window.closes <= self.last => all.expired -= amount,
                    _ => all.available -= amount,
                }
            }
        }
        all
    }

    /// Holds a statement against the lines and the days.
    pub(super) fn is_stated(
        &self,
        statement: &Statement,
        (from, until): (At, At),
        lines: &[Line],
        works: &BTreeMap<HoldId, Work>,
    ) -> Result<(), String> {
        let within = |at: At| from <= at && at < until;
        let mut wanted = Said::default();
        lines.iter().filter(|line| within(line.at)).for_each(|line| wanted.add(line, works));
        for days in &self.days {
            let (kind, amount) = (days.allowance.kind(), nanos(days.allowance.amount()));
            for window in &days.windows {
                let granted = wanted.granted.entry(kind.clone()).or_default();
                if within(window.granted) {
                    *granted -= amount;
                }
                match window.touched {
                    Some(touched) if within(touched) => *granted += amount,
                    None if within(window.closes) && window.closes <= self.last => wanted.expired -= amount,
                    _ => {}
                }
            }
        }
        wanted.granted.retain(|_, amount| *amount != 0);
        let found = Said::from(statement);
        if found != wanted {
            return Err(format!("from {from} until {until}: {found:?} in place of {wanted:?}"));
        }
        for (found, at) in [(&statement.opening, from), (&statement.closing, until)] {
            let wanted = self.before(lines, at);
            if found.as_ref().is_some_and(|found| All::from(found) != wanted) {
                return Err(format!("at {at}: {found:?} in place of {wanted:?}"));
            }
        }
        if statement.opening.is_none() && self.before(lines, from) != self.before(lines, until) {
            return Err(format!("from {from} until {until} nothing is said to have happened"));
        }
        Ok(())
    }
}
