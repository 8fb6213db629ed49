//! Reads which work something is for.

use super::scalar::names;
use crate::plan::places::Places;
use crate::text::{Entry, Faults};
use crate::work::Restriction;

/// Whether a key says which work something is for.
pub(super) fn is_restriction(key: &str) -> bool {
    matches!(key, "studios" | "tools" | "models" | "except_models")
}

/// Which work something is for, and where each name stands.
pub(super) fn restriction(faults: &mut Faults, places: &mut Places, part: &str, entries: &[Entry<'_>]) -> Restriction {
    let mut restriction = Restriction::default();
    for entry in entries {
        let mut note = |kind: &str, name: &str, span| places.note(&format!("{part}/{kind} {name}"), span);
        match entry.key {
            "studios" => {
                for (studio, span) in names(faults, entry) {
                    note("studio", AsRef::<str>::as_ref(&studio), span);
                    restriction = restriction.to_studio(studio);
                }
            }
            "tools" => {
                for (tool, span) in names(faults, entry) {
                    note("tool", AsRef::<str>::as_ref(&tool), span);
                    restriction = restriction.to_tool(tool);
                }
            }
            "models" => {
                for (model, span) in names(faults, entry) {
                    note("model", AsRef::<str>::as_ref(&model), span);
                    restriction = restriction.to_model(model);
                }
            }
            "except_models" => {
                for (model, span) in names(faults, entry) {
                    note("except model", AsRef::<str>::as_ref(&model), span);
                    restriction = restriction.except_model(model);
                }
            }
            _ => {}
        }
    }
    restriction
}
