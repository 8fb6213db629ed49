//! Finds what a request asks for in an edition: the offer, the rule, and what is in each slot.

use chrono::{DateTime, Utc};

use super::{
    compile::ANY_MODEL,
    edition::{Edition, Slice},
    evaluate::Fault,
    index::same,
    period::Period,
    program::{Fill, Input, InputKind, Rule, Symbol},
    refusal::{
        MissingSetting, NoResult, NoResultBecause, NotAllowed, NotInForce, NotOffered, PriceError, ToolNeeded,
        UnknownName,
    },
};
use crate::{
    diagnostic::{listed, nearest_few},
    number::Number,
    request::GenerationRequest,
    value::{Shape, Value},
};

/// The texts that a book mentions, sorted.
type Words = [(Box<str>, Symbol)];

impl Edition {
    /// The rules for a request, and whether they are those for any model.
    #[inline]
    pub(crate) fn slice(&self, request: &GenerationRequest, at: DateTime<Utc>) -> Result<(&Slice, bool), PriceError> {
        self.slice_in_force(request, at).ok_or_else(|| self.no_slice(request, at))
    }

    #[expect(clippy::inline_always, reason = "on the way of each price, and measured")]
    #[inline(always)]
    fn slice_in_force(&self, request: &GenerationRequest, at: DateTime<Utc>) -> Option<(&Slice, bool)> {
        let (offer, catch_all) = self.offer(request.digest(), names(request))?;
        let slice = self.slices_of(offer).iter().find(|slice| slice.period.holds(at))?;
        Some((slice, catch_all))
    }

    #[cold]
    fn no_slice(&self, request: &GenerationRequest, at: DateTime<Utc>) -> PriceError {
        match self.offer(request.digest(), names(request)) {
            Some((offer, _)) => {
                let periods = self.slices_of(offer).iter().map(|slice| slice.period);
                not_in_force(&request_name(request), at, periods)
            }
            None => self.unknown(names(request)),
        }
    }

    /// Fills the slots of a slice with what the request says.
    #[inline]
    pub(crate) fn fill(
        &self,
        slice: &Slice,
        request: &GenerationRequest,
        fills: &mut [Fill],
    ) -> Result<(), PriceError> {
        for (place, (name, value)) in (0..).zip(request.settings_slice()) {
            let found = slice.inputs.iter().zip(&mut *fills).find(|(input, _)| !input.fact && input.is(name));
            let Some((input, fill)) = found else {
                return Err(unknown_setting(slice, request, name));
            };
            input.fill(fill, value, place, &self.words)?;
        }
        if !request.facts_slice().is_empty() {
            self.fill_facts(slice, request, fills)?;
        }
        if slice.measured {
            fill_unmeasured(&slice.inputs, fills);
        }
        Ok(())
    }

    #[inline(never)]
    fn fill_facts(&self, slice: &Slice, request: &GenerationRequest, fills: &mut [Fill]) -> Result<(), PriceError> {
        for (place, (name, value)) in (0..).zip(request.facts_slice()) {
            if let Some((input, fill)) =
                slice.inputs.iter().zip(&mut *fills).find(|(input, _)| input.fact && input.is(name))
            {
                input.fill(fill, value, place, &self.words)?;
            } else if let Some(fact) = self.facts.iter().find(|fact| fact.name == *name) {
                fact.fill(&mut Fill::Preset, value, place, &self.words)?;
            } else {
                let known = self.facts.iter().map(|fact| &*fact.name);
                return Err(unknown("fact", name, format!("price book `{}`", self.book), known));
            }
        }
        Ok(())
    }

