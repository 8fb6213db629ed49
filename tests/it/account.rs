//! What an account answers to what is asked of it, and what is stored of that.

mod desk;
mod sheet;
mod tables;
mod tell;
mod words;
