//! Signed assertions and id tokens: RS256 in both directions. Source: wire reference §1.1.
//!
//! Keys are read from PEM: a certificate, a public key (`SubjectPublicKeyInfo`) or an `RSAPublicKey`.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use serde_json::Value as Json;

use crate::Timestamp;

/// How far ahead an assertion may expire, in seconds.
const EXPIRY_AHEAD_S: i64 = 5 * 60;
/// How wrong a client's clock may be, in seconds.
const SKEW_S: i64 = 3 * 60;
/// From here on a time is meant in milliseconds: in seconds it would lie in the year 5138.
const FIRST_MILLISECONDS: f64 = 1e11;
/// Longest assertion in bytes.
const ASSERTION_LIMIT: usize = 16_384;

/// What an assertion says, before anybody believes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assertion<'a> {
    /// `iss`: the consumer key.
    pub(crate) issuer: String,
    /// `sub`, or `prn` as older clients say: the username.
    pub(crate) subject: String,
    /// `aud`, one or more.
    audiences: Vec<String>,
    expires_s: Option<i64>,
    signed: &'a str,
    signature: Vec<u8>,
}

/// What is wrong with an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It cannot be read, its signature is not the app's, or it would live too long.
    Invalid,
    /// It is for somebody else.
    Audience,
    /// It has expired.
    Expired,
}

/// Reads an assertion; nothing is checked yet.
pub(crate) fn read(text: &str) -> Result<Assertion<'_>, Fault> {
    if text.len() > ASSERTION_LIMIT {
        return Err(Fault::Invalid);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Fault::Invalid)?;
    let (header, claims) = signed.split_once('.').ok_or(Fault::Invalid)?;
    if part(header)?.get("alg").and_then(Json::as_str) != Some("RS256") {
        return Err(Fault::Invalid);
    }
    let claims = part(claims)?;
    let text = |name: &str| claims.get(name).and_then(Json::as_str).map(str::to_owned);
    Ok(Assertion {
        issuer: text("iss").ok_or(Fault::Invalid)?,
        subject: text("sub").or_else(|| text("prn")).ok_or(Fault::Invalid)?,
        audiences: audiences(claims.get("aud")),
        expires_s: claims.get("exp").and_then(seconds),
        signed,
        signature: decoded(signature)?,
    })
}

impl Assertion<'_> {
    /// Checks signature, audience and expiry.
    pub(crate) fn check(
        &self,
        public_key: &[u8],
        for_us: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Result<(), Fault> {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| Fault::Invalid)?;
        if !self.audiences.iter().any(|audience| for_us(audience)) {
            return Err(Fault::Audience);
        }
        let now = now.0.div_euclid(1_000);
        match self.expires_s {
            Some(expires) if expires <= now - SKEW_S => Err(Fault::Expired),
            Some(expires) if expires <= now + EXPIRY_AHEAD_S + SKEW_S => Ok(()),
            _ => Err(Fault::Invalid),
        }
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Fault::Invalid)
}

fn part(text: &str) -> Result<Json, Fault> {
    serde_json::from_slice(&decoded(text)?).map_err(|_| Fault::Invalid)
}

