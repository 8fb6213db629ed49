//! The task as contestants see it: a request to read, and a formula for each model.

use studio_credits::GenerationRequest;

use crate::table::{Known, RESOLUTIONS, tenths};

/// What a formula needs of a request, read from it and filled up with what the settings are when left out.
#[derive(Clone, Copy)]
pub struct Variables<'a> {
    pub model: &'a str,
    pub resolution: &'static str,
    pub priority: bool,
    pub count: u32,
}

impl<'a> Variables<'a> {
    pub fn of(request: &'a GenerationRequest, known: &Known) -> Self {
        let resolution = known.resolution(request).and_then(|at| RESOLUTIONS.get(at)).expect("a resolution");
        let count = u32::try_from(request.count()).expect("a count");
        Self { model: request.model().as_str(), resolution, priority: known.priority(request), count }
    }
}

/// The formula for a model, in a language that writes a choice like this.
pub fn formula(rates: [u32; 3], choice: fn(&str, &str, &str) -> String) -> String {
    let [first, second, third] = rates.map(|rate| format!("{:.1}", tenths(rate)));
    let others = choice("resolution == \"2k\"", &second, &third);
    let rate = choice("resolution == \"1k\"", &first, &others);
    format!("{rate} * count * {}", choice("priority", "1.125", "1.0"))
}
