//! How prices are written.

use crate::{
    pricing::book::{Cell, Charged, Charging, Condition, DIRECTIONS, FREE, NOT_OFFERED, Price, PriceKind, Round},
    text::{Keys, dotted, key, scalar, text_of, toml_text},
};

impl Keys {
    pub(crate) fn when(&mut self, condition: Option<&Condition>) {
        self.text("when", condition.map(|condition| &*condition.formula));
    }

    pub(crate) fn round(&mut self, path: &str, round: Option<Round>) {
        if let Some(Round { direction, step }) = round {
            let path = format!("{path}.{}", text_of(&DIRECTIONS, &direction));
            self.put(&path, scalar(&step.normalize().to_string()));
        }
    }

    pub(crate) fn charge(&mut self, charging: Charging) {
        let Charging { partial, failed, blocked, cancelled, empty } = charging;
        let outcomes = ["partial", "failed", "blocked", "cancelled", "empty"];
        for (outcome, charged) in outcomes.into_iter().zip([partial, failed, blocked, cancelled, empty]) {
            let charged = charged.map(|charged| text_of(&Charged::TEXTS, &charged));
            self.text(&format!("charge.{outcome}"), charged);
        }
    }

    pub(crate) fn prices(&mut self, path: &str, prices: &[(Box<str>, Price)]) {
        for (name, price) in prices {
            self.price(&dotted(path, name), price);
        }
    }

    pub(crate) fn price(&mut self, path: &str, price: &Price) {
        match &price.kind {
            PriceKind::Formula(text) => self.put(path, scalar(text)),
            PriceKind::Free => self.put(path, toml_text(FREE)),
            PriceKind::NotOffered => self.put(path, toml_text(NOT_OFFERED)),
            PriceKind::Table { by, cells } => {
                let mut inner = Self::default();
                for Cell { key: cell, price, key_span: _ } in cells {
                    inner.price(&key(cell), price);
                }
                self.put(&dotted(path, by), inner.inline());
            }
        }
    }
}
