//! Numbers that look random, and are the same for the same seed.

/// splitmix64, of Steele, Lea and Flood (2014).
#[derive(Clone, Debug)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The numbers of one client.
    pub(crate) fn of(seed: u64, client: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ client.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        let at = self.below(among.len().try_into().unwrap());
        among[usize::try_from(at).unwrap()]
    }
}
