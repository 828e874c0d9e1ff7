//! One rule: which calls it is about, which of them it hits, and what happens to those.

use axum::http::Method;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{chance::Chance, moment, verdict::Verdict};
use crate::{
    SfId, Timestamp,
    operation::{Call, Operation},
};

/// One way for calls to go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Its name in journals and counts.
    pub id: String,
    /// The operations it hits; empty: all.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// The object it hits, in any case; absent: all.
    #[serde(default)]
    pub object: Option<String>,
    /// A text that the request's query or body holds; absent: any.
    #[serde(default)]
    pub contains: Option<String>,
    /// A text that the request's path holds; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The request's method; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Id or username of the caller; absent: anybody, somebody without a session too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// First moment.
    #[serde(default, with = "moment::maybe")]
    pub from: Option<Timestamp>,
    /// First moment at which it is over.
    #[serde(default, with = "moment::maybe")]
    pub until: Option<Timestamp>,
    /// The first fitting call that it hits, counted from 1; absent: the first.
    #[serde(default)]
    pub nth: Option<u64>,
    /// After the first hit, each how many fitting calls it hits again; absent: each.
    #[serde(default)]
    pub every: Option<u64>,
    /// Most hits; absent: no limit.
    #[serde(default)]
    pub times: Option<u64>,
    /// Of the calls that would be hit, only this share; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
    /// What happens to the call.
    pub verdict: Verdict,
    /// Headers that the answer gets on top, such as `Retry-After`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
}

/// A request, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// What it is for.
    pub call: Call<'r>,
    /// Its method.
    pub method: &'r Method,
    /// Its path.
    pub path: &'r str,
    /// Its query string, still percent-encoded.
    pub query: &'r str,
    /// Its body.
    pub body: &'r [u8],
    /// Whose session it carries, with the username; absent without a live one.
    pub caller: Option<(SfId, &'r str)>,
}

impl FaultRule {
    /// A rule that hits every call.
    pub fn new(id: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            id: id.into(),
            operations: Vec::new(),
            object: None,
            contains: None,
            path: None,
            method: None,
            user: None,
            from: None,
            until: None,
            nth: None,
            every: None,
            times: None,
            chance: None,
            verdict,
            headers: IndexMap::new(),
        }
    }

    /// Is the rule about this request?
    pub(super) fn fits(&self, asked: &Asked<'_>, now: Timestamp) -> bool {
        let call = &asked.call;
        self.from.is_none_or(|from| now >= from)
            && self.until.is_none_or(|until| now < until)
            && (self.operations.is_empty() || self.operations.contains(&call.operation))
            && said(&self.object, |wanted| {
                call.object.is_some_and(|object| object.eq_ignore_ascii_case(wanted))
            })
            && said(&self.method, |wanted| asked.method.as_str().eq_ignore_ascii_case(wanted))
            && said(&self.path, |part| asked.path.contains(part))
            && said(&self.user, |user| asked.caller.is_some_and(|caller| is(caller, user)))
            && said(&self.contains, |needle| asked.holds(needle))
    }
}

/// Does what was asked for hold? What was not asked for always does.
#[expect(clippy::ref_option, reason = "the fields are options")]
fn said(wanted: &Option<String>, holds: impl FnOnce(&str) -> bool) -> bool {
    wanted.as_deref().is_none_or(holds)
}

fn is((id, username): (SfId, &str), wanted: &str) -> bool {
    username.eq_ignore_ascii_case(wanted) || wanted.parse().is_ok_and(|wanted: SfId| wanted == id)
}

impl Asked<'_> {
    fn holds(&self, needle: &str) -> bool {
        let needle = needle.as_bytes();
        // Clients write a blank as `+` or as `%20`.
        let query = self.query.replace('+', " ");
        let in_query = percent_encoding::percent_decode_str(&query).collect::<Vec<u8>>();
        needle.is_empty()
            || [self.body, &in_query]
                .iter()
                .any(|text| text.windows(needle.len()).any(|w| w == needle))
    }
}
