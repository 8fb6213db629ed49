//! The contract of the service: requests, and what they are answered.

mod bad;
mod client;
mod contract;
mod keys;
mod page;
mod restart;
mod statement;
mod wire;
mod work;
