//! Writes a book as a person might: the same in one of many forms, by chance.

mod formula;

use super::{
    chance::Chance,
    number::decimal,
    tree::{
        Addition, Book, Change, Charge, Datum, EXACTNESS, Each, Factor, Formula, Fraction, Instant, Key, Named, Price,
        Round, Rule, Setting, Share, UNIT, Way,
    },
};

/// What is written behind a key.
type Entries = Vec<(String, String)>;

/// Writes books; the same chance gives the same text.
pub(crate) struct Pen {
    chance: Chance,
}

/// The text of a book, without those below it.
pub(crate) fn written(book: &Book, seed: u64) -> String {
    Pen { chance: Chance::new(seed, 1) }.book(book)
}

impl Pen {
    fn book(&mut self, book: &Book) -> String {
        let below = book.below.as_ref().map_or(("unit", UNIT), |below| ("extends", &below.name));
        let mut head: Entries = [("name", &*book.name), ("edition", &book.edition), below]
            .map(|(key, text)| (key.to_owned(), quoted(text)))
            .into();
        book.from.iter().for_each(|from| head.push(("from".into(), self.instant(*from))));
        book.until.iter().for_each(|until| head.push(("until".into(), self.instant(*until))));
        book.round.iter().for_each(|round| head.push(self.round("round", round)));
        let mut sections: Vec<(&str, Entries)> = Vec::new();
        let rates = book.convert.iter().map(|(unit, rate)| (key(unit), self.number(rate))).collect();
        sections.push(("convert", rates));
        sections.push(("charge", charge(&book.charge)));
        for (title, settings) in [("settings", &book.settings), ("facts", &book.facts)] {
            sections.push((title, settings.iter().map(|(name, it)| (key(name), self.setting(it))).collect()));
        }
        let lets = book.lets.iter().map(|(name, price)| self.keyed_price(name, price)).collect();
        sections.push(("let", lets));
        sections.retain(|(_, entries)| !entries.is_empty());
        let sections = sections.iter().map(|(title, entries)| format!("[{title}]\n{}", lines(entries)));
        let rules = book.rules.iter().map(|rule| self.top_rule(rule)).collect::<Vec<_>>();
        let changes = book.changes.iter().map(|change| self.change(change)).collect::<Vec<_>>();
        [lines(&head)].into_iter().chain(sections).chain(rules).chain(changes).collect::<Vec<_>>().join("\n")
    }

    fn top_rule(&mut self, rule: &Rule) -> String {
        let mut entries = self.rule(rule);
        let members: Vec<Entries> = rule.members.iter().map(|member| self.rule(member)).collect();
        if members.is_empty() {
            return format!("[[rule]]\n{}", lines(&entries));
        }
        if self.chance.percent(30) {
            let members = members.iter().map(|member| format!("\n[[rule.models]]\n{}", lines(member)));
            return format!("[[rule]]\n{}{}", lines(&entries), members.collect::<String>());
        }
        let members = members.iter().map(|member| format!("  {},\n", braces(member)));
        entries.push(("models".into(), format!("[\n{}]", members.collect::<String>())));
        format!("[[rule]]\n{}", lines(&entries))
    }

    fn change(&mut self, change: &Change) -> String {
        let mut entries = Entries::new();
        entries.extend(change.studio.iter().map(|studio| ("studio".to_owned(), quoted(studio))));
        for (key, list) in [("tool", &change.tools), ("model", &change.models)] {
            entries.extend(self.texts(list).map(|texts| (key.to_owned(), texts)));
        }
        if change.withdrawn {
            entries.push(("offered".into(), "false".into()));
        }
        entries.extend(change.unit.iter().map(|unit| ("unit".to_owned(), quoted(unit))));
        entries.extend(self.own_settings(&change.settings));
        entries.extend(self.common(
            (change.from, change.until),
            change.when.as_ref(),
            (&change.times, &change.plus),
            [change.minimum.as_ref(), change.maximum.as_ref()],
            (change.round.as_ref(), change.exactness, &change.charge),
        ));
        format!("[[override]]\n{}", lines(&entries))
    }

