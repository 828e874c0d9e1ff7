//! `composite/sobjects`: up to 200 rows in one call (wire reference §5.2).
//!
//! Each row is its own save; with `allOrNone` one failure takes all of them back.

pub(super) mod save;

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    body::{parameter, parse},
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get, patch, post},
    sobjects::{row::known, shown::row_columns},
    visit::Visit,
};
use crate::{
    Org, SfId,
    soql::{Visible, Writer},
};

/// The version that brought collections, and the one that brought upserts of them.
const SINCE: u16 = 42;
const UPSERT_SINCE: u16 = 46;
/// Most ids of one read (wire reference §5.2).
const READ_LIMIT: usize = 2_000;

/// `composite/sobjects`, all verbs.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/composite/sobjects", post(create).patch(update).delete(delete)),
        ("/composite/sobjects/{object}", get(retrieve).post(retrieve_posted)),
        ("/composite/sobjects/{object}/{field}", patch(upsert)),
    ]
}

/// `POST …/composite/sobjects`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let sent = save::Records::read(call.body)?;
    save::create(&mut visit.mock.org(), &visit, sent)
}

/// `PATCH …/composite/sobjects`
pub(super) fn update(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let sent = save::Records::read(call.body)?;
    save::update(&mut visit.mock.org(), &visit, sent)
}

/// `PATCH …/composite/sobjects/{object}/{field}`
pub(super) fn upsert(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, field] = call.path();
    visit.since(UPSERT_SINCE)?;
    let sent = save::Records::read(call.body)?;
    save::upsert(&mut visit.mock.org(), &visit, (object, field), sent)
}

/// `DELETE …/composite/sobjects?ids=a,b&allOrNone=true`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let ids = parameter(call.query(), "ids").unwrap_or_default();
    let all_or_none =
        parameter(call.query(), "allOrNone").is_some_and(|all| all.eq_ignore_ascii_case("true"));
    save::delete(&mut visit.mock.org(), &visit, &ids, all_or_none)
}

/// `GET …/composite/sobjects/{object}?ids=&fields=`
pub(super) fn retrieve(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    visit.since(SINCE)?;
    read(&visit.mock.org(), &visit, object, &Wanted::of_query(call.query()))
}

/// `POST …/composite/sobjects/{object}` with `{"ids":[…],"fields":[…]}`
pub(super) fn retrieve_posted(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    visit.since(SINCE)?;
    read(&visit.mock.org(), &visit, object, &parse(call.body)?)
}

/// Which rows, and what of them.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    pub(super) ids: Vec<String>,
    #[serde(default)]
    pub(super) fields: Vec<String>,
}

impl Wanted {
    /// Reads lists parted by commas from a query string.
    pub(super) fn of_query(query: Option<&str>) -> Self {
        let list = |name| {
            let text = parameter(query, name).unwrap_or_default();
            let all = text.split(',').map(str::trim).filter(|one| !one.is_empty());
            all.map(str::to_owned).collect()
        };
        Self { ids: list("ids"), fields: list("fields") }
    }
}

/// Reads rows by id; `null` stands for an id that is not there.
pub(super) fn read(org: &Org, visit: &Visit, object: &str, wanted: &Wanted) -> Answer {
    let object = known(org, visit, object)?;
    if wanted.fields.is_empty() || wanted.ids.is_empty() {
        let message = "The ids and fields parameters are required";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "MISSING_ARGUMENT", message));
    }
    if wanted.ids.len() > READ_LIMIT {
        let message = format!(
            "record limit reached. cannot read more than {READ_LIMIT} records in this call"
        );
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "EXCEEDED_ID_LIMIT", &message));
    }
    let columns = row_columns(org, visit.user, object, Some(&wanted.fields.join(",")))?;
    let writer = Writer { org, version: visit.version, visible: Visible::Live };
    let mut out = b"[".to_vec();
    for (at, id) in wanted.ids.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let found = id
            .parse::<SfId>()
            .ok()
            .and_then(|id| org.live(id))
            .filter(|row| row.object() == object.index && org.visible(visit.user, row));
        match found {
            Some(record) => writer.row(&mut out, record, &columns),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b']');
    Ok(Reply::ok(out))
}
