//! Which rules are for a request: families, tools that build on others, models, dates.
//!
//! Nothing is written out beforehand. An offer only remembers who says something: the rule itself, and the family that
//! it stands in.

use super::{
    answer::{Answer, Refusal},
    number::whole,
    tree::{Book, Charge, Fraction, Instant, Named, Price, Round, Rule, Setting, Share, UNIT, find},
};

/// A rule and the family that it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rung<'b> {
    own: &'b Rule,
    family: Option<&'b Rule>,
}

/// What is sold under some tools and models: a rule, and the tool's rule that builds on it.
#[derive(Clone, Debug)]
pub(crate) struct Offer<'b> {
    pub(crate) base: Rung<'b>,
    pub(crate) like: Option<Rung<'b>>,
    tools: Vec<&'b str>,
    models: Vec<&'b str>,
}

/// A book and all that it sells.
#[derive(Debug)]
pub(crate) struct Shop<'b> {
    pub(crate) book: &'b Book,
    pub(crate) offers: Vec<Offer<'b>>,
}

const ANY: &str = "*";

impl<'b> Rung<'b> {
    /// The rule, and then its family.
    fn voices(self) -> impl Iterator<Item = &'b Rule> {
        std::iter::once(self.own).chain(self.family)
    }

    /// What the rule says, or else its family.
    pub(crate) fn said<T>(self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.voices().find_map(what)
    }

    fn list(self, what: impl Fn(&'b Rule) -> &'b Vec<String>) -> Vec<&'b str> {
        let list = self.said(|rule| Some(what(rule)).filter(|list| !list.is_empty()));
        list.into_iter().flatten().map(String::as_str).collect()
    }

    /// A rule that is free by itself takes no price from its family.
    pub(crate) fn priced_by(self) -> impl Iterator<Item = &'b Rule> {
        self.family.filter(|_| !self.own.free).into_iter().chain([self.own])
    }

    /// The prices of the family, unit by unit where the rule has no other, and then the rule's own.
    pub(crate) fn per(self) -> Vec<(&'b str, &'b Price)> {
        let shared = self.family.filter(|_| !self.own.free).map_or(&[][..], |family| &family.per);
        let own = self.own.per.iter().filter(|(unit, _)| find(shared, unit).is_none());
        let shared = shared.iter().map(|(unit, price)| (unit.as_str(), find(&self.own.per, unit).unwrap_or(price)));
        shared.chain(own.map(|(unit, price)| (unit.as_str(), price))).collect()
    }

    /// What is said of bounds and of the rounding of one output.
    pub(crate) fn bound<T>(self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.said(|rule| if self.own.free && !std::ptr::eq(rule, self.own) { None } else { what(rule) })
    }

    pub(crate) fn has_each(self) -> bool {
        self.priced_by().any(Rule::has_each)
    }

    pub(crate) fn named_value(self, name: &str) -> Option<&'b Price> {
        self.said(|rule| find(&rule.lets, name))
    }

    fn studio(self) -> &'b str {
        self.said(|rule| rule.studio.as_deref()).unwrap()
    }

    fn in_force(self, at: Instant) -> bool {
        let (from, until) = (self.said(|rule| rule.from), self.said(|rule| rule.until));
        from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
    }

    /// What is said of a setting: the family's words, narrowed by the rule's.
    fn setting(self, name: &str) -> Option<Setting> {
        let own = find(&self.own.settings, name);
        match (self.family.and_then(|family| find(&family.settings, name)), own) {
            (Some(wide), Some(own)) => Some(wide.narrowed(own)),
            (one, other) => one.or(other).cloned(),
        }
    }
}

impl<'b> Offer<'b> {
    /// The price of the model, and then what the tool does to it.
    pub(crate) fn rungs(&self) -> impl DoubleEndedIterator<Item = Rung<'b>> + use<'b> {
        [Some(self.base), self.like].into_iter().flatten()
    }

    /// What the tool says, or else the model.
    pub(crate) fn said<T>(&self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.rungs().rev().find_map(|rung| rung.said(&what))
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'b super::tree::Formula> {
        self.rungs().filter_map(|rung| rung.said(|rule| rule.when.as_ref()))
    }

    pub(crate) fn in_force(&self, at: Instant) -> bool {
        self.rungs().all(|rung| rung.in_force(at))
    }

