//! Plans built in code: equal to those that are read, and refused for the same reasons.

use chrono::TimeDelta;
use studio_credits::plan::{
    Allowance, AllowedSetting, AtEnd, AutoTopUp, Days, Entitlements, Every, Limits, Notices, OnSale, Plan, PlanBook,
    PlanError, PlanFact, Proration, RefundTerms, ResetZone, Reward, Rollover, TopUp, Upgrade, WorkLimits,
};
use studio_credits::{
    Cost, Credits, GrantKind, LateRefund, LateSettle, Life, Overage, Restriction, Studio, Terms, Unit,
};

use super::text::person;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn whole(credits: i32) -> Credits {
    Credits::from_whole(credits)
}

fn price(amount: &str) -> Cost {
    Cost { amount: amount.parse().unwrap(), unit: Unit::new("USD").unwrap() }
}

fn daily() -> Result<Allowance> {
    let every = Every::Day { at: "00:00".parse()?, zone: "+05:30".parse()? };
    let allowance = Allowance::new("daily".parse()?, GrantKind::Free, whole(50), every)?;
    Ok(allowance.with_restriction(Restriction::default().to_model("flux-dev".parse()?))?)
}

fn referral() -> Result<Reward> {
    let reward = Reward::new("referral".parse()?, whole(100))?.with_month_max(10)?.with_ever_max(100)?;
    Ok(reward.pending_until("first-invoice".parse()?).expiring(Days::new(90)?))
}

fn small() -> Result<TopUp> {
    Ok(TopUp::new("small".parse()?, whole(1_000), price("4.99"))?.on_sale_while(OnSale::WhileSubscribed))
}

/// The first plan of the text, without its parts in common with the others.
fn pro() -> Result<Plan> {
    let loyalty = || GrantKind::Other("loyalty".parse().unwrap());
    let monthly = Allowance::new("monthly".parse()?, GrantKind::Subscription, "8000.5".parse()?, Every::Month)?
        .with_rollover(Rollover::new(whole(4_000), 2)?)?
        .with_priority(-1)
        .with_late_refund(LateRefund::Renews)
        .sparing_debt();
    let anniversary = Allowance::new("anniversary".parse()?, loyalty(), whole(10), Every::Month)?
        .with_restriction(Restriction::default().to_tool("restyle".parse()?))?
        .repaying_debt();
    let image = || Studio::new("image").unwrap();
    let video = || Studio::new("video").unwrap();
    let work = Restriction::default()
        .to_studio(video())
        .to_studio(image())
        .to_tool("restyle".parse()?)
        .to_tool("text-to-video".parse()?)
        .to_model("flux-dev".parse()?)
        .to_model("flux-pro".parse()?)
        .to_model("kling-3.0-pro".parse()?)
        .to_model("sora-2-pro".parse()?)
        .except_model("sora-2-pro".parse()?);
    let duration = AllowedSetting::range("duration", Some("3"), Some("6.5"))?;
    let entitlements = Entitlements::default()
        .with_work(work)?
        .with_setting(AllowedSetting::values("resolution", ["2k", "1k"])?)?
        .with_setting(AllowedSetting::range("fps", Some(24), None)?)?
        .with_setting(AllowedSetting::values("quality", ["1", "true", "high"])?.in_studio(image()))?
        .with_setting(duration.in_studio(video()))?
        .with_setting(AllowedSetting::values("resolution", ["720p"])?.in_studio(video()))?;
    let of_all = WorkLimits::default()
        .with_holds_max(12)?
        .with_outputs_max(16)?
        .with_day_max(whole(500))?
        .with_month_max("5000.5".parse()?)?;
    let limits = Limits::default()
        .with_seats(3)?
        .with_member_month_max(whole(200))?
        .with_work(of_all)
        .with_studio(video(), WorkLimits::default().with_holds_max(3)?.with_day_max(whole(300))?)?
        .with_studio(image(), WorkLimits::default().with_outputs_max(8)?.with_month_max(whole(4_000))?)?;
    let large = TopUp::new("large".parse()?, whole(20_000), price("70"))?
        .expiring(Days::new(365)?)
        .on_sale_while(OnSale::Never)
        .with_priority(5)
        .with_restriction(Restriction::default().to_studio(image()))?;
    let visit = Reward::new("daily-visit".parse()?, whole(1))?
        .repeatable()
        .irrevocable()
        .with_day_max(1)?
        .with_priority(3)
        .with_restriction(Restriction::default().to_studio(image()))?;
    let terms = Terms::default()
        .with_overage(Overage::Debt { max: whole(20) })?
        .with_late_settle(LateSettle::Absorb)
        .with_life(Life::seconds(900)?);
    Ok(Plan::new("pro".parse()?, "2026-11".parse()?, "credits".parse()?)
        .in_force_from("2026-11-01T00:00:00Z".parse()?)?
        .in_force_until("2027-01-01T00:00:00.25Z".parse()?)?
        .with_title("Pro")?
        .with_note("two\nlines")?
        .with_allowance(daily()?)?
        .with_allowance(monthly)?
        .with_allowance(anniversary)?
        .with_entitlements(entitlements)
        .with_limits(limits)
        .with_fact(PlanFact::new("plan", "pro")?)?
        .with_fact(PlanFact::new("discount", "0.1")?)?
        .with_fact(PlanFact::new("unlimited", true)?.for_days(Days::new(7)?))?
        .with_top_up(small()?)?
        .with_top_up(large)?
        .with_reward(referral()?)?
        .with_reward(visit)?
        .with_terms(terms)
        .with_refund(RefundTerms::new(Days::new(3)?, whole(300))?)
        .with_at_end(GrantKind::Reward, AtEnd::Expire)
        .with_at_end(loyalty(), AtEnd::Expire)
        .with_at_end(GrantKind::Subscription, AtEnd::Keep)
        .with_upgrade(Upgrade::CarryOver)
        .with_proration(Proration::ByTime)
        .with_grace_days(14)?
        .with_auto_top_up(AutoTopUp::new(whole(1_000), whole(5_000))?)
        .with_notices(Notices::default().with_low_balance("99.5".parse()?)?.with_expiring(Days::new(3)?)))
}

