//! `evalexpr`: a tree for each model. Its numbers are binary, and its `if` reckons both branches.

use std::{collections::HashMap, sync::Arc};

use evalexpr::{Context, DefaultNumericTypes, EvalexprError, EvalexprResult, Node, Value, build_operator_tree};
use rustc_hash::FxBuildHasher;

use crate::{
    field::{Field, Form},
    table::{MODELS, Plain, formula},
};

/// The variables of a request, instead of the hash map that the crate offers.
struct Variables {
    resolution: Option<Value>,
    seconds: Option<Value>,
    audio: Option<Value>,
    count: Value,
}

impl Variables {
    fn of(request: &Plain) -> Self {
        Self {
            resolution: request.resolution.map(Value::from),
            seconds: request.seconds.map(|seconds| Value::Float(seconds.into())),
            audio: request.audio.map(Value::from),
            count: Value::Float(request.count.into()),
        }
    }

    fn total(&self, tree: &Node) -> f64 {
        tree.eval_float_with_context(self).expect("a result")
    }
}

impl Context for Variables {
    type NumericTypes = DefaultNumericTypes;

    fn get_value(&self, identifier: &str) -> Option<&Value> {
        match identifier {
            "resolution" => self.resolution.as_ref(),
            "seconds" => self.seconds.as_ref(),
            "audio" => self.audio.as_ref(),
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

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    let choice = |condition: &str, yes: &str, no: &str| format!("if({condition}, {yes}, {no})");
    let built = MODELS.iter().map(|model| {
        let tree = build_operator_tree(&formula(model, choice)).expect("a tree");
        (model.name, tree)
    });
    let trees: Arc<HashMap<&str, Node, FxBuildHasher>> = Arc::new(built.collect());
    let (ready, of_ready): (Vec<Variables>, _) = (requests.iter().map(Variables::of).collect(), Arc::clone(&trees));
    field.enter("evalexpr", "evalexpr", Form::Ready, move |at| ready[at].total(&of_ready[requests[at].model]));
    field.enter("evalexpr", "evalexpr", Form::Plain, move |at| {
        Variables::of(&requests[at]).total(&trees[requests[at].model])
    });
}
