//! Formulas: the small expression language of price books, as text and as a tree.
//!
//! It is total and bounded: there are no definitions and no recursion, a text has at most 4,096
//! bytes, its tree at most 1,000 nodes, and it nests at most 64 deep. A chain of operators of one
//! level (`a + b + c + …`) does not nest, but leans to the left, so a tree may be as deep as it has
//! nodes.
//!
//! From the loosest to the tightest:
//!
//! | form | meaning |
//! |---|---|
//! | `if c then a else b` | one of two |
//! | `a or b`, `a and b`, `not a` | conditions |
//! | `a = b`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `a in (x, y)` | comparisons, which do not chain |
//! | `a + b`, `a - b` | |
//! | `a * b`, `a / b` | |
//! | `-a` | |
//! | `a ^ b` | power, from the right: `2 ^ 3 ^ 2` is `2 ^ 9` |
//! | `1.5`, `'text'`, `true`, `name`, `s.steps`, `min(a, b)`, `(a)` | values |

mod form;
mod grammar;
mod parser;
mod token;

use crate::number::Number;

/// Reads a formula; the fault says where it stops making sense.
pub(crate) fn parse(text: &str) -> Result<Node, FormulaFault> {
    grammar::parse(text)
}

/// A part of a formula and the bytes of the text that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
    pub(crate) length: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number(Number),
    Text(Box<str>),
    Flag(bool),
    Name(Box<str>),
    /// A field of a record: `s.steps`.
    Field(Box<Node>, Box<str>),
    Negate(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    /// `if c then a else b`.
    If(Box<Node>, Box<Node>, Box<Node>),
    /// With as many arguments as the function takes.
    Call(Function, Vec<Node>),
    Power(Box<Node>, Box<Node>),
    /// `volume(x, 50: 1, 100: 2, else: 3)`: the bounds are inclusive and rise.
    Tiers(Tiers, Box<Node>, Vec<(Number, Node)>, Option<Box<Node>>),
    /// `sum(s in stages inherit steps where s.kind = 'hd': s.steps * 2)`.
    Fold {
        fold: Fold,
        item: Box<str>,
        list: Box<Node>,
        inherit: Vec<Box<str>>,
        /// Which items count.
        condition: Option<Box<Node>>,
        body: Box<Node>,
        /// The value where no item counts.
        otherwise: Option<Box<Node>>,
    },
    /// `loop(i from 1 to n, x = 1: x * 2)`: the last x.
    Loop {
        item: Box<str>,
        from: Box<Node>,
        to: Box<Node>,
        value: Box<str>,
        start: Box<Node>,
        next: Box<Node>,
    },
    /// `default(work)`: the named value with every setting at its default.
    Default(Box<str>),
    /// `price('image', source_model, resolution: '2k')`.
    Price {
        studio: Box<Node>,
        model: Box<Node>,
        settings: Vec<(Box<str>, Node)>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tiers {
    /// The band that holds the quantity prices all of it.
    Volume,
    /// Each band prices its own part of the quantity.
    Graduated,
}

/// What is made of the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    Sum,
    Min,
    Max,
    /// The value of the first item that counts.
    First,
    /// Whether it is true of one.
    Any,
    /// Whether it is true of each.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Min,
    Max,
    Clamp,
    /// To a multiple of the step, which is 1 where none is given; `Floor` and `Round` alike.
    Ceil,
    Floor,
    /// Half up.
    Round,
    /// Started blocks.
    Blocks,
    Any,
    /// Items of a list.
    Length,
    Pow,
    Exp,
    Ln,
    Sqrt,
}

/// Why a text is not a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct FormulaFault {
    /// The offset in the text, in bytes.
    pub(crate) at: usize,
    /// The bytes that are wrong; none at the end of the text.
    pub(crate) length: usize,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl FormulaFault {
    pub(super) fn new(at: usize, length: usize, message: impl Into<String>) -> Self {
        Self { at, length, message: message.into(), hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as an s-expression.
    fn shape(node: &Node) -> String {
        match &node.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => format!("'{text}'"),
            Kind::Flag(flag) => flag.to_string(),
            Kind::Name(name) => name.to_string(),
            Kind::Field(record, field) => format!("{}.{field}", shape(record)),
            Kind::Negate(x) => format!("(- {})", shape(x)),
            Kind::Not(x) => format!("(not {})", shape(x)),
            Kind::Binary(operator, a, b) => format!("({operator:?} {} {})", shape(a), shape(b)),
            Kind::If(a, b, c) => format!("(if {} {} {})", shape(a), shape(b), shape(c)),
            Kind::Call(function, nodes) => {
                format!("({function:?} {})", all(nodes.iter().map(shape)))
            }
            Kind::Power(a, b) => format!("(^ {} {})", shape(a), shape(b)),
            Kind::Tiers(tiers, x, bands, rest) => {
                let bands = bands.iter().map(|(bound, value)| format!("{bound}:{}", shape(value)));
                let rest = rest.iter().map(|value| format!("else:{}", shape(value)));
                format!("({tiers:?} {} {})", shape(x), all(bands.chain(rest)))
            }
            Kind::Fold { fold, item, list, inherit, condition, body, otherwise } => {
                let condition = condition.as_ref().map_or(String::new(), |it| format!(" where:{}", shape(it)));
                let otherwise = otherwise.as_ref().map_or(String::new(), |it| format!(" else:{}", shape(it)));
                let inherit = inherit.join(" ");
                format!("({fold:?} {item} {} [{inherit}]{condition} {}{otherwise})", shape(list), shape(body))
            }
            Kind::Loop { item, from, to, value, start, next } => {
                let parts = all([from, to, start, next].into_iter().map(|part| shape(part)));
                format!("(loop {item} {value} {parts})")
            }
            Kind::Default(name) => format!("(default {name})"),
            Kind::Price { studio, model, settings } => {
                let settings = settings.iter().map(|(key, value)| format!("{key}:{}", shape(value)));
                format!("(price {} {} [{}])", shape(studio), shape(model), all(settings))
            }
        }
    }

    fn all(shapes: impl Iterator<Item = String>) -> String {
        shapes.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn precedence() {
        #[rustfmt::skip]
        let table = [
            ("a + b * c",                 "(Add a (Multiply b c))"),
            ("a - b - c",                 "(Subtract (Subtract a b) c)"),
            ("a / b * c",                 "(Multiply (Divide a b) c)"),
            ("(a + b) * c",               "(Multiply (Add a b) c)"),
            ("-a ^ 2",                    "(- (^ a 2))"),
            ("2 ^ -a ^ 2",                "(^ 2 (- (^ a 2)))"),
            ("2 ^ 3 ^ 2",                 "(^ 2 (^ 3 2))"),
            ("-a * b",                    "(Multiply (- a) b)"),
            ("a - -b",                    "(Subtract a (- b))"),
            ("a-b",                       "(Subtract a b)"),
            ("a < b + 1",                 "(Less a (Add b 1))"),
            ("not a = b",                 "(not (Equal a b))"),
            ("not a and b",               "(And (not a) b)"),
            ("a and not not b or c",      "(Or (And a (not (not b))) c)"),
            ("a or b and c",              "(Or a (And b c))"),
            ("a or b or c",               "(Or (Or a b) c)"),
            ("a = 1 and b != 2",          "(And (Equal a 1) (NotEqual b 2))"),
            ("if a then b else c + 1",    "(if a b (Add c 1))"),
            ("if a then if b then 1 else 2 else if c then 3 else 4",
                                          "(if a (if b 1 2) (if c 3 4))"),
            ("1 + (if a then b else c)",  "(Add 1 (if a b c))"),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).map(|node| shape(&node)), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn every_form() {
        #[rustfmt::skip]
        let table = [
            ("1_000_000",                 "1000000"),
            ("1.22e-6",                   "0.00000122"),
            ("2e+3",                      "2000"),
            ("'2k'",                      "'2k'"),
            ("\"it's\"",                "'it's'"),
            ("true",                      "true"),
            ("false",                     "false"),
            ("_a1",                       "_a1"),
            ("s.steps",                   "s.steps"),
            ("s.from.to",                 "s.from.to"),
            ("  a\n\t+ b ",             "(Add a b)"),
            ("a == b",                    "(Equal a b)"),
            ("a <= b",                    "(LessOrEqual a b)"),
            ("a > b",                     "(Greater a b)"),
            ("a >= b",                    "(GreaterOrEqual a b)"),
            ("mode in ('fast', 'turbo')", "(Or (Equal mode 'fast') (Equal mode 'turbo'))"),
            ("s.size in (1)",             "(Equal s.size 1)"),
            ("not m in ('a') and b",      "(And (not (Equal m 'a')) b)"),
            ("min(a, b, 3)",              "(Min a b 3)"),
            ("max(a, b)",                 "(Max a b)"),
            ("clamp(x, 1, 2)",            "(Clamp x 1 2)"),
            ("ceil(x)",                   "(Ceil x)"),
            ("floor(x, 0.5)",             "(Floor x 0.5)"),
            ("round(x, 25)",              "(Round x 25)"),
            ("blocks(x, 1000)",           "(Blocks x 1000)"),
            ("any(a, b)",                 "(Any a b)"),
            ("length(stages)",            "(Length stages)"),
            ("length * 2",                "(Multiply length 2)"),
            ("pow(x, 1.5, 6)",            "(Pow x 1.5 6)"),
            ("exp(x, 6) + ln(x, 6)",      "(Add (Exp x 6) (Ln x 6))"),
            ("sqrt(x, 6)",                "(Sqrt x 6)"),
            ("volume(x, 50: 1, 100: 2, else: 3)", "(Volume x 50:1 100:2 else:3)"),
            ("graduated(x, 5000: 0, else: 14 / 1000)",
                                          "(Graduated x 5000:0 else:(Divide 14 1000))"),
            ("volume(x, 50: 1)",          "(Volume x 50:1)"),
            ("sum(s in stages: s.steps * 2)", "(Sum s stages [] (Multiply s.steps 2))"),
            ("sum(s in stages inherit steps, width: s.steps)",
                                          "(Sum s stages [steps width] s.steps)"),
            ("sum(s in stages where s.hd: 1)", "(Sum s stages [] where:s.hd 1)"),
            ("max(s in stages: s.steps, else: 0)", "(Max s stages [] s.steps else:0)"),
            ("first(s in stages where s.hd: s.steps, else: 20)",
                                          "(First s stages [] where:s.hd s.steps else:20)"),
            ("any(s in stages: s.hd)",    "(Any s stages [] s.hd)"),
            ("all(s in stages: s.hd)",    "(All s stages [] s.hd)"),
            ("any(s in ('a'), b)",        "(Any (Equal s 'a') b)"),
            ("loop(i from 1 to n, x = 1: x * 2)", "(loop i x 1 n 1 (Multiply x 2))"),
            ("default(work)",             "(default work)"),
            ("price('image', model)",     "(price 'image' model [])"),
            ("price('image', m, resolution: '2k', to: a + 1)",
                                          "(price 'image' m [resolution:'2k' to:(Add a 1)])"),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).map(|node| shape(&node)), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_node_knows_its_place() {
        #[rustfmt::skip]
        let table = [
            ("  a + b ",     (2, 5)),
            (" (a + b) ",    (1, 7)),
            ("(a) + (b)",    (0, 9)),
            ("-(a)",         (0, 4)),
            ("s.steps",      (0, 7)),
            ("'a'",          (0, 3)),
            ("min(a, b) ",   (0, 9)),
            ("a in (b, c) ", (0, 11)),
        ];
        for (text, place) in table {
            assert_eq!(parse(text).map(|node| (node.at, node.length)), Ok(place), "{text}");
        }
    }
}
