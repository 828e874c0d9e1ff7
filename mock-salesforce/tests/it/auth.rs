//! Tokens, sessions, identities.

use mock_salesforce::seed::{ConnectedAppSeed, LoginPolicy, UserSeed};
use serde_json::json;

use crate::client::{Answer, Client, NOW};

/// The keys of an answer, in order.
pub(crate) fn keys(answer: &Answer) -> Vec<String> {
    answer.json().as_object().unwrap().keys().cloned().collect()
}

pub(crate) fn form(client: &mut Client, pairs: &[(&str, &str)]) -> Answer {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let body: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
    client.raw("POST", "/services/oauth2/token", &body.join("&"))
}

const PASSWORD: [(&str, &str); 5] = [
    ("grant_type", "password"),
    ("client_id", "3MVG9mockConsumerKey"),
    ("client_secret", "mockConsumerSecret"),
    ("username", "admin@mock-salesforce.example"),
    ("password", "mock-passwordmockSecurityToken"),
];

fn with(
    pairs: &[(&'static str, &'static str)],
    key: &str,
    value: &'static str,
) -> Vec<(&'static str, &'static str)> {
    pairs.iter().map(|(own, old)| (*own, if *own == key { value } else { *old })).collect()
}

#[test]
fn a_password_gives_a_token_that_opens_the_api() {
    let mut client = Client::new();
    let answer = form(&mut client, &PASSWORD);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    assert_eq!(
        body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["access_token", "instance_url", "id", "token_type", "issued_at", "signature"]
    );
    assert_eq!(body["issued_at"], json!(NOW.0.to_string()));
    assert_eq!(body["instance_url"], "https://mock.my.salesforce.com");
    let identity = body["id"].as_str().unwrap();
    assert!(identity.ends_with(&format!("/{}", client.user)), "{identity}");
    let (_, secret) = body["access_token"].as_str().unwrap().split_once('!').unwrap();
    assert_eq!(secret.len(), 96);
    client.use_token(body["access_token"].as_str().unwrap());
    assert_eq!(client.get("/limits").status, 200);
}

#[test]
fn refusals_of_tokens_are_objects() {
    let mut client = Client::new();
    let mut refused = |pairs: &[(&str, &str)]| {
        let answer = form(&mut client, pairs);
        assert_eq!(answer.status, 400);
        answer.text
    };
    assert_eq!(
        refused(&with(&PASSWORD, "password", "WRONG")),
        r#"{"error":"invalid_grant","error_description":"authentication failure"}"#
    );
    assert_eq!(
        refused(&with(&PASSWORD, "client_id", "WRONG")),
        r#"{"error":"invalid_client_id","error_description":"client identifier invalid"}"#
    );
    assert_eq!(
        refused(&with(&PASSWORD, "client_secret", "WRONG")),
        r#"{"error":"invalid_client","error_description":"invalid client credentials"}"#
    );
    assert_eq!(
        refused(&with(&PASSWORD, "grant_type", "magic")),
        r#"{"error":"unsupported_grant_type","error_description":"grant type not supported"}"#
    );
}

#[test]
fn client_credentials_come_in_the_body_or_as_http_basic() {
    let mut client = Client::new();
    let answer = form(
        &mut client,
        &[
            ("grant_type", "client_credentials"),
            ("client_id", "3MVG9mockConsumerKey"),
            ("client_secret", "mockConsumerSecret"),
        ],
    );
    assert_eq!(
        keys(&answer),
        ["access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"]
    );
    assert_eq!(answer.json()["scope"], "api refresh_token id openid web full");
    // base64 of 3MVG9mockConsumerKey:mockConsumerSecret
    let request = axum::http::Request::post("/services/oauth2/token")
        .header("authorization", "Basic M01WRzltb2NrQ29uc3VtZXJLZXk6bW9ja0NvbnN1bWVyU2VjcmV0")
        .body("grant_type=client_credentials".into());
    assert_eq!(client.send(request.unwrap()).status, 200);
    let request = axum::http::Request::post("/services/oauth2/token")
        .header("x-forwarded-host", "login.salesforce.com")
        .header("authorization", "Basic M01WRzltb2NrQ29uc3VtZXJLZXk6bW9ja0NvbnN1bWVyU2VjcmV0")
        .body("grant_type=client_credentials".into());
    assert_eq!(
        client.send(request.unwrap()).text,
        r#"{"error":"invalid_grant","error_description":"request not supported on this domain"}"#
    );
}

