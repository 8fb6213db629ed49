//! The forms of formulas that are written like calls: functions, tiers, sums, loops, prices.
use super::{
    Fold, FormulaFault, Function, Kind, Node, Tiers,
    parser::Parser,
    token::{Lexeme, Token},
};
use crate::diagnostic::{excerpt, nearest};

/// Name, least and greatest number of arguments, and how the call is written.
#[rustfmt::skip]
const FUNCTIONS: [(&str, Function, usize, usize, &str); 13] = [
    ("min",    Function::Min,    2, usize::MAX, "`min(a, b, …)`"),
    ("max",    Function::Max,    2, usize::MAX, "`max(a, b, …)`"),
    ("clamp",  Function::Clamp,  3, 3,          "`clamp(x, low, high)`"),
    ("ceil",   Function::Ceil,   1, 2,          "`ceil(x)` or `ceil(x, step)`"),
    ("floor",  Function::Floor,  1, 2,          "`floor(x)` or `floor(x, step)`"),
    ("round",  Function::Round,  1, 2,          "`round(x)` or `round(x, step)`"),
    ("blocks", Function::Blocks, 2, 2,          "`blocks(x, size)`"),
    ("any",    Function::Any,    1, usize::MAX, "`any(a, b, …)`"),
    ("length", Function::Length, 1, 1,          "`length(list)`"),
    ("pow",    Function::Pow,    3, 3,          "`pow(x, y, digits)`"),
    ("exp",    Function::Exp,    2, 2,          "`exp(x, digits)`"),
    ("ln",     Function::Ln,     2, 2,          "`ln(x, digits)`"),
    ("sqrt",   Function::Sqrt,   2, 2,          "`sqrt(x, digits)`"),
];
/// Forms that are written like functions.
const FORMS: [&str; 8] = ["volume", "graduated", "default", "price", "sum", "loop", "first", "all"];

/// The folds that share their names with functions or with nothing; `sum` is a word of its own.
pub(super) fn fold(name: &str) -> Option<Fold> {
    match name {
        "min" => Some(Fold::Min),
        "max" => Some(Fold::Max),
        "first" => Some(Fold::First),
        "any" => Some(Fold::Any),
        "all" => Some(Fold::All),
        _ => None,
    }
}

impl Parser<'_> {
    pub(super) fn call(&mut self, name: &str, token: Token<'_>) -> Result<Node, FormulaFault> {
        let fault = |message| FormulaFault::new(token.at, name.len(), message);
        let known = FUNCTIONS.iter().find(|(known, ..)| *known == name);
        let Some((_, function, least, most, form)) = known else {
            if let Some(Fold::First | Fold::All) = fold(name) {
                let rest = if name == "first" { ", else: 0" } else { "" };
                return Err(fault(format!("`{name}` is written `{name}(item in list: …{rest})`")));
            }
            let fault = fault(format!("`{}` is not a function", excerpt(name)));
            let known = FUNCTIONS.iter().map(|(known, ..)| *known).chain(FORMS);
            return Err(match nearest(name, known) {
                Some(known) => fault.with_hint(format!("did you mean `{known}`?")),
                None => fault,
            });
        };
        let arguments = self.arguments()?;
        if !(*least..=*most).contains(&arguments.len()) {
            let count = arguments.len();
            let values = if count == 1 { "value" } else { "values" };
            return Err(fault(format!("`{name}` is written {form}, not with {count} {values}")));
        }
        self.node(Kind::Call(*function, arguments), token.at)
    }

    fn arguments(&mut self) -> Result<Vec<Node>, FormulaFault> {
        let mut arguments = Vec::new();
        if !self.is_next(")") {
            arguments.push(self.expression()?);
            while self.accept(",")? {
                arguments.push(self.expression()?);
            }
        }
        self.close()?;
        Ok(arguments)
    }

    pub(super) fn tiers(&mut self, tiers: Tiers, at: usize) -> Result<Node, FormulaFault> {
        let quantity = self.boxed()?;
        let (mut bands, mut rest) = (Vec::new(), None);
        while self.accept(",")? {
            if self.accept("else")? {
                self.expect(":")?;
                rest = Some(self.boxed()?);
                break;
            }
            let Lexeme::Number(bound) = self.next.lexeme else {
                return Err(self.expected("a bound (a number) or `else`"));
            };
            if let Some((last, _)) = bands.last()
                && *last >= bound
            {
                return Err(self.fault(format!("the bounds must rise: `{bound}` follows `{last}`")));
            }
            self.advance()?;
            self.expect(":")?;
            bands.push((bound, self.expression()?));
        }
        match rest {
            Some(_) => self.expect(")")?,
            None if bands.is_empty() => return Err(self.expected("`,` and a bound")),
            None => self.close()?,
        }
        self.node(Kind::Tiers(tiers, quantity, bands, rest), at)
    }

    pub(super) fn sum(&mut self) -> Result<Node, FormulaFault> {
        let at = self.advance()?.at;
        self.expect("(")?;
        self.fold(Fold::Sum, at)
    }

    /// What follows the parenthesis of `max(s in stages where s.hd: s.steps, else: 0)`.
    pub(super) fn fold(&mut self, fold: Fold, at: usize) -> Result<Node, FormulaFault> {
        let item = self.name()?;
        self.expect("in")?;
        let list = self.boxed()?;
        let mut inherit = Vec::new();
        if self.accept("inherit")? {
            inherit.push(self.name()?);
            while self.accept(",")? {
                inherit.push(self.name()?);
            }
        }
        let condition = if self.accept("where")? { Some(self.boxed()?) } else { None };
        self.expect(":")?;
        let body = self.boxed()?;
        let otherwise = match fold {
            Fold::Sum | Fold::Any | Fold::All => None,
            Fold::Min | Fold::Max | Fold::First => {
                if !self.accept(",")? {
                    return Err(self.expected("`,` and what holds for no item").with_hint("write `, else: 0`"));
                }
                self.expect("else")?;
                self.expect(":")?;
                Some(self.boxed()?)
            }
        };
        self.expect(")")?;
        self.node(Kind::Fold { fold, item, list, inherit, condition, body, otherwise }, at)
    }

    pub(super) fn repetition(&mut self) -> Result<Node, FormulaFault> {
        let at = self.advance()?.at;
        self.expect("(")?;
        let item = self.name()?;
        self.expect("from")?;
        let from = self.boxed()?;
        self.expect("to")?;
        let to = self.boxed()?;
        self.expect(",")?;
        let value = self.name()?;
        self.expect("=")?;
        let start = self.boxed()?;
        self.expect(":")?;
        let next = self.boxed()?;
        self.expect(")")?;
        self.node(Kind::Loop { item, from, to, value, start, next }, at)
    }

    pub(super) fn default(&mut self, at: usize) -> Result<Node, FormulaFault> {
        let name = self.name()?;
        self.expect(")")?;
        self.node(Kind::Default(name), at)
    }

    pub(super) fn price(&mut self, at: usize) -> Result<Node, FormulaFault> {
        let studio = self.boxed()?;
        self.expect(",")?;
        let model = self.boxed()?;
        let mut settings: Vec<(Box<str>, Node)> = Vec::new();
        while self.accept(",")? {
            let token = self.next;
            let key = self.key("the name of a setting")?;
            if settings.iter().any(|(known, _)| *known == key) {
                let message = format!("`{}` is set twice", excerpt(&key));
                return Err(FormulaFault::new(token.at, key.len(), message));
            }
            self.expect(":")?;
            settings.push((key, self.expression()?));
        }
        self.close()?;
        self.node(Kind::Price { studio, model, settings }, at)
    }
}
