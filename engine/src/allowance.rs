//! Who may spend what is left of the day's API calls?
//!
//! People first: a share of the allowance is kept for what a rep waits for, and everything else stops when only that
//! share is left (FM-15). What stopped is durable, and goes on when there is more again.

use crate::{ApiUsage, Settings};

/// Whether a call may go. `for_a_person` says that a rep waits for it.
pub fn may_spend(usage: ApiUsage, for_a_person: bool, settings: &Settings) -> bool {
    let kept = usage.allowed.saturating_mul(settings.api_reserve_percent) / 100;
    for_a_person || usage.used.saturating_add(kept) < usage.allowed || kept == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_share_is_for_people() {
        let settings = Settings { api_reserve_percent: 10, ..Settings::default() };
        let may = |used, person| may_spend(ApiUsage { used, allowed: 100 }, person, &settings);
        assert!(may(89, false));
        assert!(!may(90, false));
        assert!(may(90, true) && may(100, true));
    }

    #[test]
    fn nothing_is_kept_unless_told() {
        let settings = Settings { api_reserve_percent: 0, ..Settings::default() };
        assert!(may_spend(ApiUsage { used: 100, allowed: 100 }, false, &settings));
    }
}
