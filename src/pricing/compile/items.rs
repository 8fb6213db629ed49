//! Compiles what goes over the items of a list.

use super::scope::{ItemOf, Meaning, Scope};
use crate::{
    diagnostic::{listed, quoted},
    formula::{Fold, Kind, Node},
    pricing::{
        book::Span,
        program::{Amount, Condition, Field, Input, InputKind, Items, Named, Pick, Picked, Slot, Word},
    },
};

impl Scope<'_> {
    /// A sum, a choice of one value, or a condition over the items of a list.
    pub(super) fn fold(&mut self, node: &Node, span: Span) -> Option<Named> {
        let Kind::Fold { fold, item, list, inherit, condition, body, otherwise } = &node.kind else { return None };
        let slot = self.list(list, span)?;
        let otherwise = match otherwise {
            Some(node) => self.amount(node, span)?,
            None => Amount::NotOffered,
        };
        let item_of = Some(ItemOf { list: slot, inherit: inherit.clone().into() });
        let items = self.items_max(slot);
        // To inherit, an item may have to look through all those before it.
        let scans = if inherit.is_empty() { items } else { items.saturating_mul(items) };
        self.repeated(scans, |scope| {
            scope.within([(&**item, item_of)], |scope| {
                let when = match condition {
                    Some(condition) => Some(scope.condition(condition, span)?),
                    None => None,
                };
                let pick = match fold {
                    Fold::Any | Fold::All => {
                        let body = scope.condition(body, span)?;
                        return Some(Named::Condition(some_or_all(*fold, Items { list: slot, when, body })));
                    }
                    Fold::Sum => None,
                    Fold::Min => Some(Pick::Least),
                    Fold::Max => Some(Pick::Most),
                    Fold::First => Some(Pick::First),
                };
                let items = Items { list: slot, when, body: scope.amount(body, span)? };
                Some(Named::Amount(match pick {
                    None => Amount::Sum(Box::new(items)),
                    Some(pick) => Amount::Pick(Box::new(Picked { pick, items, otherwise })),
                }))
            })
        })
    }

    /// The slot of a list.
    pub(super) fn list(&mut self, node: &Node, span: Span) -> Option<Slot> {
        let here = span.part(node.at, node.length);
        if let Kind::Name(name) = &node.kind
            && let Meaning::Input(slot) = self.meaning(name, here)?
            && matches!(self.inputs.get(slot)?.kind, InputKind::List { .. })
        {
            return Some(slot);
        }
        self.faults.say(here, "expected the name of a list");
        None
    }

    /// A field of the item that an enclosing fold is at.
    pub(super) fn field(&mut self, item: &Node, field: &str, span: Span) -> Option<Named> {
        let item = if let Kind::Name(name) = &item.kind { name } else { "this" };
        let local = self.locals.iter().rev().position(|local| &*local.name == item);
        let Some((local, declared)) = local.and_then(|local| Some((local, self.declared_item(local)?))) else {
            self.faults.say(span, format!("{} is not the item of a sum", quoted(item)));
            return None;
        };
        let fields = match &declared.kind {
            InputKind::Record(fields) => &**fields,
            _ => &[],
        };
        let Some(known) = fields.iter().find(|known| &*known.name == field) else {
            let list = quoted(&declared.name);
            let message = match listed(fields.iter().map(|known| &*known.name)) {
                none if none.is_empty() => format!("an item of {list} has no fields"),
                names => format!("an item of {list} has no {}; it has {names}", quoted(field)),
            };
            self.faults.say(span, message);
            return None;
        };
        let inherited = self.locals.iter().rev().nth(local).and_then(|local| local.item_of.as_ref());
        let inherited = inherited.is_some_and(|item_of| item_of.inherit.iter().any(|name| &**name == field));
        self.part_of(known, local, field, inherited, span)
    }

    /// The item itself that an enclosing fold is at, or the number that a loop is at.
    pub(super) fn local(&mut self, local: usize, span: Span) -> Option<Named> {
        match self.declared_item(local) {
            None => Some(Named::Amount(Amount::Local(local))),
            Some(item) => self.part_of(&item, local, "", false, span),
        }
    }

    fn part_of(&mut self, known: &Input, local: usize, name: &str, inherited: bool, span: Span) -> Option<Named> {
        let words = match &known.kind {
            InputKind::Choice(words) => words.clone(),
            _ => Box::default(),
        };
        let field = Box::new(Field { local, name: name.into(), inherited, preset: known.preset, words });
        Some(match known.kind {
            InputKind::Choice(_) => Named::Word(Word::Field(field)),
            InputKind::Flag => Named::Condition(Condition::Field(field)),
            InputKind::Number { .. } => Named::Amount(Amount::Field(field)),
            InputKind::Text | InputKind::List { .. } | InputKind::Record(_) => {
                let message = format!("an item of {} is no number, choice or flag", quoted(&known.name));
                self.faults.add(span, message, Some("name one of its fields, such as `s.steps`"));
                return None;
            }
        })
    }

    /// What the items of the list are that an enclosing fold goes over.
    fn declared_item(&self, local: usize) -> Option<Input> {
        let item_of = self.locals.iter().rev().nth(local)?.item_of.as_ref()?;
        let InputKind::List { item, .. } = &self.inputs.get(item_of.list)?.kind else { return None };
        Some((**item).clone())
    }

    /// The most items of a list.
    fn items_max(&self, slot: Slot) -> u64 {
        match self.inputs.get(slot).map(|input| &input.kind) {
            Some(InputKind::List { max, .. }) => u64::try_from(*max).unwrap_or(u64::MAX),
            _ => 0,
        }
    }
}

/// It is true of all where it is untrue of none.
fn some_or_all(fold: Fold, items: Items<Condition>) -> Condition {
    if fold == Fold::Any {
        return Condition::Any(Box::new(items));
    }
    let untrue = Items { body: Condition::Not(Box::new(items.body)), ..items };
    Condition::Not(Box::new(Condition::Any(Box::new(untrue))))
}
