//! What is wrong with books that stand over one another: each fault in its own file.

use studio_credits::pricing::{CostEngine, PriceBook};

use super::layered;

const ACME: &str = "unit = 'credits'
[settings]
seconds = { unit = 'second', min = 1, max = 60, default = 10 }
[[rule]]
studio = 'image'
tool = ['make', 'edit']
model = 'flux'
per.output = 10
[[rule]]
studio = 'video'
models = [{ model = 'kling', per.second = 2 }, { model = 'wan', per.call = 5 }]
";

/// The faults of books over one another, the lowest first: file, place, text and hint.
fn faults(books: &[(&str, &str)]) -> Vec<String> {
    let Err(error) = layered(books).and_then(|book| CostEngine::new(&book)) else {
        return Vec::new();
    };
    let told = error.faults.iter().map(|fault| {
        let place = fault.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let hint = fault.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place} {}{hint}", fault.message)
    });
    told.collect()
}

#[test]
#[rustfmt::skip]
fn overrides_that_cannot_be() {
    let table: [(&str, &[&str]); 17] = [
        ("studio = 'vdeo'\nround.up = 1", &["top.toml:4:1 the book below has no studio `vdeo` (did you mean `video`?)"]),
        ("studio = 'video'\nmodel = ['kling', 'wann']\nround.up = 1", &["top.toml:4:1 studio `video` of the book below has no model `wann` (did you mean `wan`?)"]),
        ("tool = 'edti'\nround.up = 1", &["top.toml:4:1 the book below has no tool `edti` (did you mean `edit`?)"]),
        ("studio = 'video'\ntool = 'edit'\nround.up = 1", &["top.toml:4:1 studio `video` of the book below has no tool `edit` (it has no tools)"]),
        ("tool = 'edit'\nmodel = 'wan'\nround.up = 1", &["top.toml:4:1 no rule of the book below is what the override selects (its tools and models are sold, but not together)"]),
        ("model = '*'\nround.up = 1", &["top.toml:4:1 the book below has no model `*` (its models are `flux`, `kling`, `wan`)"]),
        ("studio = 'video'", &["top.toml:4:1 the override changes nothing (write `times`, `plus`, `minimum`, `offered = false`, …)"]),
        ("offered = true", &["top.toml:5:11 `offered` is false, or is left out"]),
        ("offered = false\nround.up = 1", &["top.toml:4:1 what is not `offered` has nothing else to change"]),
        ("timse = []", &["top.toml:5:1 unknown key `timse` (did you mean `times`?)"]),
        ("from = 2027-01-01\nuntil = 2026-01-01\nround.up = 1", &["top.toml:4:1 the override ends before it begins"]),
        ("when = 'count > 1'\nsettings.seconds = { min = 9 }", &["top.toml:4:1 the settings of a model are the same under every condition (leave out `when`, or price what it is about as \"not offered\")"]),
        ("settings.secnds = { max = 10 }", &["top.toml:5:19 the book below has no setting `secnds` (did you mean `seconds`?)"]),
        ("settings.seconds = { max = 90 }", &["top.toml:5:20 `seconds` may be a number from 1 to 90 here, and below only a number from 1 to 60"]),
        ("settings.seconds = { max = 9 }", &["top.toml:5:20 the default of `seconds` is `10`; it may be a number from 1 to 9"]),
        ("unit_round.up = 1", &["top.toml:4:1 `unit_round` is for what the override turns into its `unit`, and it names none"]),
        ("unit = 'EUR'", &["top.toml:4:1 the book does not say what one `credits` is in `EUR` (state what one is in `credits`: [convert] EUR = …)"]),
    ];
    for (keys, expected) in table {
        let top = format!("extends = 'acme'\n[[override]]\n{keys}");
        assert_eq!(faults(&[("acme", ACME), ("top", &top)]), expected, "{keys}");
    }
}

