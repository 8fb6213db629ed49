//! Reads which work a plan opens, and how much of it.

use toml::de::DeValue;

use super::restriction::{is_restriction, restriction};
use super::scalar::{amount, few, good, promised};
use crate::ids::Studio;
use crate::plan::places::Places;
use crate::plan::{AllowedSetting, Entitlements, Limits, PlanError, WorkLimits};
use crate::text::{Entry, Faults, items};

const ENTITLEMENTS: [&str; 5] = ["studios", "tools", "models", "except_models", "settings"];
const LIMITS: [&str; 5] = ["seats", "member_credits", "holds", "outputs", "credits"];
const STUDIO: [&str; 4] = ["holds", "outputs", "credits", "settings"];

/// What is collected of entitlements and limits, which the parts of a studio add to both.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) entitlements: Entitlements,
    pub(super) limits: Limits,
}

impl Opened {
    pub(super) fn entitlements(&mut self, faults: &mut Faults, places: &mut Places, entry: &Entry<'_>) {
        places.note("entitlements", entry.key_span);
        let entries = faults.entries(entry, "what the plan opens");
        let work = restriction(faults, places, "entitlements", &entries);
        self.entitle(faults, entry, |entitlements| entitlements.with_work(work));
        for entry in &entries {
            match entry.key {
                "settings" => self.settings(faults, places, entry, None),
                key if is_restriction(key) => {}
                _ => faults.unknown(entry, &ENTITLEMENTS),
            }
        }
    }

    pub(super) fn limits(&mut self, faults: &mut Faults, entry: &Entry<'_>) {
        let mut work = WorkLimits::default();
        for entry in faults.entries(entry, "how much the plan lets an account do") {
            match entry.key {
                "seats" => {
                    if let Some(seats) = faults.whole(&entry) {
                        self.limit(faults, &entry, |limits| limits.with_seats(seats));
                    }
                }
                "member_credits" => {
                    for entry in faults.entries(&entry, "how much a member may spend a month") {
                        if entry.key == "month" {
                            if let Some(credits) = amount(faults, &entry, "the monthly limit of a member") {
                                self.limit(faults, &entry, |limits| limits.with_member_month_max(credits));
                            }
                        } else {
                            faults.unknown(&entry, &["month"]);
                        }
                    }
                }
                _ if work_limit(faults, &entry, &mut work) => {}
                _ => faults.unknown(&entry, &LIMITS),
            }
        }
        self.limits = self.limits.clone().with_work(work);
    }

    /// What holds in some studios alone.
    pub(super) fn studios(&mut self, faults: &mut Faults, places: &mut Places, entry: &Entry<'_>) {
        let studios = faults.entries(entry, "studios and what holds there");
        for entry in few(faults, entry, studios) {
            places.note(&format!("studio {}", entry.key), entry.key_span);
            let studio: Option<Studio> = good(faults, entry.key_span, entry.key.parse());
            let mut work = WorkLimits::default();
            for entry in faults.entries(&entry, "what holds in the studio") {
                match entry.key {
                    "settings" => self.settings(faults, places, &entry, studio.as_ref()),
                    _ if work_limit(faults, &entry, &mut work) => {}
                    _ => faults.unknown(&entry, &STUDIO),
                }
            }
            if let Some(studio) = studio.filter(|_| !work.is_none()) {
                self.limit(faults, &entry, |limits| limits.with_studio(studio, work));
            }
        }
    }

    fn settings(&mut self, faults: &mut Faults, places: &mut Places, entry: &Entry<'_>, studio: Option<&Studio>) {
        let settings = faults.entries(entry, "settings and the values that they may have");
        for entry in few(faults, entry, settings) {
            let part = part_of(studio, entry.key);
            places.note(&part, entry.key_span);
            let setting = if let DeValue::Table(_) = entry.value.get_ref() {
                range(faults, &entry)
            } else {
                let read = items(&entry).into_iter().map(|item| {
                    let value = faults.value(&item)?;
                    places.note(&format!("{part}/{value}"), item.span());
                    Some(value)
                });
                let read: Vec<_> = read.collect();
                let read: Option<Vec<_>> = read.into_iter().collect();
                read.and_then(|values| promised(faults, entry.span(), AllowedSetting::values(entry.key, values)))
            };
            let Some(setting) = setting else { continue };
            let setting = studio.cloned().into_iter().fold(setting, AllowedSetting::in_studio);
            self.entitle(faults, &entry, |entitlements| entitlements.with_setting(setting));
        }
    }

    fn entitle(
        &mut self,
        faults: &mut Faults,
        entry: &Entry<'_>,
        add: impl FnOnce(Entitlements) -> Result<Entitlements, PlanError>,
    ) {
        if let Some(entitlements) = promised(faults, entry.key_span, add(self.entitlements.clone())) {
            self.entitlements = entitlements;
        }
    }

    fn limit(&mut self, faults: &mut Faults, entry: &Entry<'_>, add: impl FnOnce(Limits) -> Result<Limits, PlanError>) {
        if let Some(limits) = promised(faults, entry.span(), add(self.limits.clone())) {
            self.limits = limits;
        }
    }
}

/// What the values of a setting are called among the places of a plan.
pub(crate) fn part_of(studio: Option<&Studio>, setting: &str) -> String {
    studio.map_or_else(|| format!("setting {setting}"), |studio| format!("setting {setting} in {studio}"))
}

/// `{ min = 3, max = 6 }`.
fn range(faults: &mut Faults, entry: &Entry<'_>) -> Option<AllowedSetting> {
    let (mut min, mut max) = (None, None);
    for entry in faults.entries(entry, "a least and a greatest number") {
        match entry.key {
            "min" => min = faults.decimal(&entry),
            "max" => max = faults.decimal(&entry),
            _ => faults.unknown(&entry, &["min", "max"]),
        }
    }
    promised(faults, entry.span(), AllowedSetting::range(entry.key, min, max))
}

/// Takes in what limits work, if the key does.
fn work_limit(faults: &mut Faults, entry: &Entry<'_>, work: &mut WorkLimits) -> bool {
    let limits = match entry.key {
        "holds" => faults.whole::<u32>(entry).map(|holds| work.with_holds_max(holds)),
        "outputs" => faults.whole::<u64>(entry).map(|outputs| work.with_outputs_max(outputs)),
        "credits" => {
            for entry in faults.entries(entry, "how much may be spent a day and a month") {
                let limits = match entry.key {
                    "day" => amount(faults, &entry, "the daily limit").map(|credits| work.with_day_max(credits)),
                    "month" => amount(faults, &entry, "the monthly limit").map(|credits| work.with_month_max(credits)),
                    _ => {
                        faults.unknown(&entry, &["day", "month"]);
                        None
                    }
                };
                *work = limits.and_then(|limits| promised(faults, entry.span(), limits)).unwrap_or(*work);
            }
            None
        }
        _ => return false,
    };
    *work = limits.and_then(|limits| promised(faults, entry.span(), limits)).unwrap_or(*work);
    true
}
