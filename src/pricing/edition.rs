//! One compiled edition of a price book.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{
    book::PriceBook,
    compile::{ANY_MODEL, Leaf, Rules, Scope, Words, nameable, twice},
    index::{Index, Offer},
    period::Period,
    program::{Input, Rule, Symbol},
    tabulate::{Tabulated, share_axes},
};
use crate::{
    diagnostic::quoted,
    digest,
    request::GenerationRequest,
    text::{BookError, Faults},
};

/// How long a quote holds where the book says nothing.
const QUOTE_MINUTES: u32 = 15;

/// A compiled price book.
#[derive(Debug)]
pub(crate) struct Edition {
    pub(crate) book: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) checksum: u64,
    /// When it is in force: until the end that its book says, or else until the next edition of an engine begins.
    pub(crate) period: Period,
    /// The end that its book says.
    pub(crate) stated_until: Option<DateTime<Utc>>,
    pub(crate) quote_life: TimeDelta,
    pub(crate) facts: Box<[Input]>,
    /// The texts that the book mentions, sorted.
    pub(crate) words: Box<[(Box<str>, Symbol)]>,
    /// The slices of all offers, those of one beside each other.
    pub(crate) slices: Box<[Slice]>,
    /// All that is sold, sorted by studio, tool and model; an empty tool stands for none.
    pub(crate) sold: Box<[Sold]>,
    pub(crate) index: Index,
}

/// A name under which an offer is sold.
#[derive(Debug)]
pub(crate) struct Sold {
    pub(crate) studio: Box<str>,
    pub(crate) tool: Box<str>,
    pub(crate) model: Box<str>,
    pub(crate) offer: Offer,
}

/// A period in which the same rules are in force: those with a condition first, in the order written.
#[derive(Debug)]
pub(crate) struct Slice {
    pub(crate) period: Period,
    pub(crate) inputs: Arc<[Input]>,
    /// Whether one of the inputs is known only after the work.
    pub(crate) measured: bool,
    pub(crate) rules: Box<[Rule]>,
    /// The prices that were worked out beforehand.
    pub(crate) tabulated: Option<Tabulated>,
}

impl Edition {
    /// Compiles a book; every fault that it finds is reported at once.
    pub(crate) fn compile(book: &PriceBook) -> Result<Self, BookError> {
        Self::compile_rules(book).map(|(edition, _)| edition)
    }

    /// Compiles a book, and hands on its rules too.
    pub(crate) fn compile_rules(book: &PriceBook) -> Result<(Self, Rules), BookError> {
        let mut faults = Faults::of(&book.sources);
        let rules = Rules::of(book, &mut faults);
        let edition = Self::compiled(book, &rules, &mut faults);
        if let Some(edition) = &edition {
            edition.hold_examples(book, &mut faults);
        }
        match edition.filter(|_| faults.is_empty()) {
            Some(edition) => Ok((edition, rules)),
            None => Err(BookError { faults: faults.into_found() }),
        }
    }

