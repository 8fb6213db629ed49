//! Compiles a book: from what a person writes to programs that only need to be evaluated.

mod at_defaults;
mod effort;
mod expression;
mod function;
mod input;
mod items;
mod leaf;
mod name;
mod nameable;
mod named;
mod narrowed;
mod overridden;
mod reference;
mod rule;
mod rules;
mod scope;
mod selected;
mod table;

pub(crate) use self::{
    leaf::{ANY_MODEL, Leaf, inherited, leaves, twice},
    nameable::nameable,
    rules::Rules,
    scope::{Scope, Words},
};
