//! Writes a price book as TOML: one way to print each thing, so that where two texts differ, two books do.

use crate::{
    ids::Tool,
    pricing::book::{Addition, Exactness, Example, Factor, Override, PriceBook, PricingRule, Setting, SettingKind},
    text::{Keys, Rows, dotted, key, list, record, scalar, text_of, toml_text, value},
};

impl PriceBook {
    /// The book as TOML that a person can read, that [`PriceBook::parse`] reads back to an equal book, and whose lines
    /// `git diff` can explain.
    ///
    /// The text is canonical: equal books have equal texts. The book's own keys come first, then `[settings]`,
    /// `[facts]`, `[let]`, every `[[rule]]`, `[[override]]` and `[[example]]`, each in the order in which the book has
    /// them. A setting, a named value and a member of a family take one line each. Keys are dotted as far as they lead
    /// to one thing, and in quotes only where TOML needs it. A whole number of at most 18 digits is bare, every other
    /// number is in quotes, so that no reader rounds it. What says nothing is left out, and comments are not kept.
    ///
    /// What no book can say has no text that reads back: a name twice in one table, an empty name, a rounding
    /// step that is not above nought, a year beyond 9999. Such a book is refused when an engine is made of it or its
    /// text is read.
    ///
    /// ```
    /// use studio_credits::pricing::{Price, PriceBook, PricingRule, Setting};
    ///
    /// let book = PriceBook::new("acme", "2026-11", "credits")
    ///     .with_setting("resolution", Setting::choice(["1k", "2k"]).with_default("1k"))
    ///     .with_rule(
    ///         PricingRule::new("image", "nano-banana-2")
    ///             .per("output", Price::by("resolution", [("1k", "49"), ("2k", "73.5")])),
    ///     );
    /// let text = r#"name = "acme"
    /// edition = "2026-11"
    /// unit = "credits"
    ///
    /// [settings]
    /// resolution = { type = "choice", values = ["1k", "2k"], default = "1k" }
    ///
    /// [[rule]]
    /// studio = "image"
    /// model = "nano-banana-2"
    /// per.output.resolution = { 1k = 49, 2k = "73.5" }
    /// "#;
    /// assert_eq!(book.to_toml(), text);
    /// assert_eq!(PriceBook::parse(text)?, book);
    /// # Ok::<(), studio_credits::pricing::BookError>(())
    /// ```
    pub fn to_toml(&self) -> String {
        let Self {
            name,
            edition,
            unit,
            extends,
            from,
            until,
            quote_minutes,
            round,
            charge,
            convert,
            note,
            settings,
            facts,
            lets,
            rules,
            overrides,
            examples,
            span: _,
            sources: _,
        } = self;
        let mut head = Keys::default();
        head.text("name", Some(name));
        head.text("edition", Some(edition));
        head.text("unit", Some(unit).filter(|unit| !unit.is_empty() || extends.is_none()).map(AsRef::as_ref));
        head.text("extends", extends.as_ref().map(|(name, _)| &**name));
        head.instant("from", *from);
        head.instant("until", *until);
        if let Some(minutes) = quote_minutes {
            head.put("quote_minutes", minutes);
        }
        head.round("round", *round);
        head.charge(*charge);
        for (unit, rate) in convert {
            head.put(&dotted("convert", unit), scalar(&rate.to_string()));
        }
        head.text("note", note.as_deref());

        let mut sections = vec![head.lines()];
        for (header, declared) in [("[settings]", settings), ("[facts]", facts)] {
            let mut keys = Keys::default();
            for (name, declared) in declared {
                keys.put(&key(name), setting(declared));
            }
            sections.extend((!declared.is_empty()).then(|| keys.under(header)));
        }
        let mut named = Keys::default();
        for (name, price) in lets {
            named.price(&key(name), price);
        }
        sections.extend((!lets.is_empty()).then(|| named.under("[let]")));
        sections.extend(rules.iter().map(|each| rule(each, Rows::Lines).under("[[rule]]")));
        sections.extend(overrides.iter().map(|each| change(each, Rows::Lines).under("[[override]]")));
        sections.extend(examples.iter().map(|each| example(each).under("[[example]]")));
        sections.join("\n")
    }

    /// The canonical text's FNV-1a hash of 64 bits: against accidents only, since anyone can make another book
    /// with the same one.
    pub(crate) fn checksum(&self) -> u64 {
        const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        self.to_toml().bytes().fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
    }
}

