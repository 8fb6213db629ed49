//! Which combinations of values are tried, where there are too many to try them all.

use std::collections::BTreeSet;

/// The most requests that are tried for one offer, beside those of the books' examples.
const TRIED_MAX: usize = 4_096;

/// The places of the values to try, from the first of all: every combination, or else as many as there may be. These
/// are each value by itself, every pair of values, and then combinations from all over.
pub(super) fn combined(sizes: &[usize], combinations: u64) -> Vec<Vec<usize>> {
    let first = vec![0; sizes.len()];
    if usize::try_from(combinations).is_ok_and(|all| all <= TRIED_MAX) {
        let mut all = vec![first];
        for (axis, size) in sizes.iter().enumerate() {
            let varied = all.iter().flat_map(|places| (0..*size).map(move |place| with(places, &[(axis, place)])));
            all = varied.collect();
        }
        return all;
    }
    let mut known = BTreeSet::new();
    let mut some = Vec::new();
    let mut take = |places: Vec<usize>| {
        if known.insert(places.clone()) {
            some.push(places);
        }
        some.len() < TRIED_MAX
    };
    take(first.clone());
    let singles = || sizes.iter().enumerate().flat_map(|(axis, size)| (1..*size).map(move |place| (axis, place)));
    let alone = singles().all(|single| take(with(&first, &[single])));
    let pairs =
        || singles().flat_map(|one| singles().filter(move |other| one.0 < other.0).map(move |other| [one, other]));
    if alone && pairs().all(|pair| take(with(&first, &pair))) {
        let mut state = 0_u64;
        // What was tried before is not tried again, so that this may come to less than the most.
        let _ = (0..TRIED_MAX).all(|_| take(sizes.iter().map(|size| anywhere(&mut state, *size)).collect()));
    }
    some
}

fn with(places: &[usize], changed: &[(usize, usize)]) -> Vec<usize> {
    let mut places = places.to_vec();
    for (axis, place) in changed {
        if let Some(slot) = places.get_mut(*axis) {
            *slot = *place;
        }
    }
    places
}

/// A place from all over, the same each time the same is asked: the numbers of `SplitMix64`.
fn anywhere(state: &mut u64, size: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    let place = (mixed ^ (mixed >> 31)).checked_rem(size).unwrap_or_default();
    usize::try_from(place).unwrap_or_default()
}
