//! Takes families of rules apart: every rule as it stands once all that it shares is written out.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{name::version_name, selected::Selected};
use crate::{
    diagnostic::{listed, nearest, quoted},
    pricing::book::{
        Addition, Charging, Condition, Each, Exactness, Factor, Override, Price, PriceBook, PricingRule, Round,
        Setting, Span,
    },
    text::Faults,
};

/// The model that stands for every model that no other rule names.
pub(crate) const ANY_MODEL: &str = "*";

/// A rule for which nothing is left to inherit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    pub(crate) name: Box<str>,
    pub(crate) studio: Box<str>,
    pub(crate) tools: Vec<Box<str>>,
    pub(crate) models: Vec<Box<str>>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) unit: Box<str>,
    pub(crate) settings: Vec<(Box<str>, Setting)>,
    pub(crate) lets: Vec<(Box<str>, Price)>,
    pub(crate) free: bool,
    /// The model's own price, what a tool does to it, and what the books above do.
    pub(crate) steps: Vec<Step>,
    /// Its price is tied to that of another tool.
    pub(crate) tied: bool,
    /// What the books above change, until it is changed.
    pub(crate) overrides: Vec<Override>,
    /// The settings of which the books above allow less, one after the other.
    pub(crate) narrowed: Vec<(Box<str>, Setting)>,
    /// A model that the books above withdraw keeps its name, so that the rule for any model does not price it.
    pub(crate) offered: bool,
    pub(crate) round: Round,
    pub(crate) exactness: Exactness,
    pub(crate) charge: Charging,
    pub(crate) note: Option<Box<str>>,
    pub(crate) span: Span,
}

/// One step of a price: parts, factors, additions and bounds, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Step {
    /// What its amounts are counted in; books above may turn the rule's into another unit after it.
    pub(crate) unit: Box<str>,
    pub(crate) per: Vec<(Box<str>, Price)>,
    pub(crate) times: Vec<Factor>,
    pub(crate) plus: Vec<Addition>,
    pub(crate) each: Each,
    pub(crate) minimum: Option<Price>,
    pub(crate) maximum: Option<Price>,
}

impl Step {
    fn counted_in(self, unit: &str) -> Self {
        Self { unit: unit.into(), ..self }
    }
}

impl Leaf {
    /// A rule that says nothing, for what belongs to no rule.
    pub(crate) fn none() -> Self {
        Self {
            name: Box::default(),
            studio: Box::default(),
            tools: Vec::new(),
            models: Vec::new(),
            from: None,
            until: None,
            conditions: Vec::new(),
            unit: Box::default(),
            settings: Vec::new(),
            lets: Vec::new(),
            free: true,
            steps: Vec::new(),
            tied: false,
            overrides: Vec::new(),
            narrowed: Vec::new(),
            offered: true,
            round: Round::DEFAULT,
            exactness: Exactness::Exact,
            charge: Charging::default(),
            note: None,
            span: Span::default(),
        }
    }

    /// What its own price is counted in, before books above turn it into another unit.
    pub(crate) fn own_unit(&self) -> Box<str> {
        self.steps.first().map_or_else(|| self.unit.clone(), |step| step.unit.clone())
    }

    /// Whether it prices what this tool does; an empty tool stands for the model itself.
    pub(crate) fn is_for(&self, tool: &str) -> bool {
        if tool.is_empty() { self.steps.len() == 1 } else { self.tools.iter().any(|own| **own == *tool) }
    }

    /// All conditions as the book writes them.
    pub(crate) fn condition(&self) -> Option<String> {
        match self.conditions.as_slice() {
            [] => None,
            [only] => Some(only.formula.to_string()),
            several => {
                let formulas: Vec<_> = several.iter().map(|condition| format!("({})", condition.formula)).collect();
                Some(formulas.join(" and "))
            }
        }
    }
}

