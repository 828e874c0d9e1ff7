//! The REST API, one module a resource. A handler takes the request apart, asks the [`Org`](crate::Org), and puts
//! the answer in Salesforce's words; it decides nothing.

mod actions;
mod auth;
mod body;
mod bulk;
mod bulk1;
mod collections;
mod composite;
mod conditional;
mod control;
mod describe;
mod duplicates;
mod error;
mod front;
mod limits;
mod passwords;
mod query;
mod recent;
mod replication;
mod reply;
mod roots;
mod route;
mod search;
mod soap;
mod sobjects;
mod subrequest;
mod tree;
mod unsupported;
mod version;
mod visit;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Uri},
    response::Response,
    routing::{MethodRouter, get},
};

pub(crate) use auth::Peer;
pub(crate) use front::Front;
pub use front::{BODY_LIMIT, HEADERS_LIMIT, UPLOAD_LIMIT, URI_LIMIT};
pub use version::{NEWEST_VERSION, OLDEST_VERSION};

use crate::Mock;

/// Every route. The tree is built once: every mock answers from it, and the front door says which mock it is.
static ROUTES: LazyLock<Router> = LazyLock::new(routes);

/// The whole API over `mock`.
pub(crate) fn router(mock: Mock) -> Router {
    Router::new().fallback_service(front(mock))
}

/// The same as a service: what a server calls, one router less on the way of every call.
pub(crate) fn front(mock: Mock) -> Front {
    Front { mock, requests: Arc::default() }
}

/// Answers a call that a store has kept, as it was answered before.
pub(crate) fn answered(mock: &Mock, request: Request<Body>) -> Response {
    front::answered_again(&front(mock.clone()), request)
}

/// Paths outside of the versions, and what answers there.
type Outside = Vec<(&'static str, MethodRouter)>;

fn routes() -> Router {
    let versioned = resources().into_iter();
    let versioned = versioned.map(|(path, methods)| (versioned_path(path), methods.at(path)));
    outside()
        .into_iter()
        .map(|(path, methods)| (path.to_owned(), methods))
        .chain(versioned)
        .fold(Router::new(), |routes, (path, methods)| routes.route(&path, methods))
        .fallback(|mock: Mock, method: Method, uri: Uri| async move {
            unsupported::route(&mock, &method, uri.path())
        })
        .method_not_allowed_fallback(|method: Method, uri: Uri| async move {
            unsupported::method(&method, uri.path())
        })
        .with_state(())
}

fn outside() -> Outside {
    [
        auth::routes(),
        bulk1::routes(),
        soap::routes(),
        vec![("/services/data", get(roots::versions))],
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The pattern of a path of a version.
fn versioned_path(path: &str) -> String {
    format!("/services/data/{{version}}{path}")
}

/// Paths below `/services/data/{version}`, and what answers there.
fn resources() -> route::Resource {
    [
        roots::routes(),
        limits::routes(),
        describe::routes(),
        sobjects::routes(),
        recent::routes(),
        replication::routes(),
        query::routes(),
        search::routes(),
        actions::routes(),
        composite::routes(),
        tree::routes(),
        collections::routes(),
        bulk::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The pattern of every path that is routed, for the support matrix.
pub fn paths() -> Vec<String> {
    let control = control::ROUTES.iter().map(|route| route.path.to_owned());
    let outside = outside().into_iter().map(|(path, _)| path.to_owned());
    let versioned = resources().into_iter().map(|(path, _)| versioned_path(path));
    let mut paths: Vec<String> = outside.chain(versioned).chain(control).collect();
    paths.dedup();
    paths
}

/// The SOAP calls that are emulated, `login` too, for the support matrix.
pub fn soap_calls() -> Vec<&'static str> {
    soap::calls().collect()
}
