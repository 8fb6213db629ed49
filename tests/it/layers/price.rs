//! What requests cost by books that stand over one another.

use studio_credits::{
    Delivery, GenerationRequest, Outcome,
    pricing::{CostEngine, Override, PriceBook, PricingRule},
};

use super::{NOON, costs, layered, price};
use crate::{
    generate::{asks, samples},
    laws::holds,
};

/// Two tools that share their rules, one that builds on them, a table, a condition, a date, any model.
const ACME: &str = "unit = 'credits'
[settings]
resolution = { values = ['1k', '2k', '4k'], default = '1k' }
seconds = { unit = 'second', min = 1, max = 60, default = 10 }
[facts]
plan = { values = ['free', 'pro'], default = 'free' }
[let]
margin = 2
[[rule]]
studio = 'image'
tool = ['make', 'edit']
models = [
  { model = ['flux', 'seedream'], per.output = 10 },
  { model = 'banana', per.output.resolution = { 1k = 20, 2k = 30, 4k = 40 } },
]
[[rule]]
studio = 'image'
tool = 'restyle'
model = '*'
like = 'make'
times = [{ what = 'style', by = 1.5 }]
[[rule]]
studio = 'video'
models = [
  { model = 'kling', when = \"plan = 'pro'\", per.second = 1 },
  { model = 'kling', per.second = 2, minimum = 8 },
  { model = 'wan', until = 2027-01-01, per.second = 3 },
  { model = 'wan', from = 2027-01-01, per.second = 4 },
  { model = '*', per.call = 'margin * 50' },
]
[[rule]]
studio = 'colour'
model = 'grade'
per.output = \"price('image', 'flux', tool: 'make')\"
";

fn over_acme(rest: &str, expected: &[(&str, &str)]) {
    let rest = format!("extends = 'acme'\n{rest}");
    costs(&[("acme", ACME), ("contract", &rest)], expected);
}

#[test]
fn a_book_that_says_nothing_costs_what_the_one_below_does() {
    over_acme(
        "",
        &[
            ("image/flux", "10"),
            ("image/make/banana resolution=4k x2", "80"),
            ("image/restyle/seedream", "15"),
            ("video/kling", "20"),
            ("video/kling fact:plan=pro", "10"),
            ("video/wan @2027-01-01", "40"),
            ("video/sora", "100"),
            ("colour/grade", "10"),
        ],
    );
}

#[test]
fn a_rule_takes_the_place_of_those_for_the_same_names() {
    // One of two models, and one of two tools: the others stay.
    over_acme(
        "[[rule]]\nstudio = 'image'\ntool = 'make'\nmodel = 'flux'\nper.output = 4",
        &[
            ("image/make/flux", "4"),
            ("image/edit/flux", "10"),
            ("image/make/seedream", "10"),
            ("image/seedream", "10"),
            ("image/flux", "model `flux` of studio `image` is priced by tool; name one of `edit`, `make`, `restyle`"),
            // What builds on it or refers to it follows.
            ("image/restyle/flux", "6"),
            ("image/restyle/seedream", "15"),
            ("colour/grade", "4"),
        ],
    );
    // All rules of a model, also those with conditions and dates.
    over_acme(
        "[[rule]]\nstudio = 'video'\nmodels = [{ model = 'kling', per.call = 7 }, { model = 'wan', per.call = 8 }]",
        &[
            ("video/kling fact:plan=pro", "7"),
            ("video/wan", "8"),
            ("video/wan @2027-01-01", "8"),
            ("video/sora", "100"),
        ],
    );
    // The rule for any model takes the place of that alone.
    over_acme(
        "[[rule]]\nstudio = 'video'\nmodel = '*'\nper.call = 60",
        &[
            ("video/kling", "20"),
            ("video/sora", "60"),
            ("image/sora", "studio `image` has no model `sora`; its models are `banana`, `flux`, `seedream`"),
        ],
    );
    // A model and a studio of its own.
    over_acme(
        "[[rule]]\nstudio = 'image'\ntool = ['make', 'edit']\nmodel = 'flux-2'\nper.output = 8\n\
         [[rule]]\nstudio = 'voice'\nmodel = 'read'\nper.output = 3",
        &[("image/flux-2", "8"), ("image/restyle/flux-2", "12"), ("voice/read", "3"), ("image/flux", "10")],
    );
}

#[test]
fn a_tool_that_builds_on_another_leaves_out_the_models_with_a_rule_above() {
    // A model's own rule in place of one that builds on any model, and the reverse.
    over_acme(
        "[[rule]]\nstudio = 'image'\ntool = 'restyle'\nmodel = 'flux'\nper.output = 11",
        &[("image/restyle/flux", "11"), ("image/restyle/banana", "30"), ("image/edit/flux", "10")],
    );
    let own = "unit = 'credits'\n[[rule]]\nstudio = 'image'\ntool = 'make'\n\
               models = [{ model = 'flux', per.output = 10 }, { model = 'wan', per.output = 20 }]\n\
               [[rule]]\nstudio = 'image'\ntool = 'restyle'\nmodel = 'flux'\nper.output = 11";
    let above = "extends = 'acme'\n[[rule]]\nstudio = 'image'\ntool = ['restyle', 'redraw']\nmodel = '*'\n\
                 like = 'make'\ntimes = [{ what = 'style', by = 2 }]";
    costs(
        &[("acme", own), ("contract", above)],
        &[("image/restyle/flux", "11"), ("image/restyle/wan", "40"), ("image/redraw/flux", "20")],
    );
    // Models that are named in the rule that builds.
    let named = "unit = 'credits'\n[[rule]]\nstudio = 'image'\ntool = 'make'\n\
                 models = [{ model = 'flux', per.output = 10 }, { model = 'wan', per.output = 20 }]\n\
                 [[rule]]\nstudio = 'image'\ntool = ['restyle', 'redraw']\nmodel = ['flux', 'wan']\nlike = 'make'";
    let above = "extends = 'acme'\n[[rule]]\nstudio = 'image'\ntool = 'redraw'\nmodel = 'wan'\nper.output = 1";
    costs(
        &[("acme", named), ("contract", above)],
        &[("image/redraw/wan", "1"), ("image/redraw/flux", "10"), ("image/restyle/wan", "20")],
    );
}

#[test]
fn an_override_changes_what_it_selects_and_only_once() {
    over_acme(
        "[[override]]\ntimes = [{ what = 'contract', by = 0.5 }]",
        &[
            ("image/flux", "5"),
            ("image/make/banana resolution=4k", "20"),
            // Neither what builds on a rule nor what refers to it is changed twice.
            ("image/restyle/flux", "7.5"),
            ("colour/grade", "5"),
            ("video/kling", "10"),
            ("video/kling fact:plan=pro", "5"),
            ("video/wan @2027-01-01", "20"),
            ("video/sora", "50"),
        ],
    );
    // A rule that refers or builds keeps its price where only the other is selected.
    over_acme(
        "[[override]]\nstudio = 'image'\ntool = 'make'\nmodel = 'flux'\ntimes = [{ what = 'contract', by = 0.5 }]",
        &[
            ("image/make/flux", "5"),
            ("image/edit/flux", "10"),
            ("image/make/seedream", "10"),
            ("image/restyle/flux", "15"),
            ("colour/grade", "10"),
        ],
    );
    // Lists, a model of a rule that builds on any, and the rule for any model.
    over_acme(
        "[[override]]\nstudio = 'image'\ntool = ['edit', 'restyle']\nmodel = ['flux', 'banana']\nplus = [{ what = 'fee', per.call = 1 }]\n\
         [[override]]\nstudio = 'video'\nmodel = '*'\ntimes = [{ what = 'others', by = 2 }]",
        &[
            ("image/edit/flux x2", "21"),
            ("image/restyle/flux x2", "31"),
            ("image/restyle/banana", "31"),
            ("image/restyle/seedream", "15"),
            ("image/make/flux", "10"),
            ("image/edit/seedream", "10"),
            ("video/sora", "200"),
            ("video/kling", "20"),
        ],
    );
    // Those that select the same apply in their order; rules beside them are not changed.
    over_acme(
        "[[override]]\nmodel = 'kling'\nplus = [{ what = 'fee', per.call = 1 }]\n\
         [[override]]\nstudio = 'video'\ntimes = [{ what = 'contract', by = 0.5 }]\n\
         [[rule]]\nstudio = 'video'\nmodel = 'wan'\nper.call = 8",
        &[("video/kling", "10.5"), ("video/wan", "8"), ("video/sora", "50")],
    );
}

#[test]
fn every_key_of_an_override_does_what_it_says() {
    let table: [(&str, &[(&str, &str)]); 9] = [
        (
            "times = [{ what = 'a', by = 3 }, { what = 'b', when = \"plan = 'pro'\", by = 0.5 }]",
            &[("video/kling", "60"), ("video/kling fact:plan=pro", "15")],
        ),
        (
            "times = [{ what = 'a', by = 0.1 }]\nplus = [{ what = 'b', per.second = 1 }]\nminimum = 13\nmaximum = 19",
            &[("video/kling", "13"), ("video/kling seconds=20", "19"), ("video/kling seconds=12", "14.4")],
        ),
        // The bounds of the rule come before, so that a price can go below them.
        ("times = [{ what = 'a', by = 0.5 }]", &[("video/kling seconds=1", "4")]),
        ("round.up = 25", &[("video/kling", "25"), ("video/kling fact:plan=pro", "25")]),
        (
            "offered = false",
            &[
                ("video/kling", "studio `video` has no model `kling`; its models are `*`, `wan`"),
                ("video/wan", "30"),
                ("video/sora", "100"),
            ],
        ),
        (
            "settings.seconds = { max = 10, default = 5 }",
            &[
                ("video/kling", "10"),
                ("video/kling seconds=11", "`seconds` is `11`; it may be a number from 1 to 10"),
                ("video/wan seconds=11", "33"),
            ],
        ),
        (
            "from = 2027-01-01\ntimes = [{ what = 'a', by = 2 }]",
            &[("video/kling", "20"), ("video/kling @2026-12-31", "20"), ("video/kling @2027-01-01", "40")],
        ),
        (
            "from = 2026-12-01\nuntil = 2027-01-01\noffered = false",
            &[
                ("video/kling @2026-11-30", "20"),
                ("video/kling @2026-12-01", "`video/kling` has no price at 2026-12-01T00:00:00Z"),
                ("video/kling @2027-01-01", "20"),
            ],
        ),
        (
            "when = \"seconds > 20\"\noffered = false",
            &[
                ("video/kling", "20"),
                (
                    "video/kling seconds=21",
                    "`video/kling when seconds > 20` is not offered: the book says so for these settings",
                ),
                (
                    "video/kling seconds=21 fact:plan=pro",
                    "`video/kling when (plan = 'pro') and (seconds > 20)` is not offered: the book says so for these settings",
                ),
            ],
        ),
    ];
    for (keys, expected) in table {
        over_acme(&format!("[[override]]\nmodel = 'kling'\n{keys}"), expected);
    }
}

#[test]
fn a_table_may_name_what_an_override_no_longer_allows() {
    over_acme(
        "[[override]]\nstudio = 'image'\nsettings.resolution = ['1k', '2k']",
        &[
            ("image/banana resolution=2k", "30"),
            ("image/banana resolution=4k", "`resolution` is `4k`; it may be `1k`, `2k`"),
            ("image/restyle/banana resolution=4k", "`resolution` is `4k`; it may be `1k`, `2k`"),
            // A model that does not take the setting is not given it.
            ("image/flux resolution=2k", "model `flux` has no setting `resolution`; it has no settings"),
        ],
    );
}

#[test]
fn the_numbers_of_a_choice_that_has_texts_too_can_be_all_that_is_left() {
    let below = "unit = 'credits'\n[settings]\nspeed = { values = ['auto', 5, 10], default = 'auto' }\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output.speed = { auto = 1, 5 = 2, 10 = 3 }";
    let above = "extends = 'acme'\n[[override]]\nsettings.speed = { values = [5, 10], default = 10 }";
    let refused = "`speed` is `auto`; it may be `5`, `10`";
    costs(
        &[("acme", below), ("contract", above)],
        &[("x/m", "3"), ("x/m speed=5", "2"), ("x/m speed=10", "3"), ("x/m speed=auto", refused)],
    );
}

#[test]
fn conditions_and_dates_of_overrides_leave_the_price_below_for_all_others() {
    let by = |at: u32| format!("times = [{{ what = 'f{at}', by = {at} }}]");
    let (two, three, five, seven) = (by(2), by(3), by(5), by(7));
    let all = format!(
        "[[override]]\nmodel = 'kling'\nwhen = 'seconds > 20'\n{two}\n\
         [[override]]\nmodel = 'kling'\nwhen = 'count > 1'\n{three}\n\
         [[override]]\nmodel = 'kling'\nfrom = 2027-01-01\n{five}\n\
         [[override]]\nmodel = 'kling'\nwhen = 'seconds > 20'\nuntil = 2026-12-01\n{seven}"
    );
    over_acme(
        &all,
        &[
            ("video/kling @2026-12-15", "20"),
            ("video/kling seconds=30 @2026-12-15", "120"),
            ("video/kling x2 @2026-12-15", "120"),
            ("video/kling seconds=30 x2 @2026-12-15", "720"),
            ("video/kling seconds=30 x2 fact:plan=pro @2026-12-15", "360"),
            ("video/kling @2027-01-01", "100"),
            ("video/kling seconds=30 x2 @2027-01-01", "3600"),
            ("video/kling seconds=30 @2026-11-30", "840"),
            ("video/kling @2026-11-30", "20"),
        ],
    );
    // A rule without a condition that is written first still comes after those with one.
    let below = "unit = 'credits'\n[facts]\na = { default = false }\nb = { default = false }\n[[rule]]\nstudio = 'x'\n\
                 models = [{ model = 'm', per.output = 10 }, { model = 'm', when = 'a', per.output = 1 }]";
    let above = "extends = 'acme'\n[[override]]\nwhen = 'b'\ntimes = [{ what = 'half', by = 0.5 }]";
    costs(
        &[("acme", below), ("contract", above)],
        &[("x/m", "10"), ("x/m fact:a=true", "1"), ("x/m fact:b=true", "5"), ("x/m fact:a=true fact:b=true", "0.5")],
    );
}

#[test]
fn what_a_book_says_of_itself_goes_before_the_one_below() {
    let below = "unit = 'tokens'\nfrom = 2026-01-01\nuntil = 2027-01-01\nround.up = 10\n[settings]\nsize = { values = ['s', 'm'], default = 's' }\n\
                 [let]\nrate = 3\n[facts]\nvip = { default = false }\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output.size = { s = 'rate', m = 'rate * 2' }\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'n'\nround.up = 1\nper.output = 'if vip then rate / 2 else rate'";
    let ask = &[
        ("x/m", "10"),
        ("x/n", "3"),
        ("x/n fact:vip=true", "2"),
        ("x/m @2027-01-01", "`contract` has no price at 2027-01-01T00:00:00Z: its last ended at 2027-01-01T00:00:00Z"),
    ];
    costs(&[("acme", below), ("contract", "extends = 'acme'")], ask);
    let above = "extends = 'acme'\nuntil = 2028-01-01\nround.up = 5\n[settings]\nsize = { values = ['s', 'm'], default = 'm' }\n[let]\nrate = 4\n[facts]\nvip = { default = true }";
    let ask =
        &[("x/m", "10"), ("x/m size=s", "5"), ("x/n", "2"), ("x/n fact:vip=false", "4"), ("x/m @2027-01-01", "10")];
    costs(&[("acme", below), ("contract", above)], ask);
}

#[test]
fn units_stay_what_they_are_until_an_override_converts_them() {
    let below = "unit = 'USD'\n[convert]\nEUR = 1.25\n[[rule]]\nstudio = 'x'\ntool = 'make'\nmodels = [{ model = 'm', per.output = 0.04 }, { model = 'n', unit = 'EUR', per.output = 2 }]\n\
                 [[rule]]\nstudio = 'x'\ntool = 'redo'\nmodel = '*'\nlike = 'make'";
    let unit = |books: &[(&str, &str)], ask: &str| {
        let engine = CostEngine::new(&layered(books).unwrap()).unwrap();
        let request = GenerationRequest::new("x", ask).unwrap();
        let quote = engine.quote(&request, NOON.parse().unwrap()).unwrap();
        let lines: Vec<_> = quote.lines().iter().skip(1).map(|line| line.what).collect();
        format!("{} {} {}", quote.total(), quote.unit(), lines.join(", ")).trim_end().to_owned()
    };
    let kept = [
        ("vendor", below),
        ("shop", "extends = 'vendor'\nunit = 'credits'\n[[rule]]\nstudio = 'x'\nmodel = 'own'\nper.output = 5"),
    ];
    assert_eq!([unit(&kept, "m"), unit(&kept, "n"), unit(&kept, "own")], ["0.04 USD", "2 EUR", "5 credits"]);
    let sold = "extends = 'vendor'\nunit = 'credits'\n[convert]\nUSD = 1000\n[[override]]\nunit = 'credits'\ntimes = [{ what = 'margin', by = 1.5 }]\nplus = [{ what = 'fee', per.call = 1 }]";
    let sold = [("vendor", below), ("shop", sold)];
    assert_eq!(
        [unit(&sold, "m"), unit(&sold, "n")],
        ["61 credits USD to credits, margin, fee", "3751 credits EUR to credits, margin, fee",]
    );
    let family = "unit = 'USD'\n[[rule]]\nstudio = 'x'\nmodels = [{ model = 'm', tool = 'make', per.output = 1 }, { model = '*', tool = 'redo', like = 'make' }]";
    costs(&[("vendor", family), ("shop", "extends = 'vendor'\nunit = 'credits'")], &[("x/redo/m", "1")]);
    costs(&sold, &[("x/make/m", "61"), ("x/redo/m x2", "121")]);
}

#[test]
fn the_book_rounds_what_an_override_turns_into_its_unit() {
    let below = "unit = 'USD'\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nround.up = 0.01\nper.output = 0.044";
    let above = |round: &str, change: &str| {
        format!("extends = 'vendor'\nunit = 'credits'\n{round}\n[convert]\nUSD = 10\n[[override]]\n{change}")
    };
    for (round, change, expected) in [
        ("", "unit = 'credits'", "0.44"),
        ("round.up = 0.1", "unit = 'credits'", "0.5"),
        ("round.up = 0.1", "unit = 'credits'\nround.down = 0.2", "0.4"),
        // What stays in another unit is rounded by its own rule.
        ("round.up = 1", "times = [{ what = 'half', by = 0.5 }]", "0.03"),
    ] {
        costs(&[("vendor", below), ("shop", &above(round, change))], &[("x/m", expected)]);
    }
}

#[test]
fn what_stays_in_the_unit_below_is_rounded_as_below() {
    let below = "unit = 'USD'\nround.up = 0.01\n[[rule]]\nstudio = 'x'\ntool = 'make'\nmodels = [\
                 { model = 'm', per.output = 0.044 }, { model = 'n', unit = 'USD', per.output = 0.044 }, \
                 { model = 'own', round.up = 0.1, per.output = 0.044 }, { model = 'other', unit = 'EUR', per.output = 0.044 }]\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'alone'\nper.output = 0.044\n\
                 [[rule]]\nstudio = 'x'\ntool = 'redo'\nmodel = '*'\nlike = 'make'\ntimes = [{ what = 'twice', by = 2 }]";
    let as_below = [
        ("x/m", "0.05"),
        ("x/n", "0.05"),
        ("x/own", "0.1"),
        ("x/other", "0.044"),
        ("x/alone", "0.05"),
        ("x/redo/m", "0.09"),
        ("x/redo/own", "0.1"),
    ];
    costs(&[("vendor", below)], &as_below);
    let above = |round: &str| {
        format!(
            "extends = 'vendor'\nunit = 'credits'\n{round}\n[convert]\nUSD = 100\n[[rule]]\nstudio = 'y'\nmodels = [\
             {{ model = 'new', per.output = 0.004 }}, {{ model = 'resold', per.output = \"price('x', 'm')\" }}]"
        )
    };
    for (round, new) in [("", "0.004"), ("round.up = 0.5", "0.5")] {
        let above = above(round);
        let books = [("vendor", below), ("shop", &above)];
        costs(&books, &as_below);
        costs(&books, &[("y/new", new), ("y/resold", "5")]);
        // And as below for the book above that.
        let late = "extends = 'shop'\nunit = 'EUR'\n[convert]\ncredits = 0.01";
        costs(&[books[0], books[1], ("late", late)], &as_below);
    }
}

#[test]
fn what_a_book_between_turns_into_its_unit_is_rounded_as_there() {
    let vendor = "unit = 'USD'\nround.up = 0.01\n[[rule]]\nstudio = 'x'\ntool = 'make'\nmodels = [\
                  { model = 'm', per.output = 0.044 }, { model = 'own', unit = 'credits', round.up = 10, per.output = 14 }, \
                  { model = 'less', per.output = 0.044, round.down = 0.01 }, { model = 'kept', per.output = 0.044 }]\n\
                  [[rule]]\nstudio = 'x'\ntool = 'redo'\nmodel = '*'\nlike = 'make'\ntimes = [{ what = 'twice', by = 2 }]";
    let shop = "extends = 'vendor'\nunit = 'credits'\nround.up = 1\n[convert]\nUSD = 100\n\
                [[override]]\nmodel = ['m', 'own', 'less']\nunit = 'credits'\ntimes = [{ what = 'margin', by = 1.5 }]\n\
                [[override]]\nmodel = 'less'\nround.down = 0.5";
    let as_in_the_shop = [
        ("x/make/m", "7"),    // 6.6
        ("x/make/own", "30"), // 21, by tens: it was in credits before
        ("x/make/less", "6.5"),
        ("x/make/kept", "0.05"),
        ("x/redo/m", "14"),    // 13.2
        ("x/make/m x3", "20"), // 19.8
    ];
    costs(&[("vendor", vendor), ("shop", shop)], &as_in_the_shop);
    for round in ["", "round.up = 0.05"] {
        let late = format!("extends = 'shop'\nunit = 'EUR'\n{round}\n[convert]\ncredits = 0.01");
        let books = [("vendor", vendor), ("shop", shop), ("late", &late)];
        costs(&books, &as_in_the_shop);
        let written = PriceBook::parse(&layered(&books).unwrap().to_toml()).unwrap();
        assert_eq!(price(&CostEngine::new(&written).unwrap(), "x/make/m"), "7");
        // And so by a fourth one, whether it counts in another unit or again in credits.
        let fourth = "extends = 'late'\nunit = 'JPY'\nround.up = 1\n[convert]\nEUR = 160";
        costs(&[books[0], books[1], books[2], ("fourth", fourth)], &as_in_the_shop);
        let fourth = "extends = 'late'\nunit = 'credits'\nround.up = 5\n[convert]\nEUR = 100";
        costs(&[books[0], books[1], books[2], ("fourth", fourth)], &as_in_the_shop);
    }
    // What the third book turns into its own unit is rounded once, at the end, as that book says.
    let late = "extends = 'shop'\nunit = 'EUR'\nround.up = 0.005\n[convert]\ncredits = 0.01\nUSD = 1\n[[override]]\nunit = 'EUR'";
    costs(
        &[("vendor", vendor), ("shop", shop), ("late", late)],
        &[("x/make/m", "0.07"), ("x/make/m x2", "0.135"), ("x/make/own", "0.21"), ("x/make/kept", "0.045")],
    );
}

#[test]
fn books_stand_over_one_another_more_than_once() {
    let country = "extends = 'acme'\n[[override]]\nstudio = 'video'\ntimes = [{ what = 'country', by = 2 }]\n\
                   [[rule]]\nstudio = 'image'\ntool = ['make', 'edit']\nmodel = 'flux'\nper.output = 12";
    let contract = "extends = 'country'\n[[override]]\ntimes = [{ what = 'contract', by = 0.5 }]\nplus = [{ what = 'fee', per.call = 1 }]\n\
                    [[rule]]\nstudio = 'video'\nmodel = 'wan'\nper.call = 8";
    costs(
        &[("acme", ACME), ("country", country), ("contract", contract)],
        &[
            ("video/kling", "21"),
            ("video/kling seconds=1", "9"),
            ("video/wan", "8"),
            ("image/flux", "7"),
            ("image/restyle/flux", "10"),
            ("image/seedream", "6"),
            ("colour/grade", "7"),
        ],
    );
}

#[test]
fn what_is_charged_said_and_held_is_that_of_the_highest_book_that_says_it() {
    let below = "unit = 'credits'\nquote_minutes = 60\ncharge.failed = 'all'\nnote = 'list'\n[[rule]]\nstudio = 'x'\n\
                 models = [{ model = 'm', note = 'from below', per.output = 10 }, { model = 'n', per.output = 10 }]";
    let above = "extends = 'acme'\ncharge.blocked = 'all'\n[[override]]\nmodel = 'm'\ncharge = { blocked = 'nothing', empty = 'all' }\n\
                 [[override]]\nmodel = 'n'\nnote = 'from above'";
    let engine = CostEngine::new(&layered(&[("acme", below), ("contract", above)]).unwrap()).unwrap();
    let due = |model: &str| {
        let request = GenerationRequest::new("x", model).unwrap();
        let quote = engine.quote(&request, NOON.parse().unwrap()).unwrap();
        let due = |outcome| engine.charge_for(&quote.basis(), &Delivery::ended(outcome)).unwrap().total.to_string();
        let held = (quote.valid_until() - quote.quoted_at()).num_minutes();
        (due(Outcome::Failed), due(Outcome::Blocked), due(Outcome::Empty), quote.note().unwrap().to_owned(), held)
    };
    assert_eq!(due("m"), ("10".into(), "0".into(), "10".into(), "from below".into(), 60));
    assert_eq!(due("n"), ("10".into(), "10".into(), "0".into(), "from above".into(), 60));
}

#[test]
fn overrides_with_the_same_condition_make_one_price_together() {
    let change =
        |by: u32| format!("[[override]]\nmodel = 'kling'\nwhen = 'count > 1'\ntimes = [{{ what = 'f', by = {by} }}]\n");
    let above = format!("extends = 'acme'\n{}{}", change(2), change(3));
    let engine = CostEngine::new(&layered(&[("acme", ACME), ("contract", &above)]).unwrap()).unwrap();
    let request = GenerationRequest::new("video", "kling").unwrap().with_count(2).unwrap();
    let quote = engine.quote(&request, NOON.parse().unwrap()).unwrap();
    assert_eq!((quote.total().to_string().as_str(), quote.rule()), ("240", "video/kling when count > 1"));
}

#[test]
fn what_only_a_change_that_comes_to_nothing_asks_for_is_taken_all_the_same() {
    let below = "unit = 'credits'\n[settings]\nnight = { default = false }\nsteps = { min = 0, max = 9, default = 1 }\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 5";
    let above = "extends = 'acme'\n[[override]]\nwhen = 'night'\nplus = [{ what = 'steps', per.output = 'steps' }]\n\
                 [[override]]\nwhen = 'night'\noffered = false";
    let refused = "`x/m when night` is not offered: the book says so for these settings";
    costs(
        &[("acme", below), ("contract", above)],
        &[("x/m steps=1", "5"), ("x/m night=true", refused), ("x/m night=true steps=2", refused)],
    );
}

#[test]
fn a_quote_names_the_book_above_and_each_factor() {
    let contract = "extends = 'acme'\n[[override]]\nmodel = 'kling'\nwhen = 'count > 1'\nexactness = 'estimate'\nnote = 'by contract'\ntimes = [{ what = 'contract', by = 0.5 }]";
    let engine = CostEngine::new(&layered(&[("acme", ACME), ("contract", contract)]).unwrap()).unwrap();
    let request = GenerationRequest::new("video", "kling").unwrap().with_count(2).unwrap();
    let quote = engine.quote(&request, NOON.parse().unwrap()).unwrap();
    let lines: Vec<_> = quote.lines().iter().map(|line| format!("{} {}", line.what, line.amount)).collect();
    assert_eq!(lines, ["video/kling when count > 1 40", "contract -20"]);
    assert_eq!(
        (quote.book(), quote.rule(), quote.note()),
        ("contract", "video/kling when count > 1", Some("by contract"))
    );
    assert_eq!(quote.exactness().to_string(), "estimate");
    assert_eq!(engine.charge_for(&quote.basis(), &Delivery::outputs(1)).unwrap().total.to_string(), "10");
}

#[test]
fn books_that_are_built_in_code_stand_over_one_another_too() {
    let base = PriceBook::new("acme", "1", "credits")
        .with_rule(
            PricingRule::new("image", "flux").with_name("basic").with_tool("make").with_tool("edit").per("output", 10),
        )
        .with_rule(PricingRule::new("image", "*").with_tool("redo").like("make").except("flux").times("again", "", 2));
    let contract = PriceBook::new("contract", "1", "")
        .extending("acme")
        .with_rule(PricingRule::new("image", "wan").with_tool("make").per("output", 7))
        .with_override(Override::new().for_tool("edit").times("contract", "count > 1", "0.5").with_minimum(6));
    assert_eq!(contract.extends(), Some("acme"));
    let merged = contract.over(&base).unwrap();
    assert_eq!(merged.extends(), None);
    let engine = CostEngine::new(&merged).unwrap();
    for (ask, expected) in [
        ("image/make/flux x2", "20"),
        ("image/edit/flux", "10"),
        ("image/edit/flux x2", "10"),
        ("image/redo/wan", "14"),
        ("image/redo/flux", "model `flux` of studio `image` has no tool `redo`; its tools are `edit`, `make`"),
    ] {
        assert!(price(&engine, ask).contains(expected), "{ask}: {}", price(&engine, ask));
    }
}

/// Nothing is changed twice, and nothing is left out: what one book halves, the next one doubles.
#[test]
fn a_factor_and_its_inverse_leave_every_price_as_it_was() {
    holds(60, (samples(), proptest::collection::vec(asks(), 4..12)), |(sample, asks)| {
        let base = sample.book();
        let by = |name: &str, below: &str, factor: &str| {
            let change = Override::new().times(name, "", factor);
            PriceBook::new(name, "1", "").extending(below).with_override(change)
        };
        let once = by("half", "acme", "0.5").over(&base).unwrap();
        let twice = by("double", "half", "2").over(&once).unwrap();
        let (base, twice) = (CostEngine::new(&base).unwrap(), CostEngine::new(&twice).unwrap());
        for (request, ask) in asks.iter().filter_map(|ask| Some((ask.request()?, ask))) {
            let (below, above) = (base.price(&request, ask.at), twice.price(&request, ask.at));
            proptest::prop_assert_eq!(below.ok(), above.ok(), "{:?}", ask);
        }
        Ok(())
    });
}