#[test]
fn a_refresh_token_stands_for_its_user() {
    let mut seed = mock_salesforce::standard_org();
    seed.users.push(UserSeed::new("Rita Rep", "rita@example.com"));
    let mut client = Client::of(seed);
    let rita = client.mock.org().user_by_username("rita@example.com").unwrap();
    let token = client.mock.refresh_token(rita);
    let answer = form(
        &mut client,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("client_id", "3MVG9mockConsumerKey"),
        ],
    );
    assert_eq!(
        keys(&answer),
        ["access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"]
    );
    client.use_token(answer.json()["access_token"].as_str().unwrap());
    let info = client.raw("GET", "/services/oauth2/userinfo", "").json();
    assert_eq!(info["preferred_username"], "rita@example.com");
    let lead = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    assert_eq!(
        client.get(&format!("/sobjects/Lead/{lead}")).json()["OwnerId"],
        json!(rita.to_string())
    );
    let dead = form(
        &mut client,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", "WRONG"),
            ("client_id", "3MVG9mockConsumerKey"),
        ],
    );
    assert_eq!(
        dead.text,
        r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#
    );
}

#[test]
fn a_dead_session_is_an_array_and_the_header_is_looked_at() {
    let mut client = Client::new();
    client.clock.set(NOW.plus_ms(2 * 3_600_000));
    let answer = client.get("/limits");
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.text,
        r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#
    );
    let request =
        axum::http::Request::get("/services/data/v62.0/limits").header("authorization", "Foo x");
    let answer = client.send(request.body("".into()).unwrap());
    assert_eq!(
        answer.text,
        r#"[{"message":"INVALID_HEADER_TYPE","errorCode":"INVALID_AUTH_HEADER"}]"#
    );
}

#[test]
fn a_revoked_token_is_dead_and_a_bad_one_is_refused_as_a_form() {
    let mut client = Client::new();
    let token = client.token().to_owned();
    assert_eq!(
        client.raw("POST", "/services/oauth2/revoke", &format!("token={token}")).status,
        200
    );
    assert_eq!(client.get("/limits").status, 401);
    let again = client.raw("GET", &format!("/services/oauth2/revoke?token={token}"), "");
    assert_eq!(again.status, 400);
    assert!(again.text.starts_with("error=unsupported_token_type&"));
}

#[test]
fn versions_need_no_session_and_resources_name_the_identity() {
    let mut client = Client::new();
    let resources = client.get("").json();
    let identity = resources["identity"].as_str().unwrap().to_owned();
    assert_eq!(resources["sobjects"], "/services/data/v62.0/sobjects");
    let path = identity.strip_prefix("https://mock.my.salesforce.com").unwrap().to_owned();
    let token = client.token().to_owned();
    client.use_token("");
    for parameter in ["oauth_token", "access_token"] {
        let asked = format!("{path}?format=json&{parameter}={token}");
        let person = client.raw("GET", &asked, "");
        assert_eq!(person.json()["username"], "admin@mock-salesforce.example");
    }
    assert_eq!(client.raw("GET", &path, "").text, "Missing_OAuth_Token");
    let versions = client.raw("GET", "/services/data/", "").json();
    assert_eq!(
        versions[0],
        json!({"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"})
    );
    assert_eq!(client.raw("GET", "/services/data/v30.0/limits", "").status, 410);
    assert_eq!(client.raw("GET", "/services/data/v99.0/limits", "").status, 404);
}

