//! Conditional requests: may the answer be left out, may the change be made (wire reference §3.7)?
//!
//! Rows know when they changed; rows of accounts have an entity tag, too, and so have descriptions. Who reads and has
//! the newest already is told 304; who wants something else than what is there is told 412. A date that is none is
//! passed over by a read and refused with a change. Deletes know no conditions.

use std::fmt::Write as _;

use axum::http::StatusCode;
use jiff::fmt::rfc2822::DateTimeParser;

use super::{error::Refusal, reply::Reply};
use crate::Timestamp;

/// What a call says under `If-…`; most calls say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    matches: Option<String>,
    none_match: Option<String>,
    modified_since: Since,
    unmodified_since: Since,
}

/// A date of a header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Since {
    #[default]
    Unsaid,
    Unreadable,
    At(Timestamp),
}

/// What a condition is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entity<'e> {
    /// Its tag with its quotes, where it has one.
    pub(crate) tag: Option<&'e str>,
    /// When it last changed, where that is known.
    pub(crate) modified: Option<Timestamp>,
}

/// What a call wants of the entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `GET` and `HEAD`.
    Read,
    /// `PATCH` and `POST`.
    Change,
}

impl Conditions {
    /// Notes a header; others than `If-…` are none of its business.
    pub(crate) fn take(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "if-match" => self.matches = Some(value.to_owned()),
            "if-none-match" => self.none_match = Some(value.to_owned()),
            "if-modified-since" => self.modified_since = http_moment(value),
            "if-unmodified-since" => self.unmodified_since = http_moment(value),
            _ => {}
        }
    }
}

/// Holds the conditions of a call against what it is about; the refusal is 304, 400 or 412.
pub(crate) fn conditional(
    conditions: Option<&Conditions>,
    purpose: Purpose,
    entity: Entity<'_>,
) -> Result<(), Refusal> {
    let Some(asked) = conditions else { return Ok(()) };
    let dates = [asked.modified_since, asked.unmodified_since];
    if purpose == Purpose::Change && dates.contains(&Since::Unreadable) {
        let message = "The date of a conditional header is invalid: write it as in RFC 1123";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_HEADER", message));
    }
    let tagged = |asked: &Option<String>| Some(names(asked.as_deref()?, entity.tag?));
    let later = |than: Since| match than {
        Since::At(than) => Some(entity.modified?.whole_second() > than),
        Since::Unsaid | Since::Unreadable => None,
    };
    if tagged(&asked.matches) == Some(false) || later(asked.unmodified_since) == Some(true) {
        return Err(changed());
    }
    let has_newest = match tagged(&asked.none_match) {
        Some(same) => same,
        None => later(asked.modified_since) == Some(false),
    };
    match (has_newest, purpose) {
        (false, _) => Ok(()),
        (true, Purpose::Change) => Err(changed()),
        (true, Purpose::Read) => Err(not_modified(entity)),
    }
}

/// The same headers as the answer would have, without a body.
fn not_modified(entity: Entity<'_>) -> Refusal {
    Refusal(Box::new(stamped(Reply::empty(StatusCode::NOT_MODIFIED), entity)))
}

fn changed() -> Refusal {
    let message = "The precondition of a conditional header does not hold";
    Refusal::request(StatusCode::PRECONDITION_FAILED, "MODIFIED", message)
}

/// The answer with the headers that later conditions go by.
pub(crate) fn stamped(mut reply: Reply, entity: Entity<'_>) -> Reply {
    if let Some(tag) = entity.tag {
        reply = reply.with("ETag", tag);
    }
    match entity.modified {
        Some(modified) => reply.with("Last-Modified", super::front::http_date(modified)),
        None => reply,
    }
}

/// A short tag in quotes for a content that is known by its text.
pub(crate) fn short_tag(parts: &[&str]) -> String {
    // FNV-1a: the same on every machine.
    let mut hash: u32 = 0x811c_9dc5;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let mut tag = String::with_capacity(10);
    let _ = write!(tag, "\"{hash:08x}\"");
    tag
}

/// Is the tag one of those asked for? `*` is any; weak tags count; quotes may be missing.
fn names(asked: &str, tag: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    // Tags of accounts are base64 and have no commas.
    asked.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

/// `Thu, 03 Sep 2020 21:35:07 GMT`
fn http_moment(text: &str) -> Since {
    static PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let moment = PARSER.parse_timestamp(text.trim());
    moment.map_or(Since::Unreadable, |moment| Since::At(Timestamp(moment.as_millisecond())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"abc=\"";

    fn told(headers: &[(&str, &str)], purpose: Purpose) -> u16 {
        let mut conditions = Conditions::default();
        for (name, value) in headers {
            conditions.take(name, value);
        }
        let modified = Timestamp::parse("2021-12-03T17:59:15Z");
        let entity = Entity { tag: Some(TAG), modified };
        match conditional(Some(&conditions), purpose, entity) {
            Ok(()) => 200,
            Err(refusal) => refusal.0.status.as_u16(),
        }
    }

    #[test]
    fn a_read_is_spared_when_the_newest_is_known() {
        let read = |name, value| told(&[(name, value)], Purpose::Read);
        assert_eq!(read("If-Modified-Since", "Fri, 03 Dec 2021 17:59:15 GMT"), 304);
        assert_eq!(read("If-Modified-Since", "Fri, 03 Dec 2021 17:59:14 GMT"), 200);
        assert_eq!(read("If-Unmodified-Since", "Fri, 03 Dec 2021 17:59:15 GMT"), 200);
        assert_eq!(read("if-unmodified-since", "Fri, 03 Dec 2021 17:59:14 GMT"), 412);
        assert_eq!(
            [read("If-None-Match", TAG), read("If-None-Match", "\"x\", W/\"abc=\"")],
            [304, 304]
        );
        assert_eq!(
            [read("If-Match", TAG), read("If-Match", "*"), read("If-Match", "\"x\"")],
            [200, 200, 412]
        );
        assert_eq!(read("If-Modified-Since", "yesterday"), 200);
    }

    #[test]
    fn a_tag_counts_more_than_a_date() {
        let headers =
            [("If-None-Match", "\"x\""), ("If-Modified-Since", "Fri, 03 Dec 2021 17:59:15 GMT")];
        assert_eq!(told(&headers, Purpose::Read), 200);
    }

    #[test]
    fn a_change_is_refused_when_the_row_is_another() {
        let change = |name, value| told(&[(name, value)], Purpose::Change);
        assert_eq!(change("If-Unmodified-Since", "Fri, 03 Dec 2021 17:59:14 GMT"), 412);
        assert_eq!(change("If-Match", "\"x\""), 412);
        assert_eq!(change("If-None-Match", "*"), 412);
        assert_eq!(change("If-Unmodified-Since", "yesterday"), 400);
        assert_eq!(change("If-Modified-Since", "Fri, 03 Dec 2021 17:59:14 GMT"), 200);
    }

    #[test]
    fn short_tags_are_eight_digits() {
        assert_eq!(short_tag(&["a", "b"]).len(), 10);
        assert_ne!(short_tag(&["ab"]), short_tag(&["a", "b"]));
    }
}
