//! Digests of names, so that a look-up need not read them whole.

/// A digest of what is asked for; an empty tool stands for none.
///
/// It serves tables that are built from checked names: a request can make a look-up fail, but it adds nothing to a
/// table, so the digest need not resist an adversary. The names are mixed each by itself, side by side.
pub(crate) fn names(studio: &str, tool: &str, model: &str) -> u64 {
    let model = digest(model.as_bytes(), 0xa076_1d64_78bd_642f);
    let place = digest(studio.as_bytes(), 0xe703_7ed1_a0b4_28db);
    let place = if tool.is_empty() { place } else { mix(place, digest(tool.as_bytes(), 0x5899_65cc_7537_4cc3)) };
    mix(model ^ 0x8ebc_6af0_9c88_c6e3, place)
}

/// A digest of a text under the name of its file: which text a place in a book is in.
pub(crate) fn text(file: &str, text: &str) -> u64 {
    mix(digest(file.as_bytes(), 0xa076_1d64_78bd_642f), digest(text.as_bytes(), 0xe703_7ed1_a0b4_28db))
}

/// Mixes sixteen bytes at a time, and at last the final sixteen once more, overlapping; names that short are read as
/// two overlapping halves. The length is mixed in, so that what overlaps does not hide it.
#[inline]
fn digest(bytes: &[u8], seed: u64) -> u64 {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut state = seed ^ length.rotate_left(32);
    let mut rest = bytes;
    while let Some((block, after)) = rest.split_first_chunk::<16>().filter(|(_, after)| !after.is_empty()) {
        state = mix_block(state, halves(block));
        rest = after;
    }
    let ends = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>(), bytes.last_chunk::<16>()) {
        (_, _, Some(block)) => halves(block),
        (Some(first), Some(last), None) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
            _ => (bytes.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)), 0),
        },
    };
    mix_block(state, ends)
}

#[inline]
fn halves(block: &[u8; 16]) -> (u64, u64) {
    let word = u128::from_le_bytes(*block);
    (low(word), low(word >> 64))
}

#[inline]
fn mix_block(state: u64, (low, high): (u64, u64)) -> u64 {
    mix(low ^ state, high ^ 0x9e37_79b9_7f4a_7c15)
}

/// Multiplies to twice the width and folds the halves, so that every bit tells on every other.
#[inline]
fn mix(left: u64, right: u64) -> u64 {
    let product = u128::from(left).wrapping_mul(u128::from(right));
    low(product) ^ low(product >> 64)
}

#[inline]
fn low(word: u128) -> u64 {
    u64::try_from(word & u128::from(u64::MAX)).unwrap_or_default()
}
