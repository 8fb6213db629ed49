//! Which names the trees of a rule mention: the settings that it takes, and whether a value counts the outputs.

use std::collections::BTreeSet;

use super::{
    known,
    shop::{Offer, Shop},
    tree::{Fold, Formula, Loop, Price, find},
};

/// All that an expression mentions, through the values that it names.
struct Mentions<'s, 'b> {
    shop: &'s Shop<'b>,
    offer: &'s Offer<'b>,
    names: BTreeSet<String>,
    /// How exact the rules are that are referred to.
    exactness: usize,
}

impl<'b> Shop<'b> {
    /// The settings that the rules of one model take: those that a price uses, and those that a rule names.
    pub(crate) fn taken(&self, offers: &[&Offer<'b>]) -> BTreeSet<String> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for offer in offers {
            taken.extend(offer.own_settings().map(str::to_owned));
            let mut mentions = self.mentions(offer);
            mentions.conditions();
            // What a rule names for itself belongs to its price.
            offer.own_lets().for_each(|name| mentions.name(name, &[]));
            taken.extend(mentions.names);
        }
        taken.retain(|name| {
            find(&self.book.settings, name).is_some() || offers.iter().any(|it| it.setting(name).is_some())
        });
        taken
    }

    /// All names that the price of a rule uses.
    pub(crate) fn mentioned(&self, offer: &Offer<'b>) -> BTreeSet<String> {
        self.mentions(offer).names
    }

    /// All names that a rule uses, in its price or to tell which requests it is for.
    pub(crate) fn read(&self, offer: &Offer<'b>) -> BTreeSet<String> {
        let mut mentions = self.mentions(offer);
        mentions.conditions();
        mentions.names
    }

    /// How exact a rule is, with all that it refers to.
    pub(crate) fn exactness(&self, offer: &Offer<'b>) -> usize {
        let mut mentions = self.mentions(offer);
        mentions.conditions();
        if !known::EXACTNESS_OF_WHAT_IS_NOT_USED {
            offer.own_lets().for_each(|name| mentions.name(name, &[]));
        }
        offer.exactness().max(mentions.exactness)
    }

    /// How exact a rule is that another one refers to.
    fn referred_exactness(&self, offer: &Offer<'b>) -> usize {
        offer.exactness().max(self.mentions(offer).exactness)
    }

    fn mentions<'s>(&'s self, offer: &'s Offer<'b>) -> Mentions<'s, 'b> {
        let mut mentions = Mentions { shop: self, offer, names: BTreeSet::new(), exactness: 0 };
        for rung in offer.rungs() {
            rung.per().into_iter().for_each(|(unit, price)| mentions.part(unit, price));
            for rule in rung.priced_by() {
                for factor in &rule.times {
                    factor.when.iter().for_each(|when| mentions.formula(when, &mut Vec::new()));
                    mentions.price(&factor.by);
                }
                for addition in &rule.plus {
                    addition.when.iter().for_each(|when| mentions.formula(when, &mut Vec::new()));
                    addition.per.iter().for_each(|(unit, price)| mentions.part(unit, price));
                }
            }
            let bounds = [
                rung.bound(|rule| rule.minimum.as_ref()),
                rung.bound(|rule| rule.maximum.as_ref()),
                rung.bound(|rule| rule.each.minimum.as_ref()),
                rung.bound(|rule| rule.each.maximum.as_ref()),
            ];
            bounds.into_iter().flatten().for_each(|price| mentions.price(price));
        }
        mentions
    }

    /// Whether a named value asks for the count.
    pub(crate) fn counts(&self, offer: &Offer<'b>, name: &str) -> bool {
        let mut mentions = Mentions { shop: self, offer, names: BTreeSet::new(), exactness: 0 };
        mentions.name(name, &[]);
        mentions.names.contains("count")
    }
}

impl Mentions<'_, '_> {
    fn conditions(&mut self) {
        let offer = self.offer;
        offer.conditions().for_each(|formula| self.formula(formula, &mut Vec::new()));
    }

