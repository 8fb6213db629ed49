//! Short histories that long random ones have led to, each of which went wrong once.

use std::sync::Arc;

use studio_credits::account::{Account, AccountView, LotView, PlanLimit};
use studio_credits::journal::{Command, SubscriptionCommand};
use studio_credits::plan::{Plan, PlanBook, Term};

use studio_credits::{Grant, GrantKind, HoldId, Life as Deadline, Outcome, Overage, Settlement, Terms};

use super::life::{Asker, At, Life, name, reason, spend, subscribe, touch, whole};
use crate::account::ledger::Answer;

struct Case {
    life: Life,
    asker: Asker,
}

/// An account under plans, without the head of their book.
fn under(plans: &str) -> Case {
    let book = PlanBook::parse(&format!("edition = \"1\"\nunit = \"credits\"\nbase = \"free\"\n{plans}")).unwrap();
    Case { life: Life::under(book), asker: Asker::default() }
}

fn at(text: &str) -> At {
    if text.contains('T') { name(text) } else { name(&format!("{text}T00:00:00Z")) }
}

impl Case {
    fn plan(&self, of: &str) -> Arc<Plan> {
        self.life.book.plan(of, at("2027-01-01")).unwrap().clone()
    }

    /// Does what is asked for; the refusal, where it is refused.
    fn ask(&mut self, when: &str, command: impl Into<Command>) -> Result<(), String> {
        let asked = self.asker.ask(at(when), command);
        match self.life.ask(&asked).unwrap().0 {
            Answer::Declined(declined) => Err(declined.to_string()),
            Answer::Done(..) | Answer::Repeat(_) => Ok(()),
        }
    }

    fn subscribe(&mut self, when: &str, of: &str, months: u32) -> Result<(), String> {
        let (plan, reference) = (self.plan(of), self.asker.invoice());
        self.ask(when, subscribe(&plan, Term::new(months).unwrap(), reference))
    }

    fn upgrade(&mut self, when: &str, of: &str) -> Result<(), String> {
        let (plan, reference) = (self.plan(of), self.asker.invoice());
        self.ask(when, SubscriptionCommand::Upgrade { plan, term: None, reference, by: None })
    }

    fn schedule(&mut self, when: &str, of: &str, months: u32) -> Result<(), String> {
        let (plan, term) = (self.plan(of), Some(Term::new(months).unwrap()));
        self.ask(when, SubscriptionCommand::Schedule { plan, term, by: None })
    }

    fn renew(&mut self, when: &str) -> Result<(), String> {
        let reference = self.asker.invoice();
        self.ask(when, SubscriptionCommand::Renew { reference, plan: None })
    }

    fn view(&self, when: &str) -> AccountView {
        self.life.view(at(when)).unwrap()
    }

    fn available(&self, when: &str) -> String {
        self.view(when).available.to_string()
    }

    /// What each lot has left, in the order of spending.
    fn lots(&self, when: &str) -> String {
        let lots = self.view(when).lots;
        lots.iter().map(|LotView { available, .. }| available.to_string()).collect::<Vec<_>>().join(" ")
    }
}

/// Clocks of hosts differ, and what is behind the mark happens at it: so two purchases may well have one instant.
#[test]
fn each_of_two_purchases_at_one_instant_gives_its_month() {
    let plans = r#"
        allowance.monthly = { kind = "subscription", amount = 100, every = "month" }
        plan = [
            { name = "free" },
            { name = "basic", allowances = ["monthly"] },
            { name = "pro", allowance.monthly = { kind = "subscription", amount = 300, every = "month" } },
        ]
    "#;
    let mut upgraded = under(plans);
    upgraded.subscribe("2027-01-01", "basic", 1).unwrap();
    upgraded.upgrade("2027-01-01", "pro").unwrap();
    assert_eq!(upgraded.available("2027-01-02"), "300");

    let mut again = under(plans);
    again.subscribe("2027-01-01", "basic", 1).unwrap();
    again.ask("2027-01-01", SubscriptionCommand::End { reason: reason() }).unwrap();
    again.subscribe("2027-01-01", "basic", 1).unwrap();
    assert_eq!(again.available("2027-01-02"), "100");
    again.ask("2027-01-03", touch()).unwrap();
    assert_eq!(again.available("2027-01-03"), "100", "and once");
}

