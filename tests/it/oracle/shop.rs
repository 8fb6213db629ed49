//! Which rules are for a request: families, tools that build on others, models, dates, and books over one another.
//!
//! Nothing is written out beforehand. An offer only remembers who says something: the rule itself, the family that it
//! stands in, and the changes that the books above make.

use super::{
    answer::{Answer, Refusal},
    number::whole,
    rung::Rung,
    tree::{Book, Change, Charge, Formula, Fraction, Instant, Named, Price, Round, Rule, Setting, Share, UNIT, find},
};

/// What is sold under some names: a rule, the tool's rule that builds on it, and what the books above change.
#[derive(Clone, Debug)]
pub(crate) struct Offer<'b> {
    pub(crate) base: Rung<'b>,
    pub(crate) like: Option<Rung<'b>>,
    /// Tools and models; a rule may be for no tool.
    pub(crate) names: Vec<(Option<&'b str>, &'b str)>,
    pub(crate) changes: Vec<&'b Change>,
}

/// A book with those below it, and all that it sells.
#[derive(Debug)]
pub(crate) struct Shop<'b> {
    /// The book, and then those below it.
    layers: Vec<&'b Book>,
    pub(crate) offers: Vec<Offer<'b>>,
    /// When the edition is in force.
    from: Option<Instant>,
    until: Option<Instant>,
}

const ANY: &str = "*";

impl<'b> Offer<'b> {
    pub(crate) fn studio(&self) -> &'b str {
        self.base.studio()
    }

    /// The price of the model, and then what the tool does to it.
    pub(crate) fn rungs(&self) -> impl DoubleEndedIterator<Item = Rung<'b>> + use<'b> {
        [Some(self.base), self.like].into_iter().flatten()
    }

    /// What the tool says, or else the model.
    pub(crate) fn said<T>(&self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.rungs().rev().find_map(|rung| rung.said(&what))
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'b Formula> {
        self.rungs().filter_map(|rung| rung.said(|rule| rule.when.as_ref()))
    }

    fn in_force(&self, at: Instant) -> bool {
        let withdrawn = self.changes.iter().any(|change| change.withdraws_all() && change.in_force(at));
        self.rungs().all(|rung| rung.in_force(at)) && !withdrawn
    }

    /// Whether it is sold at any time.
    fn is_sold(&self, seams: &[Instant]) -> bool {
        seams.iter().any(|seam| self.in_force(*seam))
    }

    /// What its amounts are counted in, before any change.
    pub(crate) fn unit(&self) -> &'b str {
        self.base.said(|rule| rule.unit.as_deref()).unwrap_or(UNIT)
    }

    pub(crate) fn exactness(&self) -> usize {
        self.rungs().map(|rung| rung.said(|rule| rule.exactness).unwrap_or(0)).max().unwrap()
    }

    /// The name that a book gives the rule; a tool that builds on another has none, and a change makes it another.
    pub(crate) fn name(&self) -> Option<&'b str> {
        self.base.name().filter(|_| self.like.is_none() && self.changes.is_empty())
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

    /// Whether it is the same rule, whatever is left of its names.
    pub(crate) fn is_of(&self, other: &Offer<'_>) -> bool {
        self.base.is(other.base) && self.like.map(Rung::place) == other.like.map(Rung::place)
    }

    fn sells(&self, studio: &str, tool: Option<&str>, model: &str) -> bool {
        self.studio() == studio && self.names.contains(&(tool, model))
    }

    /// The tools under which a model is sold.
    fn tools(&self, model: &str) -> impl Iterator<Item = &'b str> {
        self.names.iter().filter(move |(_, known)| *known == model).filter_map(|(tool, _)| *tool)
    }
}

