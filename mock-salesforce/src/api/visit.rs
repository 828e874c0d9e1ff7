//! Who calls, on which version, with which headers: taken from a request once.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use super::error::Refusal;
use crate::{AssignmentHeader, DuplicateHeader, Mock, Org, Origin, SaveContext, SfId, soql::Asker};

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

/// One call: who, when, on which version, with which headers.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) mock: Mock,
    pub(crate) user: SfId,
    pub(crate) version: u16,
    pub(crate) saving: SaveContext,
    pub(crate) page_rows: usize,
}

impl Visit {
    /// What a query is resolved with: dates are days of the user's own time zone.
    pub(crate) fn asker(&self, org: &Org) -> Asker {
        Asker::of(org, self.user, self.saving.now, self.version)
    }

    /// A header that a part of a composite has of its own (wire reference §5.3).
    pub(crate) fn take_header(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name.to_ascii_lowercase().as_str() {
            "sforce-auto-assign" => self.saving.assignment = assignment_of(value)?,
            "sforce-duplicate-rule-header" => self.saving.duplicates = duplicates_of(value),
            "sforce-query-options" => self.page_rows = page_rows_of(value),
            _ => {}
        }
        Ok(())
    }

    /// Refuses a resource that came with a later version than the call's: there it does not exist.
    pub(crate) fn since(&self, version: u16) -> Result<(), Refusal> {
        if self.version >= version { Ok(()) } else { Err(Refusal::not_found()) }
    }

    /// `/services/data/v62.0`
    pub(crate) fn base(&self) -> String {
        format!("/services/data/v{}.0", self.version)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Caller>().copied();
        let (Some(Caller { user, version }), Some(mock)) =
            (caller, parts.extensions.get::<Mock>().cloned())
        else {
            return Err(Refusal::not_found());
        };
        let saving = SaveContext {
            user,
            now: mock.now(),
            api_version: version,
            assignment: assignment(&parts.headers)?,
            duplicates: duplicates(&parts.headers),
            origin: Origin::Rest,
        };
        Ok(Self { mock, user, version, saving, page_rows: page_rows(&parts.headers) })
    }
}

/// A header's text.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// `Sforce-Auto-Assign: TRUE | FALSE | 01Q…` (wire reference §8.2).
fn assignment(headers: &HeaderMap) -> Result<AssignmentHeader, Refusal> {
    header_text(headers, "sforce-auto-assign").map_or(Ok(AssignmentHeader::Absent), assignment_of)
}

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
fn duplicates(headers: &HeaderMap) -> DuplicateHeader {
    duplicates_of(header_text(headers, "sforce-duplicate-rule-header").unwrap_or_default())
}

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
fn page_rows(headers: &HeaderMap) -> usize {
    page_rows_of(header_text(headers, "sforce-query-options").unwrap_or_default())
}

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

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn the_page_size_is_a_hint_within_its_bounds() {
        let rows = |value| page_rows(&headers("sforce-query-options", value));
        assert_eq!(
            [rows("batchSize=500"), rows("batchsize=1"), rows("batchSize=9000"), rows("x")],
            [500, 200, 2_000, 2_000]
        );
    }

    #[test]
    fn duplicate_options_are_parted_by_semicolons() {
        let wanted = duplicates(&headers(
            "sforce-duplicate-rule-header",
            "allowSave=true; includeRecordDetails=TRUE",
        ));
        assert!(wanted.allow_save && wanted.include_details && !wanted.run_as_current_user);
    }

    #[test]
    fn auto_assign_is_a_truth_or_a_rule() {
        let read = |value| assignment(&headers("sforce-auto-assign", value));
        assert_eq!(read("FALSE").unwrap(), AssignmentHeader::False);
        assert!(matches!(read("01Q4S000000oz4e").unwrap(), AssignmentHeader::Rule(_)));
        assert!(read("perhaps").is_err());
    }
}
