//! Makes the rules of models: alone and in families, by condition and by date, for tools, and as references.

use super::{
    Maker, SEAMS, seam,
    setting::{NARROWED_TEXTS, points},
    view::{Reference, View},
};
use crate::oracle::{
    number::fraction,
    shop::Shop,
    tree::{Book, Datum, EXACTNESS, Named, Rule, Setting},
};

/// A studio whose models are there to be referred to.
pub(super) const PARTS: &str = "parts";
const STUDIOS: [&str; 2] = ["image", "video"];
const MODELS: [&str; 6] = ["flux-dev", "kling-3.0", "größe \"L\"", "nano banana", "seedream", "*"];
const TOOLS: [&str; 2] = ["make", "edit"];

/// How the rules of one model tell their requests apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    One,
    Conditions,
    OnlyConditions,
    Dates,
    ConditionsAndDates,
}

impl Maker {
    pub(super) fn offers(&mut self, book: &mut Book, refer: bool) {
        let mut references = if refer { self.parts_to_refer_to(book) } else { Vec::new() };
        for studio in STUDIOS {
            let models = self.chance.some_of(55, &MODELS);
            let tools =
                self.chance.weighted(&[(45, &[][..]), (20, &TOOLS[..1]), (20, &TOOLS[..]), (15, &["apart"][..])]);
            let (mut left, mut first) = (models.as_slice(), true);
            while let Some((model, rest)) = left.split_first() {
                let family = rest.len() > 1 && self.chance.percent(35);
                let (taken, rest) = if family {
                    left.split_at(2 + self.chance.place(rest.len()))
                } else {
                    (std::slice::from_ref(model), rest)
                };
                left = rest;
                let sets: Vec<&[&str]> = match tools {
                    ["apart"] => vec![&TOOLS[..1], &TOOLS[1..]],
                    tools => vec![tools],
                };
                for tools in sets {
                    let mut view = Self::book_view(book);
                    view.references.clone_from(&references);
                    let rules = if taken.len() > 1 {
                        vec![self.family(book, studio, tools, taken, &view)]
                    } else {
                        let shared = Rule { studio: Some(studio.to_owned()), tools: owned(tools), ..Rule::default() };
                        self.of_model(book, &shared, model, &view, &Named::new())
                    };
                    book.rules.extend(rules);
                }
                first = false;
            }
            if !tools.is_empty() && !first && self.chance.percent(60) {
                let like = self.like(book, studio, &models);
                book.rules.push(like);
            }
            references.truncate(6);
        }
    }

    /// The rules of one model, as they stand by themselves or in a family that says `shared`.
    pub(super) fn of_model(
        &mut self,
        book: &Book,
        shared: &Rule,
        model: &str,
        view: &View,
        narrowed: &Named<Setting>,
    ) -> Vec<Rule> {
        let plan = self.chance.weighted(&[
            (60, Plan::One),
            (18, Plan::Conditions),
            (5, Plan::OnlyConditions),
            (10, Plan::Dates),
            (7, Plan::ConditionsAndDates),
        ]);
        let count = match plan {
            Plan::One => 1,
            Plan::Dates => 2,
            Plan::OnlyConditions => self.chance.between(1, 2),
            Plan::Conditions => self.chance.between(2, 3),
            Plan::ConditionsAndDates => 3,
        };
        let (mut view, mut narrowed) = (view.clone(), narrowed.clone());
        let mut first = Rule::default();
        self.narrow(book, !shared.models.is_empty(), &mut first, &mut view, &mut narrowed);
        let mut rules: Vec<Rule> = Vec::new();
        for at in 0..count {
            let mut rule =
                if at == 0 { first.clone() } else { Rule { settings: first.settings.clone(), ..Rule::default() } };
            rule.models.push(model.to_owned());
            let last = at + 1 == count;
            match plan {
                Plan::Dates if at == 0 => rule.until = Some(seam(1)),
                Plan::Dates => rule.from = Some(if self.chance.percent(80) { seam(1) } else { seam(2) }),
                Plan::ConditionsAndDates if !last => {
                    rule.until = self.chance.maybe(60, |_| seam(1));
                    rule.when = Some(self.condition(&view, 1));
                }
                Plan::One | Plan::ConditionsAndDates => {}
                Plan::Conditions if last => {}
                Plan::Conditions | Plan::OnlyConditions => rule.when = Some(self.condition(&view, 1)),
            }
            let said = |known: &Rule| known.when == rule.when && rule.when.is_some();
            if rules.iter().any(said) {
                continue;
            }
            self.body(book, shared, &mut rule, &view);
            rules.push(rule);
        }
        if plan != Plan::One && self.chance.percent(30) {
            rules.rotate_left(1);
        }
        for rule in &mut rules {
            if count > 1 || self.chance.percent(50) {
                self.named += 1;
                rule.name = Some(format!("rule {}", self.named));
            }
            if shared.members.is_empty() && shared.models.is_empty() {
                rule.studio = rule.studio.take().or_else(|| shared.studio.clone());
            }
            if rule.tools.is_empty() {
                rule.tools.clone_from(&shared.tools);
            }
        }
        rules
    }

