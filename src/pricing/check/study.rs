//! Studies what the formulas of a rule can come to, whatever the requests.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    doubts::{Doubts, Told, Way},
    known::Known,
    possible::{Possible, Truth},
    range::{Grid, Piece, Range},
};
use crate::{
    formula::{self, Node},
    number::Number,
    pricing::{
        book::{Condition, Price, PriceBook, Setting, Span},
        compile::{Leaf, Rules},
    },
    request::GenerationRequest,
};

/// The most expressions that are studied for one rule; where a rule needs more, the rest is left undecided.
const EFFORT_MAX: u32 = 100_000;

pub(crate) const ALWAYS: &str = "this condition is always true";
pub(crate) const NEVER: &str = "this condition is never true";

/// The formulas of a book, each read once.
pub(crate) type Formulas = BTreeMap<Box<str>, Option<Rc<Node>>>;

/// What may be set and what only the caller knows.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) possible: Possible,
    /// What it is where it is left out.
    pub(crate) preset: Possible,
    pub(crate) fact: bool,
}

/// The settings and facts that rules may use: those of the book, and how the rules at hand narrow them.
#[derive(Clone, Debug)]
pub(crate) struct Inputs<'b> {
    pub(crate) wide: &'b BTreeMap<&'b str, Input>,
    pub(crate) own: Rc<[(&'b str, Input)]>,
}

/// What a price stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Price,
    Factor,
    Minimum,
    Maximum,
    Value,
}

/// A formula as the book writes it, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'b> {
    pub(crate) text: &'b str,
    pub(crate) span: Span,
}

/// What a fold or a loop is at.
#[derive(Debug)]
pub(crate) struct Local {
    name: Box<str>,
    number: usize,
    pub(crate) item: Possible,
}

/// A rule under study, and what is known where it has come to.
#[derive(Debug)]
pub(crate) struct Study<'b, 'd> {
    pub(crate) book: &'b PriceBook,
    pub(crate) leaf: &'b Leaf,
    /// All rules, for references to them.
    pub(crate) leaves: &'b [Leaf],
    pub(crate) inputs: Inputs<'b>,
    pub(crate) formulas: &'d mut Formulas,
    pub(crate) doubts: &'d mut Doubts,
    pub(crate) known: Known,
    /// What the folds and loops around are at.
    pub(crate) locals: Vec<Local>,
    /// How many folds and loops there were, so that each has a number of its own.
    folds: usize,
    /// The unit of the part at hand.
    pub(crate) unit: Option<&'b str>,
    /// What the price at hand stands for.
    pub(crate) role: Role,
    /// Named values where nothing more is known, and whether their doubts were told.
    lets: BTreeMap<&'b str, (Possible, bool)>,
    /// Every setting is at its default.
    at_defaults: bool,
    /// How many references stand around.
    pub(crate) depth: usize,
    quiet: bool,
    effort: u32,
}

impl Input {
    pub(crate) fn new(setting: &Setting, fact: bool) -> Self {
        let possible = Possible::declared(setting);
        let preset = possible.preset(setting.default.as_ref());
        Self { possible, preset, fact }
    }
}

impl Inputs<'_> {
    pub(crate) fn get(&self, name: &str) -> Option<&Input> {
        let own = self.own.iter().find(|(own, _)| *own == name).map(|(_, input)| input);
        own.or_else(|| self.wide.get(name))
    }
}

impl Local {
    /// The name by which a field of the item, or the item itself, is known.
    pub(crate) fn known_as(&self, field: &str) -> String {
        format!("{}.{field}", self.number)
    }
}

impl Role {
    /// The name of what must not be below 0.
    pub(crate) fn unsigned(self) -> Option<&'static str> {
        match self {
            Self::Price => Some("the price"),
            Self::Factor => Some("the factor"),
            Self::Maximum => Some("the maximum"),
            Self::Minimum | Self::Value => None,
        }
    }
}

impl<'b> Text<'b> {
    /// What was written for an expression, without parentheses around all of it.
    pub(crate) fn of(self, node: &Node) -> &'b str {
        let mut written = self.text.get(node.at..node.at.saturating_add(node.length)).unwrap_or(self.text);
        while let Some(inner) = within_parentheses(written) {
            written = inner;
        }
        written
    }

    pub(crate) fn at(self, node: &Node) -> Span {
        self.span.part(node.at, node.length)
    }
}

impl<'b> From<&'b Condition> for Text<'b> {
    fn from(condition: &'b Condition) -> Self {
        Self { text: &condition.formula, span: condition.span }
    }
}

impl<'b, 'd> Study<'b, 'd> {
    pub(crate) fn new(
        book: &'b PriceBook,
        leaf: &'b Leaf,
        rules: &'b Rules,
        inputs: Inputs<'b>,
        formulas: &'d mut Formulas,
        doubts: &'d mut Doubts,
    ) -> Self {
        Self {
            book,
            leaf,
            leaves: &rules.leaves,
            inputs,
            formulas,
            doubts,
            known: Known::default(),
            locals: Vec::new(),
            folds: 0,
            unit: None,
            role: Role::Value,
            lets: BTreeMap::new(),
            at_defaults: false,
            depth: 0,
            quiet: false,
            effort: 0,
        }
    }

