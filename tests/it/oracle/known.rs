//! Where the crate is known to differ from what the page of the language says: what is `false` here does not come up
//! in the run, and is shown by a test of its own below.

/// A request for a model that only a catch-all could price, where that one has no price: since it names no tool, and
/// each tool's price for any model is another, or since a book above withdrew it. It is refused as not in force, and
/// should be told that it lacks the tool, or that there is no such model.
pub(super) const CATCH_ALLS_WITHOUT_A_PRICE: bool = true;

/// A size whose cell is a table, or refers to another rule, that does not offer it: it should not be among those that
/// cover, like one that says so itself; it makes the whole table refuse.
pub(super) const CELLS_WITHIN_SIZES: bool = true;

/// A named value of a rule that its price does not use, and that refers to an estimate: the rule should not become one.
pub(super) const EXACTNESS_OF_WHAT_IS_NOT_USED: bool = true;

/// A part whose rate is a setting with a default of 0, or a division by such a setting that no request need come to,
/// in a rule that is referred to: the book is refused, as if it said 0 itself.
pub(super) const ZERO_OF_REFERRED_RULES: bool = true;

/// A rule that is referred to and compares a setting with a fact: the book is refused where the setting's default is
/// none of the texts that the fact can be.
pub(super) const TEXTS_OF_REFERRED_RULES: bool = true;

/// `default(work)` in a rule that is referred to: a setting that the reference states is not at its default there, so
/// the rule costs something else than for a request that says the same.
pub(super) const DEFAULTS_OF_REFERRED_RULES: bool = true;

/// A loop between known ends that are not a whole number of rounds apart, or the wrong way round: it is taken to have a
/// thousand rounds, and the book may be refused for them.
pub(super) const ROUNDS_OF_FRACTIONS: bool = true;

/// `pow(0, -1, 6)`: it has no value, and is told to be too large.
pub(super) const POWERS_OF_ZERO: bool = true;

/// A rule that builds on a tool for some models by name and for `*` besides, in a book below one that prices one of the
/// tool's models: what is left of the rule prices its models twice, and the books are refused.
pub(super) const NAMED_BESIDE_ANY: bool = false;

/// A book above that gives a rule another unit: what the rule refers to is then turned into that unit twice.
pub(super) const UNITS_OF_CHANGED_RULES: bool = true;

/// A change with the same condition as one of the rules that it changes, where a tool builds on these: two of the
/// versions have one name, which nobody can give them, and the books are refused. Or with the same condition as another
/// change, which withdraws what both are for: the settings that only the first one uses are then none of the model's.
pub(super) const CONDITIONS_ALIKE: bool = false;

/// What is withdrawn for good, and then withdrawn once more under a condition: it is back among what is sold, without
/// a price.
pub(super) const WITHDRAWN_TWICE: bool = true;

/// A new model under a tool that a rule of the book below builds on: a change of all rules below is for what that one
/// sells of it only if the rule sold something before.
pub(super) const CHANGES_OF_WHAT_IS_BUILT_ON_THE_NEW: bool = false;

/// `a > b` where neither has a value: the request is refused for what `b` lacks, and for `a < b` for what `a` lacks.
pub(super) const ORDER_OF_COMPARISONS: bool = false;
