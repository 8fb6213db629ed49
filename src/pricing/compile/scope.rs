//! The names that a rule's formulas and tables may use, and what they stand for.

use std::collections::BTreeMap;

use super::{
    effort::{DEPTH_MAX, Effort, WORK_MAX},
    leaf::Leaf,
};
use crate::{
    diagnostic::{listed, nearest, quoted},
    formula::Node,
    pricing::{
        book::{Exactness, PriceBook, Setting, Span},
        period::Period,
        program::{Input, InputKind, Named, Preset, Slot, Symbol},
    },
    text::Faults,
    value::Value,
};

/// The texts that a book mentions.
#[derive(Debug, Default)]
pub(crate) struct Words {
    known: BTreeMap<Box<str>, Symbol>,
}

/// All that the compilation of a rule knows and collects.
#[derive(Debug)]
pub(crate) struct Scope<'b> {
    pub(crate) book: &'b PriceBook,
    pub(crate) faults: &'b mut Faults,
    pub(crate) words: &'b mut Words,
    pub(crate) inputs: Vec<Input>,
    pub(crate) declared: Vec<Setting>,
    pub(crate) leaf: &'b Leaf,
    /// All rules of the book, for references to them.
    pub(crate) leaves: &'b [Leaf],
    pub(crate) period: Period,
    pub(crate) lets: Vec<Let<'b>>,
    pub(crate) locals: Vec<LocalName>,
    /// Whether anything so far asks for the count.
    pub(crate) counts: bool,
    /// The slots that the rule at hand reads, a bit for each.
    pub(crate) reads: u64,
    pub(crate) effort: Effort,
    /// How many expressions were compiled for the rule at hand.
    compiled: u64,
    /// How many named values stand around what is being compiled.
    pub(crate) lets_around: usize,
    /// The rules that refer to the rule at hand, the outermost first.
    pub(crate) frames: Vec<Frame<'b>>,
    /// What the innermost reference states of settings.
    pub(crate) stated: Vec<Stated>,
    /// How exact the rules are that were referred to.
    pub(crate) exactness: Exactness,
    /// Which turn to a rule this is; 0 is the rule itself.
    pub(crate) turn: usize,
    pub(crate) turns: usize,
    /// What the amounts of the step at hand are counted in.
    pub(crate) paid_in: Box<str>,
    /// The unit of the part whose rate is being compiled: what the tiers of its tables are of.
    pub(crate) unit: Option<Box<str>>,
}

/// A rule that refers to another one, put aside meanwhile.
#[derive(Debug)]
pub(crate) struct Frame<'b> {
    pub(crate) leaf: &'b Leaf,
    pub(crate) stated: Vec<Stated>,
    pub(crate) paid_in: Box<str>,
}

/// What a reference states of a setting.
#[derive(Debug)]
pub(crate) struct Stated {
    pub(crate) name: Box<str>,
    /// The place of its value among the named values.
    pub(crate) at: usize,
    /// The value, where it is written out.
    pub(crate) literal: Option<Value>,
    /// Whether a price depends on it.
    pub(crate) used: bool,
    pub(crate) span: Span,
    pub(crate) node: Node,
    /// The formula that the node is a part of.
    pub(crate) formula: Span,
}

/// A named value of the rule at hand.
#[derive(Debug)]
pub(crate) struct Let<'b> {
    pub(crate) name: &'b str,
    /// Which turn to a rule it belongs to: a reference turns to another rule, whose names mean something else.
    pub(crate) turn: usize,
    pub(crate) state: State,
    /// Whether it asks for the count.
    pub(crate) counts: bool,
    pub(crate) effort: Effort,
}

#[derive(Debug)]
pub(crate) enum State {
    Compiling,
    Failed,
    Compiled(Named),
}

impl Let<'_> {
    pub(crate) fn named(&self) -> Option<&Named> {
        if let State::Compiled(named) = &self.state { Some(named) } else { None }
    }

    pub(crate) fn into_named(self) -> Option<Named> {
        if let State::Compiled(named) = self.state { Some(named) } else { None }
    }
}

/// The name of what a sum or loop is at.
#[derive(Debug)]
pub(crate) struct LocalName {
    pub(crate) name: Box<str>,
    pub(crate) item_of: Option<ItemOf>,
}

