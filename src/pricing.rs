//! What work costs: price books, rules, and the engine that turns a request into an exact, itemised quote.
//!
#![doc = include_str!("pricing/language.md")]

mod book;
mod catalog;
mod charging;
mod compile;
mod declare;
mod edition;
mod effort;
mod engine;
mod evaluate;
mod exactness;
mod expression;
mod file;
mod function;
mod index;
mod input;
mod itemise;
mod keys;
mod leaf;
mod linear;
mod listener;
mod look_up;
mod named;
mod period;
mod price;
mod program;
mod quote;
mod reader;
mod reference;
mod refusal;
mod resolve;
mod resolved;
mod round;
mod rule;
mod scope;
mod seat;
mod setting;
mod settle;
mod slot;
mod span;
mod steps;
mod table;
mod workflow;
mod write;

pub use crate::number::Rounding;
pub use book::PriceBook;
pub use catalog::{BasePrice, Catalog, CatalogModel, CatalogOffer, CatalogSetting, CatalogStudio};
pub use charging::{Charged, Charging};
pub use engine::CostEngine;
pub use exactness::Exactness;
pub use file::BookError;
pub use price::Price;
pub use quote::{Checksum, Line, Quantity, Quote, Why};
pub use refusal::{
    MissingSetting, NoResult, NoResultBecause, NotAllowed, NotInForce, NotOffered, OtherBasis, PriceError, ToolNeeded,
    UnknownName,
};
pub use resolved::ResolvedRequest;
pub use round::Round;
pub use rule::PricingRule;
pub use setting::{Setting, SettingKind};
pub use settle::{Basis, Due};
pub use workflow::{WorkflowError, WorkflowQuote};
