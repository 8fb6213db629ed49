//! The text of a diff: one line a change.

use studio_credits::pricing::PriceBook;

use super::diff;

/// What every book of these tests begins with.
const HEAD: &str = "unit = 'credits'
[settings]
resolution = { values = ['1k', '2k', '4k'], default = '1k' }
seconds = { unit = 'second', min = 1, max = 10, default = 5 }
sound = { default = false }
[facts]
plan = { values = ['free', 'pro'], default = 'free' }
";

/// Pairs of books that go on from the same beginning, and what is told of them after the first line.
#[track_caller]
fn told(table: &[(&str, &str, &str)]) {
    for (old, new, expected) in table {
        let diff = diff(&format!("{HEAD}{old}"), &format!("{HEAD}{new}")).to_string();
        let rest = diff.strip_prefix("acme 1 → acme 2\n").unwrap();
        assert_eq!(rest, expected.trim_start_matches('\n'), "\n{old}\n{new}\n{diff}");
    }
}

fn rule(price: &str) -> String {
    format!("[[rule]]\nstudio = 'image'\nmodel = 'flux'\n{price}")
}

#[test]
fn a_book_that_says_the_same_in_another_way_is_no_change() {
    told(&[
        ("", "", "no price changes\n"),
        (&rule("per.output = 5"), &rule("per.output = '10 / 2'\nnote = 'new'"), "no price changes\n"),
        (
            &rule("per.output.resolution = { 1k = 5, 2k = 6, 4k = 8 }"),
            &rule("per.output.resolution = { 4k = 8, 1k = 5, else = 6 }"),
            "no price changes\n",
        ),
        (
            "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'a', per.output = 1 }, { model = 'b', per.output = 1 }]",
            "[[rule]]\nstudio = 'image'\nmodel = ['b', 'a']\nper.output = 1",
            "no price changes\n",
        ),
    ]);
}

#[test]
fn a_price_that_follows_another_through_a_named_value_is_told() {
    let book = |price: u32| {
        format!(
            "{HEAD}[let]\nmargin = 'base * 1.5'\nbase = \"price('image', 'flux')\"\n{}\n\
             [[rule]]\nstudio = 'edit'\nmodels = [{{ model = 'same', per.output = 'base' }}, \
             {{ model = 'more', per.output = 'margin' }}, {{ model = 'own', let.half = 'base / 2', per.output = 'half' }}, \
             {{ model = 'apart', per.output = 3 }}]",
            rule(&format!("per.output = {price}"))
        )
    };
    let changed: Vec<_> = diff(&book(10), &book(20)).prices.into_iter().map(|change| change.offer.model).collect();
    assert_eq!(changed, ["more", "own", "same", "flux"]);
}

#[test]
fn prices_are_told_with_their_extent_and_examples() {
    told(&[
        (
            &rule("per.output = 5"),
            &rule("per.output = 6"),
            "
image/flux: all 3 prices change, by +1 to +10 credits (+20 %)
  nothing set: 5 → 6 credits (+20 %)
  greatest rise: count 10: 50 → 60 credits (+20 %)
",
        ),
        (
            &rule("per.call = 3"),
            &rule("per.call = '3.0001'"),
            "
image/flux: all 3 prices change, by +0.0001 credits (0 %)
  nothing set: 3 → 3.0001 credits (0 %)
",
        ),
        // A cell that rises, one that falls, and one that is no longer there.
        (
            &rule("per.output.resolution = { 1k = 5, 2k = 6, 4k = 8 }"),
            &rule("per.output.resolution = { 1k = 4, 2k = 9 }"),
            "
image/flux: all 9 prices change, by -10 to +30 credits (-20 % to +50 %)
  nothing set: 5 → 4 credits (-20 %)
  greatest rise: resolution = 2k, count 10: 60 → 90 credits (+50 %)
  greatest fall: count 10: 50 → 40 credits (-20 %)
  3 no longer offered: resolution = 4k: 8 credits → refused, as `image/flux` is not offered with `resolution` = `4k`; offered are `1k`, `2k`
",
        ),
        (
            &rule("free = true"),
            &rule("per.call.plan = { free = 1, pro = 'free' }"),
            "
image/flux: 3 of 6 prices change, by +1 credits
  nothing set: 0 → 1 credits
",
        ),
        // Only some counts, and a setting without a default.
        (
            "[[rule]]\nstudio = 'image'\nmodel = 'flux'\nsettings.words = { max = 9 }\nper.call = 'words'\nmaximum = 8",
            "[[rule]]\nstudio = 'image'\nmodel = 'flux'\nsettings.words = { max = 9 }\nper.call = 'words'",
            "
image/flux: 3 of 9 prices change, by +1 credits (+12.5 %)
  greatest rise: words = 9: 8 → 9 credits (+12.5 %)
",
        ),
    ]);
}