    /// What rules and changes of rules say alike.
    fn common(
        &mut self,
        (from, until): (Option<Instant>, Option<Instant>),
        when: Option<&Formula>,
        (times, plus): (&[Factor], &[Addition]),
        [minimum, maximum]: [Option<&Price>; 2],
        (round, exactness, shares): (Option<&Round>, Option<usize>, &Charge),
    ) -> Entries {
        let mut entries = Entries::new();
        for (key, instant) in [("from", from), ("until", until)] {
            entries.extend(instant.map(|instant| (key.to_owned(), self.instant(instant))));
        }
        entries.extend(when.map(|when| ("when".to_owned(), self.condition(when))));
        if !times.is_empty() {
            let factors: Vec<String> = times.iter().map(|factor| self.factor(factor)).collect();
            entries.push(("times".into(), format!("[{}]", factors.join(", "))));
        }
        if !plus.is_empty() {
            let additions: Vec<String> = plus.iter().map(|addition| self.addition(addition)).collect();
            entries.push(("plus".into(), format!("[{}]", additions.join(", "))));
        }
        entries.extend(minimum.map(|price| self.keyed_price("minimum", price)));
        entries.extend(maximum.map(|price| self.keyed_price("maximum", price)));
        entries.extend(round.map(|round| self.round("round", round)));
        entries.extend(exactness.map(|place| ("exactness".to_owned(), quoted(EXACTNESS[place]))));
        if !shares.is_empty() {
            entries.push(("charge".into(), braces(&charge(shares))));
        }
        entries
    }

    fn rule(&mut self, rule: &Rule) -> Entries {
        let mut entries = Entries::new();
        let mut text = |key: &str, text: Option<&String>| entries.extend(text.map(|it| (key.to_owned(), quoted(it))));
        text("name", rule.name.as_ref());
        text("studio", rule.studio.as_ref());
        text("like", rule.like.as_ref());
        text("unit", rule.unit.as_ref());
        for (key, list) in [("tool", &rule.tools), ("model", &rule.models), ("except", &rule.except)] {
            entries.extend(self.texts(list).map(|texts| (key.to_owned(), texts)));
        }
        if rule.free {
            entries.push(("free".into(), "true".into()));
        }
        entries.extend(self.own_settings(&rule.settings));
        entries.extend(self.dotted("let", &rule.lets));
        entries.extend(self.dotted("per", &rule.per));
        if rule.has_each() {
            entries.extend(self.each(&rule.each));
        }
        entries.extend(self.common(
            (rule.from, rule.until),
            rule.when.as_ref(),
            (&rule.times, &rule.plus),
            [rule.minimum.as_ref(), rule.maximum.as_ref()],
            (rule.round.as_ref(), rule.exactness, &rule.charge),
        ));
        entries
    }