fn rule(rule: &PricingRule, rows: Rows) -> Keys {
    let PricingRule {
        name,
        studio,
        tools,
        models,
        except,
        from,
        until,
        when,
        like,
        unit,
        settings,
        lets,
        per,
        free,
        times,
        plus,
        each,
        minimum,
        maximum,
        round,
        exactness,
        charge,
        note,
        overrides,
        members,
        span: _,
    } = rule;
    let mut keys = Keys::default();
    keys.text("name", name.as_deref());
    keys.text("studio", studio.as_deref());
    keys.texts("tool", tools);
    keys.texts("model", models);
    keys.texts("except", except);
    keys.when(when.as_ref());
    keys.instant("from", *from);
    keys.instant("until", *until);
    keys.text("like", like.as_deref());
    keys.text("unit", unit.as_deref());
    taken(&mut keys, settings);
    keys.prices("let", lets);
    if *free {
        keys.put("free", true);
    }
    keys.prices("per", per);
    keys.rows("times", rows, times.iter().map(factor));
    keys.rows("plus", rows, plus.iter().map(addition));
    for (key, price) in [("each.minimum", &each.minimum), ("each.maximum", &each.maximum)] {
        if let Some(price) = price {
            keys.price(key, price);
        }
    }
    keys.round("each.round", each.round);
    for (key, price) in [("minimum", minimum), ("maximum", maximum)] {
        if let Some(price) = price {
            keys.price(key, price);
        }
    }
    keys.round("round", *round);
    keys.text("exactness", exactness.map(|exactness| text_of(&Exactness::TEXTS, &exactness)));
    keys.charge(*charge);
    keys.text("note", note.as_deref());
    keys.rows("overrides", rows, overrides.iter().map(|each| change(each, Rows::Inline)));
    keys.rows("models", rows, members.iter().map(|member| self::rule(member, Rows::Inline)));
    keys
}

fn change(change: &Override, rows: Rows) -> Keys {
    let Override {
        studio,
        tools,
        models,
        from,
        until,
        when,
        withdrawn,
        unit,
        unit_round,
        settings,
        times,
        plus,
        minimum,
        maximum,
        round,
        exactness,
        charge,
        note,
        span: _,
    } = change;
    let mut keys = Keys::default();
    keys.text("studio", studio.as_deref());
    keys.texts("tool", tools);
    keys.texts("model", models);
    keys.when(when.as_ref());
    keys.instant("from", *from);
    keys.instant("until", *until);
    if *withdrawn {
        keys.put("offered", false);
    }
    keys.text("unit", unit.as_deref());
    keys.round("unit_round", *unit_round);
    taken(&mut keys, settings);
    keys.rows("times", rows, times.iter().map(factor));
    keys.rows("plus", rows, plus.iter().map(addition));
    for (key, price) in [("minimum", minimum), ("maximum", maximum)] {
        if let Some(price) = price {
            keys.price(key, price);
        }
    }
    keys.round("round", *round);
    keys.text("exactness", exactness.map(|exactness| text_of(&Exactness::TEXTS, &exactness)));
    keys.charge(*charge);
    keys.text("note", note.as_deref());
    keys
}

fn factor(Factor { what, when, by, span: _ }: &Factor) -> Keys {
    let mut keys = Keys::default();
    keys.text("what", Some(what));
    keys.when(when.as_ref());
    keys.price("by", by);
    keys
}

fn addition(Addition { what, when, per, span: _ }: &Addition) -> Keys {
    let mut keys = Keys::default();
    keys.text("what", Some(what));
    keys.when(when.as_ref());
    keys.prices("per", per);
    keys
}

/// The settings that a rule takes: by name alone where it narrows none of them.
fn taken(keys: &mut Keys, settings: &[(Box<str>, Setting)]) {
    if settings.iter().all(|(_, setting)| *setting == Setting::default()) {
        let names: Vec<_> = settings.iter().map(|(name, _)| toml_text(name)).collect();
        if !names.is_empty() {
            keys.put("settings", Rows::Inline.of(&names));
        }
        return;
    }
    for (name, declared) in settings {
        keys.put(&dotted("settings", name), setting(declared));
    }
}

/// A declaration; one that only narrows the values is the list of them.
fn setting(setting: &Setting) -> String {
    let Setting { kind, values, min, max, step, unit, default, measured, items, fields, max_items, note, span: _ } =
        setting;
    let mut keys = Keys::default();
    keys.text("type", kind.map(|kind| text_of(&SettingKind::TEXTS, &kind)));
    keys.text("unit", unit.as_deref());
    if !values.is_empty() {
        keys.put("values", list(values));
    }
    for (key, given) in [("min", min), ("max", max), ("step", step), ("default", default), ("max_items", max_items)] {
        if let Some(given) = given {
            keys.put(key, value(given));
        }
    }
    if *measured {
        keys.put("measured", true);
    }
    if let Some(items) = items {
        keys.put("items", self::setting(items));
    }
    if !fields.is_empty() {
        let mut each = Keys::default();
        for (name, field) in fields {
            each.put(&key(name), self::setting(field));
        }
        keys.put("fields", each.inline());
    }
    keys.text("note", note.as_deref());
    let only_values = Setting { values: values.clone(), ..Setting::default() };
    if !values.is_empty() && *setting == only_values { list(values) } else { keys.inline() }
}

fn example(Example { request, at, costs, span: _ }: &Example) -> Keys {
    let mut keys = Keys::default();
    keys.text("studio", Some(request.studio().as_str()));
    keys.text("tool", request.tool().map(Tool::as_str));
    keys.text("model", Some(request.model().as_str()));
    if request.count() != 1 {
        keys.put("count", request.count());
    }
    for (key, given) in [("settings", request.settings_slice()), ("facts", request.facts_slice())] {
        if !given.is_empty() {
            keys.put(key, record(given));
        }
    }
    keys.instant("at", *at);
    keys.put("costs", scalar(&costs.to_string()));
    keys
}
