//! A request is priced by the edition in force at its instant, and workflows by the sum of their steps.

use chrono::{DateTime, Utc};
use studio_credits::{
    Delivery, GenerationRequest,
    pricing::{CostEngine, Exactness, Override, PriceBook, PricingRule},
};

fn book(name: &str, edition: &str, dates: &str, price: u32) -> PriceBook {
    let text = format!(
        "name = '{name}'\nedition = '{edition}'\nunit = 'credits'\n{dates}\n\
         [[rule]]\nstudio = 'image'\nmodels = [{{ model = 'flux', per.output = {price} }}, \
         {{ model = 'floor', per.output = 1, exactness = 'from' }}, {{ model = 'tokens', unit = 'tokens', per.output = 1 }}]"
    );
    PriceBook::parse(&text).unwrap()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

#[test]
#[rustfmt::skip]
fn the_instant_chooses_the_edition() {
    let engine = CostEngine::new(&book("acme", "b", "from = 2026-02-01\nuntil = 2026-03-01", 2)).unwrap()
        .with_edition(&book("acme", "c", "from = 2026-03-01", 3)).unwrap()
        .with_edition(&book("acme", "a", "from = 2026-01-01", 1)).unwrap();
    let table = [
        ("2025-12-31T23:59:59.999999Z", None),
        ("2026-01-01T00:00:00Z", Some("1")),
        ("2026-01-31T23:59:59.999999Z", Some("1")), // without an end, it ends where the next begins
        ("2026-02-01T00:00:00Z", Some("2")),
        ("2026-02-28T23:59:59.999999Z", Some("2")),
        ("2026-03-01T00:00:00Z", Some("3")),
        ("2100-01-01T00:00:00Z", Some("3")),
    ];
    for (instant, expected) in table {
        let price = engine.price_of("image", "flux", 1, at(instant));
        assert_eq!(price.ok().map(|price| price.to_string()).as_deref(), expected, "{instant}");
    }
}

#[test]
fn editions_may_be_added_in_any_order() {
    let editions = ["01", "02", "03"].map(|month| book("acme", month, &format!("from = 2026-{month}-01"), 1));
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let [first, second, third] = order.map(|at| &editions[at]);
        let engine = CostEngine::new(first).unwrap().with_edition(second).unwrap();
        let engine = engine.with_edition(third).unwrap_or_else(|error| panic!("{order:?}: {error}"));
        let request = GenerationRequest::new("image", "flux").unwrap();
        for (instant, edition) in [("2026-01-31", "01"), ("2026-02-01", "02"), ("2026-03-01", "03")] {
            let quote = engine.quote(&request, at(&format!("{instant}T00:00:00Z"))).unwrap();
            assert_eq!(quote.edition(), edition, "{order:?}");
        }
    }
}

