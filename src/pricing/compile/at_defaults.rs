//! Compiles what is asked for where every setting is at its default.

use super::scope::{Meaning, Scope, Stated};
use crate::pricing::book::Span;

impl Scope<'_> {
    /// What a name stands for where every setting is at its default, whatever is stated; one without a default stays
    /// as stated. It is compiled in a turn of its own, beside the value for what is stated.
    pub(crate) fn meaning_at_defaults(&mut self, name: &str, span: Span) -> Option<Meaning> {
        let mut meaning = None;
        self.at_defaults(&mut |scope| meaning = scope.meaning(name, span));
        meaning
    }

    fn at_defaults(&mut self, body: &mut dyn FnMut(&mut Self)) {
        if self.stated.is_empty() {
            return body(self);
        }
        let stated = std::mem::take(&mut self.stated);
        let (mut kept, mut aside): (Vec<_>, Vec<_>) = stated
            .into_iter()
            .partition(|stated| self.setting_of_rule(&stated.name).is_some_and(|setting| setting.default.is_none()));
        let mut places = Vec::new();
        for stated in &mut kept {
            let at = self.stated_at_defaults(stated);
            places.push(std::mem::replace(&mut stated.at, at));
        }
        self.stated = kept;
        self.turns = self.turns.saturating_add(1);
        let turn = std::mem::replace(&mut self.turn, self.turns);
        body(self);
        self.turn = turn;
        for (stated, at) in self.stated.iter_mut().zip(places) {
            stated.at = at;
        }
        for stated in &mut aside {
            // What is at its default here may be all that the rule asks of it.
            stated.used |= self.setting_of_rule(&stated.name).is_some();
        }
        self.stated.append(&mut aside);
    }

    /// The place of what a reference states, by a rule whose own settings are at their defaults: those that yet another
    /// reference states, too.
    fn stated_at_defaults(&mut self, stated: &Stated) -> usize {
        let Some(mut frame) = self.frames.pop_if(|frame| !frame.stated.is_empty()) else { return stated.at };
        let mut exchange = |scope: &mut Self| {
            std::mem::swap(&mut scope.leaf, &mut frame.leaf);
            std::mem::swap(&mut scope.stated, &mut frame.stated);
            std::mem::swap(&mut scope.paid_in, &mut frame.paid_in);
        };
        exchange(self);
        let mut at = stated.at;
        self.at_defaults(&mut |scope| {
            if let Some((named, effort)) = scope.stated_value(&stated.node, stated.formula) {
                at = scope.keep(named, effort);
            }
        });
        exchange(self);
        self.frames.push(frame);
        at
    }
}
