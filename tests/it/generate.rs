//! Books and requests for the laws: one vocabulary, and rules of every shape over it.

mod ask;
mod rate;

use chrono::{DateTime, Utc};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};
use rust_decimal::Decimal;
use studio_credits::{
    Outcome, Value,
    pricing::{Charged, Charging, Exactness, Price, PriceBook, PricingRule, Round, Rounding, Setting},
};

use self::rate::{rates, simple_rates};
pub(crate) use self::{
    ask::{Ask, asks, texts, wild_asks},
    rate::{Rate, amounts},
};

pub(crate) const STUDIO: &str = "demo";
/// The models; the last stands for any other.
pub(crate) const MODELS: [&str; 4] = ["flux-dev", "kling-3.0", "größe \"L\"", "*"];
const TOOL: &str = "make";
/// A tool whose price builds on that of the other.
const LIKE_TOOL: &str = "re-make";
const SETTINGS: [&str; 8] = ["resolution", "duration", "audio", "aspect ratio", "width", "height", "steps", "extra"];
const UNITS: [&str; 7] = ["output", "call", "second", "megapixel", "pair", "seat", "step"];
const CONDITIONS: [&str; 3] = ["audio", "plan = 'pro'", "duration > 5 and count < 3"];
const TEXTS: [&str; 4] = ["plain", "say \"hi\"", "c:\\new\ntab\t", "größe 大 — €"];
/// Where dated rules change.
const SEAM: &str = "2027-01-01T00:00:00Z";

/// A book as plain data, so that a test can turn it around, look into it, and build it.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) offers: Vec<Offer>,
    pub(crate) round: Option<(Rounding, Decimal)>,
    extra: Setting,
    charging: Charging,
    note: Option<&'static str>,
    /// Whether the rules are of a tool, and a second tool builds on it.
    tools: bool,
}

/// All that prices one model, in the order in which it is tried.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) model: &'static str,
    pub(crate) rules: Vec<Rule>,
    /// What is taken of a setting beyond those that the price uses: all, and less than all of the durations.
    takes_all: bool,
    narrowed: bool,
    /// Whether the rules follow each other in time, rather than by their conditions.
    dated: bool,
}