#[test]
fn a_scheduled_plan_is_what_is_renewed_however_often() {
    let mut case = under(
        r#"
        plan = [{ name = "free" }, { name = "basic" }, { name = "pro" }]
        "#,
    );
    case.subscribe("2027-01-01", "basic", 1).unwrap();
    case.schedule("2027-01-02", "pro", 12).unwrap();
    case.renew("2027-01-03").unwrap();
    case.renew("2027-01-04").unwrap();
    let plan = case.view("2027-01-04").plan.unwrap();
    assert_eq!(plan.subscription.unwrap().paid_until, at("2029-02-01"), "two years of pro are paid for");
}

/// What is shown to come next is what comes, and is still to come.
#[test]
fn a_refill_is_of_the_plan_that_is_in_force_then() {
    let plans = r#"
        [[plan]]
        name = "free"
        allowance.daily = { kind = "free", amount = 5, every = "day" }
        [[plan]]
        name = "basic"
        grace_days = 3
        allowance.daily = { kind = "free", amount = 50, every = "day" }
        allowance.monthly = { kind = "subscription", amount = 100, every = "month" }
        [[plan]]
        name = "pro"
        allowance.daily = { kind = "reward", amount = 70, every = "day" }
    "#;
    let refills = |case: &Case, when: &str| {
        let refills = case.view(when).refills;
        let told = refills.iter().map(|it| format!("{} {} {} on {}", it.amount, it.kind.as_str(), it.allowance, it.at));
        told.collect::<Vec<_>>().join(", ")
    };
    let mut case = under(plans);
    case.subscribe("2027-01-01T12:00:00Z", "basic", 1).unwrap();
    let both = "50 free daily on 2027-02-02 00:00:00 UTC, 100 subscription monthly on 2027-03-01 12:00:00 UTC";
    assert_eq!(refills(&case, "2027-02-01T13:00:00Z"), "50 free daily on 2027-02-02 00:00:00 UTC", "it is not paid");
    case.renew("2027-02-01T14:00:00Z").unwrap();
    assert_eq!(refills(&case, "2027-02-01T14:00:00Z"), both);

    case.schedule("2027-02-02", "pro", 1).unwrap();
    assert_eq!(refills(&case, "2027-03-01"), "70 reward daily on 2027-03-02 00:00:00 UTC");
    case.ask("2027-02-03", SubscriptionCommand::Cancel { reason: reason(), by: None }).unwrap();
    assert_eq!(refills(&case, "2027-03-01"), "5 free daily on 2027-03-02 00:00:00 UTC");
    assert_eq!(case.available("2027-03-02"), "5");
}

const ROLLING: &str = r#"
    [[plan]]
    name = "free"
    [[plan]]
    name = "basic"
    grace_days = 90
    [plan.allowance.monthly]
    kind = "subscription"
    amount = 100
    every = "month"
    rollover = { cap = 100, months = 1 }
"#;

#[test]
fn what_was_rolled_over_makes_room_as_it_ends() {
    let mut case = under(ROLLING);
    case.subscribe("2027-01-01", "basic", 12).unwrap();
    for month in ["2027-02-02", "2027-03-02", "2027-04-02", "2027-12-02"] {
        assert_eq!(case.lots(month), "100 100", "nothing was spent by {month}");
    }
}

#[test]
fn what_was_rolled_over_and_is_set_aside_counts_to_the_cap() {
    let mut case = under(&ROLLING.replace("months = 1", "months = 3"));
    case.subscribe("2027-01-01", "basic", 12).unwrap();
    let hold = || Command::Hold(spend(100).with_terms(Terms::default().with_life(Deadline::MAX)));
    let release = |key: &str| Command::Release { hold: HoldId::new(key).unwrap(), outcome: Outcome::Failed };
    case.ask("2027-02-25", hold()).unwrap(); // of February's own
    case.ask("2027-02-25", hold()).unwrap(); // of what is left of January
    case.ask("2027-02-26", release("k2")).unwrap();
    case.ask("2027-03-02", release("k3")).unwrap();
    assert_eq!(case.lots("2027-03-02"), "100 100", "March's own, and at most 100 of all months before it");
}

