//! Reads a book of plans from TOML.

use std::sync::Arc;

use super::allowance::allowance;
use super::plan::{Declared, Draft, Head, plan};
use super::reward::reward;
use super::scalar::{few, name, names};
use super::top_up::top_up;
use crate::diagnostic::Diagnostic;
use crate::plan::places::Places;
use crate::plan::{PlanBook, PlanName, check};
use crate::text::{BookError, Entry, Faults, Sources, Span, entries_of};

const BOOK: [&str; 10] = ["edition", "unit", "base", "from", "until", "kinds", "allowance", "top_up", "reward", "plan"];

impl PlanBook {
    /// Reads a book from its text.
    ///
    /// # Errors
    ///
    /// All faults of the text at once, each with its place: what is no TOML, unknown keys, values that cannot be
    /// promised, names that name nothing, editions that overlap.
    ///
    /// ```
    /// use studio_credits::plan::PlanBook;
    ///
    /// let error = PlanBook::parse("editon = '2026-11'").unwrap_err();
    /// assert_eq!(error.faults[0].message, "unknown key `editon`");
    /// assert_eq!(error.faults[0].hint.as_deref(), Some("did you mean `edition`?"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, BookError> {
        Self::read(None, text)
    }

    /// Reads a book from its text, and names the file in every fault.
    ///
    /// ```
    /// use studio_credits::plan::PlanBook;
    ///
    /// let error = PlanBook::parse_file("plans.toml", "editon = '2026-11'").unwrap_err();
    /// assert!(error.to_string().contains("--> plans.toml:1:1"), "{error}");
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PlanBook::parse`].
    pub fn parse_file(file: &str, text: &str) -> Result<Self, BookError> {
        Self::read(Some(file), text)
    }

    fn read(file: Option<&str>, text: &str) -> Result<Self, BookError> {
        let Reading { book, faults, .. } = Reading::of(file, text);
        faults.unless_any(book)
    }

    /// Everything that is wrong or doubtful in a text, in the order of the text; nothing if it is a good book.
    ///
    /// The errors are those of [`PlanBook::parse_file`], the warnings those of [`PlanBook::check`], both at once, and
    /// what the text declares for several plans and none names.
    ///
    /// ```
    /// use studio_credits::plan::PlanBook;
    ///
    /// let found = PlanBook::check_file(
    ///     "plans.toml",
    ///     r#"
    ///     edition = "2026-11"
    ///     unit = "credits"
    ///
    ///     [[plan]]
    ///     name = "free"
    ///     allowance.daily = { kind = "free", amount = 50 }
    ///     "#,
    /// );
    /// assert_eq!(found[0].message, "allowance `daily` has no `every`");
    /// ```
    pub fn check_file(file: &str, text: &str) -> Vec<Diagnostic> {
        let Reading { book, mut faults, unnamed } = Reading::of(Some(file), text);
        check::doubts(&book, &mut faults);
        for (part, span) in unnamed {
            faults.doubt(span, format!("no plan names the {part}"), None::<String>);
        }
        faults.into_found()
    }
}

/// What could be made out of a text, and what is wrong with it.
struct Reading {
    book: PlanBook,
    faults: Faults,
    /// What is declared for several plans, and no plan names it.
    unnamed: Vec<(String, Span)>,
}

impl Reading {
    fn of(file: Option<&str>, text: &str) -> Self {
        let (sources, identity) = Sources::of(file, text);
        let (start, mut faults) = (Span::new(identity, 0..0), Faults::of(&sources));
        let mut book = PlanBook::empty(sources);
        let table = faults.parse(start, text);
        // What is no TOML may hide what follows it.
        let Some(table) = table.filter(|_| faults.is_empty()) else {
            return Self { book, faults, unnamed: Vec::new() };
        };
        let entries = entries_of(start, table.get_ref());
        let mut head = Head::of(&mut faults, &entries);
        let mut unread = Vec::<PlanName>::new();
        for entry in entries.iter().filter(|entry| entry.key == "plan") {
            let plans = faults.tables(entry, "[[plan]]");
            for item in few(&mut faults, entry, plans) {
                let Draft { plan, name, places } = plan(&mut faults, &mut head, &item);
                match plan {
                    Some(plan) => {
                        book.plans.push(Arc::new(plan));
                        book.places.push(places);
                    }
                    None => unread.extend(name),
                }
            }
        }
        if let Some((base, place)) = head.base.take() {
            (book.base, book.base_place) = (Some(base), place);
        }
        if book.plans.is_empty() && faults.is_empty() {
            faults.say(Span::default(), check::NO_PLAN);
        }
        check::faults(&book, &unread, &mut faults);
        let unnamed = if faults.is_empty() { head.unnamed() } else { Vec::new() };
        Self { book, faults, unnamed }
    }
}

impl Head {
    fn of(faults: &mut Faults, entries: &[Entry<'_>]) -> Self {
        let mut head = Self::default();
        // The kinds that are declared may be used before they are.
        if let Some(entry) = entries.iter().find(|entry| entry.key == "kinds") {
            head.kinds = names(faults, entry).into_iter().map(|(kind, _)| kind).collect();
        }
        for entry in entries {
            match entry.key {
                "edition" => {
                    head.said.push("edition");
                    head.edition = name(faults, entry);
                }
                "unit" => {
                    head.said.push("unit");
                    head.unit = name(faults, entry);
                }
                "base" => head.base = name(faults, entry).map(|base| (base, entry.span())),
                "from" => head.from = faults.instant(entry),
                "until" => head.until = faults.instant(entry),
                "kinds" | "plan" => {}
                "allowance" => {
                    let allowances = faults.entries(entry, "allowances");
                    for entry in few(faults, entry, allowances) {
                        let part = allowance(faults, &mut head.places, &entry, &head.kinds);
                        head.allowances.declare(entry.key, part);
                    }
                }
                "top_up" => {
                    let top_ups = faults.entries(entry, "top-ups");
                    for entry in few(faults, entry, top_ups) {
                        let part = top_up(faults, &mut head.places, &entry);
                        head.top_ups.declare(entry.key, part);
                    }
                }
                "reward" => {
                    let rewards = faults.entries(entry, "rewards");
                    for entry in few(faults, entry, rewards) {
                        let part = reward(faults, &mut head.places, &entry);
                        head.rewards.declare(entry.key, part);
                    }
                }
                _ => faults.unknown(entry, &BOOK),
            }
        }
        head
    }

    fn unnamed(&self) -> Vec<(String, Span)> {
        let parts = self.allowances.unnamed().chain(self.top_ups.unnamed()).chain(self.rewards.unnamed());
        parts.map(|part| (told(&part), self.places.at(&part))).collect()
    }
}

impl Default for Head {
    fn default() -> Self {
        Self {
            edition: None,
            unit: None,
            from: None,
            until: None,
            base: None,
            kinds: Vec::new(),
            said: Vec::new(),
            allowances: Declared::of("allowance", "allowance"),
            top_ups: Declared::of("top-up", "top_up"),
            rewards: Declared::of("reward", "reward"),
            places: Places::default(),
        }
    }
}

/// `allowance daily` as a message has it.
fn told(part: &str) -> String {
    part.split_once(' ').map_or_else(String::new, |(what, name)| format!("{what} {}", crate::diagnostic::quoted(name)))
}
