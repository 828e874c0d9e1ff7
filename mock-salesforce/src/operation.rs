//! What a call is for, in words that do not change with its path: faults and traffic speak of operations.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use crate::segments::Segments;

/// A class of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Tokens, revocation, identity.
    Auth,
    /// The list of API versions, and the list of resources.
    Versions,
    /// `limits` and `limits/recordCount`.
    Limits,
    /// `sobjects`, `sobjects/X`, `sobjects/X/describe`.
    Describe,
    /// `query`, `queryAll`, and their further pages.
    Query,
    /// One row read by id or external id.
    Retrieve,
    /// One row created.
    Create,
    /// One row changed.
    Update,
    /// One row created or changed by external id.
    Upsert,
    /// One row deleted.
    Delete,
    /// `composite/sobjects`, all verbs.
    Collections,
    /// `composite`, `composite/batch`, `composite/graph`, `composite/tree`.
    Composite,
    /// Bulk jobs, of both APIs.
    Bulk,
    /// `search` and `parameterizedSearch`.
    Search,
    /// Invocable actions.
    Action,
    /// SOAP calls, login too.
    Soap,
    /// Everything else.
    Other,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 17] = [
        Self::Auth,
        Self::Versions,
        Self::Limits,
        Self::Describe,
        Self::Query,
        Self::Retrieve,
        Self::Create,
        Self::Update,
        Self::Upsert,
        Self::Delete,
        Self::Collections,
        Self::Composite,
        Self::Bulk,
        Self::Search,
        Self::Action,
        Self::Soap,
        Self::Other,
    ];

    /// Its name in files and journals.
    pub fn id(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Versions => "versions",
            Self::Limits => "limits",
            Self::Describe => "describe",
            Self::Query => "query",
            Self::Retrieve => "retrieve",
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::Collections => "collections",
            Self::Composite => "composite",
            Self::Bulk => "bulk",
            Self::Search => "search",
            Self::Action => "action",
            Self::Soap => "soap",
            Self::Other => "other",
        }
    }

    /// The operation with the name `id`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.id() == id)
    }
}

/// What is known about a call before it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'r> {
    /// Its class.
    pub operation: Operation,
    /// The object that its path or its query names.
    pub object: Option<&'r str>,
}

/// Reads a call's class from its request line. `path` has single slashes and none at its end.
pub fn classify<'r>(method: &Method, path: &'r str, query: &'r str) -> Call<'r> {
    let call = of_path(method, path);
    let asks = call.operation == Operation::Query;
    Call { object: if asks { object_of_query(query) } else { call.object }, ..call }
}

/// The same, but for the object that a query names: few want to know it, and it takes long to find.
pub(crate) fn of_path<'r>(method: &Method, path: &'r str) -> Call<'r> {
    let call = |operation, object| Call { operation, object };
    let Some(rest) = path.strip_prefix("/services/data") else {
        return call(outside(path), None);
    };
    // "", "v62.0", then the resource.
    let mut parts = Segments::of(rest).skip(2);
    match parts.next() {
        None | Some("") => call(Operation::Versions, None),
        Some("limits") => call(Operation::Limits, None),
        Some("query" | "queryAll") => call(Operation::Query, None),
        Some("jobs") => call(Operation::Bulk, None),
        Some("search" | "parameterizedSearch") => call(Operation::Search, None),
        Some("actions") => call(Operation::Action, None),
        Some("composite") => match (parts.next(), parts.next()) {
            (Some("sobjects"), object) => call(Operation::Collections, object),
            (Some("tree"), object) => call(Operation::Composite, object),
            _ => call(Operation::Composite, None),
        },
        Some("sobjects") => {
            let object = parts.next();
            let (key, value) = (parts.next(), parts.next());
            call(row_operation(method, object, key, value), object)
        }
        Some(_) => call(Operation::Other, None),
    }
}

/// Calls that are not below `/services/data`.
fn outside(path: &str) -> Operation {
    let is = |root: &str| path.starts_with(root);
    match () {
        () if is("/services/oauth2") || is("/id/") => Operation::Auth,
        () if is("/services/Soap") => Operation::Soap,
        () if is("/services/async") => Operation::Bulk,
        () => Operation::Other,
    }
}

