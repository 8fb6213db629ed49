//! Makes formulas that are true or false.

use super::{
    Maker,
    formula::{binary, literal, name},
    setting::GRID,
    view::{Local, View, text},
};
use crate::oracle::tree::{Formula, Sign};

const COMPARISONS: [Sign; 6] = [Sign::Equal, Sign::Unequal, Sign::Less, Sign::AtMost, Sign::Greater, Sign::AtLeast];

impl Maker {
    pub(super) fn condition(&mut self, view: &View, depth: u32) -> Formula {
        let next = depth.saturating_sub(1);
        match self.chance.below(if depth == 0 { 6 } else { 14 }) {
            0 | 1 => self.flag(view),
            2 | 3 => {
                let sign = *self.chance.pick(&COMPARISONS);
                binary(sign, self.number_name(view), literal(self.chance.text(&GRID)))
            }
            4 | 5 => self.same(view),
            6 => Formula::Not(Box::new(self.condition(view, next))),
            7 => binary(Sign::And, self.condition(view, next), self.condition(view, next)),
            8 => binary(Sign::Or, self.condition(view, next), self.condition(view, next)),
            9 => {
                let several = self.chance.between(1, 3);
                Formula::Call("any", (0..several).map(|_| self.condition(view, next)).collect())
            }
            10 => {
                let sign = *self.chance.pick(&[Sign::Equal, Sign::Unequal]);
                binary(sign, self.condition(view, next), self.condition(view, next))
            }
            13 => {
                let kind = self.chance.text(&["any", "all"]);
                self.fold(view, next, kind).unwrap_or_else(|| self.flag(view))
            }
            11 => {
                let parts = [0; 3].map(|_| self.condition(view, next));
                Formula::If(Box::new(parts))
            }
            _ => {
                let sign = *self.chance.pick(&COMPARISONS);
                binary(sign, self.number(view, next.min(1)), self.number(view, next.min(1)))
            }
        }
    }

    fn flag(&mut self, view: &View) -> Formula {
        let local = view.locals.iter().find_map(|local| match local {
            Local::Record(item, _) => Some(Formula::Field(item.clone(), "boost".to_owned())),
            Local::Flag(item) => Some(name(item)),
            Local::Number(_) | Local::Word(..) => None,
        });
        match local.filter(|_| self.chance.percent(40)) {
            Some(local) => local,
            None if self.chance.percent(5) => Formula::Flag(self.chance.percent(50)),
            None => self.flag_name(view).unwrap_or(Formula::Flag(true)),
        }
    }

    /// Whether something is one of some texts or numbers.
    fn same(&mut self, view: &View) -> Formula {
        let local = view.locals.iter().find_map(|local| match local {
            Local::Record(item, fields) => {
                let kinds = fields[0].1.values.iter().map(text).collect();
                Some((Formula::Field(item.clone(), "kind".to_owned()), kinds))
            }
            Local::Word(item, texts) => Some((name(item), texts.clone())),
            Local::Number(_) | Local::Flag(_) => None,
        });
        if let Some((word, texts)) = local.filter(|_| self.chance.percent(40)) {
            return self.one_of(word, &texts);
        }
        if view.words.is_empty() || self.chance.percent(15) {
            let numbers = self.chance.some_of(40, &GRID);
            let numbers = if numbers.is_empty() { vec!["5"] } else { numbers };
            return Formula::In(Box::new(self.number_name_by_itself(view)), numbers.into_iter().map(literal).collect());
        }
        let (word, texts) = self.chance.pick(&view.words).clone();
        let (other, _) = self.chance.pick(&view.words).clone();
        if other != word && self.chance.percent(10) {
            return binary(Sign::Equal, name(&word), name(&other));
        }
        self.one_of(name(&word), &texts)
    }

    /// A name of a number, or a field, as must stand before `in`.
    fn number_name_by_itself(&mut self, view: &View) -> Formula {
        match self.number_name(view) {
            formula @ (Formula::Name(_) | Formula::Field(..)) => formula,
            _ => name("width"),
        }
    }

    fn one_of(&mut self, one: Formula, texts: &[String]) -> Formula {
        let text = |maker: &mut Self| Formula::Text(maker.chance.pick(texts).clone());
        match self.chance.below(4) {
            0 => {
                let several = self.chance.between(1, 3);
                Formula::In(Box::new(one), (0..several).map(|_| text(self)).collect())
            }
            1 => binary(Sign::Unequal, one, text(self)),
            2 if self.chance.percent(30) => binary(Sign::Equal, text(self), one),
            _ => binary(Sign::Equal, one, text(self)),
        }
    }

    /// A formula that comes to one of some texts.
    pub(super) fn word(&mut self, view: &View, texts: &[&str], depth: u32) -> Formula {
        let own = Formula::Text(self.text(texts));
        if depth == 0 || self.chance.percent(20) {
            return own;
        }
        Formula::If(Box::new([self.condition(view, 1), own, self.word(view, texts, depth - 1)]))
    }
}
