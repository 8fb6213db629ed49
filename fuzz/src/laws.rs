//! What must hold whatever is asked, and of whatever book.

use chrono::{DateTime, Utc};
use studio_credits::{
    Credits, Delivery, GenerationRequest,
    diagnostic::{Diagnostic, Severity},
    pricing::{CostEngine, Quote},
};

/// Every way to ask gives the same answer, no price is below zero, and the lines sum to the total.
pub fn agree(engine: &CostEngine, request: &GenerationRequest, at: DateTime<Utc>) {
    let price = engine.price(request, at);
    let resolved = engine.resolve(request, at).and_then(|resolved| resolved.price());
    assert_eq!(resolved, price, "resolved: {request:?}");
    let quote = engine.quote(request, at);
    assert_eq!(quote.as_ref().map(Quote::total), price.as_ref().copied(), "quoted: {request:?}");
    let other = request.clone().with_count(request.count() % 7 + 1).expect("a count");
    if let Ok(resolved) = engine.resolve(&other, at) {
        let recounted = resolved.with_count(request.count()).and_then(|resolved| resolved.price());
        assert_eq!(recounted, price, "resolved for another count: {request:?}");
    }
    let (price, quote) = match (price, quote) {
        (Ok(price), Ok(quote)) => (price, quote),
        (error, _) => return assert!(!error.expect_err("no price").to_string().is_empty()),
    };
    assert!(!price.is_negative(), "{price} for {request:?}");
    assert!(!quote.why().to_string().is_empty());
    assert!(quote.maximum().is_none_or(|most| most >= price), "at most {:?}: {request:?}", quote.maximum());
    let sum = Credits::checked_sum(quote.lines().iter().map(|line| line.amount));
    assert_eq!(sum, Some(price), "the lines of {request:?}: {:?}", quote.lines());
    let basis = quote.basis();
    if let Ok(due) = engine.charge_for(&basis, &Delivery::all()) {
        assert_eq!(due.total, price, "all of {request:?} delivered");
    }
    if let Ok(due) = engine.charge_for(&basis, &Delivery::outputs(request.count() / 2)) {
        assert!(due.total <= price && !due.total.is_negative(), "half of {request:?} for {}", due.total);
    }
}

/// A refusal says something, and each place it names is one.
pub fn is_told(faults: &[Diagnostic]) {
    for fault in faults {
        assert!(!fault.message.is_empty() && !fault.to_string().is_empty());
        assert!(fault.place.as_ref().is_none_or(|place| place.line > 0 && place.column > 0), "{fault}");
    }
}

/// Whether there is an error among the faults, and not only doubts.
pub fn is_refused(faults: &[Diagnostic]) -> bool {
    faults.iter().any(|fault| fault.severity == Severity::Error)
}
