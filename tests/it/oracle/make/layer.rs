//! Makes books that stand over others, and editions that follow one another.

use super::{
    Maker,
    formula::{binary, literal, name},
    offer::PARTS,
    seam,
    setting::NARROWED_TEXTS,
    view::View,
};
use crate::oracle::{
    number::whole,
    shop::Shop,
    tree::{Book, Change, Datum, EXACTNESS, Named, Price, Rule, Setting, Sign, UNIT, find},
};

/// Named values that no other value and no unit depends on to be what it is.
const PLAIN_VALUES: [&str; 3] = ["margin", "work", "card"];

impl Maker {
    /// A book over another one.
    pub(super) fn layer(&mut self, below: Book, called: &str) -> Book {
        let mut book = Book {
            name: called.to_owned(),
            edition: below.edition.clone(),
            from: below.from,
            until: self.chance.maybe(10, |_| seam(2)).filter(|until| below.from.is_none_or(|from| from < *until)),
            round: self.chance.percent(20).then(|| self.round()),
            charge: self.charge(),
            settings: self.redeclared(&below),
            ..Book::default()
        };
        book.lets = self.revalued(&below);
        book.below = Some(Box::new(below));
        self.rules_above(&mut book);
        for _ in 0..self.chance.between(0, 4) {
            let change = self.change(&book);
            book.changes.extend(change);
        }
        book
    }

    /// Settings with another default, or more than they were.
    fn redeclared(&mut self, below: &Book) -> Named<Setting> {
        let shop = Shop::of(below);
        let narrowed = |name: &str| is_narrowed(below, &shop, name);
        let mut settings = Named::new();
        for (name, old) in shop.settings() {
            let range =
                !narrowed(name) && old.is_number() && old.values.is_empty() && old.step.is_none() && !old.measured;
            if range && self.chance.percent(12) {
                let max = old.max.clone().map(|max| max + whole(self.chance.below(4)));
                let default = old.default.as_ref().map(|_| Datum::Number(whole(self.chance.between(1, 4))));
                settings.push((name.to_owned(), Setting { max, default, ..old.clone() }));
            }
        }
        settings
    }

    /// Values of the same kind as those below.
    fn revalued(&mut self, below: &Book) -> Named<Price> {
        let mut lets = Named::new();
        let shop = Shop::of(below);
        if shop.offers.iter().any(|offer| offer.studio() == PARTS) {
            return lets;
        }
        for value in PLAIN_VALUES {
            if shop.said(|book| find(&book.lets, value)).is_some() && self.chance.percent(12) {
                let seats = binary(Sign::Add, name("seats"), literal("1"));
                let formula = if self.chance.percent(50) && value != "margin" { seats } else { self.literal() };
                lets.push((value.to_owned(), Price::Formula(formula)));
            }
        }
        lets
    }

    /// Rules in place of some below, and some for new models.
    fn rules_above(&mut self, book: &mut Book) {
        let whole_book = book.clone();
        let shop = Shop::of(&whole_book);
        let sold: Vec<_> = shop.offers.iter().filter(|offer| offer.studio() != PARTS).collect();
        let view = View { references: Vec::new(), ..Self::shop_view(&shop) };
        for _ in 0..self.chance.between(0, 2) {
            if sold.is_empty() {
                return;
            }
            let offer = *self.chance.pick(&sold);
            let (tool, model) = *self.chance.pick(&offer.names);
            let new = self.chance.percent(20);
            let model = if new { "hailuo" } else { model };
            let tools = tool.map(str::to_owned).into_iter().collect();
            let shared = Rule { studio: Some(offer.studio().to_owned()), tools, ..Rule::default() };
            let taken = book.rules.iter().any(|rule| {
                (&rule.studio, &rule.tools) == (&shared.studio, &shared.tools)
                    && rule.models.iter().any(|it| it == model)
            });
            if !taken {
                let flat = Book {
                    settings: shop.settings().into_iter().map(|(n, s)| (n.to_owned(), s.clone())).collect(),
                    ..Book::default()
                };
                let rules = self.of_model(&flat, &shared, model, &view, &Named::new());
                book.rules.extend(rules);
            }
        }
        if self.chance.percent(8)
            && sold
                .iter()
                .any(|offer| offer.like.is_none() && offer.names.iter().any(|(tool, _)| *tool == Some("make")))
        {
            let studio =
                sold.iter().find(|offer| offer.names.iter().any(|(tool, _)| *tool == Some("make"))).unwrap().studio();
            let like = Rule {
                tools: vec!["remix".into()],
                models: vec!["*".into()],
                except: Vec::new(),
                ..self.like_over(&view, studio, &[])
            };
            book.rules.push(like);
        }
    }

