//! `recent`: rows that the user saved last, newest first (wire reference §2.5).
//!
//! Recordings show that saves over the API count as views and reads do not (wire reference §3.3, §19.13), so the feed
//! of changes says what is recent.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::{
    body::parameter,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get},
    visit::Visit,
};
use crate::{Change, ChangeKind, ObjectIndex, Org, Origin, SfId, json};

/// Rows that are remembered of a user.
pub(super) const ITEMS_MAX: usize = 200;
/// Changes that are looked through for them.
const CHANGES_MAX: usize = 100_000;

/// Recent rows.
pub(super) fn routes() -> super::route::Resource {
    vec![("/recent", get(recent))]
}

/// `GET …/recent?limit=n`
fn recent(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let limit = match parameter(call.query(), "limit").as_deref() {
        None | Some("") => ITEMS_MAX,
        Some(text) => text.parse::<usize>().map_err(|_| bad_limit(text))?.min(ITEMS_MAX),
    };
    let mut out = Vec::new();
    write(&mut out, &visit.mock.org(), &visit, None, limit);
    Ok(Reply::ok(out))
}

fn bad_limit(text: &str) -> Refusal {
    let message = format!("limit must be a whole number, not {text}");
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_QUERY_VALUE", &message)
}

/// Writes `[{attributes,Id,Name},…]`, of one object or of all.
pub(super) fn write(
    out: &mut Vec<u8>,
    org: &Org,
    visit: &Visit,
    object: Option<ObjectIndex>,
    limit: usize,
) {
    out.push(b'[');
    for (at, id) in saved_last(org, visit, object, limit).into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let Some(record) = org.live(id) else { continue };
        let object = org.schema().at(record.object());
        let (kind, base) = (&object.name, visit.base());
        json::write_plain(
            out,
            format_args!(
                "{{\"attributes\":{{\"type\":\"{kind}\",\"url\":\"{base}/sobjects/{kind}/{id}\"}},\"Id\":\"{id}\",\"Name\":"
            ),
        );
        match object.name_field() {
            Some(name) => json::write_value(out, &org.value(record, name.index)),
            None => out.extend_from_slice(b"null"),
        }
        out.push(b'}');
    }
    out.push(b']');
}

fn saved_last(org: &Org, visit: &Visit, object: Option<ObjectIndex>, limit: usize) -> Vec<SfId> {
    let schema = org.schema();
    let counts = |change: &&Change| {
        change.by == visit.user
            && change.origin == Origin::Rest
            && matches!(change.kind, ChangeKind::Created | ChangeKind::Updated)
            && object.is_none_or(|object| object == change.object)
            && schema.at(change.object).mru_enabled
            && org.permitted(visit.user, change.object).read
            && org.live(change.id).is_some()
    };
    let mut seen = BTreeSet::new();
    let changes = org.changes().iter().rev().take(CHANGES_MAX).filter(counts);
    changes.map(|change| change.id).filter(|id| seen.insert(*id)).take(limit).collect()
}
