//! What a price comes to that another rule says.

use super::{
    known::Known,
    possible::{Possible, Texts},
    range::Range,
    reckoning::Reckoning,
    study::{Input, Inputs, Study, Text},
};
use crate::{
    diagnostic::quoted,
    formula::{Kind, Node},
    number::Number,
    pricing::compile::{ANY_MODEL, Leaf},
};

/// How many references may stand within each other.
const DEPTH_MAX: usize = 8;

impl<'b> Study<'b, '_> {
    /// `price('image', model, tool: 'restyle', resolution: '2k')`: what one output costs by another rule, at its
    /// defaults but for the settings stated.
    pub(crate) fn reference(
        &mut self,
        studio: &Node,
        model: &Node,
        settings: &[(Box<str>, Node)],
        text: Text<'b>,
    ) -> Range {
        let mut stated = Known::default();
        let mut tool = "";
        for (name, node) in settings {
            match &node.kind {
                Kind::Text(given) if &**name == "tool" => tool = given,
                _ => {
                    let value = self.value(node, text);
                    stated.learn(name, value);
                }
            }
        }
        let (Kind::Text(studio), Possible::Text(models)) = (&studio.kind, self.value(model, text)) else {
            return Range::from_zero();
        };
        let leaves: &'b [Leaf] = self.leaves;
        let of_tool = |leaf: &&'b Leaf| *leaf.studio == **studio && leaf.is_for(tool) && leaf.name != self.leaf.name;
        let found: Vec<&'b Leaf> = leaves.iter().filter(of_tool).collect();
        let named = |leaf: &Leaf, name: &str| leaf.models.iter().any(|model| **model == *name);
        let any = found.iter().any(|leaf| named(leaf, ANY_MODEL));
        if let (Texts::Any, false) = (&models, any) {
            let message =
                format!("`{}` may be any text, and {} has no rule for any model", text.of(model), quoted(studio));
            let hint = "write a rule for the model `*`, or list the `values`".to_owned();
            self.doubt(text.at(model), "cell", message, hint);
        }
        let meant = |leaf: &&&'b Leaf| match &models {
            Texts::Any => true,
            Texts::These(models) => models.iter().any(|model| {
                named(leaf, model) || named(leaf, ANY_MODEL) && !found.iter().any(|leaf| named(leaf, model))
            }),
        };
        let mut all = Range::none();
        for leaf in found.iter().filter(meant) {
            all = all.or(&self.of_one_output(leaf, stated.clone()));
        }
        all
    }

    /// What one output costs by another rule.
    fn of_one_output(&mut self, leaf: &'b Leaf, mut stated: Known) -> Range {
        if self.depth == DEPTH_MAX || leaf.unit != self.leaf.unit || !leaf.conditions.is_empty() {
            return Range::from_zero();
        }
        stated.learn("count", Possible::Number(Range::exactly(Number::ONE)));
        let (own, unit) = (std::mem::replace(&mut self.leaf, leaf), self.unit.take());
        let theirs = Inputs { wide: self.inputs.wide, own: Input::narrowed(self.book, &[leaf]).into() };
        let inputs = std::mem::replace(&mut self.inputs, theirs);
        self.depth = self.depth.saturating_add(1);
        let total = self.at_defaults(stated, Study::total);
        self.depth = self.depth.saturating_sub(1);
        (self.leaf, self.unit, self.inputs) = (own, unit, inputs);
        let step = Range::exactly(Number::from_decimal(leaf.round.step));
        Reckoning::default().rounded(&total, &step, leaf.round.direction)
    }
}
