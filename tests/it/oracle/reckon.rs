//! What things come to: the oracle walks the trees of the book as they stand, and looks up each name when it meets it.

mod fold;
mod formula;
mod function;
mod inexact;
mod price;
mod total;

use std::cell::Cell;

use super::{
    answer::{Answer, Refusal},
    number::whole,
    shop::{Offer, Shop},
    tree::{Change, Datum, Formula, Fraction, Named, Price, Setting, find},
};

/// What is known of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// The work is to come: what is not known is at its default, or else at its most.
    Quoted,
    /// The work is to come, and may turn out to be the most that it can be.
    AtMost,
    /// The work is over: what was not measured is missing.
    Ended,
}

/// What a request says.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) settings: Named<Datum>,
    pub(crate) facts: Named<Datum>,
    pub(crate) knowledge: Knowledge,
}

/// Everything that an expression may ask for.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'s> {
    pub(crate) shop: &'s Shop<'s>,
    /// The rules that share their settings.
    pub(crate) offers: &'s [&'s Offer<'s>],
    /// The rule whose names are meant.
    pub(crate) offer: &'s Offer<'s>,
    pub(crate) said: &'s Said,
    pub(crate) count: u64,
    /// What amounts are counted in here.
    pub(crate) unit: &'s str,
    /// What the books above change of the rules, and what of that holds for the request.
    pub(crate) changes: &'s [&'s Change],
    pub(crate) active: &'s [&'s Change],
    /// For a rule that another one refers to: what that one states, and where it stands.
    pub(crate) referred: Option<(&'s Named<Formula>, &'s Scene<'s>)>,
    pub(crate) at_defaults: bool,
    pub(crate) local: Option<&'s Local<'s>>,
    /// Set once a number comes up that two integers of 128 bits cannot hold.
    pub(crate) vast: &'s Cell<bool>,
}

/// What the name of an enclosing fold or loop stands for.
pub(crate) struct Local<'s> {
    name: &'s str,
    value: LocalValue<'s>,
    outer: Option<&'s Local<'s>>,
}

enum LocalValue<'s> {
    Number(Fraction),
    Item { items: &'s [Datum], at: usize, inherit: &'s [String], declared: &'s Setting },
}

impl<'s> Scene<'s> {
    /// A number on the way; notes when it is vast.
    pub(crate) fn kept(&self, number: Fraction) -> Fraction {
        if number.numer().bits() > 127 || number.denom().bits() > 127 {
            self.vast.set(true);
        }
        number
    }

    pub(crate) fn outside(&self) -> Scene<'s> {
        Scene { local: None, ..*self }
    }

    /// What a name by itself is.
    fn name(&self, name: &str) -> Answer<Datum> {
        if name == "count" {
            return Ok(Datum::Number(whole(self.count)));
        }
        if let Some(local) = self.local(name) {
            return match &local.value {
                LocalValue::Number(number) => Ok(Datum::Number(number.clone())),
                LocalValue::Item { items, at, declared, .. } => Ok(declared.meant(items[*at].clone())),
            };
        }
        if let Some(price) = self.shop.named_value(self.offer, name) {
            // A value is counted as the rule is, also where a change of the rule names it.
            return Scene { unit: self.offer.unit(), ..self.outside() }.price(price);
        }
        self.setting(name)
    }

    fn local(&self, name: &str) -> Option<&'s Local<'s>> {
        let mut local = self.local;
        while let Some(here) = local.filter(|here| here.name != name) {
            local = here.outer;
        }
        local
    }

    /// What a setting or a fact is.
    fn setting(&self, name: &str) -> Answer<Datum> {
        let Some(declared) = self.declared(name) else {
            let declared = self.shop.fact(name).unwrap_or_else(|| panic!("nothing is named {name}"));
            let given = find(&self.said.facts, name).or(declared.default.as_ref());
            return given.cloned().map(|given| declared.meant(given)).ok_or(Refusal::Missing);
        };
        self.said_of(name, &declared).map(|said| declared.meant(said))
    }

    /// The declaration of a setting, as the rules and the books above narrow it.
    fn declared(&self, name: &str) -> Option<Setting> {
        let declared = self.shop.setting(self.offers, name)?;
        let narrower = self.changes.iter().filter_map(|change| find(&change.settings, name));
        Some(narrower.fold(declared, |wide, own| wide.narrowed(own)))
    }

    fn said_of(&self, name: &str, declared: &Setting) -> Answer<Datum> {
        let default = || declared.default.clone().ok_or(Refusal::Missing);
        if self.at_defaults {
            // What has no default stays as it is stated.
            let stated = self.referred.filter(|_| declared.default.is_none());
            let stated = stated.and_then(|(stated, caller)| Some((find(stated, name)?, caller)));
            return stated.map_or_else(default, |(formula, caller)| {
                Scene { at_defaults: true, ..caller.outside() }.formula(formula)
            });
        }
        if let Some((stated, caller)) = self.referred {
            return find(stated, name).map_or_else(default, |formula| caller.outside().formula(formula));
        }
        let most = || declared.most().map(Datum::Number).ok_or(Refusal::Missing);
        match (find(&self.said.settings, name), self.said.knowledge) {
            (Some(Datum::List(items)), _) => Ok(Datum::List(items.clone())),
            (Some(item), _) if declared.shown_kind() == "list" => Ok(Datum::List(vec![item.clone()])),
            (Some(given), _) => Ok(given.clone()),
            (None, Knowledge::Ended) if declared.measured => Err(Refusal::Missing),
            (None, Knowledge::AtMost) if declared.measured => most(),
            (None, _) if declared.measured => default().or_else(|_| most()),
            (None, _) => default(),
        }
    }

    pub(crate) fn number_of(&self, price: &'s Price) -> Answer<Fraction> {
        match self.price(price)? {
            Datum::Number(number) => Ok(number),
            other => panic!("{other:?} is no number"),
        }
    }

    pub(crate) fn number(&self, formula: &'s Formula) -> Answer<Fraction> {
        match self.formula(formula)? {
            Datum::Number(number) => Ok(number),
            other => panic!("{other:?} is no number, in {formula:?}"),
        }
    }

    pub(crate) fn truth(&self, formula: &'s Formula) -> Answer<bool> {
        match self.formula(formula)? {
            Datum::Flag(flag) => Ok(flag),
            other => panic!("{other:?} is not true or false, in {formula:?}"),
        }
    }

    fn text(&self, formula: &'s Formula) -> Answer<String> {
        match self.formula(formula)? {
            Datum::Text(text) => Ok(text),
            other => panic!("{other:?} is no text, in {formula:?}"),
        }
    }
}
