//! `query`, `queryAll`, `queryMore`, `search`, `retrieve`: the REST resources' answers in XML.

use serde_json::{Map, Value as Json};

use super::{Call, Outcome, fault::Fault, record, row::RowWriter};
use crate::{
    api::{
        collections::{self, Wanted},
        query,
        reply::Reply,
        search,
    },
    soql::Visible,
    xml,
};

/// Most ids of one `retrieve` (wire reference §13).
const RETRIEVE_LIMIT: usize = 2_000;

/// `query(queryString)`
pub(super) fn query(call: &Call<'_>) -> Outcome {
    ask(call, Visible::Live)
}

/// `queryAll(queryString)`: rows of the recycle bin too.
pub(super) fn query_all(call: &Call<'_>) -> Outcome {
    ask(call, Visible::All)
}

fn ask(call: &Call<'_>, visible: Visible) -> Outcome {
    let statement = call.sent.text_of("queryString").unwrap_or_default();
    let mut org = call.visit.mock.org();
    let reply = query::ask(&mut org, call.visit, statement, visible)?;
    Ok(page(RowWriter { org: &org, flavour: call.flavour }, &reply))
}

/// `queryMore(queryLocator)`
pub(super) fn query_more(call: &Call<'_>) -> Outcome {
    let locator = call.sent.text_of("queryLocator").unwrap_or_default();
    let org = call.visit.mock.org();
    let reply = query::page_at(&org, call.visit, locator)?;
    Ok(page(RowWriter { org: &org, flavour: call.flavour }, &reply))
}

fn page(rows: RowWriter<'_>, reply: &Reply) -> Vec<u8> {
    let page: Map<String, Json> = read(reply).unwrap_or_default();
    let mut out = b"<result xsi:type=\"QueryResult\">".to_vec();
    rows.page(&mut out, &page);
    xml::close(&mut out, "result");
    out
}

/// `search(searchString)`
pub(super) fn search(call: &Call<'_>) -> Outcome {
    let text = call.sent.text_of("searchString").unwrap_or_default();
    let org = call.visit.mock.org();
    let reply = search::answer(&org, call.visit, text)?;
    let found: Json = read(&reply).unwrap_or_default();
    let found = found.get("searchRecords").unwrap_or(&found);
    let rows = RowWriter { org: &org, flavour: call.flavour };
    let mut out = b"<result>".to_vec();
    // The WSDL wants a text here; nobody has a use for it.
    xml::element(&mut out, "queryId", "");
    for row in found.as_array().into_iter().flatten().filter_map(Json::as_object) {
        xml::open(&mut out, "searchRecords");
        rows.row(&mut out, "record", row);
        xml::close(&mut out, "searchRecords");
    }
    xml::close(&mut out, "result");
    Ok(out)
}

/// `retrieve(fieldList, sObjectType, ids)`: a nil result for each id that is not there.
pub(super) fn retrieve(call: &Call<'_>) -> Outcome {
    let ids = call.list("ids");
    Call::at_most(RETRIEVE_LIMIT, ids.len())?;
    let org = call.visit.mock.org();
    let object = record::visible(call, &org, call.sent.text_of("sObjectType").unwrap_or_default())?;
    let list = call.sent.text_of("fieldList").unwrap_or_default();
    let fields: Vec<String> = list
        .split(',')
        .map(str::trim)
        .filter(|field| !field.is_empty())
        .map(str::to_owned)
        .collect();
    if fields.is_empty() {
        return Err(Fault::of("MISSING_ARGUMENT", "fieldList is required"));
    }
    if let Some(unknown) = fields.iter().find(|field| object.field(field).is_none()) {
        return Err(Fault::no_such_field(unknown, &object.name));
    }
    for id in &ids {
        record::id_of(id).map_err(|error| Fault::of("MALFORMED_ID", error.message))?;
    }
    let mut out = Vec::new();
    if ids.is_empty() {
        return Ok(out);
    }
    let wanted = Wanted { ids: ids.into_iter().map(str::to_owned).collect(), fields };
    let reply = collections::read(&org, call.visit, &object.name, &wanted)?;
    let rows = RowWriter { org: &org, flavour: call.flavour };
    let found: Vec<Json> = read(&reply).unwrap_or_default();
    for found in found {
        match found {
            Json::Object(found) => rows.row(&mut out, "result", &found),
            _ => xml::nil(&mut out, "result"),
        }
    }
    Ok(out)
}

fn read<T: serde::de::DeserializeOwned>(reply: &Reply) -> Option<T> {
    serde_json::from_slice(reply.body.as_deref()?).ok()
}