    fn texts(&mut self, list: &[String]) -> Option<String> {
        match list {
            [] => None,
            [one] if self.chance.percent(80) => Some(quoted(one)),
            several => Some(format!("[{}]", several.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", "))),
        }
    }

    fn each(&mut self, each: &Each) -> Entries {
        let mut entries = Entries::new();
        entries.extend(each.minimum.iter().map(|price| self.keyed_price("minimum", price)));
        entries.extend(each.maximum.iter().map(|price| self.keyed_price("maximum", price)));
        entries.extend(each.round.iter().map(|round| self.round("round", round)));
        self.under("each", entries)
    }

    fn factor(&mut self, factor: &Factor) -> String {
        let mut entries: Entries = vec![("what".into(), quoted("factor"))];
        entries.extend(factor.when.iter().map(|when| ("when".to_owned(), self.condition(when))));
        entries.push(self.keyed_price("by", &factor.by));
        braces(&entries)
    }

    fn addition(&mut self, addition: &Addition) -> String {
        let mut entries: Entries = vec![("what".into(), quoted("addition"))];
        entries.extend(addition.when.iter().map(|when| ("when".to_owned(), self.condition(when))));
        entries.extend(self.dotted("per", &addition.per));
        braces(&entries)
    }

    /// Prices under a key of their own: `per.output = 5` or `per = { output = 5 }`.
    fn dotted(&mut self, key: &str, prices: &Named<Price>) -> Entries {
        let prices = prices.iter().map(|(name, price)| self.keyed_price(name, price)).collect();
        self.under(key, prices)
    }

    fn under(&mut self, key: &str, entries: Entries) -> Entries {
        if entries.is_empty() || self.chance.percent(60) {
            return entries.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)).collect();
        }
        vec![(key.to_owned(), braces(&entries))]
    }

    fn own_settings(&mut self, settings: &Named<Setting>) -> Entries {
        let silent = |setting: &Setting| *setting == Setting::default();
        if !settings.is_empty() && settings.iter().all(|(_, setting)| silent(setting)) && self.chance.percent(80) {
            let names: Vec<String> = settings.iter().map(|(name, _)| quoted(name)).collect();
            return vec![("settings".into(), format!("[{}]", names.join(", ")))];
        }
        let entries = settings.iter().map(|(name, setting)| (key(name), self.setting(setting))).collect();
        self.under("settings", entries)
    }

    fn setting(&mut self, setting: &Setting) -> String {
        let values = || format!("[{}]", setting.values.iter().map(Datum::toml).collect::<Vec<_>>().join(", "));
        let only_values = Setting { values: setting.values.clone(), ..Setting::default() };
        if !setting.values.is_empty() && *setting == only_values {
            return if self.chance.percent(50) { values() } else { format!("{{ values = {} }}", values()) };
        }
        let mut entries = Entries::new();
        let mut say = |key: &str, value: Option<String>| entries.extend(value.map(|value| (key.to_owned(), value)));
        say("type", setting.kind.map(quoted));
        say("values", (!setting.values.is_empty()).then(values));
        for (key, number) in [("min", &setting.min), ("max", &setting.max), ("step", &setting.step)] {
            say(key, number.as_ref().map(|number| self.number(number)));
        }
        say("unit", setting.unit.as_deref().map(quoted));
        say("max_items", setting.max_items.map(|most| most.to_string()));
        say("items", setting.items.as_ref().map(|items| self.setting(items)));
        if !setting.fields.is_empty() {
            let fields: Entries = setting.fields.iter().map(|(name, it)| (key(name), self.setting(it))).collect();
            say("fields", Some(braces(&fields)));
        }
        say("default", setting.default.as_ref().map(Datum::toml));
        say("measured", setting.measured.then(|| "true".to_owned()));
        braces(&entries)
    }

    fn number(&mut self, number: &Fraction) -> String {
        let text = decimal(number);
        if self.chance.percent(25) { quoted(&text) } else { text }
    }

    fn round(&mut self, key: &str, round: &Round) -> (String, String) {
        let way = match round.way {
            Way::Up => "up",
            Way::Down => "down",
            Way::HalfUp => "half_up",
            Way::HalfEven => "half_even",
        };
        let step = self.number(&round.step);
        if self.chance.percent(50) {
            return (format!("{key}.{way}"), step);
        }
        (key.to_owned(), format!("{{ {way} = {step} }}"))
    }

    /// A date where it is one, or else the instant in one of its forms.
    fn instant(&mut self, instant: Instant) -> String {
        let midnight = instant.format("%T").to_string() == "00:00:00";
        if midnight && self.chance.percent(60) {
            return instant.format("%F").to_string();
        }
        let offset = chrono::FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
        if self.chance.percent(50) { instant.to_rfc3339() } else { instant.with_timezone(&offset).to_rfc3339() }
    }

    fn condition(&mut self, formula: &Formula) -> String {
        match formula {
            Formula::Flag(flag) if self.chance.percent(50) => flag.to_string(),
            formula => quoted(&self.formula(formula)),
        }
    }

    /// A price behind its key; a table may join its name to the key.
    fn keyed_price(&mut self, name: &str, price: &Price) -> (String, String) {
        if let Price::Table(by, cells) = price
            && self.chance.percent(70)
        {
            return (format!("{}.{}", key(name), key(by)), self.cells(cells));
        }
        (key(name), self.price(price))
    }

    fn price(&mut self, price: &Price) -> String {
        match price {
            Price::Formula(Formula::Number(literal)) if self.chance.percent(70) => literal.text.clone(),
            Price::Formula(formula) => quoted(&self.formula(formula)),
            Price::Free => quoted("free"),
            Price::NotOffered => quoted("not offered"),
            Price::Table(by, cells) => format!("{{ {} = {} }}", key(by), self.cells(cells)),
        }
    }

    fn cells(&mut self, cells: &[(Vec<Key>, Price)]) -> String {
        let entries: Entries = cells
            .iter()
            .map(|(keys, price)| {
                let keys: Vec<String> = keys.iter().map(|key| self.cell_key(key)).collect();
                (key(&keys.join(if self.chance.percent(80) { ", " } else { "," })), self.price(price))
            })
            .collect();
        braces(&entries)
    }

    fn cell_key(&mut self, key: &Key) -> String {
        let space = if self.chance.percent(80) { " " } else { "" };
        match key {
            Key::Word(word) => word.clone(),
            Key::Number(literal) => literal.text.clone(),
            Key::UpTo(bound) => format!("<={space}{}", bound.text),
            Key::Below(bound) => format!("<{space}{}", bound.text),
            Key::Size(width, height) => format!("{}x{}", width.text, height.text),
            Key::Else => "else".to_owned(),
        }
    }
}

fn charge(charge: &Charge) -> Entries {
    let text = |share: Share| match share {
        Share::Nothing => "nothing",
        Share::Delivered => "delivered",
        Share::All => "all",
    };
    charge.iter().map(|(outcome, share)| ((*outcome).to_owned(), quoted(text(*share)))).collect()
}

fn lines(entries: &Entries) -> String {
    let lines: Vec<String> = entries.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    lines.concat()
}

fn braces(entries: &Entries) -> String {
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// A key as TOML takes it: bare where that will do.
fn key(text: &str) -> String {
    let bare = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
