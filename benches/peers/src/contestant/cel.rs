//! `cel`: a compiled program for each model. Its numbers are binary.

use std::{collections::HashMap, sync::Arc};

use cel::{
    Context, Env, Program, Value,
    common::{
        types::{CelBool, CelDouble, CelString},
        value::{CowVal, Val},
    },
    context::VariableResolver,
};
use rustc_hash::FxBuildHasher;

use crate::{
    field::{Field, Form},
    table::{MODELS, Plain, formula},
};

/// The variables of a request, which a program borrows as it comes to them: no copy and no map.
struct Variables<'a> {
    resolution: Option<CelString<'a>>,
    seconds: Option<CelDouble>,
    audio: Option<CelBool>,
    count: CelDouble,
}

impl Variables<'_> {
    fn of(request: &Plain) -> Self {
        Self {
            resolution: request.resolution.map(CelString::from),
            seconds: request.seconds.map(|seconds| f64::from(seconds).into()),
            audio: request.audio.map(CelBool::from),
            count: f64::from(request.count).into(),
        }
    }

    fn total(&self, program: &Program, environment: &Arc<Env>) -> f64 {
        let mut context = Context::with_env(Arc::clone(environment));
        context.set_variable_resolver(self);
        let total = Value::resolve_val(program.expression(), &context).expect("a result");
        f64::from(*total.downcast_ref::<CelDouble>().expect("a number"))
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match variable {
            "resolution" => self.resolution.as_ref()?,
            "seconds" => self.seconds.as_ref()?,
            "audio" => self.audio.as_ref()?,
            "count" => &self.count,
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [Plain]) {
    let environment = Arc::new(Env::stdlib());
    let choice = |condition: &str, yes: &str, no: &str| format!("({condition} ? {yes} : {no})");
    let compiled = MODELS.iter().map(|model| {
        let program = environment.compile(&formula(model, choice)).expect("a program");
        (model.name, program)
    });
    let programs: Arc<HashMap<&str, Program, FxBuildHasher>> = Arc::new(compiled.collect());
    let ready: Vec<Variables<'a>> = requests.iter().map(Variables::of).collect();
    let (of_ready, with) = (Arc::clone(&programs), Arc::clone(&environment));
    field.enter("cel", "cel", Form::Ready, move |at| ready[at].total(&of_ready[requests[at].model], &with));
    field.enter("cel", "cel", Form::Plain, move |at| {
        Variables::of(&requests[at]).total(&programs[requests[at].model], &environment)
    });
}
