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
use studio_credits::GenerationRequest;

use crate::{
    field::{Field, Form},
    table::{Known, MODELS},
    task::{Variables, formula},
};

/// The variables of a request, which a program borrows as it comes to them: no copy and no map.
struct Resolved {
    resolution: CelString<'static>,
    priority: CelBool,
    count: CelDouble,
}

impl Resolved {
    fn of(variables: &Variables<'_>) -> Self {
        let Variables { resolution, priority, count, .. } = *variables;
        Self { resolution: resolution.into(), priority: priority.into(), count: f64::from(count).into() }
    }

    fn total(&self, program: &Program, environment: &Arc<Env>) -> f64 {
        let mut context = Context::with_env(Arc::clone(environment));
        context.set_variable_resolver(self);
        let total = Value::resolve_val(program.expression(), &context).expect("a result");
        f64::from(*total.downcast_ref::<CelDouble>().expect("a number"))
    }
}

impl VariableResolver for Resolved {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match variable {
            "resolution" => &self.resolution,
            "priority" => &self.priority,
            "count" => &self.count,
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest]) {
    let (known, environment) = (Known::new(), Arc::new(Env::stdlib()));
    let choice = |condition: &str, yes: &str, no: &str| format!("({condition} ? {yes} : {no})");
    let compiled = MODELS.iter().map(|(model, rates)| {
        let program = environment.compile(&formula(*rates, choice)).expect("a program");
        (*model, program)
    });
    let programs: Arc<HashMap<&str, Program, FxBuildHasher>> = Arc::new(compiled.collect());
    let ready: Vec<_> = requests.iter().map(|request| Resolved::of(&Variables::of(request, &known))).collect();
    let (of_ready, with) = (Arc::clone(&programs), Arc::clone(&environment));
    field.enter("cel", "cel", Form::Ready, move |at| ready[at].total(&of_ready[requests[at].model().as_str()], &with));
    field.enter("cel", "cel", Form::Request, move |at| {
        let variables = Variables::of(&requests[at], &known);
        Resolved::of(&variables).total(&programs[variables.model], &environment)
    });
}