#[test]
#[rustfmt::skip]
fn an_override_allows_nothing_that_is_not_allowed_below() {
    let below = "unit = 'credits'\n[settings]\nsteps = { max = 100, step = 5, default = 10 }\nclips = { type = 'list', max_items = 2, items = { max = 5 } }\n\
                 size = { values = [5, 10], default = 5 }\nspeed = { values = ['auto', 5, 10], default = 'auto' }\naudio = { default = false }\n\
                 [[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output.speed = { auto = 1, 5 = 2, 10 = 'sum(s in clips: s)' }\n\
                 times = [{ what = 'size', by = 'steps + size' }, { what = 'audio', when = 'audio', by = 2 }]";
    let table: [(&str, &[&str]); 10] = [
        ("settings.steps = { step = 1 }", &["top.toml:5:18 `steps` may be a number from 0 to 100 in steps of 1 here, and below only a number from 0 to 100 in steps of 5"]),
        ("settings.steps = { min = 2, default = 7 }", &["top.toml:5:18 `steps` may be `2` here, and below only a number from 0 to 100 in steps of 5"]),
        ("settings.clips = { max_items = 3 }", &["top.toml:5:18 `clips` may be a list of at most 3 items, each a number from 0 to 5 here, and below only a list of at most 2 items, each a number from 0 to 5"]),
        // A `type` does not let an override widen.
        ("settings.size = { type = 'number' }", &["top.toml:5:17 `size` may be a number from 0 to 1000000000 here, and below only `5`, `10`"]),
        ("settings.size = { type = 'text' }", &["top.toml:5:17 `size` cannot be narrowed to a choice: below it is `5`, `10` (write a rule that prices the rest as \"not offered\")"]),
        ("settings.speed = { values = [5, 7], default = 5 }", &["top.toml:5:18 `speed` may be `7` here, and below only `auto`, `5`, `10`"]),
        ("settings.audio = [true]", &["top.toml:5:18 `audio` cannot be narrowed to a choice: below it is `true` or `false` (write a rule that prices the rest as \"not offered\")"]),
        // Nor does an override before it: each narrows what that leaves.
        ("settings.steps.max = 20\n[[override]]\nsettings.steps.max = 30", &["top.toml:7:10 `steps` may be a number from 0 to 30 in steps of 5 here, and below only a number from 0 to 20 in steps of 5 (an override before it leaves no more; let that one name the other models alone)"]),
        ("settings.steps = { min = 5, max = 50, step = 15 }\n[[override]]\nsettings.steps = { min = 20, default = 20 }", &[]),
        ("settings.steps.max = 5\n[[override]]\nsettings.steps.default = 5", &[]),
    ];
    for (keys, expected) in table {
        let top = format!("extends = 'acme'\n[[override]]\n{keys}");
        assert_eq!(faults(&[("acme", below), ("top", &top)]), expected, "{keys}");
    }
    let country = "extends = 'acme'\n[[override]]\nsettings.steps.max = 20";
    let top = "extends = 'country'\n[[override]]\nsettings.steps.max = 50";
    let expected = "top.toml:5:10 `steps` may be a number from 0 to 50 in steps of 5 here, and below only a number from 0 to 20 in steps of 5 (an override before it leaves no more; let that one name the other models alone)";
    assert_eq!(faults(&[("acme", below), ("country", country), ("top", top)]), [expected]);
}

#[test]
#[rustfmt::skip]
fn a_fault_is_told_in_the_file_that_it_is_in() {
    let table: [(&str, &str, &[&str]); 8] = [
        // A formula above, over a rule below.
        ("", "[[override]]\nstudio = 'video'\ntimes = [{ what = 'a', by = 'durtion' }]", &["top.toml:6:30 unknown name `durtion` (declare it under `settings`, `facts` or `let`; known are `count`, `seconds`)"]),
        // A rule below that uses what is declared otherwise above.
        ("", "[settings]\nseconds = { unit = 'second', values = ['few', 'many'], default = 'few' }", &["acme.toml:13:34 expected a number, found a text"]),
        // Faults of both, the book above first.
        ("[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 'a'", "[[rule]]\nstudio = 'y'\nmodel = 'm'\nper.output = 'b'", &[
            "top.toml:7:15 unknown name `b` (declare it under `settings`, `facts` or `let`; known are `count`, `seconds`)",
            "acme.toml:17:15 unknown name `a` (declare it under `settings`, `facts` or `let`; known are `count`, `seconds`)",
        ]),
        ("[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 1", "[let]\nunused = 1\nother = 2\nthird = 3\nfourth = 4\nfifth = 5\nsixth = 6\nseventh = 7\neighth = 8\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 'b'\n[settings]\nseconds = { values = ['few'], unit = 'second', default = 'few' }", &[
            "top.toml:16:15 unknown name `b` (declare it under `settings`, `facts` or `let`; known are `count`, `eighth`, `fifth`, `fourth`, `other`, `seconds`, `seventh`, `sixth`, and 2 more)",
            "acme.toml:13:34 expected a number, found a text",
        ]),
        // A rule that names no tool where the book below sells by tool.
        ("", "[[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = 4", &["top.toml:4:1 `flux` is priced by tool in the book below (say which of them this price is for: `edit`, `make`)"]),
        // An override of what the rules beside it take the place of.
        ("", "[[rule]]\nstudio = 'video'\nmodel = 'wan'\nper.call = 1\n[[override]]\nmodel = 'wan'\nround.up = 1", &["top.toml:8:1 the rules of this book take the place of all that the override selects"]),
        // An example above, and none of those below.
        ("[[example]]\nstudio = 'video'\nmodel = 'wan'\ncosts = 1", "[[example]]\nstudio = 'video'\nmodel = 'wan'\ncosts = 4", &["top.toml:4:1 the example costs 5, not 4"]),
        ("[[rule]]\nstudio = 'image'\ntool = 'redo'\nmodel = '*'\nlike = 'make'\nexcept = 'wan'", "", &["acme.toml:14:1 `except` names model `wan`, for which tool `make` has no rule"]),
    ];
    for (below, above, expected) in table {
        let (below, above) = (format!("{ACME}{below}"), format!("extends = 'acme'\n{above}"));
        assert_eq!(faults(&[("acme", &below), ("top", &above)]), expected, "{above}");
    }
}

