//! `evalexpr`: a tree for each model. Its numbers are binary, and its `if` reckons both branches.

use std::{collections::HashMap, sync::Arc};

use evalexpr::{Context, DefaultNumericTypes, EvalexprError, EvalexprResult, Node, Value, build_operator_tree};
use rustc_hash::FxBuildHasher;
use studio_credits::GenerationRequest;

use crate::{
    field::{Field, Form},
    table::{Known, MODELS},
    task::{Variables, formula},
};

/// The variables of a request, instead of the hash map that the crate offers.
struct Held {
    resolution: Value,
    priority: Value,
    count: Value,
}

impl Held {
    fn of(variables: &Variables<'_>) -> Self {
        let Variables { resolution, priority, count, .. } = *variables;
        Self { resolution: resolution.into(), priority: priority.into(), count: Value::Float(count.into()) }
    }

    fn total(&self, tree: &Node) -> f64 {
        tree.eval_float_with_context(self).expect("a result")
    }
}

impl Context for Held {
    type NumericTypes = DefaultNumericTypes;

    fn get_value(&self, identifier: &str) -> Option<&Value> {
        match identifier {
            "resolution" => Some(&self.resolution),
            "priority" => Some(&self.priority),
            "count" => Some(&self.count),
            _ => None,
        }
    }

    fn call_function(&self, identifier: &str, _: &Value) -> EvalexprResult<Value> {
        Err(EvalexprError::FunctionIdentifierNotFound(identifier.to_owned()))
    }

    fn are_builtin_functions_disabled(&self) -> bool {
        false
    }

    fn set_builtin_functions_disabled(&mut self, _: bool) -> EvalexprResult<()> {
        Err(EvalexprError::BuiltinFunctionsCannotBeDisabled)
    }
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest]) {
    let known = Known::new();
    let choice = |condition: &str, yes: &str, no: &str| format!("if({condition}, {yes}, {no})");
    let built = MODELS.iter().map(|(model, rates)| {
        let tree = build_operator_tree(&formula(*rates, choice)).expect("a tree");
        (*model, tree)
    });
    let trees: Arc<HashMap<&str, Node, FxBuildHasher>> = Arc::new(built.collect());
    let ready: Vec<_> = requests.iter().map(|request| Held::of(&Variables::of(request, &known))).collect();
    let of_ready = Arc::clone(&trees);
    field.enter("evalexpr", "evalexpr", Form::Ready, move |at| {
        ready[at].total(&of_ready[requests[at].model().as_str()])
    });
    field.enter("evalexpr", "evalexpr", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        Held::of(&variables).total(&trees[variables.model])
    });
}