    #[cold]
    fn unknown(&self, [studio, tool, model]: [&str; 3]) -> PriceError {
        let of_studio = || self.sold.iter().filter(|sold| *sold.studio == *studio);
        if of_studio().next().is_none() {
            let known = self.sold.iter().map(|sold| &*sold.studio);
            return unknown("studio", studio, format!("price book `{}`", self.book), known);
        }
        let named = of_studio().any(|sold| *sold.model == *model);
        let any_by_tool = || of_studio().any(|sold| *sold.model == *ANY_MODEL && !sold.tool.is_empty());
        let model_asked = model;
        let model = if !named && tool.is_empty() && any_by_tool() { ANY_MODEL } else { model };
        let of_model = || of_studio().filter(|sold| *sold.model == *model);
        if of_model().next().is_none() {
            let of_tool = of_studio().filter(|sold| tool.is_empty() || *sold.tool == *tool);
            let known: Vec<_> = of_tool.map(|sold| &*sold.model).collect();
            if !known.is_empty() {
                let within = if tool.is_empty() { String::new() } else { format!("tool `{tool}` of ") };
                return unknown("model", model, format!("{within}studio `{studio}`"), known.into_iter());
            }
            let known = of_studio().map(|sold| &*sold.tool).filter(|tool| !tool.is_empty());
            return unknown("tool", tool, format!("studio `{studio}`"), known);
        }
        let tools = of_model().map(|sold| &*sold.tool).filter(|tool| !tool.is_empty());
        if tool.is_empty() {
            let tools = tools.map(str::to_owned).collect();
            let (studio, model) = (studio.to_owned(), model_asked.to_owned());
            return PriceError::ToolNeeded(Box::new(ToolNeeded { studio, model, tools }));
        }
        unknown("tool", tool, format!("model `{model}` of studio `{studio}`"), tools)
    }
}

impl Slice {
    /// Whether it has no rule that is for all requests, or has others before it.
    #[inline]
    pub(crate) fn chooses(&self) -> bool {
        self.rules.first().is_none_or(|rule| rule.when.is_some())
    }

    /// The first rule whose condition holds.
    #[inline]
    pub(crate) fn rule<'a>(
        &'a self,
        request: &GenerationRequest,
        count: u64,
        fills: &[Fill],
    ) -> Result<&'a Rule, PriceError> {
        match self.rules.first() {
            Some(rule) if rule.when.is_none() => Ok(rule),
            _ => self.rule_by_condition(request, count, fills),
        }
    }

    fn rule_by_condition<'a>(
        &'a self,
        request: &GenerationRequest,
        count: u64,
        fills: &[Fill],
    ) -> Result<&'a Rule, PriceError> {
        for rule in &self.rules {
            let Some(when) = &rule.when else { return Ok(rule) };
            let scene = self.scene(rule, request, count, fills);
            if scene.condition(when).map_err(|fault| self.refusal(rule, request, fault))? {
                return Ok(rule);
            }
        }
        let conditions = self.rules.iter().filter_map(|rule| Some(rule.condition.as_deref()?.to_owned())).collect();
        let (rule, because, offered) = (request_name(request), None, Vec::new());
        Err(PriceError::NotOffered(Box::new(NotOffered { rule, because, offered, conditions })))
    }

    /// A fault of an evaluation, in words.
    #[cold]
    pub(crate) fn refusal(&self, rule: &Rule, request: &GenerationRequest, fault: Fault<'_>) -> PriceError {
        let because = match fault {
            Fault::NoCell { by, cells } => {
                let given = request.setting(by).or_else(|| request.fact(by)).cloned();
                let preset = || self.inputs.iter().find(|input| &*input.name == by)?.default.clone();
                let because = Some((by.to_owned(), given.or_else(preset)));
                let offered = cells.iter().map(ToString::to_string).collect();
                let rule = rule.name.to_string();
                return PriceError::NotOffered(Box::new(NotOffered { rule, because, offered, conditions: Vec::new() }));
            }
            Fault::NotOffered => {
                let (rule, offered) = (rule.name.to_string(), Vec::new());
                return PriceError::NotOffered(Box::new(NotOffered {
                    rule,
                    because: None,
                    offered,
                    conditions: Vec::new(),
                }));
            }
            Fault::Missing(name) => {
                let input = self.inputs.iter().find_map(|input| input.named(name));
                let allowed = input.map_or_else(|| "any value".to_owned(), |input| input.kind.allowed());
                return PriceError::Missing(Box::new(MissingSetting { name: name.to_owned(), allowed }));
            }
            Fault::TooLarge => NoResultBecause::TooLarge,
            Fault::DivisionByZero => NoResultBecause::DivisionByZero,
            Fault::Undefined => NoResultBecause::Undefined,
            Fault::RoundsOver(rounds) => NoResultBecause::RoundsOver(rounds),
            Fault::Negative => NoResultBecause::Negative,
        };
        PriceError::NoResult(Box::new(NoResult { rule: rule.name.to_string(), because }))
    }
}

