//! Where a price may bend: the numbers at which tables and conditions change, led back to what a request says.

use super::reach::at_default;
use crate::{
    number::Number,
    pricing::{
        edition::Slice,
        program::{
            Amount, Arithmetic, Condition, Fill, Items, Key, Named, Part, Quantity, Rule, Slot, Step, Symbol, Table,
            Tiers, Word,
        },
    },
    request::GenerationRequest,
};

/// How far the numbers of one rule are led back, in steps: named values that use one another go on for long.
const STEPS_MAX: u32 = 4_096;

/// What the rules of a slice compare its inputs with.
#[derive(Debug, Default)]
pub(super) struct Points {
    pub(super) numbers: Vec<(Slot, Number)>,
    pub(super) counts: Vec<Number>,
    pub(super) words: Vec<(Slot, Symbol)>,
    /// What fields of items are compared with; an item that is no record has no name.
    pub(super) fields: Vec<(Box<str>, Number)>,
}

impl Points {
    pub(super) fn of(slice: &Slice) -> Self {
        let mut points = Self::default();
        let Some(first) = slice.rules.first() else { return points };
        if let Ok(anyone) = GenerationRequest::new(&first.unit, &first.unit) {
            let fills: Vec<Fill> = slice.inputs.iter().map(at_default).collect();
            for rule in &slice.rules {
                Reader { points: &mut points, slice, rule, anyone: &anyone, fills: &fills, left: STEPS_MAX }.rule();
            }
        }
        points
    }
}

/// Reads the expressions of a rule.
pub(super) struct Reader<'p> {
    pub(super) points: &'p mut Points,
    pub(super) slice: &'p Slice,
    pub(super) rule: &'p Rule,
    pub(super) anyone: &'p GenerationRequest,
    pub(super) fills: &'p [Fill],
    /// How many more steps it may take.
    pub(super) left: u32,
}

impl<'p> Reader<'p> {
    fn rule(&mut self) {
        let rule = self.rule;
        rule.when.iter().for_each(|when| self.condition(when));
        self.steps(&rule.steps);
        for named in &rule.lets {
            match named {
                Named::Amount(amount) => self.amount(amount),
                Named::Condition(condition) => self.condition(condition),
                Named::Word(word) => self.word(word),
            }
        }
    }

    fn steps(&mut self, steps: &'p [Step]) {
        for (at, step) in steps.iter().enumerate() {
            step.parts.iter().chain(&step.additions).for_each(|part| self.part(part));
            for factor in &step.factors {
                factor.when.iter().for_each(|when| self.condition(when));
                self.amount(&factor.by);
            }
            let each = step.each.iter().flat_map(|each| each.minimum.iter().chain(&each.maximum));
            let bounds = step.minimum.iter().chain(&step.maximum).map(AsRef::as_ref);
            for bound in each.chain(bounds) {
                self.amount(bound);
                if let Some(bound) = self.at_defaults(bound) {
                    self.bounded(steps.get(..=at).unwrap_or_default(), bound);
                }
            }
        }
    }

    fn part(&mut self, part: &'p Part) {
        part.when.iter().for_each(|when| self.condition(when));
        if let Quantity::PerOutput(amount) | Quantity::Whole(amount) = &part.quantity {
            self.amount(amount);
        }
        self.amount(&part.rate);
    }

