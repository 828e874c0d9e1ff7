//! Authorization codes: good once, for 15 minutes, for one app and one address. Source: wire reference §1.1.

use std::collections::{BTreeMap, VecDeque};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::Holder;
use crate::Timestamp;

/// How long a code lives, in milliseconds.
pub const CODE_MS: i64 = 15 * 60_000;
/// Most codes at once; the oldest go first.
const CODE_LIMIT: usize = 1_000;

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) holder: Holder,
    pub(crate) redirect_uri: String,
    /// BASE64URL(SHA256(verifier)) of a client that uses PKCE.
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
}

/// Why a code gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeFault {
    /// Nobody was given it, or it was used.
    Unknown,
    /// It is too old.
    Expired,
}

/// Codes that wait for their client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes {
    grants: BTreeMap<String, (Grant, Timestamp)>,
    oldest: VecDeque<String>,
}

impl Codes {
    /// Keeps a grant under a code.
    pub(crate) fn issue(&mut self, code: String, grant: Grant, now: Timestamp) {
        self.grants.insert(code.clone(), (grant, Timestamp(now.0.saturating_add(CODE_MS))));
        self.oldest.push_back(code);
        while self.oldest.len() > CODE_LIMIT {
            if let Some(oldest) = self.oldest.pop_front() {
                self.grants.remove(&oldest);
            }
        }
    }

    /// Takes the grant behind a code; the code is used up, whatever comes of it.
    pub(crate) fn take(&mut self, code: &str, now: Timestamp) -> Result<Grant, CodeFault> {
        let (grant, expires) = self.grants.remove(code).ok_or(CodeFault::Unknown)?;
        self.oldest.retain(|known| known != code);
        if expires <= now { Err(CodeFault::Expired) } else { Ok(grant) }
    }
}

impl Grant {
    /// Does the verifier fit the challenge? Without a challenge every verifier does.
    pub(crate) fn is_verified_by(&self, verifier: Option<&str>) -> bool {
        let Some(challenge) = &self.challenge else { return true };
        verifier.is_some_and(|verifier| {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge.trim_end_matches('=')
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Scope;

    fn grant(challenge: Option<&str>) -> Grant {
        let holder = Holder {
            user: "0054S000000JFmh".parse().unwrap(),
            client_id: "app".into(),
            scope: Scope::full(),
        };
        let challenge = challenge.map(str::to_owned);
        Grant { holder, redirect_uri: "http://localhost/".to_owned(), challenge, nonce: None }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_quarter_of_an_hour() {
        let mut codes = Codes::default();
        codes.issue("a".to_owned(), grant(None), Timestamp(0));
        codes.issue("b".to_owned(), grant(None), Timestamp(0));
        assert!(codes.take("a", Timestamp(CODE_MS - 1)).is_ok());
        assert_eq!(codes.take("a", Timestamp(1)), Err(CodeFault::Unknown));
        assert_eq!(codes.take("b", Timestamp(CODE_MS)), Err(CodeFault::Expired));
        assert_eq!(codes.take("b", Timestamp(1)), Err(CodeFault::Unknown));
    }

    #[test]
    fn a_verifier_must_hash_to_the_challenge() {
        // The pair of RFC 7636, appendix B.
        let grant = grant(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(grant.is_verified_by(Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assert!(!grant.is_verified_by(Some("x")) && !grant.is_verified_by(None));
    }
}
