//! What a fault does to a call before it is carried out. What it does to the answer is in [`super::answer`].

use axum::http::request::Parts;
use bytes::Bytes;

use super::session;
use crate::{
    Mock, SfId, Timestamp,
    api::visit::Quirks,
    fault::{self, Hit, Verdict},
    operation::classify,
};

/// What the fault plan does to a call that arrived at `now`.
pub(super) fn hit(mock: &Mock, (parts, body): (&Parts, &Bytes), now: Timestamp) -> Option<Hit> {
    let asks = {
        let faults = mock.faults();
        if faults.is_empty() {
            return None;
        }
        faults.asks_for_user()
    };
    let caller = if asks { caller(mock, parts, now) } else { None };
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    let asked = fault::Asked {
        call: classify(&parts.method, path, query),
        method: &parts.method,
        path,
        query,
        body,
        caller: caller.as_ref().map(|(id, name)| (*id, name.as_str())),
    };
    mock.faults().decide(&asked, now)
}

/// What a verdict does before the call is looked at.
pub(super) fn prepare(mock: &Mock, verdict: &Verdict, parts: &mut Parts) {
    match verdict {
        Verdict::ExpireSessions => mock.expire_sessions(),
        Verdict::ExpireSession => {
            if let Ok(token) = session::token(&parts.headers) {
                mock.expire_session(token);
            }
        }
        Verdict::ForgetCursors => mock.cursors().forget_all(),
        Verdict::ShortPages { rows } => {
            Quirks { page_rows: Some(*rows), rows: None }.put(&mut parts.headers);
        }
        Verdict::FailRows(rows) => {
            Quirks { page_rows: None, rows: Some(rows.clone().into()) }.put(&mut parts.headers);
        }
        _ => {}
    }
}

/// Whose session a request carries, with the username.
fn caller(mock: &Mock, parts: &Parts, now: Timestamp) -> Option<(SfId, String)> {
    let token = session::token(&parts.headers).ok()?;
    let user = mock.sessions().session(token, now)?.holder.user;
    Some((user, mock.username(user).unwrap_or_default()))
}
