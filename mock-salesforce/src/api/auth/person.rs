//! Users as the identity services show them (wire reference §1.2).

use axum::{extract::Path, http::StatusCode};
use jiff::{civil::date, tz::TimeZone};
use serde_json::{Value as Json, json};

use super::{Origin, request::Asked};
use crate::{
    Mock, Org, SfId,
    api::{front::session_token, reply::Reply},
    org::UserStanding,
};

/// `/services/oauth2/userinfo`
pub(super) async fn userinfo(mock: Mock, origin: Origin, asked: Asked) -> Reply {
    match caller(&mock, &asked, &["access_token"]) {
        Ok(user) => told(&asked, &userinfo_of(&mock, &origin, user)),
        Err(refused) => refused,
    }
}

/// `/id/{org}/{user}`, with a session in the header, in `oauth_token` or in `access_token`.
pub(super) async fn identity(
    mock: Mock,
    origin: Origin,
    Path((org, user)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    if let Err(refused) = caller(&mock, &asked, &["oauth_token", "access_token"]) {
        return refused;
    }
    let known = org.parse() == Ok(mock.org().organization_id());
    match user.parse().ok().filter(|user| known && exists(&mock, *user)) {
        Some(user) => told(&asked, &identity_of(&mock, &origin, user)),
        None => Reply::text(StatusCode::NOT_FOUND, "text/plain", "Bad_Id"),
    }
}

/// The body, in JSON: the only format that is emulated.
fn told(asked: &Asked, body: &Json) -> Reply {
    if asked.get("format").is_some_and(|format| format != "json") {
        return Reply::text(
            StatusCode::NOT_ACCEPTABLE,
            "text/plain",
            "mock-salesforce answers format=json only",
        );
    }
    Reply::ok(body.to_string().into_bytes())
}

/// Who asks: the session of the header, or of the first parameter that is there.
fn caller(mock: &Mock, asked: &Asked, parameters: &[&str]) -> Result<SfId, Reply> {
    let refused = |text: &'static str| Reply::text(StatusCode::FORBIDDEN, "text/plain", text);
    let given = || parameters.iter().find_map(|parameter| asked.get(parameter));
    let token = match session_token(&asked.headers) {
        Ok(token) => token.to_owned(),
        Err(_) => given().ok_or_else(|| refused("Missing_OAuth_Token"))?,
    };
    let now = mock.now();
    let user = mock.sessions().authenticate(&token, now).map(|holder| holder.user);
    let active = |user: &SfId| mock.org().standing(*user) != UserStanding::Inactive;
    user.filter(active).ok_or_else(|| refused("Bad_OAuth_Token"))
}

/// A field of a user, as text.
pub(super) fn text(org: &Org, user: SfId, field: &str) -> Option<String> {
    let record = org.get(user)?;
    let field = org.schema().at(record.object()).field_index(field)?;
    let value = org.value(record, field);
    (!value.is_null()).then(|| value.to_string())
}

fn exists(mock: &Mock, user: SfId) -> bool {
    user.prefix() == "005" && mock.org().get(user).is_some()
}

fn userinfo_of(mock: &Mock, origin: &Origin, user: SfId) -> Json {
    let org = mock.org();
    let get = |field| text(&org, user, field);
    let organization = org.organization_id();
    let photos = photos(origin);
    let picture = photos.get("picture").cloned();
    json!({"sub": origin.identity(organization, user), "user_id": user.to_string(), "organization_id": organization.to_string(),
        "preferred_username": get("Username"), "nickname": get("CommunityNickname").or_else(|| get("Alias")),
        "name": get("Name"), "email": get("Email"), "email_verified": true, "given_name": get("FirstName"),
        "family_name": get("LastName"), "zoneinfo": get("TimeZoneSidKey"), "photos": photos,
        "profile": format!("{}/{user}", origin.as_str()), "picture": picture, "address": address(&get),
        "urls": urls(origin, organization, user), "active": get("IsActive").as_deref() == Some("true"),
        "user_type": user_type(&get), "language": get("LanguageLocaleKey"), "locale": get("LocaleSidKey"),
        "utcOffset": utc_offset(&get), "updated_at": get("LastModifiedDate"), "is_app_installed": true})
}

fn identity_of(mock: &Mock, origin: &Origin, user: SfId) -> Json {
    let org = mock.org();
    let get = |field| text(&org, user, field);
    let organization = org.organization_id();
    json!({"id": origin.identity(organization, user), "asserted_user": true, "user_id": user.to_string(),
        "organization_id": organization.to_string(), "username": get("Username"),
        "nick_name": get("CommunityNickname").or_else(|| get("Alias")), "display_name": get("Name"), "email": get("Email"),
        "email_verified": true, "first_name": get("FirstName"), "last_name": get("LastName"), "timezone": get("TimeZoneSidKey"),
        "photos": photos(origin), "urls": urls(origin, organization, user), "active": get("IsActive").as_deref() == Some("true"),
        "user_type": user_type(&get), "language": get("LanguageLocaleKey"), "locale": get("LocaleSidKey"),
        "utcOffset": utc_offset(&get), "last_modified_date": get("LastModifiedDate"), "is_app_installed": true})
}

/// `Standard` is told as `STANDARD`.
fn user_type(get: &impl Fn(&'static str) -> Option<String>) -> String {
    get("UserType").map_or_else(|| "STANDARD".to_owned(), |kind| kind.to_uppercase())
}

/// The parts of the address that the user has.
fn address(get: &impl Fn(&'static str) -> Option<String>) -> Json {
    let parts = [
        ("street_address", "Street"),
        ("locality", "City"),
        ("region", "State"),
        ("country", "Country"),
        ("postal_code", "PostalCode"),
    ];
    parts
        .into_iter()
        .filter_map(|(key, field)| get(field).map(|text| (key.to_owned(), Json::from(text))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The standard offset of the user's zone in milliseconds, without daylight saving.
fn utc_offset(get: &impl Fn(&'static str) -> Option<String>) -> i64 {
    let zone = get("TimeZoneSidKey").and_then(|name| TimeZone::get(&name).ok());
    let Some(zone) = zone else { return 0 };
    let offset = |month| {
        let at = zone.to_timestamp(date(2026, month, 1).at(12, 0, 0, 0)).ok()?;
        Some(i64::from(zone.to_offset(at).seconds()) * 1_000)
    };
    offset(1).into_iter().chain(offset(7)).min().unwrap_or_default()
}

fn photos(origin: &Origin) -> Json {
    let base = origin.as_str();
    json!({"picture": format!("{base}/profilephoto/005/F"), "thumbnail": format!("{base}/profilephoto/005/T")})
}

/// `{version}` stays as it is: clients put their own in.
fn urls(origin: &Origin, organization: SfId, user: SfId) -> Json {
    let base = origin.as_str();
    let organization = organization.as_str_15();
    let soap = |api: &str| format!("{base}/services/Soap/{api}/{{version}}/{organization}");
    let rest = |path: &str| format!("{base}/services/data/v{{version}}/{path}");
    json!({"enterprise": soap("c"), "metadata": soap("m"), "partner": soap("u"), "rest": rest(""),
        "sobjects": rest("sobjects/"), "search": rest("search/"), "query": rest("query/"), "recent": rest("recent/"),
        "profile": format!("{base}/{user}"), "feeds": rest("chatter/feeds"), "groups": rest("chatter/groups"),
        "users": rest("chatter/users"), "feed_items": rest("chatter/feed-items"), "custom_domain": base})
}
