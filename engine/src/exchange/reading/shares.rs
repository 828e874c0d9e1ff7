//! Whose row is it: the rows of a query that several requests shared, by what each request looks for (DD-12d).
//!
//! Every row is read once, however many asked: a reply to many requests costs their sum, not their product.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{SEPARATOR, Shape};
use crate::{FieldName, PlusTags, Row, Rules, Value};

/// The rows of one reply, ready to be shared out.
pub(super) struct Shares<'r> {
    rows: &'r [Row],
    keys: Keys,
}

/// Places of rows by what finds them.
enum Keys {
    /// A request is one key, or one of several.
    Values(BTreeMap<String, Vec<usize>>),
    /// A name is found whole, a website by a part of it: both in lower case, a pair a row.
    Accounts(Vec<(String, String)>),
}

impl<'r> Shares<'r> {
    /// Reads the rows of a query of this shape.
    pub(super) fn of(
        (shape, external): (&Shape, Option<&FieldName>),
        rows: &'r [Row],
        (rules, plus_tags): (&impl Rules, PlusTags),
    ) -> Self {
        if *shape == Shape::Accounts {
            let held =
                |row, field| text(row, field).map(|it| it.to_lowercase()).unwrap_or_default();
            let pair = |row| (held(row, "Name"), held(row, "Website"));
            return Self { rows, keys: Keys::Accounts(rows.iter().map(pair).collect()) };
        }
        let mut values: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let own = key(shape, row, (rules, plus_tags));
            let by_id = external.filter(|_| shape.is_by_external_id());
            let by_id = by_id.and_then(|it| text(row, it.as_str())).map(Cow::into_owned);
            for key in own.iter().chain(by_id.iter().filter(|it| own.as_ref() != Some(it))) {
                values.entry(key.clone()).or_default().push(at);
            }
        }
        Self { rows, keys: Keys::Values(values) }
    }

    /// The rows that hold what a request looks for, in the order of the reply.
    pub(super) fn share(&self, shape: &Shape, wanted: &str) -> Vec<Row> {
        let places = match &self.keys {
            Keys::Accounts(held) => accounts(held, wanted),
            Keys::Values(values) => {
                let found = |key: &str| values.get(key).into_iter().flatten().copied();
                match shape {
                    Shape::LeadsByEmail | Shape::ContactsByEmail if !wanted.contains(SEPARATOR) => {
                        found(wanted).collect()
                    }
                    Shape::LeadsByLastName => found(&wanted.to_lowercase()).collect(),
                    _ => wanted.split(SEPARATOR).flat_map(found).collect::<BTreeSet<_>>(),
                }
            }
        };
        places.into_iter().filter_map(|at| self.rows.get(at)).cloned().collect()
    }
}

/// What finds a row.
fn key(shape: &Shape, row: &Row, (rules, plus_tags): (&impl Rules, PlusTags)) -> Option<String> {
    match shape {
        Shape::LeadsById | Shape::ContactsById | Shape::AccountsById => {
            Some(row.id.as_str().to_owned())
        }
        Shape::LeadsByEmail | Shape::ContactsByEmail => {
            let key = rules.normalise_email(&text(row, "Email")?, plus_tags).ok()?;
            Some(key.as_str().to_owned())
        }
        Shape::LeadsByLastName => text(row, "LastName").map(|it| it.to_lowercase()),
        _ => text(row, shape.key_field()).map(Cow::into_owned),
    }
}

fn text<'r>(row: &'r Row, field: &str) -> Option<Cow<'r, str>> {
    row.get(field).and_then(Value::text)
}

fn accounts(held: &[(String, String)], wanted: &str) -> BTreeSet<usize> {
    let (name, domain) = wanted.split_once(SEPARATOR).unwrap_or((wanted, ""));
    let name = name.to_lowercase();
    let fits = |(own, website): &(String, String)| {
        *own == name || (!domain.is_empty() && website.contains(domain))
    };
    held.iter().enumerate().filter(|(_, it)| fits(it)).map(|(at, _)| at).collect()
}
