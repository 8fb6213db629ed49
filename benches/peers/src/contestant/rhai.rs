//! `rhai` with decimals instead of floats: a syntax tree for each model, and the same as byte code.

use std::{collections::HashMap, rc::Rc};

use rhai::{
    AST, Dynamic, Engine, OptimizationLevel, Scope,
    grain::{Compiler, Program, Vm},
};
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use studio_credits::GenerationRequest;

use crate::{
    field::{Field, Form},
    table::{Known, MODELS},
    task::{Variables, formula},
};

pub fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::Full);
    engine
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest], engine: &'a Engine) {
    let choice = |condition: &str, yes: &str, no: &str| format!("(if {condition} {{ {yes} }} else {{ {no} }})");
    let compiled = MODELS.iter().map(|(model, rates)| {
        let tree = engine.compile_expression(formula(*rates, choice)).expect("an expression");
        (*model, tree)
    });
    let trees: HashMap<&str, AST, FxBuildHasher> = compiled.collect();
    let lower = |(name, tree): (&&'static str, &AST)| (*name, Compiler::new().compile(tree));
    let programs: Rc<HashMap<&str, Program<'static>, FxBuildHasher>> = Rc::new(trees.iter().map(lower).collect());
    let scope = |request: &'a GenerationRequest| {
        let mut scope = Scope::new();
        refill(&mut scope, &Variables::of(request, &Known::new()));
        scope
    };
    let scopes = || requests.iter().map(scope).collect();

    let (of_ready, mut ready): (_, Vec<Scope<'a>>) = (trees.clone(), scopes());
    field.enter("rhai syntax tree", "rhai", Form::Ready, move |at| {
        let tree = &of_ready[requests[at].model().as_str()];
        number(&engine.eval_ast_with_scope(&mut ready[at], tree).expect("a result"))
    });
    let (known, mut scope) = (Known::new(), Scope::new());
    field.enter("rhai syntax tree", "rhai", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        refill(&mut scope, &variables);
        number(&engine.eval_ast_with_scope(&mut scope, &trees[variables.model]).expect("a result"))
    });

    // One machine for all runs, as it remembers the functions that it has found.
    let (mut vm, of_ready, mut ready): (_, _, Vec<Scope<'a>>) = (Vm::new(engine), Rc::clone(&programs), scopes());
    field.enter("rhai byte code", "rhai", Form::Ready, move |at| {
        let program = &of_ready[requests[at].model().as_str()];
        number(&vm.eval_with_scope(&mut ready[at], program).expect("a result"))
    });
    let (known, mut vm, mut scope) = (Known::new(), Vm::new(engine), Scope::new());
    field.enter("rhai byte code", "rhai", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        refill(&mut scope, &variables);
        number(&vm.eval_with_scope(&mut scope, &programs[variables.model]).expect("a result"))
    });
}

fn refill(scope: &mut Scope<'_>, variables: &Variables<'_>) {
    scope.clear();
    scope.push("resolution", variables.resolution);
    scope.push("priority", variables.priority);
    scope.push("count", Decimal::from(variables.count));
}

fn number(result: &Dynamic) -> Decimal {
    result.as_decimal().expect("a number")
}
