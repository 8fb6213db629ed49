//! Makes formulas that come to numbers, and texts.

use super::{
    Maker, PRICES,
    setting::{GRID, SIDES},
    view::{Local, Reference, View},
};
use crate::oracle::{
    number::decimal,
    tree::{Datum, Formula, Literal, Loop, Named, Sign},
};

/// The kinds of formula that come to a number.
#[derive(Clone, Copy)]
enum Shape {
    Literal,
    Name,
    Count,
    Sum,
    Difference,
    Product,
    Quotient,
    Power,
    Negative,
    Function,
    Inexact,
    Tiers,
    If,
    Fold,
    Length,
    Loop,
    Default,
    Price,
}

/// What a number is made of while it may hold further numbers.
const INNER: [(u64, Shape); 18] = [
    (14, Shape::Literal),
    (26, Shape::Name),
    (3, Shape::Count),
    (12, Shape::Sum),
    (5, Shape::Difference),
    (14, Shape::Product),
    (8, Shape::Quotient),
    (3, Shape::Power),
    (2, Shape::Negative),
    (16, Shape::Function),
    (4, Shape::Inexact),
    (5, Shape::Tiers),
    (8, Shape::If),
    (7, Shape::Fold),
    (2, Shape::Length),
    (3, Shape::Loop),
    (3, Shape::Default),
    (7, Shape::Price),
];
const LEAVES: [(u64, Shape); 3] = [(40, Shape::Literal), (55, Shape::Name), (5, Shape::Count)];

pub(super) fn binary(sign: Sign, left: Formula, right: Formula) -> Formula {
    Formula::Binary(sign, Box::new(left), Box::new(right))
}

pub(super) fn name(name: &str) -> Formula {
    Formula::Name(name.to_owned())
}

pub(super) fn literal(text: &str) -> Formula {
    Formula::Number(Literal::new(text))
}

impl Maker {
    pub(super) fn number(&mut self, view: &View, depth: u32) -> Formula {
        let shape = if depth == 0 { self.chance.weighted(&LEAVES) } else { self.chance.weighted(&INNER) };
        let next = depth.saturating_sub(1);
        let some_number = |maker: &mut Self| maker.number(view, next);
        match shape {
            Shape::Name => self.number_name(view),
            Shape::Count if view.count => name("count"),
            Shape::Literal | Shape::Count => self.literal(),
            Shape::Sum => binary(Sign::Add, some_number(self), some_number(self)),
            Shape::Difference => binary(Sign::Subtract, some_number(self), some_number(self)),
            Shape::Product => binary(Sign::Multiply, some_number(self), some_number(self)),
            Shape::Quotient => binary(Sign::Divide, some_number(self), self.divisor(view, next)),
            Shape::Power => {
                let exponent = self.chance.text(&["0", "1", "2", "2", "3"]);
                let negative = self.chance.percent(15);
                let exponent = literal(exponent);
                let exponent = if negative { Formula::Negate(Box::new(exponent)) } else { exponent };
                let exponent = if self.chance.percent(10) { self.number_name(view) } else { exponent };
                let base = self.number(view, next.min(1));
                // An exponent from a setting may be large, and then the base must not be.
                let base = if matches!(exponent, Formula::Name(_)) { self.literal() } else { base };
                let exponent = match exponent {
                    Formula::Name(_) => Formula::Call("min", vec![exponent, literal("6")]),
                    exponent => exponent,
                };
                binary(Sign::Power, base, exponent)
            }
            Shape::Negative => Formula::Negate(Box::new(some_number(self))),
            Shape::Function => self.function(view, next),
            Shape::Inexact => self.inexact(view),
            Shape::Tiers => self.tiers(view, next),
            Shape::If => {
                let condition = self.condition(view, next);
                Formula::If(Box::new([condition, some_number(self), some_number(self)]))
            }
            Shape::Fold => {
                let kind = self.chance.text(&["sum", "sum", "min", "max", "first"]);
                self.fold(view, next, kind).unwrap_or_else(|| self.literal())
            }
            Shape::Length => match view.lists.as_slice() {
                [] => self.literal(),
                lists => Formula::Call("length", vec![name(&self.chance.pick(lists).0)]),
            },
            Shape::Loop => self.rounds(view, next),
            Shape::Default => match view.values.as_slice() {
                [] => self.literal(),
                values => Formula::Default(self.chance.pick(values).clone()),
            },
            Shape::Price => match view.references.as_slice() {
                [] => self.number_name(view),
                references => {
                    let reference = self.chance.pick(references).clone();
                    self.reference(view, &reference)
                }
            },
        }
    }