/// The list whose item something is.
#[derive(Debug)]
pub(crate) struct ItemOf {
    pub(crate) list: Slot,
    /// The fields that are taken from the item before where an item lacks them.
    pub(crate) inherit: Box<[Box<str>]>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    Count,
    /// Counted from the innermost.
    Local(usize),
    Let(usize),
    Input(Slot),
    /// A setting of a rule that is referred to: it is at its default.
    Preset(Preset),
}

impl Words {
    /// All texts with their symbols, sorted.
    pub(crate) fn into_known(self) -> Box<[(Box<str>, Symbol)]> {
        self.known.into_iter().collect()
    }

    pub(crate) fn symbol(&mut self, text: &str) -> Symbol {
        let next = Symbol(u32::try_from(self.known.len()).unwrap_or(u32::MAX));
        *self.known.entry(text.into()).or_insert(next)
    }
}

impl<'b> Scope<'b> {
    pub(crate) fn new(
        book: &'b PriceBook,
        leaves: &'b [Leaf],
        leaf: &'b Leaf,
        period: Period,
        faults: &'b mut Faults,
        words: &'b mut Words,
    ) -> Self {
        Self {
            book,
            faults,
            words,
            inputs: Vec::new(),
            declared: Vec::new(),
            leaf,
            leaves,
            period,
            lets: Vec::new(),
            locals: Vec::new(),
            counts: false,
            reads: 0,
            effort: Effort::default(),
            compiled: 0,
            lets_around: 0,
            frames: Vec::new(),
            stated: Vec::new(),
            exactness: Exactness::Exact,
            turn: 0,
            turns: 0,
            paid_in: leaf.own_unit(),
            unit: None,
        }
    }

    /// Turns to another rule of the same offer: it shares the inputs, and has named values of its own.
    pub(crate) fn turn_to(&mut self, leaf: &'b Leaf) {
        self.leaf = leaf;
        self.paid_in = leaf.own_unit();
        self.lets.clear();
        self.locals.clear();
        self.counts = false;
        self.reads = 0;
        self.exactness = Exactness::Exact;
        self.compiled = 0;
        self.effort = Effort::default();
    }

    /// Goes one expression deeper; `false` when that is too deep.
    pub(crate) fn enter(&mut self, span: Span) -> bool {
        let effort = &mut self.effort;
        effort.work = effort.work.saturating_add(1);
        effort.depth = effort.depth.saturating_add(1);
        effort.deepest = effort.deepest.max(effort.depth);
        self.compiled = self.compiled.saturating_add(1);
        if self.compiled == WORK_MAX {
            self.faults.say(span, format!("the rule comes to more than {WORK_MAX} expressions"));
        }
        if self.compiled >= WORK_MAX {
            return false;
        }
        if effort.depth == DEPTH_MAX {
            self.faults.say(span, format!("expressions stand more than {DEPTH_MAX} deep within each other"));
        }
        effort.depth < DEPTH_MAX
    }

    pub(crate) fn leave(&mut self) {
        self.effort.depth = self.effort.depth.saturating_sub(1);
    }

    /// Compiles what is evaluated up to so many times.
    pub(crate) fn repeated<T>(&mut self, times: u64, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.effort.work;
        let done = body(self);
        let once = self.effort.work.saturating_sub(before);
        self.effort.work = before.saturating_add(once.saturating_mul(times));
        done
    }

    /// Holds the rule at hand to the bounds of an evaluation.
    pub(crate) fn bounded(&mut self) {
        let Effort { work, deepest, .. } = self.effort;
        if work > WORK_MAX {
            let message = format!("a price by this rule may take {work} steps; the most is {WORK_MAX}");
            self.faults.add(self.leaf.span, message, Some("shorten its lists (`max_items`) or loops"));
        } else if deepest > DEPTH_MAX {
            let message = format!("expressions stand more than {DEPTH_MAX} deep within each other");
            self.faults.say(self.leaf.span, message);
        }
    }

