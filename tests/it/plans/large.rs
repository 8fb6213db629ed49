//! Texts that nobody writes: refused, and not after hours.

use std::fmt::Write as _;

use studio_credits::plan::{Plan, PlanBook};

const HEAD: &str = "edition = '1'\nunit = 'credits'\n";
const MANY: usize = 100_000;

fn many(of: impl Fn(usize) -> String) -> String {
    (0..MANY).fold(String::new(), |mut text, at| {
        write!(text, "{}", of(at)).unwrap();
        text
    })
}

#[test]
fn what_is_too_much_is_refused() {
    let allowance = "{ kind = 'free', amount = 1, every = 'day' }";
    let plan = "[[plan]]\nname = 'a'\n";
    let table = [
        (many(|at| format!("[[plan]]\nname = '{at}'\n")), "`plan` has 100000 parts"),
        (many(|at| format!("[allowance.a{at}]\nkind = 'free'\n")) + plan, "`allowance` has 100000 parts"),
        (plan.to_owned() + &many(|at| format!("allowance.a{at} = {allowance}\n")), "`allowance` has 100000 parts"),
        (plan.to_owned() + &many(|at| format!("facts.a{at} = 1\n")), "`facts` has 100000 parts"),
        (plan.to_owned() + &many(|at| format!("studio.a{at}.holds = 1\n")), "`studio` has 100000 parts"),
        (
            plan.to_owned() + "entitlements.models = [" + &many(|at| format!("'{at}',")) + "]",
            "`models` has 100000 parts",
        ),
        (plan.to_owned() + "allowances = [" + &many(|at| format!("'{at}',")) + "]", "`allowances` has 100000 parts"),
        (
            plan.to_owned() + "entitlements.settings.a = [" + &many(|at| format!("'{at}',")) + "]",
            "100000 values of a setting",
        ),
        (plan.to_owned() + &many(|at| format!("nothing{at} = 1\n")), "unknown key `nothing0`"),
    ];
    for (text, expected) in table {
        let error = PlanBook::parse(&format!("{HEAD}{text}")).unwrap_err();
        assert!(error.faults[0].message.contains(expected), "{expected}: {}", error.faults[0].message);
    }
}

#[test]
fn a_book_has_at_most_256_plans() {
    let plan = |at: usize| Plan::new(at.to_string().parse().unwrap(), "1".parse().unwrap(), "credits".parse().unwrap());
    assert!(PlanBook::new((0..256).map(plan)).is_ok());
    let error = PlanBook::new((0..257).map(plan)).unwrap_err();
    assert_eq!(error.to_string(), "error: the book has 257 plans: at most 256 are allowed");
    assert_eq!(PlanBook::new([]).unwrap_err().to_string(), "error: the book has no plan");
}