    /// What its amounts are counted in.
    pub(crate) fn unit(&self) -> &'b str {
        self.base.said(|rule| rule.unit.as_deref()).unwrap_or(UNIT)
    }

    pub(crate) fn exactness(&self) -> usize {
        self.rungs().map(|rung| rung.said(|rule| rule.exactness).unwrap_or(0)).max().unwrap()
    }

    /// The name that a book gives the rule; a tool that builds on another has none.
    pub(crate) fn name(&self) -> Option<&'b str> {
        self.base.own.name.as_deref().filter(|_| self.like.is_none())
    }

    /// What the rules say of a setting, one narrowing the other.
    pub(crate) fn setting(&self, name: &str) -> Option<Setting> {
        self.rungs().filter_map(|rung| rung.setting(name)).reduce(|wide, own| wide.narrowed(&own))
    }

    /// The settings that the rules name themselves.
    pub(crate) fn own_settings(&self) -> impl Iterator<Item = &'b str> {
        self.rungs().flat_map(Rung::voices).flat_map(|rule| &rule.settings).map(|(name, _)| name.as_str())
    }

    /// The values that the rules name themselves.
    pub(crate) fn own_lets(&self) -> impl Iterator<Item = &'b str> {
        self.rungs().flat_map(Rung::voices).flat_map(|rule| &rule.lets).map(|(name, _)| name.as_str())
    }

    /// Studio, tools and models.
    pub(crate) fn names(&self) -> (&'b str, &[&'b str], &[&'b str]) {
        (self.base.studio(), &self.tools, &self.models)
    }

    fn sells(&self, studio: &str, model: &str) -> bool {
        self.base.studio() == studio && self.models.contains(&model)
    }
}

