//! Finds an offer by studio, tool and model: one look-up, whatever the size of the book.

use crate::digest;

/// A table from studio, tool and model to the place of an offer.
///
/// Slots are probed one after the other, and half of them are empty.
#[derive(Debug)]
pub(crate) struct Index {
    slots: Box<[Option<Entry>]>,
}

#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    offer: usize,
    /// Model, studio and tool, one after the other, so that they are read from one place.
    names: Box<[u8]>,
    model_length: usize,
    studio_length: usize,
}

impl Index {
    pub(crate) fn new<'a>(offers: impl ExactSizeIterator<Item = ([&'a str; 3], usize)>) -> Self {
        let size = offers.len().saturating_mul(2).next_power_of_two().max(2);
        let mut index = Self { slots: vec![None; size].into() };
        for ([studio, tool, model], offer) in offers {
            let hash = digest::names(studio, tool, model);
            let mut at = index.first_slot(hash);
            while index.slots.get(at).is_some_and(Option::is_some) {
                at = index.next_slot(at);
            }
            if let Some(slot) = index.slots.get_mut(at) {
                let names = [model, studio, tool].concat().into_bytes().into();
                *slot = Some(Entry { hash, offer, names, model_length: model.len(), studio_length: studio.len() });
            }
        }
        index
    }

    /// The offer under these names, whose digest is given; an empty tool stands for none.
    #[inline]
    pub(crate) fn get(&self, hash: u64, [studio, tool, model]: [&str; 3]) -> Option<usize> {
        let mut at = self.first_slot(hash);
        // Half of the slots are empty, so this ends.
        while let Some(entry) = self.slots.get(at)? {
            if entry.hash == hash && entry.is(studio, tool, model) {
                return Some(entry.offer);
            }
            at = self.next_slot(at);
        }
        None
    }

    #[inline]
    fn first_slot(&self, hash: u64) -> usize {
        usize::try_from(hash & u64::from(u32::MAX)).unwrap_or(0) & self.slots.len().wrapping_sub(1)
    }

    #[inline]
    fn next_slot(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.slots.len().wrapping_sub(1)
    }
}

impl Entry {
    #[inline]
    fn is(&self, studio: &str, tool: &str, model: &str) -> bool {
        let Some((own_model, others)) = self.names.split_at_checked(self.model_length) else { return false };
        let Some((own_studio, own_tool)) = others.split_at_checked(self.studio_length) else { return false };
        same(own_model, model.as_bytes()) && same(own_studio, studio.as_bytes()) && same(own_tool, tool.as_bytes())
    }
}

/// Whether two short texts are equal. Most names have up to 32 bytes, and to compare both ends of them, overlapping,
/// takes less than to call a function that is made for long ones.
#[inline]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && match left.len() {
            0 => true,
            2..=4 => same_ends::<2>(left, right),
            5..=8 => same_ends::<4>(left, right),
            9..=16 => same_ends::<8>(left, right),
            17..=32 => same_ends::<16>(left, right),
            _ => left == right,
        }
}

#[inline]
fn same_ends<const N: usize>(left: &[u8], right: &[u8]) -> bool {
    left.first_chunk::<N>() == right.first_chunk::<N>() && left.last_chunk::<N>() == right.last_chunk::<N>()
}
