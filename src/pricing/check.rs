//! Finds all that is wrong and all that is doubtful in a book, at once.
//!
//! An error is what the engine refuses. A warning is what the engine takes although a request that the book allows
//! would be refused, or something in the book has no effect, or the book probably does not say what was meant.

mod alike;
mod catch_all;
mod count;
mod dates;
mod difference;
mod doubts;
mod formula;
mod known;
mod mentions;
mod names;
mod narrow;
mod offers;
mod possible;
mod range;
mod reckoning;
mod reference;
mod rule;
mod spoilt;
mod study;
mod table;
mod tiers;
mod truth;
mod unused;
mod wording;

use self::{
    catch_all::catch_all,
    dates::dates,
    doubts::Doubts,
    names::names,
    offers::offers,
    spoilt::Spoilt,
    study::Formulas,
    unused::{unbounded, unused},
};
use super::{book::PriceBook, compile::Rules, edition::Edition, text::Reading};
use crate::{diagnostic::Diagnostic, text::Faults};

impl PriceBook {
    /// Everything that is wrong or doubtful in a text, in the order of the text; nothing if it is a good book.
    ///
    /// The errors are those of [`PriceBook::parse_file`] and of [`CostEngine::new`](super::CostEngine::new), both at
    /// once. The warnings are about books that an engine takes: a request that the book allows and would refuse, such
    /// as one that would divide by 0; what has no effect, such as a rule that no request comes to; and what was
    /// probably not meant, such as two names that look alike.
    ///
    /// ```
    /// use studio_credits::pricing::PriceBook;
    ///
    /// let found = PriceBook::check_file(
    ///     "prices.toml",
    ///     r#"
    ///     name = "acme"
    ///     edition = "2026-11"
    ///     unit = "credits"
    ///
    ///     [settings]
    ///     steps = { min = 0, max = 50, default = 20 }
    ///
    ///     [[rule]]
    ///     studio = "image"
    ///     model = "flux-dev"
    ///     per.output = "100 / steps"
    ///     "#,
    /// );
    /// assert_eq!(found[0].message, "a division by `steps`, which may be 0");
    /// ```
    pub fn check_file(file: &str, text: &str) -> Vec<Diagnostic> {
        check(Reading::of(Some(file), text))
    }

    /// Everything that is wrong or doubtful in a text and in the books that it extends, as [`PriceBook::check_file`]
    /// tells it.
    ///
    /// The books are loaded as by [`PriceBook::parse_layers`]. What nothing uses or reaches is told of the uppermost
    /// book alone: the others are there for themselves.
    pub fn check_layers(file: &str, text: &str, load: impl FnMut(&str) -> Option<(String, String)>) -> Vec<Diagnostic> {
        let reading = Reading::of(Some(file), text);
        if reading.book.extends.is_none() {
            return check(reading);
        }
        if !reading.faults.is_empty() {
            return reading.faults.into_found();
        }
        match Self::parse_layers(file, text, load) {
            Ok(book) => check(Reading { faults: Faults::of(&book.sources), book, torn: false }),
            Err(error) => error.faults,
        }
    }

    /// Everything that is wrong or doubtful in the book; see [`PriceBook::check_file`].
    ///
    /// A book that was built in code is checked as the text that [`PriceBook::to_toml`] writes, and the places are
    /// places in that text.
    pub fn check(&self) -> Vec<Diagnostic> {
        if self.rules.iter().all(|rule| rule.span.bytes().is_some()) {
            return check(Reading { book: self.clone(), faults: Faults::of(&self.sources), torn: false });
        }
        match Edition::compile(self) {
            Err(error) => error.faults,
            Ok(_) => check(Reading::of(None, &self.to_toml())),
        }
    }
}

fn check(reading: Reading) -> Vec<Diagnostic> {
    let Reading { book, mut faults, torn } = reading;
    if torn {
        return faults.into_found();
    }
    let spoilt = Spoilt::by(&book, &faults);
    let mut compiling = Faults::of(&book.sources);
    let rules = Rules::of(&book, &mut compiling);
    if let Some(edition) = Edition::compiled(&book, &rules, &mut compiling) {
        edition.hold_examples(&book, &mut compiling);
    }
    // Where something is wrong already, what has no place may only follow from it.
    let whole = faults.is_empty();
    faults.take_in(compiling, |span| !spoilt.holds(span) && (whole || span.bytes().is_some()));
    if faults.is_empty() {
        study(&book, &rules, true, &mut faults);
    } else if let Some(rest) = Spoilt::by(&book, &faults).rest(&book) {
        let mut compiling = Faults::of(&book.sources);
        let rules = Rules::of(&rest, &mut compiling);
        if let Some(edition) = Edition::compiled(&rest, &rules, &mut compiling) {
            edition.hold_examples(&rest, &mut faults);
            study(&rest, &rules, rest.rules == book.rules, &mut faults);
        }
    }
    faults.into_found()
}

/// Looks for what is doubtful in a book that can be compiled, or in the sound rest of one.
fn study(book: &PriceBook, rules: &Rules, whole: bool, faults: &mut Faults) {
    let (mut formulas, mut doubts) = (Formulas::new(), Doubts::default());
    names(book, &mut doubts);
    dates(book, &mut doubts);
    offers(book, rules, &mut formulas, &mut doubts);
    if whole {
        unused(book, rules, &mut formulas, &mut doubts);
        unbounded(book, &rules.leaves, &mut doubts);
        catch_all(book, &rules.leaves, &mut formulas, &mut doubts);
    }
    doubts.tell(book, faults);
}
