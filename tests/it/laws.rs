//! What holds for every book and every request, tried on generated ones.
//!
//! The same books are tried each time. `LAWS_SEED` tries others, and `LAWS_CASES` more of them; a law that is broken
//! says how to try the same again.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ops::Range,
    thread,
};

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};
use rust_decimal::Decimal;
use studio_credits::{
    Credits, GenerationRequest, Value,
    pricing::{CostEngine, Line, Price, PriceBook, PriceError, PricingRule, Rounding, Setting},
};

use crate::generate::{Ask, Rate, Rule, Sample, amounts, asks, samples, simple_samples, texts, wild_asks};

/// How many requests each book is tried with.
const ASKS: Range<usize> = 4..12;

#[test]
fn lines_sum_to_the_total_and_every_way_to_ask_gives_that_total() {
    holds(200, (samples(), vec(asks(), ASKS)), |(sample, asks)| {
        let engine = engine(&sample.book());
        for (request, ask) in requests(&asks) {
            let price = engine.price(&request, ask.at);
            prop_assert_eq!(&engine.resolve(&request, ask.at).and_then(|it| it.price()), &price);
            let other = request.clone().with_count(request.count() % 7 + 1)?;
            if let Ok(resolved) = engine.resolve(&other, ask.at) {
                let recounted = resolved.with_count(request.count()).and_then(|it| it.price());
                prop_assert_eq!(&recounted, &price, "resolved for {} outputs first", other.count());
            }
            prop_assert_eq!(&engine.quote(&request, ask.at).map(|it| it.total()), &price);
            prop_assert_eq!(&engine.prices([&request], ask.at).collect::<Vec<_>>()[0], &price);
            let Ok(price) = price else { continue };
            let quote = engine.quote(&request, ask.at).unwrap();
            let lines = quote.lines();
            prop_assert!(!lines.is_empty());
            prop_assert_eq!(Credits::checked_sum(lines.iter().map(|line| line.amount)), Some(price), "{:?}", lines);
            prop_assert!(!price.is_negative());
            let takes_off = |line: &&Line<'_>| line.unit == "times" || ["maximum", "rounding"].contains(&line.what);
            let mut others = lines.iter().filter(|line| !takes_off(line));
            prop_assert!(others.all(|line| !line.amount.is_negative()), "{:?}", lines);
            prop_assert!(quote.maximum().is_none_or(|most| most >= price), "at most {:?}", quote.maximum());
            prop_assert!(quote.valid_until() > quote.quoted_at());
        }
        Ok(())
    });
}

#[test]
fn a_quote_in_json_has_decimal_texts_and_the_same_bytes_each_time() {
    holds(200, (samples(), vec(asks(), ASKS)), |(sample, asks)| {
        let (engine, again) = (engine(&sample.book()), self::engine(&sample.book()));
        for (request, ask) in requests(&asks) {
            let Ok(quote) = engine.quote(&request, ask.at) else { continue };
            let text = serde_json::to_string(&quote).unwrap();
            prop_assert_eq!(&serde_json::to_string(&again.quote(&request, ask.at).unwrap()).unwrap(), &text);
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            let amount = |value: &serde_json::Value| value.as_str().map(|text| text.parse::<Credits>().unwrap());
            prop_assert_eq!(amount(&json["total"]), Some(quote.total()));
            let amounts: Option<Vec<_>> =
                json["lines"].as_array().unwrap().iter().map(|it| amount(&it["amount"])).collect();
            prop_assert_eq!(amounts.and_then(Credits::checked_sum), Some(quote.total()), "{}", text);
        }
        Ok(())
    });
}

