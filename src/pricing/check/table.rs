//! Which cells of a table requests come to, and what has no cell.

use std::collections::BTreeSet;

use super::{
    doubts::{Told, Way},
    possible::{Possible, Texts, Truth},
    range::{End, Piece, Range},
    study::Study,
};
use crate::{
    diagnostic::quoted,
    number::Number,
    pricing::book::{Cell, Span},
};

/// The key of the cell for all that no other cell names.
pub(crate) const ELSE: &str = "else";

/// A key of a table: the cell that it leads to, and the values that come there.
pub(crate) struct Arm<'b> {
    pub(crate) cell: &'b Cell,
    pub(crate) key: &'b str,
    /// Which of the keys of its cell this is.
    nth: usize,
    pub(crate) values: Possible,
}

impl<'b> Study<'b, '_> {
    /// A table that is keyed by a name.
    pub(crate) fn table(&mut self, by: &'b str, cells: &'b [Cell], span: Span) -> Possible {
        if let Some((width, height)) = by.split_once(" x ") {
            return self.cover([width.trim(), height.trim()], cells, span);
        }
        let key = self.name(by);
        let (arms, missing) = arms(&key, cells);
        self.tell_arms(&arms, &key, &quoted(by));
        if !missing.is_impossible() {
            let message = format!("{} may be {}, for which there is no cell", quoted(by), missing.told());
            let narrow = match self.inputs.get(by) {
                Some(input) if !input.fact && self.let_price(by).is_none() => {
                    format!(", mark it `\"not offered\"`, or narrow {} in the rule", quoted(by))
                }
                _ => " or mark it `\"not offered\"`".to_owned(),
            };
            self.doubt(span, "cell", message, format!("add a cell{narrow}"));
        }
        self.cells(by, arms)
    }

    /// What the cells come to, each with what its key may be there.
    fn cells(&mut self, by: &str, arms: Vec<Arm<'b>>) -> Possible {
        let mut all = Possible::Number(Range::none());
        let mut arms = arms.into_iter().peekable();
        while let Some(Arm { cell, mut values, .. }) = arms.next() {
            while let Some(more) = arms.next_if(|next| std::ptr::eq(next.cell, cell)) {
                values = values.or(&more.values);
            }
            let before = self.known.clone();
            if self.quietly(|study| study.is(by, values)) {
                all = all.or(&self.value_of_cell(&cell.price));
            }
            self.known = before;
        }
        all
    }

    /// Tells the keys that no request comes to.
    pub(crate) fn tell_arms(&mut self, arms: &[Arm<'b>], key: &Possible, by: &str) {
        if key.is_impossible() {
            return;
        }
        for Arm { cell, key: text, nth, values } in arms {
            let told = || match *text {
                ELSE => format!("no request comes to this `else`: the cells take all that {by} may be"),
                text => format!("no request comes to {}: {by} is {}", quoted(text), key.told()),
            };
            let open = !values.is_impossible();
            self.way(cell.key_span, Way::Cell(*nth), open, || Told { message: told(), hint: None });
        }
    }

    /// Learns that a table comes to one of these, and so which of its cells it comes to.
    pub(crate) fn is_cell(&mut self, by: &'b str, cells: &'b [Cell], wanted: &Possible) -> bool {
        let key = self.name(by);
        let (arms, _) = arms(&key, cells);
        let mut values = key.impossible();
        for arm in arms {
            let value = self.value_of_cell(&arm.cell.price);
            let meets = match (&value, wanted) {
                (Possible::Number(value), Possible::Number(wanted)) => !value.and(wanted).is_empty(),
                (Possible::Text(value), Possible::Text(wanted)) => !value.and(wanted).is_empty(),
                // A cell that is not offered is a number without values.
                (Possible::Number(value), _) => !value.is_empty(),
                _ => true,
            };
            if meets {
                values = values.or(&arm.values);
            }
        }
        self.is(by, values)
    }

    /// A table of sizes: the cheapest that covers width and height.
    fn cover(&mut self, names: [&str; 2], cells: &'b [Cell], span: Span) -> Possible {
        let [width, height] = names.map(|name| self.name(name).number());
        let sizes = cells.iter().flat_map(|cell| cell.key.split(',')).filter_map(|key| {
            let (wide, high) = key.split_once('x')?;
            Some([Number::parse(wide.trim()).ok()?, Number::parse(high.trim()).ok()?])
        });
        let sizes: Vec<_> = sizes.collect();
        let otherwise = cells.iter().find(|cell| cell.key.split(',').any(|key| key.trim() == ELSE));
        let uncovered = uncovered(&width, &height, &sizes);
        if let (Some(uncovered), None) = (&uncovered, otherwise) {
            let [width, height] = names.map(quoted);
            let message = format!("{width} and {height} may be {uncovered}, which no size covers");
            let hint =
                format!("add a size, write `else = \"not offered\"`, or narrow {width} and {height} in the rule");
            self.doubt(span, "cell", message, hint);
        }
        if let Some(otherwise) = otherwise {
            let message = || "no request comes to this `else`: the sizes cover all".to_owned();
            self.way(otherwise.key_span, Way::Cell(0), uncovered.is_some(), || Told { message: message(), hint: None });
        }
        let mut all = Possible::Number(Range::none());
        for cell in cells {
            all = all.or(&self.value_of_cell(&cell.price));
        }
        all
    }
}