    /// The names of all books that every rule has in sight.
    fn shop_view(shop: &Shop<'_>) -> View {
        let mut view = View { count: true, ..View::default() };
        for (name, setting) in shop.settings().into_iter().chain(shop.facts()) {
            view.declare(name, setting);
        }
        for (name, price) in shop.lets() {
            view.value(name, price);
        }
        view
    }

    /// A change to some rules of the books below; none where it would change nothing.
    fn change(&mut self, book: &Book) -> Option<Change> {
        let below = book.below.as_deref()?;
        let (shop, own) = (Shop::of(below), Shop::of(book));
        let left: Vec<_> = own.offers.iter().filter(|offer| shop.offers.iter().any(|it| it.is_of(offer))).collect();
        if left.is_empty() {
            return None;
        }
        let offer = *self.chance.pick(&left);
        let (tool, model) = *self.chance.pick(&offer.names);
        let mut change = Change {
            studio: self.chance.maybe(70, |_| offer.studio().to_owned()),
            tools: tool.into_iter().filter(|_| self.chance.percent(40)).map(str::to_owned).collect(),
            models: Some(model.to_owned()).into_iter().filter(|_| self.chance.percent(50)).collect(),
            from: self.chance.maybe(15, |_| seam(0)),
            until: self.chance.maybe(15, |_| seam(2)),
            ..Change::default()
        };
        let mut view = Self::shop_view(&own);
        view.words.retain(|(name, _)| !NARROWED_TEXTS.contains(&name.as_str()));
        view.spaced.clear();
        change.when = self.chance.percent(30).then(|| self.condition(&view, 1));
        if self.chance.percent(6) {
            change.withdrawn = true;
            return Some(change);
        }
        if change.when.is_none() {
            change.settings = self.narrower_for(book, &own);
        }
        if own.said(|book| find(&book.convert, "USD")).is_some() {
            change.unit = self.chance.maybe(20, |chance| chance.text(&["USD", "USD", UNIT]).to_owned());
        }
        change.times = self.factors(&view);
        change.plus = self.additions(&view);
        change.minimum = self.bound(&view, 15);
        change.maximum = self.bound(&view, 12);
        change.round = self.chance.percent(20).then(|| self.round());
        change.exactness = self.chance.maybe(10, |chance| chance.place(EXACTNESS.len()));
        change.charge = self.charge();
        let Change { unit, settings, times, plus, minimum, maximum, round, exactness, charge, .. } = &change;
        let says =
            unit.is_some() || !settings.is_empty() || !times.is_empty() || !plus.is_empty() || !charge.is_empty();
        let says = says || minimum.is_some() || maximum.is_some() || round.is_some() || exactness.is_some();
        says.then_some(change)
    }

    /// Less of settings that nothing narrows yet.
    fn narrower_for(&mut self, book: &Book, shop: &Shop<'_>) -> Named<Setting> {
        let mut settings = Named::new();
        for (name, wide) in shop.settings() {
            if !is_narrowed(book, shop, name) && self.chance.percent(8) {
                let own = self.narrower(name, wide).filter(|own| own.kind.is_none());
                settings.extend(own.map(|own| (name.to_owned(), own)));
            }
        }
        settings
    }
}

/// Whether a rule or a change allows less of a setting than what is declared.
fn is_narrowed(book: &Book, shop: &Shop<'_>, name: &str) -> bool {
    let of_rule = shop.offers.iter().any(|offer| offer.setting(name).is_some());
    let mut changes = book.layers().into_iter().flat_map(|book| &book.changes);
    of_rule || changes.any(|change| find(&change.settings, name).is_some())
}
