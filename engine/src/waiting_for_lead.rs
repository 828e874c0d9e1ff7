//! Does what needs a person wait for a lead that may still come?
//!
//! A campaign step and a meeting's Event hang off a record. While the visitor has none and a create is armed or under way,
//! they wait for it; otherwise there is nothing to wait for (CP-06d, EV-29d).

/// Whether it waits: the visitor's record is unknown, and so many creates may still make one.
pub(crate) fn waits_for_lead(has_record: bool, creates: u32) -> bool {
    !has_record && creates > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_only_for_a_lead_that_may_come() {
        assert!(waits_for_lead(false, 1));
        assert!(!waits_for_lead(false, 0));
        assert!(!waits_for_lead(true, 1));
    }
}
