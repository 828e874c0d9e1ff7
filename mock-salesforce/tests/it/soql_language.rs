//! SOQL clause by clause: groups, functions, scopes, joins, lists of children, and what they answer.

use mock_salesforce::{FieldKind, seed::UserSeed};
use serde_json::{Value as Json, json};

use crate::client::{Client, NOW};

fn lead(client: &mut Client, fields: Json) -> String {
    let mut all = json!({"LastName": "Lee", "Company": "Acme"});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    client.create("Lead", all)
}

/// The rows of a query without their attributes, as text.
fn rows(client: &mut Client, soql: &str) -> String {
    let answer = client.query(soql);
    assert_eq!(answer.status, 200, "{soql}: {}", answer.text);
    let mut records = answer.json()["records"].clone();
    strip(&mut records);
    records.to_string()
}

fn strip(json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.shift_remove("attributes");
            fields.values_mut().for_each(strip);
        }
        Json::Array(all) => all.iter_mut().for_each(strip),
        _ => {}
    }
}

fn sources() -> Client {
    let mut client = Client::new();
    for (source, rating, revenue, employees) in [
        (Some("Web"), Some("Hot"), Some(10.0), Some(1)),
        (Some("Web"), Some("Cold"), Some(20.0), Some(2)),
        (Some("Other"), Some("Hot"), None, Some(3)),
        (None, Some("Warm"), Some(5.0), None),
    ] {
        lead(
            &mut client,
            json!({"LeadSource": source, "Rating": rating, "AnnualRevenue": revenue,
                "NumberOfEmployees": employees}),
        );
    }
    client
}

