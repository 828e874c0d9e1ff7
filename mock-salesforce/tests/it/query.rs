//! Queries over HTTP.

use mock_salesforce::{FieldKind, seed::UserSeed};
use serde_json::{Value as Json, json};

use crate::client::{Client, NOW};

fn lead(client: &mut Client, fields: Json) -> String {
    let mut all = json!({"LastName": "Smith", "Company": "Acme"});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    client.create("Lead", all)
}

/// Last names of the rows of a query.
fn names(client: &mut Client, soql: &str) -> Vec<String> {
    let answer = client.query(soql);
    assert_eq!(answer.status, 200, "{soql}: {}", answer.text);
    let records = answer.json()["records"].as_array().unwrap().clone();
    records.iter().map(|row| row["LastName"].as_str().unwrap_or("-").to_owned()).collect()
}

fn people() -> Client {
    let mut client = Client::of(Client::seed_with(&[
        ("Tags__c", FieldKind::MultiPicklist),
        ("Born__c", FieldKind::Date),
    ]));
    for (name, email, employees, city) in [
        ("Ash", Some("ash@x.org"), Some(10), Some("Rome")),
        ("birch", Some("Birch@X.org"), Some(5), None),
        ("Cedar", None, None, Some("rome")),
        ("Dogwood", Some("d%d@x.org"), Some(7), Some("Bonn")),
    ] {
        lead(
            &mut client,
            json!({"LastName": name, "Email": email, "NumberOfEmployees": employees, "City": city}),
        );
    }
    client
}

#[test]
fn rows_are_written_in_the_order_selected_with_null_lookups_as_null() {
    let mut client = Client::new();
    let id = lead(&mut client, json!({"Email": "a@b.c"}));
    let user = client.user;
    let profile = client.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'").json()
        ["records"][0]["Id"]
        .clone();
    let profile = profile.as_str().unwrap();
    let answer = client
        .query("SELECT email, id, owner.name, OWNER.Profile.Name, ConvertedAccount.Name FROM lead");
    assert_eq!(
        answer.text,
        format!(
            r#"{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"Lead","url":"/services/data/v62.0/sobjects/Lead/{id}"}},"Email":"a@b.c","Id":"{id}","Owner":{{"attributes":{{"type":"User","url":"/services/data/v62.0/sobjects/User/{user}"}},"Name":"Mock Admin","Profile":{{"attributes":{{"type":"Profile","url":"/services/data/v62.0/sobjects/Profile/{profile}"}},"Name":"System Administrator"}}}},"ConvertedAccount":null}}]}}"#
        )
    );
}

#[test]
fn conditions_judge_as_salesforce_does() {
    let client = &mut people();
    for (condition, found) in [
        ("Email = 'BIRCH@x.org'", "birch"),
        ("Email = null", "Cedar"),
        ("Email != 'ash@x.org'", "birch Cedar Dogwood"),
        ("Email NOT IN ('ash@x.org', 'd%d@x.org')", "birch Cedar"),
        ("City IN ('ROME', 'Paris')", "Ash Cedar"),
        ("NumberOfEmployees < 8", "birch Dogwood"),
        ("NOT NumberOfEmployees < 8", "Ash Cedar"),
        ("NumberOfEmployees >= 7 AND City LIKE '%O%'", "Ash Dogwood"),
        ("LastName LIKE '_edar' OR Email LIKE 'd\\%%'", "Cedar Dogwood"),
        ("(City = 'Rome' OR City = 'Bonn') AND Email != null", "Ash Dogwood"),
        ("IsConverted = false AND LastName > 'b' AND LastName <= 'CEDAR'", "birch Cedar"),
        ("Owner.Name = 'mock admin' AND Owner.Type = 'User'", "Ash birch Cedar Dogwood"),
        ("ConvertedAccount.Name = null AND LastName = 'ash'", "Ash"),
        ("Id IN (SELECT LeadId FROM CampaignMember)", ""),
    ] {
        let soql = format!("SELECT LastName FROM Lead WHERE {condition}");
        assert_eq!(names(client, &soql).join(" "), found, "{condition}");
    }
}

