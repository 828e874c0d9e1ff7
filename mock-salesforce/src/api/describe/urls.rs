//! Addresses of what belongs to an object; pages of the user interface with their host.

use serde_json::{Map, Value as Json, json};

use crate::{ObjectSchema, api::visit::Visit};

/// Addresses in the order in which describe lists them: name, path, and which objects have it.
const ADDRESSES: [(&str, &str, Has); 11] = [
    ("compactLayouts", "/describe/compactLayouts", Has::Layouts),
    ("rowTemplate", "/{ID}", Has::Always),
    ("approvalLayouts", "/describe/approvalLayouts", Has::Lists),
    ("uiDetailTemplate", "/{ID}", Has::Pages),
    ("uiEditTemplate", "/{ID}/e", Has::Pages),
    ("listviews", "/listviews", Has::Lists),
    ("describe", "/describe", Has::Always),
    ("uiNewRecord", "/e", Has::Pages),
    ("quickActions", "/quickActions", Has::Actions),
    ("layouts", "/describe/layouts", Has::Layouts),
    ("sobject", "", Has::Always),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Always,
    Layouts,
    Lists,
    Actions,
    Pages,
}

/// `urls` of the global describe.
pub(super) fn brief(base: &str, object: &ObjectSchema) -> Map<String, Json> {
    let no_pages =
        |name: &str, has: Has| (has != Has::Pages && exists(object, has)).then(|| name.to_owned());
    listed(base, object, None, no_pages)
}

/// `urls` of the full describe.
pub(super) fn full(visit: &Visit, object: &ObjectSchema) -> Map<String, Json> {
    let host =
        visit.address.as_ref().map_or(crate::api::auth::DEFAULT_ORIGIN, |address| address.as_str());
    let any = |name: &str, has: Has| exists(object, has).then(|| name.to_owned());
    listed(&visit.base(), object, Some(host), any)
}

fn exists(object: &ObjectSchema, has: Has) -> bool {
    let activity = matches!(&*object.name, "Task" | "Event");
    match has {
        Has::Always => true,
        Has::Layouts => object.layoutable,
        Has::Actions => object.layoutable && object.mru_enabled,
        Has::Lists => object.layoutable && object.mru_enabled && !activity,
        Has::Pages => object.layoutable && object.prefix().is_some(),
    }
}

fn listed(
    base: &str,
    object: &ObjectSchema,
    host: Option<&str>,
    wanted: impl Fn(&str, Has) -> Option<String>,
) -> Map<String, Json> {
    let own = format!("{base}/sobjects/{}", object.name);
    let address = |name: &str, path: &str| match (name, host) {
        ("uiNewRecord", Some(host)) => {
            format!("{host}/{}{path}", object.prefix().unwrap_or_default())
        }
        ("uiDetailTemplate" | "uiEditTemplate", Some(host)) => format!("{host}{path}"),
        _ => format!("{own}{path}"),
    };
    let urls: Map<String, Json> = ADDRESSES
        .iter()
        .filter_map(|(name, path, has)| {
            Some((wanted(name, *has)?, Json::from(address(name, path))))
        })
        .collect();
    match json!({"urls": urls}) {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}
