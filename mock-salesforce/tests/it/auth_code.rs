//! The web server flow: page, code, token.

use mock_salesforce::seed::ConnectedAppSeed;

use crate::{
    auth::{form, keys},
    client::{Answer, Client, NOW},
};

const ASK: &str = "/services/oauth2/authorize?response_type=code&client_id=3MVG9mockConsumerKey\
    &redirect_uri=http%3A%2F%2Flocalhost%3A1717%2FOauthRedirect";
/// The challenge of `dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk` (RFC 7636, appendix B).
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Reads the page's fields and sends them back with a decision, as a browser does.
fn submit(client: &mut Client, page: &Answer, own: &[(&str, &str)]) -> Answer {
    assert_eq!(page.status, 200, "{}", page.text);
    let mut pairs = Vec::new();
    for input in page.text.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        let value = rest.split_once('"').unwrap().0.replace("&amp;", "&");
        pairs.push(format!("{name}={}", encode(&value)));
    }
    pairs.extend(own.iter().map(|(name, value)| format!("{name}={}", encode(value))));
    client.raw("POST", "/services/oauth2/authorize", &pairs.join("&"))
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

const ALLOW: [(&str, &str); 3] = [
    ("username", "admin@mock-salesforce.example"),
    ("password", "mock-password"),
    ("decision", "allow"),
];

/// The code in the address that the user is sent to.
fn code(client: &mut Client, extra: &str) -> String {
    let page = client.raw("GET", &format!("{ASK}{extra}"), "");
    let sent = submit(client, &page, &ALLOW);
    assert_eq!(sent.status, 302, "{}", sent.text);
    let rest = sent.header("location").split_once("?code=").unwrap().1.to_owned();
    decoded(rest.split('&').next().unwrap())
}

fn exchange(client: &mut Client, code: &str, own: &[(&str, &str)]) -> Answer {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", "3MVG9mockConsumerKey"),
        ("redirect_uri", "http://localhost:1717/OauthRedirect"),
    ];
    pairs.extend_from_slice(own);
    form(client, &pairs)
}

fn told(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text);
    let body = answer.json();
    format!("{}: {}", body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap())
}

#[test]
fn a_user_allows_an_app_and_the_app_trades_its_code() {
    let mut client = Client::new();
    let page = client.raw("GET", &format!("{ASK}&state=a%26b%20c&login_hint=me"), "");
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("value=\"me\"") && !page.text.contains("<script"));
    let sent = submit(&mut client, &page, &ALLOW);
    let location = sent.header("location").to_owned();
    assert!(location.starts_with("http://localhost:1717/OauthRedirect?code=aPrx"), "{location}");
    assert!(location.ends_with("%3D%3D&state=a%26b+c"), "{location}");
    let code = decoded(location.split_once("code=").unwrap().1.split('&').next().unwrap());
    let secret = [("client_secret", "mockConsumerSecret")];
    let answer = exchange(&mut client, &code, &secret);
    assert_eq!(
        keys(&answer),
        [
            "access_token",
            "refresh_token",
            "signature",
            "scope",
            "id_token",
            "instance_url",
            "id",
            "token_type",
            "issued_at"
        ]
    );
    client.use_token(answer.json()["access_token"].as_str().unwrap());
    assert_eq!(client.get("/limits").status, 200);
    let again = exchange(&mut client, &code, &secret);
    assert_eq!(told(&again), "invalid_grant: invalid authorization code");
}

#[test]
fn an_id_token_comes_with_openid_and_can_be_checked_with_the_key_set() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut client = Client::new();
    let code = code(&mut client, "&scope=api%20openid&nonce=n1");
    let answer = exchange(&mut client, &code, &[("client_secret", "mockConsumerSecret")]);
    assert!(answer.json().get("refresh_token").is_none());
    assert_eq!(answer.json()["scope"], "api openid");
    let token = answer.json()["id_token"].as_str().unwrap().to_owned();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key_set = client.raw("GET", "/id/keys", "").json();
    let number =
        |name: &str| URL_SAFE_NO_PAD.decode(key_set["keys"][0][name].as_str().unwrap()).unwrap();
    let key = ring::signature::RsaPublicKeyComponents { n: number("n"), e: number("e") };
    let scheme = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(scheme, signed.as_bytes(), &signature).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        (claims["nonce"].as_str(), claims["aud"].as_str()),
        (Some("n1"), Some("3MVG9mockConsumerKey"))
    );
    let found = client.raw("GET", "/.well-known/openid-configuration", "").json();
    assert_eq!(found["jwks_uri"], "https://mock.my.salesforce.com/id/keys");
}

