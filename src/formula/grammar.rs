//! The grammar of formulas: conditions, operators by their level, and values.
use super::{
    FormulaFault, Kind, Node, Operator, Tiers,
    form::fold,
    parser::Parser,
    token::{Lexeme, Token},
};

pub(super) fn parse(text: &str) -> Result<Node, FormulaFault> {
    let mut parser = Parser::new(text)?;
    let node = parser.expression()?;
    match parser.next.lexeme {
        Lexeme::End => Ok(node),
        _ => Err(parser.expected("an operator or the end")),
    }
}

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Unary,
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Node, FormulaFault> {
        self.nested(|parser| if parser.is_next("if") { parser.condition() } else { parser.operation(Level::Or) })
    }

    fn condition(&mut self) -> Result<Node, FormulaFault> {
        let at = self.advance()?.at;
        let condition = self.boxed()?;
        self.expect("then")?;
        let value = self.boxed()?;
        self.expect("else")?;
        let otherwise = self.boxed()?;
        self.node(Kind::If(condition, value, otherwise), at)
    }

    /// A chain of operators, none of which binds looser than `floor`.
    fn operation(&mut self, floor: Level) -> Result<Node, FormulaFault> {
        let mut left = self.operand(floor)?;
        while let Some((operator, level, tighter)) = operator(self.next.lexeme)
            && level >= floor
        {
            self.advance()?;
            let at = left.at;
            left = match operator {
                Some(operator) => {
                    let right = self.operation(tighter)?;
                    self.node(Kind::Binary(operator, Box::new(left), Box::new(right)), at)?
                }
                None => self.membership(&left)?,
            };
            if level == Level::Comparison {
                self.refuse_chain()?;
            }
        }
        Ok(left)
    }

    fn operand(&mut self, floor: Level) -> Result<Node, FormulaFault> {
        let at = self.next.at;
        if floor <= Level::Not && self.accept("not")? {
            let operand = self.nested(|parser| parser.operation(Level::Not))?;
            return self.node(Kind::Not(Box::new(operand)), at);
        }
        if self.accept("-")? {
            let operand = self.nested(|parser| parser.operand(Level::Unary))?;
            return self.node(Kind::Negate(Box::new(operand)), at);
        }
        let base = self.value()?;
        if self.accept("^")? {
            let exponent = self.nested(|parser| parser.operand(Level::Unary))?;
            return self.node(Kind::Power(Box::new(base), Box::new(exponent)), at);
        }
        Ok(base)
    }

    /// `mode in ('fast', 'turbo')` is `mode = 'fast' or mode = 'turbo'`.
    fn membership(&mut self, left: &Node) -> Result<Node, FormulaFault> {
        let at = left.at;
        let nodes = match &left.kind {
            Kind::Name(_) => 1,
            Kind::Field(record, _) if matches!(record.kind, Kind::Name(_)) => 2,
            _ => {
                let message = "only a name can stand before `in`";
                return Err(FormulaFault::new(at, left.length, message));
            }
        };
        let next_equal = |parser: &mut Self| {
            let value = parser.boxed()?;
            parser.count(nodes)?;
            let name = Box::new(left.clone());
            parser.node(Kind::Binary(Operator::Equal, name, value), at)
        };
        self.expect("(")?;
        let mut any = next_equal(self)?;
        while self.accept(",")? {
            let equal = Box::new(next_equal(self)?);
            any = self.node(Kind::Binary(Operator::Or, Box::new(any), equal), at)?;
        }
        self.close()?;
        Ok(self.widened(any, at))
    }

    fn refuse_chain(&self) -> Result<(), FormulaFault> {
        match operator(self.next.lexeme) {
            Some((_, Level::Comparison, _)) => {
                let fault = self.fault("comparisons do not chain");
                Err(fault.with_hint("write `a < b and b < c`"))
            }
            _ => Ok(()),
        }
    }

    fn value(&mut self) -> Result<Node, FormulaFault> {
        let Token { lexeme, at, .. } = self.next;
        let kind = match lexeme {
            Lexeme::Number(number) => Kind::Number(number),
            Lexeme::Text(text) => Kind::Text(text.into()),
            Lexeme::Word("true") => Kind::Flag(true),
            Lexeme::Word("false") => Kind::Flag(false),
            Lexeme::Word("sum") => return self.sum(),
            Lexeme::Word("loop") => return self.repetition(),
            Lexeme::Name(name) => return self.named(name),
            Lexeme::Symbol("(") => return self.group(),
            Lexeme::Word("if" | "not") => {
                return Err(self.expected("a value").with_hint("put it in parentheses"));
            }
            Lexeme::Word("from" | "to" | "inherit" | "where") => {
                return Err(self.expected("a value").with_hint("this word is reserved"));
            }
            Lexeme::Symbol(".") => {
                return Err(self.expected("a value").with_hint("write `0.5`, not `.5`"));
            }
            Lexeme::Word(_) | Lexeme::Symbol(_) | Lexeme::End => {
                return Err(self.expected("a value"));
            }
        };
        self.advance()?;
        self.node(kind, at)
    }

    fn group(&mut self) -> Result<Node, FormulaFault> {
        let at = self.advance()?.at;
        let inner = self.expression()?;
        self.expect(")")?;
        Ok(self.widened(inner, at))
    }

    fn named(&mut self, name: &str) -> Result<Node, FormulaFault> {
        let token = self.advance()?;
        if self.accept("(")? {
            if let Some(fold) = fold(name).filter(|_| self.is_fold()) {
                return self.fold(fold, token.at);
            }
            return match name {
                "volume" => self.tiers(Tiers::Volume, token.at),
                "graduated" => self.tiers(Tiers::Graduated, token.at),
                "default" => self.default(token.at),
                "price" => self.price(token.at),
                _ => self.call(name, token),
            };
        }
        let mut node = self.node(Kind::Name(name.into()), token.at)?;
        while self.accept(".")? {
            let field = self.key("the name of a field")?;
            node = self.node(Kind::Field(Box::new(node), field), token.at)?;
        }
        Ok(node)
    }

    pub(super) fn boxed(&mut self) -> Result<Box<Node>, FormulaFault> {
        self.expression().map(Box::new)
    }
}

