//! Writes plans as TOML: one way to print each thing, so that where two texts differ, two books do.

use super::part::{allowance, reward, settings, top_up, work};
use crate::grant::GrantKind;
use crate::ids::Studio;
use crate::plan::edition::EndOfKind;
use crate::plan::{Allowance, AtEnd, Plan, PlanBook, PlanFact, Proration, Upgrade, WorkLimits};
use crate::spend::{LateSettle, Overage, Terms};
use crate::text::{Keys, Rows, dotted, scalar, text_of, toml_text, value};

impl PlanBook {
    /// The book as TOML that a person can read, that [`PlanBook::parse`] reads back to an equal book, and whose lines
    /// `git diff` can explain.
    ///
    /// The text is canonical: equal books have equal texts. What all plans have in common stands at the head, then come
    /// the allowances, top-ups and rewards that several plans share, then every `[[plan]]`. What says nothing is left
    /// out, and comments are not kept.
    ///
    /// ```
    /// use studio_credits::plan::PlanBook;
    ///
    /// let text = r#"edition = "2026-11"
    /// unit = "credits"
    /// base = "free"
    ///
    /// [[plan]]
    /// name = "basic"
    /// allowance.monthly = { kind = "subscription", amount = 3000, every = "month" }
    /// limits.seats = 1
    ///
    /// [[plan]]
    /// name = "free"
    /// allowance.daily = { kind = "free", amount = 50, every = "day" }
    /// "#;
    /// assert_eq!(PlanBook::parse(text)?.to_toml(), text);
    /// # Ok::<(), studio_credits::plan::BookError>(())
    /// ```
    pub fn to_toml(&self) -> String {
        let plans: &[&Plan] = &self.plans.iter().map(|plan| &**plan).collect::<Vec<_>>();
        let mut keys = Keys::default();
        let common = Common::of(plans);
        keys.text("edition", common.edition);
        keys.text("unit", common.unit);
        keys.text("base", self.base().map(AsRef::as_ref));
        if let Some(plan) = plans.first() {
            keys.instant("from", plan.from().filter(|_| common.from));
            keys.instant("until", plan.until().filter(|_| common.until));
        }
        let kinds = own_kinds(plans);
        if !kinds.is_empty() {
            let kinds: Vec<_> = kinds.iter().map(|kind| toml_text(kind)).collect();
            keys.put("kinds", Rows::Inline.of(&kinds));
        }
        let mut sections = vec![keys.lines()];
        let shared_allowances = shared(plans.iter().flat_map(|plan| plan.allowances()), |it| it.name().as_str());
        let shared_top_ups = shared(plans.iter().flat_map(|plan| plan.top_ups()), |it| it.name().as_str());
        let shared_rewards = shared(plans.iter().flat_map(|plan| plan.rewards()), |it| it.name().as_str());
        let header = |table: &str, name: &str| format!("[{}]", dotted(table, name));
        sections
            .extend(shared_allowances.iter().map(|it| allowance(it).under(&header("allowance", it.name().as_str()))));
        sections.extend(shared_top_ups.iter().map(|it| top_up(it).under(&header("top_up", it.name().as_str()))));
        sections.extend(shared_rewards.iter().map(|it| reward(it).under(&header("reward", it.name().as_str()))));
        sections.extend(plans.iter().map(|plan| {
            let mut keys = head(plan, &common);
            parts(&mut keys, ["allowances", "allowance"], plan.allowances(), &shared_allowances, |it| {
                (it.name().as_str(), allowance(it))
            });
            opened(&mut keys, plan);
            for fact in plan.facts() {
                keys.put(&dotted("facts", fact.name()), self::fact(fact));
            }
            parts(&mut keys, ["top_ups", "top_up"], plan.top_ups(), &shared_top_ups, |it| {
                (it.name().as_str(), top_up(it))
            });
            parts(&mut keys, ["rewards", "reward"], plan.rewards(), &shared_rewards, |it| {
                (it.name().as_str(), reward(it))
            });
            changes(&mut keys, plan);
            keys.under("[[plan]]")
        }));
        sections.retain(|section| !section.is_empty());
        sections.join("\n")
    }
}