#[test]
fn a_bend_is_found_where_it_is() {
    let bands = |first: u32, last: u32| {
        rule(&format!("per.call.seconds = {{ \"<= 4\" = {first}, \"< 6\" = 3, else = {last} }}"))
    };
    told(&[
        (
            &bands(2, 5),
            &bands(2, 6),
            "
image/flux: 9 of 21 prices change, by +1 credits (+20 %)
  greatest rise: seconds = 6: 5 → 6 credits (+20 %)
",
        ),
        (
            &bands(2, 5),
            &bands(1, 5),
            "
image/flux: 9 of 21 prices change, by -1 credits (-50 %)
  greatest fall: seconds = 1: 2 → 1 credits (-50 %)
",
        ),
        // A bound that moves, a formula that bends elsewhere, tiers of a count and of a derived quantity.
        (
            &rule("per.call.seconds = { \"<= 4\" = 2, else = 3 }"),
            &rule("per.call.seconds = { \"<= 4.5\" = 2, else = 3 }"),
            "
image/flux: 6 of 24 prices change, by -1 credits (-33.33 %)
  greatest fall: seconds = 4.25: 3 → 2 credits (-33.33 %)
",
        ),
        (
            &rule("per.call = '1 + max(0, seconds - 8)'"),
            &rule("per.call = '1 + max(0, seconds - 9)'"),
            "
image/flux: 12 of 24 prices change, by -1 to -0.5 credits (-50 % to -33.33 %)
  greatest fall: seconds = 9: 2 → 1 credits (-50 %)
",
        ),
        (
            &rule("per.output.graduated = { \"<= 25\" = 2, else = 1 }"),
            &rule("per.output.graduated = { \"<= 25\" = 2, else = '0.5' }"),
            "
image/flux: 1 of 5 prices changes, by -0.5 credits (-0.98 %)
  greatest fall: count 26: 51 → 50.5 credits (-0.98 %)
",
        ),
        (
            &rule("let.pair = 'ceil(count / 2)'\nper.pair.volume = { \"<= 20\" = 2, else = 1 }"),
            &rule("let.pair = 'ceil(count / 2)'\nper.pair.volume = { \"<= 20\" = 2, else = 3 }"),
            "
image/flux: 1 of 5 prices changes, by +42 credits (+200 %)
  greatest rise: count 41: 21 → 63 credits (+200 %)
",
        ),
        (
            &rule("per.call = \"if plan = 'pro' and sound then 1 else 2\""),
            &rule("per.call = \"if plan = 'pro' and sound then 3 else 2\""),
            "
image/flux: 3 of 12 prices change, by +2 credits (+200 %)
  greatest rise: sound = true, plan = pro: 1 → 3 credits (+200 %)
",
        ),
    ]);
}