#[test]
fn a_book_built_in_code_is_the_book_that_is_read() -> Result {
    let night = Every::Day { at: "22:30".parse()?, zone: ResetZone::Account };
    let night = Allowance::new("night".parse()?, GrantKind::Free, whole(5), night)?
        .with_restriction(Restriction::default().except_model("sora-2-pro".parse()?))?;
    let free = Plan::new("free".parse()?, "2026-11".parse()?, "credits".parse()?)
        .in_force_from("2026-11-01T00:00:00Z".parse()?)?
        .with_allowance(night)?
        .with_allowance(daily()?)?
        .with_top_up(small()?)?
        .with_reward(referral()?)?;
    let old = Plan::new("free".parse()?, "2026-10".parse()?, "credits".parse()?)
        .in_force_from("2026-01-01T00:00:00Z".parse()?)?
        .in_force_until("2026-11-01T00:00:00Z".parse()?)?;
    let built = PlanBook::new([pro()?, free, old])?.with_base("free".parse()?)?;
    assert_eq!(built, person());
    assert_eq!(built.to_toml(), person().to_toml());
    Ok(())
}

#[test]
fn a_base_is_a_plan_of_the_book_in_the_unit_of_all() -> Result {
    let plan = |name: &str, unit: &str| -> Result<Plan> { Ok(Plan::new(name.parse()?, "1".parse()?, unit.parse()?)) };
    let book = PlanBook::new([plan("free", "credits")?, plan("api", "tokens")?, plan("pro", "credits")?])?;
    let table = [
        ("fre", "error: the base `fre` is no plan of the book; did you mean `free`?"),
        ("free", "error: plan `api` counts in `tokens`, and the base `free` in `credits`"),
        ("api", "error: plan `free` counts in `credits`, and the base `api` in `tokens`"),
    ];
    for (base, refusal) in table {
        let refused = book.clone().with_base(base.parse()?).unwrap_err().to_string();
        assert!(refused.starts_with(refusal), "{refused}");
    }
    assert_eq!(book.base(), None);
    Ok(())
}

