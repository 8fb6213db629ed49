//! The days and months of an account that limits go by.

use chrono::{DateTime, Utc};

use super::{Declined, allow::out_of_range};
use crate::{
    journal::Window,
    plan::{CalendarError, Cycle, CycleWindow, DailyReset, DayWindow, Zone},
};

/// The day that an instant is in, after the last one that was looked at.
pub(super) fn day(known: Option<Window>, zone: Zone, at: DateTime<Utc>) -> Result<Window, Box<Declined>> {
    let reset = DailyReset::default().with_zone(zone);
    let window = match known {
        Some(Window::Day(window)) => window.at(reset, at),
        _ => DayWindow::first(reset, at),
    };
    window.map(Window::Day).map_err(out_of_range)
}

/// The month of the calendar that an instant is in, after the last one that was looked at: that one is over when it was
/// to be, whatever the zone is by now, and none comes twice.
pub(super) fn month(known: Option<Window>, zone: Zone, at: DateTime<Utc>) -> Result<Window, Box<Declined>> {
    let known = match known {
        Some(Window::Month(window)) => Some(window),
        _ => None,
    };
    month_after(known, zone, at).map(Window::Month).map_err(out_of_range)
}

fn month_after(known: Option<CycleWindow>, zone: Zone, at: DateTime<Utc>) -> Result<CycleWindow, CalendarError> {
    let months = Cycle::calendar(zone)?;
    let shown = months.window_at(at)?;
    match known {
        Some(known) if at < known.closes_at => Ok(known),
        Some(known) if shown.ordinal <= known.ordinal => {
            let next = months.window(known.ordinal.saturating_add(1))?;
            Ok(CycleWindow { opens_at: known.closes_at, ..next })
        }
        _ => Ok(shown),
    }
}