impl Change {
    pub(crate) fn in_force(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    fn withdraws_all(&self) -> bool {
        self.withdrawn && self.when.is_none()
    }

    pub(crate) fn selects(&self, studio: &str, tool: Option<&str>, model: &str) -> bool {
        self.studio.as_ref().is_none_or(|own| own == studio)
            && (self.tools.is_empty() || tool.is_some_and(|tool| self.tools.iter().any(|own| own == tool)))
            && (self.models.is_empty() || self.models.iter().any(|own| own == model))
    }
}

impl<'b> Shop<'b> {
    pub(crate) fn of(book: &'b Book) -> Self {
        let layers = book.layers();
        let rungs: Vec<Vec<Rung<'b>>> = layers.iter().map(|book| Rung::all_of(book)).collect();
        let mut shop = Self { layers, offers: Vec::new(), from: None, until: None };
        (shop.from, shop.until) = (shop.said(|book| book.from), shop.said(|book| book.until));
        // From the bottom up, as the rules of a book come after those below it.
        for layer in (0..rungs.len()).rev() {
            for &base in rungs[layer].iter().filter(|rung| rung.like().is_none()) {
                let own = base.names().into_iter().filter(|name| !is_taken(&rungs[..layer], base.studio(), *name));
                let names: Vec<_> = own.collect();
                shop.add(layer, &Offer { base, like: None, names, changes: Vec::new() });
            }
        }
        let own = shop.offers.clone();
        for layer in (0..rungs.len()).rev() {
            for &like in rungs[layer].iter().filter(|rung| rung.like().is_some()) {
                for (tool, names) in built_on(&own, like, layer, &rungs) {
                    for (base, names) in names {
                        let names = names.into_iter().map(|model| (Some(tool), model)).collect();
                        shop.add(layer, &Offer { base, like: Some(like), names, changes: Vec::new() });
                    }
                }
            }
        }
        shop
    }

    /// The editions of a book; one without an end ends where the next one begins.
    pub(crate) fn editions(books: &'b [Book]) -> Vec<Self> {
        let mut shops: Vec<Self> = books.iter().map(Self::of).collect();
        shops.sort_by_key(|shop| shop.from);
        for at in 1..shops.len() {
            shops[at - 1].until = shops[at - 1].until.or(shops[at].from);
        }
        shops
    }

    pub(crate) fn is_open(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Adds an offer, once for each set of changes that its names have.
    fn add(&mut self, layer: usize, offer: &Offer<'b>) {
        let mut parts: Vec<Offer<'b>> = Vec::new();
        for &(tool, model) in &offer.names {
            let above = self.layers[..layer].iter().rev().flat_map(|book| &book.changes);
            let changes: Vec<_> = above.filter(|change| change.selects(offer.studio(), tool, model)).collect();
            let same = |part: &&mut Offer<'b>| {
                part.changes.len() == changes.len()
                    && part.changes.iter().zip(&changes).all(|(a, b)| std::ptr::eq(*a, *b))
            };
            match parts.iter_mut().find(same) {
                Some(part) => part.names.push((tool, model)),
                None => parts.push(Offer { names: vec![(tool, model)], changes, ..offer.clone() }),
            }
        }
        self.offers.extend(parts);
    }

    /// What a book says of itself, or else the one below it.
    pub(crate) fn said<T>(&self, what: impl Fn(&'b Book) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(|book| what(book))
    }

    /// All that is declared of one kind, each name once.
    fn declared<T>(&self, kind: impl Fn(&'b Book) -> &'b Named<T>) -> Vec<(&'b str, &'b T)> {
        let mut all: Vec<(&str, &T)> = Vec::new();
        for (name, thing) in self.layers.iter().flat_map(|book| kind(book)) {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name, thing));
            }
        }
        all
    }

    pub(crate) fn facts(&self) -> Vec<(&'b str, &'b Setting)> {
        self.declared(|book| &book.facts)
    }

    pub(crate) fn settings(&self) -> Vec<(&'b str, &'b Setting)> {
        self.declared(|book| &book.settings)
    }

    pub(crate) fn lets(&self) -> Vec<(&'b str, &'b Price)> {
        self.declared(|book| &book.lets)
    }

