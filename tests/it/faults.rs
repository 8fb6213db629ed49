//! What is wrong with a book is told at once, each fault with its place and a hint.

use studio_credits::pricing::{CostEngine, PriceBook, PricingRule, Round, Rounding};

const HEAD: &str = "name = \"acme\"\nedition = \"1\"\nunit = \"credits\"\n";

/// The faults of a book that begins with the three lines above.
fn faults(rest: &str) -> Vec<String> {
    let text = format!("{HEAD}{rest}");
    let error = match PriceBook::parse(&text) {
        Err(error) => error,
        Ok(book) => match CostEngine::new(&book) {
            Err(error) => error,
            Ok(_) => return Vec::new(),
        },
    };
    let told = error.faults.iter().map(|fault| {
        let place = fault.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let hint = fault.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place} {}{hint}", fault.message)
    });
    told.collect()
}

#[track_caller]
fn check(table: &[(&str, &[&str])]) {
    for (rest, expected) in table {
        assert_eq!(faults(rest), *expected, "\n{rest}");
    }
}

#[test]
#[rustfmt::skip]
fn texts_that_are_no_books() {
    check(&[
        ("[[rule", &["4:7 not TOML: unclosed array table, expected `]]`"]),
        ("name = 'twice'", &["4:1 not TOML: duplicate key"]),
        ("rules = []", &["4:1 unknown key `rules` (did you mean `rule`?)"]),
        ("unit = 5", &["4:1 not TOML: duplicate key"]),
        ("from = 'today'", &["4:8 `from` must be a date, or a date and time with an offset, such as 2026-11-22T00:00:00Z, not a string"]),
        ("from = 2026-11-22T12:00:00", &["4:8 `from` must be a date, or a date and time with an offset, such as 2026-11-22T00:00:00Z, not a datetime"]),
        ("round = { sideways = 1 }", &["4:11 unknown key `sideways` (expected one of up, down, half_up, half_even)"]),
        ("round.up = 0", &["4:12 a step of 0 cannot be; it is above 0 and has at most nine decimal places"]),
        ("[charge]\nfailed = 'some'", &["5:10 `failed` is `some`; it may be `nothing`, `delivered`, `all`"]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper_output = 1\npre.output = 2", &[
            "7:1 unknown key `per_output` (did you mean `per.output`?)",
            "8:1 unknown key `pre` (did you mean `per`?)",
        ]),
    ]);
}

/// A `main` that ends in `?` prints an error by its `Debug`, and so does `unwrap`.
#[test]
fn faults_read_the_same_wherever_they_are_printed() {
    let error = PriceBook::parse_file("prices.toml", "nam = 'acme'").unwrap_err();
    let told = "error: unknown key `nam`\n --> prices.toml:1:1\n  |\n1 | nam = 'acme'\n  | ^^^\n  \
        = help: did you mean `name`?";
    assert_eq!(error.to_string(), told);
    assert_eq!(format!("{error:?}"), format!("BookError\n{told}"));
}

#[test]
#[rustfmt::skip]
fn names_that_no_request_could_have() {
    let rule = |rest: &str| format!("[[rule]]\nstudio = 'video'\nmodel = 'kling'\nper.output = 1\n{rest}");
    let long = "x".repeat(101);
    check(&[
        ("[[rule]]\nstudio = ' video'\nmodel = ['kling', 'veo ']\ntool = ''\nper.output = 1", &[
            "4:1 tool is empty: it has 1 to 100 bytes",
            "5:11 studio ` video` has white space at an end: none is allowed there",
            "6:20 model `veo ` has white space at an end: none is allowed there",
        ]),
        ("[[rule]]\nstudio = 'video'\nmodels = [\n{ tool = 'up\u{a0}', model = 'kling', per.output = 1 }]", &[
            "7:11 tool `up\u{a0}` has white space at an end: none is allowed there",
        ]),
        ("[[rule]]\nstudio = 'video'\nmodel = \"a\\u0007\"\nper.output = 1", &[
            "4:1 model `a\\u{7}` has a control character: none is allowed",
        ]),
        (&format!("[settings]\n' size' = {{ max = 1 }}\n[facts]\n'plan ' = {{ max = 1 }}\n{}", rule("")), &[
            "5:2 setting ` size` has white space at an end: none is allowed there",
            "7:2 fact `plan ` has white space at an end: none is allowed there",
        ]),
        (&format!("[settings]\nclips = {{ max_items = 2, items.fields = {{ ' s' = {{ max = 1 }} }} }}\n{}", rule("settings.clips = { type = 'list', max_items = 1, items.fields = { 'y ' = { max = 1 } } }")), &[
            "5:44 field ` s` has white space at an end: none is allowed there",
            "10:68 field `y ` has white space at an end: none is allowed there",
        ]),
        (&rule(&format!("settings.{long} = {{ max = 1 }}")), &[
            &format!("8:10 setting `{}…` has 101 bytes: at most 100 are allowed", &long[..60]),
        ]),
    ]);
}

