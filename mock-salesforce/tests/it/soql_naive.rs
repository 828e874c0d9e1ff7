//! SOQL against a second evaluator that is as simple as can be: random orgs, random conditions, the same rows.
//!
//! The second evaluator shares no code with the first: its rows are plain options, its conditions are its own tree.

use mock_salesforce::FieldKind;
use proptest::prelude::*;
use serde_json::json;

use crate::client::Client;

#[derive(Debug, Clone)]
struct Row {
    email: Option<String>,
    city: Option<String>,
    employees: Option<i32>,
    ticked: bool,
}

#[derive(Debug, Clone, Copy)]
enum TextField {
    Email,
    City,
}

#[derive(Debug, Clone)]
enum Condition {
    Text(TextField, &'static str, Option<String>),
    Number(&'static str, Option<i32>),
    Ticked(&'static str, bool),
    Like(TextField, String),
    In(TextField, bool, Vec<Option<String>>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Row {
    fn text(&self, field: TextField) -> Option<String> {
        match field {
            TextField::Email => self.email.clone(),
            TextField::City => self.city.clone(),
        }
        .map(|text| text.to_lowercase())
    }
}

fn quoted(value: Option<&String>) -> String {
    value.map_or_else(|| "null".to_owned(), |text| format!("'{text}'"))
}

impl Condition {
    fn soql(&self) -> String {
        let field = |field: &TextField| match field {
            TextField::Email => "Email",
            TextField::City => "City",
        };
        let joined = |all: &[Self], word: &str| {
            let all: Vec<String> = all.iter().map(|one| format!("({})", one.soql())).collect();
            all.join(word)
        };
        match self {
            Self::Text(of, operator, value) => {
                format!("{} {operator} {}", field(of), quoted(value.as_ref()))
            }
            Self::Number(operator, value) => {
                let value = value.map_or_else(|| "null".to_owned(), |number| number.to_string());
                format!("NumberOfEmployees {operator} {value}")
            }
            Self::Ticked(operator, value) => format!("Ticked__c {operator} {value}"),
            Self::Like(of, pattern) => format!("{} LIKE '{pattern}'", field(of)),
            Self::In(of, negated, values) => {
                let values: Vec<String> =
                    values.iter().map(|value| quoted(value.as_ref())).collect();
                let word = if *negated { "NOT IN" } else { "IN" };
                format!("{} {word} ({})", field(of), values.join(", "))
            }
            Self::Not(one) => format!("NOT ({})", one.soql()),
            Self::All(all) => joined(all, " AND "),
            Self::Any(all) => joined(all, " OR "),
        }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Text(field, operator, value) => {
                compared(row.text(*field), operator, value.as_ref().map(|text| text.to_lowercase()))
            }
            Self::Number(operator, value) => compared(row.employees, operator, *value),
            Self::Ticked(operator, value) => (row.ticked == *value) == (*operator == "="),
            Self::Like(field, pattern) => row.text(*field).is_some_and(|text| {
                let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
                let text: Vec<char> = text.chars().collect();
                like(&pattern, &text)
            }),
            Self::In(field, negated, values) => {
                let found = row.text(*field);
                values.iter().any(|value| value.as_ref().map(|text| text.to_lowercase()) == found)
                    != *negated
            }
            Self::Not(one) => !one.holds(row),
            Self::All(all) => all.iter().all(|one| one.holds(row)),
            Self::Any(all) => all.iter().any(|one| one.holds(row)),
        }
    }
}

fn compared<T: PartialOrd>(found: Option<T>, operator: &str, wanted: Option<T>) -> bool {
    match operator {
        "=" => found == wanted,
        "!=" => found != wanted,
        _ => match (found, wanted) {
            (Some(found), Some(wanted)) => match operator {
                "<" => found < wanted,
                "<=" => found <= wanted,
                ">" => found > wanted,
                _ => found >= wanted,
            },
            _ => false,
        },
    }
}

fn like(pattern: &[char], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('%'), _) => {
            like(&pattern[1..], text) || (!text.is_empty() && like(pattern, &text[1..]))
        }
        (Some('_'), Some(_)) => like(&pattern[1..], &text[1..]),
        (Some(p), Some(t)) if p == t => like(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn email() -> impl Strategy<Value = String> {
    "[abAB]{1,2}@[xX]\\.org"
}

fn city() -> impl Strategy<Value = String> {
    "[abAB]{1,3}"
}

fn row() -> impl Strategy<Value = Row> {
    let fields = (
        prop::option::of(email()),
        prop::option::of(city()),
        prop::option::of(0..5),
        any::<bool>(),
    );
    fields.prop_map(|(email, city, employees, ticked)| Row { email, city, employees, ticked })
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="])
}

fn text() -> impl Strategy<Value = (TextField, Option<String>)> {
    prop_oneof![
        prop::option::weighted(0.9, email()).prop_map(|text| (TextField::Email, text)),
        prop::option::weighted(0.9, city()).prop_map(|text| (TextField::City, text)),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let field = prop::sample::select(vec![TextField::Email, TextField::City]);
    let leaf = prop_oneof![
        4 => (text(), operator()).prop_map(|((field, value), operator)| Condition::Text(field, operator, value)),
        2 => (operator(), prop::option::weighted(0.9, 0..5)).prop_map(|(operator, value)| Condition::Number(operator, value)),
        1 => (prop::sample::select(vec!["=", "!="]), any::<bool>()).prop_map(|(operator, value)| Condition::Ticked(operator, value)),
        2 => (field, "[abAB%_]{0,4}").prop_map(|(field, pattern)| Condition::Like(field, pattern)),
        3 => (text(), any::<bool>(), prop::collection::vec(prop::option::weighted(0.9, email()), 0..3)).prop_map(
            |((field, first), negated, mut values)| { values.push(first); Condition::In(field, negated, values) }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| Condition::Not(Box::new(one))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner, 2..4).prop_map(Condition::Any),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn both_evaluators_find_the_same_rows(
        rows in prop::collection::vec(row(), 1..15),
        conditions in prop::collection::vec(condition(), 20),
    ) {
        let mut client = Client::of(Client::seed_with(&[("Ticked__c", FieldKind::Boolean)]));
        let ids: Vec<String> = rows.iter().map(|row| client.create("Lead", json!({"LastName": "L", "Company": "C",
            "Email": row.email, "City": row.city, "NumberOfEmployees": row.employees, "Ticked__c": row.ticked}))).collect();
        for condition in conditions {
            let soql = format!("SELECT Id FROM Lead WHERE {}", condition.soql());
            let answer = client.query(&soql);
            prop_assert_eq!(answer.status.as_u16(), 200, "{}: {}", soql, answer.text);
            let body = answer.json();
            let found: Vec<&str> = body["records"].as_array().unwrap().iter().map(|row| row["Id"].as_str().unwrap()).collect();
            let expected: Vec<&str> =
                ids.iter().zip(&rows).filter(|(_, row)| condition.holds(row)).map(|(id, _)| id.as_str()).collect();
            prop_assert_eq!(found, expected, "{}", soql);
        }
    }
}