/// A rule: parts, factors, additions, bounds, rounding.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// A rule without any is free.
    pub(crate) parts: Vec<(&'static str, Rate)>,
    pub(crate) factors: Vec<(&'static str, Rate)>,
    pub(crate) additions: Vec<(&'static str, &'static str, Rate)>,
    pub(crate) minimum: Option<Rate>,
    pub(crate) maximum: Option<Rate>,
    pub(crate) round: Option<(Rounding, Decimal)>,
    when: &'static str,
    exactness: Option<Exactness>,
    text: Option<&'static str>,
}

impl Sample {
    pub(crate) fn book(&self) -> PriceBook {
        self.rules().into_iter().fold(self.declared(0), PriceBook::with_rule)
    }

    /// The same with everything in another order that may be.
    pub(crate) fn turned(&self, by: usize) -> PriceBook {
        let mut offers = self.offers.clone();
        turn(&mut offers, by);
        for rule in offers.iter_mut().flat_map(|offer| &mut offer.rules) {
            rule.each_rate(|rate| rate.turn(by));
        }
        Self { offers, ..self.clone() }.rules().into_iter().fold(self.declared(by), PriceBook::with_rule)
    }

    /// The same with all its rules in one family.
    pub(crate) fn gathered(&self) -> PriceBook {
        let family = self.rules().into_iter().fold(PricingRule::family(STUDIO), PricingRule::with_member);
        self.declared(0).with_rule(family)
    }

    fn declared(&self, turned: usize) -> PriceBook {
        let one_to = |max: u32| Setting::number(1, max);
        let mut settings = vec![
            ("resolution", Setting::choice(["1k", "2k", "4k"]).with_default("1k")),
            ("duration", one_to(60).with_unit("second").with_step("0.5").with_default(5)),
            ("audio", Setting::flag().with_default(false)),
            ("aspect ratio", Setting::choice(["16:9", "1:1"])),
            ("width", one_to(4096).with_default(1024)),
            ("height", one_to(4096).with_default(1024)),
            ("steps", one_to(50).with_unit("step").measured()),
            ("extra", self.extra.clone()),
        ];
        let mut facts = vec![
            ("plan", Setting::choice(["free", "pro"]).with_default("free")),
            ("seats", Setting::number(0, 100).with_unit("seat").with_default(3)),
        ];
        let mut lets = vec![
            ("megapixel", Price::from("width * height / 1e6")),
            ("pair", Price::from("ceil(count / 2)")),
            ("margin", Price::from("1.25")),
            ("level", Price::by("plan", [("free", "'high'"), ("pro", "'low'")])),
        ];
        turn(&mut settings, turned);
        turn(&mut facts, turned);
        turn(&mut lets, turned);
        let mut book = PriceBook::new("acme", "2026-11", "credits").charging(self.charging).with_quote_minutes(20);
        book = settings.into_iter().fold(book, |book, (name, setting)| book.with_setting(name, setting));
        book = facts.into_iter().fold(book, |book, (name, fact)| book.with_fact(name, fact));
        book = lets.into_iter().fold(book, |book, (name, value)| book.with_let(name, value));
        book = self.note.into_iter().fold(book, PriceBook::with_note);
        self.round.into_iter().fold(book, |book, (way, step)| book.rounded(Round::new(way, step)))
    }

    fn rules(&self) -> Vec<PricingRule> {
        let mut rules: Vec<_> = self.offers.iter().flat_map(Offer::rules).collect();
        if self.tools {
            rules = rules.into_iter().map(|rule| rule.with_tool(TOOL)).collect();
            let like = PricingRule::new(STUDIO, "*").with_tool(LIKE_TOOL).like(TOOL);
            rules.push(like.times("made again", "", "1.5").with_minimum(2));
        }
        rules
    }
}

impl Offer {
    fn rules(&self) -> Vec<PricingRule> {
        let seam: DateTime<Utc> = SEAM.parse().unwrap();
        let rules = self.rules.iter().enumerate().map(|(at, rule)| {
            let mut built = rule.built(self.model);
            if self.dated {
                built = if at == 0 { built.until(seam) } else { built.from(seam) };
            } else if at + 1 < self.rules.len() {
                built = built.when(rule.when);
            }
            if self.narrowed {
                built = built.with_setting("duration", Setting::number(1, 10));
            }
            let others = SETTINGS.into_iter().filter(|name| self.takes_all && !(self.narrowed && *name == "duration"));
            others.fold(built, |rule, name| rule.with_setting(name, Setting::default()))
        });
        rules.collect()
    }
}

impl Rule {
    fn built(&self, model: &str) -> PricingRule {
        let text = self.text.unwrap_or("change");
        let mut rule = PricingRule::new(STUDIO, model);
        rule = self.parts.iter().fold(rule, |rule, (unit, rate)| rule.per(unit, rate.price()));
        rule = if self.parts.is_empty() { rule.free() } else { rule };
        rule = self.factors.iter().fold(rule, |rule, (when, by)| rule.times(text, when, by.price()));
        rule = self.additions.iter().fold(rule, |rule, (when, unit, rate)| rule.plus(text, when, unit, rate.price()));
        rule = self.minimum.iter().fold(rule, |rule, least| rule.with_minimum(least.price()));
        rule = self.maximum.iter().fold(rule, |rule, most| rule.with_maximum(most.price()));
        rule = self.round.into_iter().fold(rule, |rule, (way, step)| rule.rounded(Round::new(way, step)));
        rule = self.exactness.into_iter().fold(rule, PricingRule::with_exactness);
        self.text.into_iter().fold(rule, PricingRule::with_note)
    }

    pub(crate) fn each_rate(&mut self, change: impl FnMut(&mut Rate)) {
        let parts = self.parts.iter_mut().map(|(_, rate)| rate);
        let factors = self.factors.iter_mut().map(|(_, rate)| rate);
        let additions = self.additions.iter_mut().map(|(_, _, rate)| rate);
        parts.chain(factors).chain(additions).chain(&mut self.minimum).chain(&mut self.maximum).for_each(change);
    }
}

/// Books with rules of every shape.
pub(crate) fn samples() -> impl Strategy<Value = Sample> {
    let rule = rules(rates().boxed(), &UNITS, 0..=2);
    let shape = (any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.3));
    let offer = (vec(rule, 1..=3), Just(CONDITIONS.to_vec()).prop_shuffle(), shape);
    let offer = offer.prop_map(|(mut rules, conditions, (dated, takes_all, narrowed))| {
        rules.iter_mut().zip(conditions).for_each(|(rule, when)| rule.when = when);
        Offer { model: "", dated: dated && rules.len() == 2, rules, takes_all, narrowed }
    });
    books(offer.boxed(), any::<bool>().boxed())
}

