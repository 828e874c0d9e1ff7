//! Access tokens: who has logged in, and until when.

use std::collections::BTreeMap;

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Expired,
    Unknown,
}

/// The tokens given out so far.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    last: u64,
    /// Until when each is good, in ms since the epoch.
    live: BTreeMap<String, i64>,
}

impl Tokens {
    /// The token that lives longest, if one does: some systems give the same one until it dies.
    pub(crate) fn current(&self, now: i64) -> Option<(String, i64)> {
        let live = self.live.iter().filter(|(_, until)| **until > now);
        live.max_by_key(|(_, until)| **until).map(|(token, until)| (token.clone(), *until))
    }

    /// A new token.
    pub(crate) fn issue(&mut self, prefix: &str, now: i64, seconds: i64) -> String {
        self.last += 1;
        let token = format!("{prefix}{:08x}{:024x}", self.last, 0x5eed ^ (self.last << 7));
        self.live.insert(token.clone(), now.saturating_add(seconds.saturating_mul(1_000)));
        token
    }

    /// What a token is worth now.
    pub(crate) fn standing(&self, token: &str, now: i64) -> Standing {
        match self.live.get(token) {
            None => Standing::Unknown,
            Some(until) if *until <= now => Standing::Expired,
            Some(_) => Standing::Good,
        }
    }

    /// Every token dies.
    pub(crate) fn expire_all(&mut self, now: i64) {
        for until in self.live.values_mut() {
            *until = (*until).min(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_as_long_as_it_was_given() {
        let mut tokens = Tokens::default();
        let token = tokens.issue("t", 1_000, 2);
        assert_eq!(tokens.standing(&token, 2_999), Standing::Good);
        assert_eq!(tokens.standing(&token, 3_000), Standing::Expired);
        assert_eq!(tokens.standing("other", 1_000), Standing::Unknown);
        assert_eq!(tokens.current(2_999), Some((token.clone(), 3_000)));
        tokens.expire_all(1_500);
        assert_eq!(tokens.standing(&token, 1_500), Standing::Expired);
        assert_eq!(tokens.current(1_500), None);
    }
}
