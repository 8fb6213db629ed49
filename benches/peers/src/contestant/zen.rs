//! `zen-expression`, a compiled expression for each model; and `zen-engine`, a compiled decision table for all.

use std::{collections::HashMap, pin::pin, task};

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use serde_json::json;
use studio_credits::GenerationRequest;
use zen_engine::{Decision, model::GraphContent};
use zen_expression::{
    Expression, compile_expression,
    expression::Standard,
    scope::Scope,
    variable::{Symbol, Variable, VariableMap},
    vm::VM,
};

use crate::{
    field::{Field, Form},
    table::{Known, MODELS, RESOLUTIONS, tenths},
    task::{Variables, formula},
};

const AS_OBJECT: &str = "zen-expression, variables as an object";
const AS_LOCALS: &str = "zen-expression, variables as locals";
const TABLE: &str = "zen-engine decision table";

type Expressions = HashMap<&'static str, Expression<Standard>, FxBuildHasher>;

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest]) {
    let choice = |condition: &str, yes: &str, no: &str| format!("({condition} ? {yes} : {no})");
    let compiled = MODELS.iter().map(|(model, rates)| {
        let expression = compile_expression(&formula(*rates, choice)).expect("an expression");
        (*model, expression)
    });
    let expressions: Expressions = compiled.collect();
    by_object(field, requests, expressions.clone());
    by_locals(field, requests, expressions);
    decision_table(field, requests);
}

/// The form that the documentation shows: an object as the context. One virtual machine serves all runs.
fn by_object<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest], expressions: Expressions) {
    let known = Known::new();
    let objects: Vec<_> = requests.iter().map(|request| object(&Variables::of(request, &known))).collect();
    let (mut vm, ready) = (VM::new(), expressions.clone());
    field.enter(AS_OBJECT, "zen-expression", Form::Ready, move |at| {
        let expression = &ready[requests[at].model().as_str()];
        number(&expression.evaluate_with(objects[at].clone(), &mut vm).expect("a result"))
    });
    let mut vm = VM::new();
    field.enter(AS_OBJECT, "zen-expression", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        let expression = &expressions[variables.model];
        number(&expression.evaluate_with(object(&variables), &mut vm).expect("a result"))
    });
}

/// Locals of a scope, which its interface has and its documentation does not mention, and which take less.
fn by_locals<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest], expressions: Expressions) {
    let known = Known::new();
    let scope = |request| {
        let mut scope = Scope::default();
        set(&mut scope, &Variables::of(request, &known));
        scope
    };
    let scopes: Vec<_> = requests.iter().map(scope).collect();
    let (mut vm, ready) = (VM::new(), expressions.clone());
    field.enter(AS_LOCALS, "zen-expression", Form::Ready, move |at| {
        let expression = &ready[requests[at].model().as_str()];
        number(&expression.evaluate_with_scope(&scopes[at], &mut vm).expect("a result"))
    });
    let (mut vm, mut scope) = (VM::new(), Scope::default());
    field.enter(AS_LOCALS, "zen-expression", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        set(&mut scope, &variables);
        number(&expressions[variables.model].evaluate_with_scope(&scope, &mut vm).expect("a result"))
    });
}

/// One table of all models, which `compile` gives an index of the columns and opcodes for the cells.
fn decision_table<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest]) {
    let known = Known::new();
    let input = |variables: &Variables<'_>| {
        let mut object = VariableMap::with_capacity(4);
        object.insert(Symbol::from_static("model"), Variable::String(variables.model.into()));
        each(variables, |name, value| {
            object.insert(name, value);
        });
        Variable::from_object(object)
    };
    let inputs: Vec<_> = requests.iter().map(|request| input(&Variables::of(request, &known))).collect();
    let mut decision = Decision::from(content());
    decision.compile();
    let ready = decision.clone();
    field.enter(TABLE, "zen-engine", Form::Ready, move |at| decide(&ready, inputs[at].clone()));
    field.enter(TABLE, "zen-engine", Form::Request, move |at| {
        decide(&decision, input(&Variables::of(&requests[at], &known)))
    });
}

fn object(variables: &Variables<'_>) -> Variable {
    let mut object = VariableMap::with_capacity(3);
    each(variables, |name, value| {
        object.insert(name, value);
    });
    Variable::from_object(object)
}

fn set(scope: &mut Scope, variables: &Variables<'_>) {
    each(variables, |name, value| scope.set_local(name, value));
}

fn each(variables: &Variables<'_>, mut set: impl FnMut(Symbol, Variable)) {
    set(Symbol::from_static("resolution"), Variable::String(Symbol::from_static(variables.resolution)));
    set(Symbol::from_static("priority"), Variable::Bool(variables.priority));
    set(Symbol::from_static("count"), Variable::Number(variables.count.into()));
}

fn number(result: &Variable) -> Decimal {
    match result {
        Variable::Number(number) => *number,
        other => panic!("no number: {other:?}"),
    }
}

/// A decision without functions or requests to a network is ready at once.
fn decide(decision: &Decision, input: Variable) -> Decimal {
    let mut context = task::Context::from_waker(task::Waker::noop());
    match pin!(decision.evaluate(input)).as_mut().poll(&mut context) {
        task::Poll::Ready(response) => number(&response.expect("a response").result.dot("total").expect("a total")),
        task::Poll::Pending => panic!("the decision waits"),
    }
}

/// A row for each model and resolution; the total is a formula in the row.
fn content() -> GraphContent {
    let column = |name: &str| json!({ "id": name, "name": name, "field": name });
    let rows = MODELS.iter().flat_map(|(model, rates)| {
        RESOLUTIONS.iter().zip(rates).map(move |(resolution, rate)| {
            json!({
                "_id": format!("{model} {resolution}"),
                "model": format!("\"{model}\""),
                "resolution": format!("\"{resolution}\""),
                "total": format!("{} * count * (priority ? 1.125 : 1)", tenths(*rate)),
            })
        })
    });
    let content = json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": [column("model"), column("resolution")],
                "outputs": [column("total")],
                "rules": rows.collect::<Vec<_>>(),
            } },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} }
        ],
        "edges": [
            { "id": "1", "sourceId": "in", "targetId": "table" },
            { "id": "2", "sourceId": "table", "targetId": "out" }
        ]
    });
    serde_json::from_value(content).expect("a graph")
}
