//! Asks both books for the same requests, and adds up how the answers differ.

use chrono::{DateTime, Utc};

use super::{
    ChargeChange, Diff, ExactnessChange, OfferName, PriceAnswer, PriceExample, UnitChange,
    combine::combined,
    sample::{Asked, Axis, axes, counts},
    tally::Tally,
};
use crate::{
    credits::Credits,
    outcome::Outcome,
    pricing::{book::Exactness, edition::Edition, program::Rule, refusal::PriceError},
    request::GenerationRequest,
};

/// The outcomes that a book says the charge of; delivered stands for delivered in part.
const OUTCOMES: [Outcome; 5] =
    [Outcome::Delivered, Outcome::Failed, Outcome::Blocked, Outcome::Cancelled, Outcome::Empty];

/// One offer, as two books price it in one period.
pub(super) struct Comparison<'e> {
    pub(super) editions: [&'e Edition; 2],
    pub(super) asked: [Asked<'e>; 2],
    pub(super) at: DateTime<Utc>,
    /// Whether the prices depend on the instant.
    pub(super) dated: bool,
    pub(super) offered: &'e Offered<'e>,
}

/// What is asked for.
pub(super) struct Offered<'e> {
    pub(super) name: &'e OfferName,
    /// The tool that is asked for, for all of those of the offer; empty for none.
    pub(super) tool: &'e str,
    /// What the books' own examples ask of it.
    pub(super) examples: Vec<&'e GenerationRequest>,
}

/// What a book answers: a price and the rule that said it, and how exact that is; or a refusal.
type Answer<'a> = Result<(Credits, &'a Rule, Exactness), PriceError>;

impl Comparison<'_> {
    pub(super) fn run(&self, tally: &mut Tally, diff: &mut Diff) {
        let axes = axes(self.asked, &self.offered.examples);
        let counts = counts(self.asked, &self.offered.examples);
        let sizes: Vec<usize> = axes.iter().map(|axis| axis.values.len()).chain([counts.len()]).collect();
        let size = |size: &usize| u64::try_from(*size).unwrap_or(u64::MAX);
        let combinations = sizes.iter().map(size).fold(1, u64::saturating_mul);
        tally.combine(combinations);
        for places in combined(&sizes, combinations) {
            if let Some(request) = self.request(&axes, &counts, &places) {
                self.tally(tally, diff, &request);
            }
        }
        if !tally.is_of_all() {
            for request in &self.offered.examples {
                self.tally(tally, diff, request);
            }
        }
    }

    /// The request with these of the values.
    fn request(&self, axes: &[Axis], counts: &[u64], places: &[usize]) -> Option<GenerationRequest> {
        let (count, places) = places.split_last()?;
        let mut request = GenerationRequest::new(&self.offered.name.studio, &self.offered.name.model).ok()?;
        if !self.offered.tool.is_empty() {
            request = request.with_tool(self.offered.tool).ok()?;
        }
        for (axis, place) in axes.iter().zip(places) {
            let Some(value) = axis.values.get(*place)? else { continue };
            let (name, value) = (&axis.name, value.clone());
            request =
                if axis.fact { request.with_fact(name, value) } else { request.with_setting(name, value) }.ok()?;
        }
        request.with_count(*counts.get(*count)?).ok()
    }

    fn tally(&self, tally: &mut Tally, diff: &mut Diff, request: &GenerationRequest) {
        let [old, new] = self.editions.map(|edition| answer(edition, request, self.at));
        tally.tried();
        let as_told = |kind| PriceExample {
            of: kind,
            request: request.clone(),
            at: self.dated.then_some(self.at),
            old: told(&old),
            new: told(&new),
        };
        match (&old, &new) {
            (Ok((before, old_rule, old_exactness)), Ok((after, new_rule, new_exactness))) => {
                if old_rule.charge != new_rule.charge {
                    self.charges(diff, old_rule, new_rule);
                }
                if old_exactness != new_exactness {
                    add_exactness(diff, self.offered.name, *old_exactness, *new_exactness);
                }
                let default = request.count() == 1 && request.settings().chain(request.facts()).next().is_none();
                if old_rule.unit != new_rule.unit {
                    add_unit(diff, self.offered.name, &old_rule.unit, &new_rule.unit);
                    tally.unit_changed(default, as_told);
                } else if before != after {
                    tally.price_changed(*before, *after, default, as_told);
                }
            }
            (Ok(_), Err(_)) => tally.no_longer_offered(as_told),
            (Err(_), Ok(_)) => tally.newly_offered(as_told),
            (Err(_), Err(_)) => {}
        }
    }

    fn charges(&self, diff: &mut Diff, old_rule: &Rule, new_rule: &Rule) {
        for outcome in OUTCOMES {
            let (old, new) = (old_rule.charge.for_outcome(outcome), new_rule.charge.for_outcome(outcome));
            if old == new {
                continue;
            }
            let same = |known: &&mut ChargeChange| (known.outcome, known.old, known.new) == (outcome, old, new);
            match diff.charges.iter_mut().find(same) {
                Some(known) => note(&mut known.offers, self.offered.name),
                None => diff.charges.push(ChargeChange { outcome, old, new, offers: vec![self.offered.name.clone()] }),
            }
        }
    }
}

/// Names an offer once: what is told of it comes one after the other.
fn note(offers: &mut Vec<OfferName>, offer: &OfferName) {
    if offers.last() != Some(offer) {
        offers.push(offer.clone());
    }
}

fn add_unit(diff: &mut Diff, offer: &OfferName, old: &str, new: &str) {
    match diff.units.iter_mut().find(|known| known.old == old && known.new == new) {
        Some(known) => note(&mut known.offers, offer),
        None => diff.units.push(UnitChange { old: old.to_owned(), new: new.to_owned(), offers: vec![offer.clone()] }),
    }
}

fn add_exactness(diff: &mut Diff, offer: &OfferName, old: Exactness, new: Exactness) {
    match diff.exactness.iter_mut().find(|known| (known.old, known.new) == (old, new)) {
        Some(known) => note(&mut known.offers, offer),
        None => diff.exactness.push(ExactnessChange { old, new, offers: vec![offer.clone()] }),
    }
}

/// What an edition answers to a request, whether or not the edition is in force.
fn answer<'a>(edition: &'a Edition, request: &'a GenerationRequest, at: DateTime<Utc>) -> Answer<'a> {
    edition.seat(request, at, |seat| {
        let price = seat.rule.price(&seat.scene);
        let price = price.map_err(|fault| seat.slice.refusal(seat.rule, request, fault))?;
        Ok((price, seat.rule, seat.exactness()))
    })
}

fn told(answer: &Answer<'_>) -> PriceAnswer {
    match answer {
        Ok((amount, rule, _)) => PriceAnswer::Price { amount: *amount, unit: rule.unit.to_string() },
        Err(error) => PriceAnswer::Refused(error.to_string()),
    }
}
