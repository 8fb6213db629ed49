//! Puts a book over the one that it extends.

mod names;
mod selection;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use self::names::{Names, named, sold};
use super::book::{PriceBook, PricingRule};
use crate::{
    diagnostic::{listed, quoted},
    text::{BookError, Faults},
};

/// How many books may stand over one another.
const LAYERS_MAX: usize = 8;

impl PriceBook {
    /// Reads a book and all the books below it, and puts each over the one that it extends.
    ///
    /// A book is loaded by the name that another extends: `load` answers with the name of its file, for faults, and
    /// with its text. At most eight books stand over one another.
    ///
    /// # Errors
    ///
    /// What [`PriceBook::parse`] and [`PriceBook::over`] refuse; a name that cannot be loaded or that loads another
    /// book; books that extend each other in a circle.
    ///
    /// ```
    /// use studio_credits::pricing::{CostEngine, PriceBook};
    ///
    /// let acme = "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
    ///     [[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = 5";
    /// let contract = "name = 'contract'\nedition = '1'\nextends = 'acme'\n\
    ///     [[override]]\nstudio = 'image'\ntimes = [{ what = 'contract discount', by = 0.8 }]";
    ///
    /// let load = |name: &str| (name == "acme").then(|| ("acme.toml".to_owned(), acme.to_owned()));
    /// let book = PriceBook::parse_layers("contract.toml", contract, load)?;
    /// let price = CostEngine::new(&book)?.price_of("image", "flux", 3, "2026-11-22T12:00:00Z".parse()?)?;
    /// assert_eq!(price.to_string(), "12");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_layers(
        file: &str,
        text: &str,
        mut load: impl FnMut(&str) -> Option<(String, String)>,
    ) -> Result<Self, BookError> {
        let mut above = Vec::new();
        let mut book = Self::parse_file(file, text)?;
        while let Some((name, span)) = book.extends.clone() {
            let refused = |message: String, hint: &str| {
                let mut faults = Faults::of(&book.sources);
                faults.add(span, message, Some(hint).filter(|hint| !hint.is_empty()));
                BookError { faults: faults.into_found() }
            };
            let chain: Vec<&str> = above.iter().chain([&book]).map(PriceBook::name).collect();
            if let Some(at) = chain.iter().position(|known| **known == *name) {
                let circle = [chain.get(at..).unwrap_or_default(), &[&*name]].concat().join(" → ");
                return Err(refused(format!("books extend each other in a circle: {circle}"), ""));
            }
            if chain.len() == LAYERS_MAX {
                return Err(refused(format!("more than {LAYERS_MAX} books stand over one another"), ""));
            }
            let Some((file, text)) = load(&name) else {
                let hint = "`extends` is the `name` of the book below";
                return Err(refused(format!("the book {} cannot be loaded", quoted(&name)), hint));
            };
            let below = Self::parse_file(&file, &text)?;
            if below.name != name {
                let (wanted, found) = (quoted(&name), quoted(&below.name));
                return Err(refused(format!("what is loaded as the book {wanted} is the book {found}"), ""));
            }
            above.push(std::mem::replace(&mut book, below));
        }
        above.into_iter().rev().try_fold(book, |below, layer| layer.over(&below))
    }

    /// Puts the book over the one that it extends: a plain book, with what both say.
    ///
    /// Its rules take the place of those below for the same studio, tool and model; its overrides change the rest.
    /// Settings, facts and named values take the place of those of the same name, and what it says of the whole book
    /// (rounding, charges, dates, …) goes first. The examples of the book below are left out, since prices differ.
    ///
    /// # Errors
    ///
    /// That it extends another book than this or none, that the book below was not put over its own yet, an override
    /// that selects nothing, a rule that does not say for which tool of several it is.
    ///
    /// ```
    /// use studio_credits::pricing::{CostEngine, Override, PriceBook, PricingRule};
    ///
    /// let acme = PriceBook::new("acme", "2026-11", "credits")
    ///     .with_rule(PricingRule::new("image", "flux").per("output", 5))
    ///     .with_rule(PricingRule::new("video", "kling").per("output", 300));
    /// let contract = PriceBook::new("contract", "2026-11", "")
    ///     .extending("acme")
    ///     .with_rule(PricingRule::new("image", "flux").per("output", 4))
    ///     .with_override(Override::new().for_studio("video").times("contract discount", "", "0.8"));
    ///
    /// let engine = CostEngine::new(&contract.over(&acme)?)?;
    /// let at = "2026-11-22T12:00:00Z".parse()?;
    /// assert_eq!(engine.price_of("image", "flux", 1, at)?.to_string(), "4");
    /// assert_eq!(engine.price_of("video", "kling", 1, at)?.to_string(), "240");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn over(self, base: &PriceBook) -> Result<PriceBook, BookError> {
        let sources = self.sources.clone().over(&base.sources);
        let mut faults = Faults::of(&sources);
        self.stands_on(base, &mut faults);
        if !faults.is_empty() {
            return Err(BookError { faults: faults.into_found() });
        }
        let (above, sold) = (named(&self.rules), sold(base));
        self.say_their_tools(&sold, &mut faults);
        let all: Names = above.union(&sold).cloned().collect();
        let convert = self.conversions(base, &mut faults);
        let mut rules: Vec<_> = base.rules.iter().flat_map(|rule| rule.without(&above, &all)).collect();
        let below = named(&rules);
        let same_unit = self.unit.is_empty() || self.unit == base.unit;
        if !same_unit {
            for rule in &mut rules {
                rule.keep_round(base);
                rule.keep_unit(&base.unit);
            }
        }
        self.attach_overrides(&mut rules, &sold, &above, &all, &mut faults);
        rules.extend(self.rules.iter().flat_map(|rule| rule.without(&below, &all)));
        let found = faults.into_found();
        if !found.is_empty() {
            return Err(BookError { faults: found });
        }
        Ok(PriceBook {
            name: self.name,
            edition: self.edition,
            unit: if self.unit.is_empty() { base.unit.clone() } else { self.unit },
            extends: None,
            from: self.from.or(base.from),
            until: self.until.or(base.until),
            quote_minutes: self.quote_minutes.or(base.quote_minutes),
            // A rounding is for amounts in the unit of its own book.
            round: self.round.or(base.round.filter(|_| same_unit)),
            charge: self.charge.or(base.charge),
            note: self.note.or_else(|| base.note.clone()),
            convert,
            settings: declared(&base.settings, self.settings),
            facts: declared(&base.facts, self.facts),
            lets: declared(&base.lets, self.lets),
            rules,
            overrides: Vec::new(),
            examples: self.examples,
            span: self.span,
            sources,
        })
    }

    /// Whether this is the book that is extended, and a whole one.
    fn stands_on(&self, base: &PriceBook, faults: &mut Faults) {
        let (own, below) = (quoted(&self.name), quoted(&base.name));
        match &self.extends {
            None => faults.say(self.span, format!("the book {own} extends no other, so it cannot be put over {below}")),
            Some((name, span)) if *name != base.name => {
                faults.say(*span, format!("the book {own} extends {}, and this is {below}", quoted(name)));
            }
            Some((_, span)) => {
                if let Some((under, _)) = &base.extends {
                    let message = format!("the book {below} extends {} itself, and was not put over it", quoted(under));
                    faults.say(*span, message);
                }
            }
        }
    }

    /// What one of each unit is in the unit of this book; that of the book below leads on to those that it converts.
    fn conversions(&self, base: &PriceBook, faults: &mut Faults) -> Vec<(Box<str>, Decimal)> {
        if self.unit.is_empty() || self.unit == base.unit {
            return declared(&base.convert, self.convert.clone());
        }
        let Some((_, base_rate)) = self.convert.iter().find(|(unit, _)| *unit == base.unit) else {
            return self.convert.clone();
        };
        let mut below = Vec::new();
        for (unit, rate) in base.convert.iter().filter(|(unit, _)| *unit != self.unit) {
            match rate.checked_mul(*base_rate) {
                Some(rate) => below.push((unit.clone(), rate.normalize())),
                None => faults.say(self.span, format!("one {} is too much to be converted", quoted(unit))),
            }
        }
        declared(&below, self.convert.clone())
    }

    /// A rule that names no tool, for a model that is sold by tool below, could mean each of these tools or none.
    fn say_their_tools(&self, sold: &Names, faults: &mut Faults) {
        let mut tools_of = BTreeMap::<[&str; 2], Vec<&str>>::new();
        for [studio, tool, model] in sold {
            tools_of.entry([studio, model]).or_default().push(tool);
        }
        for rule in self.rules.iter().flat_map(PricingRule::written_out).filter(|rule| rule.tools.is_empty()) {
            let Some(studio) = &rule.studio else { continue };
            for model in &rule.models {
                let tools = tools_of.get(&[&**studio, &**model]).cloned().unwrap_or_default();
                if !tools.is_empty() && !tools.contains(&"") {
                    let message = format!("{} is priced by tool in the book below", quoted(model));
                    let hint = format!("say which of them this price is for: {}", listed(tools));
                    faults.add(rule.span, message, Some(hint));
                }
            }
        }
    }
}

/// What is declared below, with what is declared above in place of the same name.
fn declared<T: Clone>(below: &[(Box<str>, T)], above: Vec<(Box<str>, T)>) -> Vec<(Box<str>, T)> {
    let mut all = below.to_vec();
    for (name, own) in above {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = own,
            None => all.push((name, own)),
        }
    }
    all
}
