//! What must hold whatever is asked of whatever book, and books to ask it of.

mod ask;
mod laws;
mod shop;

pub use ask::ask;
pub use laws::{agree, is_refused, is_told};
pub use shop::{Shop, now, page, shops};