    /// Compiles a book but for its examples; `None` where there are faults.
    pub(crate) fn compiled(book: &PriceBook, rules: &Rules, faults: &mut Faults) -> Option<Self> {
        let mut words = Words::default();
        if let Some((below, span)) = &book.extends {
            let message = format!("the book extends {}, and was not put over it", quoted(below));
            faults.add(*span, message, Some("read it with `PriceBook::parse_layers`, or call `PriceBook::over`"));
            return None;
        }
        if let Some(change) = book.overrides.first() {
            let hint = "`extends` names the book whose rules it changes";
            faults.add(change.span, "the book extends no other, so there is nothing to override", Some(hint));
        }
        let period = Period { from: book.from, until: book.until };
        if period.from.zip(period.until).is_some_and(|(from, until)| from >= until) {
            faults.say(book.span, "the book ends before it begins");
        }
        for (name, text) in [("name", &book.name), ("edition", &book.edition), ("unit", &book.unit)] {
            if text.trim().is_empty() || text.trim() != &**text {
                faults.say(book.span, format!("the `{name}` of the book is {}", quoted(text)));
            }
        }
        twice(book.span, "setting", &book.settings, faults);
        twice(book.span, "fact", &book.facts, faults);
        twice(book.span, "named value", &book.lets, faults);
        twice(book.span, "conversion", &book.convert, faults);
        if let Some((unit, rate)) = book.convert.iter().find(|(_, rate)| *rate <= Decimal::ZERO) {
            faults.say(book.span, format!("one {} is {rate}; a conversion is above 0", quoted(unit)));
        }
        let (leaves, sold_rules) = (&rules.leaves, rules.sold());
        nameable(book, faults);
        names_mean_one_thing(book, leaves, faults);
        let groups = grouped(sold_rules);
        let mut slices = Vec::new();
        let mut compiled = BTreeMap::<Vec<usize>, Offer>::new();
        let mut sold = Vec::new();
        let mut names = Vec::new();
        for ([studio, tool, model], places) in groups {
            let sells = !places.is_empty();
            let offer = *compiled.entry(places).or_insert_with_key(|places| {
                let of_offer: Vec<&Leaf> = places.iter().filter_map(|at| sold_rules.get(*at)).collect();
                let first = slices.len();
                slices.extend(offer(book, leaves, &of_offer, faults, &mut words));
                Offer::between(first, slices.len())
            });
            names.push(([studio, tool, model], offer));
            if sells {
                sold.push(Sold { studio: studio.into(), tool: tool.into(), model: model.into(), offer });
            }
        }
        let facts = facts(book, faults, &mut words);
        if !faults.is_empty() {
            return None;
        }
        share_inputs(&mut slices);
        for slice in &mut slices {
            slice.tabulated = Tabulated::of(&slice.rules, &slice.inputs);
        }
        share_axes(slices.iter_mut().filter_map(|slice| slice.tabulated.as_mut()));
        Some(Self {
            index: Index::new(names.into_iter()),
            book: book.name.clone(),
            name: book.edition.clone(),
            checksum: book.checksum(),
            period,
            stated_until: book.until,
            quote_life: TimeDelta::minutes(book.quote_minutes.unwrap_or(QUOTE_MINUTES).into()),
            facts,
            words: words.into_known(),
            slices: slices.into(),
            sold: sold.into(),
        })
    }

    /// Prices the examples that the book carries: one that costs something else is a fault of the book.
    pub(crate) fn hold_examples(&self, book: &PriceBook, faults: &mut Faults) {
        for example in &book.examples {
            let at = example.at.or(self.period.from).unwrap_or(DateTime::UNIX_EPOCH);
            if example.at.is_none() && self.period.from.is_none() && self.changes(&example.request) {
                let hint = "say `at` which instant, or give the book a `from`";
                faults.add(example.span, "the example has no date, and its price changes with time", Some(hint));
                continue;
            }
            match self.price(&example.request, at) {
                Ok(price) if price == example.costs => {}
                Ok(price) => faults.say(example.span, format!("the example costs {price}, not {}", example.costs)),
                Err(error) => faults.say(example.span, format!("the example has no price: {error}")),
            }
        }
    }
}

