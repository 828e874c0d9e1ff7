//! Is the person looked up a second time before a lead is made?
//!
//! What somebody else writes may not be there yet when we look: their transaction is still open. Where automation of the
//! org is known to make leads, a second look after a short pause finds them (FM-04); it costs the lead that pause.

use crate::{Settings, Timestamp};

/// When the second look is due; nothing where none is wanted.
pub fn second_look(now: Timestamp, settings: &Settings) -> Option<Timestamp> {
    (settings.second_look_ms > 0).then(|| now.plus_ms(settings.second_look_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_none_unless_it_is_wanted() {
        assert_eq!(second_look(Timestamp(5), &Settings::default()), None);
        let settings = Settings { second_look_ms: 3_000, ..Settings::default() };
        assert_eq!(second_look(Timestamp(5), &settings), Some(Timestamp(3_005)));
    }
}