    pub(crate) fn fact(&self, name: &str) -> Option<&'b Setting> {
        self.said(|book| find(&book.facts, name))
    }

    /// All rules that the names of a request lead to, whenever they are in force.
    pub(crate) fn sold(&self, studio: &str, tool: Option<&str>, model: &str) -> Answer<Vec<&Offer<'b>>> {
        let seams = self.seams();
        let found = self.named(studio, tool, model).or_else(|| self.named(studio, tool, ANY));
        let sold: Vec<_> = found.into_iter().flatten().filter(|offer| offer.is_sold(&seams)).collect();
        if sold.is_empty() { Err(self.not_sold(studio, tool, model)) } else { Ok(sold) }
    }

    /// The rules under a name, sold or not; none where no rule has the name.
    fn named(&self, studio: &str, tool: Option<&str>, model: &str) -> Option<Vec<&Offer<'b>>> {
        let under = |tool: Option<&str>| -> Vec<&Offer<'b>> {
            self.offers.iter().filter(|offer| offer.sells(studio, tool, model)).collect()
        };
        let own = under(tool);
        if !own.is_empty() || tool.is_some() {
            return Some(own).filter(|own| !own.is_empty());
        }
        // The rules of the model's tools, where they are the same for all of them.
        let seams = self.seams();
        let own = |offer: &&Offer<'b>| offer.like.is_none();
        let of_model = self.offers.iter().filter(own).filter(|offer| offer.studio() == studio);
        let mut tools = of_model.flat_map(|offer| offer.tools(model));
        let of_tool = |tool: &str| -> Vec<&Offer<'b>> {
            under(Some(tool)).into_iter().filter(own).filter(|offer| offer.is_sold(&seams)).collect()
        };
        let first = of_tool(tools.next()?);
        let same = |found: &[&Offer<'b>]| {
            found.len() == first.len() && found.iter().zip(&first).all(|(a, b)| std::ptr::eq(*a, *b))
        };
        Some(if tools.all(|tool| same(&of_tool(tool))) { first } else { Vec::new() })
    }

    /// Why there are no rules for a request: it may only lack the tool.
    fn not_sold(&self, studio: &str, tool: Option<&str>, model: &str) -> Refusal {
        let seams = self.seams();
        let sold = || self.offers.iter().filter(|offer| offer.studio() == studio && offer.is_sold(&seams));
        let named = sold().any(|offer| offer.names.iter().any(|(_, known)| *known == model));
        let known = if named { model } else { ANY };
        let by_tool = sold().any(|offer| offer.tools(known).next().is_some());
        if tool.is_none() && by_tool { Refusal::ToolNeeded } else { Refusal::Unknown }
    }

    /// All instants at which something may change, and one before them.
    fn seams(&self) -> Vec<Instant> {
        let rules = self.offers.iter().flat_map(Offer::rungs).flat_map(Rung::voices);
        let of_rules = rules.flat_map(|rule| [rule.from, rule.until]);
        let changes = self.layers.iter().flat_map(|book| &book.changes).flat_map(|change| [change.from, change.until]);
        of_rules.chain(changes).flatten().chain([Instant::UNIX_EPOCH]).collect()
    }

    /// The rules in force at an instant: those with a condition in the order written, and then the one without.
    pub(crate) fn in_force<'s>(sold: &[&'s Offer<'b>], at: Instant) -> Answer<Vec<&'s Offer<'b>>> {
        let mut offers: Vec<_> = sold.iter().filter(|offer| offer.in_force(at)).copied().collect();
        offers.sort_by_key(|offer| offer.conditions().next().is_none());
        if offers.is_empty() { Err(Refusal::NotInForce) } else { Ok(offers) }
    }

    /// The one rule for a model that another rule refers to; none where no rule is for any other model.
    pub(crate) fn referred(&self, studio: &str, tool: Option<&str>, model: &str) -> Option<&Offer<'b>> {
        let named = |name: &str| {
            self.offers.iter().filter(|offer| offer.studio() == studio).find(|offer| match tool {
                Some(tool) => offer.sells(studio, Some(tool), name),
                None => offer.like.is_none() && offer.names.iter().any(|(_, model)| *model == name),
            })
        };
        named(model).or_else(|| named(ANY))
    }

    /// All models that a text may name so, and perhaps `*`.
    pub(crate) fn models(&self, studio: &str, tool: Option<&str>) -> Vec<&'b str> {
        let offers = self.offers.iter().filter(|offer| offer.studio() == studio);
        let models = offers.flat_map(|offer| &offer.names).map(|(_, model)| *model);
        models.filter(|model| self.referred(studio, tool, model).is_some()).collect()
    }

    /// What one of a unit is in the unit of the book.
    pub(crate) fn worth(&self, unit: &str) -> Fraction {
        self.said(|book| find(&book.convert, unit)).cloned().unwrap_or_else(|| whole(1))
    }

    /// How the book rounds what is counted in a unit: only its own.
    pub(crate) fn round_in(&self, unit: &str) -> Option<&'b Round> {
        self.said(|book| book.round.as_ref()).filter(|_| unit == UNIT)
    }

    pub(crate) fn round(&self, offer: &Offer<'b>) -> Option<&'b Round> {
        offer.said(|rule| rule.round.as_ref()).or_else(|| self.round_in(offer.unit()))
    }

    /// How much is charged for an outcome: `partial`, `failed`, ….
    pub(crate) fn share(&self, offer: &Offer<'b>, changes: &[&Change], outcome: &str) -> Share {
        let says = |charge: &Charge| charge.iter().find(|(name, _)| *name == outcome).map(|(_, share)| *share);
        let unsaid = match outcome {
            "partial" | "cancelled" => Share::Delivered,
            _ => Share::Nothing,
        };
        let changed = changes.iter().rev().find_map(|change| says(&change.charge));
        let of_rule = || offer.said(|rule| says(&rule.charge));
        changed.or_else(of_rule).or_else(|| self.said(|book| says(&book.charge))).unwrap_or(unsaid)
    }

    /// The declaration of a setting for the rules of one model, which share it.
    pub(crate) fn setting(&self, offers: &[&Offer<'b>], name: &str) -> Option<Setting> {
        let wide = self.said(|book| find(&book.settings, name));
        let own = offers.iter().find_map(|offer| offer.setting(name));
        match (wide, own) {
            (Some(wide), Some(own)) => Some(wide.narrowed(&own)),
            (one, other) => one.cloned().or(other),
        }
    }

    /// The setting or fact that is counted in a unit: one that the rule names, or else the one of the book.
    pub(crate) fn counted_in(&self, offer: &Offer<'b>, unit: &str) -> String {
        let counted = |setting: &Setting| setting.unit.as_deref() == Some(unit);
        let own = offer.own_settings().find(|name| self.setting(&[offer], name).is_some_and(|it| counted(&it)));
        let declared = || self.settings().into_iter().chain(self.facts());
        let of_book = || declared().find(|(_, setting)| counted(setting)).map(|(name, _)| name);
        own.or_else(of_book).unwrap_or_else(|| panic!("nothing is counted in {unit}")).to_owned()
    }

    /// A named value, as a rule means it.
    pub(crate) fn named_value(&self, offer: &Offer<'b>, name: &str) -> Option<&'b Price> {
        let own = offer.rungs().rev().find_map(|rung| rung.named_value(name));
        own.or_else(|| self.said(|book| find(&book.lets, name)))
    }
}

/// Whether a rule of a book above names the same.
fn is_taken(above: &[Vec<Rung<'_>>], studio: &str, name: (Option<&str>, &str)) -> bool {
    above.iter().flatten().any(|rung| rung.studio() == studio && rung.names().contains(&name))
}

/// Rules, and the models that each is for.
type RungsOfModels<'b> = Vec<(Rung<'b>, Vec<&'b str>)>;

/// For each tool of a rule that builds on another tool, the rules of that one and their models.
fn built_on<'b>(
    own: &[Offer<'b>],
    like: Rung<'b>,
    layer: usize,
    rungs: &[Vec<Rung<'b>>],
) -> Vec<(&'b str, RungsOfModels<'b>)> {
    let (studio, base) = (like.studio(), like.like().unwrap());
    let of_tool = |tool: &'b str| {
        let left = |model: &str| !is_taken(&rungs[..layer], studio, (Some(tool), model));
        let named: Vec<&str> = like
            .names()
            .into_iter()
            .filter(|(own, _)| *own == Some(tool))
            .map(|(_, model)| model)
            .filter(|it| left(it))
            .collect();
        let elsewhere = |model: &str| {
            let others = rungs.iter().enumerate().filter(|(other, _)| *other != layer).flat_map(|(_, rungs)| rungs);
            others.clone().any(|rung| rung.studio() == studio && rung.names().contains(&(Some(tool), model)))
        };
        let chosen = |model: &str| {
            let any = named.contains(&ANY);
            if any {
                !like.except().contains(&model) && (model == ANY || !elsewhere(model))
            } else {
                named.contains(&model)
            }
        };
        let of_rule = |offer: &Offer<'b>| {
            let models = offer.names.iter().filter(|(tool, _)| *tool == Some(base)).map(|(_, model)| *model);
            (offer.base, models.filter(|model| chosen(model)).collect::<Vec<_>>())
        };
        let rules = own.iter().filter(|offer| offer.studio() == studio).map(of_rule);
        (tool, rules.filter(|(_, models)| !models.is_empty()).collect())
    };
    like.tools().into_iter().map(of_tool).collect()
}
