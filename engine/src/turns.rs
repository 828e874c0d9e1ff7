//! Who goes first?
//!
//! Syncs of one person go one after the other: the second looks up anew and finds what the first one made (FM-01,
//! MS-07d). After an outage whoever waited longest goes first, and not whoever happens to ask first (FM-82).

use crate::IntentId;

/// Whether syncs of one person wait for one another.
pub fn one_at_a_time() -> bool {
    true
}

/// Those who waited for the service, in the order in which they go.
pub fn order_after_outage(mut waiting: Vec<IntentId>) -> Vec<IntentId> {
    waiting.sort_unstable();
    waiting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let order = order_after_outage([7, 2, 5].map(IntentId).to_vec());
        assert_eq!(order, [2, 5, 7].map(IntentId));
        assert!(one_at_a_time());
    }
}
