//! Arithmetic with what numbers may be.

use super::range::{End, Grid, Piece, Range, high_order, low_order};
use crate::{
    number::{Number, Rounding},
    pricing::program::{Arithmetic, Inexact},
};

/// The most pairs of pieces that are reckoned with one by one.
const PAIRS_MAX: usize = 64;

/// Reckons with ranges, and keeps whether a result was too large to be held.
#[derive(Debug, Default)]
pub(crate) struct Reckoning {
    pub(crate) too_large: bool,
}

/// A number, or beyond all numbers.
#[derive(Clone, Copy)]
enum Limit {
    Below,
    At(End),
    Beyond,
}

impl Reckoning {
    pub(crate) fn arithmetic(&mut self, operator: Arithmetic, left: &Range, right: &Range) -> Range {
        match operator {
            Arithmetic::Add => {
                let sum = self.pairs(left, right, |reckoning, one, other| Piece {
                    low: reckoning.sum(one.low, other.low),
                    high: reckoning.sum(one.high, other.high),
                });
                sum.on(Self::shared_grid(left, right))
            }
            Arithmetic::Subtract => self.arithmetic(Arithmetic::Add, left, &Self::negated(right)),
            Arithmetic::Multiply => {
                let product = self.pairs(left, right, Self::product);
                let whole = left.is_whole() && right.is_whole();
                product.on(whole.then_some(Grid::WHOLE))
            }
            Arithmetic::Divide => {
                let zero = Range::exactly(Number::ZERO);
                let parts = right.without(&zero);
                let below = parts.and(&Range::piece(Piece { low: None, high: Some(End::open(Number::ZERO)) }));
                let above = parts.and(&Range::above_zero());
                let reciprocals =
                    Range::all(below.pieces().iter().chain(above.pieces()).map(|piece| self.reciprocal(*piece)));
                self.pairs(left, &reciprocals, Self::product)
            }
        }
    }

    pub(crate) fn negated(range: &Range) -> Range {
        let turned = |end: Option<End>| {
            let end = end?;
            Some(End { at: end.at.checked_neg()?, ..end })
        };
        let pieces = range.pieces().iter().map(|piece| Piece { low: turned(piece.high), high: turned(piece.low) });
        let grid = range.grid().and_then(|grid| Some(Grid { from: grid.from.checked_neg()?, ..grid }));
        Range::all(pieces).on(grid)
    }

    /// How far from 0.
    fn size(range: &Range) -> Range {
        let unsigned = Range::from_zero();
        range.and(&unsigned).or(&Self::negated(range).and(&unsigned))
    }

    /// The lesser of two.
    pub(crate) fn least(&mut self, left: &Range, right: &Range) -> Range {
        self.pairs(left, right, |_, one, other| Piece {
            low: std::cmp::min_by(one.low, other.low, |one, other| low_order(*one, *other)),
            high: std::cmp::min_by(one.high, other.high, |one, other| high_order(*one, *other)),
        })
        .on(common(left, right))
    }

    /// The greater of two.
    pub(crate) fn most(&mut self, left: &Range, right: &Range) -> Range {
        let least = self.least(&Self::negated(left), &Self::negated(right));
        Self::negated(&least)
    }

    /// Multiples of a step, which is above 0.
    pub(crate) fn rounded(&mut self, range: &Range, step: &Range, direction: Rounding) -> Range {
        let Some(only) = step.only() else {
            // Less than a step away; what is not negative does not become so.
            let Some(widest) = step.high() else { return signed(range) };
            let away = Range::piece(match direction {
                Rounding::Up => Piece::closed(Number::ZERO, widest.at),
                Rounding::Down => {
                    Piece { low: widest.at.checked_neg().map(End::closed), high: Some(End::closed(Number::ZERO)) }
                }
                _ => Piece { low: widest.at.checked_neg().map(End::closed), high: Some(End::closed(widest.at)) },
            });
            let near = self.arithmetic(Arithmetic::Add, range, &away);
            return near.and(&signed(range));
        };
        let mut to_step = |end: Option<End>, outwards: Rounding| {
            let end = end?;
            let near = end.at.round_to(only, direction).or_else(|| self.lost());
            let beyond = match (direction, outwards) {
                (Rounding::Up, Rounding::Up) if end.open && near == Some(end.at) => near?.checked_add(only),
                (Rounding::Down, Rounding::Down) if end.open && near == Some(end.at) => near?.checked_sub(only),
                _ => near,
            };
            beyond.map(End::closed)
        };
        let pieces: Vec<_> = range
            .pieces()
            .iter()
            .map(|piece| Piece { low: to_step(piece.low, Rounding::Up), high: to_step(piece.high, Rounding::Down) })
            .collect();
        Range::all(pieces).on(Some(Grid { from: Number::ZERO, step: only }))
    }

