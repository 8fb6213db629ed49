//! ImagineArt's plans: what is published is there as published, and nothing of it depends on what is not.

use studio_credits::books::{self, FreeCredits};
use studio_credits::plan::{
    Allowance, AtEnd, Every, NotEntitled, OnSale, Plan, PlanBook, PlanName, RefundTerms, Upgrade,
};
use studio_credits::pricing::CostEngine;
use studio_credits::{Credits, GenerationRequest, GrantKind, Model, Studio, Work};

const NAMES: [&str; 5] = ["free", "basic", "standard", "ultimate", "creator"];
const RULES: [FreeCredits; 3] =
    [FreeCredits::FiftyForAll, FreeCredits::HundredForAll, FreeCredits::HundredWithoutSubscription];

fn plan<'b>(book: &'b PlanBook, name: &str) -> &'b Plan {
    book.plan(name, "2026-11-25T12:00:00Z".parse().unwrap()).unwrap()
}

fn amount(plan: &Plan, allowance: &str) -> Option<Credits> {
    plan.allowance(allowance).map(Allowance::amount)
}

#[test]
#[rustfmt::skip]
fn the_published_figures() {
    let book = books::imagineart_plans();
    let table = [
        // name       monthly         seats    images    videos    in all   credits used  highest resolution
        ("free",      None,           Some(1), None,     None,     Some(1), None,         Some("720p")),
        ("basic",     Some(3_000),    Some(1), Some(4),  Some(2),  None,    Some(300),    Some("1080p")),
        ("standard",  Some(8_000),    Some(3), Some(8),  Some(3),  None,    Some(300),    Some("1080p")),
        ("ultimate",  Some(16_000),   Some(6), Some(12), Some(4),  None,    Some(300),    None),
        ("creator",   Some(100_000),  Some(20), Some(16), Some(5), None,    Some(300),    None),
    ];
    let [image, video] = ["image", "video"].map(|studio| Studio::new(studio).unwrap());
    assert_eq!(book.plans().iter().map(|plan| plan.name().as_str()).collect::<Vec<_>>(), NAMES);
    for (name, monthly, seats, images, videos, in_all, used_max, resolution) in table {
        let plan = plan(&book, name);
        assert_eq!(amount(plan, "monthly"), monthly.map(Credits::from_whole), "{name}");
        let limits = plan.limits();
        assert_eq!(limits.seats(), seats, "{name}");
        assert_eq!(limits.studio(&image).holds_max(), images, "{name}");
        assert_eq!(limits.studio(&video).holds_max(), videos, "{name}");
        assert_eq!(limits.work().holds_max(), in_all, "{name}");
        assert_eq!(plan.refund().map(RefundTerms::used_max), used_max.map(Credits::from_whole), "{name}");
        assert_eq!(plan.refund().map(|terms| terms.days().count()), used_max.map(|_| 3), "{name}");
        let highest = ["1080p", "720p"].into_iter().find(|value| {
            plan.entitlements().setting(&video, "resolution").is_some_and(|allowed| allowed.allows(&(*value).into()))
        });
        assert_eq!(highest, resolution, "{name}");
    }
}

#[test]
fn nothing_rolls_over_and_top_ups_stay() {
    let book = books::imagineart_plans();
    for plan in book.plans() {
        let subscribed = plan.name().as_str() != "free";
        assert!(plan.allowances().iter().all(|allowance| allowance.rollover().is_none()));
        assert_eq!(plan.at_end(&GrantKind::TopUp), AtEnd::Keep);
        assert_eq!(plan.at_end(&GrantKind::Subscription), AtEnd::Expire);
        assert_eq!(plan.upgrade(), Upgrade::FreshCycle);
        assert_eq!(plan.auto_top_up(), None);
        assert_eq!(plan.top_ups().len(), if subscribed { 3 } else { 0 });
        assert!(plan.top_ups().iter().all(|pack| pack.expiry_days().is_none()));
        assert!(plan.top_ups().iter().all(|pack| pack.on_sale() == OnSale::WhileSubscribed));
        assert!(plan.rewards().iter().all(|reward| reward.is_once_per_referee() && reward.is_revocable()));
    }
}

#[test]
fn the_free_plan_holds_without_a_subscription() {
    for book in RULES.map(books::imagineart_plans_with) {
        assert_eq!(book.base().map(PlanName::as_str), Some("free"));
        assert_eq!(
            book.base_at("2026-11-25T12:00:00Z".parse().unwrap()).map(|base| &**base),
            Some(plan(&book, "free"))
        );
    }
}

#[test]
#[rustfmt::skip]
fn free_credits_go_by_the_rule_that_is_named() {
    let table = [
        (FreeCredits::FiftyForAll,                [Some(50), Some(50), Some(50), Some(50), Some(50)]),
        (FreeCredits::HundredForAll,              [Some(100), Some(100), Some(100), Some(100), Some(100)]),
        (FreeCredits::HundredWithoutSubscription, [Some(100), None, None, None, None]),
    ];
    assert_eq!(books::imagineart_plans(), books::imagineart_plans_with(FreeCredits::FiftyForAll));
    let mut editions = Vec::new();
    for (rule, daily) in table {
        let book = books::imagineart_plans_with(rule);
        assert_eq!(NAMES.map(|name| amount(plan(&book, name), "daily")), daily.map(|amount| amount.map(Credits::from_whole)), "{rule:?}");
        for plan in book.plans() {
            for daily in plan.allowances().iter().filter(|allowance| allowance.name().as_str() == "daily") {
                assert_eq!((daily.kind(), daily.every()), (&GrantKind::Free, Every::DAY));
            }
        }
        let mut of_book: Vec<String> = book.plans().iter().map(|plan| plan.edition().to_string()).collect();
        of_book.dedup();
        editions.extend(of_book);
    }
    assert_eq!(editions, ["2026-09-23-50-for-all", "2026-09-23-100-for-all", "2026-09-23-100-without-subscription"]);
}

