//! When allowances come anew: in tables of hard days, and under long random histories of accounts that change their zone.

mod histories;
mod skips;
mod stored;
mod tables;
#[cfg(feature = "chrono-tz")]
mod zones;
