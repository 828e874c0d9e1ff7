//! Groups, joins and dates of SOQL against a second evaluator that is as simple as can be: random orgs, random
//! statements, the same answers.
//!
//! The second evaluator shares no code with the first: its rows are plain structs, a date literal is a distance between
//! the numbers of two units, a group is a loop over its rows.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::client::Client;

/// 2026-05-13, a Wednesday, in days since 1970-01-01.
const TODAY: i64 = 20_586;

#[derive(Debug, Clone)]
struct Account {
    city: Option<String>,
    employees: Option<i32>,
}

#[derive(Debug, Clone)]
struct Contact {
    account: Option<usize>,
    title: Option<&'static str>,
    /// Days since 1970-01-01.
    born: Option<i64>,
}

/// Year, month and day, by counting the years and months up.
fn civil(days: i64) -> (i64, i64, i64) {
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let (mut year, mut left) = (1970, days);
    while left >= 365 + leap(year) {
        left -= 365 + leap(year);
        year += 1;
    }
    let lengths = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

/// The number of the unit that a day is in.
fn unit_of(unit: &str, day: i64) -> i64 {
    let (year, month, _) = civil(day);
    match unit {
        "DAY" => day,
        "WEEK" => (day + 4).div_euclid(7),
        "MONTH" => year * 12 + month - 1,
        // The fiscal year of this org begins in January.
        "QUARTER" | "FISCAL_QUARTER" => (year * 12 + month - 1).div_euclid(3),
        _ => year,
    }
}

/// A literal with its unit and how far away its first and last units are.
#[derive(Debug, Clone)]
struct Literal {
    text: String,
    unit: &'static str,
    first: i64,
    last: i64,
}

fn literal() -> impl Strategy<Value = Literal> {
    let units = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"];
    (prop::sample::select(units.to_vec()), 0..8_usize, 0..5_i64).prop_map(|(unit, shape, n)| {
        let days = unit == "DAY";
        let (text, first, last) = match shape {
            0 if days => ("TODAY".to_owned(), 0, 0),
            1 if days => ("YESTERDAY".to_owned(), -1, -1),
            2 if days => ("TOMORROW".to_owned(), 1, 1),
            3 if days => ("LAST_90_DAYS".to_owned(), -90, 0),
            4 if days => ("NEXT_90_DAYS".to_owned(), 1, 90),
            5 if days => (format!("LAST_N_DAYS:{n}"), -n, 0),
            0 | 1 => (format!("LAST_{unit}"), -1, -1),
            2 => (format!("THIS_{unit}"), 0, 0),
            3 | 4 => (format!("NEXT_{unit}"), 1, 1),
            5 => (format!("LAST_N_{unit}S:{n}"), -n, -1),
            6 => (format!("NEXT_N_{unit}S:{n}"), 1, n),
            _ => (format!("N_{unit}S_AGO:{n}"), -n, -n),
        };
        Literal { text, unit, first, last }
    })
}

impl Literal {
    fn holds(&self, operator: &str, born: Option<i64>) -> bool {
        let Some(born) = born else { return operator == "!=" };
        let away = unit_of(self.unit, born) - unit_of(self.unit, TODAY);
        match operator {
            "=" => (self.first..=self.last).contains(&away),
            "!=" => !(self.first..=self.last).contains(&away),
            "<" => away < self.first,
            "<=" => away <= self.last,
            ">" => away > self.last,
            _ => away >= self.first,
        }
    }
}

/// A condition on contacts.
#[derive(Debug, Clone)]
enum OfContact {
    Born(&'static str, Literal),
    Part(&'static str, &'static str, i64),
    Title(&'static str),
    City(&'static str, String),
}

const PARTS: &[&str] = &[
    "CALENDAR_YEAR",
    "CALENDAR_QUARTER",
    "CALENDAR_MONTH",
    "DAY_IN_MONTH",
    "DAY_IN_WEEK",
    "DAY_IN_YEAR",
    "FISCAL_YEAR",
    "FISCAL_QUARTER",
    "FISCAL_MONTH",
    "WEEK_IN_MONTH",
    "WEEK_IN_YEAR",
];

fn part_of(function: &str, day: i64) -> i64 {
    let (year, month, in_month) = civil(day);
    let before = (0..400).find(|back| civil(day - back).0 != year);
    let in_year = before.expect("a year has fewer days");
    match function {
        "CALENDAR_YEAR" | "FISCAL_YEAR" => year,
        "CALENDAR_QUARTER" | "FISCAL_QUARTER" => (month + 2) / 3,
        "CALENDAR_MONTH" | "FISCAL_MONTH" => month,
        "DAY_IN_MONTH" => in_month,
        "DAY_IN_WEEK" => (day + 4).rem_euclid(7) + 1,
        "DAY_IN_YEAR" => in_year,
        "WEEK_IN_MONTH" => (in_month + 6) / 7,
        _ => (in_year + 6) / 7,
    }
}

impl OfContact {
    fn soql(&self) -> String {
        match self {
            Self::Born(operator, literal) => format!("Birthdate {operator} {}", literal.text),
            Self::Part(function, operator, n) => format!("{function}(Birthdate) {operator} {n}"),
            Self::Title(title) => format!("Title = '{title}'"),
            Self::City(operator, city) => format!("Account.BillingCity {operator} '{city}'"),
        }
    }

    fn holds(&self, contact: &Contact, accounts: &[Account]) -> bool {
        match self {
            Self::Born(operator, literal) => literal.holds(operator, contact.born),
            Self::Part(function, operator, n) => {
                let part = contact.born.map(|day| part_of(function, day));
                match *operator {
                    "=" => part == Some(*n),
                    "!=" => part != Some(*n),
                    "<" => part.is_some_and(|part| part < *n),
                    _ => part.is_some_and(|part| part >= *n),
                }
            }
            Self::Title(title) => contact.title == Some(title),
            Self::City(operator, city) => {
                let found = contact.account.and_then(|at| accounts[at].city.clone());
                (found.map(|found| found.to_lowercase()) == Some(city.to_lowercase()))
                    == (*operator == "=")
            }
        }
    }
}

fn of_contact() -> impl Strategy<Value = OfContact> {
    let operator = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let few = prop::sample::select(vec!["=", "!=", "<", ">="]);
    let number = prop_oneof![3 => 1..13_i64, 1 => 2025..2028_i64, 1 => 1..150_i64];
    prop_oneof![
        4 => (operator, literal()).prop_map(|(operator, literal)| OfContact::Born(operator, literal)),
        3 => (prop::sample::select(PARTS.to_vec()), few, number)
            .prop_map(|(function, operator, n)| OfContact::Part(function, operator, n)),
        1 => prop::sample::select(vec!["a", "b"]).prop_map(OfContact::Title),
        1 => (prop::sample::select(vec!["=", "!="]), city())
            .prop_map(|(operator, city)| OfContact::City(operator, city)),
    ]
}

fn city() -> impl Strategy<Value = String> {
    "[abAB]{1,2}"
}

fn account() -> impl Strategy<Value = Account> {
    (prop::option::weighted(0.8, city()), prop::option::weighted(0.8, 0..6_i32))
        .prop_map(|(city, employees)| Account { city, employees })
}

fn contact() -> impl Strategy<Value = Contact> {
    let born = prop_oneof![2 => TODAY - 12..TODAY + 12, 1 => TODAY - 900..TODAY + 900];
    (
        prop::option::weighted(0.8, 0..3_usize),
        prop::option::of(prop::sample::select(vec!["a", "b"])),
        prop::option::weighted(0.9, born),
    )
        .prop_map(|(account, title, born)| Contact { account, title, born })
}

/// The org with these rows, and the ids of its accounts and contacts.
fn org(accounts: &[Account], contacts: &[Contact]) -> (Client, Vec<String>, Vec<String>) {
    let mut client = Client::new();
    let accounts: Vec<String> = accounts
        .iter()
        .map(|account| {
            client.create(
                "Account",
                json!({"Name": "N", "BillingCity": account.city, "NumberOfEmployees": account.employees}),
            )
        })
        .collect();
    let contacts = contacts
        .iter()
        .map(|contact| {
            let born = contact.born.map(|day| {
                let (year, month, day) = civil(day);
                format!("{year:04}-{month:02}-{day:02}")
            });
            client.create(
                "Contact",
                json!({"LastName": "L", "AccountId": contact.account.map(|at| &accounts[at]), "Title": contact.title,
                    "Birthdate": born}),
            )
        })
        .collect();
    (client, accounts, contacts)
}

fn records(client: &mut Client, soql: &str) -> Vec<Json> {
    let answer = client.query(soql);
    assert_eq!(answer.status, 200, "{soql}: {}", answer.text);
    answer.json()["records"].as_array().unwrap().clone()
}

fn ids(records: &[Json]) -> Vec<String> {
    records.iter().map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
}

/// The groups of accounts by city as the second evaluator finds them, one line each.
fn groups(accounts: &[Account], least: usize) -> String {
    let mut seen: Vec<Option<String>> = Vec::new();
    let mut lines = Vec::new();
    for account in accounts {
        let key = account.city.as_ref().map(|city| city.to_lowercase());
        if seen.contains(&key) {
            continue;
        }
        let group: Vec<&Account> = accounts
            .iter()
            .filter(|other| other.city.as_ref().map(|city| city.to_lowercase()) == key)
            .collect();
        let numbers: Vec<i32> = group.iter().filter_map(|account| account.employees).collect();
        let mut different = numbers.clone();
        different.sort_unstable();
        different.dedup();
        let sum: i32 = numbers.iter().sum();
        if group.len() >= least {
            let mut line = format!("{} {} {}", group.len(), numbers.len(), different.len());
            match (numbers.iter().min(), numbers.iter().max()) {
                (Some(min), Some(max)) => {
                    write!(
                        line,
                        " {sum}.0 {min} {max} {:?}",
                        f64::from(sum) / numbers.iter().map(|_| 1.0).sum::<f64>()
                    )
                }
                _ => write!(line, " null null null null"),
            }
            .unwrap();
            lines.push((key.clone(), line));
        }
        seen.push(key);
    }
    lines.sort();
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(key, line)| format!("{} {line}", key.unwrap_or_default()))
        .collect();
    lines.join("\n")
}

fn answered_groups(client: &mut Client, least: usize) -> String {
    let soql = format!(
        "SELECT BillingCity, COUNT(Id) n, COUNT(NumberOfEmployees) c, COUNT_DISTINCT(NumberOfEmployees) d, \
         SUM(NumberOfEmployees) s, MIN(NumberOfEmployees) lo, MAX(NumberOfEmployees) hi, AVG(NumberOfEmployees) a \
         FROM Account GROUP BY BillingCity HAVING COUNT(Id) >= {least} ORDER BY BillingCity"
    );
    let line = |row: &Json| {
        let city = row["BillingCity"].as_str().unwrap_or_default().to_lowercase();
        let said: Vec<String> =
            ["n", "c", "d", "s", "lo", "hi", "a"].map(|key| row[key].to_string()).into();
        format!("{city} {}", said.join(" "))
    };
    records(client, &soql).iter().map(line).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, ..ProptestConfig::default() })]

    #[test]
    fn both_evaluators_give_the_same_answers(
        accounts in prop::collection::vec(account(), 3..8),
        contacts in prop::collection::vec(contact(), 1..10),
        conditions in prop::collection::vec(of_contact(), 20),
        least in 1..3_usize,
    ) {
        let (mut client, account_ids, contact_ids) = org(&accounts, &contacts);
        prop_assert_eq!(answered_groups(&mut client, least), groups(&accounts, least));
        for condition in conditions {
            let text = condition.soql();
            let fits: Vec<bool> =
                contacts.iter().map(|contact| condition.holds(contact, &accounts)).collect();
            let fitting = || contacts.iter().zip(&fits).filter(|(_, fits)| **fits).map(|(contact, _)| contact);

            let found = ids(&records(&mut client, &format!("SELECT Id FROM Contact WHERE {text}")));
            let wanted: Vec<String> =
                contact_ids.iter().zip(&fits).filter(|(_, fits)| **fits).map(|(id, _)| id.clone()).collect();
            prop_assert_eq!(&found, &wanted, "{}", text);

            for (word, within) in [("IN", true), ("NOT IN", false)] {
                let soql = format!("SELECT Id FROM Account WHERE Id {word} (SELECT AccountId FROM Contact WHERE {text})");
                let wanted: Vec<String> = (0..accounts.len())
                    .filter(|at| fitting().any(|contact| contact.account == Some(*at)) == within)
                    .map(|at| account_ids[at].clone())
                    .collect();
                prop_assert_eq!(ids(&records(&mut client, &soql)), wanted, "{}", soql);
            }

            let soql = format!("SELECT Id, (SELECT Id FROM Contacts WHERE {text}) FROM Account");
            for (at, row) in records(&mut client, &soql).iter().enumerate() {
                let children = row["Contacts"]["records"].as_array().map_or(0, Vec::len);
                let wanted = fitting().filter(|contact| contact.account == Some(at)).count();
                prop_assert_eq!(children, wanted, "{}", soql);
            }
        }
    }
}
