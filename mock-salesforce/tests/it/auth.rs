//! Tokens, sessions, identities.

use mock_salesforce::seed::UserSeed;
use serde_json::json;

use crate::client::{Answer, Client, NOW};

fn form(client: &mut Client, pairs: &[(&str, &str)]) -> Answer {
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
    assert_eq!(answer.json()["scope"], "api refresh_token id");
    // base64 of 3MVG9mockConsumerKey:mockConsumerSecret
    let request = axum::http::Request::post("/services/oauth2/token")
        .header("authorization", "Basic M01WRzltb2NrQ29uc3VtZXJLZXk6bW9ja0NvbnN1bWVyU2VjcmV0")
        .body("grant_type=client_credentials".into());
    assert_eq!(client.send(request.unwrap()).status, 200);
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
    client.clock.set(NOW.plus_ms((2 * 3_600_000)));
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
    let person = client.raw("GET", &format!("{path}?format=json&oauth_token={token}"), "");
    assert_eq!(person.json()["username"], "admin@mock-salesforce.example");
    assert_eq!(client.raw("GET", &path, "").text, "Missing_OAuth_Token");
    let versions = client.raw("GET", "/services/data/", "").json();
    assert_eq!(
        versions[0],
        json!({"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"})
    );
    assert_eq!(client.raw("GET", "/services/data/v30.0/limits", "").status, 410);
    assert_eq!(client.raw("GET", "/services/data/v99.0/limits", "").status, 404);
}