/// Free credits cannot pay for a Pro model under any plan, and the Free plan does not open one.
#[test]
fn pro_models_need_a_subscription() {
    let pro = [
        ("image", "nano-banana-pro"),
        ("video", "kling-3.0-4k"),
        ("video", "seedance-2"),
        ("video", "seedance-2-fast"),
        ("video", "sora-2-pro"),
        ("video", "google-veo-3.1"),
        ("video", "google-veo-3.1-fast"),
        ("video", "google-veo-3.1-lite"),
    ];
    let work = |(studio, model): (&str, &str)| Work::of(&GenerationRequest::new(studio, model).unwrap());
    for book in RULES.map(books::imagineart_plans_with) {
        let free = plan(&book, "free");
        let locked = free.entitlements().work().except_models();
        assert_eq!(locked.iter().map(Model::as_str).collect::<Vec<_>>(), pro.map(|(_, model)| model));
        for plan in book.plans() {
            if let Some(daily) = plan.allowance("daily") {
                assert_eq!(daily.restriction().except_models(), locked);
                assert!(!daily.restriction().allows(&work(pro[0])));
                assert!(daily.restriction().allows(&work(("image", "nano-banana-2"))));
            }
        }
        for at in pro {
            let opened = |name: &str| plan(&book, name).check(&work(at), []).is_ok();
            let veo = at.1.contains("veo");
            assert_eq!(NAMES.map(opened), [false, !veo, !veo, true, true], "{at:?}");
        }
    }
}

/// With what the price book takes for settings that are left out: it sells some models at one resolution alone.
#[test]
fn what_is_sold_runs_under_every_plan_that_does_not_lock_it() {
    let (book, now) = (books::imagineart_plans(), "2026-11-25T12:00:00Z".parse().unwrap());
    let engine = CostEngine::new(&books::imagineart()).unwrap();
    let refused = |plan: &Plan| {
        let mut refused = Vec::new();
        for studio in engine.catalog(now).unwrap().studios {
            for model in studio.models.iter().filter(|model| model.name != "*") {
                let tool = model.offers[0].tools.first().filter(|_| model.offers[0].needs_tool);
                let request = GenerationRequest::new(studio.name, model.name).unwrap();
                let request = tool.iter().fold(request, |request, tool| request.with_tool(tool).unwrap());
                let Ok(quote) = engine.quote(&request, now) else { continue };
                if let Err(what) = plan.check(&Work::of(&request), quote.settings()) {
                    refused.push(match what {
                        NotEntitled::LockedModel { .. } => model.name.to_owned(),
                        what => format!("{}: {what}", model.name),
                    });
                }
            }
        }
        refused
    };
    let above = |model| format!("{model}: the plan does not open `1080p` as `resolution`: it opens `480p`, `720p`");
    let mut free: Vec<String> =
        plan(&book, "free").entitlements().work().except_models().iter().map(Model::to_string).collect();
    free.extend(["kling-3.0-pro", "ltx-2.3"].map(above));
    let veo = ["google-veo-3.1", "google-veo-3.1-fast", "google-veo-3.1-lite"].map(str::to_owned).to_vec();
    let table = [free, veo.clone(), veo, Vec::new(), Vec::new()];
    for (name, mut expected) in NAMES.into_iter().zip(table) {
        let mut refused = refused(plan(&book, name));
        refused.sort_unstable();
        expected.sort_unstable();
        assert_eq!(refused, expected, "{name}");
    }
}

#[test]
fn prices_are_told_the_plan_and_the_unlimited_window() {
    let book = books::imagineart_plans();
    let (bought, in_time, late) = ("2026-11-01T09:30:00Z", "2026-11-08T09:29:59Z", "2026-11-08T09:30:00Z");
    for name in NAMES {
        let facts = |at: &str| -> Vec<String> {
            let facts = plan(&book, name).facts_at(bought.parse().unwrap(), at.parse().unwrap());
            facts.map(|(name, value)| format!("{name}={value}")).collect()
        };
        let mut expected = vec![format!("plan={name}")];
        assert_eq!(facts(late), expected);
        if ["ultimate", "creator"].contains(&name) {
            expected.push("unlimited=true".to_owned());
        }
        assert_eq!(facts(in_time), expected);
    }
}

#[test]
fn the_text_has_no_doubts() {
    let text = include_str!("../../../src/books/imagineart-plans.toml");
    assert_eq!(PlanBook::check_file("imagineart-plans.toml", text), []);
    for book in RULES.map(books::imagineart_plans_with) {
        assert_eq!(book.check(), []);
    }
}