impl Input {
    #[inline]
    fn is(&self, name: &str) -> bool {
        same(self.name.as_bytes(), name.as_bytes())
    }

    #[expect(clippy::inline_always, reason = "on the way of each price, and measured")]
    #[inline(always)]
    fn fill(&self, fill: &mut Fill, value: &Value, place: u32, words: &Words) -> Result<(), PriceError> {
        match (&self.kind, value.shape()) {
            (InputKind::Flag, Shape::Flag(flag)) => {
                *fill = Fill::Flag(*flag);
                return Ok(());
            }
            (InputKind::Choice(values), Shape::Text(given)) => {
                for (place, (known, symbol)) in (0..).zip(values) {
                    if matches!(known.shape(), Shape::Text(known) if same(known.as_bytes(), given.as_bytes())) {
                        *fill = Fill::Word(*symbol, place);
                        return Ok(());
                    }
                }
            }
            _ => {}
        }
        self.fill_otherwise(fill, value, place, words)
    }

    #[inline(never)]
    fn fill_otherwise(&self, fill: &mut Fill, value: &Value, place: u32, words: &Words) -> Result<(), PriceError> {
        let found = match &self.kind {
            InputKind::Choice(values) => {
                let found = (0..).zip(values).find(|(_, (known, _))| known == value);
                found.map(|(place, (_, symbol))| Fill::Word(*symbol, place))
            }
            InputKind::Text if self.kind.accepts(value).is_ok() => {
                let found = words.binary_search_by(|(text, _)| value.spelt(text).reverse()).ok();
                let found = found.and_then(|at| words.get(at)).map_or(Symbol::OTHER, |(_, symbol)| *symbol);
                Some(Fill::Word(found, u16::MAX))
            }
            kind => kind.accepts(value).is_ok().then_some(Fill::Given(place)),
        };
        if let Some(found) = found {
            *fill = found;
            return Ok(());
        }
        let allowed = self.kind.allowed();
        Err(PriceError::NotAllowed(Box::new(NotAllowed { name: self.name.to_string(), value: value.clone(), allowed })))
    }

    /// The input itself or the field within it that has this name.
    fn named(&self, name: &str) -> Option<&Input> {
        match &self.kind {
            _ if &*self.name == name => Some(self),
            InputKind::List { item, .. } => item.named(name),
            InputKind::Record(fields) => fields.iter().find_map(|field| field.named(name)),
            _ => None,
        }
    }

    fn bounded(&self) -> bool {
        matches!(self.kind, InputKind::Number { bounded: true, .. })
    }
}

