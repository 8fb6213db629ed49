//! Names that only a catch-all knows, and that are nearly those of something else.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    doubts::Doubts,
    mentions::parts,
    study::{Formulas, read},
    table::ELSE,
};
use crate::{
    diagnostic::quoted,
    formula::{Kind, Node},
    pricing::{
        book::{Price, PriceBook, PriceKind, SettingKind, Span, name_before, text_in},
        compile::{ANY_MODEL, Leaf},
    },
    value::{Shape, Value},
};

/// The models of the studios that price any model.
struct Models<'b>(BTreeMap<&'b str, BTreeSet<&'b str>>);

/// Tells names that a rule for any model, or a cell for all else, takes although another one was probably meant.
pub(crate) fn catch_all(book: &PriceBook, leaves: &[Leaf], formulas: &mut Formulas, doubts: &mut Doubts) {
    let models = Models::of(leaves);
    for example in &book.examples {
        let (studio, model) = (example.request.studio().as_str(), example.request.model().as_str());
        models.tell(studio, model, text_in(book, example.span, model), doubts);
    }
    if !models.0.is_empty() {
        for (text, span) in formulas_of(book) {
            if let Some(node) = read(text, formulas) {
                references(book, &models, &node, span, doubts);
            }
        }
    }
    texts(book, doubts);
}

impl<'b> Models<'b> {
    fn of(leaves: &'b [Leaf]) -> Self {
        let mut all = BTreeMap::<&str, BTreeSet<&str>>::new();
        for leaf in leaves {
            all.entry(&leaf.studio).or_default().extend(leaf.models.iter().map(|model| &**model));
        }
        all.retain(|_, models| models.contains(ANY_MODEL));
        Self(all)
    }

    fn tell(&self, studio: &str, model: &str, place: Span, doubts: &mut Doubts) {
        let Some(known) = self.0.get(studio) else { return };
        if !known.contains(model)
            && let Some(near) = known.iter().find(|known| nearly(known, model))
        {
            let message = format!("{} is no model of {}, and is taken for any other", quoted(model), quoted(studio));
            doubts.add(place, "catch-all", message, Some(format!("did you mean {}?", quoted(near))));
        }
    }
}

/// Follows the references within a formula.
fn references(book: &PriceBook, models: &Models<'_>, node: &Node, span: Span, doubts: &mut Doubts) {
    if let Kind::Price { studio, model, .. } = &node.kind
        && let Kind::Text(studio) = &studio.kind
    {
        match &model.kind {
            Kind::Text(name) => models.tell(studio, name, span.part(model.at, model.length), doubts),
            Kind::Name(name) => {
                let declared = book.settings.iter().chain(&book.facts).find(|(known, _)| known == name);
                let given = declared.iter().flat_map(|(_, setting)| setting.values.iter().chain(&setting.default));
                for value in given {
                    let text = value.to_string();
                    let place = declared.map(|(_, setting)| text_in(book, setting.span, &text)).unwrap_or_default();
                    models.tell(studio, &text, place, doubts);
                }
                for (value, span) in examples_of(book, name) {
                    models.tell(studio, &value.to_string(), span, doubts);
                }
            }
            _ => {}
        }
    }
    for part in parts(node) {
        references(book, models, part, span, doubts);
    }
}

/// Texts that examples set, and that are nearly a key of a table by that text.
fn texts(book: &PriceBook, doubts: &mut Doubts) {
    let open = book
        .settings
        .iter()
        .chain(&book.facts)
        .filter(|(_, it)| it.shown_kind() == Some(SettingKind::Text) && it.values.is_empty());
    for (name, setting) in open {
        let mut keys = BTreeSet::new();
        for price in prices_of(book) {
            keys_by(price, name, &mut keys);
        }
        let default = setting.default.iter().map(|value| (value, name_before(book, setting.span, name)));
        for (value, place) in examples_of(book, name).chain(default) {
            let text = value.to_string();
            if !keys.contains(&*text)
                && let Some(near) = keys.iter().find(|key| nearly(key, &text))
            {
                let message =
                    format!("{} is no key of the table by {}, and falls to `else`", quoted(&text), quoted(name));
                doubts.add(place, "catch-all", message, Some(format!("did you mean {}?", quoted(near))));
            }
        }
    }
}

/// What examples set a name to.
fn examples_of<'b>(book: &'b PriceBook, name: &str) -> impl Iterator<Item = (&'b Value, Span)> {
    book.examples.iter().filter_map(move |example| {
        let value = example.request.setting(name).or_else(|| example.request.fact(name))?;
        matches!(value.shape(), Shape::Text(_)).then(|| (value, text_in(book, example.span, &value.to_string())))
    })
}

fn prices_of(book: &PriceBook) -> Vec<&Price> {
    let mut prices: Vec<&Price> = book.lets.iter().map(|(_, price)| price).collect();
    for rule in book.rules.iter().flat_map(|rule| [rule].into_iter().chain(&rule.members)) {
        prices.extend(rule.lets.iter().chain(&rule.per).map(|(_, price)| price));
        prices.extend(rule.times.iter().map(|factor| &factor.by));
        prices.extend(rule.plus.iter().flat_map(|addition| &addition.per).map(|(_, price)| price));
        prices.extend(rule.overrides.iter().flat_map(|change| &change.times).map(|factor| &factor.by));
        let each = [&rule.each.minimum, &rule.each.maximum, &rule.minimum, &rule.maximum];
        prices.extend(each.into_iter().flatten());
    }
    prices
}

fn formulas_of(book: &PriceBook) -> Vec<(&str, Span)> {
    let mut open = prices_of(book);
    let mut formulas = Vec::new();
    while let Some(price) = open.pop() {
        match &price.kind {
            PriceKind::Formula(text) if text.contains("price") => formulas.push((&**text, price.span)),
            PriceKind::Table { cells, .. } => open.extend(cells.iter().map(|cell| &cell.price)),
            _ => {}
        }
    }
    formulas
}

/// The keys of the tables by a name that have an `else`.
fn keys_by<'b>(price: &'b Price, name: &str, keys: &mut BTreeSet<&'b str>) {
    let PriceKind::Table { by, cells } = &price.kind else { return };
    let all = || cells.iter().flat_map(|cell| cell.key.split(',')).map(str::trim);
    if **by == *name && all().any(|key| key == ELSE) {
        keys.extend(all().filter(|key| *key != ELSE));
    }
    for cell in cells {
        keys_by(&cell.price, name, keys);
    }
}

/// Whether two names differ by one slip of the hand, and not in their digits: versions differ on purpose.
fn nearly(one: &str, other: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let letters = |name: &str| name.to_lowercase().chars().collect::<Vec<_>>();
    if one == other || digits(one) != digits(other) || one.chars().count().min(other.chars().count()) < 3 {
        return false;
    }
    let (one, other) = (letters(one), letters(other));
    let alike = |pairs: &mut dyn Iterator<Item = (&char, &char)>| pairs.take_while(|(a, b)| a == b).count();
    let head = alike(&mut one.iter().zip(&other));
    let most = one.len().min(other.len()).saturating_sub(head);
    let tail = alike(&mut one.iter().rev().zip(other.iter().rev())).min(most);
    let middle = |name: &[char]| name.get(head..name.len().saturating_sub(tail)).unwrap_or_default().to_vec();
    match (middle(&one).as_slice(), middle(&other).as_slice()) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}
