//! Compiles tables: from cells under their keys to look-ups.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use crate::{
    diagnostic::{listed, nearest, quoted},
    number::Number,
    pricing::{
        book::{Cell, PriceKind, Span},
        program::{Amount, Bound, Condition, InputKind, Key, Named, Symbol, Table, Word},
    },
};

/// The key of the cell for all that no other cell names.
const ELSE: &str = "else";

/// What the cells of a table are found by, before they are found.
enum By {
    Word(Word),
    Flag(Condition),
    Number(Amount),
    Cover(Amount, Amount),
}

/// The keys of a table as they are collected; the numbers are places among the cells.
#[derive(Default)]
struct Keys {
    words: BTreeMap<Symbol, usize>,
    flags: [Option<usize>; 2],
    numbers: BTreeMap<Number, usize>,
    /// By bound, and whether it is inclusive.
    bands: BTreeMap<(Number, bool), usize>,
    sizes: Vec<([Number; 2], usize)>,
    otherwise: Option<usize>,
    /// What the key can be, where it is a choice.
    possible: Option<BTreeSet<Symbol>>,
}

impl Scope<'_> {
    /// A table of prices or of words.
    pub(crate) fn table(&mut self, by: &str, cells: &[Cell], span: Span) -> Option<Named> {
        let found_by = self.found_by(by, span)?;
        self.table_found_by(by, found_by, cells, span)
    }

    /// A table that is keyed by an amount rather than by a name.
    pub(crate) fn table_by_number(&mut self, by: &str, key: Amount, cells: &[Cell], span: Span) -> Option<Named> {
        self.table_found_by(by, By::Number(key), cells, span)
    }

    fn table_found_by(&mut self, by: &str, found_by: By, cells: &[Cell], span: Span) -> Option<Named> {
        let mut keys = Keys { possible: self.words_of(&found_by), ..Keys::default() };
        let mut compiled = Vec::new();
        for (place, cell) in cells.iter().enumerate() {
            for key in cell.key.split(',').map(str::trim) {
                if !self.key(&found_by, by, key, place, &mut keys, cell.key_span)? {
                    self.faults.say(cell.key_span, format!("{} stands twice in this table", quoted(key)));
                }
            }
            compiled.push(self.named(&cell.price));
        }
        let compiled: Option<Vec<_>> = compiled.into_iter().collect();
        let compiled = compiled?;
        if compiled.is_empty() {
            self.faults.say(span, format!("the table by {} has no cells", quoted(by)));
            return None;
        }
        let otherwise = keys.otherwise;
        let key = keys.sorted(found_by);
        let offered = cells.iter().filter(|cell| cell.price.kind != PriceKind::NotOffered);
        let text = |cell: &Cell| if &*cell.key == ELSE { "any other".into() } else { cell.key.clone() };
        let texts: Box<[Box<str>]> = offered.map(text).collect();
        if compiled.iter().any(|cell| matches!(cell, Named::Word(_))) {
            if let Key::Cover(..) = key {
                self.faults.say(span, "a table of sizes gives prices: it finds the cheapest that covers");
                return None;
            }
            let cells: Option<Vec<_>> = compiled.into_iter().map(word).collect();
            return self.made(by, texts, key, cells, otherwise, span).map(|table| Named::Word(Word::Table(table)));
        }
        let cells: Option<Vec<_>> = compiled.into_iter().map(amount).collect();
        self.made(by, texts, key, cells, otherwise, span).map(|table| Named::Amount(Amount::Table(table)))
    }

    fn made<T>(
        &mut self,
        by: &str,
        keys: Box<[Box<str>]>,
        key: Key,
        cells: Option<Vec<T>>,
        otherwise: Option<usize>,
        span: Span,
    ) -> Option<Box<Table<T>>> {
        if cells.is_none() {
            self.faults.say(span, "the cells of a table are all prices or all texts");
        }
        let cells = cells?.into_boxed_slice();
        Some(Box::new(Table { by: by.into(), keys, key, cells, otherwise }))
    }

    fn found_by(&mut self, by: &str, span: Span) -> Option<By> {
        if let Some((width, height)) = by.split_once(" x ") {
            let width = self.name(width.trim(), span)?;
            let height = self.name(height.trim(), span)?;
            return Some(By::Cover(self.as_amount(width, span)?, self.as_amount(height, span)?));
        }
        Some(match self.name(by, span)? {
            Named::Amount(amount) => By::Number(amount),
            Named::Condition(condition) => By::Flag(condition),
            Named::Word(word) => By::Word(word),
        })
    }

    /// Takes one key; `None` when it is no key of this table, `false` when it was there before.
    fn key(&mut self, found_by: &By, by: &str, key: &str, place: usize, keys: &mut Keys, span: Span) -> Option<bool> {
        if key == ELSE {
            return Some(keys.otherwise.replace(place).is_none());
        }
        match found_by {
            By::Word(word) => {
                let symbol = self.words.symbol(key);
                if keys.possible.as_ref().is_some_and(|possible| !possible.contains(&symbol)) {
                    self.never(word, key, by, span);
                }
                Some(keys.words.insert(symbol, place).is_none())
            }
            By::Flag(_) => match key {
                "true" => Some(keys.flags[1].replace(place).is_none()),
                "false" => Some(keys.flags[0].replace(place).is_none()),
                _ => {
                    self.faults.say(span, format!("{} is true or false, never {}", quoted(by), quoted(key)));
                    None
                }
            },
            By::Number(_) => {
                let bound = key.strip_prefix("<=").map(|at| (at, true)).or(key.strip_prefix('<').map(|at| (at, false)));
                if let Some((at, inclusive)) = bound {
                    let at = self.key_number(at.trim(), by, span)?;
                    return Some(keys.bands.insert((at, inclusive), place).is_none());
                }
                let number = self.key_number(key, by, span)?;
                Some(keys.numbers.insert(number, place).is_none())
            }
            By::Cover(..) => {
                let Some((width, height)) = key.split_once('x') else {
                    let message = format!("{} is no size; a size is written 1024x1536", quoted(key));
                    self.faults.say(span, message);
                    return None;
                };
                let size = [self.key_number(width.trim(), by, span)?, self.key_number(height.trim(), by, span)?];
                let new = keys.sizes.iter().all(|(known, _)| *known != size);
                keys.sizes.push((size, place));
                Some(new)
            }
        }
    }

    fn key_number(&mut self, text: &str, by: &str, span: Span) -> Option<Number> {
        let number = Number::parse(text).ok();
        if number.is_none() {
            let message = format!("{} is a number, so {} cannot be one of its values", quoted(by), quoted(text));
            self.faults.add(span, message, Some("write a number, a bound such as `<= 10`, or `else`"));
        }
        number
    }

    /// The texts of a choice.
    fn words_of(&self, found_by: &By) -> Option<BTreeSet<Symbol>> {
        let By::Word(Word::Setting(slot)) = found_by else { return None };
        let InputKind::Choice(values) = &self.inputs.get(*slot)?.kind else { return None };
        Some(values.iter().map(|(_, symbol)| *symbol).collect())
    }

    /// A key of a table by a choice must be one that the choice can have.
    fn never(&mut self, word: &Word, key: &str, by: &str, span: Span) {
        let Word::Setting(slot) = word else { return };
        let Some(InputKind::Choice(values)) = self.inputs.get(*slot).map(|input| &input.kind) else { return };
        if self.faults.is_full() {
            return;
        }
        let texts: Vec<_> = values.iter().map(|(value, _)| value.to_string()).collect();
        let known = texts.iter().map(String::as_str);
        let cut = known.clone().find(|text| text.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')));
        let dotted = cut.map(|text| format!("a key with a dot is written in quotes: \"{text}\""));
        let near = nearest(key, known.clone()).map(|near| format!("did you mean `{near}`?"));
        let hint = dotted.or(near).unwrap_or_else(|| format!("it may be {}", listed(known)));
        self.faults.add(span, format!("{} is never {}", quoted(by), quoted(key)), Some(hint));
    }
}

impl Keys {
    fn sorted(self, by: By) -> Key {
        let bands = self.bands.into_iter().map(|((at, inclusive), place)| (Bound { at, inclusive }, place));
        match by {
            By::Word(word) => Key::Word(word, self.words.into_iter().collect()),
            By::Flag(condition) => Key::Flag(condition, self.flags),
            By::Number(amount) => Key::Number(amount, self.numbers.into_iter().collect(), bands.collect()),
            By::Cover(width, height) => Key::Cover(width, height, self.sizes.into()),
        }
    }
}

fn amount(named: Named) -> Option<Amount> {
    match named {
        Named::Amount(amount) => Some(amount),
        _ => None,
    }
}

/// A cell of words; `not offered` is told by its own kind.
fn word(named: Named) -> Option<Word> {
    match named {
        Named::Word(word) => Some(word),
        Named::Amount(Amount::NotOffered) => Some(Word::NotOffered),
        _ => None,
    }
}
