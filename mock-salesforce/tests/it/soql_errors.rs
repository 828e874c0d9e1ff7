//! What SOQL refuses, with which code and in which words (wire reference §4.2, §4.3).

use mock_salesforce::FieldKind;

use crate::client::Client;

/// Statements with the code and the last line of the message that they are answered with.
const REFUSED: &[(&str, &str, &str)] = &[
    // The grammar.
    ("SELECT Id FORM Lead", "MALFORMED_QUERY", "unexpected token: 'Lead'"),
    ("SELECT Id FROM Lead LIMIT", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Lead LIMIT -1", "MALFORMED_QUERY", "unexpected token: '-1'"),
    ("SELECT * FROM Lead", "MALFORMED_QUERY", "unexpected token: '*'"),
    ("SELECT Id FROM Lead WHERE City IS NULL", "MALFORMED_QUERY", "unexpected token: 'IS'"),
    ("SELECT Id FROM Lead WHERE City NOT LIKE 'a'", "MALFORMED_QUERY", "unexpected token: 'LIKE'"),
    ("SELECT Id FROM Lead HAVING City = 'a'", "MALFORMED_QUERY", "unexpected token: 'HAVING'"),
    (
        "SELECT Id FROM Lead WHERE City = :city",
        "MALFORMED_QUERY",
        "Bind variables only allowed in Apex code",
    ),
    ("SELECT Id FROM Lead ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context"),
    ("SELECT Id FROM Lead FOR UPDATE", "MALFORMED_QUERY", "FOR UPDATE not allowed in this context"),
    (
        "SELECT Id FROM Lead WITH SECURITY_ENFORCED",
        "MALFORMED_QUERY",
        "WITH SECURITY_ENFORCED not allowed in this context",
    ),
    (
        "SELECT Id FROM Lead WHERE City = 'a' WITH USER_MODE LIMIT 1",
        "MALFORMED_QUERY",
        "WITH USER_MODE not allowed in this context",
    ),
    (
        "SELECT Id FROM Lead WITH SYSTEM_MODE",
        "MALFORMED_QUERY",
        "WITH SYSTEM_MODE not allowed in this context",
    ),
    // Groups.
    (
        "SELECT Status, City FROM Lead GROUP BY Status",
        "MALFORMED_QUERY",
        "Field must be grouped or aggregated: City",
    ),
    (
        "SELECT Id, COUNT(Id) FROM Lead",
        "MALFORMED_QUERY",
        "Field must be grouped or aggregated: Id",
    ),
    (
        "SELECT CALENDAR_YEAR(CreatedDate) FROM Lead",
        "MALFORMED_QUERY",
        "Field must be grouped or aggregated: CreatedDate",
    ),
    (
        "SELECT Status FROM Lead GROUP BY Status ORDER BY City",
        "MALFORMED_QUERY",
        "Ordered field must be grouped or aggregated: City",
    ),
    (
        "SELECT Id FROM Lead ORDER BY COUNT(Id)",
        "MALFORMED_QUERY",
        "Ordered field must be grouped or aggregated: Id",
    ),
    (
        "SELECT City, COUNT(City) FROM Lead GROUP BY City",
        "MALFORMED_QUERY",
        "Grouped field should not be aggregated: City",
    ),
    (
        "SELECT COUNT() FROM Lead GROUP BY City",
        "MALFORMED_QUERY",
        "COUNT() can not be used with GROUP BY: use COUNT(fieldName)",
    ),
    (
        "SELECT COUNT() FROM Lead ORDER BY City",
        "MALFORMED_QUERY",
        "COUNT() can not be used with ORDER BY: use COUNT(fieldName)",
    ),
    (
        "SELECT COUNT(), MAX(City) FROM Lead",
        "MALFORMED_QUERY",
        "COUNT() must be the only element of the field list",
    ),
    (
        "SELECT COUNT(Id) FROM Lead LIMIT 1",
        "MALFORMED_QUERY",
        "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
    ),
    (
        "SELECT Status a, COUNT(Id) a FROM Lead GROUP BY Status",
        "MALFORMED_QUERY",
        "duplicate alias: a",
    ),
    (
        "SELECT SUM(City) FROM Lead",
        "MALFORMED_QUERY",
        "field City does not support aggregate operator SUM",
    ),
    (
        "SELECT MAX(IsConverted) FROM Lead",
        "MALFORMED_QUERY",
        "field IsConverted does not support aggregate operator MAX",
    ),
    (
        "SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate",
        "INVALID_FIELD",
        "field 'CreatedDate' can not be grouped in a query call",
    ),
    (
        "SELECT COUNT(Id) FROM Lead GROUP BY AnnualRevenue",
        "INVALID_FIELD",
        "field 'AnnualRevenue' can not be grouped in a query call",
    ),
    (
        "SELECT COUNT(Id) FROM Lead GROUP BY Description",
        "INVALID_FIELD",
        "field 'Description' can not be grouped in a query call",
    ),
    (
        "SELECT Name, (SELECT COUNT(Id) FROM Contacts) FROM Account",
        "MALFORMED_QUERY",
        "Only root queries support aggregate expressions",
    ),
    ("SELECT Id FROM Lead WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "unexpected token: '('"),
    ("SELECT Id FROM Lead WHERE UPPER(City) = 'A'", "MALFORMED_QUERY", "unexpected token: '('"),
    // Semi-joins.
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) OR Name = 'a'",
        "MALFORMED_QUERY",
        "Semi join sub-selects are not allowed with the 'OR' operator",
    ),
    (
        "SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)",
        "MALFORMED_QUERY",
        "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
        "MALFORMED_QUERY",
        "Nesting of semi join sub-selects is not supported",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Opportunity) AND Id IN (SELECT AccountId FROM Case)",
        "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS",
        "Maximum 2 semi join sub-selects are allowed.",
    ),
    (
        "SELECT Id FROM Account WHERE Name IN (SELECT Name FROM Contact)",
        "MALFORMED_QUERY",
        "The left operand field in the where expression for outer query should be an id field, cannot use: 'Name'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)",
        "MALFORMED_QUERY",
        "Semi join sub-selects can only query id fields, cannot use: 'Name'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Account.Id FROM Contact)",
        "MALFORMED_QUERY",
        "Semi join sub-selects can only query id fields, cannot use: 'Id'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
        "MALFORMED_QUERY",
        "The inner and outer selects should not be on the same object type",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)",
        "MALFORMED_QUERY",
        "Entity 'Task' is not supported for semi join inner selects",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)",
        "MALFORMED_QUERY",
        "The selected field 'Id' in the subquery and the left operand field in the where expression in the outer query 'Id' should point to the same object type",
    ),
    // Fields and values.
    (
        "SELECT Foo__c FROM Lead",
        "INVALID_FIELD",
        "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    ),
    (
        "SELECT Account.Foo.Name FROM Contact",
        "INVALID_FIELD",
        "Didn't understand relationship 'Foo' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.",
    ),
    (
        "SELECT Id FROM Lead WHERE Description = 'a'",
        "INVALID_FIELD",
        "field 'Description' can not be filtered in a query call",
    ),
    (
        "SELECT Id FROM Lead ORDER BY Description",
        "INVALID_FIELD",
        "field 'Description' can not be sorted in a query call",
    ),
    (
        "SELECT Id FROM Lead ORDER BY Tags__c",
        "INVALID_FIELD",
        "field 'Tags__c' can not be sorted in a query call",
    ),
    (
        "SELECT Status, toLabel(Status) FROM Lead",
        "INVALID_FIELD",
        "duplicate field selected: Status",
    ),
    (
        "SELECT Id FROM Lead WHERE NumberOfEmployees = '5'",
        "INVALID_FIELD",
        "value of filter criterion for field 'NumberOfEmployees' must be of type int and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Lead WHERE City = 5",
        "INVALID_FIELD",
        "value of filter criterion for field 'City' must be of type string and should be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Lead WHERE IsConverted = 'true'",
        "INVALID_FIELD",
        "value of filter criterion for field 'IsConverted' must be of type boolean and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Opportunity WHERE CloseDate = 2026-01-01T00:00:00Z",
        "INVALID_FIELD",
        "value of filter criterion for field 'CloseDate' must be of type date and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Lead WHERE CreatedDate = 2026-02-30T00:00:00Z",
        "MALFORMED_QUERY",
        "Invalid date: 2026-02-30T00:00:00Z",
    ),
    (
        "SELECT Id FROM Lead WHERE Id LIKE '00Q%'",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid operator on id field",
    ),
    (
        "SELECT Id FROM Lead WHERE Tags__c LIKE 'a%'",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid operator on multipicklist field",
    ),
    (
        "SELECT Id FROM Lead WHERE City INCLUDES ('a')",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid operator on string field",
    ),
    (
        "SELECT Id FROM Lead WHERE Id IN ('00Q', '003')",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid ID field: 00Q",
    ),
    (
        "SELECT Id FROM Lead WHERE DISTANCE(Address, GEOLOCATION(1,2), 'km') = 5",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid operator on distance field",
    ),
    (
        "SELECT Id FROM Lead USING SCOPE nonsense",
        "MALFORMED_QUERY",
        "Invalid scope specified: nonsense",
    ),
    ("SELECT Id FROM Profile USING SCOPE mine", "MALFORMED_QUERY", "Invalid scope specified: mine"),
    ("SELECT FIELDS(SOME) FROM Lead", "MALFORMED_QUERY", "unexpected token: 'SOME'"),
    (
        "SELECT Id FROM Lead WHERE AnnualRevenue > USD5000",
        "INVALID_FIELD",
        "convertCurrency can only be used in an organization with multiple currencies",
    ),
    (
        "SELECT convertCurrency(AnnualRevenue) FROM Lead",
        "INVALID_FIELD",
        "convertCurrency can only be used in an organization with multiple currencies",
    ),
];

