//! Entries that make no statement: with a gap, out of order, of two accounts, or beyond all amounts; and what a plan
//! gives, which is part of one.

use studio_credits::account::Statement;
use studio_credits::journal::{Command, Entry, RewardCommand, SubscriptionCommand};
use studio_credits::plan::{PlanBook, RewardName, Term};
use studio_credits::{Key, Reason, Reference};

use super::desk::Desk;
use super::sheet::Case as _;
use super::tables::Case;
use super::words;

fn entries(rows: &[&str]) -> Vec<Entry> {
    let mut case = Case::default();
    for row in rows {
        case.ask(row);
    }
    case.desk.entries
}

fn is_summed_up<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> bool {
    let (from, until) = (words::instant("12:00").unwrap(), words::instant("13:00").unwrap());
    Statement::of(from, until, entries).is_some()
}

#[test]
fn a_statement_is_of_one_account_in_order_and_without_a_gap() {
    let all = entries(&["grant a 100", "charge c 10", "12:30 charge d 20", "refund c"]);
    assert!(is_summed_up(&all));
    assert!(is_summed_up(&all[2..]), "it starts anywhere");
    assert!(is_summed_up(&all[..3]), "and ends anywhere");
    assert!(!is_summed_up(all[..2].iter().chain(&all[3..])), "an entry is missing");
    assert!(!is_summed_up(all.iter().rev()), "the last comes first");
    assert!(!is_summed_up(all.iter().chain(&all)), "each comes twice");
    let mut other = all.clone();
    other[3].account = "user-8".parse().unwrap();
    assert!(!is_summed_up(&other), "one is of another account");
}

#[test]
fn what_is_charged_in_a_period_is_in_range() {
    let rows = [
        "grant a 1000000000000000000",
        "hold h 1 overage=debt:1000000000000000000",
        "charge c 999999999999999999",
        "settle h 1000000000000000000",
    ];
    let mut all = entries(&rows);
    assert!(!is_summed_up(&all), "the work of one model comes to nearly 2 × 10^18");
    all.truncate(4);
    assert!(is_summed_up(&all));
}

#[test]
fn what_a_plan_gives_is_granted() {
    let book = PlanBook::parse(
        r#"
        edition = "1"
        unit = "credits"
        base = "free"
        [allowance.daily]
        kind = "free"
        amount = 50
        every = "day"
        [reward.welcome]
        amount = 30
        [[plan]]
        name = "free"
        allowances = ["daily"]
        [[plan]]
        name = "basic"
        allowances = ["daily"]
        rewards = ["welcome"]
        [plan.allowance.monthly]
        kind = "subscription"
        amount = 1000
        every = "month"
        rollover = { cap = 400, months = 1 }
        "#,
    )
    .unwrap();
    let [from, now, later] = ["1970-01-01", "12:00", "2026-02-02T12:00:00Z"].map(|at| words::instant(at).unwrap());
    let reference = |text| Reference::new(text).unwrap();
    let plan = book.plan("basic", now).unwrap().clone();
    let commands = [
        SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference: reference("in-1"), by: None }.into(),
        Command::Reward(RewardCommand::Give { reward: RewardName::new("welcome").unwrap(), referee: None }),
        SubscriptionCommand::Renew { reference: reference("in-2"), plan: None }.into(),
    ];
    let mut desk = Desk::new();
    desk.account = desk.account.under(book.into());
    for (at, command) in commands.iter().enumerate() {
        desk.decide(&Key::new(&format!("key-{at}")).unwrap(), command, now).unwrap();
    }
    let freeze = Command::Freeze { reason: Reason::new("a look after a month").unwrap() };
    desk.decide(&Key::new("freeze").unwrap(), &freeze, later).unwrap();

    let statement = Statement::of(from, later + chrono::TimeDelta::seconds(1), &desk.entries).unwrap();
    let granted: Vec<_> = statement.granted.iter().map(|(kind, sum)| format!("{} {sum}", kind.as_str())).collect();
    assert_eq!(granted, ["free 100", "subscription 2400", "reward 30"], "two days, two months and what was left over");
    assert_eq!(
        (statement.expired.to_string(), desk.account.totals().available.to_string()),
        ("1050".into(), "1480".into())
    );
}