#[test]
fn parameters_may_come_in_the_query_and_the_signature_can_be_checked() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use hmac::{KeyInit as _, Mac as _};
    let mut client = Client::new();
    let query: Vec<String> = PASSWORD.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let answer = client.raw("POST", &format!("/services/oauth2/token?{}", query.join("&")), "");
    assert_eq!(answer.header("cache-control"), "no-cache, no-store");
    assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(answer.header("sforce-limit-info"), "");
    let body = answer.json();
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"mockConsumerSecret").unwrap();
    mac.update(body["id"].as_str().unwrap().as_bytes());
    mac.update(body["issued_at"].as_str().unwrap().as_bytes());
    assert_eq!(body["signature"], STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(
        client.raw("GET", &format!("/services/oauth2/token?{}", query.join("&")), "").text,
        r#"{"error":"invalid_request","error_description":"must use HTTP POST"}"#
    );
}

#[test]
fn grants_that_salesforce_has_and_the_mock_has_not_are_counted() {
    let mut client = Client::new();
    for grant in ["device", "urn:ietf:params:oauth:grant-type:saml2-bearer", "magic", ""] {
        let answer = form(&mut client, &[("grant_type", grant)]);
        assert_eq!(
            answer.text,
            r#"{"error":"unsupported_grant_type","error_description":"grant type not supported"}"#
        );
    }
    let counted: Vec<String> = client.mock.unsupported().into_keys().collect();
    assert_eq!(
        counted,
        [
            "POST /services/oauth2/token grant_type=device",
            "POST /services/oauth2/token grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer"
        ]
    );
}

/// An org with a second user who has a password of her own, and two connected apps.
fn two_apps() -> Client {
    let mut seed = mock_salesforce::standard_org();
    seed.users.push(UserSeed {
        password: Some("secret".to_owned()),
        security_token: Some(String::new()),
        ..UserSeed::new("Rita Rep", "rita@example.com")
    });
    seed.users.push(UserSeed { active: false, ..UserSeed::new("Gone Guy", "gone@example.com") });
    seed.login.wrong_passwords = 3;
    seed.login.logins_per_hour = 4;
    let app = |id: &str, run_as: Option<&str>| ConnectedAppSeed {
        client_id: id.to_owned(),
        client_secret: format!("{id}-secret"),
        run_as: run_as.map(str::to_owned),
        scopes: vec!["api".to_owned(), "refresh_token".to_owned()],
        rotate_refresh_token: true,
        ..ConnectedAppSeed::default()
    };
    seed.connected_apps = vec![app("one", None), app("two", Some("Rita Rep"))];
    seed.connected_apps
        .push(ConnectedAppSeed { scopes: vec!["id".to_owned()], ..app("three", None) });
    Client::of(seed)
}

fn password<'a>(username: &'a str, password: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", "password"),
        ("client_id", "one"),
        ("client_secret", "one-secret"),
        ("username", username),
        ("password", password),
    ]
}

fn error(answer: &Answer) -> String {
    let body = answer.json();
    format!("{}: {}", body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap())
}

#[test]
fn users_and_apps_have_their_own_secrets() {
    let mut client = two_apps();
    assert_eq!(form(&mut client, &password("RITA@example.com", "secret")).status, 200);
    let shared = form(&mut client, &password("rita@example.com", "mock-passwordmockSecurityToken"));
    assert_eq!(error(&shared), "invalid_grant: authentication failure");
    let gone = form(&mut client, &password("gone@example.com", "mock-passwordmockSecurityToken"));
    assert_eq!(error(&gone), "inactive_user: user is inactive");
    let two = [
        ("grant_type", "client_credentials"),
        ("client_id", "two"),
        ("client_secret", "two-secret"),
    ];
    let answer = form(&mut client, &two);
    let rita = client.mock.org().user_by_username("rita@example.com").unwrap();
    assert!(answer.json()["id"].as_str().unwrap().ends_with(&rita.to_string()));
    assert_eq!(answer.json()["scope"], "api refresh_token");
}