#[test]
fn every_refusal_has_its_code_and_its_words() {
    let mut client = Client::of(Client::seed_with(&[("Tags__c", FieldKind::MultiPicklist)]));
    for (soql, code, text) in REFUSED {
        let answer = client.query(soql);
        assert_eq!(answer.status, 400, "{soql}: {}", answer.text);
        let message = answer.json()[0]["message"].as_str().unwrap().to_owned();
        let last = message.lines().last().unwrap_or_default();
        assert_eq!((answer.code().as_str(), last), (*code, *text), "{soql}");
        let located = message.contains("\nERROR at Row:1:Column:");
        assert!(located, "{soql}: {message}");
    }
    assert!(client.mock.unsupported().is_empty(), "{:?}", client.mock.unsupported());
}

#[test]
fn rows_and_columns_are_counted_over_lines() {
    let mut client = Client::new();
    let answer = client.query("SELECT Id,\n  Nope__c\nFROM Lead");
    let message = answer.json()[0]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("\n  Nope__c\n  ^\nERROR at Row:2:Column:3\nNo such"), "{message}");
}

#[test]
fn limits_are_those_of_salesforce() {
    let mut client = Client::new();
    let mut refused = |soql: &str, code: &str, text: &str| {
        let answer = client.query(soql);
        assert_eq!(answer.code(), code, "{text}");
        assert!(answer.text.contains(text), "{}", &answer.text[..answer.text.len().min(400)]);
    };
    let deep = "Parent.".repeat(6) + "Name";
    refused(&format!("SELECT {deep} FROM Account"), "MALFORMED_QUERY", "more than 5 levels");
    let long = "x".repeat(4_001);
    let too_long = "can not be longer than 4000 characters";
    refused(&format!("SELECT Id FROM Lead WHERE City = '{long}'"), "MALFORMED_QUERY", too_long);
    refused(&format!("SELECT Id FROM Lead WHERE City LIKE '{long}'"), "MALFORMED_QUERY", too_long);
    let many = "(SELECT Id FROM Contacts), ".repeat(21);
    refused(
        &format!("SELECT {many} Id FROM Account"),
        "MALFORMED_QUERY",
        "subqueries exceeded: 20",
    );
    let nested = "(".repeat(70) + "City = 'a'" + &")".repeat(70);
    let complicated =
        "Query is either selecting too many fields or the filter conditions are too complicated.";
    refused(&format!("SELECT Id FROM Lead WHERE {nested}"), "QUERY_TOO_COMPLICATED", complicated);
    refused(
        "SELECT Id FROM Lead OFFSET 2001",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "offset allowed is 2000",
    );
    let twice = "Cannot follow the same aggregate relationship twice: Contacts";
    let soql = "SELECT (SELECT Id FROM Contacts), (SELECT Name FROM Contacts) FROM Account";
    refused(soql, "MALFORMED_QUERY", twice);
}

