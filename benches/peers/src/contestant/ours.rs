//! This crate: one book, from requests, and resolved beforehand.

use chrono::{DateTime, Utc};
use studio_credits::{
    GenerationRequest,
    pricing::{CostEngine, ResolvedRequest},
};

use crate::{
    field::{Field, Form},
    table::Asked,
};

pub const PRICE: &str = "price";

pub fn enter<'a>(field: &mut Field<'a>, requests: &'a [GenerationRequest], asked: &'a [Asked], engine: &'a CostEngine) {
    let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let resolved: Vec<ResolvedRequest<'a>> =
        requests.iter().map(|request| engine.resolve(request, now).expect("it is sold")).collect();
    field.enter(PRICE, "studio-credits", Form::Request, move |at| engine.price(&requests[at], now).expect("a price"));
    field.enter("price of a resolved request", "studio-credits", Form::Ready, move |at| {
        resolved[at].price().expect("a price")
    });
    field.enter("quote", "studio-credits", Form::Request, move |at| {
        engine.quote(&requests[at], now).expect("a quote").total()
    });
    field.enter("price, the request made besides", "studio-credits", Form::Request, move |at| {
        let request = asked[at].request().expect("a request");
        engine.price(&request, now).expect("a price")
    });
}
