//! Compiles references: a price that another rule of the book says.

use std::collections::BTreeSet;

use super::{
    effort::Effort,
    leaf::{ANY_MODEL, Leaf},
    scope::{Frame, Scope, Stated},
};
use crate::{
    diagnostic::{listed, nearest, quoted},
    formula::{Kind, Node},
    number::Number,
    pricing::{
        book::Span,
        program::{Amount, Arithmetic, InputKind, Key, Named, Priced, Table, Word},
    },
    value::Value,
};

/// What a reference states besides settings.
const TOOL: &str = "tool";
/// How many references may stand within each other.
const REFERENCES_MAX: usize = 8;

impl<'b> Scope<'b> {
    /// `price('studio', model, tool: 'restyle', setting: value)`: what one output of a model costs, with its settings
    /// at their defaults but for those stated, and the facts as they are.
    pub(crate) fn reference(
        &mut self,
        studio: &Node,
        model: &Node,
        settings: &[(Box<str>, Node)],
        span: Span,
    ) -> Option<Amount> {
        let here = |node: &Node| span.part(node.at, node.length);
        let Kind::Text(studio_name) = &studio.kind else {
            self.faults.say(here(studio), "the studio of a price is a text, such as 'image'");
            return None;
        };
        let (mut stated, mut tool) = (Vec::new(), None);
        for (name, node) in settings {
            if &**name == TOOL {
                let Kind::Text(name) = &node.kind else {
                    self.faults.say(here(node), "the tool of a price is a text, such as 'restyle'");
                    return None;
                };
                tool = Some(&**name);
                continue;
            }
            let (named, effort) = self.stated_value(node, span)?;
            let literal = match &node.kind {
                Kind::Number(number) => number.to_decimal().map(Value::from),
                Kind::Text(text) => Some(Value::from(&**text)),
                Kind::Flag(flag) => Some(Value::from(*flag)),
                _ => None,
            };
            let at = self.keep(named, effort);
            let (name, node, span, formula) = (name.clone(), node.clone(), here(node), span);
            stated.push(Stated { name, at, literal, used: false, span, node, formula });
        }
        let price = self.referred(studio_name, tool, model, &mut stated, span);
        for unused in stated.iter().filter(|stated| !stated.used && price.is_some()) {
            let message = format!("no rule that is referred to depends on {}", quoted(&unused.name));
            self.faults.say(unused.span, message);
        }
        price
    }

