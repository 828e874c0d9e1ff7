//! `composite`: up to 25 calls in one, each able to use the answers before it (wire reference §5.3).
//!
//! `collateSubrequests` is taken and changes nothing: parts are carried out in their order, which is one of the orders
//! that it allows.

mod batch;
mod graph;
mod parts;
mod reference;

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    body::parse,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get, post},
    subrequest::is_query,
    visit::Visit,
};
use crate::json;
use parts::Part;

/// Most parts of one call (wire reference §13).
const PART_LIMIT: usize = 25;
/// Most queries and collections among them.
const QUERY_LIMIT: usize = 5;
/// The version that brought `composite`.
const SINCE: u16 = 38;

/// `composite` itself, its parts that are independent, and its graphs.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/composite", get(list).post(composite)),
        ("/composite/batch", post(batch::batch)),
        ("/composite/graph", post(graph::graph)),
    ]
}

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default, rename = "allOrNone", deserialize_with = "super::body::truth")]
    all_or_none: bool,
    #[serde(rename = "compositeRequest", deserialize_with = "super::body::maps")]
    parts: Vec<Part>,
}

/// `GET …/composite`: what there is.
fn list(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let mut out = b"{".to_vec();
    for (at, name) in ["tree", "batch", "graph", "sobjects"].into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_key(&mut out, name);
        json::write_text(&mut out, &format!("{}/composite/{name}", visit.base()));
    }
    out.push(b'}');
    Ok(Reply::ok(out))
}

/// `POST …/composite`
fn composite(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let body: Body = parse(call.body)?;
    check(&visit, &body.parts)?;
    let mut org = visit.mock.org();
    let answered = if body.all_or_none {
        parts::carry_out_all(&mut org, &visit, &body.parts).unwrap_or_else(|taken_back| taken_back)
    } else {
        parts::carry_out(&mut org, &visit, &body.parts)
    };
    let mut out = b"{".to_vec();
    parts::write(&mut out, &answered);
    out.push(b'}');
    Ok(Reply::ok(out))
}

fn check(visit: &Visit, parts: &[Part]) -> Result<(), Refusal> {
    if parts.len() > PART_LIMIT {
        return Err(limit_exceeded(&format!(
            "at most {PART_LIMIT} subrequests in a composite request"
        )));
    }
    let queries = parts.iter().filter(|part| is_query(&part.url)).count();
    if queries > QUERY_LIMIT {
        return Err(limit_exceeded(&format!(
            "at most {QUERY_LIMIT} query and collections subrequests in a composite request"
        )));
    }
    parts::check_names(visit, parts)
}

/// There is too much in one call.
fn limit_exceeded(what: &str) -> Refusal {
    let message = format!("Limit exceeded: {what}");
    Refusal::request(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &message)
}
