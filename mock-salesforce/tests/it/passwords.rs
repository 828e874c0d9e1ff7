//! Passwords of users, over REST and SOAP.

use mock_salesforce::{LoginFailure, seed::UserSeed, standard_org};
use serde_json::json;

use crate::{
    client::{Answer, Client},
    soap::{fault, ok, soap, tag},
};

fn password(client: &mut Client, method: &str, body: &str) -> Answer {
    let path = format!("/sobjects/User/{}/password", client.user);
    client.call(method, &path, body)
}

/// Does the administrator log in with this password?
fn logs_in(client: &Client, password: &str) -> Result<(), LoginFailure> {
    let (_, username) = client.mock.first_user().unwrap();
    let token = client.mock.org().login_policy().security_token.clone();
    client.mock.sign_in(&username, &format!("{password}{token}")).map(drop)
}

#[test]
fn a_password_is_looked_at_set_and_made_up() {
    let client = &mut Client::new();
    let answer = password(client, "GET", "");
    assert_eq!((answer.status.as_u16(), &*answer.text), (200, r#"{"isExpired":false}"#));
    let answer = password(client, "POST", &json!({"NewPassword": "better-than-1"}).to_string());
    assert_eq!((answer.status.as_u16(), &*answer.text), (204, ""));
    assert_eq!(logs_in(client, "better-than-1"), Ok(()));
    assert_eq!(logs_in(client, "mock-password"), Err(LoginFailure::Invalid));
    let answer = password(client, "DELETE", "");
    let made_up = answer.json()["NewPassword"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(logs_in(client, &made_up), Ok(()));
    let noted = serde_json::to_string(&client.get("/__mock/requests").text).unwrap();
    assert!(!noted.contains("better-than-1") && !noted.contains(&made_up));
}

#[test]
fn weak_passwords_and_other_users_are_refused() {
    let mut seed = standard_org();
    let rep = UserSeed {
        profile: "Standard User".to_owned(),
        ..UserSeed::new("Rep Rita", "rita@mock.example")
    };
    seed.users.push(rep);
    let client = &mut Client::of(seed);
    for (new, message) in [
        ("short1", "Your password must be at least 8 characters long."),
        ("onlyletters", "Your password must have a mix of numbers and letters."),
        (
            "xADMIN@mock-salesforce.example1",
            "Your password cannot equal or contain your user name.",
        ),
    ] {
        let answer = password(client, "POST", &json!({"NewPassword": new}).to_string());
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "INVALID_NEW_PASSWORD"),
            "{new}"
        );
        assert_eq!(answer.json()[0]["message"], message);
    }
    let again = json!({"NewPassword": "again-and-1"}).to_string();
    assert_eq!(password(client, "POST", &again).status, 204);
    assert_eq!(password(client, "POST", &again).json()[0]["message"], "invalid repeated password");
    assert_eq!(password(client, "POST", "{}").status, 400);
    let missing = client.get("/sobjects/User/005000000000001/password");
    assert_eq!((missing.status.as_u16(), &*missing.code()), (404, "INVALID_CROSS_REFERENCE_KEY"));
    let rita = client.mock.org().user_by_username("rita@mock.example").unwrap();
    let token = client.mock.access_token(rita);
    client.use_token(&token);
    let refused = password(client, "POST", &again);
    assert_eq!((refused.status.as_u16(), &*refused.code()), (403, "INSUFFICIENT_ACCESS"));
    assert_eq!(client.get(&format!("/sobjects/User/{rita}/password")).status, 200);
}

#[test]
fn the_word_password_may_be_a_key_of_a_row() {
    let client = &mut Client::new();
    let body = json!({"LastName": "L", "Company": "C"}).to_string();
    let path = "/sobjects/Lead/External_Id__c/password";
    assert_eq!(client.call("PATCH", path, &body).status, 201);
    assert_eq!(client.get(path).json()["LastName"], "L");
    assert_eq!(client.call("POST", path, &body).status, 405);
    assert_eq!(client.call("DELETE", path, "").status, 204);
}

#[test]
fn soap_sets_resets_and_changes_passwords() {
    let client = &mut Client::new();
    let user = client.user;
    let set = |new: &str| {
        format!("<setPassword><userId>{user}</userId><password>{new}</password></setPassword>")
    };
    let answer = soap(client, "", &set("better-than-1"));
    assert!(ok(&answer).contains("<setPasswordResponse><result/></setPasswordResponse>"));
    assert_eq!(logs_in(client, "better-than-1"), Ok(()));
    assert_eq!(fault(&soap(client, "", &set("x"))).0, "INVALID_NEW_PASSWORD");
    let change = |old: &str| {
        format!(
            "<changeOwnPassword><oldPassword>{old}</oldPassword><newPassword>better-than-2</newPassword></changeOwnPassword>"
        )
    };
    assert_eq!(fault(&soap(client, "", &change("wrong"))).0, "INVALID_OLD_PASSWORD");
    ok(&soap(client, "", &change("better-than-1")));
    assert_eq!(logs_in(client, "better-than-2"), Ok(()));
    let answer =
        soap(client, "", &format!("<resetPassword><userId>{user}</userId></resetPassword>"));
    let made_up = tag(ok(&answer), "password").to_owned();
    assert_eq!(logs_in(client, &made_up), Ok(()));
    let unknown = soap(client, "", "<resetPassword><userId>nobody</userId></resetPassword>");
    assert_eq!(fault(&unknown).0, "INVALID_ID_FIELD");
}
