//! Mistakes that the tests plant, to see that they find them. There are none unless the crate is built with
//! `--cfg planted`, and then one at a time.

#[cfg(not(planted))]
macro_rules! planted {
    ($mistake:literal) => {
        false
    };
}

#[cfg(planted)]
macro_rules! planted {
    ($mistake:literal) => {
        $crate::planted::is($mistake)
    };
}

pub(crate) use planted;

#[cfg(planted)]
std::thread_local! {
    static PLANTED: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// Plants a mistake in this thread, in place of the one before.
#[cfg(planted)]
pub fn plant(mistake: Option<&'static str>) {
    PLANTED.set(mistake);
}

#[cfg(planted)]
pub(crate) fn is(mistake: &str) -> bool {
    PLANTED.get() == Some(mistake)
}
