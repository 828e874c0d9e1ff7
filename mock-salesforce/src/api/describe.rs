//! Describe: what objects and fields there are (wire reference §3.1, §3.2).
//!
//! Descriptions carry `ETag` and `Last-Modified` and answer conditional requests. Layouts are not emulated: asking for
//! them is refused and counted. List views, quick actions and approval layouts are there, and there are none of them.

mod field;
mod object;
mod record_type;
mod urls;

use serde_json::{Map, Value as Json, json};

use super::{
    conditional::{Entity, Purpose, conditional, short_tag, stamped},
    error::{Answer, Refusal},
    recent,
    reply::Reply,
    route::{Call, get},
    sobjects::row::known,
    visit::Visit,
};
use crate::{ObjectSchema, Org};

/// Descriptions of objects. The path of one object is shared with [`super::sobjects`].
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/sobjects", get(global)),
        ("/sobjects/{object}/describe", get(object)),
        ("/sobjects/{object}/describe/approvalLayouts", get(approval_layouts)),
        ("/sobjects/{object}/listviews", get(list_views)),
        ("/sobjects/{object}/quickActions", get(quick_actions)),
        ("/sobjects/{object}/describe/layouts", get(layouts)),
        ("/sobjects/{object}/describe/layouts/{type}", get(layout)),
        ("/sobjects/{object}/describe/compactLayouts", get(layouts)),
        ("/sobjects/{object}/describe/namedLayouts/{name}", get(layout)),
    ]
}

/// `GET …/sobjects`
pub(super) fn global(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    listed(&visit.mock.org(), &visit)
}

/// Describes every object in brief.
pub(super) fn listed(org: &Org, visit: &Visit) -> Answer {
    unless_known(org, visit, "", || {
        let mut out = b"{\"encoding\":\"UTF-8\",\"maxBatchSize\":200,\"sobjects\":[".to_vec();
        let visible =
            org.schema().objects().filter(|object| org.permitted(visit.user, object.index).read);
        for (at, schema) in visible.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(object::brief(visit, schema).to_string().as_bytes());
        }
        out.extend_from_slice(b"]}");
        out
    })
}

/// `GET …/sobjects/{object}`: the brief describe, and rows that the user has saved of late.
pub(super) fn basic(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    brief(&visit.mock.org(), &visit, object)
}

/// Describes one object in brief.
pub(super) fn brief(org: &Org, visit: &Visit, object: &str) -> Answer {
    let schema = visible(org, visit, object)?;
    let mut out = b"{\"objectDescribe\":".to_vec();
    out.extend_from_slice(object::brief(visit, schema).to_string().as_bytes());
    out.extend_from_slice(b",\"recentItems\":");
    recent::write(&mut out, org, visit, Some(schema.index), recent::ITEMS_MAX);
    out.push(b'}');
    Ok(Reply::ok(out))
}

/// `GET …/sobjects/{object}/describe`
pub(super) fn object(call: &Call<'_>) -> Answer {
    let mut visit = call.visit()?;
    let [object] = call.path();
    visit.address = Some(call.origin());
    full(&visit.mock.org(), &visit, object)
}

/// Describes one object.
pub(super) fn full(org: &Org, visit: &Visit, object: &str) -> Answer {
    let schema = visible(org, visit, object)?;
    unless_known(org, visit, &schema.name, || {
        object::full(org, visit, schema).to_string().into_bytes()
    })
}

/// The description, unless the caller has the newest one already.
fn unless_known(
    org: &Org,
    visit: &Visit,
    name: &str,
    describe: impl FnOnce() -> Vec<u8>,
) -> Answer {
    let revision = format!("{} {}", visit.version, org.schema().revision());
    let tag = short_tag(&[org.organization_id().as_str_15(), name, &revision]);
    let entity = Entity { tag: Some(&tag), modified: Some(org.schema_changed()) };
    conditional(visit.conditions.as_deref(), Purpose::Read, entity)?;
    Ok(stamped(Reply::ok(describe()), entity))
}

/// `GET …/describe/approvalLayouts`
fn approval_layouts(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    none_of(&visit, object, |_| json!({"approvalLayouts": []}))
}

/// `GET …/listviews`
fn list_views(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    none_of(
        &visit,
        object,
        |schema| json!({"done": true, "listviews": [], "nextRecordsUrl": null, "size": 0, "sobjectType": &*schema.name}),
    )
}

/// `GET …/quickActions`
fn quick_actions(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    none_of(&visit, object, |_| json!([]))
}

/// What there is none of in this org.
fn none_of(visit: &Visit, object: &str, none: impl FnOnce(&ObjectSchema) -> Json) -> Answer {
    let org = visit.mock.org();
    Ok(Reply::ok(none(visible(&org, visit, object)?).to_string().into_bytes()))
}

/// `GET …/describe/layouts` and `…/compactLayouts`
fn layouts(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    no_layouts(&visit, object)
}

/// `GET …/describe/layouts/{id}` and `…/namedLayouts/{name}`
fn layout(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, _] = call.path();
    no_layouts(&visit, object)
}

fn no_layouts(visit: &Visit, object: &str) -> Answer {
    let name = visible(&visit.mock.org(), visit, object)?.name.clone();
    let what = format!("layouts of {name}");
    visit.mock.count_unsupported(&what);
    Err(Refusal::unsupported(&what))
}

/// The object of this name, if the user may know of it.
fn visible<'o>(org: &'o Org, visit: &Visit, object: &str) -> Result<&'o ObjectSchema, Refusal> {
    let schema = known(org, visit, object)?;
    if org.permitted(visit.user, schema.index).read {
        Ok(schema)
    } else {
        Err(Refusal::not_found())
    }
}

/// The keys without some that a version does not have.
fn without(keys: &mut Map<String, Json>, names: &[&str]) {
    for name in names {
        keys.shift_remove(*name);
    }
}