#[test]
fn order_limit_and_offset() {
    let client = &mut people();
    let mut sorted =
        |tail: &str| names(client, &format!("SELECT LastName FROM Lead {tail}")).join(" ");
    assert_eq!(sorted("ORDER BY NumberOfEmployees"), "Cedar birch Dogwood Ash");
    assert_eq!(sorted("ORDER BY NumberOfEmployees DESC"), "Cedar Ash Dogwood birch");
    assert_eq!(sorted("ORDER BY NumberOfEmployees DESC NULLS LAST"), "Ash Dogwood birch Cedar");
    assert_eq!(sorted("ORDER BY City NULLS LAST, LastName DESC"), "Dogwood Cedar Ash birch");
    assert_eq!(sorted("ORDER BY LastName LIMIT 2 OFFSET 1"), "birch Cedar");
    assert_eq!(sorted("LIMIT 0"), "");
    let count = client.query("SELECT COUNT() FROM Lead WHERE City != null");
    assert_eq!(count.text, r#"{"totalSize":3,"done":true,"records":[]}"#);
}

#[test]
fn dates_compare_and_literals_are_ranges() {
    let mut client = Client::of(Client::seed_with(&[("Born__c", FieldKind::Date)]));
    lead(&mut client, json!({"LastName": "Old", "Born__c": "2026-05-11"}));
    client.clock.set(NOW.plus_ms(86_400_000));
    let token = client.mock.access_token(client.user);
    client.use_token(&token);
    lead(&mut client, json!({"LastName": "New", "Born__c": "2026-05-14"}));
    let client = &mut client;
    let mut find = |condition: &str| {
        names(client, &format!("SELECT LastName FROM Lead WHERE {condition}")).join(" ")
    };
    assert_eq!(find("CreatedDate = TODAY"), "New");
    assert_eq!(find("CreatedDate = YESTERDAY"), "Old");
    assert_eq!(find("CreatedDate < TODAY"), "Old");
    assert_eq!(find("CreatedDate = LAST_N_DAYS:1"), "Old New");
    assert_eq!(find("CreatedDate > 2026-05-13T12:00:00Z"), "New");
    assert_eq!(find("CreatedDate >= 2026-05-13T12:00:00+02:00"), "Old New");
    assert_eq!(find("Born__c = 2026-05-11"), "Old");
    assert_eq!(find("Born__c = THIS_WEEK AND Born__c != TODAY"), "Old");
}

#[test]
fn multi_picklists_include_and_exclude() {
    let mut client = Client::of(Client::seed_with(&[("Tags__c", FieldKind::MultiPicklist)]));
    lead(&mut client, json!({"LastName": "AB", "Tags__c": "a;b"}));
    lead(&mut client, json!({"LastName": "C", "Tags__c": "c"}));
    lead(&mut client, json!({"LastName": "None"}));
    let client = &mut client;
    let mut find = |condition: &str| {
        names(client, &format!("SELECT LastName FROM Lead WHERE {condition}")).join(" ")
    };
    assert_eq!(find("Tags__c INCLUDES ('a;b', 'x')"), "AB");
    assert_eq!(find("Tags__c INCLUDES ('a;c')"), "");
    assert_eq!(find("Tags__c EXCLUDES ('a')"), "C None");
}

#[test]
fn children_and_semijoins() {
    let mut client = Client::new();
    let full = client.create("Account", json!({"Name": "Full"}));
    client.create("Account", json!({"Name": "Empty"}));
    let contact = client.create("Contact", json!({"LastName": "Kim", "AccountId": full}));
    client.create("Contact", json!({"LastName": "Zoe", "AccountId": full}));
    let answer = client.query("SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName LIMIT 1) FROM Account ORDER BY Name DESC");
    assert_eq!(
        answer.text,
        format!(
            r#"{{"totalSize":2,"done":true,"records":[{{"attributes":{{"type":"Account","url":"/services/data/v62.0/sobjects/Account/{full}"}},"Name":"Full","Contacts":{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"Contact","url":"/services/data/v62.0/sobjects/Contact/{contact}"}},"LastName":"Kim","Account":{{"attributes":{{"type":"Account","url":"/services/data/v62.0/sobjects/Account/{full}"}},"Name":"Full"}}}}]}}}},"#
        ) + answer.text.split_once("}]}},").unwrap().1
    );
    assert!(answer.text.ends_with(r#""Name":"Empty","Contacts":null}]}"#), "{}", answer.text);
    let name = |answer: &crate::client::Answer| answer.json()["records"][0]["Name"].clone();
    assert_eq!(name(&client.query("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Kim')")), "Full");
    assert_eq!(
        name(
            &client
                .query("SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)")
        ),
        "Empty"
    );
    let wrong = client.query("SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)");
    assert!(wrong.text.contains("should point to the same object type"), "{}", wrong.text);
}

#[test]
fn an_error_shows_its_place_with_a_caret() {
    let mut client = Client::new();
    let answer = client.query("select count() from XYZZY");
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text,
        r#"[{"message":"\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.","errorCode":"INVALID_TYPE"}]"#
    );
}

#[test]
fn errors_have_their_codes_and_texts() {
    let mut client = Client::new();
    for (soql, code, text) in [
        ("SELECT Body FROM Lead", "INVALID_FIELD", "No such column 'Body' on entity 'Lead'."),
        (
            "SELECT Foo.Name FROM Lead",
            "INVALID_FIELD",
            "Didn't understand relationship 'Foo' in field path.",
        ),
        (
            "SELECT Owner.Company FROM Lead",
            "INVALID_FIELD",
            "No such column 'Company' on entity 'Name'.",
        ),
        (
            "SELECT (SELECT Id FROM Nothings) FROM Lead",
            "INVALID_TYPE",
            "Didn't understand relationship 'Nothings' in FROM part",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate = '2026-01-01'",
            "INVALID_FIELD",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Lead WHERE OwnerId = 'abc'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID field: abc",
        ),
        ("SELECT Id, Id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Name n FROM Lead",
            "MALFORMED_QUERY",
            "Only aggregate expressions use field aliasing",
        ),
        (
            "SELECT Id FROM Lead WHERE Name = 'a' OR Name = 'b' AND City = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: 'AND'",
        ),
        ("SELECT Id FROM Lead WHERE Name = \"a\"", "MALFORMED_QUERY", "unexpected token: '\\\"'"),
        (
            "SELECT Id FROM Lead OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        ("", "MALFORMED_QUERY", "A query string has to be specified"),
    ] {
        let answer = client.query(soql);
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, code),
            "{soql}: {}",
            answer.text
        );
        assert!(answer.text.contains(text), "{soql}: {}", answer.text);
    }
}

#[test]
fn what_is_not_emulated_says_so_and_is_counted() {
    let mut client = Client::new();
    let answer = client.query("SELECT Id FROM Lead WITH DATA CATEGORY Geography__c AT usa__c");
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (501, "NOT_IMPLEMENTED"));
    assert_eq!(client.get("/chatter/feeds").status, 501);
    assert_eq!(client.raw("POST", "/services/apexrest/x", "{}").status, 501);
    assert_eq!(client.get("/nonsense").status, 404);
    let counted: Vec<String> = client.mock.unsupported().into_keys().collect();
    assert_eq!(
        counted,
        [
            "GET /services/data/{version}/chatter/feeds",
            "POST /services/apexrest/x",
            "SOQL: WITH DATA CATEGORY"
        ]
    );
}

