//! Does anybody have to log in now?
//!
//! One session is shared: while one login is under way, or pauses after it was refused, nobody starts another (FM-19,
//! FM-21).

/// The state of the one session.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody has logged in, or the session expired.
    #[default]
    None,
    /// The login is in flight.
    LoggingIn,
    /// The login failed; the next attempt waits for its alarm.
    Pausing,
    /// Calls may go.
    Open,
}

/// Whether a login is due.
pub fn needs_login(state: SessionState) -> bool {
    state == SessionState::None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_login_serves_everybody() {
        let due = [
            SessionState::None,
            SessionState::LoggingIn,
            SessionState::Pausing,
            SessionState::Open,
        ];
        assert_eq!(due.map(needs_login), [true, false, false, false]);
    }
}