    /// Powers with whole exponents.
    pub(crate) fn power(&mut self, base: &Range, exponent: &Range) -> Range {
        let even = exponent.only().and_then(Number::to_u64).is_some_and(|exponent| exponent.rem_euclid(2) == 0);
        let base = if even { &Self::size(base) } else { base };
        self.corners(base, exponent, |base, exponent| {
            let size = if exponent.is_negative() { exponent.checked_neg()? } else { exponent };
            let whole = i32::try_from(size.to_u64()?).ok()?;
            base.powi(if exponent.is_negative() { whole.checked_neg()? } else { whole })
        })
    }

    /// What cannot be exact.
    pub(crate) fn inexact(&mut self, function: Inexact, range: &Range, other: &Range, digits: u32) -> Range {
        if let Inexact::Power = function {
            return self.corners(range, other, |base, exponent| base.pow(exponent, digits));
        }
        let (domain, least) = match function {
            Inexact::Logarithm => (Range::above_zero(), None),
            Inexact::Root => (Range::from_zero(), Some(End::closed(Number::ZERO))),
            _ => (Range::any(), Some(End::closed(Number::ZERO))),
        };
        let mut value = |end: Option<End>, beyond: Option<End>| {
            let Some(End { at, .. }) = end.filter(|end| !(end.at.is_zero() && matches!(function, Inexact::Logarithm)))
            else {
                return beyond;
            };
            let value = match function {
                Inexact::Logarithm => at.ln(digits),
                Inexact::Root => at.sqrt(digits),
                _ => at.exp(digits),
            };
            value.or_else(|| self.lost()).map(End::closed)
        };
        let domain = range.and(&domain);
        Range::all(
            domain
                .pieces()
                .iter()
                .map(|piece| Piece { low: value(piece.low, least), high: value(piece.high, None) })
                .collect::<Vec<_>>(),
        )
    }

    /// Powers of bases that are not negative rise or fall in each of the two, so their extremes lie in the corners.
    fn corners(&mut self, base: &Range, exponent: &Range, power: impl Fn(Number, Number) -> Option<Number>) -> Range {
        if base.is_empty() || exponent.is_empty() {
            return Range::none();
        }
        if let (Some(base), Some(exponent)) = (base.only(), exponent.only()) {
            return power(base, exponent).or_else(|| self.lost()).map_or_else(Range::any, Range::exactly);
        }
        if base.may_be_negative() {
            return Range::any();
        }
        let unsigned = Range::from_zero();
        let (Some(low), Some(high)) = (base.low(), base.high()) else { return unsigned };
        let (Some(first), Some(last)) = (exponent.low(), exponent.high()) else { return unsigned };
        if low.at.is_zero() && first.at.is_negative() {
            return unsigned;
        }
        let mut values = Vec::new();
        for base in [low.at, high.at] {
            for exponent in [first.at, last.at] {
                match power(base, exponent).or_else(|| self.lost()) {
                    Some(value) => values.push(value),
                    None => return unsigned,
                }
            }
        }
        let (least, most) = (values.iter().min().copied(), values.iter().max().copied());
        Range::piece(Piece { low: least.map(End::closed), high: most.map(End::closed) })
    }

    /// Each piece of one with each of the other.
    fn pairs(&mut self, left: &Range, right: &Range, pair: impl Fn(&mut Self, Piece, Piece) -> Piece) -> Range {
        let (mut left, mut right) = (left.clone(), right.clone());
        while left.pieces().len().saturating_mul(right.pieces().len()) > PAIRS_MAX {
            let larger = if left.pieces().len() > right.pieces().len() { &mut left } else { &mut right };
            *larger = larger.hull();
        }
        let mut pieces = Vec::new();
        for one in left.pieces() {
            for other in right.pieces() {
                pieces.push(pair(self, *one, *other));
            }
        }
        Range::all(pieces)
    }

