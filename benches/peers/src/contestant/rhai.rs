//! `rhai` with decimals instead of floats: a syntax tree for each model, and the same as byte code.

use std::{collections::HashMap, rc::Rc};

use rhai::{
    AST, Dynamic, Engine, OptimizationLevel, Scope,
    grain::{Compiler, Program, Vm},
};
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use crate::{
    field::{Field, Form},
    table::{MODELS, Plain, formula},
};

pub fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::Full);
    engine
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain], engine: &'a Engine) {
    let choice = |condition: &str, yes: &str, no: &str| format!("(if {condition} {{ {yes} }} else {{ {no} }})");
    let compiled = MODELS.iter().map(|model| {
        let tree = engine.compile_expression(formula(model, choice)).expect("an expression");
        (model.name, tree)
    });
    let trees: HashMap<&str, AST, FxBuildHasher> = compiled.collect();
    let lower = |(name, tree): (&&'static str, &AST)| (*name, Compiler::new().compile(tree));
    let programs: Rc<HashMap<&str, Program<'static>, FxBuildHasher>> = Rc::new(trees.iter().map(lower).collect());
    let scopes = || requests.iter().map(|request| scoped(Scope::new(), request)).collect();

    let (of_ready, mut ready): (_, Vec<Scope<'a>>) = (trees.clone(), scopes());
    field.enter("rhai syntax tree", "rhai", Form::Ready, move |at| {
        number(&engine.eval_ast_with_scope(&mut ready[at], &of_ready[requests[at].model]).expect("a result"))
    });
    let mut scope = Scope::new();
    field.enter("rhai syntax tree", "rhai", Form::Plain, move |at| {
        refill(&mut scope, &requests[at]);
        number(&engine.eval_ast_with_scope(&mut scope, &trees[requests[at].model]).expect("a result"))
    });

    // One machine for all runs, as it remembers the functions that it has found.
    let (mut vm, of_ready, mut ready): (_, _, Vec<Scope<'a>>) = (Vm::new(engine), Rc::clone(&programs), scopes());
    field.enter("rhai byte code", "rhai", Form::Ready, move |at| {
        number(&vm.eval_with_scope(&mut ready[at], &of_ready[requests[at].model]).expect("a result"))
    });
    let (mut vm, mut scope) = (Vm::new(engine), Scope::new());
    field.enter("rhai byte code", "rhai", Form::Plain, move |at| {
        refill(&mut scope, &requests[at]);
        number(&vm.eval_with_scope(&mut scope, &programs[requests[at].model]).expect("a result"))
    });
}

fn scoped<'s>(mut scope: Scope<'s>, request: &Plain) -> Scope<'s> {
    refill(&mut scope, request);
    scope
}

fn refill(scope: &mut Scope<'_>, request: &Plain) {
    scope.clear();
    if let Some(resolution) = request.resolution {
        scope.push("resolution", resolution);
    }
    if let Some(seconds) = request.seconds {
        scope.push("seconds", Decimal::from(seconds));
    }
    if let Some(audio) = request.audio {
        scope.push("audio", audio);
    }
    scope.push("count", Decimal::from(request.count));
}

fn number(result: &Dynamic) -> Decimal {
    result.as_decimal().expect("a number")
}
