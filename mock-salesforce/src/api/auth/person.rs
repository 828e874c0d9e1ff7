//! Users as the identity services show them (wire reference §1.2).

use serde_json::{Value as Json, json};

use super::Origin;
use crate::{Mock, Org, SfId};

fn text(org: &Org, user: SfId, field: &str) -> Option<String> {
    let record = org.get(user)?;
    let field = org.schema().at(record.object()).field_index(field)?;
    let value = org.value(record, field);
    (!value.is_null()).then(|| value.to_string())
}

/// Is there such a user?
pub(super) fn exists(mock: &Mock, user: SfId) -> bool {
    user.prefix() == "005" && mock.org().get(user).is_some()
}

/// May the user log in?
pub(super) fn is_active(mock: &Mock, user: SfId) -> bool {
    text(&mock.org(), user, "IsActive").as_deref() == Some("true")
}

/// The body of `/services/oauth2/userinfo`.
pub(super) fn userinfo(mock: &Mock, origin: &Origin, user: SfId) -> Json {
    let org = mock.org();
    let get = |field| text(&org, user, field);
    let organization = org.organization_id();
    json!({"sub": origin.identity(organization, user), "user_id": user.to_string(), "organization_id": organization.to_string(),
        "preferred_username": get("Username"), "nickname": get("CommunityNickname").or_else(|| get("Alias")),
        "name": get("Name"), "email": get("Email"), "email_verified": true, "given_name": get("FirstName"),
        "family_name": get("LastName"), "zoneinfo": get("TimeZoneSidKey"), "urls": urls(origin), "active": get("IsActive").as_deref() == Some("true"),
        "user_type": "STANDARD", "language": "en_US", "locale": "en_US", "utcOffset": 0, "updated_at": get("LastModifiedDate"),
        "is_app_installed": true})
}

/// The body of the identity URL.
pub(super) fn identity(mock: &Mock, origin: &Origin, user: SfId) -> Json {
    let org = mock.org();
    let get = |field| text(&org, user, field);
    let organization = org.organization_id();
    json!({"id": origin.identity(organization, user), "asserted_user": true, "user_id": user.to_string(),
        "organization_id": organization.to_string(), "username": get("Username"),
        "nick_name": get("CommunityNickname").or_else(|| get("Alias")), "display_name": get("Name"), "email": get("Email"),
        "email_verified": true, "first_name": get("FirstName"), "last_name": get("LastName"), "timezone": get("TimeZoneSidKey"),
        "urls": urls(origin), "active": get("IsActive").as_deref() == Some("true"), "user_type": "STANDARD", "language": "en_US",
        "locale": "en_US", "utcOffset": 0, "last_modified_date": get("LastModifiedDate"), "is_app_installed": true})
}

fn urls(origin: &Origin) -> Json {
    let base = &origin.0;
    let rest = format!("{base}/services/data/v{{version}}/");
    json!({"enterprise": format!("{base}/services/Soap/c/{{version}}"), "partner": format!("{base}/services/Soap/u/{{version}}"),
        "rest": rest, "sobjects": format!("{rest}sobjects/"), "query": format!("{rest}query/"), "search": format!("{rest}search/"),
        "recent": format!("{rest}recent/"), "custom_domain": base})
}