/// The keys of a table with the values that come to each, and the values that come to none. An exact value goes before
/// a band, and the tightest band that holds it before the others.
pub(crate) fn arms<'b>(key: &Possible, cells: &'b [Cell]) -> (Vec<Arm<'b>>, Possible) {
    let mut arms = Vec::new();
    for cell in cells {
        for (nth, text) in cell.key.split(',').map(str::trim).enumerate() {
            arms.push(Arm { cell, key: text, nth, values: key.impossible() });
        }
    }
    let rest = match key {
        Possible::Number(range) => Possible::Number(numbers(range, &mut arms)),
        Possible::Text(texts) => Possible::Text(words(texts, &mut arms)),
        Possible::Truth(truth) => Possible::Truth(flags(*truth, &mut arms)),
        _ => key.impossible(),
    };
    for arm in arms.iter_mut().filter(|arm| arm.key == ELSE) {
        arm.values = rest.clone();
    }
    let open = !arms.iter().any(|arm| arm.key == ELSE);
    (arms, if open { rest } else { key.impossible() })
}

fn numbers(range: &Range, arms: &mut [Arm<'_>]) -> Range {
    let mut points = Vec::new();
    let mut bands = Vec::new();
    for (at, arm) in arms.iter_mut().enumerate() {
        if let Some((bound, open)) = bound(arm.key) {
            bands.push((bound, open, at));
        } else if let Ok(number) = Number::parse(arm.key) {
            points.push(Piece::point(number));
            let there = if range.holds(number) { Range::exactly(number) } else { Range::none() };
            arm.values = Possible::Number(there);
        }
    }
    let mut rest = range.without(&Range::all(points));
    bands.sort_by(|(one, open, _), (other, other_open, _)| one.cmp(other).then(other_open.cmp(open)));
    for (at, open, place) in bands {
        let band = Range::piece(Piece { low: None, high: Some(End { at, open }) });
        if let Some(arm) = arms.get_mut(place) {
            arm.values = Possible::Number(rest.and(&band));
        }
        rest = rest.without(&band);
    }
    rest
}

/// The upper end of a band, and whether it is open.
pub(crate) fn bound(key: &str) -> Option<(Number, bool)> {
    let (at, open) = key.strip_prefix("<=").map(|at| (at, false)).or(key.strip_prefix('<').map(|at| (at, true)))?;
    Some((Number::parse(at.trim()).ok()?, open))
}

fn words(texts: &Texts, arms: &mut [Arm<'_>]) -> Texts {
    let mut taken = BTreeSet::new();
    for arm in arms.iter_mut().filter(|arm| arm.key != ELSE) {
        let word = Texts::only(arm.key);
        arm.values = Possible::Text(texts.and(&word));
        if let Texts::These(word) = word {
            taken.extend(word);
        }
    }
    texts.without(&Texts::These(taken))
}

fn flags(truth: Truth, arms: &mut [Arm<'_>]) -> Truth {
    let mut rest = truth;
    for arm in arms {
        let here = match arm.key {
            "true" => Truth { yes: truth.yes, no: false },
            "false" => Truth { yes: false, no: truth.no },
            _ => continue,
        };
        arm.values = Possible::Truth(here);
        rest = Truth { yes: rest.yes && !here.yes, no: rest.no && !here.no };
    }
    rest
}

/// A size that none of these covers, either way round.
fn uncovered(width: &Range, height: &Range, sizes: &[[Number; 2]]) -> Option<String> {
    let most = |range: &Range| range.high().map(|end| end.at);
    if width.is_empty() || height.is_empty() {
        return None;
    }
    let (Some(wide), Some(high)) = (most(width), most(height)) else {
        return Some("of any size".to_owned());
    };
    let covers = |[one, other]: &[Number; 2]| wide <= *one && high <= *other || wide <= *other && high <= *one;
    let listed = |size: &[Number; 2]| *size == [wide, high] || *size == [high, wide];
    (!sizes.iter().any(|size| covers(size) || listed(size))).then(|| format!("`{wide}` and `{high}`"))
}