    /// Takes the settings that the rule names itself.
    pub(crate) fn take_settings(&mut self) {
        let leaf = self.leaf;
        for (name, own) in &leaf.settings {
            let Some(setting) = self.setting_of_rule(name) else { continue };
            if own.kind.is_none() {
                self.hold_to_book(name, own.span, &setting);
            }
            match self.inputs.iter().position(|input| input.name == *name) {
                Some(slot) if self.declared.get(slot) != Some(&setting) => {
                    let message = format!("{} is declared in two ways for the same model", quoted(name));
                    self.faults.say(own.span, message);
                }
                Some(_) => {}
                None => {
                    self.add_input(name, &setting, false);
                }
            }
        }
    }

    /// The declaration of a setting, as the rule at hand narrows it.
    pub(crate) fn setting_of_rule(&self, name: &str) -> Option<Setting> {
        let own = self.leaf.settings.iter().find(|(known, _)| &**known == name).map(|(_, own)| own);
        let wide = self.book.settings.iter().find(|(known, _)| &**known == name).map(|(_, wide)| wide);
        match (wide, own) {
            (Some(wide), Some(own)) => Some(wide.narrowed(own)),
            (one, other) => one.or(other).cloned(),
        }
    }

    /// A setting of a rule that is referred to.
    fn preset_of(&mut self, name: &str, setting: &Setting, span: Span) -> Option<Meaning> {
        let input = self.input(name, setting, false)?;
        if let InputKind::List { .. } = input.kind {
            let message = format!("{} is a list, and a rule that depends on one cannot be referred to", quoted(name));
            self.faults.add(span, message, Some("write what both rules reckon as a named value, and use it in both"));
        } else if input.preset.is_none() {
            let message = format!("{} has no default, so a reference must state it", quoted(name));
            self.faults.add(span, message, Some(format!("write price('…', '…', {name}: …)")));
        }
        input.preset.map(Meaning::Preset)
    }

    /// What a name stands for; a setting or fact that is used is thereby taken.
    pub(crate) fn meaning(&mut self, name: &str, span: Span) -> Option<Meaning> {
        let meaning = self.looked_up(name, span);
        if let Some(Meaning::Input(slot)) = meaning {
            self.reads |= u32::try_from(slot).ok().and_then(|slot| 1_u64.checked_shl(slot)).unwrap_or(0);
        }
        meaning
    }

    fn looked_up(&mut self, name: &str, span: Span) -> Option<Meaning> {
        if name == "count" {
            self.counts = true;
            return Some(Meaning::Count);
        }
        if let Some(depth) = self.locals.iter().rev().position(|local| &*local.name == name) {
            return Some(Meaning::Local(depth));
        }
        if let Some(stated) = self.stated.iter_mut().find(|stated| &*stated.name == name) {
            stated.used = true;
            let at = stated.at;
            let effort = self.lets.get(at)?.effort;
            self.effort.within(effort);
            return Some(Meaning::Let(at));
        }
        if let Some((name, price)) = self.let_price(name) {
            return self.let_at(name, price, span).map(Meaning::Let);
        }
        let book = self.book;
        if self.turn > 0
            && let Some(setting) = self.setting_of_rule(name)
        {
            return self.preset_of(name, &setting, span);
        }
        if let Some(slot) = self.inputs.iter().position(|input| &*input.name == name) {
            return Some(Meaning::Input(slot));
        }
        if let Some((name, setting)) = book.settings.iter().find(|(known, _)| &**known == name) {
            return self.add_input(name, setting, false).map(Meaning::Input);
        }
        if let Some((name, fact)) = book.facts.iter().find(|(known, _)| &**known == name) {
            return self.add_input(name, fact, true).map(Meaning::Input);
        }
        let known = self.known_names();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it under `settings`, `facts` or `let`; known are {}", listed(known)),
        };
        self.faults.add(span, format!("unknown name {}", quoted(name)), Some(hint));
        None
    }

    fn known_names(&self) -> Vec<&str> {
        let lets = self.leaf.lets.iter().chain(&self.book.lets).map(|(name, _)| &**name);
        let settings = self.book.settings.iter().chain(&self.book.facts).map(|(name, _)| &**name);
        let inputs = self.inputs.iter().map(|input| &*input.name);
        let mut known: Vec<_> = lets.chain(settings).chain(inputs).chain(["count"]).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}
