//! Asks the crate and the oracle the same, and tells where they differ.

use std::cell::Cell;

use studio_credits::{
    Credits,
    pricing::{CostEngine, NoResultBecause, PriceError, Quote},
};

use super::{
    answer::{Answer, Refusal},
    ask::Ask,
    counter::Counter,
    number::{decimal, fraction},
    shop::Shop,
    tree::{EXACTNESS, Fraction},
};

/// Where the two differ.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// What both were asked for.
    pub(crate) what: &'static str,
    pub(crate) oracle: String,
    pub(crate) found: String,
}

/// What both said of a request, for the count of such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Priced,
    Refused(Refusal),
    /// The crate found a number too large to hold, and the oracle had one that is.
    TooLargeToHold,
}

/// All that the crate says of one request, beside the oracle.
pub(crate) struct Comparison<'a> {
    pub(crate) engine: &'a CostEngine,
    pub(crate) editions: &'a [Shop<'a>],
    pub(crate) ask: &'a Ask,
    vast: Cell<bool>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn of(engine: &'a CostEngine, editions: &'a [Shop<'a>], ask: &'a Ask) -> Self {
        Self { engine, editions, ask, vast: Cell::new(false) }
    }

    /// What both said, of the price and then of what was due.
    pub(crate) fn made(&self) -> Result<[Option<Said>; 2], Difference> {
        let Self { engine, editions, ask, .. } = self;
        let request = ask.request();
        let counter = Counter::of(editions, ask, &self.vast);
        let told = counter.as_ref().map_err(|refusal| *refusal).and_then(Counter::quote);
        let total = told.as_ref().map(|told| told.total.clone()).map_err(|refusal| *refusal);

        let price = engine.price(&request, ask.at);
        let said = self.same("the price", &total, price.as_ref().copied())?;
        let resolved = engine.resolve(&request, ask.at).and_then(|resolved| resolved.price());
        self.same("the price of the resolved request", &total, resolved.as_ref().copied())?;
        let other = request.clone().with_count(ask.first_count).unwrap();
        if let Ok(resolved) = engine.resolve(&other, ask.at) {
            let price = resolved.with_count(ask.count).and_then(|resolved| resolved.price());
            self.same("the price of the request resolved for another count", &total, price.as_ref().copied())?;
        }
        let quote = engine.quote(&request, ask.at);
        let quoted = quote.as_ref().map(Quote::total);
        self.same("the total of the quote", &total, quoted)?;

        let (Ok(quote), Ok(counter), Ok(told)) = (quote.as_ref(), &counter, told) else {
            return Ok([Some(said), None]);
        };
        let sum: Fraction = quote.lines().iter().map(|line| exact(line.amount)).sum();
        differ("the sum of the lines", &decimal(&told.total), &decimal(&sum))?;
        differ("the exactness", EXACTNESS[told.exactness], &quote.exactness().to_string())?;
        self.vast.set(false);
        let most = |maximum: Option<Fraction>| maximum.map_or_else(|| "none".to_owned(), |most| decimal(&most));
        let maximum = counter.quote().ok().and_then(|told| told.maximum);
        if !self.vast.get() {
            differ("the maximum", &most(maximum), &most(quote.maximum().map(exact)))?;
        }
        // A rule that a book above takes some names from has another name for what is left.
        if let Some(name) = told.offer.name().filter(|name| !quote.rule().starts_with(&format!("{name}/"))) {
            differ("the rule", name, quote.rule())?;
        }
        self.vast.set(false);
        let due = counter.due(&told);
        let found = engine.charge_for(&quote.basis(), &ask.end.delivery()).map(|due| due.total);
        let charged = self.same("what is due", &due, found.as_ref().copied())?;
        Ok([Some(said), Some(charged)])
    }

    /// Whether both have the same price, or refuse it for the same reason.
    fn same(
        &self,
        what: &'static str,
        expected: &Answer<Fraction>,
        found: Result<Credits, &PriceError>,
    ) -> Result<Said, Difference> {
        let found = found.map(exact);
        let said = match (expected, &found) {
            (Ok(total), Ok(price)) if total == price => Some(Said::Priced),
            (Err(refusal), Err(error)) if Some(*refusal) == reason(error) => Some(Said::Refused(*refusal)),
            (_, Err(error)) if self.vast.get() && reason(error) == Some(Refusal::TooLarge) => {
                Some(Said::TooLargeToHold)
            }
            _ => None,
        };
        said.ok_or_else(|| Difference {
            what,
            oracle: expected.as_ref().map_or_else(|refusal| format!("{refusal:?}"), decimal),
            found: found.map_or_else(|error| format!("{:?}: {error}", reason(error)), |price| decimal(&price)),
        })
    }
}

fn differ(what: &'static str, oracle: &str, found: &str) -> Result<(), Difference> {
    if oracle == found {
        return Ok(());
    }
    Err(Difference { what, oracle: oracle.to_owned(), found: found.to_owned() })
}

fn exact(credits: Credits) -> Fraction {
    fraction(&credits.to_string())
}

/// The kind of a refusal of the crate.
fn reason(error: &PriceError) -> Option<Refusal> {
    Some(match error {
        PriceError::Unknown(_) => Refusal::Unknown,
        PriceError::ToolNeeded(_) => Refusal::ToolNeeded,
        PriceError::Missing(_) => Refusal::Missing,
        PriceError::NotAllowed(_) => Refusal::NotAllowed,
        PriceError::NotOffered(_) => Refusal::NotOffered,
        PriceError::NotInForce(_) => Refusal::NotInForce,
        PriceError::OutcomeUnknown => Refusal::OutcomeUnknown,
        PriceError::NoResult(no_result) => match no_result.because {
            NoResultBecause::TooLarge => Refusal::TooLarge,
            NoResultBecause::DivisionByZero => Refusal::DivisionByZero,
            NoResultBecause::Undefined => Refusal::Undefined,
            NoResultBecause::RoundsOver(_) => Refusal::RoundsOver,
            NoResultBecause::Negative => Refusal::Negative,
            _ => return None,
        },
        _ => return None,
    })
}