    fn sum(&mut self, one: Option<End>, other: Option<End>) -> Option<End> {
        let (one, other) = (one?, other?);
        let at = one.at.checked_add(other.at).or_else(|| self.lost())?;
        Some(End { at, open: one.open || other.open })
    }

    fn product(&mut self, one: Piece, other: Piece) -> Piece {
        let ends =
            |piece: Piece| [piece.low.map_or(Limit::Below, Limit::At), piece.high.map_or(Limit::Beyond, Limit::At)];
        let (mut low, mut high) = (Vec::new(), Vec::new());
        let (mut endless_below, mut endless_above) = (false, false);
        for left in ends(one) {
            for right in ends(other) {
                match self.times(left, right) {
                    Limit::Below => endless_below = true,
                    Limit::Beyond => endless_above = true,
                    Limit::At(end) => {
                        low.push(Some(end));
                        high.push(Some(end));
                    }
                }
            }
        }
        let zero = Some(End::closed(Number::ZERO));
        let low = low.into_iter().min_by(|one, other| low_order(*one, *other)).unwrap_or(zero);
        let high = high.into_iter().max_by(|one, other| high_order(*one, *other)).unwrap_or(zero);
        Piece { low: low.filter(|_| !endless_below), high: high.filter(|_| !endless_above) }
    }

    fn times(&mut self, one: Limit, other: Limit) -> Limit {
        let sign = |limit| match limit {
            Limit::Below => -1,
            Limit::Beyond => 1,
            Limit::At(End { at, .. }) if at.is_zero() => 0,
            Limit::At(End { at, .. }) => {
                if at.is_negative() {
                    -1
                } else {
                    1
                }
            }
        };
        let endless = |same_sign: bool| if same_sign { Limit::Beyond } else { Limit::Below };
        match (one, other) {
            (Limit::At(one), Limit::At(other)) => {
                // What is exactly 0 makes a product of 0 with anything.
                let closed_zero = |end: End| end.at.is_zero() && !end.open;
                let open = (one.open || other.open) && !closed_zero(one) && !closed_zero(other);
                match one.at.checked_mul(other.at).or_else(|| self.lost()) {
                    Some(at) => Limit::At(End { at, open }),
                    None => endless(one.at.is_negative() == other.at.is_negative()),
                }
            }
            (Limit::At(zero), _) | (_, Limit::At(zero)) if zero.at.is_zero() => Limit::At(zero),
            _ => endless(sign(one) == sign(other)),
        }
    }

    /// One over what lies on one side of 0.
    fn reciprocal(&mut self, piece: Piece) -> Piece {
        let mut over = |end: Option<End>| match end {
            None => Some(End::open(Number::ZERO)),
            Some(end) if end.at.is_zero() => None,
            Some(end) => {
                let at = Number::ONE.checked_div(end.at).or_else(|| self.lost())?;
                Some(End { at, ..end })
            }
        };
        Piece { low: over(piece.high), high: over(piece.low) }
    }

    fn lost<T>(&mut self) -> Option<T> {
        self.too_large = true;
        None
    }

    fn shared_grid(left: &Range, right: &Range) -> Option<Grid> {
        if left.is_whole() && right.is_whole() {
            return Some(Grid::WHOLE);
        }
        let moved = |grid: Grid, by: Number| Some(Grid { from: grid.from.checked_add(by)?, ..grid });
        match (left.grid(), left.only(), right.grid(), right.only()) {
            (Some(grid), _, _, Some(by)) | (_, Some(by), Some(grid), _) => moved(grid, by),
            _ => None,
        }
    }
}

/// The grid that both lie on.
fn common(left: &Range, right: &Range) -> Option<Grid> {
    left.or(right).grid().or((left.is_whole() && right.is_whole()).then_some(Grid::WHOLE))
}

/// From 0, unless the range goes below.
fn signed(range: &Range) -> Range {
    if range.is_empty() {
        Range::none()
    } else if range.may_be_negative() {
        Range::any()
    } else {
        Range::from_zero()
    }
}
