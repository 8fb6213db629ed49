//! Names that people take for each other, and names with letters that nobody sees.

use std::collections::BTreeMap;

use super::{
    alike::{disguise, skeleton},
    doubts::{Doubts, NAME},
};
use crate::{
    diagnostic::quoted,
    pricing::book::{PriceBook, PricingRule, Setting, Span, name_before, text_in},
    value::{Shape, Value},
};

/// Names that must be told apart, by what they look like.
struct Group<'b> {
    kind: &'static str,
    known: BTreeMap<String, &'b str>,
}

/// Tells names that are not what they seem.
pub(crate) fn names(book: &PriceBook, doubts: &mut Doubts) {
    let mut studios = Group::of("studio");
    let mut tools = BTreeMap::<&str, Group<'_>>::new();
    let mut models = BTreeMap::<&str, Group<'_>>::new();
    for [family, rule] in all(book) {
        let place = |name| move || text_in(book, rule.span, name);
        let studio = rule.studio.as_deref().or(family.studio.as_deref()).unwrap_or_default();
        if let Some(name) = &rule.studio {
            studios.add(name, place(name), doubts);
        }
        let tools = tools.entry(studio).or_insert_with(|| Group::of("tool"));
        rule.tools.iter().for_each(|name| tools.add(name, place(name), doubts));
        let models = models.entry(studio).or_insert_with(|| Group::of("model"));
        rule.models.iter().for_each(|name| models.add(name, place(name), doubts));
    }
    let mut declared = Group::of("name");
    for (name, setting) in book.settings.iter().chain(&book.facts) {
        declared.add(name, || name_before(book, setting.span, name), doubts);
        if !narrowed(book, name) {
            values(book, setting, doubts);
        }
    }
    for (name, price) in &book.lets {
        declared.add(name, || price.key_span, doubts);
    }
    for [_, rule] in all(book) {
        for (name, setting) in &rule.settings {
            declared.add(name, || name_before(book, setting.span, name), doubts);
            values(book, setting, doubts);
        }
        for (name, price) in &rule.lets {
            declared.add(name, || price.key_span, doubts);
        }
    }
}

/// Every rule after its family; a family is its own.
fn all(book: &PriceBook) -> impl Iterator<Item = [&PricingRule; 2]> {
    book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members).map(move |member| [rule, member]))
}

/// Whether rules say themselves which values they take: those of different rules are not taken for each other.
fn narrowed(book: &PriceBook, name: &str) -> bool {
    all(book).any(|[_, rule]| rule.settings.iter().any(|(own, it)| **own == *name && !it.values.is_empty()))
}

/// The texts that a setting may be.
fn values(book: &PriceBook, setting: &Setting, doubts: &mut Doubts) {
    let mut group = Group::of("value");
    for value in &setting.values {
        if let Shape::Text(text) = Value::shape(value) {
            group.add(text, || text_in(book, setting.span, text), doubts);
        }
    }
    for (name, field) in &setting.fields {
        group.add(name, || name_before(book, field.span, name), doubts);
        values(book, field, doubts);
    }
    if let Some(items) = &setting.items {
        values(book, items, doubts);
    }
}

impl<'b> Group<'b> {
    fn of(kind: &'static str) -> Self {
        Self { kind, known: BTreeMap::new() }
    }

    fn add(&mut self, name: &'b str, place: impl FnOnce() -> Span, doubts: &mut Doubts) {
        let kind = self.kind;
        if doubts.is_full() {
            return;
        }
        if let Some(disguise) = disguise(name) {
            doubts.add(place(), NAME, format!("the {kind} {} {disguise}", quoted(name)), None);
            return;
        }
        match self.known.get(&skeleton(name)) {
            Some(known) if *known != name => {
                let how =
                    if known.to_lowercase() == name.to_lowercase() { "differ only by case" } else { "look alike" };
                let (known, name) = (quoted(known), quoted(name));
                let hint = format!("write one of them everywhere, if the same {kind} is meant");
                doubts.add(place(), NAME, format!("{name} and {known} {how}"), Some(hint));
            }
            Some(_) => {}
            None => {
                self.known.insert(skeleton(name), name);
            }
        }
    }
}
