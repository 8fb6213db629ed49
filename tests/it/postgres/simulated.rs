//! The simulation with this store behind the ledger.

use super::place::Place;
use crate::simulation::runs::play_over;

#[test]
fn every_command_is_done_once_or_not_at_all() {
    let Some(place) = Place::bare() else { return };
    play_over(|| place.another_store());
}