/// What all plans of a book have in common.
struct Common<'b> {
    edition: Option<&'b str>,
    unit: Option<&'b str>,
    from: bool,
    until: bool,
}

impl<'b> Common<'b> {
    fn of(plans: &[&'b Plan]) -> Self {
        let first = plans.first().copied();
        let same = |alike: fn(&Plan, &Plan) -> bool| first.filter(|first| plans.iter().all(|plan| alike(plan, first)));
        Self {
            edition: same(|plan, first| plan.edition() == first.edition()).map(|plan| plan.edition().as_str()),
            unit: same(|plan, first| plan.unit() == first.unit()).map(|plan| plan.unit().as_str()),
            from: same(|plan, first| plan.from() == first.from()).is_some(),
            until: same(|plan, first| plan.until() == first.until()).is_some(),
        }
    }
}

/// The kinds of the caller's own that a book speaks of, sorted by name.
fn own_kinds<'b>(plans: &[&'b Plan]) -> Vec<&'b str> {
    let given = plans.iter().flat_map(|plan| plan.allowances()).map(Allowance::kind);
    let ended = plans.iter().flat_map(|plan| &plan.at_end).map(|EndOfKind { kind, .. }| kind);
    let own = given.chain(ended).filter(|kind| matches!(kind, GrantKind::Other(_)));
    let mut own: Vec<&str> = own.map(GrantKind::as_str).collect();
    own.sort_unstable();
    own.dedup();
    own
}

/// The first of each name that several plans have alike.
fn shared<'b, T: PartialEq>(parts: impl Iterator<Item = &'b T>, name: impl Fn(&T) -> &str) -> Vec<&'b T> {
    let parts: Vec<&T> = parts.collect();
    let mut shared = Vec::<&T>::new();
    for part in &parts {
        let several = parts.iter().filter(|other| *other == part).count() > 1;
        if several && !shared.iter().any(|known| name(known) == name(part)) {
            shared.push(part);
        }
    }
    shared
}

/// Names what is shared, and says what is not.
fn parts<T: PartialEq>(
    keys: &mut Keys,
    [names, table]: [&str; 2],
    parts: &[T],
    shared: &[&T],
    written: impl Fn(&T) -> (&str, Keys),
) {
    let named = |part: &&T| shared.contains(part);
    let listed: Vec<String> = parts.iter().filter(named).map(|part| toml_text(written(part).0)).collect();
    if !listed.is_empty() {
        keys.put(names, Rows::Inline.of(&listed));
    }
    for (name, part) in parts.iter().filter(|part| !named(part)).map(written) {
        keys.put(&dotted(table, name), part.inline());
    }
}

fn head(plan: &Plan, common: &Common<'_>) -> Keys {
    let mut keys = Keys::default();
    keys.text("name", Some(plan.name().as_str()));
    keys.text("edition", Some(plan.edition().as_str()).filter(|_| common.edition.is_none()));
    keys.text("unit", Some(plan.unit().as_str()).filter(|_| common.unit.is_none()));
    keys.instant("from", plan.from().filter(|_| !common.from));
    keys.instant("until", plan.until().filter(|_| !common.until));
    keys.text("title", plan.title());
    keys.text("note", plan.note());
    keys
}

