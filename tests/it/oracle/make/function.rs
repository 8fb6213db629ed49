//! Makes calls of functions, and folds over lists.

use super::{
    Maker,
    formula::{literal, name},
    view::{Local, View, text},
};
use crate::oracle::tree::{Fold, Formula, Literal};

const STEPS: [&str; 7] = ["1", "0.5", "5", "10", "0.01", "0.3", "100"];

impl Maker {
    pub(super) fn function(&mut self, view: &View, depth: u32) -> Formula {
        let function = self.chance.text(&["min", "max", "clamp", "ceil", "floor", "round", "blocks"]);
        let mut values = vec![self.number(view, depth)];
        match function {
            "min" | "max" => {
                for _ in 0..self.chance.between(1, 2) {
                    values.push(self.number(view, depth.min(1)));
                }
            }
            "clamp" => values.extend([self.literal(), self.number(view, depth.min(1))]),
            "blocks" => values.push(self.step(view)),
            _ if self.chance.percent(40) => values.push(self.step(view)),
            _ => {}
        }
        Formula::Call(function, values)
    }

    fn step(&mut self, view: &View) -> Formula {
        if self.chance.percent(10) { self.number_name(view) } else { literal(self.chance.text(&STEPS)) }
    }

    pub(super) fn inexact(&mut self, view: &View) -> Formula {
        let digits = if self.chance.percent(30) { 12 } else { self.chance.between(0, 12) };
        let digits = literal(&digits.to_string());
        let x = self.number(view, 1);
        let above = |x| Formula::Call("max", vec![literal("0.5"), x]);
        match self.chance.below(4) {
            0 => Formula::Call("sqrt", vec![x, digits]),
            1 => Formula::Call("ln", vec![if self.chance.percent(80) { above(x) } else { x }, digits]),
            2 => Formula::Call("exp", vec![Formula::Call("min", vec![x, literal("25")]), digits]),
            _ => {
                let exponent = self.chance.text(&["0.5", "2", "1.7", "0.333333", "3", "0", "1.25"]);
                let exponent = literal(exponent);
                let exponent = if self.chance.percent(30) { Formula::Negate(Box::new(exponent)) } else { exponent };
                let exponent = if self.chance.percent(20) {
                    Formula::Call("min", vec![self.number_name(view), literal("8")])
                } else {
                    exponent
                };
                Formula::Call("pow", vec![if self.chance.percent(80) { above(x) } else { x }, exponent, digits])
            }
        }
    }

    /// A fold over a list; none where there is no list to go over.
    pub(super) fn fold(&mut self, view: &View, depth: u32, kind: &'static str) -> Option<Formula> {
        if view.lists.is_empty() || view.locals.len() > 2 {
            return None;
        }
        let (list, setting) = self.chance.pick(&view.lists).clone();
        let item = if self.chance.percent(70) { "s" } else { "t" }.to_owned();
        let declared = setting.items.expect("a list has items");
        let fields: Vec<String> = declared.fields.iter().map(|(field, _)| field.clone()).collect();
        let inherit = self.chance.some_of(30, &fields);
        let mut within = View { repeated: true, ..view.clone() };
        within.locals.retain(|local| *local.name() != item);
        within.locals.push(match declared.shown_kind() {
            "number" => Local::Number(item.clone()),
            "flag" => Local::Flag(item.clone()),
            "choice" => Local::Word(item.clone(), declared.values.iter().map(text).collect()),
            _ => Local::Record(item.clone(), declared.fields.clone()),
        });
        let condition = self.chance.percent(40).then(|| self.condition(&within, 0));
        let body = match kind {
            "any" | "all" => self.condition(&within, depth.min(1)),
            _ => self.number(&within, depth.min(2)),
        };
        let otherwise = ["min", "max", "first"].contains(&kind).then(|| self.number(view, depth.min(1)));
        Some(Formula::Fold(Box::new(Fold { kind, item, list, inherit, condition, body, otherwise })))
    }

    /// A formula that is not below 0, mostly.
    pub(super) fn rate(&mut self, view: &View, depth: u32) -> Formula {
        let formula = self.number(view, depth);
        let bare = matches!(&formula, Formula::Negate(_) | Formula::Number(Literal { .. }));
        if bare || may_be_negative(&formula) && self.chance.percent(75) {
            let least = if self.chance.percent(50) { literal("0") } else { literal("1") };
            return Formula::Call("max", vec![least, formula]);
        }
        formula
    }

    pub(super) fn flag_name(&mut self, view: &View) -> Option<Formula> {
        (!view.flags.is_empty()).then(|| name(self.chance.pick::<String>(&view.flags)))
    }
}

/// Whether a formula takes something away, as far as can be seen.
fn may_be_negative(formula: &Formula) -> bool {
    format!("{formula:?}")
        .split(['(', ' ', ','])
        .any(|word| ["Subtract", "Negate", "\"ln\"", "\"offset\"", "Default"].contains(&word))
}
