//! Compiles formulas: from what a book writes to typed expressions.

use super::{
    rule::{GRADUATED, VOLUME},
    scope::{ItemOf, Let, LocalName, Meaning, Scope},
};
use crate::{
    diagnostic::{listed, quoted},
    formula::{self, Function, Kind, Node, Operator},
    number::{Number, Rounding},
    pricing::{
        book::{Price, PriceKind, Span},
        program::ROUNDS_MAX,
        program::{Amount, Arithmetic, Comparison, Condition, InputKind, Loop, Named, Preset, Word},
    },
};

impl Scope<'_> {
    /// A price of whichever type it has.
    pub(crate) fn named(&mut self, price: &Price) -> Option<Named> {
        match &price.kind {
            PriceKind::Free => Some(Named::Amount(Amount::Constant(Number::ZERO))),
            PriceKind::NotOffered => Some(Named::Amount(Amount::NotOffered)),
            PriceKind::Formula(text) => {
                let node = self.parsed(text, price.span)?;
                self.expression(&node, price.span)
            }
            PriceKind::Table { by, cells } => {
                let unit = self.unit.clone();
                let table = match (self.enter(price.span), unit.as_deref(), &**by) {
                    (false, ..) => None,
                    (true, Some(unit), VOLUME) => self.by_volume(unit, cells, price),
                    (true, Some(unit), GRADUATED) => self.graduated_rate(unit, cells, price).map(Named::Amount),
                    (true, ..) => self.table(by, cells, price.span),
                };
                self.leave();
                table
            }
        }
    }

    /// A price that must be a number.
    pub(crate) fn amount_of(&mut self, price: &Price) -> Option<Amount> {
        let named = self.named(price)?;
        self.as_amount(named, price.span)
    }

    /// A formula that must be true or false.
    pub(crate) fn condition_of(&mut self, formula: &str, span: Span) -> Option<Condition> {
        let node = self.parsed(formula, span)?;
        self.condition(&node, span)
    }

    fn parsed(&mut self, text: &str, span: Span) -> Option<Node> {
        match formula::parse(text) {
            Ok(node) => Some(node),
            Err(fault) => {
                self.faults.add(span.part(fault.at, fault.length), fault.message, fault.hint);
                None
            }
        }
    }

    pub(crate) fn as_amount(&mut self, named: Named, span: Span) -> Option<Amount> {
        match named {
            Named::Amount(amount) => Some(amount),
            other => self.mismatch("a number", &other, span),
        }
    }

    fn mismatch<T>(&mut self, expected: &str, found: &Named, span: Span) -> Option<T> {
        let found = match found {
            Named::Amount(_) => "a number",
            Named::Condition(_) => "true or false",
            Named::Word(_) => "a text",
        };
        self.faults.say(span, format!("expected {expected}, found {found}"));
        None
    }

    pub(crate) fn amount(&mut self, node: &Node, span: Span) -> Option<Amount> {
        let named = self.expression(node, span)?;
        self.as_amount(named, span.part(node.at, node.length))
    }

    pub(super) fn condition(&mut self, node: &Node, span: Span) -> Option<Condition> {
        match self.expression(node, span)? {
            Named::Condition(condition) => Some(condition),
            other => self.mismatch("true or false", &other, span.part(node.at, node.length)),
        }
    }

    pub(crate) fn expression(&mut self, node: &Node, span: Span) -> Option<Named> {
        let here = span.part(node.at, node.length);
        let compiled = if self.enter(here) { self.compiled(node, span, here) } else { None };
        self.leave();
        compiled
    }

    fn compiled(&mut self, node: &Node, span: Span, here: Span) -> Option<Named> {
        Some(match &node.kind {
            Kind::Number(number) => Named::Amount(Amount::Constant(*number)),
            Kind::Text(text) => Named::Word(Word::Constant(self.words.symbol(text))),
            Kind::Flag(flag) => Named::Condition(Condition::Constant(*flag)),
            Kind::Name(name) => self.name(name, here)?,
            Kind::Field(item, field) => self.field(item, field, here)?,
            Kind::Negate(inner) => match self.amount(inner, span)? {
                Amount::Constant(number) => Named::Amount(Amount::Constant(number.checked_neg()?)),
                amount => Named::Amount(Amount::Negate(Box::new(amount))),
            },
            Kind::Not(inner) => Named::Condition(Condition::Not(Box::new(self.condition(inner, span)?))),
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right, span)?,
            Kind::If(condition, yes, no) => self.branches(condition, yes, no, span)?,
            Kind::Call(Function::Any, arguments) => {
                let conditions: Option<Vec<_>> = arguments.iter().map(|node| self.condition(node, span)).collect();
                let either = |one, other| Condition::Either(Box::new((one, other)));
                Named::Condition(conditions?.into_iter().reduce(either)?)
            }
            Kind::Call(Function::Length, arguments) => {
                Named::Amount(Amount::Length(self.list(arguments.first()?, span)?))
            }
            Kind::Call(function, arguments) => Named::Amount(self.call(*function, arguments, span)?),
            Kind::Power(base, exponent) => {
                let sides = (self.amount(base, span)?, self.amount(exponent, span)?);
                Named::Amount(Amount::Power(Box::new(sides)))
            }
            Kind::Tiers(kind, quantity, tiers, beyond) => {
                Named::Amount(self.tiers(*kind, quantity, tiers, beyond.as_deref(), span)?)
            }
            Kind::Fold { .. } => self.fold(node, span)?,
            Kind::Loop { item, from, to, value, start, next } => {
                let (from, to) = (self.amount(from, span)?, self.amount(to, span)?);
                let rounds = self.rounds(&from, &to, here);
                let start = self.amount(start, span)?;
                let next = self.repeated(rounds, |scope| {
                    scope.within([(&**item, None), (&**value, None)], |scope| scope.amount(next, span))
                })?;
                Named::Amount(Amount::Loop(Box::new(Loop { from, to, start, next })))
            }
            Kind::Default(name) => {
                let Meaning::Let(at) = self.meaning_at_defaults(name, here)? else {
                    let hint = "default(…) takes the name of a value under `let`";
                    self.faults.add(here, format!("{} is not a named value", quoted(name)), Some(hint));
                    return None;
                };
                Named::Amount(Amount::AtDefaults(at))
            }
            Kind::Price { studio, model, settings } => Named::Amount(self.reference(studio, model, settings, span)?),
        })
    }

    /// What a name by itself is.
    pub(crate) fn name(&mut self, name: &str, span: Span) -> Option<Named> {
        Some(match self.meaning(name, span)? {
            Meaning::Count => Named::Amount(Amount::Count),
            Meaning::Local(depth) => self.local(depth, span)?,
            Meaning::Let(at) => match self.lets.get(at)?.named()? {
                Named::Amount(Amount::Constant(number)) => Named::Amount(Amount::Constant(*number)),
                Named::Amount(_) => Named::Amount(Amount::Let(at)),
                Named::Condition(_) => Named::Condition(Condition::Let(at)),
                Named::Word(_) => Named::Word(Word::Let(at)),
            },
            Meaning::Preset(Preset::Number(number)) => Named::Amount(Amount::Constant(number)),
            Meaning::Preset(Preset::Word(symbol)) => Named::Word(Word::Constant(symbol)),
            Meaning::Preset(Preset::Flag(flag)) => Named::Condition(Condition::Constant(flag)),
            Meaning::Input(slot) => match self.inputs.get(slot)?.kind {
                InputKind::Choice(_) | InputKind::Text => Named::Word(Word::Setting(slot)),
                InputKind::Number { .. } => Named::Amount(Amount::Setting(slot)),
                InputKind::Flag => Named::Condition(Condition::Setting(slot)),
                InputKind::List { .. } | InputKind::Record(_) => {
                    let hint = "use length(list), sum(item in list: …), or another form over lists";
                    self.faults.add(span, format!("{} is a list", quoted(name)), Some(hint));
                    return None;
                }
            },
        })
    }

    pub(super) fn within<const N: usize, T>(
        &mut self,
        names: [(&str, Option<ItemOf>); N],
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = self.locals.len();
        for (name, item_of) in names {
            self.locals.push(LocalName { name: name.into(), item_of });
        }
        let done = body(self);
        self.locals.truncate(outside);
        done
    }

    fn binary(&mut self, operator: Operator, left: &Node, right: &Node, span: Span) -> Option<Named> {
        let arithmetic = match operator {
            Operator::Add => Arithmetic::Add,
            Operator::Subtract => Arithmetic::Subtract,
            Operator::Multiply => Arithmetic::Multiply,
            Operator::Divide => Arithmetic::Divide,
            Operator::And | Operator::Or => {
                let sides = Box::new((self.condition(left, span)?, self.condition(right, span)?));
                let both = matches!(operator, Operator::And);
                return Some(Named::Condition(if both { Condition::Both(sides) } else { Condition::Either(sides) }));
            }
            _ => return self.comparison(operator, left, right, span).map(Named::Condition),
        };
        let sides = (self.amount(left, span)?, self.amount(right, span)?);
        if let (Arithmetic::Divide, Amount::Constant(zero)) = (arithmetic, &sides.1)
            && zero.is_zero()
        {
            // In a rule that is referred to, it may be a default that no request needs.
            if self.turn == 0 {
                self.faults.say(span.part(right.at, right.length), "a division by 0");
                return None;
            }
        }
        Some(Named::Amount(Amount::Arithmetic(arithmetic, Box::new(sides))))
    }

    fn comparison(&mut self, operator: Operator, left: &Node, right: &Node, span: Span) -> Option<Condition> {
        let here = span.part(right.at, right.length);
        let negated = matches!(operator, Operator::NotEqual);
        let equality = negated || matches!(operator, Operator::Equal);
        let not = |condition| if negated { Condition::Not(Box::new(condition)) } else { condition };
        match (self.expression(left, span)?, self.expression(right, span)?) {
            (Named::Amount(left), Named::Amount(right)) => {
                let comparison = match operator {
                    Operator::Less => Comparison::Less,
                    Operator::Greater => Comparison::Greater,
                    Operator::LessOrEqual => Comparison::LessOrEqual,
                    Operator::GreaterOrEqual => Comparison::GreaterOrEqual,
                    _ => Comparison::Equal,
                };
                Some(not(Condition::Compare(comparison, Box::new((left, right)))))
            }
            (Named::Word(left), Named::Word(right)) if equality => {
                self.known_word(&left, &right, here);
                self.known_word(&right, &left, here);
                if self.is_open(&left) && self.is_open(&right) {
                    let hint = "compare each with what it may be";
                    self.faults.add(here, "two settings that may be any text cannot be compared", Some(hint));
                }
                Some(not(Condition::Same(Box::new((left, right)))))
            }
            (Named::Condition(one), Named::Condition(other)) if equality => {
                let opposite = Condition::Not(Box::new(self.condition(right, span)?));
                Some(not(Condition::If(Box::new((one, other, opposite)))))
            }
            _ => {
                let what = if equality {
                    "these two cannot be equal: they are of different types"
                } else {
                    "only numbers have an order"
                };
                self.faults
                    .say(span.part(left.at, right.at.saturating_add(right.length).saturating_sub(left.at)), what);
                None
            }
        }
    }

    /// A text that a choice is compared with must be one that it can have.
    fn known_word(&mut self, choice: &Word, word: &Word, span: Span) {
        // In a rule that is referred to, the text may be a default.
        let (Word::Setting(slot), Word::Constant(symbol), 0) = (choice, word, self.turn) else { return };
        let Some(input) = self.inputs.get(*slot) else { return };
        let InputKind::Choice(values) = &input.kind else { return };
        if values.iter().all(|(_, known)| known != symbol) {
            let texts: Vec<_> = values.iter().map(|(value, _)| value.to_string()).collect();
            let message = format!("{} is never this text", quoted(&input.name));
            let hint = format!("it may be {}", listed(texts.iter().map(String::as_str)));
            self.faults.add(span, message, Some(hint));
        }
    }

    /// Whether it may be a text that the book does not mention.
    fn is_open(&self, word: &Word) -> bool {
        match word {
            Word::Constant(_) | Word::NotOffered | Word::Field(_) => false,
            Word::Setting(slot) => self.inputs.get(*slot).is_some_and(|input| input.kind == InputKind::Text),
            Word::Let(at) => {
                matches!(self.lets.get(*at).and_then(Let::named), Some(Named::Word(word)) if self.is_open(word))
            }
            Word::If(branches) => self.is_open(&branches.1) || self.is_open(&branches.2),
            Word::Table(table) => table.cells.iter().any(|cell| self.is_open(cell)),
        }
    }

    fn branches(&mut self, condition: &Node, yes: &Node, no: &Node, span: Span) -> Option<Named> {
        let here = span.part(no.at, no.length);
        let condition = self.condition(condition, span)?;
        let (yes, no) = (self.expression(yes, span)?, self.expression(no, span)?);
        Some(match (yes, no) {
            (Named::Amount(yes), Named::Amount(no)) => Named::Amount(Amount::If(Box::new((condition, yes, no)))),
            (Named::Condition(yes), Named::Condition(no)) => {
                Named::Condition(Condition::If(Box::new((condition, yes, no))))
            }
            (Named::Word(yes), Named::Word(no)) => Named::Word(Word::If(Box::new((condition, yes, no)))),
            _ => {
                self.faults.say(here, "`then` and `else` are of different types");
                return None;
            }
        })
    }

    /// The most rounds of a loop: those between known ends, or else those after which an evaluation stops.
    fn rounds(&mut self, from: &Amount, to: &Amount, span: Span) -> u64 {
        let (Amount::Constant(from), Amount::Constant(to)) = (from, to) else { return ROUNDS_MAX };
        let rounds = to.checked_sub(*from).and_then(|last| last.round_to(Number::ONE, Rounding::Down));
        let rounds = rounds.and_then(|last| last.checked_add(Number::ONE)).map(|rounds| rounds.max(Number::ZERO));
        if rounds.is_none_or(|rounds| rounds > Number::from_count(ROUNDS_MAX)) {
            self.faults.say(span, format!("the loop has more than {ROUNDS_MAX} rounds"));
        }
        rounds.and_then(Number::to_u64).unwrap_or(ROUNDS_MAX)
    }
}
