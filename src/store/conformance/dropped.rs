//! A future that is dropped before its end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Polls a future so many times at most, and drops it then; `None` if it had not come to its end.
pub(super) struct Dropped<F> {
    future: Option<Pin<Box<F>>>,
    polls: u32,
}

impl<F: Future> Dropped<F> {
    pub(super) fn after(polls: u32, future: F) -> Self {
        Self { future: Some(Box::pin(future)), polls }
    }
}

impl<F: Future> Future for Dropped<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let left = self.polls.checked_sub(1);
        let ready = match (left, self.future.as_mut()) {
            (Some(left), Some(future)) => match future.as_mut().poll(context) {
                Poll::Ready(output) => Some(output),
                Poll::Pending if left > 0 => {
                    self.polls = left;
                    return Poll::Pending;
                }
                Poll::Pending => None,
            },
            _ => None,
        };
        // Here and not later, since some futures can only be dropped inside the runtime that polls them.
        self.future = None;
        Poll::Ready(ready)
    }
}
