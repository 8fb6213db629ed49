//! What a number may be: pieces of the number line.

use std::cmp::Ordering;

use crate::number::{Number, Rounding};

/// The most pieces that are told apart; beyond, they are taken together.
const PIECES_MAX: usize = 4_096;

/// What a number may be: pieces that rise and do not touch; none where there can be no number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pieces: Vec<Piece>,
    /// The numbers within the pieces that are meant.
    grid: Option<Grid>,
}

/// The numbers from one end to the other; without an end, it goes on and on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) low: Option<End>,
    pub(crate) high: Option<End>,
}

/// An end of a piece, which belongs to it unless it is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct End {
    pub(crate) at: Number,
    pub(crate) open: bool,
}

/// Every `step`-th number, counted from one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) from: Number,
    pub(crate) step: Number,
}

impl Range {
    pub(crate) const fn none() -> Self {
        Self { pieces: Vec::new(), grid: None }
    }

    pub(crate) fn any() -> Self {
        Self::piece(Piece { low: None, high: None })
    }

    pub(crate) fn piece(piece: Piece) -> Self {
        Self { pieces: vec![piece], grid: None }
    }

    pub(crate) fn exactly(number: Number) -> Self {
        Self::piece(Piece::point(number))
    }

    pub(crate) fn from_zero() -> Self {
        Self::piece(Piece { low: Some(End::closed(Number::ZERO)), high: None })
    }

    pub(crate) fn above_zero() -> Self {
        Self::piece(Piece { low: Some(End::open(Number::ZERO)), high: None })
    }

    /// All these, in any order and however they overlap.
    pub(crate) fn all(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut pieces: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        pieces.sort_by(|one, other| low_order(one.low, other.low));
        let mut apart: Vec<Piece> = Vec::new();
        for piece in pieces {
            match apart.last_mut() {
                Some(last) if last.meets(piece) => {
                    last.high = std::cmp::max_by(last.high, piece.high, |one, other| high_order(*one, *other));
                }
                _ => apart.push(piece),
            }
        }
        let range = Self { pieces: apart, grid: None };
        if range.pieces.len() > PIECES_MAX { range.hull() } else { range }
    }

    /// Only those that lie on a grid.
    pub(crate) fn on(mut self, grid: Option<Grid>) -> Self {
        self.grid = grid;
        let snapped = |piece: &Piece| grid.map_or(*piece, |grid| piece.on(grid));
        self.pieces = self.pieces.iter().map(snapped).filter(|piece| !piece.is_empty()).collect();
        self
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub(crate) fn grid(&self) -> Option<Grid> {
        self.grid
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The number, where there is only one.
    pub(crate) fn only(&self) -> Option<Number> {
        match self.pieces.as_slice() {
            [piece] => piece.only(),
            _ => None,
        }
    }

    pub(crate) fn low(&self) -> Option<End> {
        self.pieces.first()?.low
    }

    pub(crate) fn high(&self) -> Option<End> {
        self.pieces.last()?.high
    }

    pub(crate) fn holds(&self, number: Number) -> bool {
        let on_grid = self.grid.is_none_or(|grid| grid.holds(number));
        let before = self.pieces.partition_point(|piece| piece.high.is_some_and(|high| high.at < number));
        // An open end may be at the number itself.
        on_grid && self.pieces.iter().skip(before).take(2).any(|piece| piece.holds(number))
    }

    /// Whether a number below 0 is among them.
    pub(crate) fn may_be_negative(&self) -> bool {
        !self.is_empty() && self.low().is_none_or(|low| low.at.is_negative())
    }

    /// Whether there is none but whole numbers.
    pub(crate) fn is_whole(&self) -> bool {
        let on_whole = self.grid.is_some_and(|grid| grid.from.is_whole() && grid.step.is_whole());
        on_whole || self.pieces.iter().all(|piece| piece.only().is_some_and(Number::is_whole))
    }

    /// One piece that holds all of them.
    pub(crate) fn hull(&self) -> Self {
        match (self.pieces.first(), self.pieces.last()) {
            (Some(first), Some(last)) => Self::piece(Piece { low: first.low, high: last.high }).on(self.grid),
            _ => Self::none(),
        }
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        let grid = self.grid.filter(|grid| other.is_on(*grid)).or(other.grid.filter(|grid| self.is_on(*grid)));
        Self { grid, ..Self::all(self.pieces.iter().chain(&other.pieces).copied()) }
    }

    /// What both have.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let (mut ours, mut theirs) = (self.pieces.iter().peekable(), other.pieces.iter().peekable());
        let mut both = Vec::new();
        while let (Some(one), Some(another)) = (ours.peek(), theirs.peek()) {
            both.push(one.and(**another));
            // The one that ends first meets no more of the others.
            match high_order(one.high, another.high) {
                Ordering::Less => ours.next(),
                _ => theirs.next(),
            };
        }
        Self::all(both).on(self.grid.or(other.grid))
    }

    /// What the other does not have.
    pub(crate) fn without(&self, other: &Self) -> Self {
        if other.grid.is_some() && other.pieces.iter().any(|piece| piece.only().is_none()) {
            // Between the numbers of a grid, nothing is taken away.
            return self.clone();
        }
        let starts = [None].into_iter().chain(other.pieces.iter().map(|piece| Some(piece.high)));
        let ends = other.pieces.iter().map(|piece| Some(piece.low)).chain([None]);
        let between = starts.zip(ends).filter_map(|(start, end)| {
            let low = start.map_or(Some(None), |high| high.map(|high| Some(high.flipped())))?;
            let high = end.map_or(Some(None), |low| low.map(|low| Some(low.flipped())))?;
            Some(Piece { low, high })
        });
        self.and(&Self::all(between)).on(self.grid)
    }

    fn is_on(&self, grid: Grid) -> bool {
        self.grid.is_some_and(|own| own.same(grid))
            || self.pieces.iter().all(|piece| piece.only().is_some_and(|number| grid.holds(number)))
    }
}

impl Piece {
    pub(crate) fn point(number: Number) -> Self {
        let end = Some(End::closed(number));
        Self { low: end, high: end }
    }