impl<'b> Shop<'b> {
    pub(crate) fn of(book: &'b Book) -> Self {
        let alone = book.rules.iter().filter(|rule| rule.members.is_empty()).map(|own| Rung { own, family: None });
        let members = book
            .rules
            .iter()
            .flat_map(|family| family.members.iter().map(move |own| Rung { own, family: Some(family) }));
        let place = |rung: &Rung<'_>| {
            let outer = rung.family.unwrap_or(rung.own);
            book.rules.iter().position(|rule| std::ptr::eq(rule, outer))
        };
        let mut rungs: Vec<Rung<'b>> = alone.chain(members).collect();
        rungs.sort_by_key(place);
        let mut offers = Vec::new();
        for base in rungs.iter().copied().filter(|rung| rung.said(|rule| rule.like.as_ref()).is_none()) {
            let (tools, models) = (base.list(|rule| &rule.tools), base.list(|rule| &rule.models));
            offers.push(Offer { base, like: None, tools, models });
        }
        let own = offers.clone();
        for like in rungs {
            let Some(base) = like.said(|rule| rule.like.as_deref()) else { continue };
            let named = like.list(|rule| &rule.models);
            let except: Vec<&str> = like.voices().flat_map(|rule| &rule.except).map(String::as_str).collect();
            for tool in like.list(|rule| &rule.tools) {
                for offer in
                    own.iter().filter(|offer| offer.base.studio() == like.studio() && offer.tools.contains(&base))
                {
                    let chosen = |model: &&&str| {
                        if named.contains(&ANY) { !except.contains(*model) } else { named.contains(*model) }
                    };
                    let models: Vec<&str> = offer.models.iter().filter(chosen).copied().collect();
                    if !models.is_empty() {
                        offers.push(Offer { base: offer.base, like: Some(like), tools: vec![tool], models });
                    }
                }
            }
        }
        Self { book, offers }
    }

    /// All rules that the names of a request lead to, whenever they are in force.
    pub(crate) fn sold(&self, studio: &str, tool: Option<&str>, model: &str) -> Answer<Vec<&Offer<'b>>> {
        let own = self.sold_as(studio, tool, model)?;
        let found = if own.is_empty() { self.sold_as(studio, tool, ANY)? } else { own };
        if found.is_empty() { Err(Refusal::Unknown) } else { Ok(found) }
    }

    fn sold_as(&self, studio: &str, tool: Option<&str>, model: &str) -> Answer<Vec<&Offer<'b>>> {
        let all: Vec<_> = self.offers.iter().filter(|offer| offer.sells(studio, model)).collect();
        let under = |tool: &str| -> Vec<&Offer<'b>> {
            all.iter().filter(|offer| offer.tools.contains(&tool)).copied().collect()
        };
        if let Some(tool) = tool {
            return Ok(under(tool));
        }
        let of_model: Vec<_> = all.iter().filter(|offer| offer.tools.is_empty()).copied().collect();
        if !of_model.is_empty() {
            return Ok(of_model);
        }
        // The rules of the model's tools, where they are the same for all of them.
        let same: Vec<_> = all.iter().filter(|offer| offer.like.is_none()).copied().collect();
        let tools = same.iter().flat_map(|offer| &offer.tools);
        let alike = |tool: &&str| same.iter().all(|offer| offer.tools.contains(tool));
        if tools.clone().all(alike) { Ok(same) } else { Err(Refusal::ToolNeeded) }
    }

    /// The rules in force at an instant: those with a condition in the order written, and then the one without.
    pub(crate) fn in_force<'s>(&self, sold: &[&'s Offer<'b>], at: Instant) -> Answer<Vec<&'s Offer<'b>>> {
        let mut offers: Vec<_> = sold.iter().filter(|offer| offer.in_force(at)).copied().collect();
        offers.sort_by_key(|offer| offer.conditions().next().is_none());
        if offers.is_empty() { Err(Refusal::NotInForce) } else { Ok(offers) }
    }

    /// The one rule for a model that another rule refers to; none where no rule is for any other model.
    pub(crate) fn referred(&self, studio: &str, tool: Option<&str>, model: &str) -> Option<&Offer<'b>> {
        let of_tool = |offer: &Offer<'b>| match tool {
            Some(tool) => offer.tools.contains(&tool),
            None => offer.like.is_none(),
        };
        let named = |name: &str| self.offers.iter().find(|offer| of_tool(offer) && offer.sells(studio, name));
        named(model).or_else(|| named(ANY))
    }

    /// All models that a text may name so, and perhaps `*`.
    pub(crate) fn models(&self, studio: &str, tool: Option<&str>) -> Vec<&'b str> {
        let offers = self.offers.iter().filter(|offer| offer.base.studio() == studio);
        let models = offers.flat_map(|offer| &offer.models).copied();
        models.filter(|model| self.referred(studio, tool, model).is_some()).collect()
    }

    /// What one of a unit is in the unit of the book.
    pub(crate) fn worth(&self, unit: &str) -> Fraction {
        find(&self.book.convert, unit).cloned().unwrap_or_else(|| whole(1))
    }

    pub(crate) fn round(&self, offer: &Offer<'b>) -> Option<&'b Round> {
        offer.said(|rule| rule.round.as_ref()).or(self.book.round.as_ref())
    }

    /// How much is charged for an outcome: `partial`, `failed`, ….
    pub(crate) fn share(&self, offer: &Offer<'b>, outcome: &str) -> Share {
        let says = |charge: &Charge| charge.iter().find(|(name, _)| *name == outcome).map(|(_, share)| *share);
        let unsaid = match outcome {
            "partial" | "cancelled" => Share::Delivered,
            _ => Share::Nothing,
        };
        offer.said(|rule| says(&rule.charge)).or_else(|| says(&self.book.charge)).unwrap_or(unsaid)
    }

    /// The declaration of a setting for the rules of one model, which share it.
    pub(crate) fn setting(&self, offers: &[&Offer<'b>], name: &str) -> Option<Setting> {
        let wide = find(&self.book.settings, name);
        let own = offers.iter().find_map(|offer| offer.setting(name));
        match (wide, own) {
            (Some(wide), Some(own)) => Some(wide.narrowed(&own)),
            (one, other) => one.cloned().or(other),
        }
    }

    /// The setting or fact that is counted in a unit: one that the rule names, or else the one of the book.
    pub(crate) fn counted_in(&self, offer: &Offer<'b>, unit: &str) -> String {
        let counted = |setting: &Setting| setting.unit.as_deref() == Some(unit);
        let own =
            offer.own_settings().find(|name| self.setting(&[offer], name).is_some_and(|setting| counted(&setting)));
        let declared: &mut dyn Iterator<Item = &Named<Setting>> =
            &mut [&self.book.settings, &self.book.facts].into_iter();
        let of_book = || declared.flatten().find(|(_, setting)| counted(setting)).map(|(name, _)| name.as_str());
        own.or_else(of_book).unwrap_or_else(|| panic!("nothing is counted in {unit}")).to_owned()
    }

    /// A named value, as a rule means it.
    pub(crate) fn named_value(&self, offer: &Offer<'b>, name: &str) -> Option<&'b Price> {
        offer.rungs().rev().find_map(|rung| rung.named_value(name)).or_else(|| find(&self.book.lets, name))
    }
}
