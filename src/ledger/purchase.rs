//! A quote that somebody wants to pay for.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::LedgerError;
use crate::{
    basis::Basis,
    credits::Credits,
    diagnostic::excerpt,
    ids::{Member, Unit},
    pricing::{Line, PriceError, Quote},
    quoted::{LineItem, Quoted},
    request::RequestError,
    spend::{Spend, Terms},
    value::Named,
    work::Work,
};

/// A quote that somebody wants to pay for: who asks for it, the most that it may cost, and on which terms.
///
/// Wherever one is wanted, the quote alone will do.
///
/// ```
/// use studio_credits::{Credits, GenerationRequest, Member, books};
/// use studio_credits::{ledger::Purchase, pricing::CostEngine};
///
/// let engine = CostEngine::new(&books::imagineart())?;
/// let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
/// let quote = engine.quote(&request, "2026-11-25T12:00:00Z".parse()?)?;
///
/// let purchase = Purchase::new(&quote).by(Member::new("ada")?).with_amount_max(Credits::from_whole(200));
/// assert_eq!(purchase.to_hold()?.amount().to_string(), "196");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    basis: Arc<Basis>,
    lines: Vec<LineItem>,
    valid_until: DateTime<Utc>,
    defaults: Result<Named, RequestError>,
    total: Credits,
    maximum: Option<Credits>,
    unit: Box<str>,
    member: Option<Member>,
    amount_max: Option<Credits>,
    terms: Option<Terms>,
}

impl Purchase {
    /// Takes up a quote as it is, on the terms of the plan in force, or the default [`Terms`] where there is none.
    pub fn new(quote: &Quote<'_>) -> Self {
        Self {
            basis: Arc::new(quote.basis()),
            lines: quote.lines().iter().map(stored).collect(),
            valid_until: quote.valid_until(),
            defaults: defaults(quote),
            total: quote.total(),
            maximum: quote.maximum(),
            unit: quote.unit().into(),
            member: None,
            amount_max: None,
            terms: None,
        }
    }

    /// Names who asks for it, where several share an account.
    #[must_use = "the purchase is returned, not changed in place"]
    pub fn by(self, member: Member) -> Self {
        Self { member: Some(member), ..self }
    }

    /// Names the most that it may cost: what may cost more is refused. A quote that has no maximum needs one, and then
    /// so much is held.
    #[must_use = "the purchase is returned, not changed in place"]
    pub fn with_amount_max(self, amount_max: Credits) -> Self {
        Self { amount_max: Some(amount_max), ..self }
    }

    /// States what holds if the work takes longer or costs more.
    #[must_use = "the purchase is returned, not changed in place"]
    pub fn with_terms(self, terms: Terms) -> Self {
        Self { terms: Some(terms), ..self }
    }

    /// What is to be held for it: the most that it can cost.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoMaximum`] when that is not known and no cap is named; [`LedgerError::Spend`] when the cap is
    /// below zero, or the request with its defaults is too much to be kept; and [`LedgerError::Price`] when a default
    /// of the book is more than a request could have set.
    ///
    /// ```
    /// # use studio_credits::{GenerationRequest, books};
    /// # use studio_credits::{ledger::Purchase, pricing::CostEngine};
    /// # let engine = CostEngine::new(&books::imagineart())?;
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// let quote = engine.quote(&request, "2026-11-25T12:00:00Z".parse()?)?;
    /// assert_eq!(Some(Purchase::new(&quote).to_hold()?.amount()), quote.maximum());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_hold(&self) -> Result<Spend, LedgerError> {
        let amount = self.maximum.or(self.amount_max).ok_or(LedgerError::NoMaximum { total: self.total })?;
        self.spend(amount)
    }

    /// What is to be charged for it in one step: what it costs.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Spend`] when the cap is below zero, or the request with its defaults is too much to be kept, and
    /// [`LedgerError::Price`] when a default of the book is more than a request could have set.
    ///
    /// ```
    /// # use studio_credits::{GenerationRequest, books};
    /// # use studio_credits::{ledger::Purchase, pricing::CostEngine};
    /// # let engine = CostEngine::new(&books::imagineart())?;
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// let quote = engine.quote(&request, "2026-11-25T12:00:00Z".parse()?)?;
    /// assert_eq!(Purchase::new(&quote).to_charge()?.amount(), quote.total());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_charge(&self) -> Result<Spend, LedgerError> {
        self.spend(self.total)
    }

    fn spend(&self, amount: Credits) -> Result<Spend, LedgerError> {
        let Self { basis, lines, valid_until, defaults, unit, member, amount_max, terms, .. } = self;
        let work = Work { member: member.clone(), ..Work::of(basis.request()) };
        let defaults = defaults.clone().map_err(|error| PriceError::Request(Box::new(error)))?;
        let lines = lines.clone();
        let quoted = Quoted { basis: basis.clone(), lines, valid_until: *valid_until, defaults };
        let spend = Spend::new(work, amount)?.with_unit(Unit::new(unit)?);
        let spend = terms.map_or(spend.clone(), |terms| spend.with_terms(terms));
        let spend = spend.with_quoted(Arc::new(quoted))?;
        Ok(match amount_max {
            Some(amount_max) => spend.with_amount_max(*amount_max)?,
            None => spend,
        })
    }
}

impl From<&Quote<'_>> for Purchase {
    fn from(quote: &Quote<'_>) -> Self {
        Self::new(quote)
    }
}

/// The defaults that a quote was made with, as they are kept: a plan judges them like what is set.
fn defaults(quote: &Quote<'_>) -> Result<Named, RequestError> {
    let mut defaults = Named::default();
    for (name, value) in quote.defaults() {
        let kept = defaults.set(name, value.clone());
        kept.map_err(|fault| RequestError::Value { kind: "setting", name: excerpt(name), fault })?;
    }
    Ok(defaults)
}

/// A line as it is kept.
pub(super) fn stored(line: &Line<'_>) -> LineItem {
    LineItem {
        what: line.what.into(),
        quantity: line.quantity.to_string().into(),
        unit: line.unit.into(),
        rate: line.rate.to_string().into(),
        amount: line.amount,
    }
}
