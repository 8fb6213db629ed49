//! Hands each override to the rules below that it selects.

use super::names::Names;
use crate::{
    diagnostic::{listed, nearest, quoted},
    pricing::book::{Override, PriceBook, PricingRule},
    text::Faults,
};

impl PriceBook {
    /// Hands the overrides to the rules that are left of the book below. All that was `sold` there can be selected,
    /// but for what the rules of this book took; `all` is what either of them sells.
    pub(super) fn attach_overrides(
        &self,
        rules: &mut [PricingRule],
        sold: &Names,
        taken: &Names,
        all: &Names,
        faults: &mut Faults,
    ) {
        let left: Names = sold.difference(taken).cloned().collect();
        for change in &self.overrides {
            if !change.selects_some(sold, faults) {
                continue;
            }
            if !left.iter().any(|[studio, tool, model]| change.selects(studio, tool, model)) {
                let message = "the rules of this book take the place of all that the override selects";
                faults.say(change.span, message);
            }
            for rule in &mut *rules {
                if rule.written_out().iter().any(|rule| change.is_for(rule, all)) {
                    rule.overrides.push(change.clone());
                }
            }
        }
    }
}

impl Override {
    /// Whether it selects anything; what it names and nothing has is a fault.
    fn selects_some(&self, sold: &Names, faults: &mut Faults) -> bool {
        let of_studio = |names: &&[Box<str>; 3]| self.studio.as_ref().is_none_or(|studio| *studio == names[0]);
        let within = self
            .studio
            .as_ref()
            .map_or("the book below".to_owned(), |studio| format!("studio {} of the book below", quoted(studio)));
        let mut unknown = Vec::new();
        let studios: Vec<_> = sold.iter().map(|[studio, ..]| studio).collect();
        if let Some(studio) = self.studio.as_ref().filter(|studio| !studios.contains(studio)) {
            unknown.push(("studio", studio, "the book below".to_owned(), studios));
        } else {
            let tools: Vec<_> = sold.iter().filter(of_studio).map(|[_, tool, _]| tool).collect();
            let models: Vec<_> = sold.iter().filter(of_studio).map(|[.., model]| model).collect();
            for (kind, named, known) in [("tool", &self.tools, tools), ("model", &self.models, models)] {
                let not_there = named.iter().filter(|name| !known.contains(name));
                unknown.extend(not_there.map(|name| (kind, name, within.clone(), known.clone())));
            }
        }
        for (kind, name, within, known) in &unknown {
            let mut known: Vec<&str> = known.iter().map(|name| &***name).filter(|name| !name.is_empty()).collect();
            known.sort_unstable();
            known.dedup();
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("it has no {kind}s"),
                None => format!("its {kind}s are {}", listed(known)),
            };
            faults.add(self.span, format!("{within} has no {kind} {}", quoted(name)), Some(hint));
        }
        if !unknown.is_empty() {
            return false;
        }
        let some = sold.iter().any(|[studio, tool, model]| self.selects(studio, tool, model));
        if !some {
            let hint = "its tools and models are sold, but not together";
            faults.add(self.span, "no rule of the book below is what the override selects", Some(hint));
        }
        some
    }

    /// Whether it is for some of what a rule prices; one that builds on any model of a tool prices all that is `sold`
    /// under that.
    fn is_for(&self, rule: &PricingRule, sold: &Names) -> bool {
        if !rule.builds_on_any() {
            return rule.names().iter().any(|[studio, tool, model]| self.selects(studio, tool, model));
        }
        let built_on = sold.iter().filter(|[studio, tool, model]| {
            let base = (rule.studio.as_ref(), rule.like.as_ref()) == (Some(studio), Some(tool));
            base && !rule.except.contains(model)
        });
        let mut names =
            built_on.flat_map(|[studio, _, model]| rule.tools.iter().map(move |tool| [studio, tool, model]));
        names.any(|[studio, tool, model]| self.selects(studio, tool, model))
    }
}
