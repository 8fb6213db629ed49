//! Makes prices: numbers, formulas, and tables of every kind.

use super::{
    Maker, PRICES,
    formula::literal,
    setting::{GRID, SIDES},
    view::View,
};
use crate::oracle::tree::{Formula, Key, Literal, Price};

/// What a table is keyed by.
#[derive(Clone, Copy)]
enum By {
    Word,
    Spaced,
    Flag,
    Number,
    Count,
    Size,
}

impl Maker {
    /// The price of a part; `tiers` are for parts only.
    pub(super) fn part_price(&mut self, view: &View) -> Price {
        if view.count && self.chance.percent(14) {
            return self.tier_table(view);
        }
        match self.chance.below(100) {
            0..42 => self.price_literal(),
            42..70 => self.table(view, 2),
            70..97 => Price::Formula(self.rate(view, 2)),
            97 | 98 => Price::Free,
            _ => Price::NotOffered,
        }
    }

    /// A price that is a number whatever it is for: of a factor or a bound.
    pub(super) fn plain_price(&mut self, view: &View, texts: &[&str]) -> Price {
        match self.chance.below(10) {
            0..5 => Price::Formula(literal(self.chance.text(texts))),
            5 | 6 => self.table(view, 1),
            _ => Price::Formula(self.rate(view, 1)),
        }
    }

    fn price_literal(&mut self) -> Price {
        Price::Formula(literal(self.chance.text(&PRICES)))
    }

    fn cell(&mut self, view: &View, depth: u32) -> Price {
        match self.chance.below(100) {
            58..72 => Price::Formula(self.rate(view, 1)),
            72..88 if depth > 0 => self.table(view, depth - 1),
            0..88 => self.price_literal(),
            88..94 => Price::Free,
            _ => Price::NotOffered,
        }
    }

    pub(super) fn table(&mut self, view: &View, depth: u32) -> Price {
        let by = self.chance.weighted(&[
            (30, By::Word),
            (5, By::Spaced),
            (15, By::Flag),
            (30, By::Number),
            (6, By::Count),
            (14, By::Size),
        ]);
        match by {
            By::Word if !view.words.is_empty() => {
                let (by, texts) = self.chance.pick(&view.words).clone();
                self.by_text(view, &by, &texts, depth)
            }
            By::Spaced if !view.spaced.is_empty() => {
                let (by, texts) = self.chance.pick(&view.spaced).clone();
                self.by_text(view, &by, &texts, depth)
            }
            By::Flag if !view.flags.is_empty() => {
                let by = self.chance.pick(&view.flags).clone();
                let texts = ["true", "false"].map(str::to_owned);
                self.by_text(view, &by, &texts, depth)
            }
            By::Count if view.count => self.by_number(view, "count", depth),
            By::Size => self.by_size(view, depth),
            _ if !view.numbers.is_empty() => {
                let by = self.chance.pick(&view.numbers).clone();
                self.by_number(view, &by, depth)
            }
            _ => self.price_literal(),
        }
    }

    fn by_text(&mut self, view: &View, by: &str, texts: &[String], depth: u32) -> Price {
        let keys = self.chance.some_of(85, texts).into_iter().map(Key::Word).collect();
        self.table_of(view, by, keys, 35, depth)
    }

    fn by_number(&mut self, view: &View, by: &str, depth: u32) -> Price {
        let points: &[&str] = if ["width", "height", "tokens"].contains(&by) { &SIDES } else { &GRID };
        let mut keys = Vec::new();
        let (exact, below) = (self.chance.percent(40), self.chance.percent(25));
        for point in self.chance.some_of(45, points) {
            let bound = Literal::new(point);
            if exact && self.chance.percent(60) {
                keys.push(Key::Number(bound.clone()));
            }
            if !exact || self.chance.percent(40) {
                keys.push(Key::UpTo(bound.clone()));
            }
            if below {
                keys.push(Key::Below(bound));
            }
        }
        self.chance.shuffle(&mut keys);
        self.table_of(view, by, keys, 70, depth)
    }

    fn by_size(&mut self, view: &View, depth: u32) -> Price {
        let mut keys: Vec<Key> = Vec::new();
        for _ in 0..self.chance.between(1, 4) {
            let [width, height] = [0; 2].map(|_| *self.chance.pick(&SIDES));
            let size = Key::Size(Literal::new(width), Literal::new(height));
            let turned = Key::Size(Literal::new(height), Literal::new(width));
            for size in [size, turned].into_iter().take(if self.chance.percent(20) { 2 } else { 1 }) {
                if !keys.contains(&size) {
                    keys.push(size);
                }
            }
        }
        let by = if self.chance.percent(85) { "width x height" } else { "height x width" };
        self.table_of(view, by, keys, 40, depth.min(1))
    }

    /// Puts cells under the keys: one for each, or one for several of them.
    fn table_of(&mut self, view: &View, by: &str, keys: Vec<Key>, otherwise: u64, depth: u32) -> Price {
        let mut cells: Vec<(Vec<Key>, Price)> = Vec::new();
        for key in keys {
            if !cells.is_empty() && self.chance.percent(20) {
                let at = self.chance.place(cells.len());
                cells[at].0.push(key);
            } else {
                cells.push((vec![key], self.cell(view, depth)));
            }
        }
        if cells.is_empty() || self.chance.percent(otherwise) {
            cells.push((vec![Key::Else], self.cell(view, depth)));
        }
        Price::Table(by.to_owned(), cells)
    }

    /// A table by the part's own quantity.
    fn tier_table(&mut self, view: &View) -> Price {
        let mut bounds = self.chance.some_of(25, &[&GRID[1..], &["50", "1_000"]].concat());
        if bounds.is_empty() {
            bounds.push("5");
        }
        let graduated = self.chance.percent(60);
        let mut cells: Vec<(Vec<Key>, Price)> = Vec::new();
        for bound in bounds {
            let bound = Literal::new(bound);
            let key = if !graduated && self.chance.percent(20) { Key::Below(bound) } else { Key::UpTo(bound) };
            cells.push((vec![key], self.cell(view, 0)));
        }
        if self.chance.percent(85) {
            cells.push((vec![Key::Else], self.cell(view, 0)));
        }
        if self.chance.percent(30) {
            self.chance.shuffle(&mut cells);
        }
        Price::Table(if graduated { "graduated" } else { "volume" }.to_owned(), cells)
    }

    /// A table of texts.
    pub(super) fn text_table(&mut self, view: &View, texts: &[&str]) -> Price {
        let Price::Table(by, mut cells) = self.table(&View { count: false, ..view.clone() }, 0) else {
            return Price::Formula(self.word(view, texts, 1));
        };
        if by.contains(" x ") {
            return Price::Formula(self.word(view, texts, 1));
        }
        for (_, price) in &mut cells {
            if *price != Price::NotOffered {
                *price = Price::Formula(self.word(view, texts, 1));
            }
        }
        if cells.iter().all(|(_, price)| *price == Price::NotOffered) {
            cells.push((vec![Key::Else], Price::Formula(Formula::Text(self.text(texts)))));
            cells.retain(|(keys, price)| *price != Price::NotOffered || !keys.contains(&Key::Else));
        }
        Price::Table(by, cells)
    }
}
