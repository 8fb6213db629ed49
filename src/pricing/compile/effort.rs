//! Bounds on what an evaluation takes, so that every price comes to an end soon.

/// How deep expressions may stand within each other, named values taken in: what an evaluation needs of the stack.
pub(crate) const DEPTH_MAX: usize = 256;
/// The most that an evaluation of a rule may have to do, in expressions, loops and sums taken to their ends.
pub(crate) const WORK_MAX: u64 = 100_000;

/// What an evaluation takes, measured while it is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effort {
    /// How many expressions are evaluated, at most.
    pub(crate) work: u64,
    /// How deep the expression at hand stands.
    pub(crate) depth: usize,
    /// How deep the deepest stands.
    pub(crate) deepest: usize,
}

impl Effort {
    /// Takes in what stands within the expression at hand.
    pub(crate) fn within(&mut self, inner: Effort) {
        self.work = self.work.saturating_add(inner.work);
        self.deepest = self.deepest.max(self.depth.saturating_add(inner.deepest));
    }
}