/// A name is a setting, a fact or a named value, and no word of the language.
fn names_mean_one_thing(book: &PriceBook, leaves: &[Leaf], faults: &mut Faults) {
    let reserved = |name: &str| ["count", "output", "call"].contains(&name);
    for (name, setting) in &book.settings {
        if book.facts.iter().any(|(fact, _)| fact == name) {
            faults.say(setting.span, format!("{} is a setting and a fact", quoted(name)));
        }
    }
    for (name, setting) in leaves.iter().flat_map(|leaf| &leaf.settings) {
        if book.facts.iter().any(|(fact, _)| fact == name) {
            let hint = "a rule that is for some values of a fact says so with `when`, or in its tables";
            faults.add(setting.span, format!("{} is a fact, and no setting", quoted(name)), Some(hint));
        }
    }
    let declared = book.settings.iter().chain(&book.facts);
    for (name, setting) in declared.clone().chain(leaves.iter().flat_map(|leaf| &leaf.settings)) {
        let unit = setting.unit.as_deref().filter(|unit| reserved(unit) && *unit != "count");
        if let Some(word) = Some(&**name).filter(|name| *name == "count").or(unit) {
            faults.say(setting.span, format!("{} is a word of the language", quoted(word)));
        }
    }
    for (name, price) in leaves.iter().flat_map(|leaf| &leaf.lets).chain(&book.lets) {
        if reserved(name) {
            faults.say(price.key_span, format!("{} is a word of the language", quoted(name)));
        } else if declared.clone().any(|(known, _)| known == name) {
            faults.say(price.key_span, format!("{} is a named value, and a setting or fact too", quoted(name)));
        }
    }
}

/// Which rules are for which studio, tool and model.
///
/// A request that names no tool is for the model itself: for the rules without a tool, or else for those whose price
/// is not tied to another tool's, if they are the same for all of these tools.
pub(crate) fn grouped(leaves: &[Leaf]) -> BTreeMap<[&str; 3], Vec<usize>> {
    let mut groups = BTreeMap::<[&str; 3], Vec<usize>>::new();
    let mut toolless = BTreeMap::<[&str; 3], BTreeMap<&str, Vec<usize>>>::new();
    for (place, leaf) in leaves.iter().enumerate() {
        for model in &leaf.models {
            let named = leaf.tools.iter().map(|tool| &**tool);
            let none = leaf.tools.is_empty().then_some("");
            for tool in named.chain(none) {
                let place = leaf.offered.then_some(place);
                groups.entry([&leaf.studio, tool, model]).or_default().extend(place);
                if !tool.is_empty() && !leaf.tied {
                    let tools = toolless.entry([&leaf.studio, "", model]).or_default();
                    tools.entry(tool).or_default().extend(place);
                }
            }
        }
    }
    for (names, tools) in toolless {
        let same: BTreeSet<_> = tools.into_values().collect();
        // Where the tools differ, no rule is for the model itself, and neither is the one for any model.
        let rules = if same.len() == 1 { same.into_iter().next().unwrap_or_default() } else { Vec::new() };
        groups.entry(names).or_insert(rules);
    }
    groups
}

/// The periods in which the same of these rules are in force, each with its rules: those with a condition first.
pub(crate) fn in_force<'l>(leaves: &[&'l Leaf]) -> Vec<(Period, Vec<&'l Leaf>)> {
    let starts = leaves.iter().map(|leaf| leaf.from);
    let ends = leaves.iter().filter_map(|leaf| leaf.until.map(Some));
    let seams: BTreeSet<_> = starts.chain(ends).chain([None]).collect();
    let seams: Vec<_> = seams.into_iter().collect();
    let periods = seams.iter().enumerate().map(|(at, from)| {
        let until = seams.get(at.saturating_add(1)).copied().flatten();
        let holds = |leaf: &&&'l Leaf| {
            leaf.from <= *from && leaf.until.is_none_or(|end| from.is_none_or(|from| from < end) && Some(end) > *from)
        };
        let (last, mut ordered): (Vec<&Leaf>, Vec<&Leaf>) =
            leaves.iter().filter(holds).copied().partition(|leaf| leaf.conditions.is_empty());
        ordered.extend(last);
        (Period { from: *from, until }, ordered)
    });
    periods.filter(|(_, rules)| !rules.is_empty()).collect()
}