#[test]
fn a_choice_of_too_many_values() {
    let book = |count: u32| {
        let values: Vec<String> = (0..count).map(|value| format!("'v{value}'")).collect();
        let price = "[[rule]]\nstudio = 'video'\nmodel = 'kling'\nper.output = \"if size = 'v1' then 1 else 2\"";
        format!("[settings]\nsize = {{ values = [{}] }}\n{price}", values.join(", "))
    };
    check(&[(&book(10_001), &["5:8 `size` has 10001 values; a choice has at most 10000"]), (&book(10_000), &[])]);
}

#[test]
#[rustfmt::skip]
fn a_price_without_a_unit_cannot_be_written() {
    let rule = |price: &str| format!("[[rule]]\nstudio = 'video'\nmodel = 'kling'\n{price}");
    let keys = "studio, tool, model, models, except, name, from, until, when, like, unit, settings, let, per, free, times, \
        plus, each, minimum, maximum, round, exactness, charge, note, overrides";
    check(&[
        (&rule("per = 2.5"), &["7:7 `per` must be a table of prices, not a float"]),
        (&rule("price = 2.5"), &[&format!("7:1 unknown key `price` (expected one of {keys})")]),
        (&rule("per.second = 2.5"), &[
            "7:5 nothing is counted in `second` (give a setting `unit = \"second\"`, or define `let.second`)",
        ]),
    ]);
}

#[test]
#[rustfmt::skip]
fn numbers_that_are_no_prices() {
    let rule = |price: &str| format!("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = {price}");
    let table: [(&str, &[&str]); 13] = [
        ("-1", &["7:14 a price of `-1` is below 0"]),
        ("'-0.5'", &["7:15 a price of `-0.5` is below 0"]),
        ("0", &["7:14 a price of 0 may be a slip (a price of nothing is written `free`)"]),
        ("0.000", &["7:14 a price of 0 may be a slip (a price of nothing is written `free`)"]),
        ("nan", &["7:14 a price is a number of credits, never `nan`"]),
        ("-inf", &["7:14 a price is a number of credits, never `-inf`"]),
        ("1e400", &["7:14 `1e400` is too large: the limit is 10^18"]),
        ("1e-400", &["7:14 `1e-400` is too precise: the limits are 24 decimal places and 38 digits"]),
        ("0.1234567890123456789012345", &["7:14 `0.1234567890123456789012345` is too precise: the limits are 24 decimal places and 38 digits"]),
        ("99999999999999999999", &["7:14 `99999999999999999999` is too large: the limit is 10^18"]),
        ("true", &["7:14 `output` must be a price: a number, a formula in quotes or a table, not a boolean"]),
        ("[1, 2]", &["7:14 `output` must be a price: a number, a formula in quotes or a table, not an array"]),
        ("'1 +'", &["7:17 expected a value, found the end"]),
    ];
    for (price, expected) in table {
        assert_eq!(faults(&rule(price)), *expected, "{price}");
    }
}

