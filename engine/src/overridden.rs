//! Does a lead of ours still have the owner whom we gave it?
//!
//! Flows, triggers and people of the org may give it another one. That is noticed, written down and left alone: two
//! parties that each put their owner back would never end (FM-43, FM-44, AS-10d).

use crate::{Settings, Timestamp, UserId};

/// Whether the org gave the record another owner than we did.
pub fn is_overridden(given: &UserId, held: &UserId) -> bool {
    given != held
}

/// When the owner of a new lead is read back; nothing where only later lookups notice.
pub fn owner_read_back(now: Timestamp, settings: &Settings) -> Option<Timestamp> {
    (settings.owner_read_back_ms > 0).then(|| now.plus_ms(settings.owner_read_back_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_owner_is_noticed() {
        assert!(is_overridden(&"u-dana".into(), &"u-bo".into()));
        assert!(!is_overridden(&"u-dana".into(), &"u-dana".into()));
    }

    #[test]
    fn it_is_read_back_where_that_is_wanted() {
        let settings = Settings { owner_read_back_ms: 60_000, ..Settings::default() };
        assert_eq!(owner_read_back(Timestamp(0), &settings), Some(Timestamp(60_000)));
        assert_eq!(owner_read_back(Timestamp(0), &Settings::default()), None);
    }
}
