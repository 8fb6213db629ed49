//! How far expressions are apart, where their forms say more than what each of them may be.

use super::{
    known::same,
    range::{End, Piece, Range},
    reckoning::Reckoning,
    study::{Study, Text},
};
use crate::{
    formula::{Function, Kind, Node, Operator},
    number::Number,
    pricing::program::Arithmetic,
};

impl<'b> Study<'b, '_> {
    /// The difference of two expressions by their form, where that says more than what each of them may be.
    pub(crate) fn difference(&mut self, left: &Node, right: &Node, text: Text<'b>) -> Option<Range> {
        if !self.spend() {
            return None;
        }
        if same(left, right) {
            return Some(Range::exactly(Number::ZERO));
        }
        if let Some(known) = self.known.difference(left, right) {
            return Some(known);
        }
        match (&left.kind, &right.kind) {
            (Kind::Call(Function::Max, arguments), _) => {
                self.extreme(arguments, true, |study, one| study.apart_by(one, right, text))
            }
            (Kind::Call(Function::Min, arguments), _) => {
                self.extreme(arguments, false, |study, one| study.apart_by(one, right, text))
            }
            (_, Kind::Call(Function::Min, arguments)) => {
                self.extreme(arguments, true, |study, one| study.apart_by(left, one, text))
            }
            (_, Kind::Call(Function::Max, arguments)) => {
                self.extreme(arguments, false, |study, one| study.apart_by(left, one, text))
            }
            (Kind::Call(Function::Clamp, arguments), _) => {
                let [of, low, high] = arguments.as_slice() else { return None };
                let [of, low, high] = [of, low, high].map(|one| self.apart_by(one, right, text));
                let mut reckoning = Reckoning::default();
                let at_most = reckoning.least(&of, &high);
                Some(reckoning.most(&low, &at_most))
            }
            (_, Kind::Call(Function::Clamp, arguments)) => {
                let [of, low, high] = arguments.as_slice() else { return None };
                let [of, low, high] = [of, low, high].map(|one| self.apart_by(left, one, text));
                let mut reckoning = Reckoning::default();
                let at_least = reckoning.most(&of, &high);
                Some(reckoning.least(&low, &at_least))
            }
            (Kind::Call(Function::Ceil, arguments), _) if is_whole_step(arguments) => {
                let inner = self.difference(arguments.first()?, right, text)?;
                let up =
                    Range::piece(Piece { low: Some(End::closed(Number::ZERO)), high: Some(End::open(Number::ONE)) });
                Some(Reckoning::default().arithmetic(Arithmetic::Add, &inner, &up))
            }
            (_, Kind::Call(Function::Floor, arguments)) if is_whole_step(arguments) => {
                let inner = self.difference(left, arguments.first()?, text)?;
                let up =
                    Range::piece(Piece { low: Some(End::closed(Number::ZERO)), high: Some(End::open(Number::ONE)) });
                Some(Reckoning::default().arithmetic(Arithmetic::Add, &inner, &up))
            }
            _ => self.linear_difference(left, right, text),
        }
    }

    /// How far two expressions are apart, by their forms or else by what each may be.
    fn apart_by(&mut self, left: &Node, right: &Node, text: Text<'b>) -> Range {
        let (one, other) = (self.number(left, text), self.number(right, text));
        let plain = Reckoning::default().arithmetic(Arithmetic::Subtract, &one, &other);
        self.difference(left, right, text).map_or(plain.clone(), |difference| plain.and(&difference))
    }

    fn extreme(
        &mut self,
        arguments: &[Node],
        most: bool,
        mut of: impl FnMut(&mut Self, &Node) -> Range,
    ) -> Option<Range> {
        let mut reckoning = Reckoning::default();
        let ranges: Vec<Range> = arguments.iter().map(|argument| of(self, argument)).collect();
        ranges
            .into_iter()
            .reduce(|one, other| if most { reckoning.most(&one, &other) } else { reckoning.least(&one, &other) })
    }

    /// The difference as so many times each of the expressions that both consist of.
    fn linear_difference(&mut self, left: &Node, right: &Node, text: Text<'b>) -> Option<Range> {
        let mut terms = Vec::new();
        self.terms(left, Number::ONE, text, &mut terms)?;
        self.terms(right, Number::integer(-1), text, &mut terms)?;
        let before = terms.len();
        let mut joined: Vec<(Option<&Node>, Number)> = Vec::new();
        for (node, times) in terms {
            let alike = joined.iter_mut().find(|(known, _)| match (known, node) {
                (Some(known), Some(node)) => same(known, node),
                (None, None) => true,
                _ => false,
            });
            match alike {
                Some((_, sum)) => *sum = sum.checked_add(times)?,
                None => joined.push((node, times)),
            }
        }
        if joined.len() == before {
            return None;
        }
        let mut reckoning = Reckoning::default();
        let mut sum = Range::exactly(Number::ZERO);
        for (node, times) in joined {
            let range = node.map_or_else(|| Range::exactly(Number::ONE), |node| self.number(node, text));
            let part = reckoning.arithmetic(Arithmetic::Multiply, &range, &Range::exactly(times));
            sum = reckoning.arithmetic(Arithmetic::Add, &sum, &part);
        }
        (!reckoning.too_large).then_some(sum)
    }

    /// What an expression adds up from: so many times each part, where no part is so many times 1.
    fn terms<'n>(
        &mut self,
        node: &'n Node,
        times: Number,
        text: Text<'b>,
        terms: &mut Vec<(Option<&'n Node>, Number)>,
    ) -> Option<()> {
        match &node.kind {
            Kind::Number(number) => terms.push((None, number.checked_mul(times)?)),
            Kind::Negate(inner) => self.terms(inner, times.checked_neg()?, text, terms)?,
            Kind::Binary(Operator::Add, left, right) => {
                self.terms(left, times, text, terms)?;
                self.terms(right, times, text, terms)?;
            }
            Kind::Binary(Operator::Subtract, left, right) => {
                self.terms(left, times, text, terms)?;
                self.terms(right, times.checked_neg()?, text, terms)?;
            }
            Kind::Binary(Operator::Multiply, left, right) => {
                match (self.number(left, text).only(), self.number(right, text).only()) {
                    (Some(by), _) => self.terms(right, times.checked_mul(by)?, text, terms)?,
                    (_, Some(by)) => self.terms(left, times.checked_mul(by)?, text, terms)?,
                    _ => terms.push((Some(node), times)),
                }
            }
            Kind::Binary(Operator::Divide, left, right) => match self.number(right, text).only() {
                Some(by) => self.terms(left, times.checked_div(by)?, text, terms)?,
                None => terms.push((Some(node), times)),
            },
            _ => terms.push((Some(node), times)),
        }
        Some(())
    }
}

fn is_whole_step(arguments: &[Node]) -> bool {
    arguments.len() == 1
}
