//! The simulation with this store behind the ledger.

use super::place::Place;
use crate::simulation::runs::plays_over;
use crate::simulation::store::Waited;

#[test]
fn every_command_is_done_once_or_not_at_all() {
    let Some(place) = Place::bare() else { return };
    plays_over(|| Waited(place.another_store()));
}
