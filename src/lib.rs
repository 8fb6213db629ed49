//! Prices AI generations in credits.

mod credits;
pub mod diagnostic;
mod digest;
mod formula;
mod ids;
mod number;
mod outcome;
mod request;
mod value;

pub use credits::{Credits, CreditsError};
pub use ids::{IdError, Model, Studio, Tool};
pub use outcome::{Delivery, DeliveryError, Outcome};
pub use request::{GenerationRequest, RequestError};
pub use value::{Value, ValueError};