#[test]
#[rustfmt::skip]
fn names_that_are_not_there() {
    check(&[
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'", &["4:1 the rule has no price (write `per.output`, `per.call` or another unit, or `free = true`)"]),
        ("[[rule]]\nmodel = 'a'\nper.output = 1", &["4:1 the rule names no `studio`"]),
        ("[[rule]]\nstudio = 'image'\nper.output = 1", &["4:1 the rule names no `model` (`*` stands for any model)"]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.second = 1", &["7:5 nothing is counted in `second` (give a setting `unit = \"second\"`, or define `let.second`)"]),
        ("[settings]\nlong = { unit = 'second' }\nshort = { unit = 'second' }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.second = 1", &["10:5 `long`, `short` are all counted in `second` (say which under `let`: second = \"…\")"]),
        ("[settings]\nduration = { max = 10 }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = '2 * durtion'", &["9:19 unknown name `durtion` (did you mean `duration`?)"]),
        ("[settings]\nsize = { values = ['s', 'm'] }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output.size = { s = 1, xl = 2 }", &["9:28 `size` is never `xl` (it may be `s`, `m`)"]),
        ("[settings]\nsize = { values = ['s', 'm'] }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = \"if size = 'xl' then 2 else 1\"", &["9:25 `size` is never this text (it may be `s`, `m`)"]),
        ("[[rule]]\nstudio = 'x'\ntool = 'make'\nmodel = 'a'\nper.output = 1\n[[rule]]\nstudio = 'x'\ntool = 'redo'\nmodel = '*'\nlike = 'make'\n[[rule]]\nstudio = 'x'\ntool = 'undo'\nmodel = '*'\nlike = 'redo'", &["14:1 the tool `redo` builds on `make` itself (write `like` with a tool that has a price of its own, and say all that is done to it)"]),
        ("[settings]\nsize = { values = ['s', 'm'], default = 'xl' }", &[]),
        ("[settings]\nsize = { values = ['s', 'm'], default = 'xl' }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output.size = { s = 1 }", &["5:8 the default of `size` is `xl`; it may be `s`, `m`"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn names_with_dots_that_are_not_quoted() {
    let rule = "[settings]\nversion = { values = ['3.0-pro', '3.5'] }\n[[rule]]\nstudio = 'image'\nmodel = 'a'\n";
    for (price, expected) in [
        ("per.output.version = { 3.0-pro = 5 }", "9:26 `0-pro` must be a table of prices, one for each value (a key with a dot is written in quotes: \"3.0-pro\")"),
        ("per.output.version = { 3 = 4, 3.5 = 5 }", "9:31 not TOML: cannot extend value of type integer with a dotted key (a key with a dot is written in quotes: \"3.5\")"),
        ("[rule.per.output.version]\n3.5 = 5", "10:3 `5` must be a table of prices, one for each value (a key with a dot is written in quotes: \"3.5\")"),
    ] {
        assert_eq!(faults(&format!("{rule}{price}")), [expected], "{price}");
    }
    let header = format!("{rule}[rule.per.output.version.3.5]\nduration = 5");
    assert_eq!(faults(&header), [
        "9:26 `version` is never `3` (a key with a dot is written in quotes: \"3.0-pro\")",
        "9:28 unknown name `5` (declare it under `settings`, `facts` or `let`; known are `count`, `version`)",
    ]);
    let models = "[[rule]]\nstudio = 'image'\nmodels.kling-3.0-pro = { per.output = 5 }";
    assert_eq!(faults(models), ["6:1 `models` must be a list of tables (write models = [{ model = \"kling-3.0\", … }])"]);
}

#[test]
#[rustfmt::skip]
fn rules_that_cannot_both_hold() {
    let rules = |extra: &str| format!("[facts]\nplan = {{ values = ['free', 'pro'], default = 'free' }}\n[[rule]]\nstudio = 'image'\nmodels = [\n{extra}\n]");
    for (extra, expected) in [
        ("{ model = 'a', per.output = 1 },\n{ model = 'a', per.output = 2 },", &["10:1 two rules are named `image/a` (remove one, or give each a `name` of its own)", "10:1 `image/a` and `image/a` price the same requests (give one a condition (`when`), or dates (`from`, `until`) that do not overlap)"][..]),
        ("{ model = 'a', until = 2026-02-01, per.output = 1 },\n{ model = 'a', from = 2026-01-01, per.output = 2 },", &["10:1 `image/a until 2026-02-01` and `image/a from 2026-01-01` price the same requests (give one a condition (`when`), or dates (`from`, `until`) that do not overlap)"]),
        ("{ model = 'a', until = 2026-01-01, per.output = 1 },\n{ model = 'a', from = 2026-01-01, per.output = 2 },", &[]),
        ("{ model = 'a', when = \"plan = 'pro'\", per.output = 1 },\n{ model = 'a', per.output = 2 },", &[]),
        ("{ model = 'a', free = true, minimum = 1 },", &["9:1 the rule is free and has factors, additions or bounds too"]),
        ("{ model = 'a', free = true, per.output = 1 },", &["9:1 the rule is free and has a price too"]),
    ] {
        assert_eq!(faults(&rules(extra)), expected, "{extra}");
    }
}

#[test]
#[rustfmt::skip]
fn values_that_go_in_circles_or_on_for_too_long() {
    check(&[
        ("[let]\na = 'b + 1'\nb = 'a + 1'\n[[rule]]\nstudio = 'image'\nmodel = 'm'\nper.output = 'a'", &["6:6 `a` is defined by itself"]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = \"price('image', 'b')\"\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = \"price('image', 'a')\"", &[
            "7:30 prices refer to each other in a circle, or too deep: image/b → image/a → image/b",
            "11:30 prices refer to each other in a circle, or too deep: image/a → image/b → image/a",
        ]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 'loop(i from 1 to 1001, x = 1: x + i)'", &["7:15 the loop has more than 1000 rounds"]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 'loop(i from 1 to 1000, x = 1: loop(j from 1 to 1000, y = x: y + j))'", &["4:1 a price by this rule may take 3004004 steps; the most is 100000 (shorten its lists (`max_items`) or loops)"]),
        ("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = '1 / 0'", &["7:19 a division by 0"]),
    ]);
    let deep = format!("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = '{}1{}'", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(faults(&deep).len(), 1);
    let long = format!("[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = '1{}'", " + 1".repeat(400));
    assert_eq!(faults(&long), ["7:15 expressions stand more than 256 deep within each other"]);
    let nested = format!("x = {}1{}", "{ a = ".repeat(100_000), " }".repeat(100_000));
    assert!(faults(&nested)[0].ends_with("not TOML: cannot recurse further; max recursion depth met"));
    let vast = "#".repeat(9 << 20);
    assert_eq!(faults(&vast), ["1:1 the text has 9437229 bytes; a book has at most 8388608"]);
}

#[test]
fn an_example_that_costs_something_else_is_a_fault() {
    let book = "[[rule]]\nstudio = 'image'\nmodel = 'a'\nper.output = 2\n\
                [[example]]\nstudio = 'image'\nmodel = 'a'\ncount = 3\ncosts = 5";
    assert_eq!(faults(book), ["8:1 the example costs 6, not 5"]);
    let dated = book.replace("per.output", "from = 2026-11-01\nper.output");
    let hint = "(say `at` which instant, or give the book a `from`)";
    assert_eq!(faults(&dated), [format!("9:1 the example has no date, and its price changes with time {hint}")]);
    assert_eq!(faults(&dated.replace("costs = 5", "costs = 6\nat = 2026-11-02")), [""; 0]);
}

#[test]
fn a_fault_is_shown_with_its_line() {
    let text = format!("{HEAD}[[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = '2 * rsolution'\n");
    let book = PriceBook::parse_file("prices.toml", &text).unwrap();
    let shown = CostEngine::new(&book).unwrap_err().to_string();
    assert_eq!(
        shown,
        "error: unknown name `rsolution`\n \
         --> prices.toml:7:19\n  |\n\
         7 | per.output = '2 * rsolution'\n  |                   ^^^^^^^^^\n  \
         = help: declare it under `settings`, `facts` or `let`; known are `count`"
    );
}

#[test]
fn a_book_that_is_built_in_code_is_held_to_the_same() {
    let rule = || PricingRule::new("image", "flux");
    let table = [
        (rule().per("output", 1).per("output", 2), "error: the part `output` is there twice"),
        (rule().per("output", "x").with_let("x", 1).with_let("x", 2), "error: the named value `x` is there twice"),
        (
            rule().per("output", 1).rounded(Round::new(Rounding::Up, 0.into())),
            "error: a step of 0 cannot be; it is above 0 and has at most nine decimal places",
        ),
        (rule(), "error: the rule has no price; write `per.output`, `per.call` or another unit, or `free = true`"),
    ];
    for (rule, expected) in table {
        let book = PriceBook::new("acme", "1", "credits").with_rule(rule);
        assert_eq!(CostEngine::new(&book).unwrap_err().to_string(), expected);
    }
    let nameless = PriceBook::new("", " 1", "credits");
    let expected = "error: the `name` of the book is ``\nerror: the `edition` of the book is ` 1`";
    assert_eq!(CostEngine::new(&nameless).unwrap_err().to_string(), expected);
}

#[test]
#[rustfmt::skip]
fn references_that_would_price_something_else() {
    let books = |target: &str, price: &str| format!(
        "[settings]\nsize = {{ values = ['s', 'm'], default = 's' }}\nseconds = {{ unit = 'second', max = 8, default = 4 }}\nclips = {{ type = 'list', items = {{ max = 5 }}, default = [1] }}\n\
         [[rule]]\nstudio = 'x'\n{target}\n[[rule]]\nstudio = 'y'\nmodel = 'z'\nper.call = \"{price}\"");
    for (target, price, expected) in [
        ("model = 'm'\nper.output.size = { s = 1, m = 2 }", "price('x', 'm', sise: 'm')", &["15:35 no rule that is referred to depends on `sise`"][..]),
        ("model = 'm'\nper.output.size = { s = 1, m = 2 }", "price('x', 'm', size: 'xl')", &["15:35 `size` is `xl`; it may be `s`, `m`"]),
        ("model = 'm'\nper.second = 1", "price('x', 'm', seconds: 50)", &["15:38 `seconds` is `50`; it may be a number from 0 to 8"]),
        ("model = 'm'\nper.second = 1", "price('x', 'm', seconds: count)", &["15:38 the price of another rule is that of one output, whatever the `count`"]),
        ("model = 'm'\nunit = 'EUR'\nper.second = 1", "price('x', 'm')", &["16:24 `x/m` is priced in `EUR`, this rule in `credits` (state what one is in `credits`: [convert] EUR = …)"]),
        ("model = 'm'\ntool = ['a', 'b']\nper.second = 1", "price('x', 'm', tool: 'c')", &["16:24 no rule prices model `m` of tool `c` of studio `x` (its tools are `a`, `b`)"]),
        ("models = [{ model = 'm', when = 'seconds > 5', per.call = 1 }, { model = 'm', per.call = 2 }]", "price('x', 'm')", &["14:24 no rule prices model `m` of studio `x` whatever its settings and for as long as this rule is in force (a price that is referred to has no rule with a condition, and dates that take in those of this rule)"]),
        ("model = 'm'\nper.output = 'sum(c in clips: c)'", "price('x', 'm')", &["11:24 `clips` is a list, and a rule that depends on one cannot be referred to (write what both rules reckon as a named value, and use it in both)"]),
    ] {
        assert_eq!(faults(&books(target, price)), expected, "{target} {price}");
    }
    let twenty = |at: u32| (0..20).map(|_| format!("price('x', 'm{}')", at + 1)).collect::<Vec<_>>().join(" + ");
    let rules = (0..8).map(|at| format!("[[rule]]\nstudio = 'x'\nmodel = 'm{at}'\nper.call = \"{}\"\n", twenty(at)));
    let explosion = rules.collect::<String>() + "[[rule]]\nstudio = 'x'\nmodel = 'm8'\nper.call = 1";
    assert!(faults(&explosion)[0].contains("the rule comes to more than 100000 expressions"));
}

#[test]
#[rustfmt::skip]
fn names_and_ranges_that_would_mean_something_else() {
    let rule = |more: &str| format!("[settings]\nseconds = {{ unit = 'second', max = 60, default = 5 }}\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.second = 1\n{more}");
    for (more, expected) in [
        ("let.seconds = 7", "10:5 `seconds` is a named value, and a setting or fact too"),
        ("settings.plan = ['a']\n[facts]\nplan = { values = ['a', 'b'] }", "10:17 `plan` is a fact, and no setting (a rule that is for some values of a fact says so with `when`, or in its tables)"),
        ("let.count = 7", "10:5 `count` is a word of the language"),
        ("settings.seconds = { max = 90 }", "10:20 `seconds` may be a number from 0 to 90 here, and in the book only a number from 0 to 60 (a rule narrows a setting; with a `type`, it may also widen it)"),
        ("settings.other = { unit = 'output', max = 9 }", "10:18 `output` is a word of the language"),
        ("plus = [{ what = 'p', per.second.graduated = { \"<= 5\" = 1, \"<= 5.0\" = 2, else = 3 } }]", "10:34 the bounds of tiers are above 0, each once"),
        ("maximum = 'free'", "10:12 a factor or a bound is a number, never `free`"),
        ("let.z = 0\nplus = [{ what = 'p', per.output = 'z' }]", "11:37 a price of 0, as `z` comes to, is none (a price of nothing is written `free`)"),
        ("each.round.up = 1\nplus = [{ what = 'p', per.call = 1 }]", "11:27 `each` is for what one output comes to; `per.call` is for the whole request"),
        ("each.minimum = 'count'", "6:1 a price with `each` is that of one output, whatever the `count`"),
        ("each.least = 1", "10:6 unknown key `least` (expected one of minimum, maximum, round)"),
        ("from = 2026-02-01\nuntil = 2026-01-01", "6:1 the rule ends before it begins"),
    ] {
        assert_eq!(faults(&rule(more)), [expected], "{more}");
    }
    assert_eq!(faults(&rule("settings.seconds = { type = 'number', max = 90 }")), [""; 0]);
}

#[test]
#[rustfmt::skip]
fn what_narrows_a_setting_allows_nothing_that_the_book_does_not() {
    let book = |declared: &str, own: &str| {
        format!("[settings]\ns = {declared}\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 1\nsettings.s = {own}")
    };
    let steps = "{ max = 100, step = 5 }";
    let list = "{ type = 'list', max_items = 2, items = { min = 1, max = 5 } }";
    let record = "{ type = 'list', max_items = 2, items.fields = { a = { max = 5 }, b = { values = ['p', 'q'] } } }";
    for (declared, own, more, allowed) in [
        (steps, "{ step = 1 }", "a number from 0 to 100 in steps of 1", "a number from 0 to 100 in steps of 5"),
        (steps, "{ step = 7.5 }", "a number from 0 to 100 in steps of 7.5", "a number from 0 to 100 in steps of 5"),
        // Steps are counted from `min`.
        (steps, "{ min = 3 }", "`3`", "a number from 0 to 100 in steps of 5"),
        (steps, "[5, 7, 10, 12]", "`7`, `12`", "a number from 0 to 100 in steps of 5"),
        // A range that the book does not state.
        ("{ max = 10 }", "{ min = -1 }", "a number from -1 to 10", "a number from 0 to 10"),
        ("{ min = 1 }", "{ max = 2_000_000_000 }", "a number from 1 to 2000000000", "a number from 1 to 1000000000"),
        ("{ min = 1, max = 10 }", "[5, 'auto', 11]", "`auto`, `11`", "a number from 1 to 10"),
        ("{ min = 1, max = 10 }", "[5, 11]", "`11`", "a number from 1 to 10"),
        ("[1, 2, 4]", "[2, 3]", "`3`", "`1`, `2`, `4`"),
        ("['1k', '2k']", "['2k', '4k']", "`4k`", "`1k`, `2k`"),
        ("{ default = false }", "{ values = ['on', 'off'], default = 'on' }", "`on`, `off`", "`true` or `false`"),
        (list, "{ max_items = 3 }", "a list of at most 3 items, each a number from 1 to 5", "a list of at most 2 items, each a number from 1 to 5"),
        (list, "{ items = { max = 5 } }", "a list of at most 2 items, each a number from 0 to 5", "a list of at most 2 items, each a number from 1 to 5"),
        (record, "{ items.fields = { a = { max = 6 } } }", "a list of at most 2 items, each a record of a = a number from 0 to 6", "a list of at most 2 items, each a record of a = a number from 0 to 5; b = `p`, `q`"),
        (record, "{ items.fields = { c = { max = 5 } } }", "a list of at most 2 items, each a record of c = a number from 0 to 5", "a list of at most 2 items, each a record of a = a number from 0 to 5; b = `p`, `q`"),
    ] {
        let expected = format!("10:14 `s` may be {more} here, and in the book only {allowed} (a rule narrows a setting; with a `type`, it may also widen it)");
        assert_eq!(faults(&book(declared, own)), [expected], "{declared} {own}");
    }
    for (declared, own) in [
        (steps, "{ step = 10 }"), (steps, "{ min = 5, step = 10 }"), (steps, "[5, 25]"), (steps, "{ min = 5, max = 5, step = 1 }"),
        (steps, "{ min = 5, max = 10, step = 7 }"), ("{ max = 10 }", "{ min = 0.5, step = 3 }"),
        ("['auto', 5, 10]", "[5, 10]"), ("{ values = [1, 2, 50], max = 10 }", "[2, 50]"), ("{ default = false }", "[true]"),
        (list, "{ max_items = 1, items = { min = 2, max = 4 } }"), (record, "{ items.fields = { b = { values = ['q'] } } }"),
        // With a type, a rule may say more.
        (steps, "{ type = 'number', step = 1 }"), (list, "{ type = 'list', max_items = 3 }"),
    ] {
        assert_eq!(faults(&book(declared, own)), [""; 0], "{declared} {own}");
    }
}