/// All rules of a book, without families and without references to other tools.
pub(crate) fn leaves(book: &PriceBook, faults: &mut Faults) -> Vec<Leaf> {
    let mut rules = Vec::new();
    for rule in &book.rules {
        if rule.members.is_empty() {
            rules.push(rule.clone());
        }
        let selected = Selected::of(&rule.overrides);
        let family = PricingRule { members: Vec::new(), overrides: Vec::new(), ..rule.clone() };
        if family.name.is_some() && !rule.members.is_empty() {
            faults.say(rule.span, "a family has no `name`; its members may have one");
        }
        for member in &rule.members {
            if !member.members.is_empty() {
                faults.say(member.span, "a family within a family: `models` stands in the outermost rule only");
            }
            let mut member = inherited(&family, member);
            // What builds on another tool is for models that are not known yet.
            let of_family =
                if member.like.is_some() { rule.overrides.clone() } else { selected.for_models(&member.models) };
            member.overrides.splice(..0, of_family);
            rules.push(member);
        }
    }
    let (tied, own): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule.like.is_some());
    let mut leaves: Vec<_> = own.into_iter().filter_map(|rule| leaf(book, rule, faults)).collect();
    let derived: Vec<_> = tied.iter().flat_map(|rule| derived(book, &leaves, &tied, rule.clone(), faults)).collect();
    leaves.extend(derived);
    leaves
}

/// A member of a family: what it says itself, and otherwise what the family says.
pub(crate) fn inherited(family: &PricingRule, member: &PricingRule) -> PricingRule {
    let (wide, own) = (family.clone(), member.clone());
    PricingRule {
        name: own.name,
        studio: own.studio.or(wide.studio),
        tools: if own.tools.is_empty() { wide.tools } else { own.tools },
        models: if own.models.is_empty() { wide.models } else { own.models },
        except: [wide.except, own.except].concat(),
        from: own.from.or(wide.from),
        until: own.until.or(wide.until),
        when: own.when.or(wide.when),
        like: own.like.or(wide.like),
        unit: own.unit.or(wide.unit),
        settings: merged(wide.settings, own.settings, Setting::narrowed),
        lets: merged(wide.lets, own.lets, |_, own| own.clone()),
        free: own.free || (wide.free && own.per.is_empty()),
        per: if own.free { own.per } else { merged(wide.per, own.per, |_, own| own.clone()) },
        times: if own.free { own.times } else { [wide.times, own.times].concat() },
        plus: if own.free { own.plus } else { [wide.plus, own.plus].concat() },
        each: if own.free { own.each } else { own.each.or(wide.each) },
        minimum: own.minimum.or(wide.minimum.filter(|_| !own.free)),
        maximum: own.maximum.or(wide.maximum.filter(|_| !own.free)),
        round: own.round.or(wide.round),
        exactness: own.exactness.or(wide.exactness),
        charge: own.charge.or(wide.charge),
        note: own.note.or(wide.note),
        overrides: [wide.overrides, own.overrides].concat(),
        members: Vec::new(),
        span: own.span,
    }
}

fn merged<T>(wide: Vec<(Box<str>, T)>, own: Vec<(Box<str>, T)>, both: impl Fn(&T, &T) -> T) -> Vec<(Box<str>, T)> {
    let mut all = wide;
    for (name, value) in own {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = both(known, &value),
            None => all.push((name, value)),
        }
    }
    all
}

