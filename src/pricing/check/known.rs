//! What the conditions around a place say of the names and the expressions there.

use std::rc::Rc;

use super::{mentions::parts, possible::Possible, range::Range, reckoning::Reckoning};
use crate::formula::{Kind, Node, Operator};

/// What is known beyond the declarations; what was learned last holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    names: Vec<(Rc<str>, Possible)>,
    /// Of expressions that are no names, such as a difference that was compared with 0.
    facts: Vec<(Node, Range)>,
}

impl Known {
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.facts.is_empty()
    }

    pub(crate) fn name(&self, name: &str) -> Option<&Possible> {
        self.names.iter().rev().find(|(known, _)| **known == *name).map(|(_, possible)| possible)
    }

    /// All names of which something is known, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(crate) fn learn(&mut self, name: &str, possible: Possible) {
        match self.names.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, known)) => *known = possible,
            None => self.names.push((name.into(), possible)),
        }
    }

    pub(crate) fn learn_fact(&mut self, node: &Node, range: Range) {
        self.facts.push((node.clone(), range));
    }

    /// What is known of an expression.
    pub(crate) fn fact(&self, node: &Node) -> Option<Range> {
        let alike = self.facts.iter().filter(|(known, _)| same(known, node)).map(|(_, range)| range.clone());
        alike.reduce(|one, other| one.and(&other))
    }

    /// What is known of the difference of two expressions.
    pub(crate) fn difference(&self, left: &Node, right: &Node) -> Option<Range> {
        let known = self.facts.iter().filter_map(|(known, range)| match &known.kind {
            Kind::Binary(Operator::Subtract, one, other) if same(one, left) && same(other, right) => {
                Some(range.clone())
            }
            Kind::Binary(Operator::Subtract, one, other) if same(one, right) && same(other, left) => {
                Some(Reckoning::negated(range))
            }
            _ => None,
        });
        known.reduce(|one, other| one.and(&other))
    }

    /// What is known whichever of these holds; `None` where there are none.
    pub(crate) fn whichever(all: Vec<Self>) -> Option<Self> {
        all.into_iter().reduce(|one, other| {
            let names = one.names.iter().filter_map(|(name, possible)| {
                let other = other.name(name)?;
                Some((Rc::clone(name), possible.or(other)))
            });
            let facts = one.facts.iter().filter_map(|(node, range)| Some((node.clone(), range.or(&other.fact(node)?))));
            Self { names: names.collect(), facts: facts.collect() }
        })
    }
}

/// Whether two expressions are the same, wherever they stand.
pub(crate) fn same(one: &Node, other: &Node) -> bool {
    let alike = match (&one.kind, &other.kind) {
        (Kind::Number(one), Kind::Number(other)) => one == other,
        (Kind::Text(one), Kind::Text(other))
        | (Kind::Name(one), Kind::Name(other))
        | (Kind::Default(one), Kind::Default(other))
        | (Kind::Field(_, one), Kind::Field(_, other)) => one == other,
        (Kind::Flag(one), Kind::Flag(other)) => one == other,
        (Kind::Binary(one, ..), Kind::Binary(other, ..)) => one == other,
        (Kind::Call(one, _), Kind::Call(other, _)) => one == other,
        (Kind::Negate(_), Kind::Negate(_))
        | (Kind::Not(_), Kind::Not(_))
        | (Kind::Power(..), Kind::Power(..))
        | (Kind::If(..), Kind::If(..)) => true,
        // The others are seldom written twice.
        _ => false,
    };
    alike && {
        let (ones, others) = (parts(one), parts(other));
        ones.len() == others.len() && ones.iter().zip(&others).all(|(one, other)| same(one, other))
    }
}
