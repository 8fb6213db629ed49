//! Where the crate is known to differ from what the page of the language says: what is `false` here does not come up
//! in the run, and is shown by a test of its own below.

/// A change with the same condition as a later one, which withdraws what both are for: the settings that only the first
/// one uses are then none of the model's.
pub(super) const CONDITIONS_ALIKE: bool = false;

/// A new model under a tool that a rule of the book below builds on: a change of all rules below is for what that one
/// sells of it only if the rule sold something before.
pub(super) const CHANGES_OF_WHAT_IS_BUILT_ON_THE_NEW: bool = false;

/// `a > b` where neither has a value: the request is refused for what `b` lacks, and for `a < b` for what `a` lacks.
pub(super) const ORDER_OF_COMPARISONS: bool = false;

/// A book above that turns a rule into the unit of the book: the book's rounding is for amounts in its unit, and is not
/// applied.
pub(super) const ROUNDING_IN_THE_UNIT_OF_THE_BOOK: bool = false;

/// The one rule of a model, under a condition on the count, in a request that was resolved for another count: it prices
/// counts that it is not for.
pub(super) const COUNTS_OF_A_CONDITION: bool = false;
