//! Adds up how the answers to the same requests differ.

use super::{ExampleOf, Extent, OfferName, PriceChange, PriceExample};
use crate::{
    credits::Credits,
    number::{Number, Rounding},
    pricing::line::Quantity,
};

/// How the answers differ so far.
pub(super) struct Tally {
    change: PriceChange,
    rise: Option<(Credits, PriceExample)>,
    fall: Option<(Credits, PriceExample)>,
    defaults: Option<PriceExample>,
    unit: Option<PriceExample>,
    gone: Option<PriceExample>,
    come: Option<PriceExample>,
}

impl Tally {
    pub(super) fn new(offer: OfferName) -> Self {
        let change = PriceChange {
            offer,
            tried: 0,
            combinations: 0,
            changed: 0,
            no_longer_offered: 0,
            newly_offered: 0,
            amounts: None,
            percents: None,
            examples: Vec::new(),
        };
        Self { change, rise: None, fall: None, defaults: None, unit: None, gone: None, come: None }
    }

    /// There are so many more requests with the values that are worth trying.
    pub(super) fn combine(&mut self, combinations: u64) {
        self.change.combinations = self.change.combinations.saturating_add(combinations);
    }

    /// Whether all that there is was tried.
    pub(super) fn is_of_all(&self) -> bool {
        self.change.tried >= self.change.combinations
    }

    /// One more request was tried.
    pub(super) fn tried(&mut self) {
        self.change.tried = self.change.tried.saturating_add(1);
    }

    pub(super) fn price_changed(
        &mut self,
        before: Credits,
        after: Credits,
        default: bool,
        example: impl Fn(ExampleOf) -> PriceExample,
    ) {
        self.change.changed = self.change.changed.saturating_add(1);
        if default && self.defaults.is_none() {
            self.defaults = Some(example(ExampleOf::Defaults));
        }
        // Prices are never below 0, so that their difference is in range.
        let Some(by) = after.checked_sub(before) else { return };
        self.change.amounts = Some(widened(self.change.amounts, by));
        if let Some(percent) = percent(before, by) {
            self.change.percents = Some(widened(self.change.percents, percent));
        }
        let extreme = if by.is_negative() { &mut self.fall } else { &mut self.rise };
        let beyond = |most: Credits| if by.is_negative() { by < most } else { by > most };
        if extreme.as_ref().is_none_or(|(most, _)| beyond(*most)) {
            let of = if by.is_negative() { ExampleOf::Fall } else { ExampleOf::Rise };
            *extreme = Some((by, example(of)));
        }
    }

    pub(super) fn unit_changed(&mut self, default: bool, example: impl Fn(ExampleOf) -> PriceExample) {
        self.change.changed = self.change.changed.saturating_add(1);
        let kind = if default { ExampleOf::Defaults } else { ExampleOf::Unit };
        self.unit.get_or_insert_with(|| example(kind));
    }

    pub(super) fn no_longer_offered(&mut self, example: impl Fn(ExampleOf) -> PriceExample) {
        self.change.changed = self.change.changed.saturating_add(1);
        self.change.no_longer_offered = self.change.no_longer_offered.saturating_add(1);
        self.gone.get_or_insert_with(|| example(ExampleOf::NoLongerOffered));
    }

    pub(super) fn newly_offered(&mut self, example: impl Fn(ExampleOf) -> PriceExample) {
        self.change.changed = self.change.changed.saturating_add(1);
        self.change.newly_offered = self.change.newly_offered.saturating_add(1);
        self.come.get_or_insert_with(|| example(ExampleOf::NewlyOffered));
    }

    /// What changes, if anything does. An example of two things is told once.
    pub(super) fn told(self) -> Option<PriceChange> {
        let Self { mut change, rise, fall, defaults, unit, gone, come } = self;
        let extremes = rise.into_iter().chain(fall).map(|(_, example)| example);
        let all = defaults.into_iter().chain(extremes).chain(unit).chain(gone).chain(come);
        for example in all {
            let same = |known: &PriceExample| known.request == example.request && known.at == example.at;
            if !change.examples.iter().any(same) {
                change.examples.push(example);
            }
        }
        (change.changed > 0).then_some(change)
    }
}

fn widened<T: Copy + PartialOrd>(extent: Option<Extent<T>>, by: T) -> Extent<T> {
    let Extent { least, greatest } = extent.unwrap_or(Extent { least: by, greatest: by });
    Extent { least: if by < least { by } else { least }, greatest: if by > greatest { by } else { greatest } }
}

/// How much of a price a change is, to a hundredth of a percent; `None` where the price was nothing.
pub(super) fn percent(of: Credits, by: Credits) -> Option<Quantity> {
    let number = |credits: Credits| Number::from_decimal(credits.into());
    let percent = number(by).checked_div(number(of)).filter(|_| !of.is_zero())?;
    let hundredth = Number::new(1, 100)?;
    percent.checked_times(100)?.round_to(hundredth, Rounding::HalfEven).map(Quantity)
}
