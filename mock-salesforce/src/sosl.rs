//! SOSL: from `FIND {…}` to the rows that hold the words.
//!
//! [`parse`] reads the clauses, `term` the expression in the braces, `words` cuts text into words, `matching` judges a
//! row. What `RETURNING` says about one object (fields, `WHERE`, `ORDER BY`) is a query of that object, carried out by
//! [`crate::soql`]; the words decide which of its rows are found.
//!
//! The index can lag: a row younger than the org's `search_delay_ms` is not found yet. A change of an old row is found at
//! once. Source: SOQL and SOSL Reference; wire reference §4.4, §4.5.

mod matching;
mod parse;
mod term;
mod words;

pub(crate) use matching::{Hits, find};
pub(crate) use parse::{Group, Returning, Search, parse};

use crate::{
    Org, SaveContext, SfId,
    soql::{Asker, SoqlError},
};

impl Org {
    /// The rows of an object that a parameterized search finds: `q`, and `in` and `sobject` as the API takes them.
    pub fn search(
        &self,
        cx: &SaveContext,
        q: &str,
        (group, object): (&str, &str),
    ) -> Result<Vec<SfId>, SoqlError> {
        let unknown =
            || SoqlError::new("INVALID_SEARCH_SCOPE", format!("unknown search scope: {group}"));
        let mut search = Search::plain(q)?;
        search.group = Group::of(group).ok_or_else(unknown)?;
        search.returning = vec![Returning { object: object.to_owned(), ..Returning::default() }];
        let hits = find(self, &Asker::of(self, cx.user, cx.now, cx.api_version), &search)?;
        Ok(hits.into_iter().flat_map(|(_, ids)| ids).collect())
    }
}

/// Most records of one answer.
pub(crate) const RECORD_LIMIT: usize = 2_000;
/// Most records when one object is returned without a condition or an order.
pub(crate) const PLAIN_LIMIT: usize = 250;

/// Clauses, groups and operators that are understood, for the support matrix.
pub fn constructs() -> &'static [&'static str] {
    &[
        "FIND",
        "IN ALL FIELDS",
        "IN NAME FIELDS",
        "IN EMAIL FIELDS",
        "IN PHONE FIELDS",
        "IN SIDEBAR FIELDS",
        "RETURNING",
        "SOSL WHERE",
        "SOSL ORDER BY",
        "SOSL LIMIT",
        "SOSL OFFSET",
        "SOSL AND",
        "SOSL OR",
        "SOSL AND NOT",
        "SOSL *",
        "SOSL ?",
        "SOSL phrase",
        "WITH METADATA",
        "WITH SPELL_CORRECTION",
    ]
}