#[test]
fn what_is_sold_and_what_may_be_set_is_told() {
    let rules = |models: &str| format!("[[rule]]\nstudio = 'image'\ntool = ['make', 'edit']\nmodels = [{models}]");
    told(&[
        (
            &rules("{ model = 'a', per.output = 1 }, { model = 'b', per.output = 2 }"),
            &rules(
                "{ model = 'b', per.output = 2 }, { model = 'c', per.output = 3 }, { model = 'b', tool = 'redo', per.output = 2 }",
            ),
            "removed: image/a (edit, make)\nremoved: image/b\nadded: image/b (redo)\nadded: image/c (edit, make)\n",
        ),
        // What the rule for any model priced, or prices.
        (
            "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'a', per.call = 1 }, { model = '*', per.call = 5 }]",
            "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'b', per.call = 4 }, { model = '*', per.call = 5 }]",
            "
removed: image/a
added: image/b
image/a: all 3 prices change, by +4 credits (+400 %)
  nothing set: 1 → 5 credits (+400 %)
image/b: all 3 prices change, by -1 credits (-20 %)
  nothing set: 5 → 4 credits (-20 %)
",
        ),
        // Settings that no price depends on, the same for several models.
        (
            &rules("{ model = ['a', 'b'], per.output = 1, settings = { resolution = {}, seconds = { max = 8 } } }"),
            &rules(
                "{ model = ['a', 'b'], per.output = 1, settings = { resolution = ['2k'], seconds = { max = 9, default = 6 }, sound = {} } }",
            ),
            "
setting `resolution` may no longer be `1k`, `4k`: image/a (edit, make), image/b (edit, make)
setting `resolution` is `2k` if left out, was `1k`: image/a (edit, make), image/b (edit, make)
setting `seconds` may be a number from 1 to 9, was a number from 1 to 8: image/a (edit, make), image/b (edit, make)
setting `seconds` is `6` if left out, was `5`: image/a (edit, make), image/b (edit, make)
setting `sound` is new: image/a (edit, make), image/b (edit, make)
",
        ),
        (
            &rules("{ model = 'a', per.output = 1, settings = ['sound'] }"),
            &rules("{ model = 'a', per.output = 1 }"),
            "setting `sound` is gone: image/a (edit, make)\n",
        ),
        // More models than a line has room for.
        (
            &rules("{ model = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], per.output = 1, settings = ['sound'] }"),
            &rules("{ model = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], per.output = 1 }"),
            "setting `sound` is gone: image/a (edit, make), image/b (edit, make), image/c (edit, make), image/d (edit, make), image/e (edit, make), image/f (edit, make), and 2 more\n",
        ),
    ]);
    let facts = |facts: &str| {
        format!("unit = 'credits'\n[facts]\n{facts}\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 1")
    };
    assert_eq!(
        diff(
            &facts("plan = { values = ['free', 'pro'] }\nfirst = { default = true }"),
            &facts("plan = { values = ['free', 'team'] }")
        )
        .to_string(),
        "acme 1 → acme 2\nfact `plan` may no longer be `pro`\nfact `plan` may be `team` now\nfact `first` is gone\n"
    );
}

#[test]
fn units_charges_and_terms_are_told() {
    let model = |more: &str| rule(&format!("per.output = 5\n{more}"));
    told(&[
        (
            &model(""),
            &model("unit = 'USD'"),
            "
counted in USD, was credits: image/flux
image/flux: all 3 prices change
  nothing set: 5 credits → 5 USD
",
        ),
        (
            &model("charge.blocked = 'all'"),
            &model("charge = { failed = 'delivered', partial = 'all' }"),
            "
work that is delivered in part costs all of its price, was what was delivered: image/flux
work that is failed costs what was delivered, was nothing: image/flux
work that is blocked costs nothing, was all of its price: image/flux
",
        ),
    ]);
    // A quote without a maximum is held under a cap, though it costs the same.
    let clip = |measured: &str| {
        format!(
            "[settings.length]\nunit = 'frame'\nmin = 1\nmax = 10\ndefault = 5{measured}\n\
             [[rule]]\nstudio = 'video'\nmodel = 'clip'\nper.frame = 2"
        )
    };
    told(&[
        (&model(""), &model("exactness = 'from'"), "\nquotes say `from`, said `exact`: image/flux\n"),
        (&clip(""), &clip("\nmeasured = true"), "\nquotes say `estimate`, said `exact`: video/clip\n"),
        (&clip("\nmeasured = true"), &clip("\nmeasured = true"), "no price changes\n"),
    ]);
    let book =
        |head: &str| format!("unit = 'credits'\n{head}\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 1");
    assert_eq!(
        diff(&book("from = 2026-01-01\nquote_minutes = 30"), &book("from = 2026-06-01T12:00:00Z\nuntil = 2027-01-01"))
            .to_string(),
        "acme 1 → acme 2\nin force from: 2026-06-01T12:00:00Z, was 2026-01-01\nin force until: 2027-01-01, was for ever\n\
         minutes that a quote holds: 15, was 30\n"
    );
}

