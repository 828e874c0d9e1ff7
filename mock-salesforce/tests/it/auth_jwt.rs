//! Tokens for signed assertions.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use mock_salesforce::{
    auth::TEST_KEY,
    seed::{ConnectedAppSeed, UserSeed},
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value as Json, json};

use crate::{
    auth::{form, keys},
    client::{Answer, Client, NOW},
};

/// Signs claims with the test key, as a client does with `jwt_key_file`.
fn signed(claims: &Json) -> String {
    let content: String = TEST_KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(content).unwrap()).unwrap();
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn ask(client: &mut Client, change: (&str, Json)) -> Answer {
    let mut claims = json!({"iss": "3MVG9mockConsumerKey", "sub": "admin@mock-salesforce.example",
        "aud": "https://login.salesforce.com", "exp": format!("{}", NOW.0 / 1_000 + 180)});
    claims[change.0] = change.1;
    let assertion = signed(&claims);
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    form(client, &[("grant_type", grant), ("assertion", &assertion)])
}

fn told(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text);
    let body = answer.json();
    format!("{}: {}", body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap())
}

#[test]
fn a_signed_assertion_gives_a_token_without_issue_time() {
    let mut client = Client::new();
    let answer = ask(&mut client, ("x", json!(1)));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(keys(&answer), ["access_token", "scope", "instance_url", "id", "token_type"]);
    client.use_token(answer.json()["access_token"].as_str().unwrap());
    assert_eq!(client.get("/limits").status, 200);
    for audience in [
        "https://test.salesforce.com",
        "https://acme.my.salesforce.com",
        "https://mock.my.salesforce.com",
    ] {
        assert_eq!(ask(&mut client, ("aud", json!(audience))).status, 200, "{audience}");
    }
}

#[test]
fn an_assertion_is_refused_for_what_is_wrong_with_it() {
    let mut client = Client::new();
    let second = NOW.0 / 1_000;
    for (change, expected) in [
        (("iss", json!("nobody")), "invalid_client_id: client identifier invalid"),
        (("sub", json!("nobody@x.example")), "invalid_grant: user hasn't approved this consumer"),
        (("aud", json!("https://x.example")), "invalid_grant: audience is invalid"),
        (("exp", json!(second - 600)), "invalid_grant: expired authorization code"),
        (("exp", json!(second + 7_200)), "invalid_grant: invalid assertion"),
    ] {
        assert_eq!(told(&ask(&mut client, change)), expected);
    }
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let garbage = form(&mut client, &[("grant_type", grant), ("assertion", "a.b.c")]);
    assert_eq!(told(&garbage), "invalid_grant: invalid assertion");
}

#[test]
fn an_expiry_may_be_in_milliseconds_as_the_command_line_sends_it() {
    let mut client = Client::new();
    assert_eq!(ask(&mut client, ("exp", json!(NOW.0 + 300))).status, 200);
    let old = ask(&mut client, ("exp", json!(NOW.0 - 600_000)));
    assert_eq!(told(&old), "invalid_grant: expired authorization code");
    let far = ask(&mut client, ("exp", json!(NOW.0 + 7_200_000)));
    assert_eq!(told(&far), "invalid_grant: invalid assertion");
}

#[test]
fn an_app_that_is_not_pre_authorized_needs_the_users_approval() {
    let mut seed = mock_salesforce::standard_org();
    seed.users.push(UserSeed { active: false, ..UserSeed::new("Gone Guy", "gone@example.com") });
    seed.connected_apps =
        vec![ConnectedAppSeed { pre_authorized: false, ..ConnectedAppSeed::standard() }];
    let mut client = Client::of(seed);
    let refused = told(&ask(&mut client, ("x", json!(1))));
    assert_eq!(refused, "invalid_grant: user hasn't approved this consumer");
    client.raw(
        "POST",
        "/services/oauth2/authorize",
        "response_type=code&client_id=3MVG9mockConsumerKey&redirect_uri=http://localhost:8/&decision=allow\
         &username=admin@mock-salesforce.example&password=mock-password",
    );
    assert_eq!(ask(&mut client, ("x", json!(1))).status, 200);
}

#[test]
fn an_app_with_a_certificate_of_its_own_takes_no_other_key() {
    let mut seed = mock_salesforce::standard_org();
    let other = "-----BEGIN RSA PUBLIC KEY-----\nMAoCAwEAAQIDAQAB\n-----END RSA PUBLIC KEY-----\n";
    seed.connected_apps = vec![ConnectedAppSeed {
        certificate: Some(other.to_owned()),
        ..ConnectedAppSeed::standard()
    }];
    let mut client = Client::of(seed);
    assert_eq!(told(&ask(&mut client, ("x", json!(1)))), "invalid_grant: invalid assertion");
}
