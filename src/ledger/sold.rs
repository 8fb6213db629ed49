//! What price books sell, for plans to be held against.

use crate::{plan::Sold, pricing::Catalog};

/// All names of a catalog. A rule for every model names none: add those that plans may name, one by one.
impl From<&Catalog<'_>> for Sold {
    fn from(catalog: &Catalog<'_>) -> Self {
        let mut sold = Self::default();
        for fact in &catalog.facts {
            sold = sold.with_fact(fact.name, fact.values.clone());
        }
        for studio in &catalog.studios {
            sold = sold.with_studio(studio.name);
            for model in studio.models.iter().filter(|model| model.name != "*") {
                sold = sold.with_model(studio.name, model.name);
            }
            for setting in studio.models.iter().flat_map(|model| &model.offers).flat_map(|offer| &offer.settings) {
                sold = sold.with_setting(studio.name, setting.name, setting.values.clone());
            }
            sold = studio.tools.iter().fold(sold, |sold, tool| sold.with_tool(studio.name, tool));
        }
        sold
    }
}