#[test]
fn pages_are_cut_where_asked_and_lead_on() {
    let mut client = Client::new();
    for n in 0..450 {
        lead(&mut client, json!({"LastName": format!("L{n:03}")}));
    }
    client.header("sforce-query-options", "batchSize=200");
    let first = client.query("SELECT LastName FROM Lead ORDER BY LastName").json();
    assert_eq!((first["totalSize"].as_u64(), first["done"].as_bool()), (Some(450), Some(false)));
    assert_eq!(first["records"].as_array().unwrap().len(), 200);
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["totalSize", "done", "nextRecordsUrl", "records"]);
    let next = first["nextRecordsUrl"].as_str().unwrap().to_owned();
    assert!(next.starts_with("/services/data/v62.0/query/0r8") && next.ends_with("-200"), "{next}");
    let second = client.raw("GET", &next, "").json();
    assert_eq!(second["records"][0]["LastName"], "L200");
    let last = client.raw("GET", second["nextRecordsUrl"].as_str().unwrap(), "").json();
    assert_eq!(
        (last["records"].as_array().unwrap().len(), last["done"].as_bool()),
        (50, Some(true))
    );
    assert!(last.get("nextRecordsUrl").is_none());
    let dead = client.get("/query/0r8Hs00000000099-200");
    assert_eq!(
        dead.text,
        r#"[{"message":"invalid query locator","errorCode":"INVALID_QUERY_LOCATOR"}]"#
    );
}