/// Books of flat prices, tables and unit rates, whose price anyone can work out.
pub(crate) fn simple_samples() -> impl Strategy<Value = Sample> {
    let rule = rules(simple_rates().boxed(), &UNITS[..3], 0..=1);
    let offer = rule.prop_map(|rule| {
        let rules = vec![Rule { exactness: None, ..rule }];
        Offer { model: "", rules, takes_all: true, narrowed: false, dated: false }
    });
    books(offer.boxed(), Just(false).boxed())
}

fn books(offer: BoxedStrategy<Offer>, tools: BoxedStrategy<bool>) -> impl Strategy<Value = Sample> {
    let offers = (subsequence(&MODELS[..], 2..=4), vec(offer, 4));
    let offers = offers.prop_map(|(models, offers)| {
        models.into_iter().zip(offers).map(|(model, offer)| Offer { model, ..offer }).collect()
    });
    let charged = select(&[Charged::Nothing, Charged::Delivered, Charged::All][..]);
    let outcome = select(&[Outcome::Delivered, Outcome::Failed, Outcome::Cancelled][..]);
    let charging = vec((outcome, charged), 0..3);
    (offers, option::of(roundings()), extras(), charging, option::of(select(&TEXTS[..])), tools).prop_map(
        |(offers, round, extra, charging, note, tools)| {
            let charging = charging.into_iter().fold(Charging::default(), |all, (outcome, how)| all.with(outcome, how));
            Sample { offers, round, extra, charging, note, tools }
        },
    )
}

fn rules(
    rate: BoxedStrategy<Rate>,
    units: &'static [&'static str],
    changes: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Rule> {
    let units = subsequence(units, 0..=2);
    let parts = (units, vec(rate.clone(), 2)).prop_map(|(units, rates)| units.into_iter().zip(rates).collect());
    let when = || select(&["", "audio"][..]);
    let factors = vec((when(), amounts().prop_map(Rate::Number)), changes.clone());
    let additions = vec((when(), select(&["output", "call"][..]), rate), changes);
    let bounds = (option::of(amounts()), option::of(amounts()));
    let exactness = select(&[Exactness::Exact, Exactness::AtMost, Exactness::Estimate, Exactness::From][..]);
    let words = (option::of(exactness), option::of(select(&TEXTS[..])));
    (parts, factors, additions, bounds, option::of(roundings()), words).prop_map(
        |(parts, factors, additions, (least, most), round, (exactness, text))| {
            let parts: Vec<_> = parts;
            let rule =
                Rule { parts, factors, additions, minimum: None, maximum: None, round, when: "", exactness, text };
            if rule.parts.is_empty() {
                return Rule { factors: Vec::new(), additions: Vec::new(), ..rule };
            }
            let bounded = most.is_none_or(|most| least.is_none_or(|least| least <= most));
            let most = most.filter(|_| bounded);
            Rule { minimum: least.map(Rate::Number), maximum: most.map(Rate::Number), ..rule }
        },
    )
}

fn roundings() -> impl Strategy<Value = (Rounding, Decimal)> {
    let steps = ["0.000000001", "0.01", "0.5", "1", "25"].map(|step| step.parse().unwrap());
    let ways = [Rounding::Up, Rounding::Down, Rounding::HalfUp, Rounding::HalfEven];
    (select(ways.to_vec()), select(steps.to_vec()))
}

/// Declarations that no price depends on.
fn extras() -> impl Strategy<Value = Setting> {
    let values = vec(texts(0).prop_map(Value::from), 1..4);
    prop_oneof![
        (values.clone(), select(&TEXTS[..])).prop_map(|(texts, unit)| Setting::choice(texts).with_unit(unit)),
        values.prop_map(|texts| Setting::choice([texts[0].clone()]).with_default(texts[0].clone())),
        (amounts(), amounts()).prop_map(|(step, max)| Setting::number(-1, max).with_step(step).measured()),
        (0_u32..5).prop_map(|max| Setting::list(Setting::record([("a b", Setting::flag())]), max)),
    ]
}

/// Turns a list: any rotation, forwards or backwards.
fn turn<T>(list: &mut [T], by: usize) {
    if by % 2 == 1 {
        list.reverse();
    }
    if !list.is_empty() {
        list.rotate_left(by / 2 % list.len());
    }
}
