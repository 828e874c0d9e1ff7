//! Tokens taken back, and tokens asked about (wire reference §1.2).

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value as Json, json};

use super::{
    Origin,
    client::{Secret, client},
    request::Asked,
};
use crate::{Mock, SfId, Timestamp, api::reply::Reply, auth::Holder};

const FORM: &str = "application/x-www-form-urlencoded";

/// `POST /services/oauth2/revoke` with `token=`, or `GET …?token=`. Clients read the error as a form.
pub(super) async fn revoke(mock: Mock, asked: Asked) -> Reply {
    if mock.sessions().revoke(&asked.text("token")) {
        return Reply::text(StatusCode::OK, FORM, "");
    }
    let refused = "error=unsupported_token_type&error_description=this+token+type+is+not+supported";
    Reply::text(StatusCode::BAD_REQUEST, FORM, refused)
}

/// `POST /services/oauth2/introspect`: an app asks about a token that it was given.
pub(super) async fn introspect(mock: Mock, origin: Origin, asked: Asked) -> Response {
    let app = match client(&mock, &asked, Secret::Needed) {
        Ok(app) => app,
        Err(error) => return error.into_response(),
    };
    let (token, now) = (asked.text("token"), mock.now());
    let known = known(&mock, &token, now).filter(|known| *known.holder.client_id == *app.client_id);
    let body = known.map_or_else(|| json!({"active": false}), |known| told(&mock, &origin, &known));
    Reply::ok(body.to_string().into_bytes()).into_response()
}

/// A token that lives.
struct Known {
    holder: Holder,
    kind: &'static str,
    issued_at: Timestamp,
    /// Refresh tokens have no end.
    expires_at: Option<Timestamp>,
}

fn known(mock: &Mock, token: &str, now: Timestamp) -> Option<Known> {
    let sessions = mock.sessions();
    let access = sessions.session(token, now).map(|session| Known {
        holder: session.holder.clone(),
        kind: "access_token",
        issued_at: session.issued_at,
        expires_at: Some(session.expires_at),
    });
    let refresh = || {
        sessions.refreshes(token).map(|refresh| Known {
            holder: refresh.holder.clone(),
            kind: "refresh_token",
            issued_at: refresh.issued_at,
            expires_at: None,
        })
    };
    access.or_else(refresh)
}

fn told(mock: &Mock, origin: &Origin, known: &Known) -> Json {
    let org = mock.org();
    let seconds = |at: Timestamp| at.0.div_euclid(1_000);
    let user: SfId = known.holder.user;
    let mut body = json!({"active": true, "scope": known.holder.scope.as_str(), "client_id": &*known.holder.client_id,
        "username": super::person::text(&org, user, "Username"), "sub": origin.identity(org.organization_id(), user),
        "token_type": known.kind});
    if let Some(map) = body.as_object_mut() {
        if let Some(expires) = known.expires_at {
            map.insert("exp".to_owned(), seconds(expires).into());
        }
        map.insert("iat".to_owned(), seconds(known.issued_at).into());
        map.insert("nbf".to_owned(), seconds(known.issued_at).into());
    }
    body
}
