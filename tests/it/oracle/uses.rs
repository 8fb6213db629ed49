//! Which names the trees of a rule mention: the settings that it takes, and whether a value counts the outputs.

use std::collections::BTreeSet;

use super::{
    shop::{Offer, Shop},
    tree::{Addition, Change, Factor, Fold, Formula, Loop, Price},
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
    pub(crate) fn taken(&self, offers: &[&Offer<'b>], changes: &[&Change]) -> BTreeSet<String> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for offer in offers {
            taken.extend(offer.own_settings().map(str::to_owned));
            let mut mentions = self.mentions(offer);
            mentions.conditions();
            mentions.changes(changes);
            // What a rule names for itself belongs to its price.
            offer.own_lets().for_each(|name| mentions.name(name, &[]));
            taken.extend(mentions.names);
        }
        taken.retain(|name| self.setting(offers, name).is_some());
        taken
    }

    /// All names that the price of a rule uses.
    pub(crate) fn mentioned(&self, offer: &Offer<'b>) -> BTreeSet<String> {
        self.mentions(offer).names
    }

    /// All names that a rule uses, in its price or to tell which requests it is for.
    pub(crate) fn read(&self, offer: &Offer<'b>, active: &[&Change]) -> BTreeSet<String> {
        let mut mentions = self.mentions(offer);
        mentions.conditions();
        mentions.changes(active);
        mentions.names
    }

    /// How exact a rule is, with all that it refers to.
    pub(crate) fn exactness(&self, offer: &Offer<'b>, active: &[&Change]) -> usize {
        let mut mentions = self.mentions(offer);
        mentions.conditions();
        mentions.changes(active);
        let changed = active.iter().rev().find_map(|change| change.exactness);
        changed.unwrap_or_else(|| offer.exactness()).max(mentions.exactness)
    }

    /// How exact a rule is that another one refers to.
    fn referred_exactness(&self, offer: &Offer<'b>) -> usize {
        offer.exactness().max(self.mentions(offer).exactness)
    }

    /// Whether a named value asks for the count.
    pub(crate) fn counts(&self, offer: &Offer<'b>, name: &str) -> bool {
        let mut mentions = Mentions { shop: self, offer, names: BTreeSet::new(), exactness: 0 };
        mentions.name(name, &[]);
        mentions.names.contains("count")
    }

    fn mentions<'s>(&'s self, offer: &'s Offer<'b>) -> Mentions<'s, 'b> {
        let mut mentions = Mentions { shop: self, offer, names: BTreeSet::new(), exactness: 0 };
        for rung in offer.rungs() {
            mentions.parts(rung.per());
            for rule in rung.priced_by() {
                mentions.factors(&rule.times);
                mentions.additions(&rule.plus);
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
}

impl Mentions<'_, '_> {
    fn changes(&mut self, changes: &[&Change]) {
        for change in changes {
            self.formulas(&change.when, &mut Vec::new());
            self.factors(&change.times);
            self.additions(&change.plus);
            change.minimum.iter().chain(&change.maximum).for_each(|price| self.price(price));
        }
    }

    fn factors(&mut self, factors: &[Factor]) {
        for factor in factors {
            self.formulas(&factor.when, &mut Vec::new());
            self.price(&factor.by);
        }
    }

    fn additions(&mut self, additions: &[Addition]) {
        for addition in additions {
            self.formulas(&addition.when, &mut Vec::new());
            self.parts(addition.per.iter().map(|(unit, price)| (unit.as_str(), price)));
        }
    }

    fn conditions(&mut self) {
        self.formulas(self.offer.conditions(), &mut Vec::new());
    }

    fn parts<'p>(&mut self, parts: impl IntoIterator<Item = (&'p str, &'p Price)>) {
        for (unit, price) in parts {
            self.price(price);
            match unit {
                "output" | "call" => {}
                unit if self.shop.named_value(self.offer, unit).is_some() => self.name(unit, &[]),
                unit => self.name(&self.shop.counted_in(self.offer, unit), &[]),
            }
        }
    }

    fn formulas<'f>(&mut self, formulas: impl IntoIterator<Item = &'f Formula>, locals: &mut Vec<String>) {
        for formula in formulas {
            self.formula(formula, locals);
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
                for (_, price) in cells {
                    self.price(price);
                }
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
            Formula::Binary(_, left, right) => self.formulas([&**left, &**right], locals),
            Formula::In(one, several) => self.formulas(several.iter().chain([&**one]), locals),
            Formula::If(parts) => self.formulas(&**parts, locals),
            Formula::Call(_, values) => self.formulas(values, locals),
            Formula::Tiers { quantity, tiers, beyond, .. } => {
                let rates = tiers.iter().map(|(_, rate)| rate);
                self.formulas(rates.chain(beyond.as_deref()).chain([&**quantity]), locals);
            }
            Formula::Fold(fold) => self.fold(fold, locals),
            Formula::Loop(rounds) => {
                let Loop { index, from, to, value, start, next } = &**rounds;
                self.formulas([from, to, start], locals);
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
                self.formulas(stated.iter().map(|(_, formula)| formula), locals);
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
        self.formulas(&fold.otherwise, locals);
        locals.push(fold.item.clone());
        self.formulas(fold.condition.iter().chain([&fold.body]), locals);
        locals.pop();
    }
}