    /// What a reference states of a setting, as part of a formula.
    pub(super) fn stated_value(&mut self, node: &Node, formula: Span) -> Option<(Named, Effort)> {
        let (counts, effort) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.effort));
        let named = self.apart(|scope| scope.expression(node, formula));
        let (asks, effort) = (std::mem::replace(&mut self.counts, counts), std::mem::replace(&mut self.effort, effort));
        self.effort.within(effort);
        if asks {
            let message = "the price of another rule is that of one output, whatever the `count`";
            self.faults.say(formula.part(node.at, node.length), message);
        }
        Some((named?, effort))
    }

    /// The price by the rule for a model, or by the rule for each that a choice can name.
    fn referred(
        &mut self,
        studio: &str,
        tool: Option<&str>,
        model: &Node,
        stated: &mut Vec<Stated>,
        span: Span,
    ) -> Option<Amount> {
        let here = |node: &Node| span.part(node.at, node.length);
        let by = if let Kind::Name(name) = &model.kind { name.clone() } else { "model".into() };
        match self.expression(model, span)? {
            Named::Word(Word::Constant(_)) => {
                let Kind::Text(name) = &model.kind else { return None };
                self.priced([studio, tool.unwrap_or_default(), name], stated, here(model))
            }
            Named::Word(Word::Setting(slot)) => {
                let tool = tool.unwrap_or_default();
                let (names, rest): (Vec<Box<str>>, _) = match &self.inputs.get(slot)?.kind {
                    InputKind::Choice(values) => {
                        (values.iter().map(|(value, _)| value.to_string().into()).collect(), false)
                    }
                    _ => self.models_of(studio, tool),
                };
                let (mut places, mut cells) = (Vec::new(), Vec::new());
                for (place, name) in names.iter().enumerate() {
                    cells.push(self.priced([studio, tool, name], stated, here(model))?);
                    places.push((self.words.symbol(name), place));
                }
                let otherwise = rest.then_some(cells.len());
                if rest {
                    cells.push(self.priced([studio, tool, ANY_MODEL], stated, here(model))?);
                }
                places.sort_unstable();
                let key = Key::Word(Word::Setting(slot), places.into());
                let table = Table { by, keys: names.into(), key, cells: cells.into(), otherwise };
                Some(Amount::Table(Box::new(table)))
            }
            _ => {
                let hint = "write price('image', 'flux') or price('image', source_model)";
                self.faults.add(here(model), "the model of a price is a text or a choice", Some(hint));
                None
            }
        }
    }

    /// The models of a studio and tool that any text can name, and whether there is a rule for any other. What refers
    /// to them is none of them.
    fn models_of(&self, studio: &str, tool: &str) -> (Vec<Box<str>>, bool) {
        let own = |leaf: &&Leaf| leaf.name == self.leaf.name || self.frames.iter().any(|it| it.leaf.name == leaf.name);
        let leaves = self.leaves.iter().filter(|leaf| *leaf.studio == *studio && leaf.is_for(tool) && !own(leaf));
        let mut models: BTreeSet<&Box<str>> = leaves.flat_map(|leaf| &leaf.models).collect();
        let rest = models.remove(&Box::from(ANY_MODEL));
        (models.into_iter().cloned().collect(), rest)
    }

    /// The price of one output by the rule for a model.
    fn priced(&mut self, names: [&str; 3], stated: &mut Vec<Stated>, span: Span) -> Option<Amount> {
        let target = self.target(names, span)?;
        let mut chain: Vec<&str> = self.frames.iter().map(|frame| &*frame.leaf.name).collect();
        chain.push(&self.leaf.name);
        if chain.contains(&&*target.name) || chain.len() > REFERENCES_MAX {
            chain.push(&target.name);
            let message = format!("prices refer to each other in a circle, or too deep: {}", chain.join(" → "));
            self.faults.say(span, message);
            return None;
        }
        let rate = self.conversion(target, span)?;
        self.exactness = self.exactness.max(target.exactness);
        let before = std::mem::replace(&mut self.stated, std::mem::take(stated));
        self.frames.push(Frame { leaf: self.leaf, stated: before, paid_in: self.paid_in.clone() });
        self.leaf = target;
        self.hold_stated();
        self.turns = self.turns.saturating_add(1);
        let turn = std::mem::replace(&mut self.turn, self.turns);
        let counts = self.counts;
        let steps = self.apart(|scope| scope.steps(target));
        (self.turn, self.counts) = (turn, counts);
        let frame = self.frames.pop()?;
        self.leaf = frame.leaf;
        *stated = std::mem::replace(&mut self.stated, frame.stated);
        let (step, rounding) = (Number::from_decimal(target.round.step), target.round.direction);
        let price = Amount::Price(Box::new(Priced { steps: steps?, step, rounding }));
        let sides = Box::new((price, Amount::Constant(rate)));
        Some(if target.unit == self.paid_in { sides.0 } else { Amount::Arithmetic(Arithmetic::Multiply, sides) })
    }

    /// What one unit of another rule is in the unit of the rule at hand, by what the book states.
    fn conversion(&mut self, target: &Leaf, span: Span) -> Option<Number> {
        let (theirs, ours) = (&target.unit, &self.paid_in);
        if theirs == ours {
            return Some(Number::ONE);
        }
        let book = self.book;
        let in_book_unit = |unit: &str| match book.convert.iter().find(|(known, _)| **known == *unit) {
            Some((_, rate)) => Some(Number::from_decimal(*rate)),
            None => (*unit == *book.unit).then_some(Number::ONE),
        };
        let rate = in_book_unit(theirs).zip(in_book_unit(ours));
        let rate = rate.and_then(|(theirs, ours)| theirs.checked_div(ours));
        if rate.is_none() {
            let missing = if in_book_unit(theirs).is_none() { theirs } else { ours };
            let hint = format!("state what one is in {}: [convert] {missing} = …", quoted(&book.unit));
            let (theirs, ours) = (quoted(theirs), quoted(ours));
            let message = format!("{} is priced in {theirs}, this rule in {ours}", quoted(&target.name));
            self.faults.add(span, message, Some(hint));
        }
        rate
    }

    /// The rule for a model that holds whatever the settings, for as long as the rule at hand is in force.
    fn target(&mut self, [studio, tool, model]: [&str; 3], span: Span) -> Option<&'b Leaf> {
        let leaves: &'b [Leaf] = self.leaves;
        let of_studio = || leaves.iter().filter(|leaf| *leaf.studio == *studio && leaf.is_for(tool));
        let period = self.period;
        let fits = |leaf: &&&'b Leaf| {
            leaf.conditions.is_empty()
                && leaf.from <= period.from
                && leaf.until.is_none_or(|until| period.until.is_some_and(|end| end <= until))
        };
        let named = |name: &str| -> Vec<&'b Leaf> {
            of_studio().filter(|leaf| leaf.models.iter().any(|model| **model == *name)).collect()
        };
        let own = named(model);
        let found = if own.is_empty() { named(ANY_MODEL) } else { own };
        let conditional = found.iter().any(|leaf| !leaf.conditions.is_empty());
        let fitting: Vec<_> = found.iter().filter(fits).filter(|_| !conditional).collect();
        if let [target] = fitting.as_slice() {
            return Some(target);
        }
        let of_tool = if tool.is_empty() { String::new() } else { format!("tool {} of ", quoted(tool)) };
        let what = format!("model {} of {of_tool}studio {}", quoted(model), quoted(studio));
        let known: Vec<&str> = of_studio().flat_map(|leaf| &leaf.models).map(AsRef::as_ref).collect();
        let (message, hint) = match (found.len(), fitting.len()) {
            (0, _) => {
                let near = nearest(model, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                let all = leaves.iter().filter(|leaf| *leaf.studio == *studio);
                let tools: BTreeSet<&str> = all.flat_map(|leaf| &leaf.tools).map(AsRef::as_ref).collect();
                let others = if known.is_empty() && !tools.is_empty() {
                    format!("its tools are {}", listed(tools))
                } else {
                    format!("its models are {}", listed(known))
                };
                let hint = near.unwrap_or(others);
                (format!("no rule prices {what}"), hint)
            }
            (_, 0) => (
                format!("no rule prices {what} whatever its settings and for as long as this rule is in force"),
                "a price that is referred to has no rule with a condition, and dates that take in those of this rule"
                    .to_owned(),
            ),
            _ => {
                let others = found.iter().filter(|leaf| leaf.name != self.leaf.name);
                let tools: BTreeSet<&str> = others.flat_map(|leaf| &leaf.tools).map(AsRef::as_ref).collect();
                let hint = match tools.first() {
                    Some(tool) => format!("say which: price('{studio}', '{model}', tool: '{tool}')"),
                    None => "refer to a model that one rule prices".to_owned(),
                };
                (format!("several rules price {what}"), hint)
            }
        };
        self.faults.add(span, message, Some(hint));
        None
    }

    /// Holds what a reference states to what the settings of the rule at hand may be.
    fn hold_stated(&mut self) {
        let stated = std::mem::take(&mut self.stated);
        for Stated { name, literal, span, .. } in &stated {
            let (Some(setting), Some(literal)) = (self.setting_of_rule(name), literal) else { continue };
            if let Some(input) = self.input(name, &setting, false)
                && let Err(allowed) = input.kind.accepts(literal)
            {
                let (name, value) = (quoted(name), quoted(&literal.to_string()));
                self.faults.say(*span, format!("{name} is {value}; it may be {allowed}"));
            }
        }
        self.stated = stated;
    }
}