impl InputKind {
    /// Whether an input may be set to this; otherwise, what it may be.
    pub(crate) fn accepts(&self, value: &Value) -> Result<(), String> {
        let fits = match (self, value.shape()) {
            (Self::Choice(values), _) => values.iter().any(|(known, _)| known == value),
            (Self::Number { min, max, step, only, .. }, Shape::Number(decimal)) => {
                let number = Number::from_decimal(*decimal);
                let listed = only.is_empty() || only.contains(&number);
                let steps = |step| number.checked_sub(*min)?.checked_div(step);
                let stepped = step.is_none_or(|step| steps(step).is_some_and(Number::is_whole));
                listed && stepped && *min <= number && number <= *max
            }
            // A text that reads as a number or a flag is that as a value.
            (Self::Text, Shape::Text(_) | Shape::Number(_) | Shape::Flag(_)) | (Self::Flag, Shape::Flag(_)) => true,
            (Self::List { item, max }, Shape::List(items)) => {
                items.len() <= *max && items.iter().all(|value| item.kind.accepts(value).is_ok())
            }
            // A list of one item reads as that item on a command line and in a table.
            (Self::List { item, max }, _) => *max > 0 && item.kind.accepts(value).is_ok(),
            (Self::Record(fields), Shape::Record(values)) => values.as_slice().iter().all(|(name, value)| {
                let field = fields.iter().find(|field| field.name == *name);
                field.is_some_and(|field| field.kind.accepts(value).is_ok())
            }),
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.allowed()) }
    }

    /// What an input may be, in words.
    pub(crate) fn allowed(&self) -> String {
        match self {
            Self::Choice(values) => {
                let texts: Vec<_> = values.iter().map(|(value, _)| value.to_string()).collect();
                listed(texts.iter().map(String::as_str))
            }
            Self::Text => "any text".to_owned(),
            Self::Number { only, .. } if !only.is_empty() => {
                let texts: Vec<_> = only.iter().map(ToString::to_string).collect();
                listed(texts.iter().map(String::as_str))
            }
            Self::Number { min, max, step, .. } => match step {
                Some(step) => format!("a number from {min} to {max} in steps of {step}"),
                None => format!("a number from {min} to {max}"),
            },
            Self::Flag => "`true` or `false`".to_owned(),
            Self::List { item, max } => format!("a list of at most {max} items, each {}", item.kind.allowed()),
            Self::Record(fields) => {
                let fields = fields.iter().map(|field| format!("{} = {}", field.name, field.kind.allowed()));
                format!("a record of {}", fields.collect::<Vec<_>>().join("; "))
            }
        }
    }
}

/// Studio, tool and model; an empty tool stands for none.
#[inline]
fn names(request: &GenerationRequest) -> [&str; 3] {
    let tool = request.tool().map_or("", |tool| tool.as_str());
    [request.studio().as_str(), tool, request.model().as_str()]
}

/// What is measured, has no preset and is not known yet is taken to be as much as it can be.
fn fill_unmeasured(inputs: &[Input], fills: &mut [Fill]) {
    for (input, fill) in inputs.iter().zip(fills) {
        if input.measured && input.preset.is_none() && *fill == Fill::Preset && input.bounded() {
            *fill = Fill::Most;
        }
    }
}

/// What a request asks for, as messages name it.
fn request_name(request: &GenerationRequest) -> String {
    match request.tool() {
        Some(tool) => format!("{}/{tool}/{}", request.studio(), request.model()),
        None => format!("{}/{}", request.studio(), request.model()),
    }
}

#[cold]
fn unknown_setting(slice: &Slice, request: &GenerationRequest, name: &str) -> PriceError {
    let known = slice.inputs.iter().filter(|input| !input.fact).map(|input| &*input.name);
    unknown("setting", name, format!("model `{}`", request.model()), known)
}

#[cold]
fn unknown<'a>(kind: &'static str, name: &str, within: String, known: impl Iterator<Item = &'a str>) -> PriceError {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let nearest = nearest_few(name, known.iter().copied()).into_iter().map(str::to_owned).collect();
    let known = known.into_iter().map(str::to_owned).collect();
    PriceError::Unknown(Box::new(UnknownName { kind, name: name.to_owned(), within, nearest, known }))
}

/// No period holds the instant.
#[cold]
pub(crate) fn not_in_force(what: &str, at: DateTime<Utc>, periods: impl Iterator<Item = Period>) -> PriceError {
    let periods: Vec<_> = periods.collect();
    let first = periods.iter().map(|period| period.from).min().flatten();
    let open = periods.iter().any(|period| period.until.is_none());
    let last = periods.iter().filter_map(|period| period.until).max().filter(|_| !open);
    PriceError::NotInForce(Box::new(NotInForce { what: format!("`{what}`"), at, first, last }))
}