/// What holds where a plan says nothing.
#[test]
fn a_plan_that_says_nothing_opens_everything_and_limits_nothing() -> Result {
    let plan = Plan::new("free".parse()?, "1".parse()?, "credits".parse()?);
    assert!(plan.is_in_force("1970-01-01T00:00:00Z".parse()?));
    assert_eq!((plan.limits().seats(), plan.limits().work()), (None, WorkLimits::default()));
    assert_eq!((plan.terms(), plan.refund(), plan.auto_top_up()), (Terms::default(), None, None));
    assert_eq!((plan.upgrade(), plan.proration(), plan.grace_days()), (Upgrade::FreshCycle, Proration::None, 1));
    assert_eq!(plan.at_end(&GrantKind::Subscription), AtEnd::Expire);
    for kind in [GrantKind::Free, GrantKind::TopUp, GrantKind::Reward, GrantKind::Other("community".parse()?)] {
        assert_eq!(plan.at_end(&kind), AtEnd::Keep, "{kind:?}");
    }
    Ok(())
}

#[test]
fn grants_are_made_on_the_terms_of_the_plan() -> Result {
    let plan = pro()?;
    let at = "2026-11-25T12:00:00Z".parse()?;
    let monthly = plan.allowance("monthly").unwrap().grant_until("2026-12-25T12:00:00Z".parse()?)?;
    assert_eq!((monthly.kind(), monthly.amount()), (&GrantKind::Subscription, "8000.5".parse()?));
    assert_eq!((monthly.priority(), monthly.repays_debt()), (-1, false));
    assert_eq!(
        (monthly.late_refund(), monthly.expires_at()),
        (LateRefund::Renews, Some("2026-12-25T12:00:00Z".parse()?))
    );

    let daily = plan.allowance("daily").unwrap().grant_until("2026-11-26T00:00:00Z".parse()?)?;
    assert_eq!(daily.restriction().to_string(), "model flux-dev");
    assert_eq!(daily.late_refund(), LateRefund::Expires);

    let large = plan.top_up("large").unwrap().grant_at(at)?;
    assert_eq!((large.kind(), large.cost()), (&GrantKind::TopUp, Some(&price("70"))));
    assert_eq!((large.priority(), large.expires_at()), (5, Some("2027-11-25T12:00:00Z".parse()?)));
    assert_eq!(large.restriction().to_string(), "studio image");
    assert_eq!(plan.top_up("small").unwrap().grant_at(at)?.expires_at(), None);

    let referral = plan.reward("referral").unwrap().grant_at(at)?;
    assert_eq!((referral.kind(), referral.cost()), (&GrantKind::Reward, None));
    assert_eq!(referral.expires_at(), Some("2027-02-23T12:00:00Z".parse()?));
    assert!(plan.top_up("large").unwrap().grant_at("9999-12-31T00:00:00Z".parse()?).is_err());
    Ok(())
}

/// The third day ends after 72 hours, and 300 credits are not more than 300.
#[test]
#[rustfmt::skip]
fn a_purchase_is_paid_back_within_its_terms() -> Result {
    let terms = RefundTerms::new(Days::new(3)?, whole(300))?;
    let table = [
        (0,                     "0",           true),
        (72 * 3_600_000 - 1,    "300",         true),
        (72 * 3_600_000,        "0",           false),
        (1,                     "300.0000001", false),
    ];
    for (milliseconds, used, allowed) in table {
        let since = TimeDelta::milliseconds(milliseconds);
        assert_eq!(terms.allow(since, used.parse()?), allowed, "{milliseconds} ms, {used} used");
    }
    Ok(())
}