fn row_operation(
    method: &Method,
    object: Option<&str>,
    key: Option<&str>,
    value: Option<&str>,
) -> Operation {
    match (object, key, value) {
        (Some(_), None, _) if method == Method::POST => Operation::Create,
        // A user's password is no row.
        (Some(object), Some(_), Some("password")) if object.eq_ignore_ascii_case("User") => {
            Operation::Other
        }
        (None, ..) | (Some(_), None, _) | (_, Some("describe"), _) => Operation::Describe,
        _ if method == Method::GET || method == Method::HEAD => Operation::Retrieve,
        _ if method == Method::DELETE => Operation::Delete,
        (_, Some(_), Some(_)) => Operation::Upsert,
        _ => Operation::Update,
    }
}

/// The word after the last `FROM` outside of parentheses; the query is still percent-encoded.
fn object_of_query(query: &str) -> Option<&str> {
    let statement = query.split('&').find_map(|pair| pair.strip_prefix("q="))?;
    let mut words = statement
        .split(['+', ' '])
        .flat_map(|word| word.split("%20"))
        .flat_map(|word| word.split("%0A"));
    let mut depth = 0_i32;
    let mut found = None;
    while let Some(word) = words.next() {
        let opens = word.matches('(').count() + word.matches("%28").count();
        let closes = word.matches(')').count() + word.matches("%29").count();
        depth +=
            i32::try_from(opens).unwrap_or(i32::MAX) - i32::try_from(closes).unwrap_or(i32::MAX);
        if depth == 0 && word.eq_ignore_ascii_case("from") {
            found = words.find(|word| !word.is_empty());
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(method: &Method, path: &str, query: &str) -> String {
        let call = classify(method, path, query);
        format!("{} {}", call.operation.id(), call.object.unwrap_or("-"))
    }

    #[test]
    fn rows_are_told_apart_by_verb_and_length_of_path() {
        let at = |path: &str| format!("/services/data/v62.0/sobjects{path}");
        assert_eq!(class(&Method::POST, &at("/Lead"), ""), "create Lead");
        assert_eq!(class(&Method::GET, &at("/Lead"), ""), "describe Lead");
        assert_eq!(class(&Method::GET, &at("/Lead/describe"), ""), "describe Lead");
        assert_eq!(class(&Method::GET, &at("/Lead/00Q1"), ""), "retrieve Lead");
        assert_eq!(class(&Method::PATCH, &at("/Lead/00Q1"), ""), "update Lead");
        assert_eq!(class(&Method::PATCH, &at("/Lead/Email/a@b.c"), ""), "upsert Lead");
        assert_eq!(class(&Method::DELETE, &at("/Lead/Email/a@b.c"), ""), "delete Lead");
        assert_eq!(class(&Method::POST, &at("/User/0051/password"), ""), "other User");
    }

    #[test]
    fn a_query_is_known_by_the_object_of_its_outer_statement() {
        let path = "/services/data/v62.0/query";
        assert_eq!(class(&Method::GET, path, "q=SELECT+Id+FROM+Lead+WHERE+x=1"), "query Lead");
        assert_eq!(
            class(
                &Method::GET,
                path,
                "q=SELECT%20(SELECT%20Id%20FROM%20Contacts)%20FROM%20Account"
            ),
            "query Account"
        );
        assert_eq!(class(&Method::GET, "/services/data/v62.0/query/0r8xx-2000", ""), "query -");
    }

    #[test]
    fn the_rest_has_its_classes() {
        assert_eq!(class(&Method::POST, "/services/oauth2/token", ""), "auth -");
        assert_eq!(class(&Method::GET, "/services/data", ""), "versions -");
        assert_eq!(class(&Method::GET, "/services/data/v62.0", ""), "versions -");
        assert_eq!(class(&Method::POST, "/services/data/v62.0/composite", ""), "composite -");
        assert_eq!(
            class(&Method::PATCH, "/services/data/v62.0/composite/sobjects/Lead/Email", ""),
            "collections Lead"
        );
        assert_eq!(
            class(&Method::POST, "/services/data/v62.0/composite/tree/Lead", ""),
            "composite Lead"
        );
        assert_eq!(class(&Method::GET, "/services/data/v62.0/jobs/ingest/750", ""), "bulk -");
        assert_eq!(class(&Method::POST, "/services/async/62.0/job", ""), "bulk -");
        assert_eq!(class(&Method::POST, "/services/Soap/u/62.0", ""), "soap -");
        assert_eq!(class(&Method::GET, "/services/data/v62.0/search", "q=FIND"), "search -");
        assert_eq!(class(&Method::POST, "/services/data/v62.0/actions/standard/x", ""), "action -");
    }
}