/// The operator (none for `in`), its level, and the loosest level of its right side.
fn operator(lexeme: Lexeme<'_>) -> Option<(Option<Operator>, Level, Level)> {
    let (Lexeme::Symbol(sign) | Lexeme::Word(sign)) = lexeme else {
        return None;
    };
    let comparison = |operator| (operator, Level::Comparison, Level::Sum);
    Some(match sign {
        "or" => (Some(Operator::Or), Level::Or, Level::And),
        "and" => (Some(Operator::And), Level::And, Level::Not),
        "=" | "==" => comparison(Some(Operator::Equal)),
        "!=" => comparison(Some(Operator::NotEqual)),
        "<" => comparison(Some(Operator::Less)),
        "<=" => comparison(Some(Operator::LessOrEqual)),
        ">" => comparison(Some(Operator::Greater)),
        ">=" => comparison(Some(Operator::GreaterOrEqual)),
        "in" => comparison(None),
        "+" => (Some(Operator::Add), Level::Sum, Level::Product),
        "-" => (Some(Operator::Subtract), Level::Sum, Level::Product),
        "*" => (Some(Operator::Multiply), Level::Product, Level::Unary),
        "/" => (Some(Operator::Divide), Level::Product, Level::Unary),
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_say_where_and_what_was_expected() {
        #[rustfmt::skip]
        let table = [
            ("",                 0, 0, "expected a value, found the end", ""),
            ("1 +",              3, 0, "expected a value, found the end", ""),
            ("1 + * 2",          4, 1, "expected a value, found `*`", ""),
            ("a b",              2, 1, "expected an operator or the end, found `b`", ""),
            ("(a",               2, 0, "expected `)`, found the end", ""),
            ("a)",               1, 1, "expected an operator or the end, found `)`", ""),
            (".5",               0, 1, "expected a value, found `.`", "write `0.5`, not `.5`"),
            ("5.",               1, 1, "expected an operator or the end, found `.`", ""),
            ("2k",               0, 2, "`2k` is not a number", ""),
            ("a + 1__0",         4, 4, "`1__0` is not a number", ""),
            ("1e400",            0, 5, "`1e400` is too large: the limit is 10^18", ""),
            ("1e-400",           0, 6, "`1e-400` is too precise: the limits are 24 decimal places and 38 digits", ""),
            ("a = 'x",           4, 2, "this text is not closed", "end it with `'`"),
            ("20% * x",          2, 1, "`%` has no meaning in a formula", "write a percentage as a factor: `0.2 * x`"),
            ("a && b",           2, 1, "`&` has no meaning in a formula", "write `and`"),
            ("2 × 3",            2, 2, "`×` has no meaning in a formula", "write `*`"),
            ("größe",            2, 2, "`ö` has no meaning in a formula", ""),
            ("a < b < c",        6, 1, "comparisons do not chain", "write `a < b and b < c`"),
            ("a = b in (1)",     6, 2, "comparisons do not chain", "write `a < b and b < c`"),
            ("1 + not a",        4, 3, "expected a value, found `not`", "put it in parentheses"),
            ("1 + if a then b else c", 4, 2, "expected a value, found `if`", "put it in parentheses"),
            ("to * 2",           0, 2, "expected a value, found `to`", "this word is reserved"),
            ("if a then b",     11, 0, "expected `else`, found the end", ""),
            ("if a b",           5, 1, "expected `then`, found `b`", ""),
            ("a + b in (1)",     0, 5, "only a name can stand before `in`", ""),
            ("a in ()",          6, 1, "expected a value, found `)`", ""),
            ("a in 'x'",         5, 3, "expected `(`, found `'x'`", ""),
            ("s.1",              2, 1, "expected the name of a field, found `1`", ""),
            ("mni(a, b)",        0, 3, "`mni` is not a function", "did you mean `min`?"),
            ("1 + Ceil(a)",      4, 4, "`Ceil` is not a function", "did you mean `ceil`?"),
            ("foo(a)",           0, 3, "`foo` is not a function", ""),
            ("min(a)",           0, 3, "`min` is written `min(a, b, …)`, not with 1 value", ""),
            ("clamp()",          0, 5, "`clamp` is written `clamp(x, low, high)`, not with 0 values", ""),
            ("ceil(a, b, c)",    0, 4, "`ceil` is written `ceil(x)` or `ceil(x, step)`, not with 3 values", ""),
            ("min(a b)",         6, 1, "expected `,` or `)`, found `b`", ""),
            ("min(a, )",         7, 1, "expected a value, found `)`", ""),
            ("volume(x)",        8, 1, "expected `,` and a bound, found `)`", ""),
            ("volume(x, 5 1)",  12, 1, "expected `:`, found `1`", ""),
            ("volume(x, y: 1)", 10, 1, "expected a bound (a number) or `else`, found `y`", ""),
            ("volume(x, 50: 1, 50: 2)", 17, 2, "the bounds must rise: `50` follows `50`", ""),
            ("volume(x, else: 1, 5: 2)", 17, 1, "expected `)`, found `,`", ""),
            ("sum(stages)",     10, 1, "expected `in`, found `)`", ""),
            ("sum(if in s: 1)",  4, 2, "expected a name, found `if`", "this word is reserved"),
            ("max(s in a: 1)",  13, 1, "expected `,` and what holds for no item, found `)`", "write `, else: 0`"),
            ("first(a, b)",      0, 5, "`first` is written `first(item in list: …, else: 0)`", ""),
            ("all(a)",           0, 3, "`all` is written `all(item in list: …)`", ""),
            ("sum(s in a inherit : 1)", 19, 1, "expected a name, found `:`", ""),
            ("loop(i from 1, x = 1: x)", 13, 1, "expected `to`, found `,`", ""),
            ("default('a')",     8, 3, "expected a name, found `'a'`", ""),
            ("price('image')",  13, 1, "expected `,`, found `)`", ""),
            ("price(a, b, c: 1, c: 2)", 18, 1, "`c` is set twice", ""),
        ];
        for (text, at, length, message, hint) in table {
            let hint = (!hint.is_empty()).then(|| hint.to_owned());
            let fault = FormulaFault { at, length, message: message.to_owned(), hint };
            assert_eq!(parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn limits() {
        let nested = |open: &str, close: &str, depth: usize| {
            parse(&format!("{}a{}", open.repeat(depth), close.repeat(depth))).map(|_| ())
        };
        let fault = |at, length, message: &str| Err(FormulaFault::new(at, length, message));
        let too_deep = "nested more than 64 deep";
        for (open, close) in [("(", ")"), ("-", ""), ("not ", ""), ("2^", ""), ("ceil(", ")")] {
            assert_eq!(nested(open, close, 64), Ok(()), "{open}");
            assert_eq!(nested(open, close, 65), fault(open.len() * 65, 1, too_deep), "{open}");
        }
        assert_eq!(nested("if b then c else ", "", 64), Ok(()));
        assert_eq!(nested("if b then c else ", "", 65), fault(64 * 17 + 3, 1, too_deep));
        assert_eq!(nested("(", "", 4_000), fault(65, 1, too_deep));
        let too_long = "100001 bytes: a formula has at most 4096";
        assert_eq!(nested("(", "", 100_000), fault(0, 100_001, too_long));

        let chain = |terms: usize| parse(&vec!["a"; terms].join("+")).map(|_| ());
        assert_eq!(chain(500), Ok(()));
        assert_eq!(chain(501), fault(1_001, 0, "a formula has at most 1000 parts"));
        let members = |count: usize| parse(&format!("a in ({})", vec!["b"; count].join(","))).map(|_| ());
        assert_eq!(members(250), Ok(()));
        assert_eq!(members(251), fault(507, 1, "a formula has at most 1000 parts"));
    }

    #[test]
    fn long_input_is_cut_in_messages() {
        let name = "x".repeat(500);
        let message = format!("`{}…` is not a function", "x".repeat(60));
        assert_eq!(parse(&format!("{name}(1)")), Err(FormulaFault::new(0, 500, message)));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(
            words in proptest::collection::vec(
                proptest::sample::select(&[
                    "if", "then", "else", "and", "not", "in", "sum", "loop", "(", ")", ",", ":", "a",
                    "1", "'x'", "-", "^", "<", ".", "min(", "volume(", "price(", "é", " ",
                ][..]),
                0..60,
            ),
        ) {
            let text = words.join(" ");
            if let Err(fault) = parse(&text) {
                prop_assert!(text.get(fault.at..fault.at + fault.length).is_some(), "{fault:?}");
            }
        }
    }
}