#[test]
fn wrong_passwords_lock_a_user_out_for_a_while() {
    let mut client = two_apps();
    for _ in 0..3 {
        form(&mut client, &password("rita@example.com", "WRONG"));
    }
    let right = password("rita@example.com", "secret");
    assert_eq!(error(&form(&mut client, &right)), "invalid_grant: authentication failure");
    client.clock.set(NOW.plus_ms(15 * 60_000));
    assert_eq!(form(&mut client, &right).status, 200);
}

#[test]
fn a_user_may_log_in_so_many_times_an_hour() {
    let mut client = two_apps();
    let right = password("rita@example.com", "secret");
    for _ in 0..4 {
        assert_eq!(form(&mut client, &right).status, 200);
    }
    assert_eq!(error(&form(&mut client, &right)), "rate_limit_exceeded: login rate exceeded");
    client.clock.set(NOW.plus_ms(3_600_000));
    assert_eq!(form(&mut client, &right).status, 200);
}

#[test]
fn a_refresh_token_rotates_where_the_app_says_so() {
    let mut client = two_apps();
    let user = client.user;
    let old = client.mock.refresh_token(user);
    let refresh = |token: &str| {
        [
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", "one".to_owned()),
            ("refresh_token", token.to_owned()),
        ]
    };
    let asked = refresh(&old);
    let asked: Vec<(&str, &str)> =
        asked.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let answer = form(&mut client, &asked);
    let new = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    assert_eq!(error(&form(&mut client, &asked)), "invalid_grant: expired access/refresh token");
}

#[test]
fn sessions_say_why_they_do_not_open_the_api() {
    let mut client = two_apps();
    let narrow = [
        ("grant_type", "client_credentials"),
        ("client_id", "three"),
        ("client_secret", "three-secret"),
    ];
    let token = form(&mut client, &narrow).json()["access_token"].as_str().unwrap().to_owned();
    let own = client.token().to_owned();
    client.use_token(&token);
    assert_eq!(
        client.get("/limits").text,
        r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#
    );
    assert_eq!(client.raw("GET", "/services/oauth2/userinfo", "").status, 200);
    client.use_token(&own);
    let user = client.user;
    client.mock.org().set_api_enabled(user, false);
    let answer = client.get("/limits");
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.text,
        r#"[{"message":"API is disabled for this User","errorCode":"API_CURRENTLY_DISABLED"}]"#
    );
    client.mock.org().set_api_enabled(user, true);
    let closed = LoginPolicy { api_enabled: false, ..LoginPolicy::default() };
    client.mock.org().set_login_policy(closed);
    assert_eq!(
        client.get("/limits").text,
        r#"[{"message":"The REST API is not enabled for this Organization.","errorCode":"API_DISABLED_FOR_ORG"}]"#
    );
}

#[test]
fn a_deactivated_user_loses_the_session() {
    let mut client = Client::new();
    let cx = mock_salesforce::SaveContext::rest(client.user, NOW);
    let user = client.user;
    client.mock.org().set_user_active(&cx, user, false).unwrap();
    assert_eq!(client.get("/limits").status, 401);
    assert_eq!(client.raw("GET", "/services/oauth2/userinfo", "").text, "Bad_OAuth_Token");
}

#[test]
fn a_form_with_a_dead_session_is_stopped_at_the_gate() {
    let mut client = Client::new();
    client.header("content-type", "application/x-www-form-urlencoded").use_token("dead");
    let answer = client.call("POST", "/sobjects/Lead", "LastName=A");
    assert_eq!((answer.status.as_u16(), answer.header("sfdc-oauth-error")), (401, "1703"));
    assert!(answer.text.contains("<error>Failed: Invalid Token</error>"), "{}", answer.text);
}