    pub(crate) fn parsed(&mut self, text: &str) -> Option<Rc<Node>> {
        read(text, self.formulas)
    }

    /// What a name may come to.
    pub(crate) fn name(&mut self, name: &str) -> Possible {
        if let Some(local) = self.local(name) {
            return self.known.name(&local.known_as("")).unwrap_or(&local.item).clone();
        }
        if let Some(known) = self.known.name(name) {
            return known.clone();
        }
        if name == "count" {
            let most = Number::from_count(GenerationRequest::COUNT_MAX);
            return Possible::Number(Range::piece(Piece::closed(Number::ONE, most)).on(Some(Grid::WHOLE)));
        }
        if let Some((name, price)) = self.let_price(name) {
            return self.named(name, price);
        }
        match self.inputs.get(name) {
            Some(input) if self.at_defaults && !input.fact => input.preset.clone(),
            Some(input) => input.possible.clone(),
            None => Possible::Unknown,
        }
    }

    /// Whether a default is asked for that is not there.
    pub(crate) fn lacks_default(&self, name: &str) -> bool {
        let input = self.inputs.get(name).filter(|_| self.at_defaults && self.local(name).is_none());
        input.is_some_and(|input| !input.fact && input.preset.is_impossible()) && self.let_price(name).is_none()
    }

    /// What the book says of a named value: in the rule, or else for all rules.
    pub(crate) fn let_price(&self, name: &str) -> Option<(&'b str, &'b Price)> {
        let mut lets = self.leaf.lets.iter().chain(&self.book.lets);
        lets.find(|(known, _)| &**known == name).map(|(name, price)| (&**name, price))
    }

    fn named(&mut self, name: &'b str, price: &'b Price) -> Possible {
        let plain = self.known.is_empty() && !self.at_defaults;
        match self.lets.get(name) {
            Some((possible, told)) if plain && (*told || self.quiet) => return possible.clone(),
            _ => {}
        }
        let possible = self.apart(|study| study.value_of(price));
        if plain {
            self.lets.insert(name, (possible.clone(), !self.quiet));
        }
        possible
    }

    /// Studies outside of every fold and loop.
    pub(crate) fn apart<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let done = body(self);
        self.locals = locals;
        done
    }

    /// The fold or loop whose item has this name.
    pub(crate) fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rfind(|local| *local.name == *name)
    }

    /// Studies within a fold or a loop.
    pub(crate) fn within<const N: usize, T>(
        &mut self,
        locals: [(&str, Possible); N],
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = self.locals.len();
        for (name, item) in locals {
            self.folds = self.folds.saturating_add(1);
            self.locals.push(Local { name: name.into(), number: self.folds, item });
        }
        let done = body(self);
        self.locals.truncate(outside);
        done
    }

    /// Studies with what else is known, and forgets it again.
    pub(crate) fn knowing<T>(&mut self, known: Known, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.known, known);
        let done = body(self);
        self.known = before;
        done
    }

    /// Studies with every setting at its default, but for what is stated.
    pub(crate) fn at_defaults<T>(&mut self, stated: Known, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.at_defaults, true);
        let done = self.knowing(stated, |study| study.apart(body));
        self.at_defaults = before;
        done
    }

    /// Studies without telling any doubts.
    pub(crate) fn quietly<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.quiet, true);
        let done = body(self);
        self.quiet = before;
        done
    }

    /// Takes up one more expression; `false` where that would be too many.
    pub(crate) fn spend(&mut self) -> bool {
        self.effort = self.effort.saturating_add(1);
        if self.effort > EFFORT_MAX {
            self.doubts.unseen = true;
        }
        self.effort <= EFFORT_MAX
    }

    pub(crate) fn doubt(&mut self, span: Span, topic: &'static str, message: String, hint: impl Into<Option<String>>) {
        if !self.quiet && self.effort <= EFFORT_MAX {
            self.doubts.add(span, topic, message, hint.into());
        }
    }

    pub(crate) fn way(&mut self, span: Span, way: Way, open: bool, told: impl FnOnce() -> Told) {
        if !self.quiet {
            self.doubts.way(span, way, open, told);
        }
    }

    /// Tells a condition that is always, or never, true to all that come to it.
    pub(crate) fn both_ways(&mut self, span: Span, truth: Truth, always: &str, never: &str) {
        if truth.yes || truth.no {
            let told = |message: &str| Told { message: message.to_owned(), hint: None };
            self.way(span, Way::Yes, truth.yes, || told(never));
            self.way(span, Way::No, truth.no, || told(always));
        }
    }
}

/// What stands between the first parenthesis and its counterpart, if that is the end.
fn within_parentheses(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    for letter in inner.chars() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    Some(inner.trim())
}

/// A formula as a tree.
pub(crate) fn read(text: &str, formulas: &mut Formulas) -> Option<Rc<Node>> {
    if let Some(known) = formulas.get(text) {
        return known.clone();
    }
    let node = formula::parse(text).ok().map(Rc::new);
    formulas.insert(text.into(), node.clone());
    node
}
