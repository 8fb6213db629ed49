//! Tools that build on another one, in books that stand over one another.

use studio_credits::pricing::PriceBook;

use super::{costs, layered};

/// A tool with a condition, and tools that build on it and name one of its models besides all others.
const BELOW: &str = "unit = 'credits'\n[facts]\nvip = { default = false }\n\
                     [[rule]]\nstudio = 'x'\ntool = 'make'\nmodels = [\n\
                     { model = 'flux', per.output = 10 }, { model = 'wan', per.output = 20 },\n\
                     { model = '*', when = 'vip', per.output = 1 }, { model = '*', per.output = 2 }]\n";

fn over(like: &str, above: &str, expected: &[(&str, &str)]) {
    let below = format!("{BELOW}{like}");
    costs(&[("acme", &below), ("contract", &format!("extends = 'acme'\n{above}"))], expected);
}

fn rule(tool: &str, model: &str, costs: u32) -> String {
    format!("[[rule]]\nstudio = 'x'\ntool = {tool}\nmodel = '{model}'\nper.output = {costs}\n")
}

#[test]
fn a_rule_for_any_model_takes_the_place_of_that_alone() {
    let both = "[[rule]]\nstudio = 'x'\nlike = 'make'\ntool = ['redo', 'undo']\nmodel = ['flux', '*']\n";
    // What is left of the one tool are the models that the rule names.
    over(
        both,
        &rule("'redo'", "*", 7),
        &[
            ("x/redo/flux", "10"),
            ("x/redo/wan", "7"),
            ("x/redo/new", "7"),
            ("x/undo/flux", "10"),
            ("x/undo/wan", "20"),
            ("x/undo/new", "2"),
            ("x/undo/new fact:vip=true", "1"),
        ],
    );
    over(both, &rule("['redo', 'undo']", "*", 7), &[("x/redo/flux", "10"), ("x/undo/wan", "7")]);
    over(
        both,
        &rule("'redo'", "flux", 7),
        &[("x/redo/flux", "7"), ("x/redo/wan", "20"), ("x/undo/flux", "10"), ("x/undo/new", "2")],
    );
}

#[test]
fn what_is_left_out_of_any_model_goes_with_it() {
    let like = "[[rule]]\nstudio = 'x'\nlike = 'make'\ntool = 'redo'\nmodel = ['flux', '*']\n";
    // A rule takes a model out of what `*` stands for, and the next book takes `*` itself.
    let middle = format!("extends = 'acme'\n{}", rule("'redo'", "wan", 7));
    let top = format!("extends = 'country'\n{}", rule("'redo'", "*", 8));
    let below = format!("{BELOW}{like}");
    let all = [("acme", &*below), ("country", &middle), ("contract", &top)];
    costs(&all, &[("x/redo/flux", "10"), ("x/redo/wan", "7"), ("x/redo/new", "8")]);
    // A family says it for all its members.
    let family = "[[rule]]\nstudio = 'x'\nlike = 'make'\nexcept = 'wan'\nmodels = [\n\
                  { tool = 'redo', model = ['flux', '*'] }, { tool = 'undo', model = '*' }]\n";
    over(
        family,
        &rule("'redo'", "*", 7),
        &[
            ("x/redo/flux", "10"),
            ("x/redo/wan", "7"),
            ("x/undo/flux", "10"),
            ("x/undo/new", "2"),
            // `*` stands for it, and so it is priced as any other model.
            ("x/undo/wan", "2"),
        ],
    );
}

#[test]
fn what_is_left_of_a_tool_is_written_as_such() {
    let like =
        "[[rule]]\nname = 'again'\nstudio = 'x'\ntool = ['redo', 'undo']\nmodel = ['flux', '*']\nlike = 'make'\n";
    let below = format!("{BELOW}{like}");
    let above = format!("extends = 'acme'\n{}", rule("'redo'", "*", 7));
    let book: PriceBook = layered(&[("acme", &below), ("contract", &above)]).unwrap();
    let left = "[[rule]]\nname = 'again/redo/flux'\nstudio = 'x'\ntool = 'redo'\nmodel = 'flux'\nlike = 'make'\n\n\
                [[rule]]\nname = 'again/undo/flux,*'\nstudio = 'x'\ntool = 'undo'\nmodel = ['flux', '*']\nlike = 'make'\n";
    let text = book.to_toml().replace('"', "'");
    assert!(text.contains(left), "{text}");
}

#[test]
fn an_override_is_for_all_that_a_rule_below_sells() {
    let like = "[[rule]]\nstudio = 'x'\nlike = 'make'\ntool = 'redo'\nmodel = '*'\n";
    let few = format!("{like}except = ['flux', 'wan', '*']\n");
    let above =
        format!("{}[[override]]\nstudio = 'x'\ntimes = [{{ what = 'half', by = 0.5 }}]\n", rule("'make'", "hailuo", 9));
    for like in [like, &few] {
        over(like, &above, &[("x/make/hailuo", "9"), ("x/redo/hailuo", "4.5"), ("x/make/flux", "5")]);
    }
    over(like, &above, &[("x/redo/flux", "5")]);
}
