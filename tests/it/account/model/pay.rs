//! What pays, in which order, and where credits go that come back.

use chrono::{DateTime, Utc};
use studio_credits::account::{Declined, Lifts, Limit};
use studio_credits::journal::{Ended, Status};
use studio_credits::{GrantId, Spend, Unit, Work};

use super::{Allows, Lot, Model, Nanos, Part, Refused, Where, credits, nanos};

impl Allows {
    pub(crate) fn work(&self, work: &Work) -> bool {
        let named = |list: &[String], name: &str| list.iter().any(|known| known == name);
        let tool = work.tool.as_ref().map_or("", |tool| tool.as_str());
        (self.studios.is_empty() || named(&self.studios, work.studio.as_str()))
            && (self.tools.is_empty() || named(&self.tools, tool))
            && (self.models.is_empty() || named(&self.models, work.model.as_str()))
            && !named(&self.except_models, work.model.as_str())
    }

    pub(crate) fn any(&self) -> bool {
        [&self.studios, &self.tools, &self.models, &self.except_models].iter().all(|list| list.is_empty())
    }
}

impl Lot {
    pub(crate) fn started(&self, at: DateTime<Utc>) -> bool {
        self.terms.effective_at().is_none_or(|start| start <= at)
    }

    pub(crate) fn over(&self, at: DateTime<Utc>) -> bool {
        self.terms.expires_at().is_some_and(|end| end <= at)
    }

    /// Whether it pays for this work, or at all where no work is named.
    pub(crate) fn pays(&self, work: Option<&Work>, at: DateTime<Utc>) -> bool {
        self.started(at) && !self.over(at) && work.is_none_or(|work| self.allows.work(work))
    }
}

/// By name, and of what is given by itself by the number in it: a longer one is higher.
fn by_name(id: &str) -> (&str, usize, &str) {
    match id.split_once('/').filter(|_| id.starts_with('~')) {
        Some((text, number)) => (text, number.len(), number),
        None => (id, 0, ""),
    }
}

impl Model {
    /// All lots in the order of spending: the lowest priority number, the earliest expiry, restricted, given, oldest, by
    /// name.
    pub(crate) fn in_order(&self) -> Vec<usize> {
        let mut places: Vec<_> = (0..self.lots.len()).collect();
        places.sort_by(|a, b| {
            let (a, b) = (&self.lots[*a], &self.lots[*b]);
            let end = |lot: &Lot| lot.terms.expires_at().unwrap_or(DateTime::<Utc>::MAX_UTC);
            let never = |lot: &Lot| lot.terms.expires_at().is_none();
            a.terms
                .priority()
                .cmp(&b.terms.priority())
                .then(never(a).cmp(&never(b)))
                .then(end(a).cmp(&end(b)))
                .then(a.allows.any().cmp(&b.allows.any()))
                .then(a.terms.cost().is_some().cmp(&b.terms.cost().is_some()))
                .then(a.given.cmp(&b.given))
                .then(by_name(a.id.as_str()).cmp(&by_name(b.id.as_str())))
        });
        places
    }

    /// What can be taken for this work, up to an amount.
    pub(crate) fn take(&self, wanted: Nanos, work: Option<&Work>, at: DateTime<Utc>) -> Vec<Part> {
        let (sums, mut parts, mut left) = (self.by_lot(), Vec::new(), wanted);
        for lot in self.in_order() {
            let amount = sums[lot].available.min(left);
            if amount > 0 && self.lots[lot].pays(work, at) {
                parts.push(Part { lot, amount });
                left -= amount;
            }
        }
        parts
    }

    /// Lets parts come back to their lots, which are alive, over or ended.
    pub(crate) fn come_back(
        &mut self,
        parts: &[Part],
        from: Where,
        at: DateTime<Utc>,
    ) -> Vec<(GrantId, Where, Where, Nanos)> {
        let mut moves = Vec::new();
        for part in parts {
            let lot = &mut self.lots[part.lot];
            let to = if lot.ended == Some(Ended::WithPlan) {
                lot.expired += part.amount;
                Where::Expired
            } else if lot.ended.is_some() {
                lot.revoked += part.amount;
                Where::Revoked
            } else if lot.over(at) {
                lot.expired += part.amount;
                Where::Expired
            } else {
                Where::Available
            };
            moves.push((lot.id.clone(), from, to, part.amount));
        }
        moves
    }