#[test]
fn each_period_of_the_new_book_is_compared() {
    told(&[(
        &rule("per.call = 5"),
        "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux', until = 2027-01-01, per.call = 5 }, { model = 'flux', from = 2027-01-01, per.call = 6 }]",
        "
image/flux: 3 of 6 prices change, by +1 credits (+20 %)
  nothing set: at 2027-01-01: 5 → 6 credits (+20 %)
",
    )]);
    // What the old book says of times at which the new one is not in force does not count.
    let old = "unit = 'credits'\nuntil = 2026-07-01\n[[rule]]\nstudio = 'image'\nmodels = [\n\
               { model = 'a', until = 2026-06-01, per.call = 1 },\n{ model = 'a', from = 2026-06-01, per.call = 2 }]";
    let new = |price: u32| {
        format!("unit = 'credits'\nfrom = 2026-07-01\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.call = {price}")
    };
    let validity = "acme 1 → acme 2\nin force from: 2026-07-01, was always\nin force until: for ever, was 2026-07-01\n";
    assert_eq!(diff(old, &new(2)).to_string(), validity);
    let risen = "image/a: all 3 prices change, by +1 credits (+50 %)\n  nothing set: 2 → 3 credits (+50 %)\n";
    assert_eq!(diff(old, &new(3)).to_string(), format!("{validity}{risen}"));
    // A model that is sold for a time only.
    told(&[(
        &rule("until = 2027-01-01\nper.call = 5"),
        &rule("until = 2027-02-01\nper.call = 5"),
        "
image/flux: 3 of 6 prices change
  3 newly offered: at 2027-01-01: refused, as `image/flux` has no price at 2027-01-01T00:00:00Z: its last ended at 2027-01-01T00:00:00Z → 5 credits
",
    )]);
}

#[test]
fn lists_texts_and_examples_are_tried_too() {
    let stages = |rate: u32| {
        format!(
            "unit = 'credits'\n[settings]\nstages = {{ type = 'list', max_items = 4, items = {{ fields = {{ kind = {{ values = ['a', 'b'] }}, steps = {{ min = 1, max = 9 }} }} }} }}\n\
             [[rule]]\nstudio = 'image'\nmodel = 'm'\nper.output = \"sum(s in stages: s.steps * (if s.kind = 'b' then {rate} else 1))\""
        )
    };
    assert_eq!(
        diff(&stages(2), &stages(3)).to_string(),
        "acme 1 → acme 2\nimage/m: 12 of 27 prices change, by +1 to +120 credits (+48 % to +50 %)\n  greatest rise: \
         stages = {kind=a, steps=1}|{kind=b, steps=2}|{kind=b, steps=9}|{kind=b, steps=1}, count 10: 250 → 370 credits (+48 %)\n"
    );
    // A list that is left out.
    let left_out = |default: &str, price: u32| {
        format!(
            "unit = 'credits'\n[settings]\nclips = {{ type = 'list', max_items = 3, items = {{ min = 0, max = 5 }}, default = {default} }}\n\
             [[rule]]\nstudio = 'video'\nmodel = 'm'\nper.output = 'if any(c in clips: c = 4) and length(clips) = 2 then {price} else 2'"
        )
    };
    assert_eq!(
        diff(&left_out("[4, 1]", 7), &left_out("[4, 1]", 9)).to_string(),
        "acme 1 → acme 2\nvideo/m: 3 of 27 prices change, by +2 to +20 credits (+28.57 %)\n  nothing set: 7 → 9 credits (+28.57 %)\n  \
         greatest rise: count 10: 70 → 90 credits (+28.57 %)\n"
    );
    let told = diff(&left_out("[4, 1]", 7), &left_out("[1]", 7)).to_string();
    assert!(told.contains("\n  nothing set: 7 → 2 credits (-71.43 %)\n"), "{told}");
    let voices = |price: u32| {
        format!(
            "unit = 'credits'\n[settings]\nvoice = {{ type = 'text' }}\n\
             [[rule]]\nstudio = 'voice'\nmodel = 'm'\nper.call.voice = {{ anna = 1, ben = {price}, else = 3 }}"
        )
    };
    assert_eq!(
        diff(&voices(1), &voices(2)).to_string(),
        "acme 1 → acme 2\nvoice/m: 3 of 9 prices change, by +1 credits (+100 %)\n  greatest rise: voice = ben: 1 → 2 credits (+100 %)\n"
    );
    // What only an example asks for.
    let square = |then: u32| {
        format!(
            "unit = 'credits'\n[settings]\nx = {{ min = 0, max = 100 }}\n\
             [[rule]]\nstudio = 'image'\nmodel = 'm'\nper.call = 'if x * x = 2500 then {then} else 2'\n\
             [[example]]\nstudio = 'image'\nmodel = 'm'\ncount = 7\nsettings.x = 50\ncosts = {then}"
        )
    };
    assert_eq!(
        diff(&square(1), &square(3)).to_string(),
        "acme 1 → acme 2\nimage/m: 4 of 24 prices change, by +2 credits (+200 %)\n  greatest rise: x = 50: 1 → 3 credits (+200 %)\n"
    );
}

