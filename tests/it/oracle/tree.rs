//! Price books as trees of the oracle's own: what a person writes, nothing resolved.

use chrono::{DateTime, Utc};
use num_bigint::BigInt;
use num_rational::Ratio;

/// A fraction of any size.
pub(crate) type Fraction = Ratio<BigInt>;
pub(crate) type Instant = DateTime<Utc>;
/// Things under their names, in the order written.
pub(crate) type Named<T> = Vec<(String, T)>;

/// What a book counts in.
pub(crate) const UNIT: &str = "credits";

/// How exact a price is, from the best to the least known; a place in this list.
pub(crate) const EXACTNESS: [&str; 4] = ["exact", "at most", "estimate", "from"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    pub(crate) name: String,
    pub(crate) edition: String,
    pub(crate) from: Option<Instant>,
    pub(crate) until: Option<Instant>,
    pub(crate) round: Option<Round>,
    pub(crate) charge: Charge,
    /// What one of another unit is in the book's own.
    pub(crate) convert: Named<Fraction>,
    pub(crate) settings: Named<Setting>,
    pub(crate) facts: Named<Setting>,
    pub(crate) lets: Named<Price>,
    pub(crate) rules: Vec<Rule>,
    /// The book that this one extends, and what it changes of it.
    pub(crate) below: Option<Box<Book>>,
    pub(crate) changes: Vec<Change>,
}

/// A change to rules of the book below.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) studio: Option<String>,
    pub(crate) tools: Vec<String>,
    pub(crate) models: Vec<String>,
    pub(crate) from: Option<Instant>,
    pub(crate) until: Option<Instant>,
    pub(crate) when: Option<Formula>,
    pub(crate) withdrawn: bool,
    pub(crate) unit: Option<String>,
    pub(crate) settings: Named<Setting>,
    pub(crate) times: Vec<Factor>,
    pub(crate) plus: Vec<Addition>,
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
    pub(crate) exactness: Option<usize>,
    pub(crate) charge: Charge,
}

/// A rule, or a family of rules if it has members.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rule {
    pub(crate) name: Option<String>,
    pub(crate) studio: Option<String>,
    pub(crate) tools: Vec<String>,
    pub(crate) models: Vec<String>,
    pub(crate) like: Option<String>,
    pub(crate) except: Vec<String>,
    pub(crate) unit: Option<String>,
    pub(crate) from: Option<Instant>,
    pub(crate) until: Option<Instant>,
    pub(crate) when: Option<Formula>,
    pub(crate) settings: Named<Setting>,
    pub(crate) lets: Named<Price>,
    pub(crate) free: bool,
    pub(crate) per: Named<Price>,
    pub(crate) times: Vec<Factor>,
    pub(crate) plus: Vec<Addition>,
    pub(crate) each: Each,
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
    pub(crate) exactness: Option<usize>,
    pub(crate) charge: Charge,
    pub(crate) members: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factor {
    pub(crate) when: Option<Formula>,
    pub(crate) by: Price,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Addition {
    pub(crate) when: Option<Formula>,
    pub(crate) per: Named<Price>,
}

/// What is done to the price of one output.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Each {
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
    pub(crate) round: Option<Round>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Round {
    pub(crate) way: Way,
    pub(crate) step: Fraction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
    HalfUp,
    HalfEven,
}

/// What is charged for each way that work can end, where something is said: `partial`, `failed`, ….
pub(crate) type Charge = Vec<(&'static str, Share)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    Nothing,
    Delivered,
    All,
}

/// A declaration of a setting or fact, or what a rule says to narrow one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Setting {
    pub(crate) kind: Option<&'static str>,
    pub(crate) values: Vec<Datum>,
    pub(crate) min: Option<Fraction>,
    pub(crate) max: Option<Fraction>,
    pub(crate) step: Option<Fraction>,
    pub(crate) default: Option<Datum>,
    pub(crate) unit: Option<String>,
    pub(crate) measured: bool,
    pub(crate) items: Option<Box<Setting>>,
    pub(crate) max_items: Option<usize>,
    pub(crate) fields: Named<Setting>,
}

