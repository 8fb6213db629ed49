//! Whether conditions may be true or false, and what is known where they are.

use super::{
    known::Known,
    possible::{Possible, Truth},
    range::{End, Piece, Range},
    study::{Study, Text},
};
use crate::{
    formula::{Function, Kind, Node, Operator},
    number::Number,
};

/// The most cases that are told apart; beyond, they are taken together.
const CASES_MAX: usize = 32;

impl<'b> Study<'b, '_> {
    pub(crate) fn truth(&mut self, node: &Node, text: Text<'b>) -> Truth {
        self.value(node, text).truth()
    }

    /// Studies what comes where a condition is true, or false; `None` where it never is.
    pub(crate) fn assuming<T>(
        &mut self,
        node: &Node,
        truth: bool,
        text: Text<'b>,
        body: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let known = Known::whichever(self.quietly(|study| study.cases(node, truth, text)))?;
        Some(self.knowing(known, body))
    }

    /// The truth of a condition by its form.
    pub(crate) fn truth_of(&mut self, node: &Node, text: Text<'b>) -> Truth {
        match &node.kind {
            Kind::Not(inner) => self.truth(inner, text).not(),
            Kind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                let goes_on = *operator == Operator::And;
                self.either(left, goes_on, text, |study| study.truth(right, text))
            }
            Kind::Binary(operator, left, right) => self.compared(*operator, left, right, text),
            Kind::Call(Function::Any, arguments) => self.any(arguments, text),
            _ => Truth::MAYBE,
        }
    }

    fn any(&mut self, arguments: &[Node], text: Text<'b>) -> Truth {
        match arguments {
            [] => Truth::certain(false),
            [first, rest @ ..] => self.either(first, false, text, |study| study.any(rest, text)),
        }
    }

    /// The left side, or where that is `goes_on`, what follows.
    fn either(&mut self, left: &Node, goes_on: bool, text: Text<'b>, right: impl FnOnce(&mut Self) -> Truth) -> Truth {
        let truth = self.truth(left, text);
        let ended = if goes_on { Truth { yes: false, ..truth } } else { Truth { no: false, ..truth } };
        if !truth.may_be(goes_on) {
            return ended;
        }
        let went_on = self.assuming(left, goes_on, text, right);
        went_on.map_or(ended, |right| ended.or(right))
    }

    fn compared(&mut self, operator: Operator, left: &Node, right: &Node, text: Text<'b>) -> Truth {
        let (one, other) = (self.value(left, text), self.value(right, text));
        let (equal, negated) = match operator {
            Operator::Equal => (true, false),
            Operator::NotEqual => (true, true),
            Operator::Less | Operator::Greater => (false, false),
            _ => (false, true),
        };
        let truth = match (&one, &other) {
            _ if one.is_impossible() || other.is_impossible() => Truth { yes: false, no: false },
            (Possible::Number(one), Possible::Number(other)) => {
                let difference = self.quietly(|study| study.difference(left, right, text));
                if equal {
                    let zero = Range::exactly(Number::ZERO);
                    let meet = !one.and(other).is_empty();
                    let apart = one.only().is_none() || one.only() != other.only();
                    Truth {
                        yes: meet && difference.as_ref().is_none_or(|range| range.holds(Number::ZERO)),
                        no: apart && difference.is_none_or(|range| !range.without(&zero).is_empty()),
                    }
                } else {
                    // `a > b` is `b < a`, `a >= b` is `not a < b`, and `a <= b` is `not b < a`.
                    let turned = matches!(operator, Operator::Greater | Operator::LessOrEqual);
                    let difference = difference.unwrap_or_else(Range::any);
                    if turned {
                        below(other, one, &super::reckoning::Reckoning::negated(&difference))
                    } else {
                        below(one, other, &difference)
                    }
                }
            }
            (Possible::Text(one), Possible::Text(other)) => {
                let single = |texts: &super::possible::Texts| texts.is_one();
                let certain = single(one) && single(other) && one == other;
                Truth { yes: !one.and(other).is_empty(), no: !certain }
            }
            (Possible::Truth(one), Possible::Truth(other)) => Truth {
                yes: one.yes && other.yes || one.no && other.no,
                no: one.yes && other.no || one.no && other.yes,
            },
            _ => Truth::MAYBE,
        };
        if negated { truth.not() } else { truth }
    }

    /// What is known where a condition is true, or false: one case for each way in which it may be so.
    pub(crate) fn cases(&mut self, node: &Node, truth: bool, text: Text<'b>) -> Vec<Known> {
        if !self.spend() {
            return vec![self.known.clone()];
        }
        let cases = match &node.kind {
            Kind::Flag(flag) if *flag != truth => Vec::new(),
            Kind::Not(inner) => self.cases(inner, !truth, text),
            Kind::Binary(Operator::And, left, right) if truth => self.both(left, right, true, text),
            Kind::Binary(Operator::Or, left, right) if !truth => self.both(left, right, false, text),
            Kind::Binary(Operator::And | Operator::Or, left, right) => {
                let mut cases = self.cases(left, truth, text);
                for known in self.cases(left, !truth, text) {
                    cases.extend(self.knowing(known, |study| study.cases(right, truth, text)));
                }
                cases
            }
            Kind::Binary(operator, left, right) => self.cases_of_comparison(*operator, left, right, truth, text),
            Kind::Call(Function::Any, arguments) => self.cases_of_any(arguments, truth, text),
            Kind::If(condition, yes, no) => {
                let mut cases = self.both_of([condition, yes], [true, truth], text);
                cases.extend(self.both_of([condition, no], [false, truth], text));
                cases
            }
            Kind::Name(name) => self.cases_of_name(name, truth),
            Kind::Field(item, field) => match &item.kind {
                Kind::Name(name) => {
                    let mut known = self.known.clone();
                    if let Some(local) = self.local(name) {
                        known.learn(&local.known_as(field), Possible::Truth(Truth::certain(truth)));
                    }
                    vec![known]
                }
                _ => vec![self.known.clone()],
            },
            _ => vec![self.known.clone()],
        };
        if cases.len() > CASES_MAX { Known::whichever(cases).into_iter().collect() } else { cases }
    }

    fn both(&mut self, left: &Node, right: &Node, truth: bool, text: Text<'b>) -> Vec<Known> {
        self.both_of([left, right], [truth, truth], text)
    }

    fn both_of(&mut self, [left, right]: [&Node; 2], [one, other]: [bool; 2], text: Text<'b>) -> Vec<Known> {
        let mut cases = Vec::new();
        for known in self.cases(left, one, text) {
            cases.extend(self.knowing(known, |study| study.cases(right, other, text)));
        }
        cases
    }

    fn cases_of_any(&mut self, arguments: &[Node], truth: bool, text: Text<'b>) -> Vec<Known> {
        let [first, rest @ ..] = arguments else {
            return if truth { Vec::new() } else { vec![self.known.clone()] };
        };
        let mut cases = if truth { self.cases(first, true, text) } else { Vec::new() };
        for known in self.cases(first, false, text) {
            cases.extend(self.knowing(known, |study| study.cases_of_any(rest, truth, text)));
        }
        cases
    }

    fn cases_of_name(&mut self, name: &str, truth: bool) -> Vec<Known> {
        if !self.name(name).truth().may_be(truth) {
            return Vec::new();
        }
        let mut known = self.known.clone();
        match self.local(name) {
            Some(local) => known.learn(&local.known_as(""), Possible::Truth(Truth::certain(truth))),
            None => known.learn(name, Possible::Truth(Truth::certain(truth))),
        }
        match self.defined(name) {
            Some((node, text)) => self.knowing(known, |study| study.apart(|study| study.cases(&node, truth, text))),
            None => vec![known],
        }
    }

    fn cases_of_comparison(
        &mut self,
        operator: Operator,
        left: &Node,
        right: &Node,
        truth: bool,
        text: Text<'b>,
    ) -> Vec<Known> {
        if !self.compared(operator, left, right, text).may_be(truth) {
            return Vec::new();
        }
        match (self.value(left, text), self.value(right, text)) {
            (Possible::Truth(_), Possible::Truth(_)) => {
                let same = (operator == Operator::Equal) == truth;
                let mut cases = self.both_of([left, right], [true, same], text);
                cases.extend(self.both_of([left, right], [false, !same], text));
                cases
            }
            (Possible::Text(one), Possible::Text(other)) => {
                let same = (operator == Operator::Equal) == truth;
                let narrowed = |own: &super::possible::Texts, other: &super::possible::Texts| match same {
                    true => own.and(other),
                    false if other.is_one() => own.without(other),
                    false => own.clone(),
                };
                let (left_texts, right_texts) = (narrowed(&one, &other), narrowed(&other, &one));
                self.case(|study| study.is_text(left, &left_texts, text) && study.is_text(right, &right_texts, text))
            }
            (Possible::Number(one), Possible::Number(other)) => {
                let [below, equal, above] = match (operator, truth) {
                    (Operator::Less, true) | (Operator::GreaterOrEqual, false) => [true, false, false],
                    (Operator::LessOrEqual, true) | (Operator::Greater, false) => [true, true, false],
                    (Operator::Greater, true) | (Operator::LessOrEqual, false) => [false, false, true],
                    (Operator::GreaterOrEqual, true) | (Operator::Less, false) => [false, true, true],
                    (Operator::Equal, true) | (Operator::NotEqual, false) => [false, true, false],
                    _ => [true, false, true],
                };
                let left_range = one.and(&beside(&other, below, equal, above));
                let right_range = other.and(&beside(&one, above, equal, below));
                let difference = beside(&Range::exactly(Number::ZERO), below, equal, above);
                self.case(|study| {
                    study.is_number(left, &left_range, text)
                        && study.is_number(right, &right_range, text)
                        && study.differ(left, right, difference)
                })
            }
            _ => vec![self.known.clone()],
        }
    }

    /// One case, if it can be.
    fn case(&mut self, narrow: impl FnOnce(&mut Self) -> bool) -> Vec<Known> {
        let before = self.known.clone();
        let possible = narrow(self);
        let known = std::mem::replace(&mut self.known, before);
        possible.then_some(known).into_iter().collect()
    }
}

/// Whether one number is below another, whose difference is known.
fn below(one: &Range, other: &Range, difference: &Range) -> Truth {
    let meets = |low: Option<End>, high: Option<End>, equal: bool| {
        low.zip(high)
            .is_none_or(|(low, high)| low.at < high.at || equal && low.at == high.at && !low.open && !high.open)
    };
    Truth {
        yes: meets(one.low(), other.high(), false) && difference.may_be_negative(),
        no: meets(other.low(), one.high(), true) && !difference.and(&Range::from_zero()).is_empty(),
    }
}

/// All numbers below one of these, equal to one, or above one.
fn beside(range: &Range, below: bool, equal: bool, above: bool) -> Range {
    let open = |end: Option<End>| end.map(|end| End { open: end.open || !equal, ..end });
    match (below, above) {
        (true, true) => match range.only() {
            Some(only) => Range::any().without(&Range::exactly(only)),
            None => Range::any(),
        },
        (true, false) => Range::piece(Piece { low: None, high: open(range.high()) }),
        (false, true) => Range::piece(Piece { low: open(range.low()), high: None }),
        (false, false) => range.clone(),
    }
}