fn audiences(claim: Option<&Json>) -> Vec<String> {
    match claim {
        Some(Json::String(one)) => vec![one.clone()],
        Some(Json::Array(many)) => {
            many.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Seconds since 1970 as a number or, as some clients send it, as a text. Salesforce's own command line sends
/// milliseconds, and Salesforce lets it in.
fn seconds(claim: &Json) -> Option<i64> {
    let number = match claim {
        Json::String(text) => text.trim().parse::<f64>().ok()?,
        other => other.as_f64()?,
    };
    let number = if number >= FIRST_MILLISECONDS { number / 1_000.0 } else { number };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and such times are far off"
    )]
    number.is_finite().then_some(number as i64)
}

/// Signs claims with the shipped test key.
pub(crate) fn signed(claims: &Json) -> Option<String> {
    let key = test_key()?;
    let header = format!(r#"{{"kid":"{TEST_KEY_ID}","typ":"JWT","alg":"RS256"}}"#);
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).ok()?;
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Name of the test key in the key set.
pub(crate) const TEST_KEY_ID: &str = "mock-test-key";

/// Modulus and exponent of the test key, as a key set has them.
pub(crate) fn test_key_numbers() -> Option<(String, String)> {
    let key = test_key()?;
    let components: ring::rsa::PublicKeyComponents<Vec<u8>> = key.public().into();
    Some((URL_SAFE_NO_PAD.encode(components.n), URL_SAFE_NO_PAD.encode(components.e)))
}

fn test_key() -> Option<RsaKeyPair> {
    let (_, der) = pem(super::TEST_KEY)?;
    RsaKeyPair::from_pkcs8(&der).ok()
}

/// The `RSAPublicKey` in a PEM text.
pub(crate) fn public_key(text: &str) -> Result<Vec<u8>, String> {
    const NO_PEM: &str =
        "the certificate is no PEM: give the text of a certificate or of an RSA public key";
    let (label, der) = pem(text).ok_or(NO_PEM)?;
    let key = match label {
        "RSA PUBLIC KEY" => Some(der.clone()),
        "PUBLIC KEY" => key_of_info(&der),
        "CERTIFICATE" => info_of_certificate(&der).and_then(key_of_info),
        _ => None,
    };
    key.ok_or_else(|| {
        format!("no RSA public key in the PEM block {label:?}: give a certificate or a public key")
    })
}

/// Label and content of the first PEM block.
fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once("-----END")?;
    let content: String = content.split_ascii_whitespace().collect();
    Some((label, STANDARD.decode(content).ok()?))
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;

/// Takes one DER element off: its tag, its content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `SubjectPublicKeyInfo` of a certificate, with its own tag: the seventh part, or the sixth where the version is left out.
fn info_of_certificate(der: &[u8]) -> Option<&[u8]> {
    let (SEQUENCE, certificate, _) = element(der)? else { return None };
    let (SEQUENCE, mut rest, _) = element(certificate)? else { return None };
    let versioned = element(rest)?.0 == VERSION;
    for _ in 0..if versioned { 6 } else { 5 } {
        rest = element(rest)?.2;
    }
    Some(rest)
}

/// The key in a `SubjectPublicKeyInfo`: algorithm, then a bit string without unused bits.
fn key_of_info(der: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let (SEQUENCE, info, _) = element(der.as_ref())? else { return None };
    let (SEQUENCE, _, rest) = element(info)? else { return None };
    let (BIT_STRING, bits, _) = element(rest)? else { return None };
    let (0, key) = bits.split_first().map(|(unused, key)| (*unused, key))? else { return None };
    (element(key)?.0 == SEQUENCE).then(|| key.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_778_666_400_000);

    fn claims(changes: &[(&str, Json)]) -> Json {
        let mut claims = json!({"iss": "app", "sub": "a@b.example", "aud": "https://login.salesforce.com",
            "exp": NOW.0 / 1_000 + 180});
        for (key, value) in changes {
            claims[key] = value.clone();
        }
        claims
    }

    fn checked(claims: &Json) -> Result<(), Fault> {
        let text = signed(claims).unwrap();
        let key = public_key(crate::auth::TEST_CERTIFICATE).unwrap();
        read(&text)?.check(&key, |audience| audience == "https://login.salesforce.com", NOW)
    }

    #[test]
    fn an_assertion_must_be_signed_meant_for_us_and_short_lived() {
        let second = NOW.0 / 1_000;
        assert_eq!(checked(&claims(&[])), Ok(()));
        assert_eq!(checked(&claims(&[("exp", json!(format!("{}", second + 180)))])), Ok(()));
        assert_eq!(checked(&claims(&[("exp", json!("1778666459.5"))])), Ok(()));
        assert_eq!(
            checked(&claims(&[("aud", json!(["x", "https://login.salesforce.com"]))])),
            Ok(())
        );
        assert_eq!(checked(&claims(&[("aud", json!("https://x.example"))])), Err(Fault::Audience));
        assert_eq!(checked(&claims(&[("exp", json!(second - 3_600))])), Err(Fault::Expired));
        assert_eq!(checked(&claims(&[("exp", json!(second + 3_600))])), Err(Fault::Invalid));
        assert_eq!(checked(&claims(&[("exp", json!(null))])), Err(Fault::Invalid));
        assert_eq!(checked(&claims(&[("iss", json!(7))])), Err(Fault::Invalid));
    }

    #[test]
    fn a_changed_assertion_is_refused() {
        let text = signed(&claims(&[])).unwrap();
        let key = public_key(crate::auth::TEST_CERTIFICATE).unwrap();
        let other = signed(&claims(&[("sub", json!("other@b.example"))])).unwrap();
        let (head, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = text.rsplit_once('.').unwrap();
        let forged = format!("{head}.{signature}");
        assert_eq!(read(&forged).unwrap().check(&key, |_| true, NOW), Err(Fault::Invalid));
        for text in ["", "a.b.c", "e30.e30.e30", "....", &"x".repeat(20_000)] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_are_read_from_certificates_and_public_keys() {
        let key = public_key(crate::auth::TEST_CERTIFICATE).unwrap();
        let (n, e) = test_key_numbers().unwrap();
        assert_eq!((e.as_str(), n.len()), ("AQAB", 342));
        let bare = format!(
            "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
            STANDARD.encode(&key)
        );
        assert_eq!(public_key(&bare).unwrap(), key);
        let (_, certificate) = pem(crate::auth::TEST_CERTIFICATE).unwrap();
        let info = info_of_certificate(&certificate).unwrap();
        let public = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(info)
        );
        assert_eq!(public_key(&public).unwrap(), key);
        for cut in 0..certificate.len() {
            let _ = info_of_certificate(&certificate[..cut]).and_then(key_of_info);
        }
        assert!(public_key(crate::auth::TEST_KEY).unwrap_err().contains("PRIVATE KEY"));
    }
}
