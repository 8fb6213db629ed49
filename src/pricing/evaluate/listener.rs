//! Who hears of a price while it comes about.

use crate::number::Number;

/// What is told of a price while it comes about.
pub(crate) trait Listener<'a> {
    /// A line of the quote, and what the price is after it.
    fn line(&mut self, what: &'a str, quantity: Number, unit: &'a str, rate: Number, after: Number);
    /// A factor on the price, which is another before and after it.
    fn factor(&mut self, what: &'a str, by: Number, before: Number, after: Number);
}

/// Listens to nothing, so that the bare number costs nothing more.
pub(crate) struct Unlisted;

impl Listener<'_> for Unlisted {
    #[inline]
    fn line(&mut self, _: &str, _: Number, _: &str, _: Number, _: Number) {}
    #[inline]
    fn factor(&mut self, _: &str, _: Number, _: Number, _: Number) {}
}
