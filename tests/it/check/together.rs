//! Faults of the text, faults of the rules, wrong examples and doubts are told at once, and none that only follows from
//! another.

use studio_credits::pricing::{Price, PriceBook, PricingRule, Setting};

use super::{HEAD, tell};

#[test]
#[rustfmt::skip]
fn all_at_once() {
    tell(&[
        ("[settings]\nsteps = { max = 5, defalt = 3 }\nsize = { values = ['s'] }\n[[rule]]\nstudio = 'a'\nmodel = 'x'\nper_output = 1\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.output = '5 * sise'\n[[rule]]\nstudio = 'a'\nmodel = 'z'\nper.output = '5 / steps'\n[[rule]]\nstudio = 'a'\nmodel = 'w'\nper.output = 2\n[[example]]\nstudio = 'a'\nmodel = 'w'\ncosts = 3\n", &["5:20 error: unknown key `defalt` (did you mean `default`?)", "10:1 error: unknown key `per_output` (did you mean `per.output`?)", "14:19 error: unknown name `sise` (did you mean `size`?)", "23:1 error: the example costs 2, not 3"]),
        ("[[rule]]\nstudio = 'a'\nmodel = x\nper.output = 1\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.output = 'nothing'", &["6:9 error: not TOML: string values must be quoted, expected literal string (a text stands in quotes: \"x\")", "11:15 error: unknown name `nothing` (declare it under `settings`, `facts` or `let`; known are `count`)"]),
        ("[[rule]]\nstudio = 'a'\nmodel = 'x'\nper.output = 1,5\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.output = 'nothing'", &["7:15 error: not TOML: unexpected key or value, expected newline, `#` (a decimal point is a dot: 1.5)", "11:15 error: unknown name `nothing` (declare it under `settings`, `facts` or `let`; known are `count`)"]),
        ("[settings\nsteps = { max = 5 }\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.output = 'steps'", &["4:10 error: not TOML: unclosed table, expected `]`"]),
        ("[setings]\nsteps = { max = 5 }\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.output = 'steps'", &["4:2 error: unknown key `setings` (did you mean `settings`?)"]),
        ("[settings]\nsteps = { mx = 5, unit = 'step' }\n[[rule]]\nstudio = 'a'\nmodel = 'y'\nper.step = 1\n[[rule]]\nstudio = 'a'\nmodel = 'z'\nper.output = 'stesp'", &["5:11 error: unknown key `mx` (did you mean `max`?)", "13:15 error: unknown name `stesp` (did you mean `steps`?)"]),
        ("[[rule]]\nstudio = 'a'\nmodels = [{ model = 'x', pr.output = 2 }, { model = 'y', per.output = -1 }, { model = 'z', per.output = 3 }]\n[[example]]\nstudio = 'a'\nmodel = 'x'\ncosts = 2\n[[example]]\nstudio = 'a'\nmodel = 'z'\ncosts = 2", &["6:26 error: unknown key `pr` (did you mean `per`?)", "6:71 error: a price of `-1` is below 0", "11:1 error: the example costs 3, not 2"]),
        ("[[rule]]\nstudio = 'a'\nperr.output = 2\nmodels = [{ model = 'x' }, { model = 'y' }]", &["6:1 error: unknown key `perr` (did you mean `per`?)"]),
        ("[[rule]]\nstudio = 'a'\nmodel = 'x'\nper.output = 'foo'\n[[rule]]\nstudio = 'b'\nmodel = 'y'\nper.output = \"price('a', 'x')\"", &["7:15 error: unknown name `foo` (declare it under `settings`, `facts` or `let`; known are `count`)"]),
        ("[[rule]]\nstudio = 'a'\nmodel = 'x'\nwhen = 'foo'\nper.output = 1\n[[rule]]\nstudio = 'a'\nmodel = 'x'\nper.output = 1\n[[rule]]\nstudio = 'a'\nmodel = '*'\nper.output = 2", &["7:9 error: unknown name `foo` (declare it under `settings`, `facts` or `let`; known are `count`)"]),
    ]);
}

/// What is told of a layer over a book, with the names of the files.
fn told_of_layers(base: &str, layer: &str) -> Vec<String> {
    let base = format!("{HEAD}{base}");
    let layer = format!("name = 'contract'\nedition = '1'\nextends = 'acme'\n{layer}");
    let load = |name: &str| (name == "acme").then(|| ("acme.toml".to_owned(), base.clone()));
    let found = PriceBook::check_layers("contract.toml", &layer, load);
    found.iter().map(|found| format!("{} {}", found.place.as_ref().unwrap(), found.message)).collect()
}

