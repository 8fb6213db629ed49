//! Where a price may bend: the numbers at which tables and conditions change, led back to what a request says.

use crate::{
    number::Number,
    pricing::{
        edition::Slice,
        evaluate::Scene,
        program::{
            Amount, Arithmetic, Condition, Fill, Input, InputKind, Items, Key, Named, Part, Quantity, Rule, Slot, Step,
            Symbol, Table, Tiers, Word,
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
struct Reader<'p> {
    points: &'p mut Points,
    slice: &'p Slice,
    rule: &'p Rule,
    anyone: &'p GenerationRequest,
    fills: &'p [Fill],
    /// How many more steps it may take.
    left: u32,
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

    /// Where one of the parts alone comes to a bound of the price, with all factors on it.
    fn bounded(&mut self, steps: &[Step], bound: Number) {
        let mut by = Number::ONE;
        for step in steps.iter().rev() {
            step.additions.iter().for_each(|part| self.comes_to(part, by, bound));
            for factor in &step.factors {
                let applies = factor.when.as_ref().is_none_or(|when| self.holds_at_defaults(when));
                let more = self.at_defaults(&factor.by).filter(|_| applies).unwrap_or(Number::ONE);
                by = by.checked_mul(more).unwrap_or(by);
            }
            step.parts.iter().for_each(|part| self.comes_to(part, by, bound));
        }
    }

    fn comes_to(&mut self, part: &Part, by: Number, bound: Number) {
        let rate = self.at_defaults(&part.rate).and_then(|rate| rate.checked_mul(by));
        let Some(quantity) = rate.and_then(|rate| bound.checked_div(rate)) else { return };
        match &part.quantity {
            Quantity::Call => {}
            Quantity::Output => self.points.counts.push(quantity),
            Quantity::Whole(amount) => self.reach(amount, quantity),
            Quantity::PerOutput(amount) => {
                self.reach(amount, quantity);
                let each = self.at_defaults(amount);
                self.points.counts.extend(each.and_then(|each| quantity.checked_div(each)));
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

    /// Where two amounts are equal.
    fn meet(&mut self, one: &Amount, other: &Amount) {
        if let Some(at) = self.at_defaults(other) {
            self.reach(one, at);
        }
        if let Some(at) = self.at_defaults(one) {
            self.reach(other, at);
        }
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

    /// What a request must say for an amount to be this much, with one thing set at a time.
    fn reach(&mut self, amount: &Amount, at: Number) {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            let _ = self.reached(amount, at);
        }
    }

    fn reached(&mut self, amount: &Amount, at: Number) -> Option<()> {
        match amount {
            Amount::Setting(slot) => self.points.numbers.push((*slot, at)),
            Amount::Count => self.points.counts.push(at),
            Amount::Let(named) => match self.rule.lets.get(*named) {
                Some(Named::Amount(amount)) => self.reach(amount, at),
                _ => return None,
            },
            Amount::Negate(inner) => self.reach(inner, at.checked_neg()?),
            Amount::Round(_, sides) => self.reach(&sides.0, at),
            Amount::Min(amounts) | Amount::Max(amounts) => amounts.iter().for_each(|amount| self.reach(amount, at)),
            Amount::Arithmetic(operator, sides) => {
                let (left, right) = (self.at_defaults(&sides.0), self.at_defaults(&sides.1));
                if let Some(at) = right.and_then(|right| left_of(*operator, at, right)) {
                    self.reach(&sides.0, at);
                }
                if let Some(at) = left.and_then(|left| right_of(*operator, at, left)) {
                    self.reach(&sides.1, at);
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// What an amount is when nothing is set.
    fn at_defaults(&self, amount: &Amount) -> Option<Number> {
        self.scene().amount(amount).ok()
    }

    fn holds_at_defaults(&self, condition: &Condition) -> bool {
        self.scene().condition(condition).unwrap_or(false)
    }

    fn scene(&self) -> Scene<'p, 'p> {
        let Self { slice, rule, anyone, fills, .. } = *self;
        Scene { request: anyone, count: 1, inputs: &slice.inputs, fills, lets: &rule.lets, local: None }
    }
}

/// What an input is when nothing is set; where it has no default, the most or the first that it may be.
fn at_default(input: &Input) -> Fill {
    match &input.kind {
        _ if input.preset.is_some() => Fill::Preset,
        InputKind::Number { .. } => Fill::Most,
        InputKind::Flag => Fill::Flag(false),
        InputKind::Choice(values) => values.first().map_or(Fill::Preset, |(_, symbol)| Fill::Word(*symbol, 0)),
        InputKind::Text | InputKind::List { .. } | InputKind::Record(_) => Fill::Preset,
    }
}

/// What stands on the left, given what comes out and what stands on the right.
fn left_of(operator: Arithmetic, out: Number, right: Number) -> Option<Number> {
    match operator {
        Arithmetic::Add => out.checked_sub(right),
        Arithmetic::Subtract => out.checked_add(right),
        Arithmetic::Multiply => out.checked_div(right),
        Arithmetic::Divide => out.checked_mul(right),
    }
}

/// What stands on the right, given what comes out and what stands on the left.
fn right_of(operator: Arithmetic, out: Number, left: Number) -> Option<Number> {
    match operator {
        Arithmetic::Add => out.checked_sub(left),
        Arithmetic::Subtract => left.checked_sub(out),
        Arithmetic::Multiply => out.checked_div(left),
        Arithmetic::Divide => left.checked_div(out),
    }
}
