//! `query`, `queryAll`, and their further pages (wire reference §4.1).

mod columns;
mod explain;
mod record_access;
mod tooling;

use std::sync::Arc;

use axum::http::StatusCode;

use super::{
    body::parameters,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get},
    visit::Visit,
};
use crate::{
    Mock, Org, SfId, Timestamp,
    cursors::Cursor,
    json,
    soql::{self, Pages, Shape, SoqlError, Statement, Visible, Writer, ast::Query},
};

/// Queries and their further pages.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/query", get(query)),
        ("/queryAll", get(query_all)),
        ("/query/{locator}", get(more)),
        ("/queryAll/{locator}", get(more)),
        ("/tooling/query", get(tooling::query)),
    ]
}

/// `GET …/query?q=`
pub(super) fn query(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    answer(&mut visit.mock.org(), &visit, call.query(), Visible::Live)
}

/// `GET …/queryAll?q=`: rows of the recycle bin too.
pub(super) fn query_all(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    answer(&mut visit.mock.org(), &visit, call.query(), Visible::All)
}

/// `?q=`, `?q=…&columns=true`, `?explain=`.
pub(super) fn answer(
    org: &mut Org,
    visit: &Visit,
    query: Option<&str>,
    visible: Visible,
) -> Answer {
    let [explained, text, columns] = parameters(query, ["explain", "q", "columns"]);
    if let Some(text) = explained {
        return explain::answer(org, visit, &text);
    }
    let text = text.unwrap_or_default();
    if is_true(columns) {
        return columns::answer(org, visit, &text);
    }
    ask(org, visit, &text, visible)
}

fn is_true(wanted: Option<String>) -> bool {
    wanted.is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"))
}

/// Carries out a statement and writes its first page.
pub(super) fn ask(org: &mut Org, visit: &Visit, text: &str, visible: Visible) -> Answer {
    let statement = if let Some(statement) = planned(org, visit, text) {
        statement
    } else {
        let query = parsed(visit, text)?;
        if record_access::is_asked(&query) {
            return record_access::answer(org, visit, (text, &query));
        }
        bound(org, visit, text, &query)?
    };
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(b"{\"totalSize\":");
    if let Shape::Groups(grouping) = &statement.shape {
        let groups = soql::groups(org, &statement, grouping, visible)?;
        json::write_count(&mut out, groups.len());
        out.extend_from_slice(b",\"done\":true,\"records\":");
        Writer::groups(&mut out, grouping, &groups);
        out.push(b'}');
        return Ok(Reply::ok(out));
    }
    let found = soql::run(org, &statement, visible);
    if let Some(purpose) = statement.purpose {
        soql::note(org, purpose, &found.ids, visit.saving.now);
    }
    json::write_count(&mut out, found.total);
    let paging = Paging { visit, visible };
    // Rows after an offset have no further pages.
    let cut = statement.offset == 0 && found.ids.len() > visit.page_rows;
    if cut {
        let next = paging.keep(&statement, found.ids.clone(), false);
        let first = found.ids.get(..visit.page_rows).unwrap_or(&found.ids);
        write_page(&mut out, org, (&paging, &statement), first, Some(&next));
    } else {
        write_page(&mut out, org, (&paging, &statement), &found.ids, None);
    }
    Ok(Reply::ok(out))
}

/// The statement with every name resolved, or why it is refused.
fn resolved(org: &Org, visit: &Visit, text: &str) -> Result<Arc<Statement>, Refusal> {
    planned(org, visit, text).map_or_else(|| bound(org, visit, text, &parsed(visit, text)?), Ok)
}

/// The statement, if it was resolved before.
fn planned(org: &Org, visit: &Visit, text: &str) -> Option<Arc<Statement>> {
    visit.mock.plans().find(org, (visit.user, visit.version), text)
}

