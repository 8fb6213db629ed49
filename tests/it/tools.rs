//! Tools whose price builds on that of another one.

use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, PriceBook},
};

#[test]
fn a_rule_with_a_name_may_build_on_a_model_with_several_rules() {
    let book = "name = 'acme'\nedition = '1'\nunit = 'credits'\n[facts]\nfirst = { default = false }\n\
                [[rule]]\nstudio = 'image'\ntool = 'make'\nmodels = [\n\
                { model = 'flux', when = 'first', free = true }, { model = 'flux', until = 2027-01-01, per.output = 3 },\n\
                { model = 'flux', from = 2027-01-01, per.output = 4 }, { model = 'wan', when = 'first', per.output = 5 }]\n\
                [[rule]]\nname = 'restyle'\nstudio = 'image'\ntool = 'restyle'\nmodel = '*'\nlike = 'make'";
    let engine = CostEngine::new(&PriceBook::parse(book).unwrap()).unwrap();
    for (model, first, day, expected) in [
        ("flux", true, "2026-11-23", "0 by restyle/restyle/flux when first"),
        ("flux", false, "2026-11-23", "3 by restyle/restyle/flux until 2027-01-01"),
        ("flux", false, "2027-01-01", "4 by restyle/restyle/flux from 2027-01-01"),
        ("wan", true, "2026-11-23", "5 by restyle/restyle/wan"),
    ] {
        let request = GenerationRequest::new("image", model).unwrap().with_tool("restyle").unwrap();
        let request = request.with_fact("first", first).unwrap();
        let quote = engine.quote(&request, format!("{day}T00:00:00Z").parse().unwrap()).unwrap();
        assert_eq!(format!("{} by {}", quote.total(), quote.rule()), expected);
    }
}