#[test]
#[rustfmt::skip]
fn a_layer_is_checked_with_the_book_below() {
    let base = "[settings]\nsize = { values = ['s', 'm'], default = 's' }\nsteps = { min = 1, max = 9, default = 2 }\n\
                [[rule]]\nstudio = 'image'\nmodels = [{ model = 'a', per.output.size = { s = '10 / steps', m = 2 } }, { model = 'b', per.output = 'steps' }]";
    for (layer, expected) in [
        ("[[override]]\ntimes = [{ what = 'discount', by = 0.8 }]", &[][..]),
        // What the layer closes on purpose is no doubt about the book below.
        ("[[override]]\nmodel = 'a'\nsettings.size = ['s']", &[]),
        ("[[rule]]\nstudio = 'image'\nmodel = ['a', 'b']\nper.output = 1", &[]),
        ("[[override]]\nmodel = 'b'\nfrom = 2026-02-01\nuntil = 2026-03-01\noffered = false", &[]),
        // What it opens is.
        ("[settings]\nsteps = { min = 0, max = 9, default = 2 }", &["acme.toml:9:56 a division by `steps`, which may be 0"]),
        ("[[override]]\ntimes = [{ what = 'never', when = 'steps > 9', by = 2 }]", &["contract.toml:5:36 this condition is never true"]),
        ("[[override]]\ntimes = [{ what = 'below 0', by = 'steps - 5' }]", &["contract.toml:5:36 the factor may be below 0: `steps - 5` is from -4 to 4"]),
        ("[[override]]\ntimes = [{ what = 'discount', bye = 0.8 }]", &["contract.toml:5:10 the factor has no `by`", "contract.toml:5:31 unknown key `bye`"]),
    ] {
        assert_eq!(told_of_layers(base, layer), expected, "{layer}");
    }
    // Of a time without a rule, a layer may close a part, or another model.
    let gap = "[[rule]]\nstudio = 'image'\nmodels = [{ model = 'a', per.output = 1, until = 2026-02-01 }, { model = 'a', per.output = 2, from = 2026-03-01 }, { model = 'b', per.output = 1 }]";
    let told = "acme.toml:6:95 nothing prices `image/a` from 2026-02-01 to 2026-03-01";
    for (layer, expected) in [
        ("model = 'a'\nfrom = 2026-02-01\nuntil = 2026-03-01\noffered = false", &[][..]),
        ("model = 'a'\nfrom = 2026-02-01\nuntil = 2026-02-20\noffered = false", &[told]),
        ("model = 'a'\nfrom = 2026-02-10\nuntil = 2026-03-01\noffered = false", &[told]),
        ("model = 'b'\nuntil = 2026-03-01\noffered = false", &[told]),
        ("model = 'a'\nfrom = 2026-02-01\nuntil = 2026-03-01\nround.up = 1", &[told]),
        ("model = 'a'\nwhen = 'count > 1'\noffered = false", &[told]),
    ] {
        assert_eq!(told_of_layers(gap, &format!("[[override]]\n{layer}")), expected, "{layer}");
    }
    let cycle = PriceBook::check_layers("a.toml", "name = 'a'\nedition = '1'\nextends = 'b'\n", |name| {
        (name == "b").then(|| ("b.toml".to_owned(), "name = 'b'\nedition = '1'\nextends = 'a'\n".to_owned()))
    });
    assert_eq!(cycle.len(), 1);
    assert_eq!(cycle[0].to_string().lines().next().unwrap(), "error: books extend each other in a circle: a → b → a");
}

#[test]
fn a_book_that_is_built_in_code_is_checked_as_its_text() {
    let book = |price: &str| {
        PriceBook::new("acme", "1", "credits")
            .with_setting("steps", Setting::number(0, 9).with_default(5))
            .with_rule(PricingRule::new("image", "a").per("output", price))
            .with_rule(PricingRule::new("image", "b").per("output", Price::by("steps", [("<= 5", "1"), ("else", "2")])))
    };
    assert_eq!(book("steps * 2").check(), []);
    let found = book("2 / steps").check();
    let place = found[0].place.as_ref().unwrap();
    assert_eq!(place.text.get(place.column - 1..).unwrap(), "steps\"");
    assert_eq!(found[0].message, "a division by `steps`, which may be 0");
    let refused = book("2 / stesp").check();
    assert_eq!((&*refused[0].message, refused[0].place.as_ref()), ("unknown name `stesp`", None));
}

#[test]
fn a_book_that_was_read_is_checked_where_it_stood() {
    let text = format!("{HEAD}[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 'count'\n");
    let book = PriceBook::parse_file("prices.toml", &text).unwrap();
    assert_eq!(book.check(), PriceBook::check_file("prices.toml", &text));
    assert_eq!(book.check()[0].place.as_ref().unwrap().to_string(), "prices.toml:7:15");
}
