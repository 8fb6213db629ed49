//! Tables and functions that are keyed by a quantity: whole-quantity bands and marginal tiers.

use super::{
    possible::Possible,
    range::{End, Piece, Range},
    reckoning::Reckoning,
    study::{Study, Text},
    table::{arms, bound},
};
use crate::{
    formula::{self, Node},
    number::Number,
    pricing::{
        book::{Cell, Span},
        program::Arithmetic,
    },
};

impl<'b> Study<'b, '_> {
    /// A table keyed by the quantity of the part at hand in the whole request; marginal tiers come to an average.
    pub(crate) fn by_quantity(&mut self, unit: &'b str, marginal: bool, cells: &'b [Cell], span: Span) -> Possible {
        let quantity = self.quietly(|study| study.whole(unit));
        let key = Possible::Number(quantity.clone());
        let (mut arms, missing) = arms(&key, cells);
        if marginal {
            // A tier also prices its units of the quantities beyond it.
            for arm in &mut arms {
                let below = bound(arm.key).map(|(at, _)| at);
                arm.values = Possible::Number(reaching(&quantity, cells, below));
            }
        }
        let what = format!("the quantity of `{unit}`");
        self.tell_arms(&arms, &key, &what);
        if !missing.is_impossible() {
            let message = format!("{what} may be {}, for which there is no cell", missing.told());
            self.doubt(span, "cell", message, "add a cell for it, or `else`".to_owned());
        }
        let mut all = Possible::Number(Range::none());
        for arm in arms.into_iter().filter(|arm| !arm.values.is_impossible()) {
            all = all.or(&self.value_of_cell(&arm.cell.price));
        }
        if marginal { Possible::Number(all.number().hull()) } else { all }
    }

    /// `volume(x, 10: 5, else: 4)` and `graduated(x, 10: 5, else: 4)`.
    pub(crate) fn tiers(
        &mut self,
        kind: formula::Tiers,
        quantity: &Node,
        tiers: &[(Number, Node)],
        beyond: Option<&Node>,
        node: &Node,
        text: Text<'b>,
    ) -> Possible {
        let range = self.number(quantity, text);
        let (mut all, mut rest, mut below) = (Range::none(), range.clone(), None);
        let rates = tiers.iter().map(|(bound, rate)| (Some(*bound), rate)).chain(beyond.map(|rate| (None, rate)));
        for (bound, rate) in rates {
            let band = Range::piece(Piece { low: None, high: bound.map(End::closed) });
            let here = match kind {
                formula::Tiers::Volume => rest.and(&band),
                // A tier also prices its units of the quantities beyond it.
                formula::Tiers::Graduated => range.and(&Range::piece(Piece { low: below, high: None })),
            };
            rest = rest.without(&band);
            below = bound.map(End::open);
            let before = self.known.clone();
            if !here.is_empty() && self.quietly(|study| study.is_number(quantity, &here, text)) {
                all = all.or(&self.number(rate, text));
            }
            self.known = before;
        }
        if !rest.is_empty() {
            let message = format!("`{}` may be {}, for which there is no tier", text.of(quantity), rest.told());
            self.doubt(text.at(node), "cell", message, "add `else: …`".to_owned());
        }
        match kind {
            formula::Tiers::Volume => Possible::Number(all),
            formula::Tiers::Graduated => {
                let rate = all.hull();
                Possible::Number(Reckoning::default().arithmetic(Arithmetic::Multiply, &range, &rate))
            }
        }
    }
}

/// The quantities that reach above the tier before the one up to `bound`, or before the last.
fn reaching(quantity: &Range, cells: &[Cell], bound_of_tier: Option<Number>) -> Range {
    let bounds = cells.iter().filter_map(|cell| bound(&cell.key)).map(|(at, _)| at);
    let before = bounds.filter(|at| bound_of_tier.is_none_or(|own| *at < own)).max();
    match before {
        Some(before) => quantity.and(&Range::piece(Piece { low: Some(End::open(before)), high: None })),
        None => quantity.clone(),
    }
}
