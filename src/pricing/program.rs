//! What a rule is compiled to: typed expressions, so that an evaluation has nothing left to find out.
//!
//! There are three types: numbers, conditions and words. Words are texts that a book mentions; each is a symbol,
//! so that comparing two of them compares two small integers.

use super::book::{Charging, Exactness};
use crate::{
    number::{Number, Rounding},
    value::Value,
};

/// The most inputs of an offer: what a request can hold.
pub(crate) const INPUTS_MAX: usize = 64;
/// The most rounds of a loop.
pub(crate) const ROUNDS_MAX: u64 = 1_000;

/// A text that a book mentions, as its number in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol(pub(crate) u32);

impl Rule {
    /// Whether the rule reads a slot.
    pub(crate) fn reads(&self, slot: Slot) -> bool {
        u32::try_from(slot).is_ok_and(|slot| self.reads.checked_shr(slot).is_some_and(|bits| bits & 1 == 1))
    }
}

impl Symbol {
    /// A text that the book does not mention.
    pub(crate) const OTHER: Self = Self(u32::MAX);
}

/// A place among the inputs of an offer.
pub(crate) type Slot = usize;

/// An expression that yields a number.
#[derive(Debug)]
pub(crate) enum Amount {
    Constant(Number),
    NotOffered,
    Count,
    Setting(Slot),
    /// A number of the item or the round that an enclosing sum or loop is at, counted from the innermost.
    Local(usize),
    Field(Box<Field>),
    Length(Slot),
    Let(usize),
    /// A named value with every setting at its default.
    AtDefaults(usize),
    Negate(Box<Amount>),
    Arithmetic(Arithmetic, Box<(Amount, Amount)>),
    Power(Box<(Amount, Amount)>),
    Min(Box<[Amount]>),
    Max(Box<[Amount]>),
    Round(Rounding, Box<(Amount, Amount)>),
    Inexact(Inexact, Box<(Amount, Amount)>, u32),
    If(Box<(Condition, Amount, Amount)>),
    Table(Box<Table<Amount>>),
    Graduated(Box<(Amount, Tiers)>),
    Sum(Box<Items<Amount>>),
    Pick(Box<Picked>),
    Loop(Box<Loop>),
    Price(Box<Priced>),
}

/// An expression that is true or false.
#[derive(Debug)]
pub(crate) enum Condition {
    Constant(bool),
    Setting(Slot),
    Field(Box<Field>),
    Let(usize),
    Compare(Comparison, Box<(Amount, Amount)>),
    Same(Box<(Word, Word)>),
    Not(Box<Condition>),
    /// Whether it is true of one of the items.
    Any(Box<Items<Condition>>),
    Both(Box<(Condition, Condition)>),
    Either(Box<(Condition, Condition)>),
    If(Box<(Condition, Condition, Condition)>),
}

/// An expression that yields a word.
#[derive(Debug)]
pub(crate) enum Word {
    Constant(Symbol),
    NotOffered,
    Setting(Slot),
    Field(Box<Field>),
    Let(usize),
    If(Box<(Condition, Word, Word)>),
    Table(Box<Table<Word>>),
}

/// A named value, of whichever type it has.
#[derive(Debug)]
pub(crate) enum Named {
    Amount(Amount),
    Condition(Condition),
    Word(Word),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The functions that cannot be exact; each says to how many places it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inexact {
    Power,
    Exponential,
    Logarithm,
    Root,
}

/// A table of expressions: which name it is keyed by, and what each of its values leads to.
#[derive(Debug)]
pub(crate) struct Table<T> {
    /// The name as the book writes it, for messages.
    pub(crate) by: Box<str>,
    /// The keys of what is offered, as the book writes them, for messages.
    pub(crate) keys: Box<[Box<str>]>,
    pub(crate) key: Key,
    pub(crate) cells: Box<[T]>,
    /// The place of the cell for all that no key names.
    pub(crate) otherwise: Option<usize>,
}

/// How a table finds its cell. The numbers beside the keys are places among the cells.
#[derive(Debug)]
pub(crate) enum Key {
    /// Sorted by symbol.
    Word(Word, Box<[(Symbol, usize)]>),
    Flag(Condition, [Option<usize>; 2]),
    /// The number itself, or else the first band that holds it; bands are sorted by bound.
    Number(Amount, Box<[(Number, usize)]>, Box<[(Bound, usize)]>),
    /// The size itself, or else the cheapest of those that cover width and height, either way round.
    Cover(Amount, Amount, Box<[([Number; 2], usize)]>),
}

/// The upper end of a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) at: Number,
    pub(crate) inclusive: bool,
}

impl Bound {
    #[inline]
    pub(crate) fn holds(&self, number: Number) -> bool {
        if self.inclusive { number <= self.at } else { number < self.at }
    }
}

/// Marginal tiers: each prices only the units between its bound and the one before.
#[derive(Debug)]
pub(crate) struct Tiers {
    pub(crate) tiers: Box<[(Number, Amount)]>,
    pub(crate) beyond: Option<Amount>,
}