/// Resolves a statement that was read.
fn bound(
    org: &Org,
    visit: &Visit,
    text: &str,
    query: &Query<'_>,
) -> Result<Arc<Statement>, Refusal> {
    let bound = soql::bound(org, &visit.asker(org), text, query);
    let bound = bound.map_err(|error| refused(&visit.mock, error))?;
    if let Some(rights) = bound.rights {
        visit.mock.plans().keep(org, (visit.version, text), (&bound.statement, rights));
    }
    Ok(Arc::new(bound.statement))
}

/// The statement as it was written.
fn parsed<'t>(visit: &Visit, text: &'t str) -> Result<Query<'t>, Refusal> {
    if text.trim().is_empty() {
        let message = "A query string has to be specified";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", message));
    }
    soql::parse(text).map_err(|error| refused(&visit.mock, error))
}

/// The refusal of a statement; what is not emulated is counted.
fn refused(mock: &Mock, error: SoqlError) -> Refusal {
    if let Some(what) = error.unsupported.or(error.absent) {
        mock.count_unsupported(&format!("SOQL: {what}"));
    }
    Refusal::from(error)
}

/// Where rows go that do not fit the page.
struct Paging<'v> {
    visit: &'v Visit,
    visible: Visible,
}

impl Paging<'_> {
    /// Keeps the rows and gives the address of the second page.
    fn keep(&self, statement: &Arc<Statement>, ids: Vec<SfId>, children: bool) -> String {
        let (user, opened): (SfId, Timestamp) = (self.visit.user, self.visit.saving.now);
        let (ids, batch) = (ids.into(), self.visit.page_rows);
        let statement = Arc::clone(statement);
        let visible = self.visible;
        let cursor = Cursor { user, opened, statement, ids, visible, batch, children };
        let locator = self.visit.mock.cursors().open(cursor);
        format!("{}/query/{locator}-{batch}", self.visit.base())
    }
}

impl Pages for Paging<'_> {
    fn batch(&self) -> usize {
        self.visit.page_rows
    }

    fn open(&self, statement: &Arc<Statement>, ids: Vec<SfId>) -> String {
        self.keep(statement, ids, true)
    }
}

fn write_page(
    out: &mut Vec<u8>,
    org: &Org,
    (paging, statement): (&Paging<'_>, &Statement),
    ids: &[SfId],
    next: Option<&str>,
) {
    match next {
        Some(next) => {
            out.extend_from_slice(b",\"done\":false,\"nextRecordsUrl\":");
            json::write_text(out, next);
        }
        None => out.extend_from_slice(b",\"done\":true"),
    }
    out.extend_from_slice(b",\"records\":");
    out.reserve(ids.len() * 160);
    let writer = Writer { org, version: paging.visit.version, visible: paging.visible };
    writer.rows(out, statement, ids, Some(paging));
    out.push(b'}');
}

/// `GET …/query/{locator}-{offset}`
pub(super) fn more(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [locator] = call.path();
    let org = visit.mock.org();
    page_at(&org, &visit, locator)
}

/// The page that a locator names.
pub(super) fn page_at(org: &Org, visit: &Visit, locator: &str) -> Answer {
    let gone = || {
        Refusal::request(StatusCode::BAD_REQUEST, "INVALID_QUERY_LOCATOR", "invalid query locator")
    };
    let (id, offset) = locator.split_once('-').ok_or_else(gone)?;
    let (id, offset): (SfId, usize) =
        (id.parse().map_err(|_| gone())?, offset.parse().map_err(|_| gone())?);
    let cursor = visit.mock.cursors().get(id, visit.user, visit.saving.now).ok_or_else(gone)?;
    let rest = cursor.ids.get(offset..).ok_or_else(gone)?;
    let ids = rest.get(..cursor.batch).unwrap_or(rest);
    let next_offset = offset + ids.len();
    let next = (next_offset < cursor.ids.len())
        .then(|| format!("{}/query/{id}-{next_offset}", visit.base()));
    let mut out = b"{\"totalSize\":".to_vec();
    json::write_count(&mut out, cursor.ids.len());
    let paging = Paging { visit, visible: cursor.visible };
    write_page(&mut out, org, (&paging, &cursor.statement), ids, next.as_deref());
    Ok(Reply::ok(out))
}