    fn part(&mut self, unit: &str, price: &Price) {
        self.price(price);
        match unit {
            "output" | "call" => {}
            unit if self.shop.named_value(self.offer, unit).is_some() => self.name(unit, &[]),
            unit => self.name(&self.shop.counted_in(self.offer, unit), &[]),
        }
    }

    fn price(&mut self, price: &Price) {
        match price {
            Price::Formula(formula) => self.formula(formula, &mut Vec::new()),
            Price::Free | Price::NotOffered => {}
            Price::Table(by, cells) => {
                if !["volume", "graduated"].contains(&by.as_str()) {
                    by.split(" x ").for_each(|name| self.name(name, &[]));
                }
                cells.iter().for_each(|(_, price)| self.price(price));
            }
        }
    }

    /// A name, unless it is that of an enclosing fold or loop.
    fn name(&mut self, name: &str, locals: &[String]) {
        if locals.iter().any(|local| local == name) || !self.names.insert(name.to_owned()) {
            return;
        }
        if let Some(price) = self.shop.named_value(self.offer, name) {
            self.price(price);
        }
    }

    fn formula(&mut self, formula: &Formula, locals: &mut Vec<String>) {
        match formula {
            Formula::Number(_) | Formula::Text(_) | Formula::Flag(_) | Formula::Field(..) => {}
            Formula::Name(name) | Formula::Default(name) => self.name(name, locals),
            Formula::Negate(inner) | Formula::Not(inner) => self.formula(inner, locals),
            Formula::Binary(_, left, right) => {
                self.formula(left, locals);
                self.formula(right, locals);
            }
            Formula::In(one, several) => {
                self.formula(one, locals);
                several.iter().for_each(|formula| self.formula(formula, locals));
            }
            Formula::If(parts) => parts.iter().for_each(|part| self.formula(part, locals)),
            Formula::Call(_, values) => values.iter().for_each(|value| self.formula(value, locals)),
            Formula::Tiers { quantity, tiers, beyond, .. } => {
                self.formula(quantity, locals);
                tiers.iter().map(|(_, rate)| rate).chain(beyond.as_deref()).for_each(|rate| self.formula(rate, locals));
            }
            Formula::Fold(fold) => self.fold(fold, locals),
            Formula::Loop(rounds) => {
                let Loop { index, from, to, value, start, next } = &**rounds;
                [from, to, start].into_iter().for_each(|formula| self.formula(formula, locals));
                locals.extend([index.clone(), value.clone()]);
                self.formula(next, locals);
                locals.truncate(locals.len() - 2);
            }
            Formula::Price { studio, tool, model, stated } => {
                self.formula(model, locals);
                for model in self.models(studio, tool.as_deref(), model) {
                    let offer =
                        self.shop.referred(studio, tool.as_deref(), &model).expect("a rule that is referred to");
                    self.exactness = self.exactness.max(self.shop.referred_exactness(offer));
                }
                stated.iter().for_each(|(_, formula)| self.formula(formula, locals));
            }
        }
    }

    /// The models that a reference may be to.
    fn models(&self, studio: &str, tool: Option<&str>, model: &Formula) -> Vec<String> {
        match model {
            Formula::Text(model) => vec![model.clone()],
            Formula::Name(setting) => {
                let declared = self.shop.setting(&[self.offer], setting).expect("a choice of models");
                if declared.shown_kind() == "text" {
                    return self.shop.models(studio, tool).into_iter().map(str::to_owned).collect();
                }
                declared.values.iter().map(|value| value.toml().trim_matches('"').to_owned()).collect()
            }
            other => panic!("{other:?} is no model"),
        }
    }

    fn fold(&mut self, fold: &Fold, locals: &mut Vec<String>) {
        self.name(&fold.list, &[]);
        fold.otherwise.iter().for_each(|otherwise| self.formula(otherwise, locals));
        locals.push(fold.item.clone());
        fold.condition.iter().chain([&fold.body]).for_each(|formula| self.formula(formula, locals));
        locals.pop();
    }
}
