//! The meaning of tables and tiers: which cell a request comes to.

use super::{Fault, Scene};
use crate::{
    number::Number,
    pricing::program::{Amount, Bound, Key, Table, Tiers},
};

impl<'a: 's, 's> Scene<'a, 's> {
    /// The cell that the key of a table leads to; `None` where that is for [`cheapest`](Self::cheapest) to find.
    #[inline]
    pub(crate) fn cell<T>(&self, table: &'a Table<T>) -> Result<Option<&'a T>, Fault<'a>> {
        let place = match &table.key {
            Key::Word(word, cells) => {
                let symbol = self.word(word)?;
                // The values of a setting are mostly numbered one after the other, so the place can be reckoned.
                let first = cells.first().map_or(symbol, |(first, _)| *first);
                let reckoned = symbol.0.checked_sub(first.0).and_then(|at| usize::try_from(at).ok());
                match reckoned.and_then(|at| cells.get(at)) {
                    Some((key, cell)) if *key == symbol => Some(*cell),
                    _ => {
                        let found = cells.binary_search_by_key(&symbol, |(key, _)| *key).ok();
                        found.and_then(|at| cells.get(at)).map(|(_, cell)| *cell)
                    }
                }
            }
            Key::Flag(condition, [no, yes]) => *(if self.condition(condition)? { yes } else { no }),
            Key::Number(amount, cells, bands) => self.band(amount, cells, bands)?,
            Key::Cover(..) => return Ok(None),
        };
        let cell = place.or(table.otherwise).and_then(|place| table.cells.get(place));
        cell.map(Some).ok_or_else(|| table.no_cell())
    }

    #[inline(never)]
    fn band(
        &self,
        amount: &'a Amount,
        cells: &[(Number, usize)],
        bands: &[(Bound, usize)],
    ) -> Result<Option<usize>, Fault<'a>> {
        let number = self.amount(amount)?;
        let cell = cells.iter().find(|(key, _)| *key == number).map(|(_, cell)| *cell);
        Ok(cell.or_else(|| bands.iter().find(|(bound, _)| bound.holds(number)).map(|(_, cell)| *cell)))
    }

    pub(crate) fn cheapest(&self, table: &'a Table<Amount>) -> Result<Number, Fault<'a>> {
        let Key::Cover(width, height, sizes) = &table.key else {
            return Err(table.no_cell());
        };
        let (width, height) = (self.amount(width)?, self.amount(height)?);
        let mut best: Option<Number> = None;
        let listed = |size: [Number; 2]| sizes.iter().find(|(known, _)| *known == size);
        if let Some((_, cell)) = listed([width, height]).or_else(|| listed([height, width])) {
            return self.amount(table.cells.get(*cell).ok_or_else(|| table.no_cell())?);
        }
        for ([wide, high], cell) in sizes {
            let covers = (width <= *wide && height <= *high) || (width <= *high && height <= *wide);
            if let Some(cell) = table.cells.get(*cell).filter(|_| covers) {
                match self.amount(cell) {
                    Ok(new) => best = Some(best.map_or(new, |best| best.min(new))),
                    Err(Fault::NotOffered | Fault::NoCell { .. }) => {}
                    Err(fault) => return Err(fault),
                }
            }
        }
        match (best, table.otherwise.and_then(|place| table.cells.get(place))) {
            (Some(best), _) => Ok(best),
            (None, Some(otherwise)) => self.amount(otherwise),
            (None, None) => Err(table.no_cell()),
        }
    }

    pub(crate) fn graduated(&self, quantity: &'a Amount, tiers: &'a Tiers) -> Result<Number, Fault<'a>> {
        let quantity = self.amount(quantity)?;
        let (mut total, mut below) = (Number::ZERO, Number::ZERO);
        let mut add = |upper: Number, rate: &'a Amount| -> Result<(), Fault<'a>> {
            let units = upper.checked_sub(below).ok_or(Fault::TooLarge)?;
            let part = units.checked_mul(self.amount(rate)?).ok_or(Fault::TooLarge)?;
            total = total.checked_add(part).ok_or(Fault::TooLarge)?;
            below = upper;
            Ok(())
        };
        for (bound, rate) in &tiers.tiers {
            if quantity <= *bound {
                add(quantity, rate)?;
                return Ok(total);
            }
            add(*bound, rate)?;
        }
        let beyond = tiers.beyond.as_ref().ok_or(Fault::NoCell { by: "graduated", cells: &[] })?;
        add(quantity, beyond)?;
        Ok(total)
    }
}

impl<T> Table<T> {
    pub(crate) fn no_cell(&self) -> Fault<'_> {
        Fault::NoCell { by: &self.by, cells: &self.keys }
    }
}
