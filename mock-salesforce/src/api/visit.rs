//! Who calls, on which version, with which headers: taken from a request once.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header::AsHeaderName, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

use std::sync::Arc;

use super::{
    auth::{Origin as Address, Peer},
    conditional::Conditions,
    error::Refusal,
};
use crate::{
    AssignmentHeader, DuplicateHeader, Mock, Org, OrgError, SaveContext, SfId, Timestamp,
    fault::RowFaults, org::ApiUsage, soql::Asker,
};

/// Rows a page when nobody asks for another number, and the most (wire reference §4.1).
pub(crate) const PAGE_ROWS: usize = 2_000;
/// The fewest rows a page.
pub(crate) const PAGE_ROWS_MIN: usize = 200;

/// Put on a request by the front once the session is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) user: SfId,
    pub(crate) version: u16,
}

/// What the routes are told of a call that is let in; put on a request by the front. One extension: each is a piece of
/// memory of its own.
#[derive(Debug, Clone)]
pub(in crate::api) struct Entered {
    pub(in crate::api) mock: Mock,
    /// Absent on calls outside of `/services/data` and `/services/async`.
    pub(super) caller: Option<Caller>,
    /// When it was let in.
    pub(super) now: Timestamp,
    /// What the answer tells of the allocation, if it tells it.
    pub(super) usage: Option<ApiUsage>,
    /// Absent in process.
    pub(super) peer: Option<Peer>,
    /// The body, as the front has read it.
    pub(super) body: Bytes,
}

impl Entered {
    pub(super) fn of(parts: &Parts) -> Result<&Self, Refusal> {
        parts.extensions.get().ok_or_else(Refusal::not_found)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Mock {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let entered = Entered::of(parts).map_err(IntoResponse::into_response)?;
        Ok(entered.mock.clone())
    }
}

/// The body of a call. The front has bounded it.
#[derive(Debug)]
pub(super) struct Whole(pub(super) Bytes);

impl<S: Send + Sync> FromRequestParts<S> for Whole {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(Entered::of(parts)?.body.clone()))
    }
}

/// The header in which [`Quirks`] travel: a store of calls keeps it with the call.
static QUIRKS: HeaderName = HeaderName::from_static("x-mock-quirks");

/// What a fault makes of a call that is carried out; put on a request by the front.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Quirks {
    /// Rows of a page, whatever the caller asks for.
    pub(crate) page_rows: Option<usize>,
    /// Rows of a collection, or parts of a composite, that fail.
    pub(crate) rows: Option<Arc<RowFaults>>,
}

impl Quirks {
    /// Takes out what a client says in their place.
    pub(super) fn clear(headers: &mut HeaderMap) {
        if has(headers, &QUIRKS) {
            headers.remove(&QUIRKS);
        }
    }

    /// Puts them on a request.
    pub(super) fn put(&self, headers: &mut HeaderMap) {
        let written = serde_json::to_vec(self).unwrap_or_default();
        let text = percent_encode(&written, NON_ALPHANUMERIC).to_string();
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(&QUIRKS, value);
        }
    }

    fn of(headers: &HeaderMap) -> Self {
        if !has(headers, &QUIRKS) {
            return Self::default();
        }
        let Some(text) = headers.get(&QUIRKS).and_then(|text| text.to_str().ok()) else {
            return Self::default();
        };
        let written: Vec<u8> = percent_decode_str(text).collect();
        serde_json::from_slice(&written).unwrap_or_default()
    }
}

/// One call: who, when, on which version, with which headers.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) mock: Mock,
    pub(crate) user: SfId,
    pub(crate) version: u16,
    pub(crate) saving: SaveContext,
    pub(crate) page_rows: usize,
    /// `If-…` headers; most calls have none.
    pub(crate) conditions: Option<Box<Conditions>>,
    /// The address that clients know the org by, where an answer repeats it.
    pub(super) address: Option<Address>,
    pub(crate) quirks: Quirks,
}

impl Visit {
    /// The visit of a call that was let in.
    pub(super) fn of(
        (mock, now): (&Mock, Timestamp),
        Caller { user, version }: Caller,
        headers: &HeaderMap,
    ) -> Result<Self, Refusal> {
        let mock = mock.clone();
        let saving = SaveContext { api_version: version, ..SaveContext::rest(user, now) };
        let (conditions, address) = (None, None);
        let quirks = Quirks::of(headers);
        let page_rows = quirks.page_rows.unwrap_or(PAGE_ROWS);
        let mut visit =
            Self { mock, user, version, saving, page_rows, conditions, address, quirks };
        for (name, value) in headers {
            let name = name.as_str();
            if name.starts_with("sforce-") || name.starts_with("if-") {
                visit.take_header(name, value.to_str().unwrap_or_default())?;
            }
        }
        Ok(visit)
    }

    /// Why a fault makes the row or part at this place fail, if one does.
    pub(crate) fn failure(&self, place: usize) -> Option<OrgError> {
        self.quirks.rows.as_ref()?.of_row(place)
    }

    /// What a query is resolved with: dates are days of the user's own time zone.
    pub(crate) fn asker(&self, org: &Org) -> Asker {
        Asker::of(org, self.user, self.saving.now, self.version)
    }

