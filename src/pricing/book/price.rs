//! What a price is written as: a number, a formula, or a table of prices.

use rust_decimal::Decimal;

use super::Span;

/// A price as a book writes it: a number, a formula, or a table of further prices.
///
/// A number is a formula of one number, so `"25"`, `25` and `"20 + 5"` are all prices.
///
/// ```
/// use studio_credits::pricing::Price;
///
/// let by_resolution = Price::by("resolution", [("1k", "49"), ("2k", "73.5"), ("4k", "98")]);
/// let per_second = Price::from("5 * quality_factor");
/// # let _ = (by_resolution, per_second);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub(crate) kind: PriceKind,
    pub(crate) span: Span,
    /// Where the key before it stands, such as the unit of a part.
    pub(crate) key_span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PriceKind {
    Formula(Box<str>),
    Free,
    NotOffered,
    Table { by: Box<str>, cells: Vec<Cell> },
}

/// One cell of a table: what the name must be, and the price then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) key: Box<str>,
    pub(crate) key_span: Span,
    pub(crate) price: Price,
}

/// How a book writes a price of nothing.
pub(crate) const FREE: &str = "free";
/// How a book writes that a combination is not sold.
pub(crate) const NOT_OFFERED: &str = "not offered";

impl Price {
    /// Nothing, and meant so: a literal zero is refused as a likely slip.
    pub fn free() -> Self {
        Self::spanned(PriceKind::Free, Span::default())
    }

    /// No price, and meant so: a request that comes here is refused as not offered.
    pub fn not_offered() -> Self {
        Self::spanned(PriceKind::NotOffered, Span::default())
    }

    /// A table: the price depends on a setting, a fact or another named value.
    ///
    /// Keys are those of a book's tables: a value, several joined by commas, a bound such as `<= 10`, or `else`.
    pub fn by<K, P>(name: &str, cells: impl IntoIterator<Item = (K, P)>) -> Self
    where
        K: AsRef<str>,
        P: Into<Price>,
    {
        let cells = cells
            .into_iter()
            .map(|(key, price)| Cell { key: key.as_ref().into(), key_span: Span::default(), price: price.into() })
            .collect();
        Self::spanned(PriceKind::Table { by: name.into(), cells }, Span::default())
    }

    pub(crate) fn spanned(kind: PriceKind, span: Span) -> Self {
        Self { kind, span, key_span: span }
    }

    /// A price from its text in a book: `free`, `not offered`, or else a formula.
    pub(crate) fn from_text(text: &str, span: Span) -> Self {
        let kind = match text {
            FREE => PriceKind::Free,
            NOT_OFFERED => PriceKind::NotOffered,
            formula => PriceKind::Formula(formula.into()),
        };
        Self::spanned(kind, span)
    }
}

impl From<&str> for Price {
    fn from(formula: &str) -> Self {
        Self::from_text(formula, Span::default())
    }
}

impl From<u32> for Price {
    fn from(amount: u32) -> Self {
        Self::from(amount.to_string().as_str())
    }
}

impl From<Decimal> for Price {
    fn from(amount: Decimal) -> Self {
        Self::from(amount.to_string().as_str())
    }
}