fn leaf(book: &PriceBook, rule: PricingRule, faults: &mut Faults) -> Option<Leaf> {
    let Some(studio) = rule.studio else {
        faults.say(rule.span, "the rule names no `studio`");
        return None;
    };
    if rule.models.is_empty() {
        faults.add(rule.span, "the rule names no `model`", Some("`*` stands for any model"));
        return None;
    }
    let builds_on_any = rule.like.is_some() && rule.models.iter().any(|model| &**model == ANY_MODEL);
    if !rule.except.is_empty() && !builds_on_any {
        faults.say(rule.span, "`except` is for a rule with `like` whose model is `*`");
    }
    if rule.from.zip(rule.until).is_some_and(|(from, until)| from >= until) {
        faults.say(rule.span, "the rule ends before it begins");
    }
    let bounded = !rule.each.says_nothing() || rule.minimum.is_some() || rule.maximum.is_some();
    let more = !rule.times.is_empty() || !rule.plus.is_empty() || bounded;
    if rule.free && more && rule.per.is_empty() {
        faults.say(rule.span, "the rule is free and has factors, additions or bounds too");
    }
    twice(rule.span, "part", &rule.per, faults);
    twice(rule.span, "setting", &rule.settings, faults);
    twice(rule.span, "named value", &rule.lets, faults);
    match (rule.free, rule.per.is_empty()) {
        (false, true) if rule.like.is_none() => {
            let hint = "write `per.output`, `per.call` or another unit, or `free = true`";
            faults.add(rule.span, "the rule has no price", Some(hint));
        }
        (true, false) => faults.say(rule.span, "the rule is free and has a price too"),
        _ => {}
    }
    let mut each = rule.each;
    each.round = each.round.map(|round| rounding(rule.span, Some(round), faults));
    let (minimum, maximum) = (rule.minimum, rule.maximum);
    let unit = rule.unit.unwrap_or_else(|| book.unit.clone());
    let step = Step { unit: unit.clone(), per: rule.per, times: rule.times, plus: rule.plus, each, minimum, maximum };
    Some(Leaf {
        name: rule.name.unwrap_or_default(),
        studio,
        tools: rule.tools,
        models: rule.models,
        from: rule.from,
        until: rule.until,
        conditions: rule.when.into_iter().collect(),
        round: rounding(rule.span, rule.round.or(book.round_in(&unit)), faults),
        unit,
        settings: rule.settings,
        lets: rule.lets,
        free: rule.free,
        steps: vec![step],
        tied: rule.like.is_some(),
        overrides: rule.overrides,
        narrowed: Vec::new(),
        offered: true,
        exactness: rule.exactness.unwrap_or_default(),
        charge: rule.charge.or(book.charge),
        note: rule.note,
        span: rule.span,
    })
}

/// The rounding of a rule; a book that is built in code may have one that cannot be.
pub(super) fn rounding(span: Span, round: Option<Round>, faults: &mut Faults) -> Round {
    let round = round.unwrap_or(Round::DEFAULT);
    if round.possible() {
        return round;
    }
    let step = round.step;
    faults.say(span, format!("a step of {step} cannot be; it is above 0 and has at most nine decimal places"));
    Round::DEFAULT
}

/// A name that stands twice in a list is a fault; only a book that is built in code can have one.
pub(crate) fn twice<T>(span: Span, kind: &str, named: &[(Box<str>, T)], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (name, _) in named {
        if !seen.insert(name) {
            faults.say(span, format!("the {kind} {} is there twice", quoted(name)));
        }
    }
}

