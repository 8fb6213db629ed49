//! The lots of an account that are alive, by name and in the order of spending.

use std::collections::{BTreeMap, BTreeSet};

use super::burn_down::Place;
use crate::{credits::Credits, ids::GrantId, journal::Lot};

/// Lots that change in place: neither map has to be touched for what is spent of one that is not used up.
#[derive(Clone, Debug, Default)]
pub(super) struct Lots {
    /// A lot keeps its seat as long as it lives.
    seats: Vec<Option<Lot>>,
    free: Vec<usize>,
    by_name: BTreeMap<GrantId, usize>,
    /// Those with something available.
    in_order: BTreeMap<Place, usize>,
    /// What is available of lots that may pay for any work from the start.
    unconditional: Credits,
    /// The others with something available, which have to be looked at one by one.
    conditional: BTreeSet<usize>,
}

impl Lots {
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    pub(super) fn get(&self, id: &GrantId) -> Option<&Lot> {
        self.by_name.get(id).and_then(|seat| self.at(*seat))
    }

    /// All of them, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Lot> {
        self.by_name.values().filter_map(|seat| self.at(*seat))
    }

    /// Those with something available, in the order of spending.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&Place, &Lot)> {
        self.in_order.iter().filter_map(|(place, seat)| Some((place, self.at(*seat)?)))
    }

    /// What is available in all of lots that may pay for any work from the start.
    pub(super) fn unconditional(&self) -> Credits {
        self.unconditional
    }

    /// The other lots with something available, in no order that matters.
    pub(super) fn conditional(&self) -> impl Iterator<Item = &Lot> {
        self.conditional.iter().filter_map(|seat| self.at(*seat))
    }

    /// Keeps a lot as it is now, for as long as it lives. Tells whether something was available of it, and is.
    pub(super) fn keep(&mut self, lot: Lot) -> (bool, bool) {
        let seat = self.by_name.get(&lot.id).copied();
        let before = seat.and_then(|seat| self.at(seat)).map_or(Credits::ZERO, |known| known.available);
        let (was, is) = (!before.is_zero(), !lot.available.is_zero());
        let conditional = !lot.grant.restriction().is_none() || lot.grant.effective_at().is_some();
        if !conditional {
            // Cannot be out of range: it is at most what is available in all.
            let others = self.unconditional.checked_sub(before);
            self.unconditional = others.and_then(|sum| sum.checked_add(lot.available)).unwrap_or(Credits::MAX);
        }
        if was && !is {
            self.in_order.remove(&Place::of(&lot));
        }
        let seat = match (seat, lot.is_live()) {
            (None, false) => return (was, is),
            (None, true) => self.seat(&lot.id),
            (Some(seat), _) => seat,
        };
        if is && !was {
            self.in_order.insert(Place::of(&lot), seat);
        }
        if conditional && is != was {
            if is {
                self.conditional.insert(seat)
            } else {
                self.conditional.remove(&seat)
            };
        }
        if !lot.is_live() {
            self.by_name.remove(&lot.id);
            self.free.push(seat);
        }
        if let Some(kept) = self.seats.get_mut(seat) {
            *kept = Some(lot).filter(Lot::is_live);
        }
        (was, is)
    }

    fn at(&self, seat: usize) -> Option<&Lot> {
        self.seats.get(seat).and_then(Option::as_ref)
    }

    fn seat(&mut self, id: &GrantId) -> usize {
        let seat = self.free.pop().unwrap_or_else(|| {
            self.seats.push(None);
            self.seats.len().saturating_sub(1)
        });
        self.by_name.insert(id.clone(), seat);
        seat
    }
}

/// Where the lots sit is no matter.
impl PartialEq for Lots {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Lots {}

impl FromIterator<Lot> for Lots {
    fn from_iter<I: IntoIterator<Item = Lot>>(lots: I) -> Self {
        let mut all = Self::default();
        for lot in lots {
            all.keep(lot);
        }
        all
    }
}