#[test]
fn where_there_are_too_many_requests_some_are_tried_and_that_is_told() {
    let values: Vec<_> = (0..30).map(|at| format!("'v{at}'")).collect();
    let book = |last: u32| {
        let names = ["a", "b", "c"];
        let settings: Vec<_> = names
            .iter()
            .map(|name| format!("{name} = {{ values = [{}], default = 'v0' }}\n", values.join(", ")))
            .collect();
        let tables: Vec<_> = names
            .iter()
            .map(|name| format!("{{ what = '{name}', by.{name} = {{ v29 = {last}, else = 1 }} }}"))
            .collect();
        format!(
            "unit = 'credits'\n[settings]\n{}[[rule]]\nstudio = 'image'\nmodel = 'm'\nper.output = 1\ntimes = [{}]",
            settings.concat(),
            tables.join(", ")
        )
    };
    let diff = diff(&book(2), &book(3));
    let told = diff.to_string();
    let price = &diff.prices[0];
    assert_eq!((price.tried, price.combinations), (4096, 81_000));
    assert!(told.contains("\n  4096 of 81000 combinations were tried\n"), "{told}");
    assert_eq!(told, self::diff(&book(2), &book(3)).to_string());
}

#[test]
fn a_layer_and_its_base_are_compared_like_any_two_books() {
    let base = format!(
        "name = 'acme'\nedition = '1'\n{HEAD}{}",
        rule("per.output.resolution = { 1k = 10, 2k = 20, 4k = 30 }")
    );
    let layer = "name = 'contract'\nedition = '7'\nextends = 'acme'\n[[override]]\ntimes = [{ what = 'contract', by = 0.8 }]\nsettings.resolution = ['1k', '2k']";
    let base = PriceBook::parse(&base).unwrap();
    let merged = PriceBook::parse(layer).unwrap().over(&base).unwrap();
    assert_eq!(
        base.diff(&merged).unwrap().to_string(),
        "acme 1 → contract 7
setting `resolution` may no longer be `4k`: image/flux
image/flux: all 9 prices change, by -40 to -2 credits (-20 %)
  nothing set: 10 → 8 credits (-20 %)
  greatest fall: resolution = 2k, count 10: 200 → 160 credits (-20 %)
  3 no longer offered: resolution = 4k: 30 credits → refused, as `resolution` is `4k`; it may be `1k`, `2k`
"
    );
}

#[test]
fn the_faults_of_both_books_are_told() {
    let book = |name: &str, price: &str| {
        PriceBook::parse_file(
            name,
            &format!("name = 'a'\nedition = '1'\nunit = 'c'\n{}", rule(&format!("per.output = '{price}'"))),
        )
        .unwrap()
    };
    let error = book("old.toml", "x").diff(&book("new.toml", "y")).unwrap_err();
    let told: Vec<_> =
        error.faults.iter().map(|fault| format!("{} {}", fault.place.as_ref().unwrap(), fault.message)).collect();
    assert_eq!(told, ["old.toml:7:15 unknown name `x`", "new.toml:7:15 unknown name `y`"]);
    let error = book("old.toml", "1").diff(&book("new.toml", "y")).unwrap_err();
    assert_eq!(error.faults.len(), 1);
}

#[test]
fn the_stored_form_of_a_diff() {
    let diff = diff(&format!("{HEAD}{}", rule("per.call = 4")), &format!("{HEAD}{}", rule("per.call = 5")));
    let request = r#"{"studio":"image","model":"flux","count":1,"settings":{},"facts":{}}"#;
    let example = format!(
        r#"{{"of":"defaults","request":{request},"at":null,"old":{{"price":{{"amount":"4","unit":"credits"}}}},"new":{{"price":{{"amount":"5","unit":"credits"}}}}}}"#
    );
    let extents = r#""amounts":{"least":"1","greatest":"1"},"percents":{"least":"25","greatest":"25"}"#;
    let price = format!(
        r#"{{"offer":{{"studio":"image","model":"flux","tools":[]}},"tried":3,"combinations":3,"changed":3,"no_longer_offered":0,"newly_offered":0,{extents},"examples":[{example}]}}"#
    );
    let expected = format!(
        r#"{{"old":{{"book":"acme","edition":"1"}},"new":{{"book":"acme","edition":"2"}},"terms":[],"removed":[],"added":[],"settings":[],"units":[],"charges":[],"exactness":[],"prices":[{price}]}}"#
    );
    assert_eq!(serde_json::to_string(&diff).unwrap(), expected);
}
