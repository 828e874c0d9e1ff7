//! Is what the website tells news?
//!
//! An event that was delivered before is none (FM-11), and neither is a value that was said before the one that is held,
//! however late it arrives (FM-12, INV-07).

use crate::Timestamp;

/// Whether an event is delivered again.
pub fn is_redelivery(was_seen: bool) -> bool {
    was_seen
}

/// Whether a value that was said then is older than the one that is held.
pub fn is_stale(said: Timestamp, held: Timestamp) -> bool {
    said < held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_values_said_at_once_the_later_heard_counts() {
        assert!(is_stale(Timestamp(4), Timestamp(5)));
        assert!(!is_stale(Timestamp(5), Timestamp(5)));
    }
}