/// What a setting is set to, and what an expression comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Datum {
    Number(Fraction),
    Flag(bool),
    Text(String),
    List(Vec<Datum>),
    Record(Named<Datum>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Price {
    Formula(Formula),
    Free,
    NotOffered,
    /// Keyed by a name; each cell may stand under several keys.
    Table(String, Vec<(Vec<Key>, Price)>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    /// A text, `true` or `false`.
    Word(String),
    Number(Literal),
    /// `<= 10`
    UpTo(Literal),
    /// `< 10`
    Below(Literal),
    /// `1024x1536`
    Size(Literal, Literal),
    Else,
}

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) value: Fraction,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Formula {
    Number(Literal),
    Text(String),
    Flag(bool),
    Name(String),
    /// `s.steps`
    Field(String, String),
    Negate(Box<Formula>),
    Not(Box<Formula>),
    Binary(Sign, Box<Formula>, Box<Formula>),
    In(Box<Formula>, Vec<Formula>),
    If(Box<[Formula; 3]>),
    /// `min(a, b)`, `ceil(x, step)`, …; the stated precision of an inexact function is its last value.
    Call(&'static str, Vec<Formula>),
    Tiers {
        graduated: bool,
        quantity: Box<Formula>,
        tiers: Vec<(Literal, Formula)>,
        beyond: Option<Box<Formula>>,
    },
    Fold(Box<Fold>),
    Loop(Box<Loop>),
    Default(String),
    Price {
        studio: String,
        tool: Option<String>,
        model: Box<Formula>,
        stated: Named<Formula>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    And,
    Or,
}

/// `max(s in stages inherit steps where s.hd: s.steps, else: 0)`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fold {
    /// `sum`, `min`, `max`, `first`, `any` or `all`.
    pub(crate) kind: &'static str,
    pub(crate) item: String,
    pub(crate) list: String,
    pub(crate) inherit: Vec<String>,
    pub(crate) condition: Option<Formula>,
    pub(crate) body: Formula,
    pub(crate) otherwise: Option<Formula>,
}

/// `loop(i from 1 to n, x = 1: x * 2)`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loop {
    pub(crate) index: String,
    pub(crate) from: Formula,
    pub(crate) to: Formula,
    pub(crate) value: String,
    pub(crate) start: Formula,
    pub(crate) next: Formula,
}

impl Book {
    /// The book and those below it.
    pub(crate) fn layers(&self) -> Vec<&Book> {
        std::iter::successors(Some(self), |book| book.below.as_deref()).collect()
    }
}

impl Datum {
    pub(crate) fn number(&self) -> Option<&Fraction> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

impl Rule {
    /// Whether it says anything that bounds or rounds the price of one output.
    pub(crate) fn has_each(&self) -> bool {
        let Each { minimum, maximum, round } = &self.each;
        minimum.is_some() || maximum.is_some() || round.is_some()
    }
}

impl Setting {
    /// The declaration with what `narrower` says in its place; narrowed to one value, it is that by default.
    pub(crate) fn narrowed(&self, narrower: &Setting) -> Setting {
        let (wide, own) = (self.clone(), narrower.clone());
        let only = if own.values.len() == 1 { own.values.first().cloned() } else { None };
        Setting {
            kind: own.kind.or(wide.kind),
            default: own.default.or(only).or(wide.default),
            values: if own.values.is_empty() { wide.values } else { own.values },
            min: own.min.or(wide.min),
            max: own.max.or(wide.max),
            step: own.step.or(wide.step),
            unit: own.unit.or(wide.unit),
            measured: own.measured || wide.measured,
            items: own.items.or(wide.items),
            max_items: own.max_items.or(wide.max_items),
            fields: if own.fields.is_empty() { wide.fields } else { own.fields },
        }
    }
}

pub(crate) fn find<'a, T>(named: &'a [(String, T)], name: &str) -> Option<&'a T> {
    named.iter().find(|(known, _)| known == name).map(|(_, thing)| thing)
}
