//! `search` and `parameterizedSearch`.

use mock_salesforce::{OrgSeed, standard_org};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Client, NOW};

fn find(client: &mut Client, sosl: &str) -> Answer {
    let encoded = percent_encoding::utf8_percent_encode(sosl, percent_encoding::NON_ALPHANUMERIC);
    client.get(&format!("/search?q={encoded}"))
}

fn types_and_ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let records = answer.json()["searchRecords"].clone();
    let one = |row: &Json| {
        format!("{} {}", row["attributes"]["type"].as_str().unwrap(), row["Id"].as_str().unwrap())
    };
    records.as_array().unwrap().iter().map(one).collect()
}

fn people(client: &mut Client) -> (String, String) {
    let lead = json!({"LastName": "Lee", "Company": "Acme Rockets", "Email": "ann.lee@example.com", "Phone": "(415) 555-0100"});
    let contact = json!({"LastName": "Leeson", "Email": "bo@example.com", "Title": "Friend of Ann.Lee@example.com"});
    (client.create("Lead", lead), client.create("Contact", contact))
}

#[test]
fn rows_are_found_by_their_words() {
    let mut client = Client::new();
    let (lead, contact) = people(&mut client);
    let (lead, contact) = (format!("Lead {lead}"), format!("Contact {contact}"));
    for (sosl, wanted) in [
        ("FIND {ann.lee@example.com} IN EMAIL FIELDS RETURNING Lead(Id), Contact(Id)", vec![&lead]),
        ("FIND {ann.lee@example.com} RETURNING Lead(Id), Contact(Id)", vec![&lead, &contact]),
        ("FIND {lee*} IN NAME FIELDS RETURNING Contact(Id), Lead(Id)", vec![&contact, &lead]),
        ("FIND {lee} IN NAME FIELDS RETURNING Contact(Id), Lead(Id)", vec![&lead]),
        ("FIND {4155550100} IN PHONE FIELDS RETURNING Lead(Id)", vec![&lead]),
        ("FIND {acme AND NOT shells} RETURNING Lead(Id)", vec![&lead]),
        ("FIND {nobody} RETURNING Lead(Id)", vec![]),
        ("FIND {lee*} RETURNING Lead(Id WHERE Company = 'Other')", vec![]),
    ] {
        assert_eq!(
            types_and_ids(&find(&mut client, sosl)),
            wanted.into_iter().cloned().collect::<Vec<_>>(),
            "{sosl}"
        );
    }
}

#[test]
fn answers_hold_the_fields_that_are_returned() {
    let mut client = Client::new();
    let (lead, _) = people(&mut client);
    let sosl = "FIND {acme} RETURNING Lead(Name, Owner.Name) WITH METADATA = 'LABELS'";
    assert_eq!(
        find(&mut client, sosl).text,
        format!(
            r#"{{"searchRecords":[{{"attributes":{{"type":"Lead","url":"/services/data/v62.0/sobjects/Lead/{lead}"}},"Name":"Lee","Owner":{{"attributes":{{"type":"User","url":"/services/data/v62.0/sobjects/User/{}"}},"Name":"Mock Admin"}}}}],"metadata":{{"entityMetadata":[{{"entityName":"Lead","fieldMetadata":[{{"label":"Full Name","name":"Name"}}]}}]}}}}"#,
            client.user
        )
    );
    let bare = client.raw("GET", "/services/data/v36.0/search?q=FIND+%7Bacme%7D", "");
    assert!(bare.text.starts_with("[{\"attributes\""), "{}", bare.text);
    assert_eq!(find(&mut client, "FIND {acme}").json()["searchRecords"][0]["Id"], lead);
}

