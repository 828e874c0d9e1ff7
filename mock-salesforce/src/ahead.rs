//! Memory that is soon read or written is asked for ahead, so that it comes while something else is done.
//!
//! A hint to the processor, which nobody waits for: where there is none of the kind, nothing happens. It changes no
//! answer, only how long one takes.

use prefetch_index::prefetch_index;

/// Bytes that memory gives at once.
const LINE: usize = 64;

/// Asks for a place; one that is not there is asked for in vain.
#[inline]
pub(crate) fn ask_for<T>(places: &[T], at: usize) {
    prefetch_index(places, at);
}

/// Asks for a run of bytes, or for the first so many lines of it.
#[inline]
pub(crate) fn ask_for_lines(run: &[u8], most: usize) {
    for line in 0..run.len().div_ceil(LINE).min(most) {
        prefetch_index(run, line * LINE);
    }
}