#[test]
fn what_is_spent_first_does_not_depend_on_when_the_account_was_touched() {
    let book = ROLLING.replace("months = 1", "months = 3");
    let [mut often, mut once] = [under(&book), under(&book)];
    for case in [&mut often, &mut once] {
        case.subscribe("2027-01-01", "basic", 12).unwrap();
    }
    often.ask("2027-04-25", touch()).unwrap();
    for case in [&mut often, &mut once] {
        // The rest of January and April's own end together: the older one goes first.
        case.ask("2027-04-26", Command::Charge(spend(150))).unwrap();
    }
    assert_eq!(often.lots("2027-04-26"), "50");
    let lot = |case: &Case| case.view("2027-04-26").lots[0].granted_at;
    assert_eq!(lot(&once), lot(&often));
    assert_eq!(lot(&once), at("2027-04-01"));
}

/// Otherwise what rolls over would depend on how many entries came before.
#[test]
fn of_two_allowances_the_one_that_is_given_first_is_spent_first_whatever_came_before() {
    let plans = r#"
        [[plan]]
        name = "free"
        [[plan]]
        name = "basic"
        grace_days = 9
        allowance.goes = { kind = "subscription", amount = 100, every = "month" }
        allowance.stays = { kind = "subscription", amount = 200, every = "month", rollover = { cap = 200, months = 1 } }
    "#;
    for touches in 0..12 {
        let mut case = under(plans);
        for _ in 0..touches {
            case.ask("2027-01-01", touch()).unwrap();
        }
        case.subscribe("2027-01-01", "basic", 1).unwrap();
        case.ask("2027-01-02", Command::Charge(spend(90))).unwrap();
        assert_eq!(case.lots("2027-01-02"), "10 200", "after {touches} entries");
        assert_eq!(case.lots("2027-02-02"), "200", "after {touches} entries");
    }
}

/// A part that is too small to be given is none, and not the whole month.
#[test]
fn an_upgrade_in_the_last_moment_of_a_month_gives_nothing_of_it() {
    let plans = r#"
        [[plan]]
        name = "free"
        [[plan]]
        name = "basic"
        upgrade = "carry-over"
        allowance.little = { kind = "subscription", amount = 100, every = "month" }
        [[plan]]
        name = "pro"
        proration = "by-time"
        allowance.much = { kind = "subscription", amount = 500, every = "month", rollover = { cap = 500, months = 1 } }
    "#;
    let mut case = under(plans);
    case.subscribe("2027-01-01", "basic", 2).unwrap();
    case.upgrade("2027-01-31T23:59:59.999999Z", "pro").unwrap();
    assert_eq!(case.lots("2027-01-31T23:59:59.999999Z"), "100");
    case.ask("2027-02-02", touch()).unwrap();
    assert_eq!(case.lots("2027-02-02"), "500", "February's own, and nothing is left of January");
}

#[test]
fn months_that_are_paid_for_after_they_closed_roll_over_as_any_other() {
    let mut case = under(ROLLING);
    case.subscribe("2027-01-01", "basic", 3).unwrap();
    case.renew("2027-06-20").unwrap();
    assert_eq!(case.lots("2027-06-20"), "100 100", "June's own, and May's rest");
}

/// Otherwise a year of the plan before would be had for the price of the one that was to take over.
#[test]
fn a_change_that_is_paid_for_is_not_called_off() {
    let plans = r#"
        plan = [{ name = "free" }, { name = "pro" }, { name = "basic" }, { name = "lite" }]
    "#;
    let paid = || {
        let mut case = under(plans);
        case.subscribe("2027-01-01", "pro", 1).unwrap();
        case.schedule("2027-01-02", "basic", 12).unwrap();
        case.renew("2027-01-03").unwrap();
        case
    };
    let plan = |case: &Case, when: &str| case.view(when).plan.unwrap().name.to_string();
    let resume = || SubscriptionCommand::Resume { by: None };
    let mut resumed = paid();
    let refusal = "plan `pro` goes on: nothing is cancelled or scheduled";
    assert_eq!(resumed.ask("2027-01-04", resume()).unwrap_err(), refusal);
    assert_eq!(plan(&resumed, "2027-02-02"), "basic");

    let mut cancelled = paid();
    cancelled.ask("2027-01-04", SubscriptionCommand::Cancel { reason: reason(), by: None }).unwrap();
    assert_eq!(plan(&cancelled, "2027-02-02"), "basic");
    assert_eq!(plan(&cancelled, "2028-02-02"), "free");
    cancelled.ask("2027-01-05", resume()).unwrap();
    assert_eq!(plan(&cancelled, "2027-02-02"), "basic");
    assert_eq!(plan(&cancelled, "2028-02-01"), "basic", "within its grace");

    let mut scheduled = paid();
    let refusal = "plan `basic` takes over at 2027-02-01T00:00:00Z and is paid for: schedule another one after that";
    assert_eq!(scheduled.schedule("2027-01-04", "lite", 1).unwrap_err(), refusal);
    scheduled.schedule("2027-02-02", "lite", 1).unwrap();
    scheduled.renew("2028-01-30").unwrap();
    assert_eq!(plan(&scheduled, "2028-02-02"), "lite");
}

