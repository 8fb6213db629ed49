//! `zen-expression`, a compiled expression for each model; and `zen-engine`, a compiled decision table for all.

use std::{collections::HashMap, pin::pin, task};

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use serde_json::{Map, Value, json};
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
    table::{MODELS, Plain, formula, tenths},
};

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    expressions(field, requests);
    decision_table(field, requests);
}

/// Opcodes compiled beforehand, one virtual machine for all runs, and only the variables that the expression names.
fn expressions<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    let choice = |condition: &str, yes: &str, no: &str| format!("({condition} ? {yes} : {no})");
    let compiled = MODELS.iter().map(|model| {
        let expression = compile_expression(&formula(model, choice)).expect("an expression");
        (model.name, expression)
    });
    let expressions: HashMap<&str, Expression<Standard>, FxBuildHasher> = compiled.collect();
    let scopes: Vec<Scope> = requests.iter().map(scope).collect();
    let (mut vm, ready) = (VM::new(), expressions.clone());
    field.enter("zen-expression", "zen-expression", Form::Ready, move |at| {
        let expression = &ready[requests[at].model];
        number(&expression.evaluate_with_scope(&scopes[at], &mut vm).expect("a result"))
    });
    let mut vm = VM::new();
    field.enter("zen-expression", "zen-expression", Form::Plain, move |at| {
        let expression = &expressions[requests[at].model];
        number(&expression.evaluate_with_scope(&scope(&requests[at]), &mut vm).expect("a result"))
    });
}

/// One table of all models, which `compile` gives an index of the columns and opcodes for the cells.
fn decision_table<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    let inputs: Vec<Variable> = requests.iter().map(object).collect();
    let mut decision = Decision::from(content());
    decision.compile();
    let ready = decision.clone();
    field.enter("zen-engine decision table", "zen-engine", Form::Ready, move |at| decide(&ready, inputs[at].clone()));
    field.enter("zen-engine decision table", "zen-engine", Form::Plain, move |at| {
        decide(&decision, object(&requests[at]))
    });
}

/// The variables as locals, which takes less than an object does.
fn scope(request: &Plain) -> Scope {
    let mut scope = Scope::default();
    variables(request, |name, value| scope.set_local(Symbol::from_static(name), value));
    scope
}

fn object(request: &Plain) -> Variable {
    let mut object = VariableMap::with_capacity(5);
    let mut insert = |name, value| {
        object.insert(Symbol::from_static(name), value);
    };
    insert("model", Variable::String(request.model.into()));
    variables(request, insert);
    Variable::from_object(object)
}

fn variables(request: &Plain, mut set: impl FnMut(&'static str, Variable)) {
    if let Some(resolution) = request.resolution {
        set("resolution", Variable::String(resolution.into()));
    }
    if let Some(seconds) = request.seconds {
        set("seconds", Variable::Number(seconds.into()));
    }
    if let Some(audio) = request.audio {
        set("audio", Variable::Bool(audio));
    }
    set("count", Variable::Number(request.count.into()));
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

/// A row for each model, resolution and choice of audio; the total is a formula in the row.
fn content() -> GraphContent {
    let input = |name: &str| json!({ "id": name, "name": name, "field": name });
    let mut rules = Vec::new();
    for model in &MODELS {
        for (resolution, rate) in model.rates {
            let audios = match model.audio {
                None => vec![(String::new(), *rate)],
                Some(audio) => vec![("false".to_owned(), *rate), ("true".to_owned(), rate + audio)],
            };
            for (audio, rate) in audios {
                let resolution = if model.rates.len() > 1 { format!("\"{resolution}\"") } else { String::new() };
                let per_second = if model.video { " * seconds" } else { "" };
                let mut rule = Map::new();
                for (id, cell) in [
                    ("_id", format!("row-{}", rules.len())),
                    ("model", format!("\"{}\"", model.name)),
                    ("resolution", resolution),
                    ("audio", audio),
                    ("total", format!("{}{per_second} * count", tenths(rate))),
                ] {
                    rule.insert(id.to_owned(), Value::String(cell));
                }
                rules.push(Value::Object(rule));
            }
        }
    }
    let content = json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": [input("model"), input("resolution"), input("audio")],
                "outputs": [input("total")],
                "rules": rules,
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
