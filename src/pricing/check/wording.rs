//! How what may come is told.

use super::{
    possible::{Possible, Texts},
    range::{End, Piece, Range},
};
use crate::diagnostic::{listed, quoted};

/// The most pieces that are told one by one.
const TOLD_MAX: usize = 4;

impl Possible {
    /// Such as "`4k`", "from 1 to 60", "below 6 or above 10".
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Number(range) => range.told(),
            Self::Truth(truth) => match (truth.yes, truth.no) {
                (true, true) => "`true` or `false`".to_owned(),
                (yes, _) => format!("`{yes}`"),
            },
            Self::Text(Texts::These(texts)) => listed(texts.iter().map(|text| &**text)),
            Self::Text(Texts::Any) => "any text".to_owned(),
            Self::List(_) | Self::Record(_) | Self::Unknown => "anything".to_owned(),
        }
    }
}

impl Range {
    pub(crate) fn told(&self) -> String {
        let points: Option<Vec<_>> = self.pieces().iter().map(|piece| piece.only()).collect();
        if let Some(points) = points {
            let texts: Vec<_> = points.iter().map(ToString::to_string).collect();
            return listed(texts.iter().map(String::as_str));
        }
        let mut told: Vec<_> = self.pieces().iter().take(TOLD_MAX).map(|piece| piece.told()).collect();
        if self.pieces().len() > TOLD_MAX {
            told.push("others".to_owned());
        }
        told.join(" or ")
    }
}

impl Piece {
    fn told(self) -> String {
        match (self.low, self.high) {
            _ if self.only().is_some() => self.only().map(|only| quoted(&only.to_string())).unwrap_or_default(),
            (None, None) => "any number".to_owned(),
            (Some(End { at, open: false }), None) => format!("{at} or more"),
            (Some(End { at, open: true }), None) => format!("above {at}"),
            (None, Some(End { at, open: false })) => format!("{at} or less"),
            (None, Some(End { at, open: true })) => format!("below {at}"),
            (Some(low), Some(high)) => match (low.open, high.open) {
                (false, false) => format!("from {} to {}", low.at, high.at),
                (true, false) => format!("above {} up to {}", low.at, high.at),
                (false, true) => format!("from {} to below {}", low.at, high.at),
                (true, true) => format!("between {} and {}", low.at, high.at),
            },
        }
    }
}
