//! Compiles named values, each once and when it is first used.

use super::{
    effort::Effort,
    scope::{Let, Scope, State},
};
use crate::{
    diagnostic::quoted,
    pricing::{
        book::{Price, Span},
        program::Named,
    },
};

/// How deep named values may refer to each other.
const DEPTH_MAX: usize = 8;

impl<'b> Scope<'b> {
    /// What the book says of a named value: in the rule, or else for all rules.
    pub(crate) fn let_price(&self, name: &str) -> Option<(&'b str, &'b Price)> {
        let mut lets = self.leaf.lets.iter().chain(&self.book.lets);
        lets.find(|(known, _)| &**known == name).map(|(name, price)| (&**name, price))
    }

    /// The place of a named value, compiled if it is not yet.
    pub(crate) fn let_at(&mut self, name: &'b str, price: &'b Price, span: Span) -> Option<usize> {
        let known = self.lets.iter().position(|known| known.name == name && known.turn == self.turn);
        let at = match known {
            Some(at) => at,
            None => self.compile_let(name, price, span)?,
        };
        let known = self.lets.get(at)?;
        match known.state {
            State::Compiling => {
                self.faults.say(span, format!("{} is defined by itself", quoted(name)));
                None
            }
            State::Failed => None,
            State::Compiled(_) => {
                self.counts |= known.counts;
                let effort = known.effort;
                self.effort.within(effort);
                Some(at)
            }
        }
    }

    fn compile_let(&mut self, name: &'b str, price: &'b Price, span: Span) -> Option<usize> {
        if self.lets_around == DEPTH_MAX {
            self.faults.say(span, format!("named values refer to each other more than {DEPTH_MAX} deep"));
            return None;
        }
        let at = self.lets.len();
        let turn = self.turn;
        self.lets.push(Let { name, turn, state: State::Compiling, counts: false, effort: Effort::default() });
        let (counts, effort) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.effort));
        self.lets_around = self.lets_around.saturating_add(1);
        let unit = self.unit.take();
        let paid_in = std::mem::replace(&mut self.paid_in, self.leaf.own_unit());
        let named = self.apart(|scope| scope.named(price));
        (self.unit, self.paid_in) = (unit, paid_in);
        self.lets_around = self.lets_around.saturating_sub(1);
        let own_counts = std::mem::replace(&mut self.counts, counts);
        let own_effort = std::mem::replace(&mut self.effort, effort);
        let entry = self.lets.get_mut(at)?;
        entry.state = named.map_or(State::Failed, State::Compiled);
        (entry.counts, entry.effort) = (own_counts, own_effort);
        Some(at)
    }

    /// Keeps a compiled value without a name, for a reference to use.
    pub(crate) fn keep(&mut self, named: Named, effort: Effort) -> usize {
        let state = State::Compiled(named);
        self.lets.push(Let { name: "", turn: self.turn, state, counts: false, effort });
        self.lets.len().saturating_sub(1)
    }

    /// Compiles outside of every sum and loop.
    pub(crate) fn apart<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let done = body(self);
        self.locals = locals;
        done
    }
}