    pub(crate) fn moves(&self, parts: &[Part], from: Where, to: Where) -> Vec<(GrantId, Where, Where, Nanos)> {
        parts.iter().map(|part| (self.lots[part.lot].id.clone(), from, to, part.amount)).collect()
    }

    pub(crate) fn same_unit(&self, unit: Option<&Unit>) -> Refused<()> {
        match unit {
            Some(unit) if *unit != self.unit => {
                Err(Declined::OtherUnit { account: self.unit.clone(), unit: unit.clone() })
            }
            _ => Ok(()),
        }
    }

    /// The parts that pay for a spend, or why it is refused.
    pub(crate) fn afford(&self, spend: &Spend, to_hold: bool, at: DateTime<Utc>) -> Refused<Vec<Part>> {
        if self.status == Status::Frozen {
            return Err(Declined::Frozen);
        }
        if let Some(valid_until) = spend.quoted().map(|quoted| quoted.valid_until()).filter(|end| *end <= at) {
            return Err(Declined::QuoteOver { valid_until, at });
        }
        self.same_unit(spend.unit())?;
        if let Some(max) = spend.amount_max().filter(|max| *max < spend.amount()) {
            return Err(Declined::OverCap { amount: spend.amount(), max });
        }
        self.entitled(spend, to_hold, at)?;
        let (work, required) = (spend.work(), nanos(spend.amount()));
        let parts = self.take(required, Some(work), at);
        let available = total(&parts);
        let limited = self.limited(work, required, at)?;
        match limited {
            Some((limit, room)) if available == required || room <= available => return Err(limit),
            None if available == required => return Ok(parts),
            _ => {}
        }
        let sums = self.by_lot();
        let sum = |pick: &dyn Fn(&Lot) -> bool| {
            let picked = (0..self.lots.len()).filter(|place| pick(&self.lots[*place]));
            credits(picked.map(|place| sums[place].available).sum())
        };
        Err(Declined::Insufficient {
            required: credits(required),
            available: credits(available),
            held: credits(self.sums().held),
            shortfall: credits(required - available),
            elsewhere: sum(&|lot| lot.pays(None, at) && !lot.pays(Some(work), at)),
            upcoming: sum(&|lot| !lot.started(at)),
            next: None,
            refill: None,
            lifts: Lifts::default(),
        })
    }

    /// What becomes usable next for this work: a grant that takes effect, or what a hold sets aside.
    pub(crate) fn coming(&self, work: &Work, at: DateTime<Utc>) -> Option<(DateTime<Utc>, Nanos)> {
        let sums = self.by_lot();
        let mut coming = Vec::new();
        for (place, lot) in self.lots.iter().enumerate().filter(|(_, lot)| lot.allows.work(work)) {
            if let Some(start) = lot.terms.effective_at().filter(|start| *start > at && sums[place].available > 0) {
                coming.push((start, sums[place].available));
            }
        }
        for job in self.open_jobs().map(|place| &self.jobs[place]) {
            for part in &job.parts {
                let lot = &self.lots[part.lot];
                if lot.ended.is_none() && lot.pays(Some(work), job.lapses) {
                    coming.push((job.lapses, part.amount));
                }
            }
        }
        let at = coming.iter().map(|(at, _)| *at).min()?;
        let amount = coming.iter().filter(|(when, _)| *when == at).map(|(_, amount)| amount).sum();
        Some((at, amount))
    }

    /// Refuses what is beyond a bound of the account.
    pub(crate) fn room(limit: Limit, wanted: usize) -> Refused<()> {
        let max = match limit {
            Limit::Lots | Limit::Holds => 1_024,
            Limit::Parts => 4_096,
            Limit::Debts => 256,
        };
        if wanted > max { Err(Declined::Limit { limit, wanted }) } else { Ok(()) }
    }

    pub(crate) fn parts_held(&self) -> usize {
        self.open_jobs().map(|place| self.jobs[place].parts.len()).sum()
    }
}

pub(crate) fn total(parts: &[Part]) -> Nanos {
    parts.iter().map(|part| part.amount).sum()
}
