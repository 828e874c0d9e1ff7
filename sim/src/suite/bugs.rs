//! Bugs of our own: a broken invariant panics, is caught for its scenario alone, and becomes a result instead of noise.

use std::{
    cell::{Cell, RefCell},
    panic,
    sync::Once,
};

thread_local! {
    static PLAYING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on a panic while a scenario plays is kept, not printed. Other panics are printed as before.
pub(crate) fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if PLAYING.get() {
                LAST.set(info.to_string());
            } else {
                before(info);
            }
        }));
    });
}

/// While this lives, a scenario plays on this thread.
pub(crate) struct Scope;

impl Scope {
    pub(crate) fn enter() -> Self {
        PLAYING.set(true);
        Self
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        PLAYING.set(false);
    }
}

/// What the last panic on this thread said.
pub(crate) fn last() -> String {
    LAST.take()
}
