//! The REST API, one module a resource. A handler takes the request apart, asks the [`Org`](crate::Org), and puts
//! the answer in Salesforce's words; it decides nothing.

mod auth;
mod body;
mod bulk;
mod collections;
mod composite;
mod describe;
mod duplicates;
mod error;
mod front;
mod limits;
mod query;
mod reply;
mod roots;
mod sobjects;
mod unsupported;
mod visit;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, any, get, patch, post, put},
};

pub use front::{BODY_LIMIT, UPLOAD_LIMIT, URI_LIMIT};
pub use roots::{NEWEST_VERSION, OLDEST_VERSION};

use crate::Mock;

/// The tree of routes is built once: every mock answers from it, and the front door says which mock it is.
static ROUTES: LazyLock<Router> = LazyLock::new(routes);

/// The whole API over `mock`.
pub(crate) fn router(mock: Mock) -> Router {
    Router::new().fallback_service(front::Front { mock, routes: ROUTES.clone() })
}

fn routes() -> Router {
    let routes = Router::new()
        .route("/services/oauth2/token", post(auth::token))
        .route("/services/oauth2/revoke", any(auth::revoke))
        .route("/services/oauth2/userinfo", any(auth::userinfo))
        .route("/id/{org}/{user}", get(auth::identity))
        .route("/services/data", get(roots::versions));
    let routes = resources().into_iter().fold(routes, |routes, (path, methods)| {
        routes.route(&format!("/services/data/{{version}}{path}"), methods)
    });
    routes
        .fallback(unsupported::route)
        .method_not_allowed_fallback(unsupported::method)
        .layer(DefaultBodyLimit::disable())
        .with_state(())
}

/// The routes of one version. Full paths, not a nested router: nesting rewrites the address of every call.
fn resources() -> Vec<(&'static str, MethodRouter)> {
    vec![
        ("", get(roots::resources)),
        ("/limits", get(limits::limits)),
        ("/limits/recordCount", get(limits::record_count)),
        ("/sobjects", get(describe::global)),
        ("/sobjects/{object}", get(describe::basic).post(sobjects::create)),
        ("/sobjects/{object}/describe", get(describe::object)),
        (
            "/sobjects/{object}/{id}",
            get(sobjects::retrieve).patch(sobjects::update).delete(sobjects::delete),
        ),
        (
            "/sobjects/{object}/{field}/{value}",
            get(sobjects::retrieve_by_key).patch(sobjects::upsert).delete(sobjects::delete_by_key),
        ),
        ("/query", get(query::query)),
        ("/queryAll", get(query::query_all)),
        ("/query/{locator}", get(query::more)),
        ("/queryAll/{locator}", get(query::more)),
        ("/composite", post(composite::composite)),
        (
            "/composite/sobjects",
            post(collections::create).patch(collections::update).delete(collections::delete),
        ),
        (
            "/composite/sobjects/{object}",
            get(collections::retrieve).post(collections::retrieve_posted),
        ),
        ("/composite/sobjects/{object}/{field}", patch(collections::upsert)),
        ("/jobs/ingest", get(bulk::list).post(bulk::create)),
        ("/jobs/ingest/{job}", get(bulk::info).patch(bulk::set_state).delete(bulk::delete)),
        ("/jobs/ingest/{job}/batches", put(bulk::upload)),
        ("/jobs/ingest/{job}/{results}", get(bulk::results)),
    ]
}
