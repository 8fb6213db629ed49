//! The guide: how the parts work together, page by page. It has no code of its own.
//!
//! In this order for somebody who is new here:
//!
//! | page | answers |
//! |---|---|
//! | [`ten_minutes`] | Does it do what it says? A walk through the examples, with what they print. |
//! | [`concepts`] | What is there, in one picture. |
//! | [`price_book`] | How is a price book written, from one line to a real one? |
//! | [`plans`] | How are plans written, and what do they do? |
//! | [`holds`] | What does a host call, and what if the process dies at that line? |
//! | [`outcomes`] | What is charged for work that failed, was blocked, or came in part? |
//! | [`rounding`] | Where is an amount rounded, and which way? |
//! | [`calendars`] | When is a day over, and a month, and what do clock changes do? |
//! | [`stores`] | Which store, and how is one of one's own written and tried? |
//! | [`operations`] | What is to be looked at, backed up, pruned and alerted on? |
//! | [`losses`] | How is money lost elsewhere, what stops it here, and which test shows that? |
//! | [`moving`] | How does a service with a balance column move here, and back? |
//!
//! Reference stands with what it describes, and the guide links to it: the [language of price books](crate::pricing),
//! the [language of plans](crate::plan), the [laws of an account](crate::account), what happens to
//! [one command](crate::ledger), and what a [store](crate::store) has to do.

#[doc = include_str!("guide/calendars.md")]
pub mod calendars {}

#[doc = include_str!("guide/concepts.md")]
pub mod concepts {}

#[doc = include_str!("guide/holds.md")]
pub mod holds {}

#[doc = include_str!("guide/losses.md")]
pub mod losses {}

#[doc = include_str!("guide/moving.md")]
pub mod moving {}

#[doc = include_str!("guide/operations.md")]
pub mod operations {}

#[doc = include_str!("guide/outcomes.md")]
pub mod outcomes {}

#[doc = include_str!("guide/plans.md")]
pub mod plans {}

#[doc = include_str!("guide/price_book.md")]
pub mod price_book {}

#[doc = include_str!("guide/rounding.md")]
pub mod rounding {}

#[doc = include_str!("guide/stores.md")]
pub mod stores {}

#[doc = include_str!("guide/ten_minutes.md")]
pub mod ten_minutes {}
