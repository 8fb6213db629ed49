//! Which parts of a book a fault spoils, so that what only follows from it is not told as well.

use std::collections::BTreeSet;

use crate::{
    pricing::{
        book::{Price, PriceBook, PriceKind, PricingRule, Span},
        compile::ANY_MODEL,
    },
    text::Faults,
};

/// The rules, examples and declarations that have a fault, and the rules that use such a declaration.
#[derive(Debug, Default)]
pub(crate) struct Spoilt {
    parts: Vec<Span>,
    /// There is a fault that lies in no part.
    beyond: bool,
}

impl Spoilt {
    pub(crate) fn by(book: &PriceBook, faults: &Faults) -> Self {
        let mut spoilt = Self::default();
        let words = spoilt.declarations(book, faults);
        let text = |part: Span| book.sources.text(part).unwrap_or_default();
        let uses = |part: Span| words.iter().any(|word| mentions(text(part), word));
        for rule in &book.rules {
            let of_member = |span: Span| rule.members.iter().any(|member| member.span.holds(span));
            let of_family = |span: Span| rule.span.holds(span) && !of_member(span);
            if faults.spans().any(of_family) || rule.members.is_empty() && uses(rule.span) {
                spoilt.parts.push(rule.span);
            } else {
                let members = rule.members.iter().map(|member| member.span);
                let bad = |part: &Span| faults.spans().any(|span| part.holds(span)) || uses(*part);
                spoilt.parts.extend(members.filter(bad));
            }
        }
        let examples = book.examples.iter().map(|example| example.span);
        spoilt.parts.extend(examples.filter(|example| faults.spans().any(|span| example.holds(span))));
        spoilt.beyond = faults.spans().any(|span| !spoilt.holds(span));
        spoilt
    }

    /// Whether a place lies in what is spoilt.
    pub(crate) fn holds(&self, span: Span) -> bool {
        self.parts.iter().any(|part| part.holds(span))
    }

    /// Takes the declarations that have a fault; the answer is the words by which rules use them.
    fn declarations<'b>(&mut self, book: &'b PriceBook, faults: &Faults) -> BTreeSet<&'b str> {
        let mut words = BTreeSet::new();
        for (name, setting) in book.settings.iter().chain(&book.facts) {
            if faults.spans().any(|span| setting.span.holds(span)) {
                self.parts.push(setting.span);
                words.extend([&**name].into_iter().chain(setting.unit.as_deref()));
            }
        }
        for (name, price) in &book.lets {
            let mut spans = Vec::new();
            within(price, &mut spans);
            if faults.spans().any(|span| spans.iter().any(|part| part.holds(span))) {
                self.parts.extend(spans);
                words.insert(name);
            }
        }
        words
    }

    /// The book without what is spoilt and without what else concerns the same models, for what can be said of it all
    /// the same; `None` where a fault lies beyond that.
    pub(crate) fn rest(&self, book: &PriceBook) -> Option<PriceBook> {
        let mut gone = BTreeSet::new();
        for [family, member] in all(book).filter(|[_, member]| self.holds(member.span)) {
            let studio = member.studio.as_deref().or(family.studio.as_deref()).filter(|_| !self.beyond)?;
            let models = if member.models.is_empty() { &family.models } else { &member.models };
            gone.extend(models.iter().map(|model| (studio, &**model)));
        }
        let concerned =
            |studio: &str, model: &str| gone.contains(&(studio, model)) || gone.contains(&(studio, ANY_MODEL));
        let sound = |[family, member]: [&PricingRule; 2]| {
            let studio = member.studio.as_deref().or(family.studio.as_deref()).unwrap_or_default();
            let models = if member.models.is_empty() { &family.models } else { &member.models };
            !models.iter().any(|model| concerned(studio, model))
        };
        let mut rest = book.clone();
        rest.rules.retain_mut(|rule| {
            let family = PricingRule { members: Vec::new(), ..rule.clone() };
            let alone = rule.members.is_empty();
            rule.members.retain(|member| sound([&family, member]));
            if alone { sound([&family, &family]) } else { !rule.members.is_empty() }
        });
        rest.examples.retain(|example| {
            let request = &example.request;
            !self.holds(example.span) && !concerned(request.studio().as_str(), request.model().as_str())
        });
        (!self.beyond).then_some(rest)
    }
}

/// Every rule that stands by itself or in a family, after the family; a rule by itself is its own.
fn all(book: &PriceBook) -> impl Iterator<Item = [&PricingRule; 2]> {
    book.rules.iter().flat_map(|rule| {
        let own = if rule.members.is_empty() { std::slice::from_ref(rule) } else { &*rule.members };
        own.iter().map(move |member| [rule, member])
    })
}

/// Where a price and what it consists of stand.
fn within(price: &Price, spans: &mut Vec<Span>) {
    spans.extend([price.key_span, price.span]);
    if let PriceKind::Table { cells, .. } = &price.kind {
        for cell in cells {
            spans.push(cell.key_span);
            within(&cell.price, spans);
        }
    }
}

/// Whether a name stands in a text, other than as a part of a longer one.
fn mentions(text: &str, name: &str) -> bool {
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(found.len())..).and_then(|after| after.chars().next());
        !before.is_some_and(in_name) && !after.is_some_and(in_name)
    })
}