#[test]
fn nothing_is_left_of_a_limit_that_work_went_beyond() {
    let mut case = under(
        r#"
        [[plan]]
        name = "free"
        limits.credits.day = 50
        "#,
    );
    case.ask("2027-01-01", Command::Grant(Grant::new(GrantKind::TopUp, whole(1_000)).unwrap().into())).unwrap();
    let terms = Terms::default().with_overage(Overage::Absorb).unwrap();
    case.ask("2027-01-01", Command::Hold(spend(40).with_terms(terms))).unwrap();
    let (hold, settlement) = (HoldId::new("k2").unwrap(), Settlement::exactly(whole(70)).unwrap());
    case.ask("2027-01-01", Command::Settle { hold, settlement }).unwrap();
    let limits = case.view("2027-01-01").limits;
    let PlanLimit::Credits { used, left, .. } = &limits[0] else { panic!("{limits:?}") };
    assert_eq!((used.to_string(), left.to_string()), ("70".to_owned(), "0".to_owned()));
}

/// Otherwise 50 credits would be given as 50 points.
#[test]
fn a_plan_is_for_accounts_that_count_in_its_unit() {
    let plans = r#"
        [[plan]]
        name = "free"
        allowance.daily = { kind = "free", amount = 50, every = "day" }
        top_up.pack = { amount = 500, price = "5 USD", on_sale = "always" }
        [[plan]]
        name = "basic"
        allowance.daily = { kind = "free", amount = 90, every = "day" }
    "#;
    let case = under(plans);
    let in_points = Account::new(name("user-8"), name("points")).under(case.life.book.clone());
    let now = at("2027-01-01");
    let view = in_points.view_at(now).unwrap();
    assert_eq!((view.available, view.plan, view.upgrades, view.top_ups), (whole(0), None, vec![], vec![]));
    let declined = in_points.explain(&spend(90), now).unwrap().declined.unwrap();
    assert_eq!(declined.to_string(), "90 required and 0 available for this work: 90 missing");
    let in_credits = Account::new(name("user-8"), name("credits")).under(case.life.book.clone());
    let declined = in_credits.explain(&spend(90), now).unwrap().declined.unwrap();
    let missing = "90 required and 50 available for this work: 40 missing; 50 come at 2027-01-02T00:00:00Z";
    assert_eq!(declined.to_string(), format!("{missing}; possible with plan `basic`, or with top-up `pack`"));
}

/// Packs and subscriptions repay debts before they can be spent, and rewards do not.
#[test]
fn what_would_lift_a_refusal_is_enough_beside_what_is_owed() {
    let mut case = under(
        r#"
        [[plan]]
        name = "free"
        top_up.small = { amount = 79, price = "1 USD" }
        top_up.large = { amount = 80, price = "1 USD" }
        [[plan]]
        name = "lite"
        allowance.monthly = { kind = "subscription", amount = 79, every = "month" }
        [[plan]]
        name = "basic"
        allowance.monthly = { kind = "subscription", amount = 80, every = "month" }
        [[plan]]
        name = "gift"
        allowance.daily = { kind = "reward", amount = 50, every = "day" }
        "#,
    );
    let terms = Terms::default().with_overage(Overage::Debt { max: whole(30) }).unwrap();
    case.ask("2027-01-01", Command::Hold(spend(0).with_terms(terms))).unwrap();
    let (hold, settlement) = (HoldId::new("k1").unwrap(), Settlement::exactly(whole(30)).unwrap());
    case.ask("2027-01-01", Command::Settle { hold, settlement }).unwrap();

    let refusal = case.ask("2027-01-01", Command::Hold(spend(50))).unwrap_err();
    let missing = "50 required and 0 available for this work: 50 missing";
    assert_eq!(refusal, format!("{missing}; possible with plan `basic` or `gift`, or with top-up `large`"));
    case.subscribe("2027-01-01", "basic", 1).unwrap();
    case.ask("2027-01-01", Command::Hold(spend(50))).unwrap();
}