    /// A header of the call, or one that a part of a composite has of its own (wire reference §5.3).
    pub(crate) fn take_header(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name.to_ascii_lowercase().as_str() {
            "sforce-auto-assign" => self.saving.assignment = assignment_of(value)?,
            "sforce-duplicate-rule-header" => self.saving.duplicates = duplicates_of(value),
            "sforce-query-options" => {
                self.page_rows = self.quirks.page_rows.unwrap_or_else(|| page_rows_of(value));
            }
            name if name.starts_with("if-") => {
                self.conditions.get_or_insert_default().take(name, value);
            }
            _ => {}
        }
        Ok(())
    }

    /// The visit of a part: the conditions of the call around it are not its own.
    pub(crate) fn part(&self, version: u16) -> Self {
        let saving = SaveContext { api_version: version, ..self.saving };
        let address = self.address.clone();
        let (mock, user, page_rows) = (self.mock.clone(), self.user, self.page_rows);
        // Parts fail by their place; the rows inside of a part do not fail once more.
        let quirks = Quirks { rows: None, ..self.quirks };
        Self { mock, user, version, saving, page_rows, conditions: None, address, quirks }
    }

    /// Refuses a resource that came with a later version than the call's: there it does not exist.
    pub(crate) fn since(&self, version: u16) -> Result<(), Refusal> {
        if self.version >= version { Ok(()) } else { Err(Refusal::not_found()) }
    }

    /// `/services/data/v62.0`
    pub(crate) fn base(&self) -> String {
        self.address([])
    }

    /// What stands below it, in parts.
    pub(crate) fn address<const N: usize>(&self, parts: [&str; N]) -> String {
        let (from, to) = ("/services/data/v", ".0");
        let version = self.version % 100;
        let digits = [version / 10, version % 10];
        let digits = digits.map(|digit| char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        // As long as it gets: what is left over of a header's memory would have to be kept account of.
        let mut address = String::with_capacity(from.len() + digits.len() + to.len() + length);
        address.push_str(from);
        address.extend(digits);
        address.push_str(to);
        address.extend(parts);
        address
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let entered = Entered::of(parts)?;
        let caller = entered.caller.ok_or_else(Refusal::not_found)?;
        Self::of((&entered.mock, entered.now), caller, &parts.headers)
    }
}

/// Is there a header of this name? For those of our own, which hardly any call has: their names would have to be hashed.
pub(super) fn has(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.keys().any(|own| own == name)
}

/// A header's text.
pub(crate) fn header_text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let text = headers.get(name)?.as_bytes();
    // Of what a header can hold, text is what is ASCII.
    text.is_ascii().then(|| str::from_utf8(text).ok())?
}

/// `Sforce-Auto-Assign: TRUE | FALSE | 01Q…` (wire reference §8.2).
fn assignment_of(text: &str) -> Result<AssignmentHeader, Refusal> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        return Ok(AssignmentHeader::True);
    }
    if text.eq_ignore_ascii_case("false") {
        return Ok(AssignmentHeader::False);
    }
    let refused = |_| {
        let message = format!("invalid assignment rule id in Sforce-Auto-Assign: {text}");
        Refusal::request(axum::http::StatusCode::BAD_REQUEST, "INVALID_ASSIGNMENT_RULE", &message)
    };
    text.parse().map(AssignmentHeader::Rule).map_err(refused)
}

/// `Sforce-Duplicate-Rule-Header: allowSave=true; includeRecordDetails=true; runAsCurrentUser=true`
fn duplicates_of(text: &str) -> DuplicateHeader {
    let mut wanted = DuplicateHeader::default();
    for option in text.split([';', ',']) {
        let (name, value) = option.split_once('=').unwrap_or_default();
        let on = value.trim().eq_ignore_ascii_case("true");
        match name.trim().to_ascii_lowercase().as_str() {
            "allowsave" => wanted.allow_save = on,
            "includerecorddetails" => wanted.include_details = on,
            "runascurrentuser" => wanted.run_as_current_user = on,
            _ => {}
        }
    }
    wanted
}

/// `Sforce-Query-Options: batchSize=200`
fn page_rows_of(options: &str) -> usize {
    let asked = options.split([';', ',']).find_map(|option| {
        let (name, value) = option.split_once('=')?;
        name.trim().eq_ignore_ascii_case("batchSize").then(|| value.trim().parse::<usize>().ok())?
    });
    asked.map_or(PAGE_ROWS, |rows| rows.clamp(PAGE_ROWS_MIN, PAGE_ROWS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_size_is_a_hint_within_its_bounds() {
        let rows = page_rows_of;
        assert_eq!(
            [rows("batchSize=500"), rows("batchsize=1"), rows("batchSize=9000"), rows("x")],
            [500, 200, 2_000, 2_000]
        );
    }

    #[test]
    fn duplicate_options_are_parted_by_semicolons() {
        let wanted = duplicates_of("allowSave=true; includeRecordDetails=TRUE");
        assert!(wanted.allow_save && wanted.include_details && !wanted.run_as_current_user);
    }

    #[test]
    fn auto_assign_is_a_truth_or_a_rule() {
        let read = assignment_of;
        assert_eq!(read("FALSE").unwrap(), AssignmentHeader::False);
        assert!(matches!(read("01Q4S000000oz4e").unwrap(), AssignmentHeader::Rule(_)));
        assert!(read("perhaps").is_err());
    }
}
