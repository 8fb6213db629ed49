//! What a formula may come to, form by form.

use super::{
    known::Known,
    possible::{Possible, Texts, Truth},
    range::{Grid, Piece, Range},
    reckoning::Reckoning,
    study::{ALWAYS, NEVER, Study, Text},
};
use crate::{
    formula::{Fold, Function, Kind, Node, Operator},
    number::{Number, Rounding},
    pricing::program::{Arithmetic, Inexact},
};

impl<'b> Study<'b, '_> {
    pub(crate) fn number(&mut self, node: &Node, text: Text<'b>) -> Range {
        self.value(node, text).number()
    }

    pub(crate) fn value(&mut self, node: &Node, text: Text<'b>) -> Possible {
        if !self.spend() {
            return Possible::Unknown;
        }
        let value = self.value_of_form(node, text);
        match (self.known.fact(node), value) {
            (Some(fact), Possible::Number(range)) => Possible::Number(range.and(&fact)),
            (_, value) => value,
        }
    }

    fn value_of_form(&mut self, node: &Node, text: Text<'b>) -> Possible {
        match &node.kind {
            Kind::Number(number) => Possible::Number(Range::exactly(*number)),
            Kind::Text(text) => Possible::Text(Texts::only(text)),
            Kind::Flag(flag) => Possible::Truth(Truth::certain(*flag)),
            Kind::Name(name) => {
                let value = self.name(name);
                if self.lacks_default(name) {
                    let message = format!("`{name}` has no default, which `default(…)` takes");
                    self.doubt(text.at(node), "default", message, format!("give `{name}` a `default`"));
                }
                value
            }
            Kind::Field(item, field) => self.field(item, field),
            Kind::Negate(inner) => Possible::Number(Reckoning::negated(&self.number(inner, text))),
            Kind::Binary(operator, left, right) => match arithmetic(*operator) {
                Some(operator) => Possible::Number(self.arithmetic(operator, left, right, node, text)),
                None => Possible::Truth(self.truth_of(node, text)),
            },
            Kind::Not(_) | Kind::Call(Function::Any, _) => Possible::Truth(self.truth_of(node, text)),
            Kind::If(condition, yes, no) => self.branches(condition, yes, no, text),
            Kind::Call(Function::Length, arguments) => Possible::Number(match self.list(arguments.first()) {
                Some((max, _)) => Range::piece(Piece::closed(Number::ZERO, max)).on(Some(Grid::WHOLE)),
                None => Range::from_zero(),
            }),
            Kind::Call(function, arguments) => Possible::Number(self.call(*function, arguments, node, text)),
            Kind::Power(base, exponent) => Possible::Number(self.power(base, exponent, node, text)),
            Kind::Tiers(kind, quantity, tiers, beyond) => {
                self.tiers(*kind, quantity, tiers, beyond.as_deref(), node, text)
            }
            Kind::Fold { .. } => self.fold(node, text),
            Kind::Loop { item, from, to, value, start, next } => {
                Possible::Number(self.rounds(item, [from, to], value, [start, next], node, text))
            }
            Kind::Default(name) => match self.let_price(name) {
                Some((_, price)) => self.at_defaults(Known::default(), |study| study.value_of(price)),
                None => Possible::Unknown,
            },
            Kind::Price { studio, model, settings } => Possible::Number(self.reference(studio, model, settings, text)),
        }
    }

    fn arithmetic(&mut self, operator: Arithmetic, left: &Node, right: &Node, node: &Node, text: Text<'b>) -> Range {
        let (one, other) = (self.number(left, text), self.number(right, text));
        if let Arithmetic::Divide = operator {
            self.divisor(right, &other, text);
        }
        let range = self.reckon(node, text, |reckoning| reckoning.arithmetic(operator, &one, &other));
        if matches!(operator, Arithmetic::Subtract) && range.may_be_negative() {
            return match self.quietly(|study| study.difference(left, right, text)) {
                Some(difference) => range.and(&difference),
                None => range,
            };
        }
        range
    }

    fn reckon(&mut self, node: &Node, text: Text<'b>, reckon: impl FnOnce(&mut Reckoning) -> Range) -> Range {
        let mut reckoning = Reckoning::default();
        let range = reckon(&mut reckoning);
        if reckoning.too_large {
            let message = format!("`{}` may come to more than can be held", text.of(node));
            let hint = "narrow what it is made of: give the settings a `max`".to_owned();
            self.doubt(text.at(node), "too large", message, hint);
        }
        range
    }

    /// What a number is divided by.
    fn divisor(&mut self, node: &Node, range: &Range, text: Text<'b>) {
        if range.holds(Number::ZERO) {
            let divisor = text.of(node);
            let is = if range.only().is_some() { "is" } else { "may be" };
            let message = format!("a division by `{divisor}`, which {is} 0");
            let hint = format!("guard it: `if {divisor} = 0 then … else …`, or `max(1, {divisor})`");
            self.doubt(text.at(node), "divisor", message, hint);
        }
    }

    fn branches(&mut self, condition: &Node, yes: &Node, no: &Node, text: Text<'b>) -> Possible {
        let truth = self.truth(condition, text);
        self.both_ways(text.at(condition), truth, ALWAYS, NEVER);
        let yes = if truth.yes { self.assuming(condition, true, text, |study| study.value(yes, text)) } else { None };
        let no = if truth.no { self.assuming(condition, false, text, |study| study.value(no, text)) } else { None };
        match (yes, no) {
            (Some(yes), Some(no)) => yes.or(&no),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => Possible::Number(Range::none()),
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node], node: &Node, text: Text<'b>) -> Range {
        let ranges: Vec<Range> = arguments.iter().map(|argument| self.number(argument, text)).collect();
        let one = Range::exactly(Number::ONE);
        match (function, arguments, ranges.as_slice()) {
            (Function::Min, _, [first, others @ ..]) => {
                others.iter().fold(first.clone(), |least, other| Reckoning::default().least(&least, other))
            }
            (Function::Max, _, [first, others @ ..]) => {
                others.iter().fold(first.clone(), |most, other| Reckoning::default().most(&most, other))
            }
            (Function::Clamp, _, [range, low, high]) => {
                let mut reckoning = Reckoning::default();
                let at_most = reckoning.least(range, high);
                reckoning.most(low, &at_most)
            }
            (Function::Blocks, [_, size], [range, by]) => {
                self.divisor(size, by, text);
                self.reckon(node, text, |reckoning| {
                    let quotient = reckoning.arithmetic(Arithmetic::Divide, range, by);
                    reckoning.rounded(&quotient, &one, Rounding::Up)
                })
            }
            (Function::Ceil | Function::Floor | Function::Round, _, [range, steps @ ..]) => {
                if let (Some(step), Some(range)) = (arguments.get(1), steps.first()) {
                    self.step(step, range, text);
                }
                let above_zero = steps.first().unwrap_or(&one).and(&Range::above_zero());
                let direction = match function {
                    Function::Ceil => Rounding::Up,
                    Function::Floor => Rounding::Down,
                    _ => Rounding::HalfUp,
                };
                self.reckon(node, text, |reckoning| reckoning.rounded(range, &above_zero, direction))
            }
            (
                Function::Pow | Function::Exp | Function::Ln | Function::Sqrt,
                [first, .., digits],
                [range, others @ ..],
            ) => self.inexact(function, first, digits, [range, others.first().unwrap_or(&one)], node, text),
            _ => Range::any(),
        }
    }

    fn step(&mut self, node: &Node, range: &Range, text: Text<'b>) {
        if range.may_be_negative() || range.holds(Number::ZERO) {
            let step = text.of(node);
            let message = format!("a step of `{step}`, which may be 0 or below");
            self.doubt(text.at(node), "step", message, format!("guard it: `max(1, {step})`"));
        }
    }

    fn inexact(
        &mut self,
        function: Function,
        first: &Node,
        digits: &Node,
        [range, other]: [&Range; 2],
        node: &Node,
        text: Text<'b>,
    ) -> Range {
        let of = text.of(first);
        let (function, lacking, hint) = match function {
            Function::Ln => {
                let lacking = range.may_be_negative() || range.holds(Number::ZERO);
                (
                    Inexact::Logarithm,
                    lacking.then_some("be 0 or below, which has no logarithm"),
                    format!("`max(1, {of})`"),
                )
            }
            Function::Sqrt => (
                Inexact::Root,
                range.may_be_negative().then_some("be below 0, which has no root"),
                format!("`max(0, {of})`"),
            ),
            Function::Pow => {
                let lacking = range.may_be_negative() && !other.is_whole();
                (Inexact::Power, lacking.then_some("be below 0, which has no such power"), format!("`max(0, {of})`"))
            }
            _ => (Inexact::Exponential, None, String::new()),
        };
        if let Some(lacking) = lacking {
            self.doubt(text.at(first), "undefined", format!("`{of}` may {lacking}"), format!("guard it: {hint}"));
            return Range::from_zero();
        }
        let digits = if let Kind::Number(digits) = &digits.kind { digits.to_u64() } else { None };
        let digits = digits.and_then(|digits| u32::try_from(digits).ok()).unwrap_or_default();
        self.reckon(node, text, |reckoning| reckoning.inexact(function, range, other, digits))
    }

    fn power(&mut self, base: &Node, exponent: &Node, node: &Node, text: Text<'b>) -> Range {
        let (range, power) = (self.number(base, text), self.number(exponent, text));
        if !power.is_whole() {
            let message = format!("`{}` may be no whole number, as the exponent of `^` is", text.of(exponent));
            let hint = "declare it with `step = 1`, or write `pow(x, y, digits)`".to_owned();
            self.doubt(text.at(exponent), "exponent", message, hint);
        }
        if power.may_be_negative() {
            self.divisor(base, &range, text);
        }
        self.reckon(node, text, |reckoning| reckoning.power(&range, &power))
    }

    fn field(&mut self, item: &Node, field: &str) -> Possible {
        let Kind::Name(name) = &item.kind else { return Possible::Unknown };
        let Some(local) = self.local(name) else { return Possible::Unknown };
        if let Some(known) = self.known.name(&local.known_as(field)) {
            return known.clone();
        }
        let Possible::Record(fields) = &local.item else { return Possible::Unknown };
        let found = fields.iter().find(|(known, _)| &**known == field);
        found.map_or(Possible::Unknown, |(_, possible)| possible.clone())
    }

    /// The most items of a list, and what they may be.
    fn list(&mut self, node: Option<&Node>) -> Option<(Number, Possible)> {
        let Kind::Name(name) = &node?.kind else { return None };
        match self.name(name) {
            Possible::List(list) => Some((list.max, list.item.clone())),
            _ => None,
        }
    }

    fn fold(&mut self, node: &Node, text: Text<'b>) -> Possible {
        let Kind::Fold { fold, item, list, condition, body, otherwise, .. } = &node.kind else {
            return Possible::Unknown;
        };
        let (max, of) = self.list(Some(list)).unwrap_or((Number::ONE, Possible::Unknown));
        let each = self.within([(&**item, of)], |study| match condition {
            None => Some(study.value(body, text)),
            Some(condition) => {
                let truth = study.truth(condition, text);
                study.both_ways(text.at(condition), truth, ALWAYS, NEVER);
                study.assuming(condition, true, text, |study| study.value(body, text))
            }
        });
        let each = each.unwrap_or(Possible::Number(Range::none()));
        match fold {
            Fold::Any | Fold::All => Possible::Truth(Truth::MAYBE),
            Fold::Sum => {
                let items = Range::piece(Piece::closed(Number::ZERO, max));
                let sum = self.reckon(node, text, |reckoning| {
                    reckoning.arithmetic(Arithmetic::Multiply, &items, &each.number().hull())
                });
                Possible::Number(sum.or(&Range::exactly(Number::ZERO)))
            }
            Fold::Min | Fold::Max | Fold::First => match otherwise {
                Some(otherwise) => self.value(otherwise, text).or(&each),
                None => each,
            },
        }
    }

    /// A loop: its rounds are gone through until nothing new comes, or else its value is taken to grow for ever.
    fn rounds(
        &mut self,
        item: &str,
        [from, to]: [&Node; 2],
        value: &str,
        [start, next]: [&Node; 2],
        node: &Node,
        text: Text<'b>,
    ) -> Range {
        let (first, last) = (self.number(from, text), self.number(to, text));
        let start = self.number(start, text);
        if let (Some(low), Some(high)) = (first.low(), last.high()) {
            let rounds = high.at.checked_sub(low.at).and_then(|between| between.checked_add(Number::ONE));
            if rounds.is_none_or(|rounds| rounds > Number::from_count(crate::pricing::program::ROUNDS_MAX)) {
                let (from, to) = (low.at, high.at);
                let message = format!("the loop may have more than 1000 rounds: it goes from {from} to {to}");
                let hint = format!("bound it: `to min({}, …)`", Number::from_count(1_000));
                self.doubt(text.at(node), "rounds", message, hint);
            }
        } else {
            let message = "the loop may have more than 1000 rounds: nothing bounds it".to_owned();
            self.doubt(text.at(node), "rounds", message, "bound it: `to min(1000, …)`".to_owned());
        }
        let at = Range::piece(Piece { low: first.low(), high: last.high() });
        let mut reached = start;
        for round in 0..4 {
            let locals = [(item, Possible::Number(at.clone())), (value, Possible::Number(reached.clone()))];
            let told = round == 3;
            let came = self.within(locals, |study| {
                if told { study.number(next, text) } else { study.quietly(|study| study.number(next, text)) }
            });
            let wider = reached.or(&came).hull();
            if !told && wider != reached {
                let piece = Piece {
                    low: wider.low().filter(|_| round == 0 || wider.low() == reached.low()),
                    high: wider.high().filter(|_| round == 0 || wider.high() == reached.high()),
                };
                reached = Range::piece(piece);
            } else {
                reached = wider;
            }
        }
        reached
    }
}

/// The operator of numbers that this is.
fn arithmetic(operator: Operator) -> Option<Arithmetic> {
    match operator {
        Operator::Add => Some(Arithmetic::Add),
        Operator::Subtract => Some(Arithmetic::Subtract),
        Operator::Multiply => Some(Arithmetic::Multiply),
        Operator::Divide => Some(Arithmetic::Divide),
        _ => None,
    }
}
