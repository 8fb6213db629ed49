//! Collects doubts: what may happen is told where any request comes to it, what never happens where none does.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    pricing::book::{PriceBook, Span},
    text::Faults,
};

/// So many doubts that no more need to be looked for.
const DOUBTS_MAX: usize = 1_000;

/// A name that is not what it seems.
pub(crate) const NAME: &str = "name";
/// A date that has no effect.
pub(crate) const DATES: &str = "dates";

/// What is wrong, and what would be right.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// A way that requests may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// A rule.
    Rule,
    /// A condition that is true, and one that is not.
    Yes,
    No,
    /// The cell under one of the keys that stand in one place.
    Cell(usize),
    /// A named value.
    Name,
}

/// A text and the bytes in it.
type Place = (u64, u64);
type Closed = (Span, Told);

/// Doubts about a book. A rule is looked at once for each model and period, and a shared value once for each rule.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    told: Vec<(Span, &'static str, Told)>,
    /// The places and topics of what is told.
    known: BTreeSet<(Place, &'static str)>,
    /// Every way, and what is to be said of it if it is never taken; `None` for those that are.
    ways: BTreeMap<(Place, Way), Option<Closed>>,
    /// Something was too large to look at, so that a way may be taken unseen.
    pub(crate) unseen: bool,
}

impl Doubts {
    /// Something may happen. It is told once for each place and topic.
    pub(crate) fn add(&mut self, span: Span, topic: &'static str, message: String, hint: Option<String>) {
        if self.known.insert((span.order(), topic)) {
            self.told.push((span, topic, Told { message, hint }));
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.told.len() >= DOUBTS_MAX
    }

    /// A way is open or closed to the requests at hand; it is told where it is closed to all.
    pub(crate) fn way(&mut self, span: Span, way: Way, open: bool, told: impl FnOnce() -> Told) {
        let key = (span.order(), way);
        if open {
            self.ways.insert(key, None);
        } else {
            self.ways.entry(key).or_insert_with(|| Some((span, told())));
        }
    }

    /// Tells all doubts. Of books below others, only what may happen is told: names and dates are for them to see to,
    /// and some ways are closed on purpose.
    pub(crate) fn tell(self, book: &PriceBook, faults: &mut Faults) {
        let own = |span: Span| book.sources.rank(span).is_none_or(|rank| rank == 0);
        for (span, topic, Told { message, hint }) in self.told {
            if own(span) || ![NAME, DATES].contains(&topic) {
                faults.doubt(span, message, hint);
            }
        }
        let closed = self.ways.into_values().flatten();
        for (span, Told { message, hint }) in closed.filter(|(span, _)| !self.unseen && own(*span)) {
            faults.doubt(span, message, hint);
        }
    }
}
