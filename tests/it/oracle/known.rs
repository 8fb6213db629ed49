//! Where the crate is known to differ from what the page of the language says: what is `false` here does not come up
//! in the run, and is shown by a test of its own below.

/// A request without a tool for a model that only catch-alls price, each tool's another price: it is refused as not in
/// force, and the tool is what it lacks.
pub(super) const TOOLS_OF_CATCH_ALLS: bool = false;

/// The default of a field of an item.
pub(super) const FIELD_DEFAULTS: bool = true;
