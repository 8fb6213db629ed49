//! Compiles rules: from what a book writes to steps that only need to be evaluated.

use super::{
    leaf::{self, Leaf},
    scope::{Let, Scope},
};
use crate::{
    diagnostic::quoted,
    number::Number,
    pricing::{
        book::{self, Addition, Cell, Price, PriceKind, Span},
        program::{Amount, Arithmetic, Comparison, Condition, Each, Factor, Named, Part, Quantity, Rule, Step, Tiers},
    },
};

/// A fault that has been told already.
struct Told;

/// A table keyed by the part's own quantity: the band that holds it prices all of it.
pub(super) const VOLUME: &str = "volume";
/// A table keyed by the part's own quantity: each band prices only its own units.
pub(super) const GRADUATED: &str = "graduated";

impl Scope<'_> {
    /// The rule at hand.
    pub(crate) fn rule(&mut self) -> Option<Rule> {
        let leaf = self.leaf;
        let when = self.all_of(&leaf.conditions);
        let steps = self.steps(leaf);
        let bounded = |step: &leaf::Step| step.minimum.is_some() || step.maximum.is_some();
        let even = !self.counts && !leaf.steps.iter().any(bounded);
        let (reads, exactness) = (self.reads, self.exactness);
        // A fault in a value that no price uses is still a fault of the book.
        for (name, price) in &leaf.lets {
            self.meaning(name, price.span);
        }
        self.bounded();
        let steps = steps?;
        let lets: Option<Vec<_>> = std::mem::take(&mut self.lets).into_iter().map(Let::into_named).collect();
        let lines = steps.iter().map(|step| {
            let parts = step.parts.len().saturating_add(step.additions.len());
            let bounds = if step.each.is_some() { 6 } else { 2 };
            parts.saturating_add(step.factors.len()).saturating_add(bounds)
        });
        Some(Rule {
            name: leaf.name.clone(),
            unit: leaf.unit.clone(),
            when: when.ok()?,
            condition: leaf.condition().map(Into::into),
            lets: lets?.into(),
            reads,
            even,
            lines_max: lines.fold(1, usize::saturating_add),
            steps,
            step: Number::from_decimal(leaf.round.step),
            rounding: leaf.round.direction,
            exactness: leaf.exactness.max(exactness),
            charge: leaf.charge,
            note: leaf.note.clone(),
        })
    }

    /// All conditions together; none where there is none.
    fn all_of(&mut self, conditions: &[book::Condition]) -> Result<Option<Condition>, Told> {
        let mut all = None;
        for condition in conditions {
            let next = self.condition_of(&condition.formula, condition.span).ok_or(Told)?;
            all = Some(match all {
                None => next,
                Some(before) => Condition::Both(Box::new((before, next))),
            });
        }
        Ok(all)
    }

    pub(crate) fn steps(&mut self, leaf: &Leaf) -> Option<Box<[Step]>> {
        let mut steps = Vec::new();
        for (at, step) in leaf.steps.iter().enumerate() {
            let of_one = leaf.steps.get(at..).unwrap_or_default().iter().any(|step| !step.each.says_nothing());
            let before = std::mem::replace(&mut self.counts, false);
            let paid_in = std::mem::replace(&mut self.paid_in, step.unit.clone());
            let compiled = self.step(leaf, step);
            self.paid_in = paid_in;
            if of_one && let Some(compiled) = &compiled {
                self.of_one_output(compiled, step);
            }
            self.counts |= before;
            steps.push(compiled);
        }
        steps.into_iter().collect()
    }

    /// What `each` bounds or rounds must be the price of one output.
    fn of_one_output(&mut self, step: &Step, source: &leaf::Step) {
        let units = source.per.iter().chain(source.plus.iter().flat_map(|addition| &addition.per));
        for (part, (unit, price)) in step.parts.iter().chain(&step.additions).zip(units) {
            if let Quantity::Call | Quantity::Whole(_) = part.quantity {
                let message = format!("`each` is for what one output comes to; `per.{unit}` is for the whole request");
                self.faults.say(price.key_span, message);
            }
        }
        if self.counts {
            self.faults.say(self.leaf.span, "a price with `each` is that of one output, whatever the `count`");
        }
    }

    fn each(&mut self, each: &book::Each) -> Result<Option<Box<Each>>, Told> {
        if each.says_nothing() {
            return Ok(None);
        }
        let (minimum, maximum) = (self.bound(each.minimum.as_ref()), self.bound(each.maximum.as_ref()));
        let round = each.round.map(|round| (Number::from_decimal(round.step), round.direction));
        Ok(Some(Box::new(Each { minimum: minimum?, maximum: maximum?, round })))
    }

    fn step(&mut self, leaf: &Leaf, step: &leaf::Step) -> Option<Step> {
        let parts: Vec<_> = step.per.iter().map(|(unit, price)| self.part(&leaf.name, &[], unit, price)).collect();
        let factors: Vec<_> = step.times.iter().map(|factor| self.factor(factor)).collect();
        let additions: Vec<_> = step.plus.iter().flat_map(|addition| self.addition(addition)).collect();
        let each = self.each(&step.each);
        let minimum = self.bound(step.minimum.as_ref());
        let maximum = self.bound(step.maximum.as_ref());
        Some(Step {
            parts: parts.into_iter().collect::<Option<_>>()?,
            factors: factors.into_iter().collect::<Option<_>>()?,
            additions: additions.into_iter().collect::<Option<_>>()?,
            each: each.ok()?,
            minimum: minimum.ok()?.map(Box::new),
            maximum: maximum.ok()?.map(Box::new),
        })
    }

    fn bound(&mut self, price: Option<&Price>) -> Result<Option<Amount>, Told> {
        let Some(price) = price else { return Ok(None) };
        self.no_sentinels(price);
        self.not_free(price);
        self.amount_of(price).map(Some).ok_or(Told)
    }

    fn factor(&mut self, factor: &book::Factor) -> Option<Factor> {
        self.no_sentinels(&factor.by);
        self.not_free(&factor.by);
        let when = self.all_of(factor.when.as_slice());
        let by = self.amount_of(&factor.by)?;
        Some(Factor { what: factor.what.clone(), when: when.ok()?, by })
    }

    fn addition(&mut self, addition: &Addition) -> Vec<Option<Part>> {
        let parts = addition.per.iter();
        parts.map(|(unit, price)| self.part(&addition.what, addition.when.as_slice(), unit, price)).collect()
    }

    fn part(&mut self, what: &str, when: &[book::Condition], unit: &str, price: &Price) -> Option<Part> {
        self.no_sentinels(price);
        let when = self.all_of(when);
        let outer = self.unit.replace(unit.into());
        let rate = self.amount_of(price);
        self.unit = outer;
        if let (Some(Amount::Constant(number)), PriceKind::Formula(text)) = (&rate, &price.kind)
            && (number.is_zero() || number.is_negative())
            && Number::parse(text.trim()).is_err()
            // In a rule that is referred to, it may be a default.
            && self.turn == 0
        {
            let message = format!("a price of {number}, as {} comes to, is none", quoted(text));
            self.faults.add(price.span, message, Some("a price of nothing is written `free`"));
        }
        let quantity = self.quantity(unit, price.key_span)?;
        Some(Part { what: what.into(), unit: unit.into(), when: when.ok()?, quantity, rate: rate? })
    }

    /// How much of a unit there is in a request.
    fn quantity(&mut self, unit: &str, span: Span) -> Option<Quantity> {
        match unit {
            "output" => return Some(Quantity::Output),
            "call" => return Some(Quantity::Call),
            _ => {}
        }
        if self.let_price(unit).is_some() {
            let before = std::mem::replace(&mut self.counts, false);
            let named = self.name(unit, span)?;
            let amount = self.as_amount(named, span)?;
            let whole = self.counts;
            self.counts |= before;
            return Some(if whole { Quantity::Whole(amount) } else { Quantity::PerOutput(amount) });
        }
        let counted = self.counted_in(unit, span)?;
        let named = self.name(&counted, span)?;
        self.as_amount(named, span).map(Quantity::PerOutput)
    }

    /// The whole quantity of a unit as an expression, for rates that depend on it.
    fn whole(&mut self, unit: &str, span: Span) -> Option<Amount> {
        self.counts = true;
        Some(match self.quantity(unit, span)? {
            Quantity::Call => Amount::Constant(Number::ONE),
            Quantity::Output => Amount::Count,
            Quantity::Whole(amount) => amount,
            Quantity::PerOutput(amount) => Amount::Arithmetic(Arithmetic::Multiply, Box::new((amount, Amount::Count))),
        })
    }

    pub(super) fn by_volume(&mut self, unit: &str, cells: &[Cell], price: &Price) -> Option<Named> {
        let quantity = self.whole(unit, price.key_span)?;
        self.table_by_number(VOLUME, quantity, cells, price.span)
    }

    /// The average rate over the tiers, so that quantity times rate is what the tiers add up to.
    pub(super) fn graduated_rate(&mut self, unit: &str, cells: &[Cell], price: &Price) -> Option<Amount> {
        let span = price.key_span;
        let (quantity, divisor, tested) = (self.whole(unit, span)?, self.whole(unit, span)?, self.whole(unit, span)?);
        let (mut tiers, mut beyond) = (Vec::new(), None);
        for cell in cells {
            let rate = self.amount_of(&cell.price)?;
            match cell.key.strip_prefix("<=").map(|bound| Number::parse(bound.trim())) {
                Some(Ok(bound)) => tiers.push((bound, rate)),
                _ if &*cell.key == "else" => beyond = Some(rate),
                _ => {
                    let message = format!("{} is no tier; tiers are written `<= 5000` and `else`", quoted(&cell.key));
                    self.faults.say(cell.key_span, message);
                    return None;
                }
            }
        }
        tiers.sort_by_key(|(bound, _)| *bound);
        let rise = tiers.iter().zip(tiers.iter().skip(1)).all(|((one, _), (next, _))| one < next);
        if !rise || tiers.first().is_some_and(|(bound, _)| bound.is_negative()) {
            self.faults.say(price.span, "the bounds of tiers are above 0, each once");
        }
        let graduated = Amount::Graduated(Box::new((quantity, Tiers { tiers: tiers.into(), beyond })));
        let zero = || Amount::Constant(Number::ZERO);
        let average = Amount::Arithmetic(Arithmetic::Divide, Box::new((graduated, divisor)));
        let nothing = Condition::Compare(Comparison::Equal, Box::new((tested, zero())));
        Some(Amount::If(Box::new((nothing, zero(), average))))
    }

    /// A factor or a bound is a number.
    fn not_free(&mut self, price: &Price) {
        if price.kind == PriceKind::Free {
            self.faults.say(price.span, "a factor or a bound is a number, never `free`");
        }
    }

    /// A literal price below nought is no price, and a literal nought is more likely a slip than a gift.
    fn no_sentinels(&mut self, price: &Price) {
        match &price.kind {
            PriceKind::Formula(text) => {
                if let Ok(number) = Number::parse(text.trim()) {
                    if number.is_negative() {
                        let message = format!("a price of {} is below 0", quoted(text));
                        self.faults.say(price.span, message);
                    } else if number.is_zero() {
                        let hint = "a price of nothing is written `free`";
                        self.faults.add(price.span, "a price of 0 may be a slip", Some(hint));
                    }
                }
            }
            PriceKind::Table { cells, .. } => cells.iter().for_each(|cell| self.no_sentinels(&cell.price)),
            PriceKind::Free | PriceKind::NotOffered => {}
        }
    }
}