#[test]
fn groups_have_their_keys_and_what_their_rows_add_up_to() {
    let client = &mut sources();
    let answer = client.query(
        "SELECT LeadSource, COUNT(Id) n, SUM(AnnualRevenue), AVG(NumberOfEmployees) FROM Lead \
         GROUP BY LeadSource ORDER BY COUNT(Id) DESC, LeadSource",
    );
    assert_eq!(
        answer.text,
        concat!(
            r#"{"totalSize":3,"done":true,"records":["#,
            r#"{"attributes":{"type":"AggregateResult"},"LeadSource":"Web","n":2,"expr0":30.0,"expr1":1.5},"#,
            r#"{"attributes":{"type":"AggregateResult"},"LeadSource":null,"n":1,"expr0":5.0,"expr1":null},"#,
            r#"{"attributes":{"type":"AggregateResult"},"LeadSource":"Other","n":1,"expr0":null,"expr1":3.0}]}"#
        )
    );
    assert_eq!(
        rows(
            client,
            "SELECT MIN(Rating) a, MAX(Rating) z, COUNT_DISTINCT(Rating) d, COUNT(Id) n FROM Lead"
        ),
        r#"[{"a":"Hot","z":"Cold","d":3,"n":4}]"#,
        "picklists have their own order"
    );
    assert_eq!(
        rows(client, "SELECT Owner.Name, COUNT(LeadSource) FROM Lead GROUP BY Owner.Name"),
        r#"[{"Name":"Mock Admin","expr0":3}]"#
    );
    assert_eq!(
        rows(
            client,
            "SELECT LeadSource s FROM Lead GROUP BY LeadSource HAVING COUNT(Id) > 1 AND LeadSource LIKE 'w%'"
        ),
        r#"[{"s":"Web"}]"#
    );
    assert_eq!(rows(client, "SELECT COUNT(Id) FROM Lead WHERE City = 'x'"), r#"[{"expr0":0}]"#);
    assert_eq!(rows(client, "SELECT City FROM Lead WHERE City = 'x' GROUP BY City"), "[]");
}

#[test]
fn rollup_and_cube_add_subtotals() {
    let client = &mut sources();
    assert_eq!(
        rows(
            client,
            "SELECT LeadSource s, Rating r, GROUPING(LeadSource) gs, GROUPING(Rating) gr, COUNT(Id) n FROM Lead \
             WHERE LeadSource != null GROUP BY ROLLUP(LeadSource, Rating)"
        ),
        concat!(
            r#"[{"s":"Other","r":"Hot","gs":0,"gr":0,"n":1},{"s":"Other","r":null,"gs":0,"gr":1,"n":1},"#,
            r#"{"s":"Web","r":"Cold","gs":0,"gr":0,"n":1},{"s":"Web","r":"Hot","gs":0,"gr":0,"n":1},"#,
            r#"{"s":"Web","r":null,"gs":0,"gr":1,"n":2},{"s":null,"r":null,"gs":1,"gr":1,"n":3}]"#
        )
    );
    let cube = rows(
        client,
        "SELECT Rating r, COUNT(Id) n FROM Lead WHERE LeadSource != null GROUP BY CUBE(LeadSource, Rating) \
         HAVING GROUPING(LeadSource) = 1",
    );
    assert_eq!(cube, r#"[{"r":"Cold","n":1},{"r":"Hot","n":2},{"r":null,"n":3}]"#);
}

#[test]
fn date_functions_read_moments_in_utc_or_in_the_users_time_zone() {
    let client = &mut Client::new();
    client.clock.set(NOW.plus_ms(-8 * 3_600_000)); // 02:00 UTC, the evening before in Los Angeles
    let token = client.mock.access_token(client.user);
    client.use_token(&token);
    lead(client, json!({}));
    assert_eq!(
        rows(
            client,
            "SELECT DAY_ONLY(CreatedDate) d, DAY_ONLY(convertTimezone(CreatedDate)) l, HOUR_IN_DAY(CreatedDate) h, \
             COUNT(Id) FROM Lead GROUP BY DAY_ONLY(CreatedDate), DAY_ONLY(convertTimezone(CreatedDate)), \
             HOUR_IN_DAY(CreatedDate)"
        ),
        r#"[{"d":"2026-05-13","l":"2026-05-12","h":2,"expr0":1}]"#
    );
    for (condition, found) in [
        ("CALENDAR_YEAR(CreatedDate) = 2026 AND CALENDAR_MONTH(CreatedDate) < 6", 1),
        ("DAY_IN_WEEK(CreatedDate) = 4 AND DAY_IN_WEEK(convertTimezone(CreatedDate)) = 3", 1),
        ("DAY_ONLY(CreatedDate) = 2026-05-12", 0),
        ("FISCAL_QUARTER(CreatedDate) IN (1, 3)", 0),
        ("CreatedDate = TODAY", 1),
        ("CreatedDate >= 2026-05-13T00:00:00Z AND CreatedDate < 2026-05-12T20:00:00-07:00", 1),
    ] {
        let soql = format!("SELECT COUNT() FROM Lead WHERE {condition}");
        assert_eq!(client.query(&soql).json()["totalSize"], found, "{condition}");
    }
}

#[test]
fn the_organization_says_where_fiscal_years_begin_and_the_locale_where_weeks_do() {
    let mut seed = Client::seed_with(&[("Born__c", FieldKind::Date)]);
    seed.organization.fiscal_year_start_month = 2;
    let client = &mut Client::of(seed);
    lead(client, json!({"LastName": "January", "Born__c": "2026-01-31"}));
    lead(client, json!({"LastName": "February", "Born__c": "2026-02-01"}));
    lead(client, json!({"LastName": "Sunday", "Born__c": "2026-05-10"}));
    let mut of = |condition: &str| {
        rows(client, &format!("SELECT LastName FROM Lead WHERE {condition} ORDER BY Born__c"))
    };
    assert_eq!(of("Born__c = LAST_FISCAL_YEAR"), r#"[{"LastName":"January"}]"#);
    assert_eq!(of("Born__c = LAST_FISCAL_QUARTER"), r#"[{"LastName":"February"}]"#);
    assert_eq!(of("FISCAL_YEAR(Born__c) = 2026"), r#"[{"LastName":"January"}]"#);
    assert_eq!(of("FISCAL_MONTH(Born__c) = 1"), r#"[{"LastName":"February"}]"#);
    assert_eq!(of("Born__c = THIS_WEEK"), r#"[{"LastName":"Sunday"}]"#);
    let user = client.user;
    client.call("PATCH", &format!("/sobjects/User/{user}"), r#"{"LocaleSidKey": "de_DE"}"#);
    let this_week = "SELECT LastName FROM Lead WHERE Born__c = THIS_WEEK";
    assert_eq!(rows(client, this_week), "[]", "weeks begin on Monday");
    let foreign = client.query("SELECT FORMAT(CreatedDate) FROM Lead");
    assert_eq!((foreign.status.as_u16(), foreign.code().as_str()), (501, "NOT_IMPLEMENTED"));
}

#[test]
fn functions_of_the_field_list_shape_their_values() {
    let client = &mut Client::new();
    lead(
        client,
        json!({"AnnualRevenue": 44000, "NumberOfEmployees": 1234, "Latitude": 52.52, "Longitude": 13.405,
            "Status": "Working - Contacted"}),
    );
    assert_eq!(
        rows(
            client,
            "SELECT toLabel(Status), FORMAT(AnnualRevenue), FORMAT(NumberOfEmployees) e, NumberOfEmployees, \
             FORMAT(CreatedDate) c, toLabel(CreatedBy.UserType), FORMAT(CreatedBy.CreatedDate), CreatedBy.Alias FROM Lead"
        ),
        concat!(
            r#"[{"Status":"Working - Contacted","AnnualRevenue":"$44,000.00","e":"1,234","NumberOfEmployees":1234,"#,
            r#""c":"5/13/2026, 3:00 AM","CreatedBy":{"UserType":"Standard","CreatedDate":"5/13/2026, 3:00 AM","Alias":"mockadmi"}}]"#
        )
    );
    let near = |place: &str, unit: &str| {
        format!(
            "SELECT LastName FROM Lead WHERE DISTANCE(Address, GEOLOCATION({place}), '{unit}') < 500 \
            ORDER BY DISTANCE(Address, GEOLOCATION({place}), '{unit}')"
        )
    };
    assert_eq!(rows(client, &near("53.55, 9.99", "km")), r#"[{"LastName":"Lee"}]"#);
    assert_eq!(rows(client, &near("48.85, 2.35", "mi")), "[]");
    assert_eq!(
        rows(client, "SELECT DISTANCE(Address, GEOLOCATION(52.52, 13.405), 'km') FROM Lead"),
        r#"[{"expr0":0.0}]"#
    );
    assert_eq!(
        rows(client, "SELECT FORMAT(MAX(AnnualRevenue)) m, Status FROM Lead GROUP BY Status"),
        r#"[{"m":"$44,000.00","Status":"Working - Contacted"}]"#
    );
}

#[test]
fn children_have_children_from_v58_on() {
    let client = &mut Client::new();
    let account = client.create("Account", json!({"Name": "A"}));
    let contact = client.create("Contact", json!({"LastName": "C", "AccountId": account}));
    client.create("Case", json!({"Subject": "S", "ContactId": contact}));
    let soql =
        "SELECT Name, (SELECT LastName, (SELECT Subject FROM Cases) FROM Contacts) FROM Account";
    assert_eq!(
        rows(client, soql),
        r#"[{"Name":"A","Contacts":{"totalSize":1,"done":true,"records":[{"LastName":"C","Cases":{"totalSize":1,"done":true,"records":[{"Subject":"S"}]}}]}}]"#
    );
    let encoded = percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
    let old = client.raw("GET", &format!("/services/data/v57.0/query?q={encoded}"), "");
    assert_eq!(old.code(), "MALFORMED_QUERY");
    assert!(old.text.contains("more than 1 level away from the root"), "{}", old.text);
}

#[test]
fn long_lists_of_children_go_on_elsewhere() {
    let client = &mut Client::new();
    let account = client.create("Account", json!({"Name": "A"}));
    for n in 0..205 {
        client.create("Contact", json!({"LastName": format!("C{n:03}"), "AccountId": account}));
    }
    client.header("sforce-query-options", "batchSize=200");
    let soql = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account";
    let answer = client.query(soql).json();
    assert_eq!(answer["done"], true);
    let children = &answer["records"][0]["Contacts"];
    let keys: Vec<&String> = children.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["totalSize", "done", "nextRecordsUrl", "records"]);
    assert_eq!(
        (children["totalSize"].as_u64(), children["done"].as_bool()),
        (Some(205), Some(false))
    );
    assert_eq!(children["records"].as_array().unwrap().len(), 200);
    let next = children["nextRecordsUrl"].as_str().unwrap();
    assert!(next.ends_with("-200"), "{next}");
    let rest = client.raw("GET", next, "").json();
    assert_eq!(rest["records"][0]["LastName"], "C200");
    assert_eq!(
        (rest["done"].as_bool(), rest["records"].as_array().unwrap().len()),
        (Some(true), 5)
    );
}

#[test]
fn typeof_selects_by_the_kind_of_row() {
    let mut seed = mock_salesforce::standard_org();
    seed.duplicate_rules.clear();
    seed.queues.push(mock_salesforce::seed::QueueSeed {
        name: "Inbound".to_owned(),
        objects: vec!["Lead".to_owned()],
        ..Default::default()
    });
    let client = &mut Client::of(seed);
    let queue =
        client.query("SELECT Id FROM Group WHERE Type = 'Queue'").json()["records"][0]["Id"]
            .as_str()
            .unwrap()
            .to_owned();
    lead(client, json!({"LastName": "Mine"}));
    lead(client, json!({"LastName": "Queued", "OwnerId": queue}));
    assert_eq!(
        rows(
            client,
            "SELECT LastName, TYPEOF Owner WHEN User THEN Alias, Profile.Name WHEN Group THEN Name, Type ELSE Id END \
             FROM Lead ORDER BY LastName"
        ),
        concat!(
            r#"[{"LastName":"Mine","Owner":{"Alias":"mockadmi","Profile":{"Name":"System Administrator"}}},"#,
            r#"{"LastName":"Queued","Owner":{"Name":"Inbound","Type":"Queue"}}]"#
        )
    );
    let mut of =
        |scope: &str| rows(client, &format!("SELECT LastName FROM Lead USING SCOPE {scope}"));
    assert_eq!(of("everything"), r#"[{"LastName":"Mine"},{"LastName":"Queued"}]"#);
    assert_eq!(of("mine"), r#"[{"LastName":"Mine"}]"#);
    assert_eq!(of("TEAM"), r#"[{"LastName":"Mine"}]"#);
    assert_eq!(of("queue_owned"), r#"[{"LastName":"Queued"}]"#);
    assert_eq!(of("user_owned"), r#"[{"LastName":"Mine"}]"#);
}

#[test]
fn aliases_stand_for_the_object_and_for_paths() {
    let client = &mut Client::new();
    let account = client.create("Account", json!({"Name": "Full"}));
    client.create("Contact", json!({"LastName": "Kim", "AccountId": account}));
    client.create("Contact", json!({"LastName": "Zoe"}));
    assert_eq!(
        rows(
            client,
            "SELECT c.LastName, a.Name, o.Alias FROM Contact AS c, c.Account a, a.Owner o WHERE a.Name = 'full' AND \
             Contact.LastName != null"
        ),
        r#"[{"LastName":"Kim","Account":{"Name":"Full","Owner":{"Alias":"mockadmi"}}}]"#
    );
    assert_eq!(
        rows(client, "SELECT Name, (SELECT LastName FROM Account.Contacts) FROM Account"),
        r#"[{"Name":"Full","Contacts":{"totalSize":1,"done":true,"records":[{"LastName":"Kim"}]}}]"#
    );
}

#[test]
fn rows_that_are_viewed_remember_when() {
    let client = &mut Client::new();
    lead(client, json!({}));
    let soql = "SELECT LastViewedDate, LastReferencedDate FROM Lead";
    client.clock.set(NOW.plus_ms(60_000));
    rows(client, "SELECT Id FROM Lead FOR REFERENCE");
    assert_eq!(
        rows(client, soql),
        r#"[{"LastViewedDate":"2026-05-13T10:00:00.000+0000","LastReferencedDate":"2026-05-13T10:01:00.000+0000"}]"#
    );
    client.clock.set(NOW.plus_ms(120_000));
    rows(client, "SELECT Id FROM Lead FOR VIEW");
    assert_eq!(
        rows(client, soql),
        r#"[{"LastViewedDate":"2026-05-13T10:02:00.000+0000","LastReferencedDate":"2026-05-13T10:02:00.000+0000"}]"#
    );
}

#[test]
fn fields_are_bounded_by_limit_or_by_ids() {
    let client = &mut Client::of(Client::seed_with(&[("Born__c", FieldKind::Date)]));
    let id = lead(client, json!({"Born__c": "2020-01-01"}));
    for (tail, status) in [
        (format!("WHERE Id = '{id}'"), 200),
        (format!("WHERE Id IN ('{id}') AND City = null"), 200),
        ("LIMIT 200".to_owned(), 200),
        ("LIMIT 201".to_owned(), 400),
        (format!("WHERE Id != '{id}'"), 400),
    ] {
        for group in ["ALL", "custom"] {
            let soql = format!("SELECT FIELDS({group}) FROM Lead {tail}");
            assert_eq!(client.query(&soql).status, status, "{soql}");
        }
    }
    assert_eq!(client.query("SELECT FIELDS(STANDARD) FROM Lead").status, 200);
    assert_eq!(
        rows(client, "SELECT Id, FIELDS(CUSTOM) FROM Lead LIMIT 1"),
        format!(
            r#"[{{"Id":"{id}","External_Id__c":null,"Visitor_Id__c":null,"Born__c":"2020-01-01"}}]"#
        )
    );
}

#[test]
fn columns_and_plans_are_told_without_rows() {
    let client = &mut sources();
    let path =
        "/query?columns=true&q=SELECT+Id,AnnualRevenue,Owner.Name,(SELECT+Id+FROM+Tasks)+FROM+Lead";
    let told = client.get(path).json();
    assert_eq!(
        (told["entityName"].as_str(), told["keyPrefix"].as_str()),
        (Some("Lead"), Some("00Q"))
    );
    assert_eq!(
        (told["idSelected"].as_bool(), told["groupBy"].as_bool()),
        (Some(true), Some(false))
    );
    let names: Vec<&str> = told["columnMetadata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["columnName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Id", "AnnualRevenue", "Owner", "Tasks"]);
    assert_eq!(told["columnMetadata"][1]["numberType"], true);
    assert_eq!(told["columnMetadata"][2]["joinColumns"][0]["columnName"], "Name");

    let plans = client.get("/query?explain=SELECT+Id+FROM+Lead+WHERE+Email='a@b.c'").json();
    assert_eq!(plans["plans"][0]["leadingOperationType"], "Index");
    assert_eq!(plans["plans"][0]["fields"], json!(["Email"]));
    assert_eq!(plans["plans"][1]["leadingOperationType"], "TableScan");
    assert_eq!(plans["plans"][1]["cardinality"], 4);
    assert_eq!(client.get("/query?explain=SELECT+Nope+FROM+Lead").code(), "INVALID_FIELD");
    let refused = client.call("POST", "/query?q=SELECT+Id+FROM+Lead", "");
    assert_eq!(refused.status, 405);
}

#[test]
fn rows_that_sharing_hides_are_not_found() {
    let mut seed = mock_salesforce::standard_org();
    seed.users.push(UserSeed::new("Rita Rep", "rita@example.com"));
    let private = mock_salesforce::seed::SharingModel::Private;
    seed.settings.sharing.insert("Lead".to_owned(), private);
    let client = &mut Client::of(seed);
    lead(client, json!({}));
    assert_eq!(client.query("SELECT COUNT() FROM Lead").json()["totalSize"], 1);
    let rita = client.mock.org().user_by_username("rita@example.com").unwrap();
    let token = client.mock.access_token(rita);
    client.use_token(&token);
    assert_eq!(client.query("SELECT COUNT() FROM Lead").json()["totalSize"], 0);
    assert_eq!(rows(client, "SELECT Status, COUNT(Id) FROM Lead GROUP BY Status"), "[]");
}

#[test]
fn the_tooling_api_tells_of_objects_and_fields() {
    let client = &mut Client::new();
    let mut ask = |soql: &str| {
        let encoded =
            percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        client.get(&format!("/tooling/query/?q={encoded}"))
    };
    let answer = ask(
        "SELECT QualifiedApiName, DataType, EntityDefinition.KeyPrefix FROM FieldDefinition \
         WHERE EntityDefinition.QualifiedApiName = 'Lead' AND QualifiedApiName IN ('External_Id__c', 'OwnerId') \
         ORDER BY QualifiedApiName",
    )
    .json();
    assert_eq!(
        (answer["size"].as_u64(), answer["entityTypeName"].as_str()),
        (Some(2), Some("FieldDefinition"))
    );
    assert_eq!(answer["records"][0]["DataType"], "Text(36)");
    assert_eq!(answer["records"][1]["DataType"], "Lookup(Group,User)");
    assert_eq!(answer["records"][1]["EntityDefinition"]["KeyPrefix"], "00Q");
    let url = answer["records"][0]["attributes"]["url"].as_str().unwrap();
    assert!(url.starts_with("/services/data/v62.0/tooling/sobjects/FieldDefinition/"), "{url}");
    let one = ask(
        "SELECT Label, (SELECT Label FROM Fields LIMIT 1) FROM EntityDefinition WHERE DurableId = 'Lead'",
    );
    assert_eq!(one.json()["records"][0]["Fields"]["records"][0]["Label"], "Lead ID");
    assert_eq!(ask("SELECT COUNT() FROM User").json()["totalSize"], 1);
    assert_eq!(ask("SELECT Id FROM ApexClass").code(), "INVALID_TYPE");
    assert!(client.mock.unsupported().contains_key("tooling: ApexClass"));
}

/// The command line client asks for the columns of every statement that it has rows of.
#[test]
fn the_tooling_api_describes_the_columns_of_a_statement() {
    let client = &mut Client::new();
    let answer = client
        .get("/tooling/query?q=SELECT%20QualifiedApiName%20FROM%20EntityDefinition&columns=true");
    let body = answer.json();
    assert_eq!(body["columnMetadata"][0]["columnName"], "QualifiedApiName");
    assert_eq!(body["entityName"], "EntityDefinition");
}
