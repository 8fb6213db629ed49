//! What work costs: price books, rules, and the engine that turns a request into an exact, itemised quote.
//!
#![doc = include_str!("pricing/language.md")]

mod book;
mod catalog;
mod check;
mod compile;
mod diff;
mod edition;
mod engine;
mod evaluate;
mod index;
mod layer;
mod line;
mod period;
mod program;
mod quote;
mod refusal;
mod resolve;
mod resolved;
mod seat;
mod settle;
mod tabulate;
mod text;
mod workflow;

pub use self::{
    book::{Charged, Charging, Exactness, Override, Price, PriceBook, PricingRule, Round, Setting, SettingKind},
    catalog::{BasePrice, Catalog, CatalogModel, CatalogOffer, CatalogSetting, CatalogStudio},
    diff::{
        BookName, ChargeChange, Diff, ExactnessChange, ExampleOf, Extent, OfferName, PriceAnswer, PriceChange,
        PriceExample, SettingChange, SettingEdit, TermsChange, UnitChange,
    },
    engine::CostEngine,
    line::{Line, Quantity},
    quote::{Quote, Why},
    refusal::{
        MissingSetting, NoResult, NoResultBecause, NotAllowed, NotInForce, NotOffered, OtherBasis, PriceError,
        ToolNeeded, UnknownName,
    },
    resolved::ResolvedRequest,
    settle::Due,
    workflow::{WorkflowError, WorkflowQuote},
};
pub use crate::{
    basis::{Basis, Checksum},
    number::Rounding,
    text::BookError,
};
