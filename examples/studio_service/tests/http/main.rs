//! The contract of the service: requests, and what they are answered.

mod bad;
mod client;
mod contract;
mod faulty;
mod keys;
mod log;
mod page;
mod restart;
mod statement;
mod trouble;
mod wire;
mod work;