#[test]
#[rustfmt::skip]
fn what_cannot_be_promised_is_refused() -> Result {
    let plan = || Plan::new("free".parse().unwrap(), "1".parse().unwrap(), "credits".parse().unwrap());
    let monthly = || Allowance::new("m".parse().unwrap(), GrantKind::Free, whole(1), Every::Month).unwrap();
    let many = |count: i32| (0..count).try_fold(plan(), |plan, at| plan.with_fact(PlanFact::new(&format!("f{at}"), at)?));
    let names = |count: i32| (0..count).fold(Restriction::default(), |work, at| work.to_model(format!("m{at}").parse().unwrap()));
    let values = |count: i32| AllowedSetting::values("v", (0..count).map(|at| at.to_string()));
    let lists = |count: i32| (0..count).try_fold(Entitlements::default(), |all, at| all.with_setting(AllowedSetting::values(&format!("s{at}"), ["1"])?));
    let studios = |count: i32| (0..count).try_fold(Limits::default(), |all, at| all.with_studio(format!("s{at}").parse().unwrap(), WorkLimits::default()));
    let each = |every: Every, count: i32| (0..count).try_fold(plan(), |plan, at| plan.with_allowance(Allowance::new(format!("a{at}").parse().unwrap(), GrantKind::Free, whole(1), every)?));
    assert!(each(Every::Month, 8).is_ok() && each(Every::DAY, 32).is_ok() && Rollover::new(whole(1), 12).is_ok());
    assert!(many(32).is_ok() && values(64).is_ok() && lists(64).is_ok() && studios(64).is_ok());
    assert!(monthly().with_restriction(names(64)).is_ok() && Entitlements::default().with_work(names(256)).is_ok());
    assert!(plan().with_grace_days(0).is_ok() && plan().with_grace_days(90).is_ok());
    assert!(plan().with_title(&"x".repeat(100)).is_ok() && plan().with_note(&"x".repeat(1_000)).is_ok());
    let cases: Vec<(std::result::Result<(), PlanError>, &str)> = vec![
        (monthly().with_amount(Credits::ZERO).map(drop), "the amount is 0: it is above 0"),
        (monthly().with_restriction(names(65)).map(drop), "the restriction names 65 studios, tools and models: at most 64 are allowed"),
        (Rollover::new(Credits::ZERO, 1).map(drop), "the cap is 0: it is above 0"),
        (Rollover::new(whole(1), 0).map(drop), "0 months: 1 to 12 are allowed"),
        (Rollover::new(whole(1), 13).map(drop), "13 months: 1 to 12 are allowed"),
        (Days::new(36_501).map(drop), "36501 days: 1 to 36500 are allowed"),
        (Limits::default().with_seats(0).map(drop), "0 seats: 1 to 1000000 are allowed"),
        (WorkLimits::default().with_holds_max(1_025).map(drop), "1025 holds: 1 to 1024 are allowed"),
        (WorkLimits::default().with_outputs_max(0).map(drop), "0 outputs: 1 to 1000000 are allowed"),
        (WorkLimits::default().with_day_max(whole(-1)).map(drop), "the daily limit is -1: it is above 0"),
        (WorkLimits::default().with_month_max(whole(0)).map(drop), "the monthly limit is 0: it is above 0"),
        (Limits::default().with_member_month_max(whole(0)).map(drop), "the monthly limit of a member is 0: it is above 0"),
        (TopUp::new("t".parse()?, whole(0), price("1")).map(drop), "the amount is 0: it is above 0"),
        (TopUp::new("t".parse()?, whole(1), price("0")).map(drop), "the price is 0: it is above 0"),
        (AutoTopUp::new(whole(0), whole(1)).map(drop), "the threshold is 0: it is above 0"),
        (AutoTopUp::new(whole(1), whole(0)).map(drop), "the amount is 0: it is above 0"),
        (Reward::new("r".parse()?, whole(0)).map(drop), "the amount is 0: it is above 0"),
        (Reward::new("r".parse()?, whole(1))?.with_day_max(0).map(drop), "0 rewards: 1 to 1000000 are allowed"),
        (RefundTerms::new(Days::new(1)?, whole(-1)).map(drop), "the amount used is -1: it is 0 or more"),
        (Notices::default().with_low_balance(whole(0)).map(drop), "the low balance is 0: it is above 0"),
        (PlanFact::new("f", vec!["a"]).map(drop), "fact `f` is a list or a record: a flag, a text or a number is given to prices"),
        (PlanFact::new("", 1).map(drop), "fact ``: name is empty: it has 1 to 100 bytes"),
        (AllowedSetting::values("v", Vec::<&str>::new()).map(drop), "setting `v` is allowed no value: leave it out to allow any"),
        (AllowedSetting::values("v", ["x".repeat(4_097)]).map(drop), "setting `v`: a text of 4097 bytes is too long: at most 4096 are allowed"),
        (AllowedSetting::values("v", ["1", "1"]).map(drop), "value `1` is there twice"),
        (AllowedSetting::range("v", Some(2), Some(1)).map(drop), "setting `v` is allowed from 2 to 1: a range has a least and a greatest number, or one"),
        (AllowedSetting::range("v", Some("a"), None).map(drop), "setting `v` is allowed from a to nothing: a range has a least and a greatest number, or one"),
        (AllowedSetting::range("v", None::<i32>, None).map(drop), "setting `v` is allowed from nothing to nothing: a range has a least and a greatest number, or one"),
        (AllowedSetting::range("", Some(1), None).map(drop), "setting ``: name is empty: it has 1 to 100 bytes"),
        (values(65).map(drop), "65 values of a setting are too many: a plan has at most 64"),
        (lists(65).map(drop), "65 settings are too many: a plan has at most 64"),
        (lists(1).and_then(|all| all.with_setting(AllowedSetting::values("s0", ["2"])?)).map(drop), "setting `s0` is there twice"),
        (Entitlements::default().with_work(names(257)).map(drop), "257 opened studios, tools and models are too many: a plan has at most 256"),
        (studios(65).map(drop), "65 studios with limits are too many: a plan has at most 64"),
        (studios(1).and_then(|all| all.with_studio("s0".parse().unwrap(), WorkLimits::default())).map(drop), "studio `s0` is there twice"),
        (each(Every::Month, 9).map(drop), "9 monthly allowances are too many: a plan has at most 8"),
        (each(Every::DAY, 33).map(drop), "33 allowances are too many: a plan has at most 32"),
        (many(33).map(drop), "33 facts are too many: a plan has at most 32"),
        (many(1).and_then(|plan| plan.with_fact(PlanFact::new("f0", 2)?)).map(drop), "fact `f0` is there twice"),
        (plan().with_allowance(monthly()).and_then(|plan| plan.with_allowance(monthly())).map(drop), "allowance `m` is there twice"),
        (plan().with_title(&"x".repeat(101)).map(drop), "the title has 101 bytes: at most 100 are allowed"),
        (plan().with_note(&"x".repeat(1_001)).map(drop), "the note has 1001 bytes: at most 1000 are allowed"),
        (plan().with_grace_days(91).map(drop), "91 days of grace: 0 to 90 are allowed"),
        (plan().in_force_from("1969-12-31T00:00:00Z".parse()?).map(drop), "year 1969 is out of range: 1970 to 9999 are allowed"),
        (plan().in_force_from("2026-01-01T00:00:00Z".parse()?)?.in_force_until("2026-01-01T00:00:00Z".parse()?).map(drop), "the edition ends at 2026-01-01T00:00:00Z, and begins at 2026-01-01T00:00:00Z"),
    ];
    let told = |result: std::result::Result<(), PlanError>| result.err().map(|error| error.to_string());
    let wrong = cases.into_iter().map(|(result, refusal)| (told(result), refusal));
    let wrong: Vec<_> = wrong.filter(|(told, refusal)| told.as_deref() != Some(refusal)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}