/// Entitlements and limits, those of one studio together.
fn opened(keys: &mut Keys, plan: &Plan) {
    let mut of_all = Keys::default();
    work(&mut of_all, plan.entitlements().work());
    settings(&mut of_all, plan.entitlements().settings().iter().filter(|it| it.studio().is_none()));
    keys.put_under("entitlements", of_all);
    let limits = plan.limits();
    let mut of_all = Keys::default();
    if let Some(seats) = limits.seats() {
        of_all.put("seats", seats);
    }
    if let Some(credits) = limits.member_month_max() {
        of_all.put("member_credits.month", scalar(&credits.to_string()));
    }
    work_limits(&mut of_all, limits.work());
    keys.put_under("limits", of_all);
    let of_settings = plan.entitlements().settings().iter().filter_map(|setting| setting.studio());
    let mut studios: Vec<&Studio> = limits.studios().map(|(studio, _)| studio).chain(of_settings).collect();
    studios.sort();
    studios.dedup();
    for studio in studios {
        let mut of_studio = Keys::default();
        work_limits(&mut of_studio, limits.studio(studio));
        settings(&mut of_studio, plan.entitlements().settings().iter().filter(|it| it.studio() == Some(studio)));
        keys.put(&dotted("studio", studio.as_str()), of_studio.inline());
    }
}

fn work_limits(keys: &mut Keys, limits: WorkLimits) {
    if let Some(holds) = limits.holds_max() {
        keys.put("holds", holds);
    }
    if let Some(outputs) = limits.outputs_max() {
        keys.put("outputs", outputs);
    }
    for (path, credits) in [("credits.day", limits.day_max()), ("credits.month", limits.month_max())] {
        if let Some(credits) = credits {
            keys.put(path, scalar(&credits.to_string()));
        }
    }
}

fn fact(fact: &PlanFact) -> String {
    let Some(days) = fact.days() else { return value(fact.value()) };
    let mut keys = Keys::default();
    keys.put("value", value(fact.value()));
    keys.put("days", days.count());
    keys.inline()
}

/// What holds of spends, refunds, changes and notices.
fn changes(keys: &mut Keys, plan: &Plan) {
    keys.put_under("terms", terms(plan.terms()));
    if let Some(refund) = plan.refund() {
        let mut inner = Keys::default();
        inner.put("days", refund.days().count());
        inner.put("used_max", scalar(&refund.used_max().to_string()));
        keys.put("refund", inner.inline());
    }
    for EndOfKind { kind, at_end } in &plan.at_end {
        keys.text(&dotted("at_end", kind.as_str()), Some(text_of(&AtEnd::TEXTS, at_end)));
    }
    if plan.upgrade() != Upgrade::default() {
        keys.text("upgrade", Some(text_of(&Upgrade::TEXTS, &plan.upgrade())));
    }
    if plan.proration() != Proration::default() {
        keys.text("proration", Some(text_of(&Proration::TEXTS, &plan.proration())));
    }
    if plan.grace_days() != Plan::GRACE_DAYS {
        keys.put("grace_days", plan.grace_days());
    }
    if let Some(auto) = plan.auto_top_up() {
        let mut inner = Keys::default();
        inner.put("below", scalar(&auto.below().to_string()));
        inner.put("amount", scalar(&auto.amount().to_string()));
        keys.put("auto_top_up", inner.inline());
    }
    let mut notices = Keys::default();
    if let Some(below) = plan.notices().low_balance() {
        notices.put("low_balance", scalar(&below.to_string()));
    }
    if let Some(days) = plan.notices().expiring() {
        notices.put("expiring_days", days.count());
    }
    keys.put_under("notices", notices);
}

fn terms(terms: Terms) -> Keys {
    let (mut keys, default) = (Keys::default(), Terms::default());
    match terms.overage() {
        Overage::Cap => {}
        Overage::Absorb => keys.text("overage", Some("absorb")),
        Overage::Debt { max } => keys.put("overage.debt", scalar(&max.to_string())),
    }
    match terms.late_settle() {
        LateSettle::Charge => {}
        LateSettle::Absorb => keys.text("late_settle", Some("absorb")),
    }
    if terms.life() != default.life() {
        keys.put("life_seconds", terms.life().delta().num_seconds());
    }
    keys
}