#[test]
fn query_all_sees_the_recycle_bin() {
    let mut client = Client::new();
    let gone = lead(&mut client, json!({}));
    client.call("DELETE", &format!("/sobjects/Lead/{gone}"), "");
    assert_eq!(client.query("SELECT Id FROM Lead WHERE IsDeleted = true").json()["totalSize"], 0);
    let all = client.get("/queryAll/?q=SELECT+Id,IsDeleted+FROM+Lead+WHERE+IsDeleted=true").json();
    assert_eq!(all["records"][0]["IsDeleted"], true);
}

#[test]
fn fields_expands_and_pretty_print_is_jacksons() {
    let mut client = Client::new();
    lead(&mut client, json!({"External_Id__c": "e"}));
    let row =
        client.query("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 200").json()["records"][0].clone();
    assert_eq!(
        row.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["attributes", "External_Id__c", "Visitor_Id__c"]
    );
    assert_eq!(client.query("SELECT FIELDS(ALL) FROM Lead").code(), "MALFORMED_QUERY");
    client.header("x-prettyprint", "1");
    let answer = client.query("SELECT COUNT() FROM Account");
    assert_eq!(answer.text, "{\n  \"totalSize\" : 0,\n  \"done\" : true,\n  \"records\" : [ ]\n}");
    // So are the answers that no route gives.
    let version = client.raw("GET", "/services/data/v7.0/limits", "");
    assert!(version.text.starts_with("[ {\n  \""), "{}", version.text);
    client.use_token("nobody");
    let session = client.query("SELECT COUNT() FROM Account");
    assert_eq!(session.code(), "INVALID_SESSION_ID");
    assert!(session.text.starts_with("[ {\n  \"message\" : "), "{}", session.text);
}

#[test]
fn a_query_by_email_is_answered_from_the_index() {
    let mut client = Client::new();
    let user = client.user;
    {
        let mut org = client.mock.org();
        let cx = mock_salesforce::SaveContext::admin(user, NOW);
        for n in 0..2_000 {
            let fields = serde_json::from_value(
                json!({"LastName": "L", "Company": "C", "Email": format!("l{n}@x.org")}),
            )
            .unwrap();
            org.create(&cx, "Lead", &fields).unwrap();
        }
    }
    let found = client
        .query("SELECT Id FROM Lead WHERE Email IN ('L7@x.org', 'l8@x.org') OR Email = 'l9@x.org'")
        .json();
    assert_eq!(found["totalSize"], 3);
}

#[test]
fn a_field_that_may_not_be_read_does_not_exist() {
    let mut seed = mock_salesforce::standard_org();
    seed.duplicate_rules.clear();
    let permissions = json!({"fields": {"Lead.Phone": "none"}});
    let permissions = serde_json::from_value(permissions).unwrap();
    seed.users.push(UserSeed { permissions, ..UserSeed::new("Rita Rep", "rita@example.com") });
    let mut client = Client::of(seed);
    let rita = client.mock.org().user_by_username("rita@example.com").unwrap();
    let token = client.mock.access_token(rita);
    client.use_token(&token);
    assert_eq!(client.query("SELECT Phone FROM Lead").code(), "INVALID_FIELD");
    assert_eq!(client.query("SELECT City FROM Lead").status, 200);
}
