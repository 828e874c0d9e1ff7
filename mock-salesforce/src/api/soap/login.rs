//! Sessions: `login`, `logout`, `invalidateSessions`, and the server's time (wire reference §1.3).

use super::{
    Call, Endpoint, LOGIN_UNTIL, Outcome, envelope::Flavour, fault::Fault, person, result, row,
};
use crate::{
    OrgError,
    xml::{self, Element},
};

/// Most sessions of one `invalidateSessions`.
const SESSION_LIMIT: usize = 200;

impl Endpoint {
    /// `login(username, password)`: a session, the addresses to call with it, and whose it is.
    pub(super) fn log_in(&self, flavour: Flavour, version: u16, sent: &Element) -> Outcome {
        if version > LOGIN_UNTIL {
            let message = format!(
                "SOAP API login() is not supported in API version {version}.0: use OAuth, or version {LOGIN_UNTIL}.0"
            );
            return Err(Fault::of("UNSUPPORTED_API_VERSION", message));
        }
        let username = sent.text_of("username").unwrap_or_default();
        // Blanks may be part of a password.
        let password = sent.child("password").map_or("", |password| &*password.text);
        let signed_in = self.mock.sign_in(username, password).map_err(Fault::login)?;
        let org = self.mock.org();
        let organization = org.organization_id();
        let address = |letter: char| {
            let base = self.origin.as_str();
            format!("{base}/services/Soap/{letter}/{version}.0/{}", organization.as_str_15())
        };
        let mut out = b"<result>".to_vec();
        xml::element(&mut out, "metadataServerUrl", address('m'));
        xml::element(&mut out, "passwordExpired", false);
        xml::element(&mut out, "sandbox", false);
        xml::element(&mut out, "serverUrl", address(flavour.letter()));
        xml::element(&mut out, "sessionId", &signed_in.token);
        xml::element(&mut out, "userId", signed_in.user);
        xml::open(&mut out, "userInfo");
        person::write(&mut out, &org, signed_in.user, i64::from(signed_in.seconds_valid));
        xml::close(&mut out, "userInfo");
        xml::close(&mut out, "result");
        Ok(out)
    }
}

/// `logout()`: the session of the header is no more.
#[expect(clippy::unnecessary_wraps, reason = "every call has the same shape")]
pub(super) fn log_out(call: &Call<'_>) -> Outcome {
    call.visit.mock.sessions().expire(&call.headers.session);
    Ok(Vec::new())
}

/// `invalidateSessions(sessionIds)`
pub(super) fn invalidate_sessions(call: &Call<'_>) -> Outcome {
    let tokens = call.list("sessionIds");
    Call::at_most(SESSION_LIMIT, tokens.len())?;
    let mut out = Vec::new();
    for token in tokens {
        xml::open(&mut out, "result");
        let ended = call.visit.mock.sessions().expire(token);
        if !ended {
            let error = OrgError::new("INVALID_SESSION_ID", "Invalid session id");
            result::write_errors(&mut out, call, &[error]);
        }
        xml::element(&mut out, "success", ended);
        xml::close(&mut out, "result");
    }
    Ok(out)
}

/// `getServerTimestamp()`
#[expect(clippy::unnecessary_wraps, reason = "every call has the same shape")]
pub(super) fn server_timestamp(call: &Call<'_>) -> Outcome {
    let mut out = b"<result>".to_vec();
    xml::element(&mut out, "timestamp", row::moment(call.visit.saving.now));
    xml::close(&mut out, "result");
    Ok(out)
}
