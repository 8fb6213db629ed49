//! Makes what rules say, and the values of the book that they name.

use super::{
    Maker,
    formula::{binary, literal, name},
    setting::NARROWED_TEXTS,
    view::View,
};
use crate::oracle::tree::{Addition, Book, Each, Factor, Formula, Named, Price, Rule, Setting, Sign, find};

/// The named values that count the outputs themselves.
pub(super) const COUNTING: [&str; 2] = ["pair", "batch"];
const GRADES: [&str; 3] = ["basic", "fine", "best"];
const FACTORS: [&str; 6] = ["0.5", "1.5", "0.8", "2", "1", "1.125"];
const BOUNDS: [&str; 6] = ["5", "20", "100", "0.5", "1_000", "33.33"];

impl Maker {
    /// The names of the book that every rule has in sight.
    pub(super) fn book_view(book: &Book) -> View {
        let mut view = View { count: true, ..View::default() };
        for (name, setting) in book.settings.iter().chain(&book.facts) {
            view.declare(name, setting);
        }
        for (name, price) in &book.lets {
            view.value(name, price);
        }
        view
    }

    /// The values of the book: numbers, conditions, texts and tables; each may use those before it.
    ///
    /// No rule that is referred to can go over a list.
    pub(super) fn lets(&mut self, book: &mut Book, lists: bool) {
        let mut steady = book.clone();
        steady.settings.retain(|(name, _)| !NARROWED_TEXTS.contains(&name.as_str()));
        for name in ["margin", "megapixel", "pair", "work", "large", "grade", "card", "batch"] {
            if !self.chance.percent(80) {
                continue;
            }
            let mut view = Self::book_view(&steady).of_one();
            view.referred = !lists;
            view.repeated = true;
            if !lists {
                view.lists.clear();
            }
            let price = self.named_value(name, &view);
            steady.lets.push((name.to_owned(), price));
        }
        self.chance.shuffle(&mut steady.lets);
        book.lets = steady.lets;
    }

    fn named_value(&mut self, called: &str, view: &View) -> Price {
        Price::Formula(match called {
            "margin" => literal(self.chance.text(&FACTORS)),
            "megapixel" => {
                let pixels = binary(Sign::Multiply, name("width"), name("height"));
                binary(Sign::Divide, pixels, literal(self.chance.text(&["1_000_000", "1e6", "1048576"])))
            }
            "pair" => Formula::Call("ceil", vec![binary(Sign::Divide, name("count"), literal("2"))]),
            "batch" => binary(Sign::Multiply, name("count"), self.rate(view, 1)),
            "work" => self.rate(view, 2),
            "large" => self.condition(view, 2),
            "grade" if self.chance.percent(50) => return self.text_table(view, &GRADES),
            "grade" => self.word(view, &GRADES, 2),
            _ => return self.table(view, 1),
        })
    }

    /// Narrows some settings, for the rule and its view.
    ///
    /// What a family says of texts stands in its tables, so its members leave them as they are.
    pub(super) fn narrow(
        &mut self,
        book: &Book,
        in_family: bool,
        rule: &mut Rule,
        view: &mut View,
        settings: &mut Named<Setting>,
    ) {
        for (name, wide) in &book.settings {
            if in_family && NARROWED_TEXTS.contains(&name.as_str()) {
                continue;
            }
            let known = find(settings, name).unwrap_or(wide).clone();
            if self.chance.percent(8) {
                let Some(own) = self.narrower(name, &known) else { continue };
                settings.retain(|(known, _)| known != name);
                settings.push((name.clone(), known.narrowed(&own)));
                rule.settings.push((name.clone(), own));
            } else if self.chance.percent(5) {
                rule.settings.push((name.clone(), Setting::default()));
            }
        }
        let own = |name: &str| find(settings, name).or_else(|| find(&book.settings, name));
        for (name, texts) in view.words.iter_mut().chain(&mut view.spaced) {
            if let Some(setting) = own(name).filter(|setting| !setting.values.is_empty()) {
                *texts = setting.values.iter().map(super::view::text).collect();
            }
        }
        if self.chance.percent(6) {
            let declared = Setting { unit: Some("shot".into()), ..self.range("0", "10") };
            rule.settings.push(("shots".to_owned(), declared.clone()));
            view.declare("shots", &declared);
        }
    }

    /// Values of the rule's own, one of them perhaps in place of the book's.
    pub(super) fn own_lets(&mut self, book: &Book, rule: &mut Rule, view: &mut View) {
        let one = View { repeated: true, ..view.of_one() };
        if self.chance.percent(12) && find(&book.lets, "margin").is_some() {
            rule.lets.push(("margin".to_owned(), self.named_value("margin", view)));
        }
        if self.chance.percent(15) {
            let price = if self.chance.percent(30) { self.table(&one, 1) } else { Price::Formula(self.rate(&one, 2)) };
            view.value("share", &price);
            rule.lets.push(("share".to_owned(), price));
        }
        if self.chance.percent(8) {
            let word = Price::Formula(self.word(&one, &GRADES, 2));
            view.value("class", &word);
            rule.lets.push(("class".to_owned(), word));
        }
    }

    pub(super) fn parts(&mut self, view: &View) -> Named<Price> {
        let mut units: Vec<String> = ["output", "output", "call"].map(str::to_owned).into();
        units.extend(view.units.iter().cloned());
        if !view.count {
            units.retain(|unit| unit != "call");
        }
        self.chance.shuffle(&mut units);
        let count = self.chance.weighted(&[(70, 1), (22, 2), (8, 3)]);
        let mut parts = Named::new();
        for unit in units {
            if parts.len() < count && find(&parts, &unit).is_none() {
                parts.push((unit, self.part_price(view)));
            }
        }
        parts
    }

    pub(super) fn factors(&mut self, view: &View) -> Vec<Factor> {
        let count = self.chance.weighted(&[(65, 0), (25, 1), (10, 2)]);
        let factor = |maker: &mut Self| Factor { when: maker.when(view, 55), by: maker.plain_price(view, &FACTORS) };
        (0..count).map(|_| factor(self)).collect()
    }

    pub(super) fn additions(&mut self, view: &View) -> Vec<Addition> {
        let count = self.chance.weighted(&[(70, 0), (22, 1), (8, 2)]);
        let addition = |maker: &mut Self| Addition { when: maker.when(view, 55), per: maker.parts(view) };
        (0..count).map(|_| addition(self)).collect()
    }

    fn when(&mut self, view: &View, percent: u64) -> Option<Formula> {
        self.chance.percent(percent).then(|| self.condition(view, 1))
    }

    pub(super) fn each(&mut self, view: &View) -> Each {
        Each {
            minimum: self.bound(view, 40),
            maximum: self.bound(view, 30),
            round: self.chance.percent(60).then(|| self.round()),
        }
    }

    pub(super) fn bound(&mut self, view: &View, percent: u64) -> Option<Price> {
        self.chance.percent(percent).then(|| self.plain_price(view, &BOUNDS))
    }
}

impl View {
    /// Takes in a named value.
    pub(super) fn value(&mut self, called: &str, price: &Price) {
        let name = called.to_owned();
        match called {
            "large" => self.flags.push(name),
            "grade" | "class" => self.words.push((name, GRADES.map(str::to_owned).into())),
            _ => {
                debug_assert!(!matches!(price, Price::NotOffered));
                self.numbers.push(name.clone());
                self.values.push(name.clone());
                if ["megapixel", "pair", "batch", "work"].contains(&called) {
                    self.units.push(name);
                }
            }
        }
    }
}
