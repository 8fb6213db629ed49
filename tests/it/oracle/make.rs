//! Makes books by chance: every shape of the language, in sizes that a person can still read.

pub(super) mod ask;
mod condition;
mod formula;
mod function;
mod layer;
mod offer;
mod price;
mod rule;
mod setting;
mod view;

use super::{
    chance::Chance,
    number::fraction,
    tree::{Book, Charge, Instant, Round, Share, Way},
};

/// All that is made for one book.
pub(crate) struct Maker {
    pub(super) chance: Chance,
    /// How many rules have a name so far.
    named: u64,
}

/// Numbers that prices are made of.
const PRICES: [&str; 14] =
    ["1", "2", "3", "5", "8", "12", "0.5", "0.25", "1.5", "33.33", "0.014", "1_000", "1.2e2", "0.000001"];
/// Where rules and books begin and end.
const SEAMS: [&str; 3] = ["2026-03-01T00:00:00Z", "2026-06-15T12:30:00Z", "2027-01-01T00:00:00Z"];
const OUTCOMES: [&str; 5] = ["partial", "failed", "blocked", "cancelled", "empty"];

/// The editions of a book, mostly one; some stand over other books.
pub(crate) fn editions(seed: u64) -> Vec<Book> {
    let mut maker = Maker { chance: Chance::new(seed, 0), named: 0 };
    let mut first = maker.book("2026");
    if maker.chance.percent(12) {
        first.from = maker.chance.maybe(40, |_| seam(0));
        first.until = maker.chance.maybe(50, |_| seam(1));
        let mut second = maker.book("2027");
        second.from = Some(seam(1));
        second.until = maker.chance.maybe(40, |_| seam(2));
        return if maker.chance.percent(50) { vec![first, second] } else { vec![second, first] };
    }
    if maker.chance.percent(35) {
        "below".clone_into(&mut first.name);
        if maker.chance.percent(25) {
            first = maker.layer(first, "between");
        }
        first = maker.layer(first, "acme");
    }
    vec![first]
}

impl Maker {
    /// A book with all its rules.
    fn book(&mut self, edition: &str) -> Book {
        let maker = self;
        let mut book = Book {
            name: "acme".to_owned(),
            edition: edition.to_owned(),
            round: maker.chance.maybe(40, |_| ()).map(|()| maker.round()),
            charge: maker.charge(),
            settings: maker.settings(),
            facts: maker.facts(),
            ..Book::default()
        };
        if maker.chance.percent(10) {
            let (from, until) = (seam(0), seam(2));
            book.from = maker.chance.maybe(60, |_| from);
            book.until = maker.chance.maybe(60, |_| until);
        }
        let refer = maker.chance.percent(75);
        maker.lets(&mut book, !refer);
        maker.offers(&mut book, refer);
        book
    }
}

fn seam(at: usize) -> Instant {
    SEAMS[at].parse().unwrap()
}

impl Maker {
    fn round(&mut self) -> Round {
        let way = *self.chance.pick(&[Way::Up, Way::Down, Way::HalfUp, Way::HalfEven]);
        let step = self.chance.text(&["0.000000001", "0.001", "0.01", "0.5", "1", "0.3", "25"]);
        Round { way, step: fraction(step) }
    }

    fn charge(&mut self) -> Charge {
        let shares = [Share::Nothing, Share::Delivered, Share::All];
        let outcomes = self.chance.some_of(15, &OUTCOMES);
        outcomes.into_iter().map(|outcome| (outcome, *self.chance.pick(&shares))).collect()
    }

    fn text(&mut self, from: &[&str]) -> String {
        (*self.chance.pick(from)).to_owned()
    }
}
