//! `getUpdated`, `getDeleted`: the REST resources' answers in XML (wire reference §3.8).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::{
    Call, Outcome, record,
    row::{with_zone, zoned},
};
use crate::{
    Org,
    api::{error::Answer, replication, visit::Visit},
    xml,
};

/// A resource that tells which rows changed in a span of time.
type Resource = fn(&Org, &Visit, &str, Option<&str>) -> Answer;

/// `getUpdated(sObjectType, startDate, endDate)`
pub(super) fn updated(call: &Call<'_>) -> Outcome {
    asked(call, replication::updated_in)
}

/// `getDeleted(sObjectType, startDate, endDate)`
pub(super) fn deleted(call: &Call<'_>) -> Outcome {
    asked(call, replication::deleted_in)
}

fn asked(call: &Call<'_>, resource: Resource) -> Outcome {
    let org = call.visit.mock.org();
    let object = record::visible(call, &org, call.sent.text_of("sObjectType").unwrap_or_default())?;
    let moment = |name| {
        let text = zoned(call.sent.text_of(name).unwrap_or_default());
        utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
    };
    let query = format!("start={}&end={}", moment("startDate"), moment("endDate"));
    let reply = resource(&org, call.visit, &object.name, Some(&query))?;
    let found: Json =
        serde_json::from_slice(reply.body.as_deref().unwrap_or_default()).unwrap_or_default();
    let mut out = Vec::new();
    write(&mut out, "result", &found);
    Ok(out)
}

/// JSON as elements in the order of the answer, which is that of the WSDL.
fn write(out: &mut Vec<u8>, name: &str, json: &Json) {
    match json {
        Json::Array(all) => all.iter().for_each(|one| write(out, name, one)),
        Json::Object(parts) => {
            xml::open(out, name);
            for (part, value) in parts {
                write(out, part, value);
            }
            xml::close(out, name);
        }
        Json::String(text) => xml::element(out, name, with_zone(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => xml::element(out, name, json),
    }
}
