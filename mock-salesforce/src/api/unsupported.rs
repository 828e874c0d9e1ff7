//! Everything else: Salesforce has it, this mock has not. Said clearly and counted, never guessed.

use axum::http::Method;

use super::{error::Refusal, front::method_not_allowed};
use crate::{FieldKind, Mock, Org, schema::absent};

/// Parts of the API that exist at Salesforce; an address outside of them does not exist there either.
const KNOWN: &[&str] = &[
    "/services/Soap/",
    "/services/async/",
    "/services/oauth2/",
    "/services/apexrest/",
    "/cometd/",
    "/services/data/",
];

/// A path that no route has.
pub(super) fn route(mock: &Mock, method: &Method, path: &str) -> Refusal {
    let known = KNOWN.iter().any(|known| path.starts_with(known));
    let rest = data_path(path);
    if !known || rest.is_some_and(|rest| !is_resource(rest)) {
        return Refusal::not_found();
    }
    let what = format!("{method} {}", generic(path));
    mock.count_unsupported(&what);
    Refusal::unsupported(&what)
}

/// What is refused instead of the 404 that `sobjects/…` was answered with: Salesforce has it below its objects, this mock
/// has not.
pub(super) fn lacking(org: &Org, mock: &Mock, segments: &[&str]) -> Option<Refusal> {
    let ["sobjects", object, rest @ ..] = segments else { return None };
    let what = match (org.schema().object(object), rest) {
        (Some(_), ["defaultValues"]) => "default values of objects".to_owned(),
        (Some(_), ["listviews", ..]) => "list views".to_owned(),
        (Some(object), [_, name]) => {
            let field = object.field(name).filter(|field| field.kind == FieldKind::Base64)?;
            format!("files: {}.{}", object.name, field.name)
        }
        (None, []) if *object == "relevantItems" => "relevant items".to_owned(),
        _ => return None,
    };
    mock.count_unsupported(&what);
    Some(Refusal::unsupported(&what))
}

/// Counts an object of this name if Salesforce has it and this org has not; one that is refused for that is named. Others
/// are answered as an org without them answers. `api` says in front of what is counted how it was asked for.
pub(super) fn object(org: &Org, mock: &Mock, api: &str, name: &str) -> Option<&'static str> {
    if org.schema().object(name).is_some() {
        return None;
    }
    let refused = absent::counted_as(name);
    if let Some(what) = refused.or_else(|| absent::absent(name)) {
        mock.count_unsupported(&format!("{api}{what}"));
    }
    refused
}

/// Methods of a row's address.
pub(super) const ROW_METHODS: &str = "DELETE,GET,HEAD,PATCH";

/// A path outside of the versions, with a method that it does not have.
pub(super) fn method(method: &Method, path: &str) -> Refusal {
    let allowed = match path.trim_end_matches('/') {
        soap if soap.starts_with("/services/Soap/") => "POST",
        "/services/data" => "GET,HEAD",
        _ => "GET,HEAD,POST",
    };
    method_not_allowed(method, allowed)
}

/// A resource of a version, with a method that it does not have; `has` are those of its route. A row's route also takes
/// the POST that stands for a PATCH, which nobody is told.
pub(super) fn method_of_resource(method: &Method, path: &str, has: &str) -> Refusal {
    let rest = data_path(path).unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let allowed = match parts.as_slice() {
        ["sobjects", _] => "HEAD,GET,POST",
        ["sobjects", ..] if has.contains("PATCH") => ROW_METHODS,
        _ => has,
    };
    method_not_allowed(method, allowed)
}

/// What stands behind `/services/data/v62.0/`.
fn data_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/services/data/")?;
    Some(rest.split_once('/').map_or("", |(_, rest)| rest))
}

/// Does Salesforce have the resource that a path behind the version begins with?
pub(super) fn is_resource(rest: &str) -> bool {
    const RESOURCES: &[&str] = &[
        "actions",
        "analytics",
        "app-framework",
        "appMenu",
        "asset-management",
        "async-queries",
        "cache-diagnostic",
        "chatter",
        "commerce",
        "compactLayouts",
        "composite",
        "connect",
        "consent",
        "contact-tracing",
        "dedupe",
        "domino",
        "eclair",
        "einstein",
        "emailConnect",
        "event",
        "fingerprint",
        "folders",
        "graphql",
        "industries",
        "iot",
        "jobs",
        "jsonxform",
        "knowledgeManagement",
        "licensing",
        "limits",
        "localizedvalue",
        "metadata",
        "mobile-offline",
        "named-query",
        "parameterizedSearch",
        "payments",
        "process",
        "product-catalog",
        "query",
        "queryAll",
        "quickActions",
        "recent",
        "scheduling",
        "search",
        "serviceTemplates",
        "smartdatadiscovery",
        "sobjects",
        "support",
        "tabs",
        "theme",
        "tokenizer",
        "tooling",
        "ui-api",
        "wave",
    ];
    RESOURCES.contains(&rest.split('/').next().unwrap_or_default())
}

/// The path with versions and ids replaced, so that calls to one resource are counted together.
fn generic(path: &str) -> String {
    let part = |part: &str| match part {
        part if is_version(part) => "{version}".to_owned(),
        part if is_id(part) => "{id}".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// An id, and no word that is as long as one.
fn is_id(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_digit()) && part.parse::<crate::SfId>().is_ok()
}

/// `v62.0`, or `62.0` as outside of `/services/data`
fn is_version(part: &str) -> bool {
    let number = part.strip_prefix('v').unwrap_or(part).strip_suffix(".0");
    number.is_some_and(|number| number.parse::<u16>().is_ok())
}