#[test]
#[rustfmt::skip]
fn books_that_cannot_stand_over_one_another() {
    let rule = "unit = 'credits'\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 1";
    let table = [
        (vec![("a", "extends = 'b'"), ("b", "extends = 'a'")], "a.toml:3:11 books extend each other in a circle: b → a → b"),
        (vec![("b", "extends = 'c'"), ("c", "extends = 'b'"), ("a", "extends = 'b'")], "c.toml:3:11 books extend each other in a circle: b → c → b"),
        (vec![("a", "extends = 'a'")], "a.toml:3:11 books extend each other in a circle: a → a"),
        (vec![("a", rule), ("b", "extends = 'aa'")], "b.toml:3:11 the book `aa` cannot be loaded (`extends` is the `name` of the book below)"),
        (vec![("a", "extends = 5")], "a.toml:3:11 `extends` must be a text in quotes, not an integer"),
        (vec![("a", rule), ("b", "extends = 'a'\nrules = []")], "b.toml:4:1 unknown key `rules` (did you mean `rule`?)"),
    ];
    for (books, expected) in table {
        assert_eq!(faults(&books), [expected], "{books:?}");
    }
    let texts: Vec<_> = (1..9).map(|at| format!("extends = 'b{}'", at - 1)).collect();
    let names: Vec<_> = (0..9).map(|at| format!("b{at}")).collect();
    let tower: Vec<_> = names.iter().map(AsRef::as_ref).zip([rule].into_iter().chain(texts.iter().map(AsRef::as_ref))).collect();
    assert_eq!(faults(&tower[..8]), [""; 0]);
    assert_eq!(faults(&tower), ["b1.toml:3:11 more than 8 books stand over one another"]);

    let loaded = PriceBook::parse_layers("a.toml", "name = 'a'\nedition = '1'\nextends = 'b'", |_| {
        Some(("b.toml".to_owned(), format!("name = 'c'\nedition = '1'\n{rule}")))
    });
    assert_eq!(loaded.unwrap_err().faults[0].message, "what is loaded as the book `b` is the book `c`");
}

#[test]
fn a_book_without_the_one_below_is_refused_and_says_how_to_put_it_there() {
    let text = "name = 'a'\nedition = '1'\nextends = 'b'\n[[override]]\nround.up = 1";
    let above = PriceBook::parse_file("a.toml", text).unwrap();
    let told = |error: studio_credits::pricing::BookError| error.to_string().replace('\n', " / ");
    assert_eq!(
        told(CostEngine::new(&above).unwrap_err()),
        "error: the book extends `b`, and was not put over it /  --> a.toml:3:11 /   | / 3 | extends = 'b' /   |           ^^^ /   \
         = help: read it with `PriceBook::parse_layers`, or call `PriceBook::over`"
    );
    let plain = |name: &str| PriceBook::new(name, "1", "credits");
    let extends = |name: &str, below: &str| plain(name).extending(below);
    let refused = |above: PriceBook, below: &PriceBook| told(above.over(below).unwrap_err());
    assert_eq!(refused(plain("a"), &plain("b")), "error: the book `a` extends no other, so it cannot be put over `b`");
    assert_eq!(refused(extends("a", "b"), &plain("c")), "error: the book `a` extends `b`, and this is `c`");
    assert_eq!(
        refused(extends("a", "b"), &extends("b", "c")),
        "error: the book `b` extends `c` itself, and was not put over it"
    );
    let alone = "unit = 'credits'\n[[override]]\nround.up = 1";
    let hint = "(`extends` names the book whose rules it changes)";
    assert_eq!(
        faults(&[("a", alone)]),
        [format!("a.toml:4:1 the book extends no other, so there is nothing to override {hint}")]
    );
}

#[test]
fn too_many_conditions_are_told() {
    let change = |at: u32| format!("[[override]]\nwhen = 'count > {at}'\nround.up = 1\n");
    let top = |conditions: u32| format!("extends = 'acme'\n{}", (0..conditions).map(change).collect::<String>());
    let below = "unit = 'credits'\n[[rule]]\nstudio = 'x'\nmodel = 'm'\nper.output = 1";
    assert_eq!(faults(&[("acme", below), ("top", &top(6))]), [""; 0]);
    let expected =
        "top.toml:22:1 the overrides of `m` make more than 64 prices (give fewer of them conditions or dates)";
    assert_eq!(faults(&[("acme", below), ("top", &top(7))]), [expected]);
}