/// A field of the item that an enclosing sum is at.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) local: usize,
    /// Empty for the item itself.
    pub(crate) name: Box<str>,
    /// Taken from the item before where this one does not have it.
    pub(crate) inherited: bool,
    /// What it is where no item has it.
    pub(crate) preset: Option<Preset>,
    pub(crate) words: Box<[(Value, Symbol)]>,
}

/// An expression for each item of a list, or for each that fulfils a condition.
#[derive(Debug)]
pub(crate) struct Items<T> {
    pub(crate) list: Slot,
    pub(crate) when: Option<Condition>,
    pub(crate) body: T,
}

/// One of the values that the items of a list have.
#[derive(Debug)]
pub(crate) struct Picked {
    pub(crate) pick: Pick,
    pub(crate) items: Items<Amount>,
    /// The value where there is no item.
    pub(crate) otherwise: Amount,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Pick {
    Least,
    Most,
    First,
}

#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) from: Amount,
    pub(crate) to: Amount,
    pub(crate) start: Amount,
    pub(crate) next: Amount,
}

/// What one output costs by another rule.
#[derive(Debug)]
pub(crate) struct Priced {
    pub(crate) steps: Box<[Step]>,
    pub(crate) step: Number,
    pub(crate) rounding: Rounding,
}

/// A compiled rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What the price becomes a multiple of.
    pub(crate) step: Number,
    pub(crate) rounding: Rounding,
    pub(crate) steps: Box<[Step]>,
    pub(crate) lets: Box<[Named]>,
    pub(crate) when: Option<Condition>,
    /// The condition as the book writes it, for people.
    pub(crate) condition: Option<Box<str>>,
    pub(crate) name: Box<str>,
    pub(crate) unit: Box<str>,
    pub(crate) exactness: Exactness,
    pub(crate) charge: Charging,
    pub(crate) note: Option<Box<str>>,
    /// The slots that the rule reads, a bit for each.
    pub(crate) reads: u64,
    /// The price grows evenly with the count: no formula asks for the count, and nothing bounds the price.
    pub(crate) even: bool,
    /// The most lines that a quote by this rule can have.
    pub(crate) lines_max: usize,
}

/// One step of a price: parts, factors, additions and bounds, in this order. Factors do not multiply the additions.
///
/// Where a step bounds or rounds what each output comes to, it and the steps before it are taken for one output, and
/// the count multiplies what comes of it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) parts: Box<[Part]>,
    pub(crate) factors: Box<[Factor]>,
    pub(crate) additions: Box<[Part]>,
    pub(crate) each: Option<Box<Each>>,
    pub(crate) minimum: Option<Box<Amount>>,
    pub(crate) maximum: Option<Box<Amount>>,
}

/// The bounds and the rounding of what one output comes to.
#[derive(Debug)]
pub(crate) struct Each {
    pub(crate) minimum: Option<Amount>,
    pub(crate) maximum: Option<Amount>,
    /// The step that it becomes a multiple of, and which way.
    pub(crate) round: Option<(Number, Rounding)>,
}

/// A quantity at a rate.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) what: Box<str>,
    pub(crate) unit: Box<str>,
    pub(crate) when: Option<Condition>,
    pub(crate) quantity: Quantity,
    pub(crate) rate: Amount,
}

/// How much of a unit there is in a request.
#[derive(Debug)]
pub(crate) enum Quantity {
    /// One, whatever the count.
    Call,
    /// One for each output.
    Output,
    /// So many for each output.
    PerOutput(Amount),
    /// So many in all: the formula counts the outputs itself.
    Whole(Amount),
}

/// A factor on what the parts before it add up to.
#[derive(Debug)]
pub(crate) struct Factor {
    pub(crate) what: Box<str>,
    pub(crate) when: Option<Condition>,
    pub(crate) by: Amount,
}

/// A setting or a fact that an offer takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Input {
    pub(crate) name: Box<str>,
    pub(crate) fact: bool,
    pub(crate) kind: InputKind,
    pub(crate) preset: Option<Preset>,
    /// The preset as the book writes it, for messages.
    pub(crate) default: Option<Value>,
    pub(crate) measured: bool,
    pub(crate) unit: Option<Box<str>>,
    pub(crate) note: Option<Box<str>>,
}

/// What an input may be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InputKind {
    Choice(Box<[(Value, Symbol)]>),
    /// Any text.
    Text,
    Number {
        min: Number,
        max: Number,
        /// The range was stated, so that its end is a bound for what is not yet known.
        bounded: bool,
        step: Option<Number>,
        only: Box<[Number]>,
    },
    Flag,
    List {
        item: Box<Input>,
        max: usize,
    },
    Record(Box<[Input]>),
}

/// What an input is when a request leaves it out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Preset {
    Number(Number),
    Word(Symbol),
    Flag(bool),
}

/// What one request says of an input; small, as a request that is resolved keeps one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// Left out: the preset holds.
    Preset,
    /// Left out and known only after the work: the most that it can be.
    Most,
    /// Left out although the work is over: a price that depends on it is refused.
    Unmeasured,
    /// A text, and its place among the values of a choice.
    Word(Symbol, u16),
    Flag(bool),
    /// The place of the value among the request's settings or facts.
    Given(u32),
}