    /// What a rule charges, where its family does not say it, or says something else.
    fn body(&mut self, book: &Book, shared: &Rule, rule: &mut Rule, view: &View) {
        let mut view = view.clone();
        if shared.lets.is_empty() {
            self.own_lets(book, rule, &mut view);
        }
        if shared.has_each() {
            view = view.of_one();
        }
        if self.chance.percent(4) {
            rule.free = true;
        } else if self.chance.percent(8) && shared.models.is_empty() {
            let one = view.of_one();
            rule.per = self.parts(&one);
            rule.times = self.factors(&one);
            rule.plus = self.additions(&one);
            rule.each = self.each(&one);
            rule.minimum = self.bound(&one, 15);
        } else {
            if shared.per.is_empty() || self.chance.percent(50) {
                rule.per = self.parts(&view);
            }
            rule.times = self.factors(&view);
            rule.plus = self.additions(&view);
            rule.minimum = self.bound(&view, 15);
            rule.maximum = self.bound(&view, 12);
        }
        if shared.models.is_empty() && rule.unit.is_none() && !book.convert.is_empty() && self.chance.percent(8) {
            rule.unit = Some(book.convert[0].0.clone());
        }
        rule.round = self.chance.percent(30).then(|| self.round());
        rule.exactness = self.chance.maybe(10, |chance| chance.place(EXACTNESS.len()));
        rule.charge = self.charge();
    }

    fn family(&mut self, book: &Book, studio: &str, tools: &[&str], models: &[&str], view: &View) -> Rule {
        let mut family = Rule { studio: Some(studio.to_owned()), tools: owned(tools), ..Rule::default() };
        let (mut view, mut narrowed) = (view.clone(), Named::new());
        self.narrow(book, false, &mut family, &mut view, &mut narrowed);
        self.own_lets(book, &mut family, &mut view);
        if self.chance.percent(10) {
            view = view.of_one();
            family.each = self.each(&view);
        }
        if self.chance.percent(50) {
            family.per = self.parts(&view);
        }
        family.times = self.factors(&view);
        family.plus = self.additions(&view);
        family.minimum = self.bound(&view, 15);
        family.maximum = self.bound(&view, 15);
        family.round = self.chance.percent(30).then(|| self.round());
        family.exactness = self.chance.maybe(15, |chance| chance.place(EXACTNESS.len()));
        family.charge = self.charge();
        let shared = Rule { models: owned(&["in a family"]), ..family.clone() };
        for model in models {
            let mut members = self.of_model(book, &shared, model, &view, &narrowed);
            for member in &mut members {
                member.tools.clear();
            }
            family.members.extend(members);
        }
        family
    }

    /// A tool that builds on the price of another.
    fn like(&mut self, book: &Book, studio: &str, models: &[&str]) -> Rule {
        self.like_over(&Self::book_view(book), studio, models)
    }

    pub(super) fn like_over(&mut self, view: &View, studio: &str, models: &[&str]) -> Rule {
        let mut view = view.clone();
        view.words.retain(|(name, _)| !NARROWED_TEXTS.contains(&name.as_str()));
        view.spaced.clear();
        if studio == PARTS {
            view.lists.clear();
            view.referred = true;
        }
        let some = self.chance.some_of(50, models);
        let except = self.chance.some_of(8, models).into_iter().map(str::to_owned).collect();
        let models = if some.is_empty() || self.chance.percent(60) { vec!["*"] } else { some };
        let tools = if self.chance.percent(70) { vec!["restyle"] } else { vec!["restyle", "restructure"] };
        Rule {
            studio: Some(studio.to_owned()),
            like: Some(TOOLS[0].to_owned()),
            tools: owned(&tools),
            models: owned(&models),
            times: self.factors(&view),
            plus: self.additions(&view),
            minimum: self.bound(&view, 15),
            maximum: self.bound(&view, 10),
            round: self.chance.percent(25).then(|| self.round()),
            exactness: self.chance.maybe(10, |chance| chance.place(EXACTNESS.len())),
            charge: self.charge(),
            except: if models == ["*"] { except } else { Vec::new() },
            from: self.chance.maybe(10, |_| seam(0)).filter(|_| studio != PARTS),
            until: self.chance.maybe(10, |_| seam(2)).filter(|_| studio != PARTS),
            ..Rule::default()
        }
    }

