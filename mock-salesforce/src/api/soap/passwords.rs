//! `setPassword`, `resetPassword`, `changeOwnPassword`. Documentation: SOAP API, core calls.

use super::{Call, Outcome, fault::Fault};
use crate::{OrgError, SfId, api::passwords, xml};

/// `setPassword(userId, password)`
pub(super) fn set(call: &Call<'_>) -> Outcome {
    let mock = &call.visit.mock;
    let done = mock.org().set_password(call.visit.user, user(call)?, text(call, "password"));
    done.map_err(Fault::from)?;
    Ok(nothing())
}

/// `changeOwnPassword(oldPassword, newPassword)`
pub(super) fn change_own(call: &Call<'_>) -> Outcome {
    let (old, new) = (text(call, "oldPassword"), text(call, "newPassword"));
    call.visit.mock.org().change_password(call.visit.user, old, new).map_err(Fault::from)?;
    Ok(nothing())
}

/// `resetPassword(userId)`: the password that was made up.
pub(super) fn reset(call: &Call<'_>) -> Outcome {
    let mock = &call.visit.mock;
    let new = passwords::made_up(mock);
    mock.org().reset_password(call.visit.user, user(call)?, &new).map_err(Fault::from)?;
    let mut out = b"<result>".to_vec();
    xml::element(&mut out, "password", new);
    xml::close(&mut out, "result");
    Ok(out)
}

fn user(call: &Call<'_>) -> Result<SfId, Fault> {
    let id = call.sent.text_of("userId").unwrap_or_default();
    id.parse()
        .map_err(|_| OrgError::new("INVALID_ID_FIELD", format!("invalid user id: {id}")).into())
}

/// A text as it was sent: blanks may be part of a password.
fn text<'c>(call: &'c Call<'_>, name: &str) -> &'c str {
    call.sent.child(name).map_or("", |given| &*given.text)
}

/// A result that says no more than that it was done.
fn nothing() -> Vec<u8> {
    let mut out = Vec::new();
    xml::empty(&mut out, "result");
    out
}