fn offer(book: &PriceBook, all: &[Leaf], leaves: &[&Leaf], faults: &mut Faults, words: &mut Words) -> Vec<Slice> {
    let slices = in_force(leaves).into_iter().map(|(period, rules)| {
        let mut last = rules.iter().filter(|leaf| leaf.conditions.is_empty());
        if let (Some(first), Some(second)) = (last.next(), last.next()) {
            let message = format!("{} and {} price the same requests", quoted(&first.name), quoted(&second.name));
            let hint = "give one a condition (`when`), or dates (`from`, `until`) that do not overlap";
            faults.add(second.span, message, Some(hint));
        }
        slice(book, all, &rules, period, faults, words)
    });
    slices.collect()
}

fn slice(
    book: &PriceBook,
    all: &[Leaf],
    leaves: &[&Leaf],
    period: Period,
    faults: &mut Faults,
    words: &mut Words,
) -> Slice {
    let empty = || Slice { period, inputs: Arc::default(), measured: false, rules: Box::default(), tabulated: None };
    let Some(first) = leaves.first() else { return empty() };
    let mut scope = Scope::new(book, all, first, period, faults, words);
    for leaf in leaves {
        scope.turn_to(leaf);
        scope.take_settings();
    }
    let mut rules = Vec::new();
    for leaf in leaves {
        scope.turn_to(leaf);
        rules.extend(scope.rule());
    }
    for leaf in leaves {
        scope.turn_to(leaf);
        scope.narrow();
    }
    let measured = scope.inputs.iter().any(|input| input.measured);
    Slice { period, inputs: scope.inputs.into(), measured, rules: rules.into(), tabulated: None }
}

/// Models that take the same settings share them: what all requests read stays close to the processor.
fn share_inputs(slices: &mut [Slice]) {
    // What is printed of inputs tells all of them, so it serves as their key.
    let mut known = BTreeMap::<String, Arc<[Input]>>::new();
    for slice in slices {
        let inputs = known.entry(format!("{:?}", slice.inputs)).or_insert_with(|| Arc::clone(&slice.inputs));
        slice.inputs = Arc::clone(inputs);
    }
}

/// The facts of the book, so that one which a rule does not use is still held to what it may be.
fn facts(book: &PriceBook, faults: &mut Faults, words: &mut Words) -> Box<[Input]> {
    let none = Leaf::none();
    let mut scope = Scope::new(book, &[], &none, Period { from: None, until: None }, faults, words);
    let facts = book.facts.iter().filter_map(|(name, fact)| scope.input(name, fact, true));
    facts.collect()
}

impl Edition {
    /// The offer under these names, or else the one for any model of the studio and tool, and whether it is that.
    #[expect(clippy::inline_always, reason = "on the way of each price, and measured")]
    #[inline(always)]
    pub(crate) fn offer(&self, digest: u64, names: [&str; 3]) -> Option<(Offer, bool)> {
        let [studio, tool, model] = names;
        if let Some(offer) = self.index.get(digest, names) {
            return (!offer.is_empty()).then_some((offer, model == ANY_MODEL));
        }
        Some((self.any_model(studio, tool)?, true))
    }

    /// The offer for any model of the studio and tool.
    #[inline(never)]
    fn any_model(&self, studio: &str, tool: &str) -> Option<Offer> {
        let offer = self.index.get(digest::names(studio, tool, ANY_MODEL), [studio, tool, ANY_MODEL]);
        offer.filter(|offer| !offer.is_empty())
    }

    /// Whether what a request costs depends on its instant.
    fn changes(&self, request: &GenerationRequest) -> bool {
        let tool = request.tool().map_or("", |tool| tool.as_str());
        let offer = self.offer(request.digest(), [request.studio().as_str(), tool, request.model().as_str()]);
        let slices = offer.map(|(offer, _)| self.slices_of(offer)).unwrap_or_default();
        slices.iter().any(|slice| slice.period != Period { from: None, until: None })
    }

    /// The slices of an offer.
    #[inline]
    pub(crate) fn slices_of(&self, offer: Offer) -> &[Slice] {
        offer.of(&self.slices)
    }
}