    /// Rules of a studio of their own, which others refer to.
    fn parts_to_refer_to(&mut self, book: &mut Book) -> Vec<Reference> {
        let mut references = Vec::new();
        let models = self.chance.some_of(70, &["part-a", "part-b", "part-c", "*"]);
        let tools: &[&str] = if self.chance.percent(40) { &["cut"] } else { &[] };
        let unit = self.chance.maybe(25, |_| "USD".to_owned());
        if self.chance.percent(40) {
            book.convert.push(("EUR".to_owned(), fraction(self.chance.text(&["1200", "0.7"]))));
        }
        if unit.is_some() || self.chance.percent(20) {
            book.convert.push(("USD".to_owned(), fraction(self.chance.text(&["1000", "1_000", "0.3", "12.5"]))));
        }
        for model in &models {
            let mut view = Self::book_view(book);
            view.lists.clear();
            view.referred = true;
            view.references.clone_from(&references);
            let mut rule = Rule {
                studio: Some(PARTS.into()),
                tools: owned(tools),
                models: owned(&[model]),
                unit: unit.clone().filter(|_| self.chance.percent(70)),
                ..Rule::default()
            };
            let mut narrowed = Named::new();
            self.narrow(book, false, &mut rule, &mut view, &mut narrowed);
            let shared = Rule::default();
            self.body(book, &shared, &mut rule, &view);
            book.rules.push(rule);
            let model = if *model == "*" { "part-unlisted" } else { *model };
            let tool = tools.first().copied().filter(|_| self.chance.percent(40));
            references.extend(Self::referred(book, tool, Ok(model.to_owned()), &[model]));
        }
        let named: Vec<&str> =
            models.iter().map(|model| if *model == "*" { "part-unlisted" } else { *model }).collect();
        let mut tool = None;
        if !tools.is_empty() && !models.is_empty() && self.chance.percent(60) {
            let polish = Rule { studio: Some(PARTS.into()), ..self.like(book, PARTS, &models) };
            book.rules.push(Rule {
                like: Some("cut".into()),
                tools: owned(&["polish"]),
                models: owned(&["*"]),
                except: Vec::new(),
                ..polish
            });
            tool = Some("polish");
            references.extend(Self::referred(book, tool, Ok(named[0].to_owned()), &named[..1]));
        }
        if !named.is_empty() {
            let values = named.iter().map(|model| Datum::Text((*model).to_owned())).collect::<Vec<_>>();
            let default = self.chance.maybe(80, |chance| chance.pick(&values).clone());
            let source = if self.chance.percent(50) {
                Setting { values, default, ..Setting::default() }
            } else {
                Setting { kind: Some("text"), default, ..Setting::default() }
            };
            book.settings.push(("source_model".to_owned(), source));
            let tool = tool.filter(|_| self.chance.percent(50));
            references.extend(Self::referred(book, tool, Err("source_model".to_owned()), &named));
        }
        references
    }

    /// A reference to the rules of some models, unless what it must state cannot be stated for all of them.
    fn referred(book: &Book, tool: Option<&str>, model: Result<String, String>, models: &[&str]) -> Option<Reference> {
        let shop = Shop::of(book);
        let offers: Vec<_> = models.iter().map(|model| shop.referred(PARTS, tool, model).unwrap()).collect();
        let mut stated: Vec<(String, Vec<Datum>, bool)> = Vec::new();
        for offer in &offers {
            for name in shop.mentioned(offer) {
                let Some(setting) = shop.setting(&[*offer], &name) else { continue };
                let needed = setting.default.is_none();
                if let Some((_, _, known)) = stated.iter_mut().find(|(known, ..)| *known == name) {
                    *known |= needed;
                    continue;
                }
                let accepted = |datum: &Datum| {
                    let mut declared = offers.iter().filter_map(|offer| shop.setting(&[*offer], &name));
                    declared.all(|setting| setting.accepts(datum))
                };
                let values = possible(&setting).into_iter().filter(accepted).map(|datum| setting.meant(datum));
                // A reference has no way to write a name with a space.
                let values: Vec<Datum> = values.filter(|_| !name.contains(' ')).collect();
                stated.push((name, values, needed));
            }
        }
        let possible = stated.iter().all(|(_, values, needed)| !needed || !values.is_empty());
        stated.retain(|(_, values, _)| !values.is_empty());
        let tool = tool.map(str::to_owned);
        possible.then(|| Reference { studio: PARTS.to_owned(), tool, model, stated })
    }
}

/// Values that a setting may be.
pub(super) fn possible(setting: &Setting) -> Vec<Datum> {
    let numbers = points().chain(setting.min.clone()).chain(setting.max.clone()).map(Datum::Number);
    let flags = [true, false].map(Datum::Flag);
    let all: Vec<Datum> = setting.values.iter().cloned().chain(numbers).chain(flags).collect();
    all.into_iter().filter(|datum| setting.accepts(datum)).collect()
}

/// The instants at which something may change.
pub(super) fn instants() -> impl Iterator<Item = crate::oracle::tree::Instant> {
    (0..SEAMS.len()).map(seam)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
