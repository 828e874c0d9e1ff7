//! What is asked: requests as bytes, numbered so that no two are alike.

use std::io::Write as _;

pub(crate) const VERSION: &str = "/services/data/v62.0";
/// Rows that are there before the first find.
pub(crate) const PRELOADED: usize = 100_000;
const ROWS: usize = 200;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Create,
    Find,
    Key,
    Collection,
}

impl Work {
    /// A whole request.
    pub(crate) fn request(self, token: &str, number: usize) -> Vec<u8> {
        match self {
            Self::Create => post(&format!("{VERSION}/sobjects/Lead"), token, &lead(number)),
            Self::Find => {
                let person = number * 7_919 % PRELOADED;
                let query = format!(
                    "SELECT+Id,OwnerId,LastModifiedDate+FROM+Lead+WHERE+Email='{}'",
                    email("seed", person)
                );
                get(&format!("{VERSION}/query?q={query}"), token)
            }
            Self::Key => {
                let person = number * 7_919 % PRELOADED;
                let path = format!("/sobjects/Lead/External_Id__c/seed-{person}?fields=Id,OwnerId");
                get(&format!("{VERSION}{path}"), token)
            }
            Self::Collection => {
                post(&format!("{VERSION}/composite/sobjects"), token, &collection(number))
            }
        }
    }

    /// The request to the echo that is as large.
    pub(crate) fn echo(self, token: &str, number: usize, reply: usize) -> Vec<u8> {
        let path = format!("/echo/{reply}");
        match self {
            Self::Create => post(&path, token, &lead(number)),
            Self::Find | Self::Key | Self::Collection => get(&path, token),
        }
    }

    pub(crate) fn status(self) -> &'static str {
        if self == Self::Create { "201" } else { "200" }
    }
}

/// The address of a person; `world` keeps those who are there from those who come.
pub(crate) fn email(world: &str, person: usize) -> String {
    format!("{world}.person.{person}@company-{}.example", person % 1_000)
}

/// A lead of 16 fields in about 460 bytes.
pub(crate) fn lead(number: usize) -> Vec<u8> {
    let email = email(&format!("new{}", std::process::id()), number);
    let mut body = Vec::with_capacity(512);
    let written = write!(
        body,
        "{{\"FirstName\":\"Jordan\",\"LastName\":\"Lee-{number}\",\"Company\":\"Northwind Traders {}\",\
         \"Title\":\"Director of Demand Generation\",\"Email\":\"{email}\",\"Phone\":\"+1 415 555 {:04}\",\
         \"MobilePhone\":\"+1 628 555 {:04}\",\"Website\":\"https://www.northwind-{}.example\",\
         \"Street\":\"{} Market Street\",\"City\":\"San Francisco\",\"State\":\"CA\",\"PostalCode\":\"94105\",\
         \"Country\":\"United States\",\"LeadSource\":\"Web\",\"Industry\":\"Technology\",\"NumberOfEmployees\":{}}}",
        number % 1_000,
        number % 10_000,
        number % 9_999,
        number % 1_000,
        number % 997,
        number % 5_000 + 1,
    );
    written.expect("writing to memory does not fail");
    body
}

fn post(path: &str, token: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// The body of a collection of leads.
fn collection(number: usize) -> Vec<u8> {
    let mut body = b"{\"allOrNone\":false,\"records\":[".to_vec();
    for row in 0..ROWS {
        if row > 0 {
            body.push(b',');
        }
        body.extend_from_slice(b"{\"attributes\":{\"type\":\"Lead\"},");
        let lead = lead(number * ROWS + row);
        body.extend_from_slice(lead.get(1..).unwrap_or_default());
    }
    body.extend_from_slice(b"]}");
    body
}
