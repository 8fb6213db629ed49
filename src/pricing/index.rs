//! Finds an offer by studio, tool and model: one look-up, whatever the size of the book.

use std::num::NonZeroU32;

use crate::digest;

/// The rules for a model, in their periods: so many of the edition's slices, from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    first: u32,
    count: u32,
}

/// A table from studio, tool and model to an offer.
///
/// Slots are probed one after the other, and at least half of them are empty. They are small, and the names stand in
/// one text, so that little is read from afar.
#[derive(Debug)]
pub(crate) struct Index {
    slots: Box<[Option<Entry>]>,
    /// A byte, and then the names of all entries: model, studio and tool.
    names: Box<[u8]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    offer: Offer,
    /// Where its names begin.
    names: NonZeroU32,
    model_length: u8,
    studio_length: u8,
    tool_length: u8,
}

impl Offer {
    pub(crate) fn between(first: usize, end: usize) -> Self {
        let number = |place| u32::try_from(place).unwrap_or(u32::MAX);
        Self { first: number(first), count: number(end.saturating_sub(first)) }
    }

    /// Those of all that are the offer's.
    #[inline]
    pub(crate) fn of<T>(self, all: &[T]) -> &[T] {
        let place = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let own = all.get(place(self.first)..).and_then(|rest| rest.get(..place(self.count)));
        own.unwrap_or_default()
    }

    pub(crate) fn is_empty(self) -> bool {
        self.count == 0
    }
}

impl Index {
    /// Names that no request can have, as they are too long, are left out.
    pub(crate) fn new<'a>(offers: impl ExactSizeIterator<Item = ([&'a str; 3], Offer)>) -> Self {
        let size = offers.len().saturating_mul(2).next_power_of_two().max(2);
        let mut index = Self { slots: vec![None; size].into(), names: Box::default() };
        let mut texts = vec![0];
        for ([studio, tool, model], offer) in offers {
            let length = |name: &str| u8::try_from(name.len()).ok();
            let lengths = (length(model), length(studio), length(tool));
            let names = u32::try_from(texts.len()).ok().and_then(NonZeroU32::new);
            let ((Some(model_length), Some(studio_length), Some(tool_length)), Some(names)) = (lengths, names) else {
                continue;
            };
            let hash = digest::names(studio, tool, model);
            let mut at = index.first_slot(hash);
            while index.slots.get(at).is_some_and(Option::is_some) {
                at = index.next_slot(at);
            }
            if let Some(slot) = index.slots.get_mut(at) {
                texts.extend([model, studio, tool].concat().into_bytes());
                *slot = Some(Entry { hash, offer, names, model_length, studio_length, tool_length });
            }
        }
        index.names = texts.into();
        index
    }

    /// The offer under these names, whose digest is given; an empty tool stands for none.
    #[expect(clippy::inline_always, reason = "on the way of each price, and measured")]
    #[inline(always)]
    pub(crate) fn get(&self, hash: u64, names: [&str; 3]) -> Option<Offer> {
        let mut at = self.first_slot(hash);
        // Half of the slots are empty, so this ends.
        while let Some(entry) = self.slots.get(at)? {
            if entry.hash == hash && self.are_of(entry, names) == Some(true) {
                return Some(entry.offer);
            }
            at = self.next_slot(at);
        }
        None
    }

    #[expect(clippy::inline_always, reason = "on the way of each price, and measured")]
    #[inline(always)]
    fn are_of(&self, entry: &Entry, [studio, tool, model]: [&str; 3]) -> Option<bool> {
        let (studio, tool, model) = (studio.as_bytes(), tool.as_bytes(), model.as_bytes());
        let lengths = (entry.model_length.into(), entry.studio_length.into(), entry.tool_length.into());
        if (model.len(), studio.len(), tool.len()) != lengths {
            return Some(false);
        }
        let names = self.names.get(usize::try_from(entry.names.get()).ok()?..)?;
        let (own_model, rest) = names.split_at_checked(model.len())?;
        let (own_studio, rest) = rest.split_at_checked(studio.len())?;
        Some(same(own_model, model) && same(own_studio, studio) && (tool.is_empty() || rest.starts_with(tool)))
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