#[test]
fn an_app_may_ask_what_a_token_is_worth() {
    let mut client = Client::new();
    let token = client.token().to_owned();
    let ask = |client: &mut Client, token: &str, id: &str, secret: &str| {
        let body = format!(
            "token={token}&token_type_hint=access_token&client_id={id}&client_secret={secret}"
        );
        client.raw("POST", "/services/oauth2/introspect", &body)
    };
    let answer = ask(&mut client, &token, "3MVG9mockConsumerKey", "mockConsumerSecret");
    assert_eq!(
        keys(&answer),
        ["active", "scope", "client_id", "username", "sub", "token_type", "exp", "iat", "nbf"]
    );
    let body = answer.json();
    let second = NOW.0 / 1_000;
    assert_eq!((body["exp"].clone(), body["iat"].clone()), (json!(second + 7_200), json!(second)));
    assert_eq!(body["username"], "admin@mock-salesforce.example");
    let dead = ask(&mut client, "dead", "3MVG9mockConsumerKey", "mockConsumerSecret");
    assert_eq!(dead.text, r#"{"active":false}"#);
    assert_eq!(ask(&mut client, &token, "PlatformCLI", "").text, r#"{"active":false}"#);
    let wrong = ask(&mut client, &token, "3MVG9mockConsumerKey", "WRONG");
    assert_eq!(error(&wrong), "invalid_client: invalid client credentials");
}

#[test]
fn userinfo_has_every_key() {
    let mut client = Client::new();
    let info = client.raw("POST", "/services/oauth2/userinfo", "");
    assert_eq!(
        keys(&info),
        [
            "sub",
            "user_id",
            "organization_id",
            "preferred_username",
            "nickname",
            "name",
            "email",
            "email_verified",
            "given_name",
            "family_name",
            "zoneinfo",
            "photos",
            "profile",
            "picture",
            "address",
            "urls",
            "active",
            "user_type",
            "language",
            "locale",
            "utcOffset",
            "updated_at",
            "is_app_installed"
        ]
    );
    let info = info.json();
    assert_eq!(info["utcOffset"], -28_800_000);
    assert_eq!(info["picture"], info["photos"]["picture"]);
}

#[test]
fn identities_are_shown_with_every_key_and_refused_in_plain_text() {
    let mut client = Client::new();
    let identity = client.get("").json()["identity"].as_str().unwrap().to_owned();
    let path = identity.replace("https://mock.my.salesforce.com", "");
    let person = client.raw("GET", &path, "");
    assert_eq!(
        keys(&person),
        [
            "id",
            "asserted_user",
            "user_id",
            "organization_id",
            "username",
            "nick_name",
            "display_name",
            "email",
            "email_verified",
            "first_name",
            "last_name",
            "timezone",
            "photos",
            "urls",
            "active",
            "user_type",
            "language",
            "locale",
            "utcOffset",
            "last_modified_date",
            "is_app_installed"
        ]
    );
    let person = person.json();
    let urls = person["urls"].as_object().unwrap();
    let names = [
        "enterprise",
        "metadata",
        "partner",
        "rest",
        "sobjects",
        "search",
        "query",
        "recent",
        "profile",
        "feeds",
        "groups",
        "users",
        "feed_items",
        "custom_domain",
    ];
    assert_eq!(urls.keys().collect::<Vec<_>>(), names);
    assert_eq!(urls["rest"], "https://mock.my.salesforce.com/services/data/v{version}/");
    let other = format!("{}0", &path[..path.len() - 19]);
    assert_eq!(client.raw("GET", &format!("{other}/005000000000000AAA"), "").text, "Bad_Id");
    client.use_token("dead");
    let refused = client.raw("GET", &path, "");
    assert_eq!((refused.status.as_u16(), refused.text.as_str()), (403, "Bad_OAuth_Token"));
    assert_eq!(refused.header("content-type"), "text/plain");
}

#[test]
fn old_versions_warn_and_an_org_may_end_at_an_older_one() {
    let mut client = Client::new();
    let warning = |answer: &Answer| answer.header("warning").to_owned();
    assert!(warning(&client.raw("GET", "/services/data/v40.0/limits", "")).starts_with("299 - "));
    assert_eq!(warning(&client.raw("GET", "/services/data/v41.0/limits", "")), "");
    let retired = client.raw("GET", "/services/data/v21.0/limits", "");
    assert_eq!((retired.status.as_u16(), retired.code()), (410, "GONE".to_owned()));
    let mut seed = mock_salesforce::standard_org();
    seed.settings.newest_api_version = 59;
    let mut client = Client::of(seed);
    let versions = client.raw("GET", "/services/data", "").json();
    assert_eq!(versions.as_array().unwrap().last().unwrap()["version"], "59.0");
    assert_eq!(client.raw("GET", "/services/data/v59.0/limits", "").status, 200);
    assert_eq!(client.raw("GET", "/services/data/v60.0/limits", "").status, 404);
    let mut seed = mock_salesforce::standard_org();
    seed.settings.newest_api_version = 90;
    assert_eq!(
        mock_salesforce::Org::new(&seed, NOW).unwrap_err().to_string(),
        "settings.newest_api_version: version 90 is not emulated: name one of 31 to 68"
    );
}

#[test]
fn a_password_without_its_token_is_told_apart_at_soap_logins() {
    let client = Client::new();
    let fail = |username: &str, password: &str| {
        client.mock.sign_in(username, password).unwrap_err().code()
    };
    let admin = "admin@mock-salesforce.example";
    assert_eq!(fail(admin, "WRONG"), "INVALID_LOGIN");
    assert_eq!(fail("nobody@x.example", "mock-password"), "INVALID_LOGIN");
    assert_eq!(fail(admin, "mock-password"), "LOGIN_MUST_USE_SECURITY_TOKEN");
    let signed_in = client.mock.sign_in(admin, "mock-passwordmockSecurityToken").unwrap();
    assert_eq!((signed_in.user, signed_in.seconds_valid), (client.user, 7_200));
    assert_eq!(client.mock.authenticate(&signed_in.token), Ok(client.user));
    let user = client.user;
    client.mock.org().set_api_enabled(user, false);
    assert_eq!(fail(admin, "mock-passwordmockSecurityToken"), "API_CURRENTLY_DISABLED");
}

#[test]
fn a_fresh_org_has_what_clients_ask_for_at_login_and_no_business_records() {
    let mut client = Client::of(mock_salesforce::standard_org());
    let mut count = |soql: &str| client.query(soql).json()["totalSize"].as_u64().unwrap();
    for (soql, rows) in [
        (
            "SELECT Id, Name, OrganizationType, InstanceName, IsSandbox, NamespacePrefix, TrialExpirationDate FROM Organization",
            1,
        ),
        ("SELECT Id, Username, Profile.Name FROM User WHERE IsActive = true", 1),
        ("SELECT Id FROM Profile WHERE Name = 'System Administrator'", 1),
        (
            "SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true AND Profile.Name = 'System Administrator' AND PermissionsApiEnabled = true",
            1,
        ),
        ("SELECT Id FROM PermissionSetAssignment", 1),
        ("SELECT Id, MasterLabel FROM LeadStatus WHERE IsConverted = true", 1),
        ("SELECT Id FROM OpportunityStage WHERE IsActive = true", 10),
        ("SELECT Id FROM UserLicense", 1),
        ("SELECT Id FROM BusinessHours WHERE IsDefault = true", 1),
        ("SELECT Id FROM DuplicateRule WHERE DeveloperName = 'Standard_Lead_Duplicate_Rule'", 1),
        ("SELECT Id, Name FROM Topic", 0),
        ("SELECT Id FROM Lead", 0),
        ("SELECT Id FROM Account", 0),
        ("SELECT Id FROM Contact", 0),
        ("SELECT Id FROM Case", 0),
    ] {
        assert_eq!(count(soql), rows, "{soql}");
    }
}
