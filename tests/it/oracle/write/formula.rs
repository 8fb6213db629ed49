//! Formulas as text: with the parentheses that they need, and now and then some more.

use super::Pen;
use crate::oracle::tree::{Fold, Formula, Sign};

/// How tightly a form binds: what stands within a tighter one is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Whole,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Unary,
    Power,
    Value,
}

fn level(formula: &Formula) -> Level {
    match formula {
        Formula::If(_) => Level::Whole,
        Formula::Not(_) => Level::Not,
        Formula::In(..) => Level::Comparison,
        Formula::Negate(_) => Level::Unary,
        Formula::Binary(sign, ..) => match sign {
            Sign::Or => Level::Or,
            Sign::And => Level::And,
            Sign::Add | Sign::Subtract => Level::Sum,
            Sign::Multiply | Sign::Divide => Level::Product,
            Sign::Power => Level::Power,
            _ => Level::Comparison,
        },
        _ => Level::Value,
    }
}

impl Pen {
    pub(super) fn formula(&mut self, formula: &Formula) -> String {
        self.at(Level::Whole, formula)
    }

    /// Where only what binds as tightly as `floor` can stand.
    fn at(&mut self, floor: Level, formula: &Formula) -> String {
        let text = self.bare(formula);
        if level(formula) < floor || self.chance.percent(2) { format!("({text})") } else { text }
    }

    fn bare(&mut self, formula: &Formula) -> String {
        match formula {
            Formula::Number(literal) => literal.text.clone(),
            Formula::Text(text) if self.chance.percent(15) => format!("\"{text}\""),
            Formula::Text(text) => format!("'{text}'"),
            Formula::Flag(flag) => flag.to_string(),
            Formula::Name(name) => name.clone(),
            Formula::Field(item, field) => format!("{item}.{field}"),
            Formula::Negate(inner) => format!("-{}", self.at(Level::Unary, inner)),
            Formula::Not(inner) => format!("not {}", self.at(Level::Not, inner)),
            Formula::Binary(sign, left, right) => self.binary(*sign, left, right),
            Formula::In(one, several) => {
                format!("{} in ({})", self.at(Level::Value, one), self.list(several))
            }
            Formula::If(parts) => {
                let [condition, yes, no] = parts.each_ref().map(|part| self.formula(part));
                format!("if {condition} then {yes} else {no}")
            }
            Formula::Call(function, values) => format!("{function}({})", self.list(values)),
            Formula::Tiers { graduated, quantity, tiers, beyond } => {
                let name = if *graduated { "graduated" } else { "volume" };
                let mut parts = vec![self.formula(quantity)];
                parts.extend(tiers.iter().map(|(bound, rate)| format!("{}: {}", bound.text, self.formula(rate))));
                parts.extend(beyond.iter().map(|rate| format!("else: {}", self.formula(rate))));
                format!("{name}({})", parts.join(", "))
            }
            Formula::Fold(fold) => self.fold(fold),
            Formula::Loop(rounds) => {
                let [from, to, start, next] =
                    [&rounds.from, &rounds.to, &rounds.start, &rounds.next].map(|it| self.formula(it));
                format!("loop({} from {from} to {to}, {} = {start}: {next})", rounds.index, rounds.value)
            }
            Formula::Default(name) => format!("default({name})"),
            Formula::Price { studio, tool, model, stated } => {
                let mut parts = vec![format!("'{studio}'"), self.formula(model)];
                parts.extend(stated.iter().map(|(name, formula)| format!("{name}: {}", self.formula(formula))));
                if let Some(tool) = tool {
                    parts.insert(2 + self.chance.place(parts.len() - 1), format!("tool: '{tool}'"));
                }
                format!("price({})", parts.join(", "))
            }
        }
    }

    fn list(&mut self, formulas: &[Formula]) -> String {
        formulas.iter().map(|formula| self.formula(formula)).collect::<Vec<_>>().join(", ")
    }

    fn binary(&mut self, sign: Sign, left: &Formula, right: &Formula) -> String {
        let (sign, left_floor, right_floor) = match sign {
            Sign::Or => ("or", Level::Or, Level::And),
            Sign::And => ("and", Level::And, Level::Not),
            Sign::Equal => (self.chance.text(&["=", "=", "=="]), Level::Sum, Level::Sum),
            Sign::Unequal => ("!=", Level::Sum, Level::Sum),
            Sign::Less => ("<", Level::Sum, Level::Sum),
            Sign::AtMost => ("<=", Level::Sum, Level::Sum),
            Sign::Greater => (">", Level::Sum, Level::Sum),
            Sign::AtLeast => (">=", Level::Sum, Level::Sum),
            Sign::Add => ("+", Level::Sum, Level::Product),
            Sign::Subtract => ("-", Level::Sum, Level::Product),
            Sign::Multiply => ("*", Level::Product, Level::Unary),
            Sign::Divide => ("/", Level::Product, Level::Unary),
            // From the right: `2 ^ 3 ^ 2` is `2 ^ 9`.
            Sign::Power => ("^", Level::Value, Level::Unary),
        };
        let (left, right) = (self.at(left_floor, left), self.at(right_floor, right));
        let tight = !["or", "and"].contains(&sign) && self.chance.percent(20);
        if tight { format!("{left}{sign}{right}") } else { format!("{left} {sign} {right}") }
    }

    fn fold(&mut self, fold: &Fold) -> String {
        let inherit =
            if fold.inherit.is_empty() { String::new() } else { format!(" inherit {}", fold.inherit.join(", ")) };
        let condition = fold.condition.as_ref().map(|condition| format!(" where {}", self.formula(condition)));
        let body = self.formula(&fold.body);
        let otherwise = fold.otherwise.as_ref().map(|otherwise| format!(", else: {}", self.formula(otherwise)));
        let (condition, otherwise) = (condition.unwrap_or_default(), otherwise.unwrap_or_default());
        format!("{}({} in {}{inherit}{condition}: {body}{otherwise})", fold.kind, fold.item, fold.list)
    }
}