    /// From one number to another, both included.
    pub(crate) fn closed(low: Number, high: Number) -> Self {
        Self { low: Some(End::closed(low)), high: Some(End::closed(high)) }
    }

    pub(crate) fn only(self) -> Option<Number> {
        let (low, high) = (self.low?, self.high?);
        (low.at == high.at).then_some(low.at)
    }

    fn is_empty(self) -> bool {
        self.low.zip(self.high).is_some_and(|(low, high)| match low.at.cmp(&high.at) {
            Ordering::Less => false,
            Ordering::Equal => low.open || high.open,
            Ordering::Greater => true,
        })
    }

    fn holds(self, number: Number) -> bool {
        !self.and(Self::point(number)).is_empty()
    }

    fn and(self, other: Self) -> Self {
        Self {
            low: std::cmp::max_by(self.low, other.low, |one, other| low_order(*one, *other)),
            high: std::cmp::min_by(self.high, other.high, |one, other| high_order(*one, *other)),
        }
    }

    /// Whether a piece that begins later begins within this one or right after it.
    fn meets(self, later: Self) -> bool {
        self.high.zip(later.low).is_none_or(|(high, low)| match high.at.cmp(&low.at) {
            Ordering::Less => false,
            Ordering::Equal => !(high.open && low.open),
            Ordering::Greater => true,
        })
    }

    /// From the first to the last number of a grid within it.
    fn on(self, grid: Grid) -> Self {
        let low = self.low.map(|low| grid.beside(low, Rounding::Up).map_or(low, End::closed));
        let high = self.high.map(|high| grid.beside(high, Rounding::Down).map_or(high, End::closed));
        Self { low, high }
    }
}

impl End {
    pub(crate) fn closed(at: Number) -> Self {
        Self { at, open: false }
    }

    pub(crate) fn open(at: Number) -> Self {
        Self { at, open: true }
    }

    /// Where what lies beyond this end begins.
    fn flipped(self) -> Self {
        Self { open: !self.open, ..self }
    }
}

impl Grid {
    /// The whole numbers.
    pub(crate) const WHOLE: Self = Self { from: Number::ZERO, step: Number::ONE };

    pub(crate) fn holds(self, number: Number) -> bool {
        let steps = number.checked_sub(self.from).and_then(|distance| distance.checked_div(self.step));
        steps.is_some_and(Number::is_whole)
    }

    fn same(self, other: Self) -> bool {
        self.step == other.step && self.holds(other.from)
    }

    /// The number on the grid that is nearest to an end within the piece; `None` where it cannot be reckoned.
    fn beside(self, end: End, inwards: Rounding) -> Option<Number> {
        let distance = end.at.checked_sub(self.from)?;
        let near = distance.round_to(self.step, inwards)?.checked_add(self.from)?;
        match inwards {
            _ if !end.open || near != end.at => Some(near),
            Rounding::Up => near.checked_add(self.step),
            _ => near.checked_sub(self.step),
        }
    }
}

impl PartialEq for Grid {
    fn eq(&self, other: &Self) -> bool {
        self.same(*other)
    }
}

/// Which lower end lets in more: the one that lets in more is the lesser.
pub(crate) fn low_order(one: Option<End>, other: Option<End>) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Less,
        (_, None) => Ordering::Greater,
        (Some(one), Some(other)) => one.at.cmp(&other.at).then(one.open.cmp(&other.open)),
    }
}

/// Which upper end lets in more: the one that lets in more is the greater.
pub(crate) fn high_order(one: Option<End>, other: Option<End>) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(one), Some(other)) => one.at.cmp(&other.at).then(other.open.cmp(&one.open)),
    }
}