#[test]
fn with_pkce_the_verifier_stands_for_the_secret() {
    let mut client = Client::new();
    let extra = format!("&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let good = code(&mut client, &extra);
    assert_eq!(exchange(&mut client, &good, &[("code_verifier", VERIFIER)]).status, 200);
    let bad = code(&mut client, &extra);
    assert_eq!(
        told(&exchange(&mut client, &bad, &[("code_verifier", "other")])),
        "invalid_grant: invalid code verifier"
    );
    let bare = code(&mut client, "");
    assert_eq!(told(&exchange(&mut client, &bare, &[])), "invalid_grant: invalid code verifier");
    let plain =
        client.raw("GET", &format!("{ASK}&code_challenge=x&code_challenge_method=plain"), "");
    assert!(plain.header("location").contains("?error=invalid_request&"));
}

#[test]
fn codes_die_and_belong_to_one_address() {
    let mut client = Client::new();
    let secret = [("client_secret", "mockConsumerSecret")];
    let old = code(&mut client, "");
    let moved = code(&mut client, "");
    let answer = form(
        &mut client,
        &[
            ("grant_type", "authorization_code"),
            ("code", &moved),
            ("client_id", "3MVG9mockConsumerKey"),
            ("client_secret", "mockConsumerSecret"),
            ("redirect_uri", "http://localhost:1/"),
        ],
    );
    assert_eq!(told(&answer), "redirect_uri_mismatch: redirect_uri must match configuration");
    client.clock.set(NOW.plus_ms(15 * 60_000));
    assert_eq!(
        told(&exchange(&mut client, &old, &secret)),
        "invalid_grant: expired authorization code"
    );
}

#[test]
fn the_user_may_deny_or_mistype() {
    let mut client = Client::new();
    let page = client.raw("GET", &format!("{ASK}&state=7"), "");
    let denied = submit(&mut client, &page, &[("decision", "deny")]);
    assert_eq!(
        denied.header("location"),
        "http://localhost:1717/OauthRedirect?error=access_denied&error_description=end-user+denied+authorization&state=7"
    );
    let wrong =
        submit(&mut client, &page, &[("username", "a"), ("password", "b"), ("decision", "allow")]);
    assert_eq!(wrong.status, 200);
    assert!(wrong.text.contains("Please check your username and password."));
    assert_eq!(submit(&mut client, &wrong, &ALLOW).status, 302);
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_the_apps() {
    let mut client = Client::new();
    let page = client.raw(
        "GET",
        "/services/oauth2/authorize?response_type=code&client_id=3MVG9mockConsumerKey&redirect_uri=https%3A%2F%2Fevil.example",
        "",
    );
    assert_eq!((page.status.as_u16(), page.header("location")), (400, ""));
    assert!(page.text.contains("error=redirect_uri_mismatch"), "{}", page.text);
    let unknown =
        client.raw("GET", "/services/oauth2/authorize?response_type=code&client_id=x", "");
    assert!(unknown.text.contains("error=invalid_client_id"), "{}", unknown.text);
}

#[test]
fn what_a_page_cannot_ask_goes_back_to_the_app() {
    let mut client = Client::new();
    let implicit = client.raw("GET", &ASK.replace("=code", "=token"), "");
    assert!(implicit.header("location").contains("?error=unsupported_response_type&"));
    assert_eq!(
        client.mock.unsupported().into_keys().collect::<Vec<_>>(),
        ["GET /services/oauth2/authorize response_type=token"]
    );
    let scope = client.raw("GET", &format!("{ASK}&prompt=none"), "");
    assert!(scope.header("location").contains("?error=immediate_unsuccessful&"));
    let mut seed = mock_salesforce::standard_org();
    seed.connected_apps = vec![ConnectedAppSeed {
        scopes: vec!["api".to_owned()],
        require_secret: true,
        ..ConnectedAppSeed::standard()
    }];
    let mut client = Client::of(seed);
    let scope = client.raw("GET", &format!("{ASK}&scope=web"), "");
    assert!(scope.header("location").contains("?error=invalid_scope&"));
    let code = code(&mut client, &format!("&code_challenge={CHALLENGE}"));
    assert_eq!(
        told(&exchange(&mut client, &code, &[("code_verifier", VERIFIER)])),
        "invalid_client: invalid client credentials"
    );
}
