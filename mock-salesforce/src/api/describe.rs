//! Describe: what objects and fields there are (wire reference §3.1, §3.2).

mod field;
mod object;

use axum::extract::Path;

use axum::routing::get;

use super::{
    error::{Answer, Refusal},
    reply::Reply,
    sobjects::row::known,
    visit::Visit,
};

/// Descriptions of objects. The path of one object is shared with [`super::sobjects`].
pub(super) fn routes() -> super::Resource {
    vec![("/sobjects", get(global)), ("/sobjects/{object}/describe", get(object))]
}

/// `GET …/sobjects`
pub(super) async fn global(visit: Visit) -> Reply {
    listed(&visit.mock.org(), &visit)
}

/// Describes every object in brief.
pub(super) fn listed(org: &crate::Org, visit: &Visit) -> Reply {
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
    Reply::ok(out)
}

/// `GET …/sobjects/{object}`: the brief describe, and recent rows (none: this org has no user interface).
pub(super) async fn basic(visit: Visit, Path((_, object)): Path<(String, String)>) -> Answer {
    brief(&visit.mock.org(), &visit, &object)
}

/// Describes one object in brief.
pub(super) fn brief(org: &crate::Org, visit: &Visit, object: &str) -> Answer {
    let schema = known(org, object)?;
    let mut out = b"{\"objectDescribe\":".to_vec();
    out.extend_from_slice(object::brief(visit, schema).to_string().as_bytes());
    out.extend_from_slice(b",\"recentItems\":[]}");
    Ok(Reply::ok(out))
}

/// `GET …/sobjects/{object}/describe`
pub(super) async fn object(visit: Visit, Path((_, object)): Path<(String, String)>) -> Answer {
    full(&visit.mock.org(), &visit, &object)
}

/// Describes one object.
pub(super) fn full(org: &crate::Org, visit: &Visit, object: &str) -> Answer {
    let schema = known(org, object)?;
    if !org.permitted(visit.user, schema.index).read {
        return Err(Refusal::not_found());
    }
    let mut out = Vec::with_capacity(64 * 1024);
    out.extend_from_slice(object::full(org, visit, schema).to_string().as_bytes());
    Ok(Reply::ok(out))
}
