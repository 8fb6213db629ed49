//! What delivered work costs, by the rule and edition that it was quoted by.

use serde::Serialize;

use super::{
    book::Charged,
    edition::Edition,
    engine::CostEngine,
    evaluate::Fault,
    line::Line,
    program::{Fill, INPUTS_MAX},
    quote::Quote,
    refusal::{OtherBasis, PriceError},
};
use crate::{
    basis::{Basis, Checksum},
    credits::Credits,
    outcome::{Delivery, Outcome},
    request::GenerationRequest,
};

/// What is due for work that has ended, itemised.
#[must_use = "what is due is not charged until it is settled"]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Due<'a> {
    /// The amount to charge.
    pub total: Credits,
    /// What the amounts are counted in.
    pub unit: &'a str,
    /// What the total is made of; none when nothing is due.
    pub lines: Vec<Line<'a>>,
    /// How the work ended.
    pub outcome: Outcome,
    /// How many outputs were asked for.
    pub asked: u64,
    /// How many outputs were delivered, never more than asked for.
    pub delivered: u64,
    /// How much of the price the book charges for work that ended like this.
    pub charged: Charged,
    /// The rule it was priced by.
    pub rule: &'a str,
    /// The edition that the rule stands in.
    pub edition: &'a str,
}

impl Quote<'_> {
    /// What the quote is based on, for a hold to keep.
    pub fn basis(&self) -> Basis {
        Basis {
            book: self.book().into(),
            edition: self.edition().into(),
            checksum: self.checksum(),
            rule: self.rule().into(),
            at: self.quoted_at(),
            request: self.request().clone(),
        }
    }
}

impl CostEngine {
    /// What is due for work that has ended, by the rule and edition of its quote.
    ///
    /// The book says what each outcome costs ([`Charging`](super::Charging)). For what was delivered, the measured
    /// values take the place of those asked for; where all is charged, they only fill in what the request left out.
    /// Outputs beyond those asked for are not charged, and a part never costs more than the whole; where a table has no
    /// price for so few, they cost their share of the whole.
    ///
    /// # Errors
    ///
    /// [`PriceError::OutcomeUnknown`] while the outcome is unknown; [`PriceError::OtherBasis`] when this engine lacks
    /// the edition or rule, or has another text under its name; otherwise what [`CostEngine::price`] refuses, such as
    /// a measured value that the setting cannot have, or one that is missing.
    ///
    /// ```
    /// use studio_credits::{Delivery, GenerationRequest, Outcome, books, pricing::CostEngine};
    ///
    /// let engine = CostEngine::new(&books::imagineart())?;
    /// let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// let basis = engine.quote(&request, "2026-11-22T12:00:00Z".parse()?)?.basis();
    ///
    /// assert_eq!(engine.charge_for(&basis, &Delivery::all())?.total.to_string(), "196");
    /// assert_eq!(engine.charge_for(&basis, &Delivery::outputs(3))?.total.to_string(), "147");
    /// assert_eq!(engine.charge_for(&basis, &Delivery::ended(Outcome::Failed))?.total.to_string(), "0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn charge_for(&self, basis: &Basis, delivery: &Delivery) -> Result<Due<'_>, PriceError> {
        let outcome = delivery.outcome();
        if outcome == Outcome::Unknown {
            return Err(PriceError::OutcomeUnknown);
        }
        let edition = self.edition_of(basis)?;
        let (slice, _) = edition.slice(&basis.request, basis.at)?;
        let Some(rule) = slice.rules.iter().find(|rule| rule.name == basis.rule) else {
            let known: Vec<_> = slice.rules.iter().map(|rule| format!("`{}`", rule.name)).collect();
            return Err(other("the rule", &basis.rule, known.join(", ")));
        };
        let asked = basis.request.count();
        let delivered = delivery.delivered_of(asked).min(asked);
        let charged = match outcome {
            Outcome::Delivered if delivered == asked => Charged::Delivered,
            outcome => rule.charge.for_outcome(outcome),
        };
        let count = match charged {
            Charged::Nothing => 0,
            Charged::Delivered => delivered,
            Charged::All => asked,
        };
        let (unit, rule_name, edition_name) = (&*rule.unit, &*rule.name, &*edition.name);
        let due = |total, lines| Due {
            total,
            unit,
            lines,
            outcome,
            asked,
            delivered,
            charged,
            rule: rule_name,
            edition: edition_name,
        };
        if count == 0 {
            return Ok(due(Credits::ZERO, Vec::new()));
        }
        let request = edition.delivered_request(basis, delivery, charged)?;
        let mut fills = [Fill::Preset; INPUTS_MAX];
        let fills = fills.get_mut(..slice.inputs.len()).unwrap_or_default();
        edition.fill(slice, &request, fills)?;
        for (input, fill) in slice.inputs.iter().zip(&mut *fills) {
            if input.measured && matches!(fill, Fill::Preset | Fill::Most) {
                *fill = Fill::Unmeasured;
            }
        }
        let priced = |count| rule.itemised(&slice.scene(rule, &request, count, fills));
        let refusal = |fault| slice.refusal(rule, &request, fault);
        if count == asked {
            let (total, lines) = priced(asked).map_err(refusal)?;
            return Ok(due(total, lines));
        }
        match (priced(count), priced(asked)) {
            // A part never costs more than the whole.
            (Ok((part, _)), Ok((whole, lines))) if whole < part => Ok(due(whole, lines)),
            (Ok((part, lines)), _) => Ok(due(part, lines)),
            // Where a table has no price for so few, they cost their share of the whole.
            (Err(Fault::NoCell { .. } | Fault::NotOffered), Ok((whole, _))) => {
                let (part, lines) = rule.share(whole, count, asked).map_err(refusal)?;
                Ok(due(part, lines))
            }
            (Err(fault), _) => Err(refusal(fault)),
        }
    }

    fn edition_of(&self, basis: &Basis) -> Result<&Edition, PriceError> {
        let names = |name: fn(&Edition) -> &str| {
            let names: Vec<_> = self.editions.iter().map(|edition| format!("`{}`", name(edition))).collect();
            names.join(", ")
        };
        let Some(edition) = self.editions.iter().find(|edition| edition.name == basis.edition) else {
            return Err(other("the edition", &basis.edition, names(|edition| &edition.name)));
        };
        if edition.book != basis.book {
            return Err(other("the book", &basis.book, names(|edition| &edition.book)));
        }
        if edition.checksum != basis.checksum.0 {
            let known = format!("`{}`", Checksum(edition.checksum));
            return Err(other("the checksum", &basis.checksum.to_string(), known));
        }
        Ok(edition)
    }
}

impl Edition {
    /// The request as it was delivered. Of the facts, only those that are known after the work can be measured.
    fn delivered_request(
        &self,
        basis: &Basis,
        delivery: &Delivery,
        charged: Charged,
    ) -> Result<GenerationRequest, PriceError> {
        let mut request = basis.request.clone();
        for (name, value) in delivery.measurements() {
            let fact = self.facts.iter().any(|fact| fact.measured && *fact.name == *name);
            let asked = if fact { request.fact(name) } else { request.setting(name) };
            if charged != Charged::Delivered && asked.is_some() {
                continue;
            }
            let value = value.clone();
            let measured = if fact { request.with_fact(name, value) } else { request.with_setting(name, value) };
            request = measured.map_err(|error| PriceError::Request(Box::new(error)))?;
        }
        Ok(request)
    }
}

fn other(what: &'static str, wanted: &str, known: String) -> PriceError {
    PriceError::OtherBasis(Box::new(OtherBasis { what, wanted: wanted.to_owned(), known }))
}
