//! The choices of one run after the other, until all have been made.

#[derive(Default)]
pub(super) struct Path {
    /// What was chosen, and of how many.
    taken: Vec<(usize, usize)>,
    at: usize,
}

impl Path {
    /// One of so many, for this run.
    pub(super) fn choose(&mut self, of: usize) -> usize {
        if self.at == self.taken.len() {
            self.taken.push((0, of));
        }
        let (chosen, known) = self.taken[self.at];
        assert_eq!(known, of, "a run is not the same again");
        self.at += 1;
        chosen
    }

    /// Makes the next run another one; false once there is none.
    pub(super) fn turn(&mut self) -> bool {
        self.at = 0;
        while let Some((chosen, of)) = self.taken.pop() {
            if chosen + 1 < of {
                self.taken.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}
