//! Hands each override to the rules below that it selects.

use std::collections::{BTreeMap, BTreeSet};

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
        let for_sale = Index::of(sold.iter().map(|names| (names, 0)));
        let prices = |rule: &PricingRule| rule.written_out().iter().flat_map(|rule| rule.prices(all)).collect();
        let priced: Vec<Vec<Name>> = rules.iter().map(prices).collect();
        let priced = priced.iter().enumerate().flat_map(|(at, names)| names.iter().map(move |names| (names, at)));
        let priced = Index::of(priced);
        for change in &self.overrides {
            if !for_sale.has(change) && !change.selects_some(sold, faults) {
                continue;
            }
            if for_sale.selected(change).all(|(names, _)| taken.contains(names)) {
                let message = "the rules of this book take the place of all that the override selects";
                faults.say(change.span, message);
            }
            let places: BTreeSet<usize> = priced.selected(change).map(|(_, at)| at).collect();
            for at in places {
                if let Some(rule) = rules.get_mut(at) {
                    rule.overrides.push(change.clone());
                }
            }
        }
    }
}

type Name = [Box<str>; 3];

/// Names and the places of their rules, by model and by tool: a book may have as many overrides as models.
struct Index<'n> {
    all: Vec<(&'n Name, usize)>,
    by_model: BTreeMap<&'n str, Vec<(&'n Name, usize)>>,
    by_tool: BTreeMap<&'n str, Vec<&'n Name>>,
}

impl<'n> Index<'n> {
    fn of(names: impl Iterator<Item = (&'n Name, usize)>) -> Self {
        let mut index = Self { all: names.collect(), by_model: BTreeMap::new(), by_tool: BTreeMap::new() };
        for (names, at) in &index.all {
            let [_, tool, model] = *names;
            index.by_model.entry(model).or_default().push((names, *at));
            index.by_tool.entry(tool).or_default().push(names);
        }
        index
    }

    /// What an override selects.
    fn selected<'i>(&'i self, change: &'i Override) -> impl Iterator<Item = (&'n Name, usize)> + 'i {
        let of_any = self.all.iter().filter(|_| change.models.is_empty());
        let named = change.models.iter().filter_map(|model| self.by_model.get(&**model)).flatten();
        let selects = |names: &Name| {
            let [studio, tool, model] = names;
            change.selects(studio, tool, model)
        };
        of_any.chain(named).filter(move |(names, _)| selects(names)).copied()
    }

    /// Whether all that an override names is there, and it selects something.
    fn has(&self, change: &Override) -> bool {
        let of_studio = |names: &Name| change.studio.as_ref().is_none_or(|studio| *studio == names[0]);
        let model = |model: &str| self.by_model.get(model).is_some_and(|all| all.iter().any(|(it, _)| of_studio(it)));
        let tool = |tool: &str| self.by_tool.get(tool).is_some_and(|all| all.iter().any(|it| of_studio(it)));
        change.models.iter().all(|name| model(name))
            && change.tools.iter().all(|name| tool(name))
            && self.selected(change).next().is_some()
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
}

impl PricingRule {
    /// What a rule prices; one that builds on any model of a tool prices all that is `sold` under that.
    fn prices(&self, sold: &Names) -> Vec<Name> {
        if !self.builds_on_any() {
            return self.names();
        }
        let built_on = sold.iter().filter(|[studio, tool, model]| {
            let base = (self.studio.as_ref(), self.like.as_ref()) == (Some(studio), Some(tool));
            base && !self.except.contains(model)
        });
        let of_tools = |[studio, _, model]: &Name| {
            let name = |tool: &str| [studio.clone(), tool.into(), model.clone()];
            self.tools.iter().map(|tool| name(tool)).collect::<Vec<_>>()
        };
        built_on.flat_map(of_tools).collect()
    }
}
