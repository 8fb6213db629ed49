//! Plans as text: TOML in, TOML out.

mod allowance;
mod extra;
mod file;
mod opened;
mod part;
mod plan;
mod restriction;
mod reward;
mod scalar;
mod top_up;
mod write;

pub(super) use self::opened::part_of;
