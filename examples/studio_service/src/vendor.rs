//! A vendor that generates nothing, and takes its time for it.

use std::{str::FromStr, time::Duration};

use studio_credits::{Delivery, Outcome};

/// How a simulated job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All outputs come.
    Delivered,
    /// Half of them come, rounded up.
    Partly,
    /// The work breaks.
    Failed,
    /// A policy refuses the result.
    Blocked,
    /// The vendor does not say.
    Unknown,
}

impl Fate {
    const ALL: [(&str, Self); 5] = [
        ("delivered", Self::Delivered),
        ("partly", Self::Partly),
        ("failed", Self::Failed),
        ("blocked", Self::Blocked),
        ("unknown", Self::Unknown),
    ];

    /// What becomes of a generation where nobody says otherwise: the same whenever it is asked, so that a restart
    /// changes nothing. Of ten, six are delivered, and one has each of the other fates.
    pub fn of(id: &str) -> Self {
        let hash = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        match (hash >> 32) % 10 {
            0 => Self::Partly,
            1 => Self::Failed,
            2 => Self::Blocked,
            3 => Self::Unknown,
            _ => Self::Delivered,
        }
    }

    /// What was delivered of so many; `None` where nobody knows.
    pub(crate) fn delivery(self, count: u64) -> Option<Delivery> {
        match self {
            Self::Delivered => Some(Delivery::all()),
            Self::Partly => Some(Delivery::outputs(count.div_ceil(2))),
            Self::Failed => Some(Delivery::ended(Outcome::Failed)),
            Self::Blocked => Some(Delivery::ended(Outcome::Blocked)),
            Self::Unknown => None,
        }
    }
}

impl FromStr for Fate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(|(name, _)| name).join(", ");
        let known = Self::ALL.into_iter().find(|(name, _)| *name == text);
        known.map(|(_, fate)| fate).ok_or_else(|| format!("no job ends so: one of {}", names()))
    }
}

/// Works on a generation, and tells what was delivered of it, if anybody knows.
///
/// A real vendor is called here, with the account and the id as the key of the call: then two processes that both ask,
/// or one that asks again after it was killed, have one job and one bill.
pub(crate) async fn generate(fate: Fate, count: u64, time: Duration) -> Option<Delivery> {
    tokio::time::sleep(time).await;
    fate.delivery(count)
}