#[test]
fn what_is_not_emulated_is_counted_by_its_name() {
    let mut client = Client::new();
    for (soql, what) in [
        ("SELECT Id FROM Lead WITH DATA CATEGORY Geography__c AT usa__c", "WITH DATA CATEGORY"),
        ("SELECT Id FROM Lead UPDATE VIEWSTAT", "UPDATE TRACKING and UPDATE VIEWSTAT"),
        ("SELECT Id FROM Lead UPDATE TRACKING", "UPDATE TRACKING and UPDATE VIEWSTAT"),
        ("SELECT Id FROM Event USING SCOPE delegated", "this scope of USING SCOPE"),
    ] {
        let answer = client.query(soql);
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (501, "NOT_IMPLEMENTED"),
            "{soql}"
        );
        assert!(client.mock.unsupported().contains_key(&format!("SOQL: {what}")), "{soql}");
    }
}

#[test]
fn every_construct_has_a_row_in_the_support_matrix() {
    let rows: serde_json::Value =
        serde_json::from_str(include_str!("../../data/support/soql.json")).unwrap();
    let listed: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["constructs"].as_array().into_iter().flatten())
        .map(|construct| construct.as_str().unwrap())
        .collect();
    for construct in mock_salesforce::soql::constructs() {
        assert!(listed.contains(construct), "{construct}");
    }
}