/// The rules of a tool whose price is that of the same models under another tool. `tied` are all that build on one.
fn derived(
    book: &PriceBook,
    leaves: &[Leaf],
    tied: &[PricingRule],
    rule: PricingRule,
    faults: &mut Faults,
) -> Vec<Leaf> {
    let (base, span) = (rule.like.clone().unwrap_or_default(), rule.span);
    let (own_round, own_charge, own_unit) = (rule.round, rule.charge, rule.unit.clone());
    let except = rule.except.clone();
    let Some(tool) = leaf(book, rule, faults) else {
        return Vec::new();
    };
    if tool.tools.is_empty() {
        faults.say(span, "a rule with `like` names the `tool` that it prices");
    }
    if tool.free || own_unit.is_some() {
        faults.say(span, "a rule with `like` has no unit and no freedom of its own: they are the model's");
    }
    let of_studio = leaves.iter().filter(|leaf| leaf.studio == tool.studio);
    let of_tool: Vec<_> = of_studio.clone().filter(|leaf| leaf.tools.contains(&base)).collect();
    if of_tool.is_empty() {
        let known: BTreeSet<&str> = of_studio.flat_map(|leaf| &leaf.tools).map(AsRef::as_ref).collect();
        let chained = |rule: &&PricingRule| rule.studio.as_ref() == Some(&tool.studio) && rule.tools.contains(&base);
        if let Some(other) = tied.iter().find(chained).and_then(|rule| rule.like.as_ref()) {
            let message = format!("the tool {} builds on {} itself", quoted(&base), quoted(other));
            let hint = "write `like` with a tool that has a price of its own, and say all that is done to it";
            faults.add(span, message, Some(hint));
        } else {
            let hint = nearest(&base, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let hint = hint.unwrap_or_else(|| format!("its tools are {}", listed(known)));
            let message = format!("no rule of studio {} is for the tool {}", quoted(&tool.studio), quoted(&base));
            faults.add(span, message, Some(hint));
        }
    }
    for (name, price) in &tool.lets {
        if of_tool.iter().any(|leaf| leaf.lets.iter().any(|(known, _)| known == name)) {
            faults.say(price.key_span, format!("{} is a named value of the models too", quoted(name)));
        }
    }
    for model in &except {
        if !of_tool.is_empty() && !of_tool.iter().any(|leaf| leaf.models.contains(model)) {
            let message =
                format!("`except` names model {}, for which tool {} has no rule", quoted(model), quoted(&base));
            faults.say(span, message);
        }
    }
    let selected = Selected::of(&tool.overrides);
    let any = tool.models.iter().any(|model| &**model == ANY_MODEL);
    let models_of = |leaf: &Leaf| -> Vec<Box<str>> {
        let models = leaf.models.iter();
        models
            .filter(|model| if any { !except.contains(model) } else { tool.models.contains(model) })
            .cloned()
            .collect()
    };
    let built_on = of_tool.iter().map(|leaf| (*leaf, models_of(leaf))).filter(|(_, models)| !models.is_empty());
    let built_on: Vec<_> = built_on.collect();
    let derive = |leaf: &Leaf, models: &Vec<Box<str>>, tool_name: &str| {
        let mut derived = Leaf {
            name: match &*tool.name {
                "" => Box::default(),
                name => format!("{name}/{tool_name}/{}", models.join(",")).into(),
            },
            tools: vec![tool_name.into()],
            models: models.clone(),
            from: leaf.from.max(tool.from),
            until: match (leaf.until, tool.until) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
            conditions: [&*leaf.conditions, &*tool.conditions].concat(),
            settings: merged(leaf.settings.clone(), tool.settings.clone(), Setting::narrowed),
            lets: merged(leaf.lets.clone(), tool.lets.clone(), |_, own| own.clone()),
            steps: leaf.steps.iter().chain(&tool.steps).map(|step| step.clone().counted_in(&leaf.unit)).collect(),
            tied: true,
            overrides: selected.for_models(models),
            round: own_round.unwrap_or(leaf.round),
            exactness: leaf.exactness.max(tool.exactness),
            charge: own_charge.or(leaf.charge),
            note: tool.note.clone().or_else(|| leaf.note.clone()),
            span,
            ..leaf.clone()
        };
        let alike = built_on.iter().filter(|(_, others)| others == models);
        if !derived.name.is_empty() && alike.count() > 1 {
            derived.name = version_name(&derived, &Leaf { name: derived.name.clone(), ..Leaf::none() }).into();
        }
        derived
    };
    let pairs = tool.tools.iter().flat_map(|tool_name| built_on.iter().map(move |on| (on, tool_name)));
    let derived: Vec<_> = pairs.map(|((leaf, models), tool_name)| derive(leaf, models, tool_name)).collect();
    for model in tool.models.iter().filter(|model| ***model != *ANY_MODEL) {
        if !derived.iter().any(|leaf| leaf.models.contains(model)) && !of_tool.is_empty() {
            let message = format!("tool {} has no rule for model {}", quoted(&base), quoted(model));
            faults.say(span, message);
        }
    }
    derived
}
