//! Under which names rules sell, and what is left of a rule when others take some of its names.

use std::collections::BTreeSet;

use crate::pricing::{
    book::{PriceBook, PricingRule},
    compile::{ANY_MODEL, inherited, leaves},
    faults::Faults,
};

/// Studios, tools and models; an empty tool stands for none.
pub(super) type Names = BTreeSet<[Box<str>; 3]>;

type Models = Vec<Box<str>>;

/// The names that rules say.
pub(super) fn named(rules: &[PricingRule]) -> Names {
    rules.iter().flat_map(PricingRule::written_out).flat_map(|rule| rule.names()).collect()
}

/// The names under which a book sells: for a rule that builds on a tool, all the models of that.
pub(super) fn sold(book: &PriceBook) -> Names {
    // What is wrong with the rules is told when an engine is made of them.
    let leaves = leaves(book, &mut Faults::of(&book.sources));
    let each = leaves.into_iter().flat_map(|leaf| {
        let rule =
            PricingRule { studio: Some(leaf.studio), tools: leaf.tools, models: leaf.models, ..Default::default() };
        rule.names()
    });
    each.collect()
}

impl PricingRule {
    /// The rules of a family, or the rule itself, with nothing left to inherit.
    pub(super) fn written_out(&self) -> Vec<PricingRule> {
        if self.members.is_empty() {
            return vec![self.clone()];
        }
        let family = PricingRule { members: Vec::new(), ..self.clone() };
        self.members.iter().map(|member| inherited(&family, member)).collect()
    }

    /// The names that the rule says.
    pub(super) fn names(&self) -> Vec<[Box<str>; 3]> {
        let Some(studio) = &self.studio else { return Vec::new() };
        let name = |tool: &str, model: &str| [studio.clone(), tool.into(), model.into()];
        self.tools_or_none().iter().flat_map(|tool| self.models.iter().map(|model| name(tool, model))).collect()
    }

    fn tools_or_none(&self) -> Vec<&str> {
        let tools = self.tools.iter().map(AsRef::as_ref);
        tools.chain(self.tools.is_empty().then_some("")).collect()
    }

    /// What is left of the rule when other rules take names from it; `sold` is all that is sold.
    pub(super) fn without(&self, taken: &Names, sold: &Names) -> Vec<PricingRule> {
        if self.members.is_empty() {
            return self.pieces(self, taken, sold);
        }
        let pairs = self.members.iter().zip(self.written_out());
        let members: Vec<_> = pairs.flat_map(|(member, written)| member.pieces(&written, taken, sold)).collect();
        if members.is_empty() { Vec::new() } else { vec![PricingRule { members, ..self.clone() }] }
    }

    /// The rule once for each set of tools that is left to its models; `written` is the rule with what it inherits.
    fn pieces(&self, written: &PricingRule, taken: &Names, sold: &Names) -> Vec<PricingRule> {
        let Some(studio) = &written.studio else { return vec![self.clone()] };
        let tools = written.tools_or_none();
        let mut left: Vec<(Models, Vec<&str>, Models)> = Vec::new();
        for model in &written.models {
            let mut of_model: Vec<(Vec<&str>, Models)> = Vec::new();
            for tool in &tools {
                if taken.contains(&[studio.clone(), (*tool).into(), model.clone()]) {
                    continue;
                }
                let except = written.no_longer_built_on(studio, tool, taken, sold);
                match of_model.iter_mut().find(|(_, known)| *known == except) {
                    Some((several, _)) => several.push(tool),
                    None => of_model.push((vec![tool], except)),
                }
            }
            for (of_tools, except) in of_model {
                match left.iter_mut().find(|(_, known, without)| (known, without) == (&of_tools, &except)) {
                    Some((several, ..)) => several.push(model.clone()),
                    None => left.push((vec![model.clone()], of_tools, except)),
                }
            }
        }
        let several = left.len() > 1;
        let piece = |(models, of_tools, except): (Models, Vec<&str>, Models)| {
            let mut piece = self.clone();
            if let Some(name) = piece.name.as_mut().filter(|_| several) {
                *name = format!("{name}/{}/{}", of_tools.join(","), models.join(",")).into();
            }
            if of_tools != tools {
                piece.tools = of_tools.into_iter().filter(|tool| !tool.is_empty()).map(Into::into).collect();
            }
            if models != written.models {
                piece.models = models;
            }
            piece.except.extend(except);
            piece
        };
        left.into_iter().map(piece).collect()
    }

    /// Whether it is for every model of the tool that it builds on.
    pub(super) fn builds_on_any(&self) -> bool {
        self.like.is_some() && self.models.iter().any(|model| &**model == ANY_MODEL)
    }

    /// The models that have a rule of their own now for a tool which builds on any model of another.
    fn no_longer_built_on(&self, studio: &str, tool: &str, taken: &Names, sold: &Names) -> Models {
        let Some(like) = self.like.as_deref().filter(|_| self.builds_on_any()) else {
            return Models::new();
        };
        let own = taken.iter().filter(|[known, other, _]| (&**known, &**other) == (studio, tool));
        let built_on = |model: &str| sold.contains(&[studio.into(), like.into(), model.into()]);
        let named = own.map(|[.., model]| model).filter(|model| ***model != *ANY_MODEL && !self.except.contains(model));
        named.filter(|model| built_on(model)).cloned().collect()
    }

    /// Says the unit that the rule had from its book.
    pub(super) fn keep_unit(&mut self, unit: &str) {
        let tied = |rule: &PricingRule| rule.like.is_some();
        if self.unit.is_some() || tied(self) {
            return;
        }
        if self.members.iter().any(tied) {
            let own = self.members.iter_mut().filter(|member| !tied(member) && member.unit.is_none());
            own.for_each(|member| member.unit = Some(unit.into()));
        } else {
            self.unit = Some(unit.into());
        }
    }
}
