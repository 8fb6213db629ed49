//! Who says something: a rule, or the family that it stands in.

use super::tree::{Book, Instant, Price, Rule, Setting, find};

/// A rule and the family that it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rung<'b> {
    own: &'b Rule,
    family: Option<&'b Rule>,
}

impl<'b> Rung<'b> {
    /// All rules of a book, in the order written.
    pub(super) fn all_of(book: &'b Book) -> Vec<Self> {
        let mut rungs = Vec::new();
        for rule in &book.rules {
            if rule.members.is_empty() {
                rungs.push(Self { own: rule, family: None });
            }
            rungs.extend(rule.members.iter().map(|own| Self { own, family: Some(rule) }));
        }
        rungs
    }

    /// Whether both are the same rule.
    pub(super) fn is(self, other: Rung<'_>) -> bool {
        self.place() == other.place()
    }

    /// Where the rule stands in memory.
    pub(super) fn place(self) -> *const Rule {
        std::ptr::from_ref(self.own)
    }

    /// The rule, and then its family.
    pub(super) fn voices(self) -> impl Iterator<Item = &'b Rule> {
        std::iter::once(self.own).chain(self.family)
    }

    /// What the rule says, or else its family.
    pub(crate) fn said<T>(self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.voices().find_map(what)
    }

    fn list(self, what: impl Fn(&'b Rule) -> &'b Vec<String>) -> Vec<&'b str> {
        let list = self.said(|rule| Some(what(rule)).filter(|list| !list.is_empty()));
        list.into_iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn name(self) -> Option<&'b str> {
        self.own.name.as_deref()
    }

    pub(super) fn studio(self) -> &'b str {
        self.said(|rule| rule.studio.as_deref()).unwrap()
    }

    pub(super) fn tools(self) -> Vec<&'b str> {
        self.list(|rule| &rule.tools)
    }

    pub(super) fn like(self) -> Option<&'b str> {
        self.said(|rule| rule.like.as_deref())
    }

    pub(super) fn except(self) -> Vec<&'b str> {
        self.voices().flat_map(|rule| &rule.except).map(String::as_str).collect()
    }

    /// The tools and models that it names; a rule may be for no tool.
    pub(super) fn names(self) -> Vec<(Option<&'b str>, &'b str)> {
        let (mut tools, models) =
            (self.tools().into_iter().map(Some).collect::<Vec<_>>(), self.list(|rule| &rule.models));
        if tools.is_empty() {
            tools.push(None);
        }
        tools.into_iter().flat_map(|tool| models.iter().map(move |model| (tool, *model))).collect()
    }

    pub(super) fn in_force(self, at: Instant) -> bool {
        let (from, until) = (self.said(|rule| rule.from), self.said(|rule| rule.until));
        from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
    }

    /// What is said of a setting: the family's words, narrowed by the rule's.
    pub(super) fn setting(self, name: &str) -> Option<Setting> {
        let own = find(&self.own.settings, name);
        match (self.family.and_then(|family| find(&family.settings, name)), own) {
            (Some(wide), Some(own)) => Some(wide.narrowed(own)),
            (one, other) => one.or(other).cloned(),
        }
    }

    pub(super) fn named_value(self, name: &str) -> Option<&'b Price> {
        self.said(|rule| find(&rule.lets, name))
    }

    /// Whose factors and additions hold: a rule that is free by itself takes none from its family.
    pub(crate) fn priced_by(self) -> impl Iterator<Item = &'b Rule> {
        self.family.filter(|_| !self.own.free).into_iter().chain([self.own])
    }

    /// The prices of the family, unit by unit where the rule has no other, and then the rule's own.
    pub(crate) fn per(self) -> Vec<(&'b str, &'b Price)> {
        let shared = self.family.filter(|_| !self.own.free).map_or(&[][..], |family| &family.per);
        let own = self.own.per.iter().filter(|(unit, _)| find(shared, unit).is_none());
        let shared = shared.iter().map(|(unit, price)| (unit.as_str(), find(&self.own.per, unit).unwrap_or(price)));
        shared.chain(own.map(|(unit, price)| (unit.as_str(), price))).collect()
    }

    /// What is said of bounds, and of the rounding of one output.
    pub(crate) fn bound<T>(self, what: impl Fn(&'b Rule) -> Option<T>) -> Option<T> {
        self.said(|rule| if self.own.free && !std::ptr::eq(rule, self.own) { None } else { what(rule) })
    }

    pub(crate) fn has_each(self) -> bool {
        self.priced_by().any(Rule::has_each)
    }
}
