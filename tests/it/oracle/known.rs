//! Where the crate is known to differ from what the page of the language says: what is `false` here does not come up
//! in the run, and each is shown by a test below.

use studio_credits::{
    GenerationRequest, Value,
    pricing::{CostEngine, PriceBook},
};

/// A change with the same condition as a later one, which withdraws what both are for: the settings that only the first
/// one uses are then none of the model's.
pub(super) const CONDITIONS_ALIKE: bool = false;

/// A new model under a tool that a rule of the book below builds on: a change of all rules below is for what that one
/// sells of it only if the rule sold something before.
pub(super) const CHANGES_OF_WHAT_IS_BUILT_ON_THE_NEW: bool = false;

/// `a > b` where neither has a value: the request is refused for what `b` lacks, and for `a < b` for what `a` lacks.
pub(super) const ORDER_OF_COMPARISONS: bool = false;

/// A book above that turns a rule into the unit of the book: the book's rounding is for amounts in its unit, and is not
/// applied.
pub(super) const ROUNDING_IN_THE_UNIT_OF_THE_BOOK: bool = false;

/// The one rule of a model, under a condition on the count, in a request that was resolved for another count: it prices
/// counts that it is not for.
pub(super) const COUNTS_OF_A_CONDITION: bool = false;

/// What a request costs by a book over others, or why it costs nothing.
fn told(layers: &[&str], model: &str, settings: &[(&str, &str)]) -> String {
    let head = |at: usize| match at {
        0 => "name = 'book 0'\nedition = '1'\nunit = 'credits'\n".to_owned(),
        at => format!("name = 'book {at}'\nedition = '1'\nextends = 'book {}'\n", at - 1),
    };
    let text = |at: usize| Some((format!("book {at}"), format!("{}{}", head(at), layers[at])));
    let load = |name: &str| text(name.strip_prefix("book ")?.parse().ok()?);
    let (file, top) = text(layers.len() - 1).unwrap();
    let engine = PriceBook::parse_layers(&file, &top, load).and_then(|book| CostEngine::new(&book));
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => return error.faults[0].message.clone(),
    };
    let (tool, model) = model.split_once('/').map_or((None, model), |(tool, model)| (Some(tool), model));
    let request = GenerationRequest::new("image", model).unwrap();
    let request = tool.into_iter().fold(request, |request, tool| request.with_tool(tool).unwrap());
    let request = settings
        .iter()
        .fold(request, |request, (name, value)| request.with_setting(name, Value::from(*value)).unwrap());
    let price = engine.price(&request, "2026-11-23T00:00:00Z".parse().unwrap());
    price.map_or_else(|error| error.to_string(), |price| price.to_string())
}

const SETTINGS: &str = "settings = { night = { default = false }, steps = { min = 0 }, width = { min = 0 } }\n";

#[test]
#[ignore = "known to differ: the first of two changes under one condition is passed over, and so is what it uses"]
fn a_setting_that_only_a_change_uses_is_taken() {
    let below = format!("{SETTINGS}[[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = 5");
    let above = "[[override]]\nwhen = 'night'\nplus = [{ what = 'steps', per.output = 'steps' }]\n\
                 [[override]]\nwhen = 'night'\noffered = false";
    assert_eq!(told(&[&below, above], "flux", &[("steps", "1")]), "5");
}

#[test]
#[ignore = "known to differ: a change passes over what a rule below makes of a new model alone"]
fn a_change_is_for_all_that_a_rule_below_sells() {
    let below = "[[rule]]\nstudio = 'image'\ntool = 'make'\nmodel = 'flux'\nper.output = 5\n\
                 [[rule]]\nstudio = 'image'\ntool = 'restyle'\nlike = 'make'\nmodel = '*'\n";
    let above = "[[rule]]\nstudio = 'image'\ntool = 'make'\nmodel = 'hailuo'\nper.output = 9\n\
                 [[override]]\ntimes = [{ what = 'half', by = 0.5 }]";
    let few = format!("{below}except = 'flux'");
    assert_eq!(told(&[below, above], "restyle/hailuo", &[]), "4.5");
    assert_eq!(told(&[&few, above], "restyle/hailuo", &[]), "4.5");
}

#[test]
#[ignore = "known to differ: what stands right of `>` is asked for first"]
fn what_is_lacking_is_told_from_the_left() {
    let book =
        format!("{SETTINGS}[[rule]]\nstudio = 'image'\nmodel = 'flux'\nper.output = 'if steps > width then 1 else 2'");
    assert_eq!(told(&[&book], "flux", &[]).split(' ').next(), Some("`steps`"));
}

#[test]
#[ignore = "known to differ: an amount that becomes one of the book's unit is not rounded as the book says"]
fn the_book_rounds_what_is_turned_into_its_unit() {
    let below = "convert.USD = 10\n[[rule]]\nstudio = 'image'\nunit = 'USD'\nmodel = 'flux'\nper.output = 0.44";
    let above = "round.up = 1\n[[override]]\nunit = 'credits'";
    assert_eq!(told(&[below, above], "flux", &[]), "5");
}

#[test]
#[ignore = "known to differ: a request that was resolved keeps its only rule, whatever the count"]
fn a_resolved_request_is_refused_where_its_rule_is_for_other_counts() {
    let book = "name = 'acme'\nedition = '1'\nunit = 'credits'\n\
                [[rule]]\nstudio = 'image'\nmodel = 'flux'\nwhen = 'count < 5'\nper.output = 2";
    let engine = CostEngine::new(&PriceBook::parse(book).unwrap()).unwrap();
    let request = GenerationRequest::new("image", "flux").unwrap();
    let resolved = engine.resolve(&request, "2026-11-23T00:00:00Z".parse().unwrap()).unwrap();
    assert!(resolved.with_count(9).and_then(|resolved| resolved.price()).is_err());
}

#[test]
#[ignore = "known to differ: two rules of a model give the tool's rule one name twice"]
fn a_rule_with_a_name_may_build_on_a_model_with_several_rules() {
    let book = "facts.first = { default = false }\n\
                [[rule]]\nstudio = 'image'\ntool = 'make'\nmodels = [\n\
                { model = 'flux', when = 'first', free = true }, { model = 'flux', per.output = 3 }]\n\
                [[rule]]\nname = 'restyle'\nstudio = 'image'\ntool = 'restyle'\nmodel = '*'\nlike = 'make'";
    assert_eq!(told(&[book], "restyle/flux", &[]), "3");
}
