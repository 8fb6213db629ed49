//! Goes through everything that two books sell, and collects what changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    BookName, Diff, OfferName, TermsChange,
    compare::{Comparison, Offered},
    sample::Asked,
    setting::{facts_changed, settings_changed},
    tally::Tally,
    unchanged::Sources,
};
use crate::{
    digest,
    pricing::{
        book::PriceBook,
        compile::Rules,
        edition::{Edition, Slice},
        index::Offer,
        period::Period,
    },
    request::GenerationRequest,
    text::BookError,
};

/// Two books, compiled.
pub(super) struct Books<'b> {
    pub(super) old: Side<'b>,
    pub(super) new: Side<'b>,
}

/// One of two books, compiled.
pub(super) struct Side<'b> {
    pub(super) book: &'b PriceBook,
    pub(super) edition: Edition,
    pub(super) rules: Rules,
}

/// Tools of a model that both books price by the same rules.
struct Group<'e> {
    /// What each book sells under these names, or prices by its rule for any model.
    offers: [Option<Offer>; 2],
    /// Which of the books name the model.
    named: [bool; 2],
    /// An empty tool stands for none.
    tools: Vec<&'e str>,
}

impl<'b> Books<'b> {
    pub(super) fn compiled(old: &'b PriceBook, new: &'b PriceBook) -> Result<Self, BookError> {
        match (Side::compiled(old), Side::compiled(new)) {
            (Ok(old), Ok(new)) => Ok(Self { old, new }),
            (Err(mut error), Err(other)) => {
                error.faults.extend(other.faults);
                Err(error)
            }
            (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        }
    }

    pub(super) fn diff(&self) -> Diff {
        let name = |side: &Side<'_>| BookName { book: side.book.name().into(), edition: side.book.edition().into() };
        let mut diff = Diff {
            old: name(&self.old),
            new: name(&self.new),
            terms: self.terms(),
            removed: Vec::new(),
            added: Vec::new(),
            settings: facts_changed(&self.old.edition.facts, &self.new.edition.facts),
            units: Vec::new(),
            charges: Vec::new(),
            exactness: Vec::new(),
            prices: Vec::new(),
        };
        let sources = Sources::of(&self.old, &self.new);
        let examples = self.examples();
        for ([studio, model], groups) in self.groups() {
            for group in groups {
                let offer = OfferName::new(studio, model, &group.tools);
                match group.named {
                    [true, false] => diff.removed.push(offer.clone()),
                    [false, true] => diff.added.push(offer.clone()),
                    _ => {}
                }
                let [Some(old), Some(new)] = group.offers else { continue };
                let (old, new) = (self.old.edition.slices_of(old), self.new.edition.slices_of(new));
                let first_tool = group.tools.first().copied().unwrap_or_default();
                if group.named == [true, true] && sources.unchanged(old, new) {
                    continue;
                }
                let asks = examples.get(&[studio, model]).into_iter().flatten().copied();
                let asks = asks.filter(|ask| group.tools.contains(&ask.tool().map_or("", |tool| tool.as_str())));
                let offered = Offered { name: &offer, tool: first_tool, examples: asks.collect() };
                self.compare(&mut diff, &offered, old, new);
            }
        }
        diff
    }

    /// Compares what an offer takes and costs, in each period that the new book prices.
    fn compare(&self, diff: &mut Diff, offered: &Offered<'_>, old: &[Slice], new: &[Slice]) {
        let at = |slices: &[Slice], instant| slices.iter().position(|slice| slice.period.holds(instant));
        let mut periods: Vec<(DateTime<Utc>, [Option<usize>; 2])> = Vec::new();
        for instant in self.instants(old, new) {
            let slices = [at(old, instant), at(new, instant)];
            if slices != [None, None] && periods.iter().all(|(_, known)| *known != slices) {
                periods.push((instant, slices));
            }
        }
        let mut tally = Tally::new(offered.name.clone());
        for (at, [before, after]) in &periods {
            let before = before.and_then(|place| old.get(place));
            let after = after.and_then(|place| new.get(place));
            if let (Some(before), Some(after)) = (before, after) {
                settings_changed(&mut diff.settings, offered.name, &before.inputs, &after.inputs);
            }
            let (old_edition, new_edition) = (&self.old.edition, &self.new.edition);
            let comparison = Comparison {
                editions: [old_edition, new_edition],
                asked: [
                    Asked { slice: before, words: &old_edition.words },
                    Asked { slice: after, words: &new_edition.words },
                ],
                at: *at,
                dated: periods.len() > 1,
                offered,
            };
            comparison.run(&mut tally, diff);
        }
        diff.prices.extend(tally.told());
    }

    /// An instant in each period in which the same rules of both books are in force, as far as the new book is.
    fn instants(&self, old: &[Slice], new: &[Slice]) -> Vec<DateTime<Utc>> {
        let Period { from, until } = self.new.edition.period;
        let ends = |slice: &Slice| [slice.period.from, slice.period.until];
        let seams: BTreeSet<_> = old.iter().chain(new).flat_map(ends).flatten().collect();
        let seams = seams.into_iter().filter(|seam| from.is_none_or(|from| from < *seam));
        let seams: Vec<_> = seams.filter(|seam| until.is_none_or(|until| *seam < until)).collect();
        let before = || seams.first().or(until.as_ref())?.checked_sub_signed(TimeDelta::seconds(1));
        let first = from.or_else(before).unwrap_or(DateTime::UNIX_EPOCH);
        [first].into_iter().chain(seams).collect()
    }

    /// Everything that either book sells, by studio and model.
    fn groups(&self) -> Vec<([&str; 2], Vec<Group<'_>>)> {
        let sides = [(0, &self.old.edition), (1, &self.new.edition)];
        let sold = sides.iter().flat_map(|(side, edition)| edition.sold.iter().map(|sold| (*side, sold)));
        let mut all: Vec<_> =
            sold.map(|(side, sold)| ([&*sold.studio, &sold.model, &sold.tool], side, sold.offer)).collect();
        all.sort_unstable_by_key(|(names, side, _)| (*names, *side));
        let mut groups: Vec<([&str; 2], Vec<Group<'_>>)> = Vec::new();
        for sold in all.chunk_by(|one, other| one.0 == other.0) {
            let Some(([studio, model, tool], ..)) = sold.first().copied() else { continue };
            let [old, new] = sides.map(|(side, edition)| {
                let named = sold.iter().find(|(_, of, _)| *of == side).map(|(.., offer)| *offer);
                let any = || edition.offer(digest::names(studio, tool, model), [studio, tool, model]);
                (named.or_else(|| any().map(|(offer, _)| offer)), named.is_some())
            });
            let (offers, named) = ([old.0, new.0], [old.1, new.1]);
            if groups.last().is_none_or(|(names, _)| *names != [studio, model]) {
                groups.push(([studio, model], Vec::new()));
            }
            let Some((_, known)) = groups.last_mut() else { continue };
            match known.iter_mut().find(|group| group.offers == offers && group.named == named) {
                Some(group) => group.tools.push(tool),
                None => known.push(Group { offers, named, tools: vec![tool] }),
            }
        }
        groups
    }

    /// What the books' own examples ask of each studio and model.
    fn examples(&self) -> BTreeMap<[&str; 2], Vec<&GenerationRequest>> {
        let mut examples = BTreeMap::<[&str; 2], Vec<&GenerationRequest>>::new();
        for example in self.old.book.examples.iter().chain(&self.new.book.examples) {
            let request = &example.request;
            examples.entry([request.studio().as_str(), request.model().as_str()]).or_default().push(request);
        }
        examples
    }

    /// What the books say of themselves.
    fn terms(&self) -> Vec<TermsChange> {
        let (old, new) = (self.old.book, self.new.book);
        let day = |instant: Option<DateTime<Utc>>| instant.map(super::tell::instant);
        let minutes = |book: &PriceBook| book.quote_minutes.map(|minutes| minutes.to_string());
        let terms = [
            TermsChange { term: "from", old: day(old.from), new: day(new.from) },
            TermsChange { term: "until", old: day(old.until), new: day(new.until) },
            TermsChange { term: "quote_minutes", old: minutes(old), new: minutes(new) },
        ];
        terms.into_iter().filter(|term| term.old != term.new).collect()
    }
}

impl<'b> Side<'b> {
    fn compiled(book: &'b PriceBook) -> Result<Self, BookError> {
        let (edition, rules) = Edition::compile_rules(book)?;
        Ok(Self { book, edition, rules })
    }
}

impl OfferName {
    fn new(studio: &str, model: &str, tools: &[&str]) -> Self {
        let tools = tools.iter().filter(|tool| !tool.is_empty()).map(|tool| (*tool).to_owned()).collect();
        Self { studio: studio.to_owned(), model: model.to_owned(), tools }
    }
}