#[test]
#[rustfmt::skip]
fn editions_that_do_not_fit_together_are_refused() {
    let first = book("acme", "a", "from = 2026-01-01\nuntil = 2026-02-01", 1);
    let table = [
        (book("acme", "a", "from = 2026-02-01", 2), "error: edition `a` is in the engine already"),
        (book("acem", "b", "from = 2026-02-01", 2), "error: the engine is for price book `acme`, this is `acem`"),
        (book("acme", "b", "from = 2026-01-31", 2), "error: editions `a` and `b` are in force at the same time; give them dates (`from`, `until`) that do not overlap"),
        (book("acme", "b", "from = 2026-01-01", 2), "error: editions `a` and `b` are in force at the same time; give them dates (`from`, `until`) that do not overlap"),
    ];
    for (second, expected) in table {
        let error = CostEngine::new(&first).unwrap().with_edition(&second).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_quote_holds_until_its_minutes_or_its_edition_are_over() {
    let engine = CostEngine::new(&book("acme", "a", "until = 2026-02-01\nquote_minutes = 30", 1)).unwrap();
    let request = GenerationRequest::new("image", "flux").unwrap();
    let until = |instant| engine.quote(&request, at(instant)).unwrap().valid_until();
    assert_eq!(until("2026-01-31T12:00:00Z"), at("2026-01-31T12:30:00Z"));
    assert_eq!(until("2026-01-31T23:45:00Z"), at("2026-02-01T00:00:00Z"));
}

#[test]
fn a_workflow_costs_the_sum_of_its_steps() {
    let engine = CostEngine::new(&book("acme", "a", "", 5)).unwrap();
    let request = |model: &str, count: u64| GenerationRequest::new("image", model).unwrap().with_count(count).unwrap();
    let now = at("2026-11-22T12:00:00Z");

    let steps = [request("flux", 2), request("flux", 1), request("floor", 3)];
    let quote = engine.quote_workflow(&steps, now).unwrap();
    let lines: Vec<_> = quote.lines().iter().map(|line| (line.what, line.amount.to_string())).collect();
    assert_eq!(lines, [("image/flux", "10".into()), ("image/flux", "5".into()), ("image/floor", "3".into())]);
    assert_eq!((quote.total().to_string(), quote.maximum(), quote.exactness()), ("18".into(), None, Exactness::From));

    let refused = |steps: &[GenerationRequest]| engine.quote_workflow(steps, now).unwrap_err().to_string();
    assert_eq!(refused(&[]), "the workflow has no steps");
    assert_eq!(
        refused(&[request("flux", 1), request("tokens", 1)]),
        "step 2 is counted in `tokens`, the steps before it in `credits`"
    );
    assert_eq!(
        refused(&[request("flux", 1), request("flix", 1)]),
        "step 2: studio `image` has no model `flix`; did you mean `flux`?"
    );
}

/// A quote keeps its instant in whole microseconds, so that none may be divided between two prices.
#[test]
fn what_begins_within_a_microsecond_begins_with_it() {
    let within = "2026-03-01T12:00:00.000001500Z";
    let rule = |price: u32| PricingRule::new("image", "flux").per("output", price);
    let one = PriceBook::new("acme", "1", "credits");
    let of_rules = one.clone().with_rule(rule(1).until(at(within))).with_rule(rule(2).from(at(within)));
    let read = PriceBook::parse(&format!(
        "name = 'acme'\nedition = '1'\nunit = 'credits'\n[[rule]]\nstudio = 'image'\n\
         models = [{{ model = 'flux', until = {within}, per.output = 1 }}, {{ model = 'flux', from = {within}, per.output = 2 }}]"
    ));
    let change = Override::new().from(at(within)).until(at("2026-03-01T12:00:00.000003500Z")).times("twice", "", 2);
    let above = PriceBook::new("contract", "1", "").extending("acme").with_override(change);
    let of_editions = CostEngine::new(&one.clone().with_rule(rule(1)).until(at(within))).unwrap();
    let next = PriceBook::new("acme", "2", "credits").from(at(within)).with_rule(rule(2));
    for engine in [
        CostEngine::new(&of_rules).unwrap(),
        CostEngine::new(&read.unwrap()).unwrap(),
        CostEngine::new(&PriceBook::parse(&of_rules.to_toml()).unwrap()).unwrap(),
        CostEngine::new(&above.over(&one.with_rule(rule(1))).unwrap()).unwrap(),
        of_editions.with_edition(&next).unwrap(),
    ] {
        for (nanos, expected) in [("000001500", "2"), ("000001000", "2"), ("000000999", "1")] {
            let request = GenerationRequest::new("image", "flux").unwrap();
            let quote = engine.quote(&request, at(&format!("2026-03-01T12:00:00.{nanos}Z"))).unwrap();
            assert_eq!(quote.total().to_string(), expected, "{nanos}");
            let due = engine.charge_for(&quote.basis(), &Delivery::all()).unwrap();
            assert_eq!(due.total, quote.total(), "{nanos}");
        }
    }
}
