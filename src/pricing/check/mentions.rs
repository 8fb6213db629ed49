//! Which names a price mentions.

use std::collections::BTreeSet;

use super::study::{Formulas, Study, read};
use crate::{
    formula::{Kind, Node},
    pricing::book::{Price, PriceKind},
};

/// The names that a price depends on, and those that its named values do.
pub(crate) fn names_in<'b>(study: &mut Study<'b, '_>, price: &'b Price) -> BTreeSet<Box<str>> {
    let mut names = BTreeSet::new();
    let mut open = vec![price];
    while let Some(price) = open.pop() {
        let mut found = Vec::new();
        names_of_price(price, study.formulas, &mut |name| found.push(Box::from(name)));
        for name in found {
            let defined = study.let_price(&name);
            if names.insert(name) {
                open.extend(defined.map(|(_, price)| price));
            }
        }
    }
    names
}

/// Every name that a price mentions itself.
pub(crate) fn names_of_price(price: &Price, formulas: &mut Formulas, found: &mut impl FnMut(&str)) {
    match &price.kind {
        PriceKind::Formula(text) => {
            if let Some(node) = read(text, formulas) {
                names_of(&node, found);
            }
        }
        PriceKind::Table { by, cells } => {
            by.split(" x ").for_each(|name| found(name.trim()));
            for cell in cells {
                names_of_price(&cell.price, formulas, found);
            }
        }
        PriceKind::Free | PriceKind::NotOffered => {}
    }
}

/// Every name that an expression mentions.
pub(crate) fn names_of(node: &Node, found: &mut impl FnMut(&str)) {
    if let Kind::Name(name) | Kind::Default(name) = &node.kind {
        found(name);
    }
    if let Kind::Price { settings, .. } = &node.kind {
        for (name, _) in settings {
            found(name);
        }
    }
    for part in parts(node) {
        names_of(part, found);
    }
}

/// The expressions that an expression consists of.
pub(crate) fn parts(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::Number(_) | Kind::Text(_) | Kind::Flag(_) | Kind::Name(_) | Kind::Default(_) => Vec::new(),
        Kind::Field(inner, _) | Kind::Negate(inner) | Kind::Not(inner) => vec![inner],
        Kind::Binary(_, left, right) | Kind::Power(left, right) => vec![left, right],
        Kind::If(condition, yes, no) => vec![condition, yes, no],
        Kind::Call(_, arguments) => arguments.iter().collect(),
        Kind::Tiers(_, quantity, tiers, beyond) => {
            let rates = tiers.iter().map(|(_, rate)| rate);
            [&**quantity].into_iter().chain(rates).chain(beyond.as_deref()).collect()
        }
        Kind::Fold { list, condition, body, otherwise, .. } => {
            let rest = condition.as_deref().into_iter().chain([&**body]).chain(otherwise.as_deref());
            [&**list].into_iter().chain(rest).collect()
        }
        Kind::Loop { from, to, start, next, .. } => vec![from, to, start, next],
        Kind::Price { studio, model, settings } => {
            [&**studio, &**model].into_iter().chain(settings.iter().map(|(_, node)| node)).collect()
        }
    }
}
