//! `query`, `queryAll`, and their further pages (wire reference §4.1).

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};

use axum::routing::get;

use super::{
    body::parameter,
    error::{Answer, Refusal},
    reply::Reply,
    visit::Visit,
};
use crate::{
    Org, SfId,
    cursors::Cursor,
    json,
    soql::{self, Shape, Statement, Visible, Writer},
};

/// Queries and their further pages.
pub(super) fn routes() -> super::Resource {
    vec![
        ("/query", get(query)),
        ("/queryAll", get(query_all)),
        ("/query/{locator}", get(more)),
        ("/queryAll/{locator}", get(more)),
    ]
}

/// `GET …/query?q=`
pub(super) async fn query(visit: Visit, RawQuery(query): RawQuery) -> Answer {
    answer(&visit, query.as_deref(), Visible::Live)
}

/// `GET …/queryAll?q=`: rows of the recycle bin too.
pub(super) async fn query_all(visit: Visit, RawQuery(query): RawQuery) -> Answer {
    answer(&visit, query.as_deref(), Visible::All)
}

fn answer(visit: &Visit, query: Option<&str>, visible: Visible) -> Answer {
    if parameter(query, "explain").is_some() {
        visit.mock.count_unsupported("query?explain");
        return Err(Refusal::unsupported("query?explain"));
    }
    let statement = parameter(query, "q").unwrap_or_default();
    ask(&visit.mock.org(), visit, &statement, visible)
}

/// Carries out a statement and writes its first page.
pub(super) fn ask(org: &Org, visit: &Visit, text: &str, visible: Visible) -> Answer {
    if text.trim().is_empty() {
        let message = "A query string has to be specified";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", message));
    }
    let statement = resolved(org, visit, text)?;
    let found = soql::run(org, &statement, visible);
    let mut out = Vec::with_capacity(256 + found.ids.len().min(visit.page_rows) * 160);
    out.extend_from_slice(b"{\"totalSize\":");
    json::write_count(&mut out, found.total);
    let page = found.ids.get(..visit.page_rows);
    let first = page.unwrap_or(&found.ids);
    if page.is_some_and(|page| page.len() < found.ids.len()) && statement.offset == 0 {
        let ids: Arc<[SfId]> = found.ids.clone().into();
        let (user, opened) = (visit.user, visit.saving.now);
        let statement = Arc::new(statement);
        let cursor = Cursor {
            user,
            opened,
            statement: Arc::clone(&statement),
            ids,
            visible,
            batch: visit.page_rows,
        };
        let locator = visit.mock.cursors().open(cursor);
        let next = format!("{}/query/{locator}-{}", visit.base(), visit.page_rows);
        write_page(
            &mut out,
            Page { org, visit, statement: &statement, visible },
            first,
            Some(&next),
        );
    } else {
        let all = if statement.offset == 0 { first } else { &found.ids };
        write_page(&mut out, Page { org, visit, statement: &statement, visible }, all, None);
    }
    Ok(Reply::ok(out))
}

fn resolved(org: &Org, visit: &Visit, text: &str) -> Result<Statement, Refusal> {
    let parsed = soql::parse(text);
    let bound = parsed.and_then(|query| soql::bind(org, &visit.asker(org), text, &query));
    bound.map_err(|error| {
        if let Some(what) = error.unsupported {
            visit.mock.count_unsupported(&format!("SOQL: {what}"));
        }
        Refusal::from(error)
    })
}

/// What a page is written with.
struct Page<'p> {
    org: &'p Org,
    visit: &'p Visit,
    statement: &'p Statement,
    visible: Visible,
}

fn write_page(out: &mut Vec<u8>, page: Page<'_>, ids: &[SfId], next: Option<&str>) {
    match next {
        Some(next) => {
            out.extend_from_slice(b",\"done\":false,\"nextRecordsUrl\":");
            json::write_text(out, next);
        }
        None => out.extend_from_slice(b",\"done\":true"),
    }
    out.extend_from_slice(b",\"records\":");
    match page.statement.shape {
        Shape::Rows => {
            let writer =
                Writer { org: page.org, version: page.visit.version, visible: page.visible };
            writer.rows(out, page.statement, ids);
        }
        Shape::Count => out.extend_from_slice(b"[]"),
    }
    out.push(b'}');
}

/// `GET …/query/{locator}-{offset}`
pub(super) async fn more(visit: Visit, Path((_, locator)): Path<(String, String)>) -> Answer {
    let org = visit.mock.org();
    page_at(&org, &visit, &locator)
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
    let page = Page { org, visit, statement: &cursor.statement, visible: cursor.visible };
    write_page(&mut out, page, ids, next.as_deref());
    Ok(Reply::ok(out))
}
