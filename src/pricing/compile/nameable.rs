//! Names that no request could have: what is sold under one could never be bought.

use crate::{
    ids,
    pricing::book::{PriceBook, PricingRule, Setting, Span, name_before, text_in},
    text::Faults,
};

/// Every name that requests have to give.
pub(crate) fn nameable(book: &PriceBook, faults: &mut Faults) {
    for (name, setting) in &book.settings {
        declared(book, "setting", name, setting, faults);
    }
    for (name, fact) in &book.facts {
        declared(book, "fact", name, fact, faults);
    }
    for rule in book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members)) {
        of_rule(book, rule, faults);
    }
}

fn of_rule(book: &PriceBook, rule: &PricingRule, faults: &mut Faults) {
    let of = |kind: &'static str, names: &[Box<str>], faults: &mut Faults| {
        for name in names {
            can_be(kind, name, || text_in(book, rule.span, name), faults);
        }
    };
    of("studio", rule.studio.as_slice(), faults);
    of("tool", &rule.tools, faults);
    of("model", &rule.models, faults);
    for (name, setting) in &rule.settings {
        declared(book, "setting", name, setting, faults);
    }
}

/// A setting or fact, and the fields of its records.
fn declared(book: &PriceBook, kind: &'static str, name: &str, setting: &Setting, faults: &mut Faults) {
    can_be(kind, name, || name_before(book, setting.span, name), faults);
    for (name, field) in setting.items.iter().flat_map(|items| &items.fields).chain(&setting.fields) {
        declared(book, "field", name, field, faults);
    }
}

fn can_be(kind: &'static str, name: &str, place: impl FnOnce() -> Span, faults: &mut Faults) {
    if let Err(error) = ids::check(kind, name) {
        faults.say(place(), error.to_string());
    }
}