    fn amount(&mut self, amount: &'p Amount) {
        match amount {
            Amount::Negate(inner) => self.amount(inner),
            // Below 0, there is no price.
            Amount::Arithmetic(Arithmetic::Subtract, sides) => {
                self.both(sides);
                self.meet(&sides.0, &sides.1);
            }
            Amount::Arithmetic(_, sides)
            | Amount::Power(sides)
            | Amount::Round(_, sides)
            | Amount::Inexact(_, sides, _) => self.both(sides),
            Amount::Min(amounts) | Amount::Max(amounts) => {
                amounts.iter().for_each(|amount| self.amount(amount));
                for (one, other) in amounts.iter().zip(amounts.iter().skip(1)) {
                    self.meet(one, other);
                }
            }
            Amount::If(branches) => {
                self.condition(&branches.0);
                self.amount(&branches.1);
                self.amount(&branches.2);
            }
            Amount::Table(table) => {
                self.key(table);
                table.cells.iter().for_each(|cell| self.amount(cell));
            }
            Amount::Graduated(graduated) => self.tiers(&graduated.0, &graduated.1),
            Amount::Sum(items) => self.items(items, Self::amount),
            Amount::Pick(picked) => {
                self.items(&picked.items, Self::amount);
                self.amount(&picked.otherwise);
            }
            Amount::Loop(rounds) => {
                for each in [&rounds.from, &rounds.to, &rounds.start, &rounds.next] {
                    self.amount(each);
                }
            }
            Amount::Price(priced) => self.steps(&priced.steps),
            // A leaf, or a named value, which is read by itself.
            _ => {}
        }
    }

    fn both(&mut self, (left, right): &'p (Amount, Amount)) {
        self.amount(left);
        self.amount(right);
    }

    fn condition(&mut self, condition: &'p Condition) {
        match condition {
            Condition::Compare(_, sides) => {
                self.both(sides);
                self.meet(&sides.0, &sides.1);
            }
            Condition::Same(sides) => {
                self.word(&sides.0);
                self.word(&sides.1);
                if let (Word::Setting(slot), Word::Constant(symbol)) | (Word::Constant(symbol), Word::Setting(slot)) =
                    (&sides.0, &sides.1)
                {
                    self.points.words.push((*slot, *symbol));
                }
            }
            Condition::Not(inner) => self.condition(inner),
            Condition::Any(items) => self.items(items, Self::condition),
            Condition::Both(sides) | Condition::Either(sides) => {
                self.condition(&sides.0);
                self.condition(&sides.1);
            }
            Condition::If(branches) => {
                self.condition(&branches.0);
                self.condition(&branches.1);
                self.condition(&branches.2);
            }
            Condition::Constant(_) | Condition::Setting(_) | Condition::Field(_) | Condition::Let(_) => {}
        }
    }

    fn word(&mut self, word: &'p Word) {
        match word {
            Word::If(branches) => {
                self.condition(&branches.0);
                self.word(&branches.1);
                self.word(&branches.2);
            }
            Word::Table(table) => {
                self.key(table);
                table.cells.iter().for_each(|cell| self.word(cell));
            }
            Word::Constant(_) | Word::NotOffered | Word::Setting(_) | Word::Field(_) | Word::Let(_) => {}
        }
    }

    fn items<T>(&mut self, items: &'p Items<T>, body: fn(&mut Self, &'p T)) {
        items.when.iter().for_each(|when| self.condition(when));
        body(self, &items.body);
    }

    fn tiers(&mut self, quantity: &'p Amount, tiers: &'p Tiers) {
        self.amount(quantity);
        for (bound, rate) in &tiers.tiers {
            self.reach(quantity, *bound);
            self.amount(rate);
        }
        tiers.beyond.iter().for_each(|rate| self.amount(rate));
    }

    fn key<T>(&mut self, table: &'p Table<T>) {
        match &table.key {
            Key::Word(word, cells) => {
                self.word(word);
                if let Word::Setting(slot) = word {
                    self.points.words.extend(cells.iter().map(|(symbol, _)| (*slot, *symbol)));
                }
            }
            Key::Flag(condition, _) => self.condition(condition),
            Key::Number(amount, exact, bands) => {
                self.amount(amount);
                exact.iter().for_each(|(at, _)| self.reach(amount, *at));
                bands.iter().for_each(|(bound, _)| self.reach(amount, bound.at));
            }
            Key::Cover(width, height, sizes) => {
                for at in sizes.iter().flat_map(|(size, _)| size) {
                    self.reach(width, *at);
                    self.reach(height, *at);
                }
            }
        }
    }
}