    pub(super) fn literal(&mut self) -> Formula {
        let text = if self.chance.percent(60) { *self.chance.pick(&PRICES) } else { *self.chance.pick(&GRID[1..]) };
        literal(text)
    }

    pub(super) fn number_name(&mut self, view: &View) -> Formula {
        if !view.locals.is_empty() && self.chance.percent(60) {
            match self.chance.pick(&view.locals) {
                Local::Number(local) => return name(local),
                Local::Record(local, _) => return Formula::Field(local.clone(), "steps".to_owned()),
                Local::Word(..) | Local::Flag(_) => {}
            }
        }
        if view.numbers.is_empty() { self.literal() } else { name(self.chance.pick::<String>(&view.numbers)) }
    }

    /// Mostly not 0.
    fn divisor(&mut self, view: &View, depth: u32) -> Formula {
        match self.chance.below(10) {
            0 => self.number(view, depth),
            1 | 2 => Formula::Call("max", vec![literal("1"), self.number(view, depth)]),
            3 => binary(Sign::Add, self.number_name(view), literal("1")),
            _ => self.literal(),
        }
    }

    fn tiers(&mut self, view: &View, depth: u32) -> Formula {
        let quantity = Box::new(self.number(view, depth.min(1)));
        let mut bounds = self.chance.some_of(25, &[&GRID[..], &SIDES[..]].concat());
        if bounds.is_empty() {
            bounds.push("5");
        }
        let tiers = bounds.into_iter().map(|bound| (Literal::new(bound), self.number(view, depth.min(1)))).collect();
        let beyond = self.chance.percent(85).then(|| Box::new(self.number(view, depth.min(1))));
        Formula::Tiers { graduated: self.chance.percent(50), quantity, tiers, beyond }
    }

    fn rounds(&mut self, view: &View, depth: u32) -> Formula {
        let (index, value) = if self.chance.percent(80) { ("i", "x") } else { ("x", "i") };
        // The last round is known, unless the loop stands by itself.
        let ends =
            [("1", "4"), ("0", "2"), ("2.5", "5.5"), ("1", "1"), ("3", "2"), ("1", "5.5"), ("5", "2"), ("2.5", "4")];
        let (from, to) = *self.chance.pick(&ends);
        let from = literal(from);
        let to = match self.chance.below(4) {
            0 if !view.repeated && !view.referred => self.number_name(view),
            1 if !view.repeated => Formula::Call("min", vec![self.number_name(view), literal("6")]),
            _ => literal(to),
        };
        let mut within = View { repeated: true, ..view.clone() };
        within.locals.extend([index, value].map(|local| Local::Number(local.to_owned())));
        let known = matches!(to, Formula::Number(_));
        let next = if known {
            self.number(&within, depth.min(1))
        } else {
            // It may have a thousand rounds, so its numbers must stay small.
            binary(Sign::Add, name(value), self.literal())
        };
        let rounds =
            Loop { index: index.into(), from, to, value: value.into(), start: self.number(view, depth.min(1)), next };
        Formula::Loop(Box::new(rounds))
    }

    fn reference(&mut self, view: &View, reference: &Reference) -> Formula {
        let mut stated = Named::new();
        for (setting, values, needed) in &reference.stated {
            if *needed || self.chance.percent(40) {
                stated.push((setting.clone(), self.stated(view, setting, values)));
            }
        }
        self.chance.shuffle(&mut stated);
        let model = match &reference.model {
            Ok(model) => Formula::Text(model.clone()),
            Err(setting) => name(setting),
        };
        let (studio, tool) = (reference.studio.clone(), reference.tool.clone());
        Formula::Price { studio, tool, model: Box::new(model), stated }
    }

    /// What a reference states of a setting: a value that it may be, or a formula of its type.
    fn stated(&mut self, view: &View, setting: &str, values: &[Datum]) -> Formula {
        let view = View { locals: Vec::new(), ..view.of_one() };
        let value = self.chance.pick(values).clone();
        let formula = self.chance.percent(40);
        match value {
            Datum::Number(_) if formula && view.numbers.iter().any(|known| known == setting) => {
                binary(Sign::Add, self.number_name(&view), self.number(&view, 1))
            }
            Datum::Flag(flag) => {
                if formula {
                    self.condition(&view, 1)
                } else {
                    Formula::Flag(flag)
                }
            }
            Datum::Text(_) if formula && view.words.iter().any(|(known, _)| known == setting) => name(setting),
            // A choice may have a number among its texts.
            Datum::Text(text) => Formula::Text(text),
            Datum::Number(number) => match decimal(&number) {
                text if text.starts_with('-') => binary(Sign::Subtract, literal("0"), literal(&text[1..])),
                text => literal(&text),
            },
            other => panic!("{other:?} cannot be stated"),
        }
    }
}