#[test]
fn limits_and_offsets_count_found_rows() {
    let mut client = Client::new();
    let ids: Vec<String> = (0..5)
        .map(|n| client.create("Lead", json!({"LastName": format!("Found {n}"), "Company": "x"})))
        .collect();
    client.create("Lead", json!({"LastName": "Else", "Company": "x"}));
    let mut found = |sosl: &str| {
        let rows = types_and_ids(&find(&mut client, sosl));
        rows.iter()
            .map(|row| ids.iter().position(|id| row.ends_with(id)).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("FIND {found} RETURNING Lead(Id ORDER BY LastName DESC LIMIT 2 OFFSET 1)"),
        [3, 2]
    );
    assert_eq!(found("FIND {found} RETURNING Lead(Id) LIMIT 3"), [0, 1, 2]);
    assert_eq!(found("FIND {found} RETURNING Lead(Id), Lead(Id) LIMIT 6"), [0, 1, 2, 3, 4, 0]);
}

#[test]
fn a_young_row_is_not_found_while_the_index_lags() {
    let mut seed: OrgSeed = standard_org();
    seed.duplicate_rules.clear();
    seed.settings.search_delay_ms = 30_000;
    let mut client = Client::of(seed);
    people(&mut client);
    let sosl = "FIND {ann.lee@example.com} IN EMAIL FIELDS RETURNING Lead(Id)";
    assert_eq!(types_and_ids(&find(&mut client, sosl)).len(), 0);
    client.clock.set(NOW.plus_ms(29_999));
    assert_eq!(types_and_ids(&find(&mut client, sosl)).len(), 0);
    client.clock.set(NOW.plus_ms(30_000));
    assert_eq!(types_and_ids(&find(&mut client, sosl)).len(), 1);
}

#[test]
fn a_search_that_is_none_says_why() {
    let mut client = Client::new();
    let mut refused = |sosl: &str| {
        let answer = find(&mut client, sosl);
        (
            answer.status.as_u16(),
            answer.code(),
            answer.json()[0]["message"].as_str().unwrap().to_owned(),
        )
    };
    let none = "No search term found. The search term must be enclosed in braces.";
    assert_eq!(refused("FIND nothing"), (400, "MALFORMED_SEARCH".to_owned(), none.to_owned()));
    assert_eq!(refused("FIND {John|jane} RETURNING Contact").1, "MALFORMED_SEARCH");
    assert_eq!(refused("FIND {john} RETURNING Nothing(Id)").1, "INVALID_TYPE");
    assert_eq!(refused("FIND {john} RETURNING Lead(Nothing)").1, "INVALID_FIELD");
    assert!(refused("FIND {john} RETURNING Contact, Nothing(Id)").2.starts_with(
        "\nFIND {john} RETURNING Contact, Nothing(Id)\n                              ^\nERROR at \
         Row:1:Column:31\nsObject type 'Nothing' is not supported."
    ));
    assert!(refused("FIND {john} RETURNING Lead(Id, Nothing WHERE City = 'x')").2.starts_with(
        "\nFIND {john} RETURNING Lead(Id, Nothing WHERE City = 'x')\n                              ^\nERROR at \
         Row:1:Column:31\nNo such column 'Nothing' on entity 'Lead'."
    ));
    assert!(refused("FIND {john} RETURNING Lead(Id WHERE City =)").2.starts_with(
        "\nFIND {john} RETURNING Lead(Id WHERE City =)\n                                         ^\nERROR at \
         Row:1:Column:42\nunexpected token: '<EOF>'"
    ));
    assert_eq!(refused("FIND {john} RETURNING Lead(COUNT())").1, "MALFORMED_SEARCH");
    assert_eq!(refused("FIND {john} WITH HIGHLIGHT").0, 501);
    assert_eq!(client.mock.unsupported().len(), 1);
}

#[test]
fn a_parameterized_search_that_names_no_object_shows_no_statement_of_ours() {
    let mut client = Client::new();
    let answer = client.get("/parameterizedSearch?q=john&sobject=Nothing");
    assert_eq!(answer.code(), "INVALID_TYPE");
    assert!(
        answer.json()[0]["message"].as_str().unwrap().starts_with("sObject type 'Nothing' is not"),
        "{}",
        answer.text
    );
}

#[test]
fn parameterized_searches_take_text_as_it_is() {
    let mut client = Client::new();
    let (lead, contact) = people(&mut client);
    let path = "/parameterizedSearch?q=ann.lee%40example.com&sobject=Lead&Lead.fields=id,IsConverted,ConvertedContactId,IsDeleted&Lead.limit=10";
    let answer = client.get(path);
    assert_eq!(
        answer.text,
        format!(
            r#"{{"searchRecords":[{{"attributes":{{"type":"Lead","url":"/services/data/v62.0/sobjects/Lead/{lead}"}},"Id":"{lead}","IsConverted":false,"ConvertedContactId":null,"IsDeleted":false}}]}}"#
        )
    );
    let none = client.get("/parameterizedSearch?q=nobody%40example.com&sobject=Lead&in=EMAIL");
    assert_eq!(none.text, r#"{"searchRecords":[]}"#);
    let body = json!({"q": "Lee*", "fields": ["Id", "Name"], "in": "NAME", "overallLimit": 100, "defaultLimit": 10, "offset": 0,
        "sobjects": [{"name": "Lead"}, {"name": "Contact", "where": "Email != null", "orderBy": [{"field": "Name", "direction": "DESC"}]}]});
    let answer = client.call("POST", "/parameterizedSearch", &body.to_string());
    assert_eq!(types_and_ids(&answer), [format!("Lead {lead}"), format!("Contact {contact}")]);
    assert_eq!(client.get("/parameterizedSearch?q=").code(), "MALFORMED_SEARCH");
    assert_eq!(client.get("/parameterizedSearch?q=ab&in=NOWHERE").code(), "INVALID_SEARCH_SCOPE");
    assert_eq!(client.raw("GET", "/services/data/v35.0/parameterizedSearch?q=ab", "").status, 404);
}
