//! What follows for names when an expression is known to be one of some values.

use std::rc::Rc;

use super::{
    possible::{Possible, Texts},
    range::{End, Piece, Range},
    reckoning::Reckoning,
    study::{Study, Text},
};
use crate::{
    formula::{Function, Kind, Node, Operator},
    number::Number,
    pricing::{book::PriceKind, program::Arithmetic},
};

impl<'b> Study<'b, '_> {
    /// Learns that a number is one of these; `false` where it cannot be.
    pub(crate) fn is_number(&mut self, node: &Node, range: &Range, text: Text<'b>) -> bool {
        if !self.spend() {
            return true;
        }
        let now = self.number(node, text);
        let narrowed = now.and(range);
        if narrowed.is_empty() || narrowed == now {
            return !narrowed.is_empty();
        }
        match &node.kind {
            Kind::Name(name) => return self.is(name, Possible::Number(narrowed)),
            Kind::Field(item, field) => self.field_is(item, field, Possible::Number(narrowed)),
            Kind::Number(_) => {}
            form => {
                self.known.learn_fact(node, narrowed.clone());
                return self.follow(form, &narrowed, text);
            }
        }
        true
    }

    fn follow(&mut self, form: &Kind, range: &Range, text: Text<'b>) -> bool {
        let mut reckoning = Reckoning::default();
        match form {
            Kind::Negate(inner) => self.is_number(inner, &Reckoning::negated(range), text),
            Kind::Binary(Operator::Add, left, right) => {
                let rest = reckoning.arithmetic(Arithmetic::Subtract, range, &self.number(right, text));
                let other = reckoning.arithmetic(Arithmetic::Subtract, range, &self.number(left, text));
                self.is_number(left, &rest, text) && self.is_number(right, &other, text)
            }
            Kind::Binary(Operator::Subtract, left, right) => {
                let whole = reckoning.arithmetic(Arithmetic::Add, range, &self.number(right, text));
                let part = reckoning.arithmetic(Arithmetic::Subtract, &self.number(left, text), range);
                self.is_number(left, &whole, text) && self.is_number(right, &part, text)
            }
            Kind::Binary(Operator::Multiply, left, right) => {
                self.is_factor(left, right, range, text) && self.is_factor(right, left, range, text)
            }
            Kind::Binary(Operator::Divide, left, right) => {
                let dividend = reckoning.arithmetic(Arithmetic::Multiply, range, &self.number(right, text));
                self.is_number(left, &dividend, text)
            }
            Kind::Call(Function::Ceil | Function::Floor, arguments) => {
                let ([node] | [node, _]) = arguments.as_slice() else { return true };
                let step = arguments.get(1).map(|step| self.number(step, text));
                let Some(step) = step.map_or(Some(Number::ONE), |step| step.only()) else { return true };
                let up = matches!(form, Kind::Call(Function::Ceil, _));
                self.is_number(node, &unrounded(range, step, up), text)
            }
            // Below the greatest of several, all are; above the least, too.
            Kind::Call(Function::Max, arguments) => {
                let most = Range::piece(Piece { low: None, high: range.high() });
                arguments.iter().all(|argument| self.is_number(argument, &most, text))
            }
            Kind::Call(Function::Min, arguments) => {
                let least = Range::piece(Piece { low: range.low(), high: None });
                arguments.iter().all(|argument| self.is_number(argument, &least, text))
            }
            Kind::If(condition, yes, no) => {
                let [yes, no] = [(yes, true), (no, false)].map(|(branch, truth)| {
                    let value = self.assuming(condition, truth, text, |study| study.number(branch, text));
                    value.is_some_and(|value| !value.and(range).is_empty())
                });
                self.is_branch(condition, yes, no, text)
            }
            _ => true,
        }
    }

    fn is_factor(&mut self, node: &Node, other: &Node, product: &Range, text: Text<'b>) -> bool {
        let other = self.number(other, text);
        let zero = Range::exactly(Number::ZERO);
        if !other.holds(Number::ZERO) {
            let factor = Reckoning::default().arithmetic(Arithmetic::Divide, product, &other);
            return self.is_number(node, &factor, text);
        }
        // A product other than 0 has no factor of 0.
        product.holds(Number::ZERO) || self.is_number(node, &Range::any().without(&zero), text)
    }

    /// Learns that a text is one of these; `false` where it cannot be.
    pub(crate) fn is_text(&mut self, node: &Node, texts: &Texts, text: Text<'b>) -> bool {
        if !self.spend() {
            return true;
        }
        let Possible::Text(now) = self.value(node, text) else { return true };
        let narrowed = now.and(texts);
        if narrowed.is_empty() || narrowed == now {
            return !narrowed.is_empty();
        }
        match &node.kind {
            Kind::Name(name) => self.is(name, Possible::Text(narrowed)),
            Kind::Field(item, field) => {
                self.field_is(item, field, Possible::Text(narrowed));
                true
            }
            Kind::If(condition, yes, no) => {
                let [yes, no] = [(yes, true), (no, false)].map(|(branch, truth)| {
                    let value = self.assuming(condition, truth, text, |study| study.value(branch, text));
                    matches!(value, Some(Possible::Text(texts)) if !texts.and(&narrowed).is_empty())
                });
                self.is_branch(condition, yes, no, text)
            }
            _ => true,
        }
    }

    fn is_branch(&mut self, condition: &Node, yes: bool, no: bool, text: Text<'b>) -> bool {
        match (yes, no) {
            (true, true) => true,
            (false, false) => false,
            (only, _) => {
                let known = super::known::Known::whichever(self.cases(condition, only, text));
                known.map(|known| self.known = known).is_some()
            }
        }
    }

    /// Learns what a name is, and what follows from how it is defined.
    pub(crate) fn is(&mut self, name: &str, possible: Possible) -> bool {
        if possible.is_impossible() {
            return false;
        }
        if let Some(known_as) = self.local(name).map(|local| local.known_as("")) {
            self.known.learn(&known_as, possible);
            return true;
        }
        if let Some((node, text)) = self.defined(name) {
            let follows = self.apart(|study| match &possible {
                Possible::Number(range) => study.is_number(&node, range, text),
                Possible::Text(texts) => study.is_text(&node, texts, text),
                Possible::Truth(truth) if truth.yes != truth.no => {
                    let known = super::known::Known::whichever(study.cases(&node, truth.yes, text));
                    known.map(|known| study.known = known).is_some()
                }
                _ => true,
            });
            if !follows {
                return false;
            }
        } else if let Some((_, price)) = self.let_price(name)
            && let PriceKind::Table { by, cells } = &price.kind
            && !self.apart(|study| study.is_cell(by, cells, &possible))
        {
            return false;
        }
        self.known.learn(name, possible);
        true
    }

    /// The formula by which a name is defined, if it is.
    pub(crate) fn defined(&mut self, name: &str) -> Option<(Rc<Node>, Text<'b>)> {
        let (_, price) = self.let_price(name)?;
        let PriceKind::Formula(formula) = &price.kind else { return None };
        let node = self.parsed(formula)?;
        Some((node, Text { text: formula, span: price.span }))
    }

    fn field_is(&mut self, item: &Node, field: &str, possible: Possible) {
        if let Kind::Name(name) = &item.kind
            && let Some(known_as) = self.local(name).map(|local| local.known_as(field))
        {
            self.known.learn(&known_as, possible);
        }
    }

    /// Learns what the difference of two expressions is, where neither is a number that is written out.
    pub(crate) fn differ(&mut self, left: &Node, right: &Node, difference: Range) -> bool {
        let literal = |node: &Node| matches!(node.kind, Kind::Number(_));
        if !literal(left) && !literal(right) {
            let kind = Kind::Binary(Operator::Subtract, Box::new(left.clone()), Box::new(right.clone()));
            self.known.learn_fact(&Node { kind, at: 0, length: 0 }, difference);
        }
        true
    }
}

/// What rounds to one of these.
fn unrounded(range: &Range, step: Number, up: bool) -> Range {
    let (low, high) = (range.low().map(|end| end.at), range.high().map(|end| end.at));
    Range::piece(if up {
        Piece { low: low.and_then(|low| low.checked_sub(step)).map(End::open), high: high.map(End::closed) }
    } else {
        Piece { low: low.map(End::closed), high: high.and_then(|high| high.checked_add(step)).map(End::open) }
    })
}