#[test]
fn any_request_is_answered_and_no_price_is_below_zero() {
    holds(200, (samples(), vec(prop_oneof![asks(), wild_asks()], ASKS)), |(sample, asks)| {
        let engine = engine(&sample.book());
        for (request, ask) in requests(&asks) {
            match engine.quote(&request, ask.at) {
                Ok(quote) => prop_assert!(!quote.total().is_negative() && !quote.why().to_string().is_empty()),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
        Ok(())
    });
}

/// So that no law holds for want of prices.
#[test]
fn most_generated_requests_have_a_price() {
    let seed = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let (mut asked, mut priced, mut lines) = (0, 0, BTreeSet::new());
    for _ in 0..100 {
        let (sample, asks) = (samples(), vec(asks(), ASKS)).new_tree(&mut runner).unwrap().current();
        let engine = engine(&sample.book());
        for (request, ask) in requests(&asks) {
            asked += 1;
            if let Ok(quote) = engine.quote(&request, ask.at) {
                priced += 1;
                lines.extend(quote.lines().iter().map(|line| line.unit.to_owned()));
            }
        }
    }
    assert!(priced * 3 > asked, "{priced} of {asked}");
    assert_eq!(lines.len(), 8, "{lines:?}");
}

#[test]
fn a_book_written_out_and_read_back_is_the_same_book() {
    holds(200, (samples(), any::<bool>(), vec(asks(), ASKS)), |(sample, family, asks)| {
        let book = if family { sample.gathered() } else { sample.book() };
        let text = book.to_toml();
        let read = PriceBook::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(read == book, "another book is read back from\n{text}");
        prop_assert_eq!(&read.to_toml(), &text);
        let (engine, again) = (engine(&book), self::engine(&read));
        prop_assert_eq!(engine.checksum("2026-11"), again.checksum("2026-11"));
        same_prices(&engine, &again, &asks)
    });
}

#[test]
fn any_texts_in_any_place_read_back() {
    let leaf = prop_oneof![texts(0).prop_map(|text| Price::from(&*text)), amounts().prop_map(Price::from)];
    let price = leaf.prop_recursive(3, 12, 3, move |cell| {
        (texts(1), btree_map(texts(1), cell, 0..4)).prop_map(|(by, cells)| Price::by(&by, cells))
    });
    let prices = btree_map(texts(0), price, 1..4);
    holds(200, (vec(texts(1), 4), prices, option::of(texts(0))), |(texts, prices, other)| {
        let [a, b, c, d] = texts.as_slice() else { return Ok(()) };
        let fold = |rule: PricingRule, prices: &BTreeMap<String, Price>| {
            prices.iter().fold(rule, |rule, (name, price)| rule.per(name, price.clone()).with_let(name, price.clone()))
        };
        let mut rule = fold(PricingRule::new(a, b).with_tool(c).with_tool(d).with_name(d).with_note(c), &prices);
        rule = rule.with_setting(a, Setting::choice([d.as_str(), c]).with_default(b.as_str()));
        if let Some(other) = &other {
            rule = rule.when(other).like(other).in_unit(other).times(other, a, b.as_str()).plus(b, "", c, d.as_str());
        }
        let family = fold(PricingRule::family(d).with_member(rule.clone()), &prices);
        let book = PriceBook::new(a, b, c).with_fact(d, Setting::record([(a.as_str(), Setting::flag())]));
        let book = book.with_rule(rule).with_rule(family);
        let text = book.to_toml();
        let read = PriceBook::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(read == book, "another book is read back from\n{text}");
        Ok(())
    });
}

#[test]
fn order_means_nothing_where_no_condition_decides() {
    holds(200, (samples(), 1..12_usize, vec(asks(), ASKS)), |(sample, by, asks)| {
        let engine = engine(&sample.book());
        same_prices(&engine, &self::engine(&sample.turned(by)), &asks)?;
        same_prices(&engine, &self::engine(&sample.gathered()), &asks)
    });
}

#[test]
fn the_first_condition_that_holds_decides_and_the_rule_without_one_is_last() {
    let rule = |price: &str| PricingRule::new("video", "m").per("call", price);
    let book = PriceBook::new("b", "e", "u").with_setting("n", Setting::number(0, 9).with_default(0));
    let (small, odd, rest) = (rule("1").when("n < 5"), rule("2").when("n in (1, 3, 5, 7, 9)"), rule("3"));
    let costs = |rules: [&PricingRule; 3], n: i32| {
        let engine = engine(&rules.into_iter().cloned().fold(book.clone(), PriceBook::with_rule));
        let request = GenerationRequest::new("video", "m").unwrap().with_setting("n", n).unwrap();
        engine.price(&request, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap().to_string()
    };
    #[rustfmt::skip]
    let table = [
        ([&small, &odd, &rest], ["1", "1", "2", "3"]),
        ([&odd, &small, &rest], ["1", "2", "2", "3"]),
        ([&rest, &odd, &small], ["1", "2", "2", "3"]),
        ([&small, &rest, &odd], ["1", "1", "2", "3"]),
    ];
    for (rules, expected) in table {
        assert_eq!([0, 1, 5, 6].map(|n| costs(rules, n)), expected, "{rules:#?}");
    }
}

#[test]
fn more_outputs_never_cost_less() {
    holds(200, (simple_samples(), vec((asks(), 1..50_u64), ASKS)), |(sample, asks)| {
        let engine = engine(&sample.book());
        for (ask, more) in asks {
            let Some(request) = ask.request() else { continue };
            let Ok(request) = request.with_count(ask.count.min(100_000)) else { continue };
            let Ok(price) = engine.price(&request, ask.at) else { continue };
            let larger = request.clone().with_count(request.count() + more).unwrap();
            let dearer = engine.price(&larger, ask.at).unwrap();
            prop_assert!(dearer >= price, "{} cost {price}, and {} cost {dearer}", request.count(), larger.count());
        }
        Ok(())
    });
}

#[test]
fn the_price_is_what_anyone_works_out() {
    holds(1_000, (simple_samples(), vec(asks(), ASKS)), |(sample, asks)| {
        let engine = engine(&sample.book());
        for ask in asks {
            // Decimals keep 28 digits, which larger counts can exceed.
            let ask = Ask { count: ask.count.min(100), ..ask };
            let Some(request) = ask.request() else { continue };
            match engine.price(&request, ask.at) {
                Ok(price) => prop_assert_eq!(Some(price.to_string()), worked_out(&sample, &ask), "{:?}", ask),
                Err(PriceError::Unknown(_) | PriceError::NotAllowed(_)) => {}
                Err(error) => prop_assert_eq!(worked_out(&sample, &ask), None, "{}: {:?}", error, ask),
            }
        }
        Ok(())
    });
}

/// The price of a simple book: parts, factors, additions, minimum, maximum, rounding, in decimals.
fn worked_out(sample: &Sample, ask: &Ask) -> Option<String> {
    let offer = |model: &str| sample.offers.iter().find(|offer| offer.model == model);
    let Rule { parts, factors, additions, minimum, maximum, round, .. } = &offer(&ask.model).or(offer("*"))?.rules[0];
    let text = |name: &str, preset: &str| ask.setting(name).map_or(preset.to_owned(), Value::to_string);
    let (resolution, audio) = (text("resolution", "1k"), text("audio", "false") == "true");
    let seconds: Decimal = text("duration", "5").parse().unwrap();
    let count = Decimal::from(ask.count);
    let rate = |rate: &Rate| match rate {
        Rate::Number(number) => Some(*number),
        Rate::Table("resolution", cells) => {
            let cell = |key: &str| cells.iter().find(|(known, _)| *known == key);
            match cell(&resolution).or(cell("else"))?.1 {
                Rate::Number(number) => Some(number),
                _ => None,
            }
        }
        _ => None,
    };
    let holds = |when: &str| when.is_empty() || audio;
    let quantity = |unit: &str| match unit {
        "call" => Decimal::ONE,
        "output" => count,
        _ => seconds * count,
    };
    let mut total = Decimal::ZERO;
    for (unit, price) in parts {
        total += quantity(unit) * rate(price)?;
    }
    for (_, by) in factors.iter().filter(|(when, _)| holds(when)) {
        total *= rate(by)?;
    }
    for (_, unit, price) in additions.iter().filter(|(when, ..)| holds(when)) {
        total += quantity(unit) * rate(price)?;
    }
    total = minimum.as_ref().map_or(Some(total), |least| Some(total.max(rate(least)?)))?;
    total = maximum.as_ref().map_or(Some(total), |most| Some(total.min(rate(most)?)))?;
    let (way, step) = round.or(sample.round).unwrap_or((Rounding::Up, Decimal::new(1, 9)));
    let steps = total / step;
    let steps = match way {
        Rounding::Up => steps.ceil(),
        Rounding::Down => steps.floor(),
        Rounding::HalfUp => (steps + Decimal::new(5, 1)).floor(),
        Rounding::HalfEven => steps.round(),
    };
    Some((steps * step).normalize().to_string())
}

/// Tries a law; the message of a broken one ends in how to try the same again.
pub(crate) fn holds<S: Strategy>(cases: u64, inputs: S, law: impl Fn(S::Value) -> TestCaseResult) {
    let number = |name: &str, preset: u64| env::var(name).map_or(preset, |text| text.parse().expect("a whole number"));
    let (seed, cases) = (number("LAWS_SEED", 1), number("LAWS_CASES", cases));
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::XorShift, &bytes);
    let cases = u32::try_from(cases).expect("not too many cases");
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    if let Err(broken) = TestRunner::new_with_rng(config, rng).run(&inputs, law) {
        let name = thread::current().name().unwrap_or_default().to_owned();
        panic!("{broken}\ntry again: LAWS_SEED={seed} LAWS_CASES={cases} cargo test --test it -- --exact {name}");
    }
}

#[track_caller]
fn engine(book: &PriceBook) -> CostEngine {
    CostEngine::new(book).unwrap_or_else(|error| panic!("{error}\n{}", book.to_toml()))
}

fn requests(asks: &[Ask]) -> impl Iterator<Item = (GenerationRequest, &Ask)> {
    asks.iter().filter_map(|ask| Some((ask.request()?, ask)))
}

fn same_prices(one: &CostEngine, other: &CostEngine, asks: &[Ask]) -> TestCaseResult {
    for (request, ask) in requests(asks) {
        let (one, other) = (one.price(&request, ask.at).ok(), other.price(&request, ask.at).ok());
        prop_assert_eq!(one, other, "{:?}", ask);
    }
    Ok(())
}
