//! Under which names rules sell, and what is left of a rule when others take some of its names.

use std::collections::BTreeSet;

use crate::{
    pricing::{
        book::{PriceBook, PricingRule},
        compile::{ANY_MODEL, inherited, leaves},
    },
    text::Faults,
};

/// Studios, tools and models; an empty tool stands for none.
pub(super) type Names = BTreeSet<[Box<str>; 3]>;

type Models = Vec<Box<str>>;

/// Some of what a rule is for: tools, their models, and which of the others `*` does not stand for.
struct Left<'r> {
    tools: Vec<&'r str>,
    models: Models,
    except: Models,
}

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
    /// The rules of a family, or the rule itself, with nothing left to inherit; overrides are left out, of which a
    /// family may have as many as members.
    pub(super) fn written_out(&self) -> Vec<PricingRule> {
        let family = PricingRule { members: Vec::new(), overrides: Vec::new(), ..self.clone() };
        if self.members.is_empty() {
            return vec![family];
        }
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
        if members.is_empty() {
            return Vec::new();
        }
        // What the family leaves out is said by its members: not all of them may be for any model any more.
        vec![PricingRule { members, except: Vec::new(), ..self.clone() }]
    }

    /// The rule once for each set of tools that is left to its models; `written` is the rule with what it inherits.
    fn pieces(&self, written: &PricingRule, taken: &Names, sold: &Names) -> Vec<PricingRule> {
        let Some(studio) = &written.studio else { return vec![self.clone()] };
        let tools = written.tools_or_none();
        let left = if written.builds_on_any() {
            written.left_to_tools(studio, taken, sold)
        } else {
            written.left_to_models(studio, taken)
        };
        let several = left.len() > 1;
        let piece = |Left { tools: of_tools, models, except }: Left<'_>| {
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
            piece.except = except;
            piece
        };
        left.into_iter().map(piece).collect()
    }

    /// What is left, by model: a request without a tool needs one rule for all tools of its model.
    fn left_to_models(&self, studio: &str, taken: &Names) -> Vec<Left<'_>> {
        let mut left: Vec<Left<'_>> = Vec::new();
        for model in &self.models {
            let is_left = |tool: &&str| !taken.contains(&[studio.into(), (*tool).into(), model.clone()]);
            let tools: Vec<_> = self.tools_or_none().into_iter().filter(is_left).collect();
            match left.iter_mut().find(|known| known.tools == tools) {
                Some(known) => known.models.push(model.clone()),
                None if tools.is_empty() => {}
                None => left.push(Left { tools, models: vec![model.clone()], except: self.except.clone() }),
            }
        }
        left
    }

    /// What is left of a rule that builds on any model, by tool: `*` stands for the models that it names, too.
    fn left_to_tools(&self, studio: &str, taken: &Names, sold: &Names) -> Vec<Left<'_>> {
        let mut left: Vec<Left<'_>> = Vec::new();
        for tool in self.tools_or_none() {
            let is_left = |model: &str| !taken.contains(&[studio.into(), tool.into(), model.into()]);
            let models: Models = self.models.iter().filter(|model| is_left(model)).cloned().collect();
            let mut except = self.except.clone();
            if models.iter().any(|model| **model == *ANY_MODEL) {
                except.extend(self.no_longer_built_on(studio, tool, taken, sold));
            } else {
                except.clear();
            }
            match left.iter_mut().find(|known| (&known.models, &known.except) == (&models, &except)) {
                Some(known) => known.tools.push(tool),
                None if models.is_empty() => {}
                None => left.push(Left { tools: vec![tool], models, except }),
            }
        }
        left
    }

    /// Whether it is for every model of the tool that it builds on.
    pub(super) fn builds_on_any(&self) -> bool {
        self.like.is_some() && self.models.iter().any(|model| &**model == ANY_MODEL)
    }

    /// The models that have a rule of their own now for a tool which builds on any model of another.
    fn no_longer_built_on(&self, studio: &str, tool: &str, taken: &Names, sold: &Names) -> Models {
        let Some(like) = self.like.as_deref() else { return Models::new() };
        let own = taken.iter().filter(|[known, other, _]| (&**known, &**other) == (studio, tool));
        let built_on = |model: &str| sold.contains(&[studio.into(), like.into(), model.into()]);
        let named = own.map(|[.., model]| model).filter(|model| ***model != *ANY_MODEL && !self.except.contains(model));
        named.filter(|model| built_on(model)).cloned().collect()
    }

    /// Says the rounding that the rule had from its book, also where books between turned it into that book's unit: it
    /// is for amounts in that unit alone. What builds on another tool is rounded like that.
    pub(super) fn keep_round(&mut self, book: &PriceBook) {
        let members = self.members.iter_mut().flat_map(|member| &mut member.overrides);
        for change in self.overrides.iter_mut().chain(members).filter(|change| change.unit_round.is_none()) {
            change.unit_round = change.unit.as_ref().and_then(|unit| book.round_in(unit));
        }
        if self.round.is_some() || self.like.is_some() {
            return;
        }
        let of_unit = |unit: &Option<Box<str>>| book.round_in(unit.as_ref().unwrap_or(&book.unit));
        if self.members.is_empty() {
            self.round = of_unit(&self.unit);
        }
        for member in self.members.iter_mut().filter(|member| member.round.is_none() && member.like.is_none()) {
            let unit = if member.unit.is_some() { &member.unit } else { &self.unit };
            member.round = of_unit(unit);
        }
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
