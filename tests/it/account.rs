//! What an account answers to what is asked of it, and what is stored of that.

mod desk;
mod golden;
mod limits;
mod periods;
mod sheet;
mod tables;
mod tell;
mod texts;
mod words;
