//! What a rule comes to, step by step: parts, factors, additions, bounds.

use super::{
    count::counts_twice,
    mentions::names_in,
    possible::Possible,
    range::Range,
    reckoning::Reckoning,
    study::{ALWAYS, NEVER, Role, Study, Text},
};
use crate::{
    credits::Credits,
    diagnostic::quoted,
    number::Number,
    pricing::{
        book::{Addition, Condition, Factor, Price, PriceKind, Setting},
        program::Arithmetic,
    },
};

impl<'b> Study<'b, '_> {
    /// The rule at hand, for the requests that come to it.
    pub(crate) fn rule(&mut self) {
        let total = self.total();
        let most = Number::nano(Credits::MAX.nanos());
        if let Some(high) = total.high().filter(|high| high.at > most) {
            let message = format!("the price of one output may be {}; amounts go up to {most}", high.at);
            let hint = "narrow what it is made of, or set a `maximum`".to_owned();
            self.doubt(self.leaf.span, "too large", message, hint);
        }
    }

    /// What the steps of the rule at hand come to for one output.
    pub(crate) fn total(&mut self) -> Range {
        let leaf = self.leaf;
        let mut total = Range::exactly(Number::ZERO);
        for step in &leaf.steps {
            for (unit, price) in &step.per {
                let part = self.part(unit, price);
                total = Reckoning::default().arithmetic(Arithmetic::Add, &total, &part);
                if total.is_empty() {
                    // No request comes to what follows.
                    return total;
                }
            }
            for factor in &step.times {
                total = self.factor(factor, &total);
            }
            for addition in &step.plus {
                total = self.addition(addition, &total);
            }
            total = self.bounded(step.each.minimum.as_ref(), step.each.maximum.as_ref(), &total);
            total = self.bounded(step.minimum.as_ref(), step.maximum.as_ref(), &total);
        }
        total
    }

    /// What a part comes to for one output.
    fn part(&mut self, unit: &'b str, price: &'b Price) -> Range {
        let outer = self.unit.replace(unit);
        let rate = self.priced(price, Role::Price).number();
        self.unit = outer;
        let quantity = self.quantity(unit);
        if quantity.may_be_negative() {
            let message = format!("the quantity of {} may be below 0: it is {}", quoted(unit), quantity.told());
            let hint = "give what it is counted by a `min` of 0, or guard it: `max(0, …)`".to_owned();
            self.doubt(price.key_span, "quantity", message, hint);
        }
        if unit != "call" && !self.counts(unit) && counts_twice(self, price) {
            let message = format!("`count` counts twice: `per.{unit}` is for each output already");
            self.doubt(price.span, "count", message, "write `per.call`, or leave `count` out".to_owned());
        }
        Reckoning::default().arithmetic(Arithmetic::Multiply, &quantity, &rate)
    }

    fn factor(&mut self, factor: &'b Factor, total: &Range) -> Range {
        let times = |study: &mut Self| {
            let by = study.priced(&factor.by, Role::Factor).number();
            Reckoning::default().arithmetic(Arithmetic::Multiply, total, &by)
        };
        self.where_true(factor.when.as_ref(), times, total)
    }

    fn addition(&mut self, addition: &'b Addition, total: &Range) -> Range {
        let plus = |study: &mut Self| {
            addition.per.iter().fold(total.clone(), |total, (unit, price)| {
                let part = study.part(unit, price);
                Reckoning::default().arithmetic(Arithmetic::Add, &total, &part)
            })
        };
        self.where_true(addition.when.as_ref(), plus, total)
    }

    /// What comes where a condition is true, or else what there was.
    fn where_true(
        &mut self,
        when: Option<&'b Condition>,
        then: impl FnOnce(&mut Self) -> Range,
        before: &Range,
    ) -> Range {
        let Some(condition) = when else { return then(self) };
        let Some(node) = self.parsed(&condition.formula) else { return before.clone() };
        let text = Text::from(condition);
        let truth = self.truth(&node, text);
        self.both_ways(condition.span, truth, ALWAYS, NEVER);
        let then = if truth.yes { self.assuming(&node, true, text, then) } else { None };
        match then {
            Some(then) if truth.no => then.or(before),
            Some(then) => then,
            None => before.clone(),
        }
    }

    fn bounded(&mut self, minimum: Option<&'b Price>, maximum: Option<&'b Price>, total: &Range) -> Range {
        let mut reckoning = Reckoning::default();
        let low = minimum.map(|minimum| self.priced(minimum, Role::Minimum).number());
        let high = maximum.map(|maximum| self.priced(maximum, Role::Maximum).number());
        if let (Some(minimum), Some(maximum), Some(low), Some(high)) = (minimum, maximum, &low, &high) {
            self.cross(minimum, maximum, low, high);
        }
        let raised = low.map_or(total.clone(), |low| reckoning.most(total, &low));
        high.map_or(raised.clone(), |high| reckoning.least(&raised, &high))
    }

    /// Whether the least is above the most.
    fn cross(&mut self, minimum: &'b Price, maximum: &'b Price, low: &Range, high: &Range) {
        let (Some(least), Some(most)) = (low.low(), high.high()) else { return };
        let always = least.at > most.at;
        let may = || low.high().zip(high.low()).is_some_and(|(low, high)| low.at > high.at);
        // What depends on the same may rise and fall together.
        let apart = |study: &mut Self| {
            let names = names_in(study, minimum);
            names_in(study, maximum).is_disjoint(&names)
        };
        if always || may() && apart(self) {
            let is = if always { "is" } else { "may be" };
            let (low, high) = (low.told(), high.told());
            let message = format!("the minimum {is} above the maximum: it is {low}, and the maximum {high}");
            self.doubt(minimum.span, "bounds", message, None);
        }
    }

    /// How much of a unit there is in one output.
    fn quantity(&mut self, unit: &str) -> Range {
        match unit {
            "output" | "call" => Range::exactly(Number::ONE),
            _ if self.let_price(unit).is_some() => self.name(unit).number(),
            _ => match self.counted_in(unit) {
                Some(name) => self.name(name).number(),
                None => Range::from_zero(),
            },
        }
    }

    /// How much of a unit there is in the whole request.
    pub(crate) fn whole(&mut self, unit: &str) -> Range {
        let quantity = self.quantity(unit);
        if unit == "call" || self.counts(unit) {
            return quantity;
        }
        let count = self.name("count").number();
        Reckoning::default().arithmetic(Arithmetic::Multiply, &quantity, &count)
    }

    /// Whether a unit is a named value that counts the outputs itself.
    fn counts(&mut self, unit: &str) -> bool {
        match self.let_price(unit) {
            Some((_, price)) => names_in(self, price).contains("count"),
            None => false,
        }
    }

    /// The setting or fact that is counted in a unit.
    pub(crate) fn counted_in(&self, unit: &str) -> Option<&'b str> {
        let (book, leaf) = (self.book, self.leaf);
        let wide = |name: &str| book.settings.iter().find(|(known, _)| &**known == name).map(|(_, setting)| setting);
        let unit_of = |name: &str, own: &'b Setting| own.unit.as_deref().or(wide(name)?.unit.as_deref());
        let own = leaf.settings.iter().find(|(name, own)| unit_of(name, own) == Some(unit));
        let of_book =
            || book.settings.iter().chain(&book.facts).find(|(_, setting)| setting.unit.as_deref() == Some(unit));
        own.or_else(of_book).map(|(name, _)| &**name)
    }

    /// A price that stands for something of its own: a rate, a factor, a bound.
    fn priced(&mut self, price: &'b Price, role: Role) -> Possible {
        let before = std::mem::replace(&mut self.role, role);
        let value = self.value_of_cell(price);
        self.role = before;
        value
    }

    /// What a named value comes to.
    pub(crate) fn value_of(&mut self, price: &'b Price) -> Possible {
        let unit = self.unit.take();
        let value = self.priced(price, Role::Value);
        self.unit = unit;
        value
    }

    /// A price within another one, which it stands for.
    pub(crate) fn value_of_cell(&mut self, price: &'b Price) -> Possible {
        match &price.kind {
            PriceKind::Free => Possible::Number(Range::exactly(Number::ZERO)),
            PriceKind::NotOffered => Possible::Number(Range::none()),
            PriceKind::Table { by, cells } => match (&**by, self.unit) {
                ("volume", Some(unit)) => self.by_quantity(unit, false, cells, price.span),
                ("graduated", Some(unit)) => self.by_quantity(unit, true, cells, price.span),
                _ => self.table(by, cells, price.span),
            },
            PriceKind::Formula(formula) => {
                if let Ok(number) = Number::parse(formula.trim()) {
                    return Possible::Number(Range::exactly(number));
                }
                let Some(node) = self.parsed(formula) else { return Possible::Unknown };
                let value = self.value(&node, Text { text: formula, span: price.span });
                if let Possible::Number(range) = &value
                    && let Some(what) = self.role.unsigned()
                    && range.may_be_negative()
                {
                    let is = if range.and(&Range::from_zero()).is_empty() { "is" } else { "may be" };
                    let message = format!("{what} {is} below 0: {} is {}", quoted(formula), range.told());
                    self.doubt(price.span, "negative", message, format!("guard it: `max(0, {formula})`"));
                }
                value
            }
        }
    }
}
