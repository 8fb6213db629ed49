//! What the examples `lifecycle` and `explain` print.

#[path = "../../examples/explain.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod explain;
#[path = "../../examples/lifecycle.rs"]
#[expect(dead_code, reason = "what `main` does is to print the story")]
mod lifecycle;

#[test]
fn the_lifecycle_example_shows_each_step() {
    let expected = "                                             available  held  spent
grant 100, bought on top                           100     0      0
hold 40 for four videos                             60    40      0
settle: three came, one failed                      70     0     30
settle once more, as after a lost answer            70     0     30
refund 10: one of the videos was black              80     0     20
hold 8 for a sketch                                 72     8     20
release: the user called it off                     80     0     20
";
    assert_eq!(lifecycle::story().unwrap(), expected);
}

#[test]
fn the_explain_example_tells_why() {
    let expected = "\
60 for flux in image, possible
  daily (free), 50 available: 50 taken, in its turn
  video-offer (promotional), 30 available: 0 taken, as it is for other work
  december (subscription), 400 available: 0 taken, as it is usable from 2026-12-01T00:00:00Z on
  invoice-9 (top-up), 100 available: 10 taken, in its turn

500 for flux in image, refused: 500 required and 150 available for this work: 350 missing
  daily (free), 50 available: 50 taken, in its turn
  video-offer (promotional), 30 available: 0 taken, as it is for other work
  december (subscription), 400 available: 0 taken, as it is usable from 2026-12-01T00:00:00Z on
  invoice-9 (top-up), 100 available: 100 taken, in its turn
  possible with a grant of 350 for this work
  possible with work that costs at most 150
  possible with what is usable from 2026-12-01T00:00:00Z on
";
    assert_eq!(explain::story().unwrap(), expected);
}
