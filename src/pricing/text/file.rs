//! Reads a price book from TOML.

use rust_decimal::Decimal;
use toml::de::DeValue;

use crate::{
    diagnostic::quoted,
    pricing::book::{Cell, Condition, Exactness, Price, PriceBook, PriceKind, PricingRule, Sources, Span},
    text::{BookError, Entry, Faults, entries_of, number_text, with_article},
};

const BOOK: [&str; 17] = [
    "name",
    "edition",
    "unit",
    "extends",
    "from",
    "until",
    "quote_minutes",
    "round",
    "charge",
    "convert",
    "note",
    "settings",
    "facts",
    "let",
    "rule",
    "override",
    "example",
];
const RULE: [&str; 25] = [
    "studio",
    "tool",
    "model",
    "models",
    "except",
    "name",
    "from",
    "until",
    "when",
    "like",
    "unit",
    "settings",
    "let",
    "per",
    "free",
    "times",
    "plus",
    "each",
    "minimum",
    "maximum",
    "round",
    "exactness",
    "charge",
    "note",
    "overrides",
];

impl PriceBook {
    /// Reads a book from its text.
    ///
    /// # Errors
    ///
    /// All faults of the text at once: what is no TOML, unknown keys, values of a wrong kind. What the book says
    /// with right words (unknown names, negative prices) is checked when an engine is made of it.
    ///
    /// ```
    /// use studio_credits::pricing::PriceBook;
    ///
    /// let error = PriceBook::parse("nam = 'acme'").unwrap_err();
    /// assert_eq!(error.faults[0].message, "unknown key `nam`");
    /// assert_eq!(error.faults[0].hint.as_deref(), Some("did you mean `name`?"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, BookError> {
        Self::read(None, text)
    }

    /// Reads a book from its text, and names the file in every fault.
    ///
    /// ```
    /// use studio_credits::pricing::PriceBook;
    ///
    /// let error = PriceBook::parse_file("prices.toml", "nam = 'acme'").unwrap_err();
    /// assert!(error.to_string().contains("--> prices.toml:1:1"), "{error}");
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PriceBook::parse`].
    pub fn parse_file(file: &str, text: &str) -> Result<Self, BookError> {
        Self::read(Some(file), text)
    }

    fn read(file: Option<&str>, text: &str) -> Result<Self, BookError> {
        let Reading { book, faults, .. } = Reading::of(file, text);
        faults.unless_any(book)
    }
}

/// What could be made out of a text, and what is wrong with it.
pub(crate) struct Reading {
    pub(crate) book: PriceBook,
    pub(crate) faults: Faults,
    /// Something could not be made out that any part of the book may rest on.
    pub(crate) torn: bool,
}

impl Reading {
    pub(crate) fn of(file: Option<&str>, text: &str) -> Self {
        let (sources, identity) = Sources::of(file, text);
        let (start, mut faults) = (Span::new(identity, 0..0), Faults::of(&sources));
        let mut book = PriceBook { sources, ..PriceBook::new("", "", "") };
        let Some(table) = faults.parse(start, text) else { return Self { book, faults, torn: true } };
        let broken: Vec<Span> = faults.spans().collect();
        let mut torn = false;
        for entry in entries_of(start, table.get_ref()) {
            faults.book_entry(&mut book, &entry);
            torn |= entry.is_torn();
        }
        for (key, value) in [("name", &book.name), ("edition", &book.edition), ("unit", &book.unit)] {
            let from_below = key == "unit" && book.extends.is_some();
            if value.is_empty() && !from_below && faults.is_empty() {
                faults.say(Span::default(), format!("the book has no `{key}`"));
            }
        }
        // What is no TOML may hide what follows it, except within a rule or an example.
        let parts = || book.rules.iter().map(|rule| rule.span).chain(book.examples.iter().map(|example| example.span));
        let spoils = |broken: &Span| parts().find(|part| part.holds(*broken));
        let spoilt: Option<Vec<Span>> = broken.iter().map(spoils).collect();
        let itself = |span: Span| broken.iter().any(|broken| broken.order() == span.order());
        faults.keep(|span| {
            let follows = spoilt.as_ref().is_none_or(|spoilt| spoilt.iter().any(|part| part.holds(span)));
            broken.is_empty() || itself(span) || !follows
        });
        Self { torn: torn || spoilt.is_none(), book, faults }
    }
}

impl Entry<'_> {
    /// Whether this is a part of a book that cannot be one, so that what it declares is not known.
    fn is_torn(&self) -> bool {
        let value = self.value.get_ref();
        match self.key {
            "settings" | "facts" | "let" => !value.is_table(),
            "rule" | "example" | "override" => !value.is_array(),
            known => !BOOK.contains(&known) && (value.is_table() || value.is_array()),
        }
    }
}

impl Faults {
    fn book_entry(&mut self, book: &mut PriceBook, entry: &Entry<'_>) {
        match entry.key {
            "name" => book.name = self.text(entry).unwrap_or_default().into(),
            "edition" => book.edition = self.text(entry).unwrap_or_default().into(),
            "unit" => book.unit = self.text(entry).unwrap_or_default().into(),
            "extends" => book.extends = self.text(entry).map(|name| (name.into(), entry.span())),
            "from" => book.from = self.instant(entry),
            "until" => book.until = self.instant(entry),
            "quote_minutes" => book.quote_minutes = self.whole(entry),
            "round" => book.round = self.round(entry),
            "charge" => book.charge = self.charging(entry),
            "convert" => book.convert = self.conversions(entry),
            "note" => book.note = self.text(entry).map(Into::into),
            "settings" => book.settings = self.settings(entry),
            "facts" => book.facts = self.settings(entry),
            "let" => book.lets = self.prices(entry),
            "rule" => book.rules = self.tables(entry, "[[rule]]").iter().map(|item| self.rule(item)).collect(),
            "override" => {
                book.overrides = self.tables(entry, "[[override]]").iter().map(|item| self.change(item)).collect();
            }
            "example" => {
                book.examples =
                    self.tables(entry, "[[example]]").iter().filter_map(|item| self.example(item)).collect();
            }
            _ => self.unknown(entry, &BOOK),
        }
    }

    fn conversions(&mut self, entry: &Entry<'_>) -> Vec<(Box<str>, Decimal)> {
        let rates = self.entries(entry, "units and what one of each is in the unit of the book");
        let rate = |entry: &Entry<'_>| {
            let rate = self.decimal(entry)?;
            if rate > Decimal::ZERO {
                return Some((entry.key.into(), rate));
            }
            self.say(entry.span(), format!("one {} is {rate}; a conversion is above 0", quoted(entry.key)));
            None
        };
        rates.iter().filter_map(rate).collect()
    }

    fn rule(&mut self, entry: &Entry<'_>) -> PricingRule {
        let mut rule = PricingRule { span: entry.extent(), ..PricingRule::default() };
        for entry in self.entries(entry, "what the rule says") {
            match entry.key {
                "name" => rule.name = self.text(&entry).map(Into::into),
                "studio" => rule.studio = self.text(&entry).map(Into::into),
                "tool" => rule.tools = self.texts(&entry),
                "model" => rule.models = self.texts(&entry),
                "except" => rule.except = self.texts(&entry),
                "from" => rule.from = self.instant(&entry),
                "until" => rule.until = self.instant(&entry),
                "when" => rule.when = self.condition(&entry),
                "like" => rule.like = self.text(&entry).map(Into::into),
                "unit" => rule.unit = self.text(&entry).map(Into::into),
                "settings" => rule.settings = self.settings(&entry),
                "let" => rule.lets = self.prices(&entry),
                "per" => rule.per = self.prices(&entry),
                "free" => rule.free = self.flag(&entry).unwrap_or_default(),
                "times" => rule.times = self.factors(&entry),
                "plus" => rule.plus = self.additions(&entry),
                "each" => rule.each = self.each(&entry),
                "minimum" => rule.minimum = Some(self.price(&entry)),
                "maximum" => rule.maximum = Some(self.price(&entry)),
                "round" => rule.round = self.round(&entry),
                "exactness" => rule.exactness = self.one_of(&entry, &Exactness::TEXTS),
                "charge" => rule.charge = self.charging(&entry),
                "note" => rule.note = self.text(&entry).map(Into::into),
                "overrides" => {
                    let tables = self.tables(&entry, "overrides = [{ model = …, times = … }]");
                    rule.overrides = tables.iter().map(|item| self.change(item)).collect();
                }
                "models" => {
                    let tables = self.tables(&entry, "models = [{ model = \"kling-3.0\", … }]");
                    rule.members = tables.iter().map(|item| self.rule(item)).collect();
                }
                _ => self.unknown(&entry, &RULE),
            }
        }
        rule
    }

    pub(super) fn prices(&mut self, entry: &Entry<'_>) -> Vec<(Box<str>, Price)> {
        let prices = self.entries(entry, "prices");
        let priced = |entry: &Entry<'_>| Price { key_span: entry.key_span, ..self.price(entry) };
        prices.iter().map(|entry| entry.key.into()).zip(prices.iter().map(priced)).collect()
    }

    pub(super) fn price(&mut self, entry: &Entry<'_>) -> Price {
        let span = self.inner_span(entry);
        match entry.value.get_ref() {
            DeValue::String(text) => return Price::from_text(text, span),
            DeValue::Table(table) => return self.table(entry, &entries_of(entry.key_span, table)),
            other => {
                if let Some(text) = number_text(other) {
                    if text.ends_with("nan") || text.ends_with("inf") {
                        self.say(span, format!("a price is a number of credits, never {}", quoted(text)));
                        return Price::spanned(PriceKind::NotOffered, span);
                    }
                    return Price::from_text(text, span);
                }
            }
        }
        let found = with_article(entry.value.get_ref().type_str());
        self.say(
            span,
            format!("{} must be a price: a number, a formula in quotes or a table, not {found}", quoted(entry.key)),
        );
        Price::spanned(PriceKind::NotOffered, span)
    }

    fn table(&mut self, entry: &Entry<'_>, keys: &[Entry<'_>]) -> Price {
        let span = entry.span();
        let [by] = keys else {
            let message =
                format!("the table at {} has {} keys; it is keyed by one name", quoted(entry.key), keys.len());
            let hint =
                "name what it is keyed by: per.output.resolution = { 1k = …, 2k = … }; a second name goes inside";
            self.add(entry.key_span, message, Some(hint));
            return Price::spanned(PriceKind::NotOffered, span);
        };
        let DeValue::Table(cells) = by.value.get_ref() else {
            let message = format!("{} must be a table of prices, one for each value", quoted(by.key));
            let hint = format!("a key with a dot is written in quotes: \"{}.{}\"", entry.key, by.key);
            self.add(by.key_span, message, Some(hint));
            return Price::spanned(PriceKind::NotOffered, span);
        };
        let cells = entries_of(by.key_span, cells);
        let cells =
            cells.iter().map(|cell| Cell { key: cell.key.into(), key_span: cell.key_span, price: self.price(cell) });
        let cells = cells.collect();
        Price::spanned(PriceKind::Table { by: by.key.into(), cells }, by.key_span)
    }

    pub(super) fn condition(&mut self, entry: &Entry<'_>) -> Option<Condition> {
        let span = self.inner_span(entry);
        let formula = match entry.value.get_ref() {
            DeValue::Boolean(flag) => flag.to_string().into(),
            _ => self.text(entry)?.into(),
        };
        Some(Condition { formula, span })
    }

    /// The span of what a text says, without its quotes, so that a place within a formula can be shown.
    fn inner_span(&self, entry: &Entry<'_>) -> Span {
        let span = entry.span();
        let DeValue::String(text) = entry.value.get_ref() else {
            return span;
        };
        let raw = self.text_of(span).unwrap_or_default();
        raw.find(text.as_ref()).map_or(span, |at| span.part(at, text.len()))
    }
}
