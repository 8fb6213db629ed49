//! Prices for each output that the count multiplies once more.

use super::{mentions::names_of, study::Study};
use crate::{
    formula::{Function, Kind, Node, Operator},
    pricing::book::{Price, PriceKind},
};

/// Whether a price for each output grows with the count, and is not divided by it.
pub(crate) fn counts_twice(study: &mut Study<'_, '_>, price: &Price) -> bool {
    match &price.kind {
        PriceKind::Formula(text) => study.parsed(text).is_some_and(|node| multiplies(study, &node)),
        PriceKind::Table { cells, .. } => cells.iter().any(|cell| counts_twice(study, &cell.price)),
        PriceKind::Free | PriceKind::NotOffered => false,
    }
}

/// Whether the count is a factor or a summand of an expression, rather than what a condition or a table asks for.
fn multiplies(study: &mut Study<'_, '_>, node: &Node) -> bool {
    match &node.kind {
        Kind::Name(name) if &**name == "count" => true,
        Kind::Name(name) => match study.let_price(name) {
            Some((_, price)) => counts_twice(study, price),
            None => false,
        },
        Kind::Binary(Operator::Divide, left, right) => {
            let mut divided = false;
            names_of(right, &mut |name| divided |= name == "count");
            !divided && multiplies(study, left)
        }
        // Where one factor is divided by the count, the count of another one is made up for.
        Kind::Binary(Operator::Multiply, left, right) => {
            let whole = !divides(left) && !divides(right);
            whole && (multiplies(study, left) || multiplies(study, right))
        }
        Kind::Binary(Operator::Add, left, right) => multiplies(study, left) || multiplies(study, right),
        Kind::Call(Function::Ceil | Function::Floor | Function::Round | Function::Blocks, arguments) => {
            arguments.first().is_some_and(|first| multiplies(study, first))
        }
        _ => false,
    }
}

fn divides(node: &Node) -> bool {
    let mut divided = false;
    if let Kind::Binary(Operator::Divide, _, right) = &node.kind {
        names_of(right, &mut |name| divided |= name == "count");
    }
    divided
}
